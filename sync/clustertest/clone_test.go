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
