package library

import (
	"context"
	"encoding/hex"
	"errors"
	"io"

	"github.com/zeebo/blake3"

	"lamplight/content"
)

// unchanged says whether exactly this edition is installed, in the same way and from the same bytes: a damaged copy bears
// the edition's name and size too. The error is ctx's.
func (l *Library) unchanged(ctx context.Context, p *content.Plan, asLink bool) (in *installed, same bool, err error) {
	in, err = l.find(p.Course.ID)
	if err != nil || in.Course.Edition != p.Course.Edition || in.Format != p.Course.Format || len(in.Files) != len(p.Files) || !l.allThere(in, len(in.Files)+1) {
		return &installed{}, false, nil
	}
	rec, err := l.readRecord(p.Course.ID)
	if err != nil {
		return &installed{}, false, nil
	}
	if !asLink {
		if same, err := l.repackedFrom(ctx, in, rec, p); same || err != nil {
			return in, same, err
		}
	}
	if old, err := readManifest(l.blobs, in.Manifest); err != nil || string(old.Index) != string(p.Index) {
		return &installed{}, false, nil // the reader of another release found out more
	}
	for i, f := range p.Files {
		if in.Files[i].Name != f.Name || in.Files[i].Size != f.Size {
			return &installed{}, false, nil
		}
		k, linked := in.Links[f.Name]
		linked = linked && k.Place == "" // what lies in a place was copied
		switch {
		case f.Make != nil, f.ByContent && !linked && !asLink:
		case linked != (asLink && len(f.Parts) == 1) || linked && !k.sameFile(f):
			return &installed{}, false, nil
		case !linked:
			if same, err := rec.sameBytes(ctx, f, in.Files[i].Hash); !same {
				return &installed{}, false, err
			}
		}
	}
	return in, true, nil
}

// sameBytes says whether a planned file is what was copied before: the same file, unchanged, or one with that hash. The error is
// ctx's; a file that cannot be read is another one, and told of when it is copied.
func (r record) sameBytes(ctx context.Context, f content.PlanFile, hash string) (bool, error) {
	if r.copiedFrom(f) {
		return true, nil
	}
	now, err := hashParts(ctx, f)
	if err != nil {
		return false, ctx.Err()
	}
	return now == hash, nil
}

// hashParts reads a planned file whole.
func hashParts(ctx context.Context, f content.PlanFile) (string, error) {
	r := &partsReader{parts: f.Parts, want: f.Size, progress: func(int64) {}}
	defer r.close()
	h := blake3.New()
	buf := make([]byte, 256<<10)
	for {
		if err := ctx.Err(); err != nil {
			return "", err
		}
		n, err := r.Read(buf)
		h.Write(buf[:n])
		if errors.Is(err, io.EOF) {
			return hex.EncodeToString(h.Sum(nil)), nil
		}
		if err != nil {
			return "", err
		}
	}
}
