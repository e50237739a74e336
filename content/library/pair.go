package library

import (
	"context"
	"io"
	"os"

	"lamplight/content"
	"lamplight/content/delta"
)

// A pair is a file of each edition, opened, in a form in which they are alike.
type pair struct {
	form             int64
	old, new         *os.File // old is nil for none
	oldSize, newSize int64
	remove           []string // temporary files
}

func (u *updater) open(base int, f ManifestFile) (p *pair, err error) {
	p = &pair{}
	defer func() {
		if err != nil {
			p.close()
		}
	}()
	newPath, oldPath := u.l.blobs.Path(f.Hash), ""
	if base > 0 {
		if oldPath, err = u.oldPath(base - 1); err != nil {
			return p, err
		}
		if a, b, ok := u.plain(p, oldPath, newPath); ok {
			oldPath, newPath, p.form = a, b, 1
		}
		if p.old, p.oldSize, err = openSized(oldPath); err != nil {
			return p, err
		}
	}
	p.new, p.newSize, err = openSized(newPath)
	return p, err
}

func openSized(path string) (*os.File, int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	fi, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, 0, err
	}
	return f, fi.Size(), nil
}

func (p *pair) close() {
	for _, f := range []*os.File{p.old, p.new} {
		if f != nil {
			f.Close()
		}
	}
	removeAll(p.remove)
}

func (p *pair) diff(ctx context.Context, emit func([]byte) error) (delta.Script, error) {
	if p.old == nil {
		if _, err := io.Copy(emitter(emit), content.Stoppable(ctx, io.NewSectionReader(p.new, 0, p.newSize))); err != nil {
			return delta.Script{}, err
		}
		return delta.Whole(p.newSize), nil
	}
	return delta.Diff(ctx, p.old, p.oldSize, p.new, p.newSize, emit)
}

type emitter func([]byte) error

func (e emitter) Write(b []byte) (int, error) { return len(b), e(b) }
