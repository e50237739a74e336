package kolibri

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/zeebo/blake3"

	"lamplight/content/arrange"
)

// See the package comment for the tree file.
const (
	treeMagic  = "LAMPKOL"
	treeForm   = 1
	headLen    = 8
	nodeLen    = 40
	indexLen   = 20
	footerLen  = 72
	maxRecord  = 1 << 20
	maxTree    = 1 << 30
	keepInCore = 12 << 20 // bytes of a tree that Plan keeps; a longer one is written once more
)

// meta is what the tree knows of the whole channel.
type meta struct {
	Channel string `cbor:"1,keyasint"` // 32 hex digits
	Version int64  `cbor:"2,keyasint"`
	Stated  bool   `cbor:"3,keyasint,omitempty"` // some resource states a licence, so that one without has none
	Kinds   int    `cbor:"4,keyasint,omitempty"` // reserved
}

// A treeWriter writes the tree file front to back.
type treeWriter struct {
	w       io.Writer
	sum     *blake3.Hasher
	at      int64
	records []struct {
		offset int64
		length int32
	}
}

func (t *treeWriter) Write(b []byte) (int, error) {
	t.sum.Write(b)
	n, err := t.w.Write(b)
	t.at += int64(n)
	return n, err
}

// writeTree writes the tree file of what is laid out; see tells each record on the way, and may be nil.
func (c *channel) writeTree(ctx context.Context, w io.Writer, see func(place int32, r *record)) error {
	t := &treeWriter{w: w, sum: blake3.New()}
	if _, err := t.Write(append([]byte(treeMagic), treeForm)); err != nil {
		return err
	}
	stated, err := c.writeRecords(ctx, t, see)
	if err != nil {
		return err
	}
	metaAt := t.at
	m, err := encoder.Marshal(meta{Channel: c.id, Version: c.row.version, Stated: stated})
	if err != nil {
		return err
	}
	thumbAt := metaAt + int64(len(m))
	t.Write(m)
	t.Write(c.row.thumbnail)
	nodesAt := t.at
	for i, r := range t.records {
		k := c.key(c.tree.twigs[i])
		b := append(make([]byte, 0, nodeLen), k[:]...)
		b = binary.LittleEndian.AppendUint64(b, uint64(r.offset))
		b = binary.LittleEndian.AppendUint32(b, uint32(r.length))
		b = binary.LittleEndian.AppendUint32(b, uint32(c.tree.parent[i]))
		b = binary.LittleEndian.AppendUint32(b, uint32(c.tree.first[i]))
		t.Write(binary.LittleEndian.AppendUint32(b, uint32(c.tree.count[i])))
	}
	indexAt := t.at
	index := c.index()
	for _, place := range index {
		k := c.key(c.tree.twigs[place])
		t.Write(binary.LittleEndian.AppendUint32(append(make([]byte, 0, indexLen), k[:]...), uint32(place)))
	}
	return t.footer([]int64{metaAt, thumbAt, nodesAt, indexAt, t.at}, len(t.records), len(m), len(index))
}

func (t *treeWriter) footer(offsets []int64, nodes, metaLen, index int) error {
	var b []byte
	for _, o := range offsets {
		b = binary.LittleEndian.AppendUint64(b, uint64(o))
	}
	for _, n := range []int{nodes, metaLen, index, 0} {
		b = binary.LittleEndian.AppendUint32(b, uint32(n))
	}
	t.Write(b)
	_, err := t.Write(t.sum.Sum(nil)[:16])
	return err
}

func (c *channel) writeRecords(ctx context.Context, t *treeWriter, see func(place int32, r *record)) (stated bool, err error) {
	s := newScribe(c)
	firsts := map[key]int32{}
	for place, twig := range c.tree.twigs {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		first, again := firsts[c.key(twig)]
		if !again {
			first, firsts[c.key(twig)] = twig, twig
		}
		r, err := s.record(ctx, first) // one resource is the same wherever it stands
		if err != nil {
			return false, err
		}
		b, err := encoder.Marshal(r)
		if err != nil {
			return false, err
		}
		stated = stated || r.Licence.ID != "" && twig != 0
		if len(b) > maxRecord {
			return false, fmt.Errorf("the node %s is too large: %d bytes", r.Node.id(), len(b))
		}
		t.records = append(t.records, struct {
			offset int64
			length int32
		}{t.at, int32(len(b))})
		if _, err := t.Write(b); err != nil {
			return false, err
		}
		if see != nil {
			see(int32(place), r)
		}
	}
	return stated, nil
}

// index sorts places by id, the first of several with one id alone. The root is found by none.
func (c *channel) index() []int32 {
	out := make([]int32, 0, len(c.tree.twigs))
	for i := 1; i < len(c.tree.twigs); i++ {
		out = append(out, int32(i))
	}
	arrange.By(out, func(a, b int32) int {
		x, y := c.key(c.tree.twigs[a]), c.key(c.tree.twigs[b])
		return cmp.Or(bytes.Compare(x[:], y[:]), cmp.Compare(a, b))
	})
	return slices.CompactFunc(out, func(a, b int32) bool { return c.key(c.tree.twigs[a]) == c.key(c.tree.twigs[b]) })
}

// A compiled is a tree file that is known: its length, and its bytes where they are not too many to hold.
type compiled struct {
	bytes []byte
	size  int64
}

// Write counts, and holds what is not too much.
func (c *compiled) Write(b []byte) (int, error) {
	c.size += int64(len(b))
	if c.size > keepInCore {
		c.bytes = nil
	} else {
		c.bytes = append(c.bytes, b...)
	}
	return len(b), nil
}

// makeTree writes the tree file to a path that does not exist; again reads the channel anew where Plan did not hold it.
func (c *compiled) makeTree(ctx context.Context, path string, again func(ctx context.Context, w io.Writer) error) error {
	if c.size > keepInCore {
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if err != nil {
			return err
		}
		w := bufio.NewWriterSize(f, 256<<10)
		err = again(ctx, w)
		if err == nil {
			err = w.Flush()
		}
		if errClose := f.Close(); err == nil {
			err = errClose
		}
		return err
	}
	return os.WriteFile(path, c.bytes, 0o644)
}
