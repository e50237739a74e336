package exchange_test

import (
	"testing"

	"lamplight/sync/clock"
	"lamplight/sync/clustertest"
)

func TestOfARevokedBoxCountsWhatWasAcceptedAndNothingAfter(t *testing.T) {
	n := clustertest.NewNetwork(1)
	a, b, stolen := clustertest.NewBox(t, n, "a", nil), clustertest.NewBox(t, n, "b", nil), clustertest.NewBox(t, n, "stolen", nil)
	school := clustertest.Found(t, a, b, stolen)
	stream := stolen.Device.Stream(school.Learn())
	stolen.MustWrite(school.Learn(), 10)
	a.MustMeet(stolen)
	stolen.MustWrite(school.Learn(), 5)
	b.MustMeet(stolen) // before it hears

	last := clock.Vector{stream: 10}
	if err := a.Registry.Revoke(stolen.Device.ID(), last); err != nil {
		t.Fatal(err)
	}
	if sum, err := b.Meet(a); err != nil || sum.InStep || a.Log.Vector()[stream] > 10 {
		t.Errorf("b, which has not heard, gives on what came after: %+v, %v", sum, err)
	}
	if got := a.Log.Vector()[stream]; got != 10 {
		t.Errorf("a holds %d of the revoked stream, want 10", got)
	}
	if err := b.Registry.Revoke(stolen.Device.ID(), last); err != nil {
		t.Fatal(err)
	}
	for round := range 2 {
		if sum, err := a.Meet(b); err != nil || !sum.InStep || sum.Refused != 0 || round == 1 && !sum.Unchanged {
			t.Errorf("round %d: both have heard: %+v, %v", round, sum, err)
		}
	}
	if got := b.Log.Vector()[stream]; got != 15 {
		t.Errorf("b dropped what it held already: %d, want 15", got)
	}
	if a.Node.Digest() != b.Node.Digest() {
		t.Error("they tell gossip different digests, and so call each other at each word of it, since one holds more that does not count")
	}

	wider := clock.Vector{stream: 15} // b says what it had accepted
	for _, box := range []*clustertest.Box{b, a} {
		if err := box.Registry.Revoke(stolen.Device.ID(), wider); err != nil {
			t.Fatal(err)
		}
	}
	a.MustMeet(b)
	if got := a.Log.Vector()[stream]; got != 15 {
		t.Errorf("a holds %d after b said that it had 15", got)
	}
	stolen.MustWrite(school.Learn(), 7)
	if sum, err := stolen.Meet(a); err == nil || sum.SegmentsIn+sum.SegmentsOut != 0 {
		t.Errorf("the stolen box met a: %+v, %v", sum, err)
	}
	if got := a.Log.Vector()[stream]; got != 15 {
		t.Errorf("a holds %d of the revoked stream, want 15", got)
	}
}
