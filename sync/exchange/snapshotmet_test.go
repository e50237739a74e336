package exchange_test

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"lamplight/sync/exchange"
)

// A box that goes by no snapshot is sent events as if none had been made, and none is made for it again.
func TestWhoRefusesASnapshotIsSentEventsAsUsualAndNoOther(t *testing.T) {
	old, fresh, p, school := newcomer(t)
	maker := p.maker
	p.takes = fmt.Errorf("not like this: %w", fs.ErrInvalid)
	old.MustWrite(school.Roster(), 900)
	old.MustWrite(school.Learn(), 600)
	sum := fresh.MustMeet(old)
	inStep(t, old, fresh)
	if sum.Snapshot || sum.Refused != 1 || maker.made != 1 {
		t.Fatalf("%d snapshots were made: %+v", maker.made, sum)
	}
	if n := len(p.met); n != 1 || p.met[0].Peer != old.Device.ID() || !p.met[0].InStep || p.met[0].Took {
		t.Errorf("it was told of %+v", p.met)
	}
	old.MustWrite(school.Roster(), 4400)
	if sum = fresh.MustMeet(old); sum.Refused != 0 || maker.made != 1 {
		t.Errorf("a snapshot was made again for who refused one: %d, %+v", maker.made, sum)
	}
}

// What this box writes next cannot be said to be in a snapshot already.
func TestASnapshotOfWhatThisBoxHasYetToWriteIsRefused(t *testing.T) {
	old, fresh, p, school := newcomer(t)
	old.MustWrite(school.Learn(), 20_000)
	fresh.MustWrite(school.Learn(), 3)
	fresh.MustMeet(old)
	if p.got == nil {
		t.Fatal("no snapshot came")
	}
	got, own := *p.got, fresh.Device.Stream(school.Learn())
	for last, ok := range map[uint64]bool{3: true, 4: false} {
		got.At = got.At.Clone()
		got.At[own] = last
		if err := exchange.NotOurs(fresh.Node, got); (err == nil) != ok {
			t.Errorf("%d events of this box: %v", last, err)
		}
	}
}

// A box that goes by what learners did alone waits for no names.
func TestNamesAreNotPutOffForWhoWasToldNone(t *testing.T) {
	for wish, first := range map[exchange.Wish]string{exchange.HasSnapshot: "learn", exchange.HasLearn: "roster"} {
		old, fresh, p, school := newcomer(t)
		p.wish = wish
		old.MustWrite(school.Roster(), 900)
		old.MustWrite(school.Learn(), 400)
		fresh.MustMeet(old)
		p.came = slices.DeleteFunc(p.came, func(s string) bool { return s == "pub" })
		if len(p.came) == 0 || !strings.HasSuffix(p.came[0], first) {
			t.Errorf("%d: %q came, want %s first", wish, p.came, first)
		}
	}
}
