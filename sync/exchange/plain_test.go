package exchange_test

import (
	"strings"
	"testing"

	"lamplight/sync/clustertest"
	"lamplight/sync/segment"
)

func TestTwoBoxesWithABriefThatDoesNotFitMeetOnceMoreWithoutBriefs(t *testing.T) {
	n, a, b, school := pair(t)
	a.MustWrite(school.Learn(), 5)
	a.MustMeet(b)
	clone := clustertest.NewClone(t, n, a, "clone") // from here on both write what the other does not have
	a.MustWrite(school.Learn(), 1)
	clone.MustWriteOther(school.Learn(), 1)
	a.MustMeet(b)
	clone.MustMeet(b)
	clone.MustWriteOther(school.Learn(), 3) // after an event that b has otherwise
	sum := b.MustMeet(clone)
	if sum.Refused == 0 || !strings.Contains(sum.LastRefusal.Error(), "signature") {
		t.Fatalf("a brief made for another segment before it: %+v", sum)
	}
	sum = b.MustMeet(clone)
	if sum.Refused == 0 || !strings.Contains(sum.LastRefusal.Error(), "does not continue") {
		t.Fatalf("the same whole: %+v", sum)
	}
}

func TestAFewRecordsOfManyBoxesCostLittleMoreThanTheirSignatures(t *testing.T) {
	n, a, b, school := pair(t)
	var writers []*clustertest.Box
	for i := range 12 {
		w := clustertest.NewBox(t, n, strings.Repeat("w", i+1), nil)
		if err := w.Registry.SetSchool(school); err != nil {
			t.Fatal(err)
		}
		for _, box := range []*clustertest.Box{a, b} {
			if err := box.Registry.Add(*w.Registry.Own()); err != nil {
				t.Fatal(err)
			}
		}
		writers = append(writers, w)
	}
	give := func(to *clustertest.Box, count int) {
		for _, w := range writers {
			w.MustWrite(school.Learn(), count)
			if err := w.Log.Segments(to.Log.Vector(), func(segment.Scope) bool { return true }, func(raw []byte) error {
				_, err := to.Log.Receive(raw)
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
	}
	give(b, 40)
	a.MustMeet(b)
	same := a.MustMeet(b)
	give(b, 3)
	sum := a.MustMeet(b)
	inStep(t, a, b)
	if sum.SegmentsIn != 12 {
		t.Fatalf("%+v", sum)
	}
	each := (sum.Sent + sum.Received - same.Sent - same.Received) / 12
	t.Logf("3 records of each of 12 boxes: %d bytes a box, with a signature of 64", each)
	if each > 160 {
		t.Errorf("%d bytes a box", each)
	}
}
