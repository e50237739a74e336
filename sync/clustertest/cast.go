package clustertest

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
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
	hollowTails(t, b.Dir)
	b.openKeys()
	b.openLog()
	b.Start()
	return b
}

// tails are the journal's two files of fixed size (eventlog's tail.go), which are zeros but for their begin.
const tails = "tail-"

// hollowTails makes an empty journal's tails of holes: to fill two megabytes with zeros took a fifth of a small schedule.
func hollowTails(t *testing.T, dir string) {
	t.Helper()
	at := filepath.Join(dir, "journal")
	err := os.Mkdir(at, 0o700)
	for _, name := range []string{tails + "0", tails + "1"} {
		err = errors.Join(err, hollow(filepath.Join(at, name), nil, 1<<20))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// hollow makes a file of so many bytes: b, then zeros that take no room.
func hollow(path string, b []byte, size int64) error {
	if err := os.WriteFile(path, b, 0o600); err != nil {
		return err
	}
	return os.Truncate(path, size)
}

// copyCard copies every file below from; of a tail no zeros at its end.
func copyCard(to, from string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(to, rel), 0o700)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		size := int64(len(b))
		if strings.HasPrefix(d.Name(), tails) {
			b = bytes.TrimRight(b, "\x00")
		}
		return hollow(filepath.Join(to, rel), b, size)
	})
}

// copyFolder is what is on from's card now, on another.
func copyFolder(t *testing.T, to, from string) {
	t.Helper()
	if err := copyCard(to, from); err != nil {
		t.Fatal(err)
	}
}
