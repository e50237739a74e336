package eventlog

import (
	"bytes"
	"crypto/ed25519"
	"testing"

	"lamplight/sync/device"
	"lamplight/sync/segment"
)

// Of a box that does not stay, but whose work the log has, the certificate is kept, however many strangers come: now, and after
// a start.
func TestStrangersDoNotPushOutWhomTheLogHasWorkOf(t *testing.T) {
	school, err := device.NewSchool("Hill")
	must(t, err)
	a, early := newBox(t, school).open(), newBox(t, school).open()
	must(t, a.reg.Add(*early.reg.Own()))
	early.many(3)
	must(t, early.log.Seal())
	must(t, early.log.Segments(nil, func(segment.Scope) bool { return true }, func(raw []byte) error { _, err := a.log.Receive(raw); return err }))
	turned := []device.Turned{{Generation: 1, Secret: bytes.Repeat([]byte{7}, 32)}}
	letters, err := school.With(turned).Letters([]ed25519.PublicKey{a.dev.Public()}, nil)
	must(t, err)
	_, err = a.reg.HearTurned(turned)
	must(t, err)
	must(t, a.reg.HearLetters(letters))
	for range 2 {
		for range 80 {
			public, _, err := ed25519.GenerateKey(nil)
			must(t, err)
			_ = a.reg.Add(school.Enrol(public, "stranger", 1, 1, "box")) // some find no room
		}
		if _, known := a.reg.Peer(early.dev.ID()); !known || a.reg.Speaks(early.dev.ID()) || len(a.reg.Peers()) > 64 {
			t.Fatalf("whose work is here is known: %v, among %d", known, len(a.reg.Peers()))
		}
		a.again(true)
	}
}
