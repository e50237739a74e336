package exchange_test

import (
	"bytes"
	"crypto/ed25519"
	"testing"

	"lamplight/sync/clock"
	"lamplight/sync/clustertest"
	"lamplight/sync/device"
	"lamplight/sync/exchange"
	"lamplight/sync/segment"
)

// shutOut is a box a of a school that holds 50 events of a box b, which was then revoked.
func shutOut(t *testing.T, n *clustertest.Network) (a, b *clustertest.Box, stream clock.Stream) {
	a, b = clustertest.NewBox(t, n, "a", nil), clustertest.NewBox(t, n, "b", nil)
	school := clustertest.Found(t, a, b)
	b.MustWrite(school.Learn(), 50)
	a.MustMeet(b)
	stream = b.Device.Stream(school.Learn())
	if err := a.Registry.Revoke(b.Device.ID(), clock.Vector{stream: 50}); err != nil {
		t.Fatal(err)
	}
	b.MustWrite(school.Learn(), 7)
	return a, b, stream
}

// passesOn checks that newcomer takes what counts of a revoked box from another, and nothing from the revoked box itself.
func passesOn(t *testing.T, from, newcomer, revoked *clustertest.Box, stream clock.Stream) {
	t.Helper()
	sum := newcomer.MustMeet(from)
	if got := newcomer.Log.Vector()[stream]; got != 50 || sum.Refused != 0 {
		t.Fatalf("the newcomer holds %d of 50 that the revoked box wrote while it counted (%+v)", got, sum)
	}
	for _, pair := range [][2]*clustertest.Box{{newcomer, from}, {from, newcomer}} {
		if sum := pair[0].MustMeet(pair[1]); !sum.Unchanged {
			t.Errorf("they do not come to rest: %+v", sum)
		}
	}
	if sum, err := newcomer.Meet(revoked); err == nil {
		t.Errorf("the newcomer talks with the revoked box: %+v", sum)
	}
	if sum, err := revoked.Meet(newcomer); err == nil {
		t.Errorf("the revoked box is talked to: %+v", sum)
	}
	if p, known := newcomer.Registry.Peer(revoked.Device.ID()); !known || !p.Revoked || newcomer.Registry.Trusted(p.ID()) {
		t.Errorf("the newcomer trusts the revoked box: %v", known)
	}
}

func TestWhatARevokedBoxWroteBeforeReachesThoseWhoJoinAfter(t *testing.T) {
	n := clustertest.NewNetwork(1)
	a, b, stream := shutOut(t, n)
	d, e := clustertest.NewBox(t, n, "d", nil), clustertest.NewBox(t, n, "e", nil)
	if _, err := accept(d, open(t, a), "a"); err != nil {
		t.Fatal(err)
	}
	passesOn(t, a, d, b, stream)
	a.Stop() // for good
	if _, err := accept(e, open(t, d), "d"); err != nil {
		t.Fatal(err)
	}
	passesOn(t, d, e, b, stream)
}

func TestWhatARevokedBoxWroteBeforeReachesThoseWhoJoinByAStick(t *testing.T) {
	n := clustertest.NewNetwork(1)
	a, b, stream := shutOut(t, n)
	d := clustertest.NewBox(t, n, "d", nil)
	file, code, err := courier(a, nil, t).Invite()
	if err != nil {
		t.Fatal(err)
	}
	_, answer, err := courier(d, nil, t).Accept(file, code)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := courier(a, nil, t).Accept(answer, ""); err != nil {
		t.Fatal(err)
	}
	if p, known := d.Registry.Peer(b.Device.ID()); !known || !p.Revoked || p.Certificate == nil {
		t.Errorf("the invitation did not tell of the revoked box: %+v", p)
	}
	passesOn(t, a, d, b, stream)
}

func TestABoxThatHeardOnlyThatAnotherWasRevokedLearnsWhoItWasInASession(t *testing.T) {
	n := clustertest.NewNetwork(1)
	a, b, stream := shutOut(t, n)
	d := clustertest.NewBox(t, n, "d", nil)
	if err := d.Registry.SetSchool(a.Registry.School()); err != nil {
		t.Fatal(err)
	}
	if err := d.Registry.RevokeKey(b.Device.Public(), clock.Vector{stream: 50}); err != nil {
		t.Fatal(err)
	}
	passesOn(t, a, d, b, stream)
}

// A crossing is a log during whose reading something happens, after a segment was read and before it goes.
type crossing struct {
	exchange.Log
	then func()
}

func (c *crossing) Segments(after clock.Vector, allow func(segment.Scope) bool, fn func([]byte) error) error {
	return c.Log.Segments(after, allow, func(raw []byte) error {
		c.then()
		return fn(raw)
	})
}

func TestABoxThatIsRevokedWhileItTalksGetsNoFurtherSegment(t *testing.T) {
	n := clustertest.NewNetwork(1)
	var log *crossing
	a := clustertest.NewBox(t, n, "a", func(o *exchange.Options) {
		log = &crossing{Log: o.Log}
		o.Log = log
	})
	b := clustertest.NewBox(t, n, "b", nil)
	school := clustertest.Found(t, a, b)
	a.MustWrite(school.Roster(), 5)
	log.then = func() {
		if err := a.Registry.Revoke(b.Device.ID(), nil); err != nil {
			t.Error(err)
		}
	}
	if sum, err := b.Meet(a); err == nil {
		t.Errorf("the session went on: %+v", sum)
	}
	if got := b.Log.Vector()[a.Device.Stream(school.Roster())]; got > 0 {
		t.Errorf("it was given %d events after it was revoked", got)
	}
}

func TestTheWorkOfABoxThatNobodyAliveVouchesForStillReachesAll(t *testing.T) {
	n := clustertest.NewNetwork(1)
	a, c, d := clustertest.NewBox(t, n, "a", nil), clustertest.NewBox(t, n, "c", nil), clustertest.NewBox(t, n, "d", nil)
	school := clustertest.Found(t, a, c, d)
	d.MustWrite(school.Learn(), 50)
	c.MustMeet(d)
	turned := device.Turned{Generation: 1, Secret: bytes.Repeat([]byte{7}, 32)}
	letters, err := school.With([]device.Turned{turned}).Letters([]ed25519.PublicKey{a.Device.Public(), c.Device.Public()}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range []*clustertest.Box{a, c} {
		if _, err := b.Registry.HearTurned([]device.Turned{turned}); err != nil {
			t.Fatal(err)
		}
		if err := b.Registry.HearLetters(letters); err != nil || b.Registry.Trusted(d.Device.ID()) {
			t.Fatal("who is named by nobody is trusted", err)
		}
	}
	a.MustMeet(c)
	if got := a.Log.Vector()[d.Device.Stream(school.Learn())]; got != 50 {
		t.Errorf("%d of 50 events came by way of a box that holds them", got)
	}
	if sum := c.MustMeet(a); !sum.Unchanged {
		t.Errorf("they do not come to rest: %+v", sum)
	}
	for _, b := range []*clustertest.Box{a, c} {
		if sum, err := b.Meet(d); err == nil {
			t.Errorf("%s talks with who does not stay: %+v", b.Name, sum)
		}
	}
}
