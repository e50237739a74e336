package clustertest

import (
	"encoding/binary"
	"testing"

	"lamplight/sync/eventlog"
)

// folded is how many answers a box's folds count.
func folded(t *testing.T, b *Box) (n uint64) {
	t.Helper()
	if err := b.Log.(Disk).View(func(kv eventlog.KV) error {
		kv.Scan(countsBucket, nil, func(_, v []byte) bool { n += binary.BigEndian.Uint64(v); return true })
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

// A card is copied, and both copies write and meet the same box: what each wrote counts everywhere in the end.
func TestACopiedCardThatWritesBesideItsOriginalLosesNobodysAnswers(t *testing.T) {
	n := NewNetwork(1)
	cast := NewCast(t, "a", "b")
	a, b := cast.Box(t, n, 0, nil, nil), cast.Box(t, n, 1, nil, nil)
	b.MustWrite(cast.School.Learn(), 10)
	a.MustMeet(b)
	before := folded(t, a)
	b.Stop()
	copied := &Box{Name: "b2", Dir: folder(t), Blobs: NewBlobs(), t: t, net: n}
	copyFolder(t, copied.Dir, b.Dir)
	copied.openKeys()
	copied.openLog()
	copied.Start()
	b.Start()
	copied.MustWrite(cast.School.Learn(), 15)
	b.MustWrite(cast.School.Learn(), 15)
	for range 6 {
		for _, other := range []*Box{copied, b} {
			if _, err := a.Meet(other); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, box := range []*Box{a, b, copied} {
		if n := folded(t, box); n != before+30 {
			t.Errorf("%s counts %d answers, want %d before and 15 of each copy", box.Name, n, before)
		}
	}
	if d := Differ(a, b); d != "" {
		t.Error(d)
	}
}

// A box loses its last events, which a peer has, and writes as many: neither holds more than the other, and what each holds
// counts at both in the end, also what is written while they look for it.
func TestABoxThatWroteAsMuchAsItLostGetsItBack(t *testing.T) {
	n := NewNetwork(1)
	cast := NewCast(t, "a", "b")
	a, b := cast.Box(t, n, 0, nil, nil), cast.Box(t, n, 1, nil, nil)
	learn := cast.School.Learn()
	b.MustWrite(learn, 10)
	a.MustMeet(b)
	before := folder(t)
	copyFolder(t, before, b.Dir)
	b.MustWrite(learn, 5)
	a.MustMeet(b)
	b.Stop()
	_ = b.Log.(Disk).Close()
	b.Dir = before
	b.openKeys()
	b.openLog()
	b.Start()
	b.MustWrite(learn, 3)
	b.MustWrite(learn, 2)
	if !a.Log.Vector().Equal(b.Log.Vector()) || a.Node.Digest() == b.Node.Digest() {
		t.Error("they hold as much but not the same, and gossip tells nobody to call")
	}
	for range 4 {
		if _, err := b.Meet(a); err != nil {
			t.Fatal(err)
		}
	}
	b.MustWrite(learn, 1)
	for range 4 {
		if _, err := a.Meet(b); err != nil {
			t.Fatal(err)
		}
	}
	for _, box := range []*Box{a, b} {
		if got := folded(t, box); got != 10+5+5+1 {
			t.Errorf("%s counts %d answers, want 21", box.Name, got)
		}
	}
	if d := Differ(a, b); d != "" {
		t.Error(d)
	}
}
