package store

import (
	"math/rand/v2"
	"testing"

	"lamplight/server/learning"
	"lamplight/sync/clock"
	"lamplight/sync/device"
	"lamplight/sync/segment"
)

// heed does for a box what the node does whenever its log has changed.
func heed(t *testing.T, b *diskBox) {
	t.Helper()
	for _, r := range must[[]learning.Revocation](t)(b.store.ShutOut(b.reg, b.dev.ID(), b.log.Vector())) {
		if err := b.store.Revoke(ctx, learning.Box(), r); err != nil {
			t.Fatal(err)
		}
	}
}

// numbered is up to which event a device's roster counts at b.
func numbered(t *testing.T, b, of *diskBox) uint64 {
	t.Helper()
	stream := of.dev.Stream(b.reg.School().Roster())
	o, ok := b.reg.Owner(stream)
	if !ok {
		t.Fatalf("box %s knows nothing of stream %s", b.dev.ID(), stream)
	}
	return o.Last
}

func TestEveryBoxShutsOutWhomOneShutOutAndAllKeepTheSame(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	boxes := schoolOfThree(t)
	a, b, stolen := boxes[0], boxes[1], boxes[2]
	add := func(name string) {
		if _, err := stolen.store.AddPeople(ctx, learning.Box(), NewPerson{Role: learning.Learner, Name: name}); err != nil {
			t.Fatal(err)
		}
	}
	add("Amara")
	meet(t, a, stolen, r, 0)
	atA := a.log.Vector()[stolen.dev.Stream(a.reg.School().Roster())]
	add("Baraka")
	meet(t, b, stolen, r, 0) // b has more of it than a, when a shuts it out
	atB := b.log.Vector()[stolen.dev.Stream(a.reg.School().Roster())]
	if atB <= atA {
		t.Fatalf("b holds %d, a %d", atB, atA)
	}

	last := clock.Vector{stolen.dev.Stream(a.reg.School().Roster()): atA}
	if err := a.store.Revoke(ctx, learning.Box(), learning.Revocation{Public: stolen.dev.Public(), Last: last}); err != nil {
		t.Fatal(err)
	}
	heed(t, a)
	if got := numbered(t, a, stolen); got != atA {
		t.Fatalf("at a the stolen box counts to %d, want %d", got, atA)
	}
	meet(t, b, a, r, 0)
	heed(t, b) // says that it held more
	heed(t, b) // as the log has changed
	if p, _ := b.reg.Peer(stolen.dev.ID()); !p.Revoked {
		t.Error("b has not shut it out")
	}
	meet(t, a, b, r, 1) // so that b's word comes before what it allows: lost this once
	meetFrom(t, a, b)
	heed(t, a)
	meetFrom(t, a, b)
	heed(t, a)
	for _, box := range []*diskBox{a, b} {
		if got := numbered(t, box, stolen); got != atB {
			t.Errorf("box %s counts to %d, want %d", box.dev.ID(), got, atB)
		}
	}
	if !a.log.Vector().Equal(b.log.Vector()) || a.state() != b.state() {
		t.Errorf("a holds %v, b %v", a.log.Vector(), b.log.Vector())
	}
	if more := must[[]learning.Revocation](t)(b.store.ShutOut(b.reg, b.dev.ID(), b.log.Vector())); len(more) != 0 {
		t.Errorf("b would say again what it said: %v", more)
	}
}

// meetFrom carries what a lacks to it and passes over what a refuses.
func meetFrom(t *testing.T, to, from *diskBox) {
	t.Helper()
	err := from.log.Segments(to.log.Vector(), func(segment.Scope) bool { return true }, func(b []byte) error {
		_, _ = to.log.Receive(b)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAStrangersRevocationCountsForNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	boxes := schoolOfThree(t)
	other := newDiskBox(t, must[*device.School](t)(device.NewSchool("Other")))
	if err := boxes[0].reg.AddContentPeer(other.dev.Public(), "guest"); err != nil {
		t.Fatal(err)
	}
	victim := learning.Revocation{Public: boxes[1].dev.Public()}
	if err := other.store.Revoke(ctx, learning.Box(), victim); err != nil {
		t.Fatal(err)
	}
	meet(t, boxes[0], other, r, 0)
	heed(t, boxes[0])
	if p, _ := boxes[0].reg.Peer(boxes[1].dev.ID()); p.Revoked {
		t.Error("a guest shut out a box of the school")
	}
	if err := boxes[0].store.Revoke(ctx, learning.Actor{}, victim); err == nil {
		t.Error("anybody may shut a box out")
	}
}

func TestOfTwoTurnsAtOnceAllComeToShareOne(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	boxes := schoolOfThree(t)
	for _, b := range boxes[:2] {
		if err := b.store.Turn(ctx, learning.Box(), 0, nil); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		for _, to := range boxes {
			for _, from := range boxes {
				if to != from {
					meet(t, to, from, r, 0)
				}
			}
		}
	}
	first := must[learning.Turn](t)(boxes[0].store.Turned())
	for i, b := range boxes {
		if got := must[learning.Turn](t)(b.store.Turned()); got.Generation != 1 || string(got.Secret) != string(first.Secret) || len(got.Secret) != 32 {
			t.Errorf("box %d shares generation %d", i, got.Generation)
		}
	}
	if err := boxes[2].store.Turn(ctx, learning.Box(), 1, nil); err != nil {
		t.Fatal(err)
	}
	if got := must[learning.Turn](t)(boxes[2].store.Turned()); got.Generation != 2 {
		t.Errorf("the next turn is generation %d", got.Generation)
	}
}

func TestABoxWhoseStreamForkedIsShutOutOnceWithAllItsBranches(t *testing.T) {
	boxes := schoolOfThree(t)
	a, stolen := boxes[0], boxes[2]
	if _, err := stolen.store.AddPeople(ctx, learning.Box(), NewPerson{Role: learning.Learner, Name: "Amara"}); err != nil {
		t.Fatal(err)
	}
	meet(t, a, stolen, rand.New(rand.NewPCG(1, 2)), 0)
	stream, branch := stolen.dev.Stream(a.reg.School().Roster()), clock.Stream{7}
	a.reg.Alias(branch, stream)
	held := a.log.Vector()
	if err := a.store.Revoke(ctx, learning.Box(), learning.Revocation{Public: stolen.dev.Public(), Last: clock.Vector{stream: held[stream]}}); err != nil {
		t.Fatal(err)
	}
	held[branch] = held[stream] + 20
	for _, more := range must[[]learning.Revocation](t)(a.store.ShutOut(a.reg, a.dev.ID(), held)) {
		if err := a.store.Revoke(ctx, learning.Box(), more); err != nil {
			t.Fatal(err)
		}
	}
	if again := must[[]learning.Revocation](t)(a.store.ShutOut(a.reg, a.dev.ID(), held)); len(again) != 0 {
		t.Errorf("shut out anew: %v", again)
	}
	if got := numbered(t, a, stolen); got != held[branch] {
		t.Errorf("counts to %d, want %d", got, held[branch])
	}
}
