package clustertest

import (
	"os"
	"path/filepath"
	"testing"

	"lamplight/sync/clock"
	"lamplight/sync/device"
	"lamplight/sync/exchange"
)

// A Cast is the keys of boxes of one school, paired once and played again in any number of schedules: making keys and
// writing down who knows whom costs more than a small schedule.
type Cast struct {
	School *device.School
	names  []string
	dir    string
}

// NewCast pairs boxes of these names. It lasts as long as t.
func NewCast(t *testing.T, names ...string) *Cast {
	t.Helper()
	c := &Cast{names: names, dir: folder(t)}
	var boxes []*Box
	for _, name := range names {
		b := &Box{Name: name, Dir: filepath.Join(c.dir, name), t: t}
		b.openKeys()
		boxes = append(boxes, b)
	}
	c.School = Found(t, boxes...)
	return c
}

// Box is the i-th of the cast with an empty log on a disk in memory. source gives its time since boot, nil the real one;
// edit may change what its Node is made of.
func (c *Cast) Box(t *testing.T, n *Network, i int, source clock.Source, edit func(*exchange.Options)) *Box {
	t.Helper()
	b := &Box{Name: c.names[i], Dir: folder(t), Blobs: NewBlobs(), t: t, net: n, edit: edit, source: source}
	copyFolder(t, b.Dir, filepath.Join(c.dir, b.Name))
	b.openKeys()
	b.openLog()
	b.Start()
	return b
}

// copyFolder is what is on from's card now, on another.
func copyFolder(t *testing.T, to, from string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"device.key", "school.key"} { // CopyFS does not keep modes
		if err := os.Chmod(filepath.Join(to, "keys", name), 0o600); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
}
