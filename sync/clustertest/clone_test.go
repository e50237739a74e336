package clustertest

import (
	"os"
	"testing"
)

// diskClone is a copy of a box's card in a board that says nothing of itself, as a virtual machine does.
func diskClone(t *testing.T, n *Network, of *Box, name string) *Box {
	t.Helper()
	b := &Box{Name: name, Dir: folder(t), Blobs: NewBlobs(), t: t, net: n}
	if err := os.CopyFS(b.Dir, os.DirFS(of.Dir)); err != nil {
		t.Fatal(err)
	}
	b.openKeys()
	b.openLog()
	b.Start()
	return b
}

// Two boxes with one key, which no hardware tells apart, both write; a third meets both in real sessions.
func TestACopiedCardsWorkCountsOnceBothMet(t *testing.T) {
	for _, c := range []struct {
		name           string
		original, copy int
	}{{"as much by both", 4, 4}, {"more by the original", 260, 3}, {"more by the copy", 3, 260}} {
		t.Run(c.name, func(t *testing.T) {
			n := NewNetwork(5)
			a, b := NewDiskBox(t, n, "a", nil, nil), NewDiskBox(t, n, "b", nil, nil)
			school := Found(t, a, b)
			a.MustWrite(school.Learn(), 40)
			a.MustWrite(school.Roster(), 10)
			a.MustMeet(b)
			clone := diskClone(t, n, a, "clone")
			a.MustWrite(school.Learn(), c.original)
			a.MustWrite(school.Roster(), c.original)
			clone.MustWrite(school.Learn(), c.copy)
			clone.MustWrite(school.Roster(), c.copy)
			rounds, bytes := 0, int64(0)
			for meetings := 0; rounds < 20; rounds++ {
				for _, x := range []*Box{a, clone} {
					sum := x.MustMeet(b)
					meetings, bytes = meetings+1, bytes+sum.Sent+sum.Received
				}
				if rounds > 0 && Differ(a, b, clone) == "" {
					break
				}
			}
			if d := Differ(a, b, clone); d != "" {
				t.Fatalf("after %d rounds: %s\n%+v", rounds, d, b.Log.(Disk).Forks())
			}
			var held uint64
			for _, f := range b.Log.(Disk).Forks() {
				held += f.Events[0] + f.Events[1]
			}
			if held != uint64(2*c.original+2*c.copy) {
				t.Errorf("the branches hold %d events, want %d: %+v", held, 2*c.original+2*c.copy, b.Log.(Disk).Forks())
			}
			t.Logf("agreed after %d rounds and %d bytes on %d forks; epochs %d and %d", rounds+1, bytes, len(b.Log.(Disk).Forks()), a.Device.Epoch(), clone.Device.Epoch())
			sum := a.MustMeet(b)
			if !sum.Unchanged || sum.DifferentChains {
				t.Errorf("they do not rest: %+v", sum)
			}
		})
	}
}
