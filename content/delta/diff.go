package delta

import (
	"context"
	"io"

	"github.com/zeebo/blake3"
)

// Diff compares two files and gives the script that makes the new one of the old; emit gets its literals, in order and in
// pieces it must not keep. The same files give the same script. It holds Cap bytes and tables of 16 MiB, and of large files
// 40 bytes a chunk.
func Diff(ctx context.Context, old io.ReaderAt, oldSize int64, new io.ReaderAt, newSize int64, emit func([]byte) error) (Script, error) {
	d := &diff{ctx: ctx, old: old, oldSize: oldSize, new: new, emit: emit}
	if oldSize+newSize <= Cap {
		err := d.between(0, oldSize, 0, newSize)
		return d.Script, err
	}
	// Where chunks of both are alike they are copied; pending is what of the new file has come since, at most stretch bytes.
	known, err := d.known(sizesFor(newSize))
	if err != nil {
		return d.Script, err
	}
	pending := int64(0)
	err = sizesFor(newSize).chunks(io.NewSectionReader(new, 0, newSize), func(at int64, b []byte) error {
		from, ok := known[key(b)]
		if !ok && at+int64(len(b))-pending <= stretch {
			return ctx.Err()
		}
		if !ok {
			from = d.on + gap
		}
		if err := d.hole(from, pending, at); err != nil {
			return err
		}
		if pending = at; ok {
			d.copy(from, int64(len(b)))
			d.on, pending = from+int64(len(b)), at+int64(len(b))
		}
		return ctx.Err()
	})
	if err == nil {
		err = d.hole(oldSize, pending, newSize)
	}
	return d.Script, err
}

// gap is how much of the old file is compared byte by byte at a time, stretch how much of the new one: less by the chunks
// that are looked at beside, or the end of each stretch would find nothing.
const (
	gap     = Cap / 2
	stretch = gap - 2<<20
)

type diff struct {
	Script
	ctx      context.Context
	old, new io.ReaderAt
	oldSize  int64
	on       int64 // where the old file would go on
	emit     func([]byte) error
}

func key(b []byte) [16]byte { sum := blake3.Sum256(b); return [16]byte(sum[:16]) }

// known is where each chunk of the old file begins, the first of several.
func (d *diff) known(c Sizes) (map[[16]byte]int64, error) {
	out := map[[16]byte]int64{}
	err := c.chunks(io.NewSectionReader(d.old, 0, d.oldSize), func(at int64, b []byte) error {
		if k := key(b); out[k] == 0 {
			out[k] = at + 1
		}
		return d.ctx.Err()
	})
	for k := range out {
		out[k]--
	}
	return out, err
}

// hole makes the new file's bytes from a to b of what the old one has between the copies about them, and a chunk beside:
// chunks are not cut at the very byte that changed.
func (d *diff) hole(next, a, b int64) error {
	if a == b {
		return nil
	}
	from := max(0, d.on-int64(coarseSizes.Most))
	to := min(next+int64(coarseSizes.Most), d.oldSize, from+gap)
	if to < d.on {
		to = min(d.on+b-a, d.oldSize, from+gap) // what comes next lies before: something was moved
	}
	if err := d.between(from, max(from, to), a, b); err != nil {
		return err
	}
	d.on = min(d.on+b-a, d.oldSize)
	return d.ctx.Err()
}

// between compares runs of both files byte by byte.
func (d *diff) between(from, to, a, b int64) error {
	old, new := make([]byte, to-from), make([]byte, b-a)
	if _, err := io.ReadFull(io.NewSectionReader(d.old, from, to-from), old); err != nil {
		return err
	}
	if _, err := io.ReadFull(io.NewSectionReader(d.new, a, b-a), new); err != nil {
		return err
	}
	return match(&d.Script, old, new, from, int(min(max(d.on-from, 0), to-from)), d.emit)
}
