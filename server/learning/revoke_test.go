package learning

import (
	"bytes"
	"testing"

	"lamplight/sync/clock"
)

func TestARevocationComesBackAsItWasWritten(t *testing.T) {
	want := Revocation{Public: bytes.Repeat([]byte{7}, 32), Last: clock.Vector{{1}: 12, {2}: 900}}
	got, err := ReadRevocation(want.Encode())
	if err != nil || got.Device() != want.Device() || !got.Last.Equal(want.Last) {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
	for n := range want.Encode() {
		if _, err := ReadRevocation(want.Encode()[:n]); err == nil {
			t.Errorf("cut to %d bytes it is read", n)
		}
	}
}

func FuzzRevocation(f *testing.F) {
	r := Revocation{Public: make([]byte, 32), Last: clock.Vector{{1}: 12}}
	f.Add(r.Encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := ReadRevocation(b)
		if err != nil {
			return
		}
		if again, err := ReadRevocation(r.Encode()); err != nil || !again.Last.Equal(r.Last) {
			t.Errorf("%x reads as %+v and not again: %v", b, r, err)
		}
	})
}
