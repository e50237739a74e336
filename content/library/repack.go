package library

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime/debug"

	"lamplight/content"
)

// A repacker is a plainer of files that other programs packed, each in its own way: two editions have hardly a byte in common,
// and FromPlain makes another file, which holds the same. So the first edition of a course is kept as it was published, and a
// later one is packed anew, as every box makes it of its plain form, if the update is much smaller then. What is lost are the
// publisher's own bytes, and what of them FromPlain leaves out.
type repacker interface {
	plainer
	// Repacks says whether a file of so many bytes is worth it.
	Repacks(size int64) bool
}

func (l *Library) repacker(format string) (repacker, bool) {
	p, _ := l.plainer(format)
	r, ok := p.(repacker)
	return r, ok
}

// repacks says whether a planned course is to be tried to be packed anew: how many bytes.
func (k *keeper) repacks(p *content.Plan) int64 {
	format, ok := k.l.repacker(p.Course.Format)
	if _, err := k.l.find(p.Course.ID); err != nil || !ok || k.o.Link || len(p.Files) != 1 || !format.Repacks(p.Files[0].Size) {
		return 0
	}
	return p.Files[0].Size
}

// worked counts bytes that were packed anew.
func (k *keeper) worked(n int64) {
	n = min(n, k.again)
	k.again -= n
	k.progress(n)
}

// repack gives the edition that takes the place of m, its file in the store, and what makes it of the one before: nil for
// none. All are nil when m had better stay as it is, whatever the reason.
func (k *keeper) repack(before *installed, m *Manifest) (*Manifest, *content.Update) {
	defer func() { k.worked(k.again) }()
	format, _ := k.l.repacker(m.Format)
	if k.again == 0 || before.Format != m.Format || len(before.Files) != 1 || before.Files[0].Hash == m.Files[0].Hash {
		return nil, nil
	}
	var remove []string
	defer func() { removeAll(remove) }()
	plain, ok := k.l.plainForm(k.ctx, format, k.l.blobs.Path(m.Files[0].Hash), &remove)
	if !ok {
		return nil, nil
	}
	again, err := k.packAgain(format, plain, m)
	if err != nil {
		return nil, nil
	}
	if had := before.Files[0]; had.Hash == again.Files[0].Hash {
		again.Files[0].Published = had.Published // published twice, it holds the same
	}
	u, err := k.l.updateTo(k.ctx, before, again, plain, k.l.note)
	if again.Files[0].Hash == before.Files[0].Hash || err == nil && u != nil && u.Size <= m.Files[0].Size/2 {
		k.anew = true
		return again, u
	}
	vain := hashesOf(again.Files)
	if u != nil {
		vain = append(vain, u.Hash)
	}
	k.l.sweep(vain)
	return nil, nil
}

// packAgain makes the file of a plain form and the manifest of the edition that has it.
func (k *keeper) packAgain(format repacker, plain string, m *Manifest) (*Manifest, error) {
	defer debug.FreeOSMemory() // before the update wants as much
	file := m.Files[0]
	file.Published = &Published{file.Hash, file.Size}
	r, size, err := openSized(plain)
	if err == nil {
		defer r.Close()
		err = k.l.blobs.Room(2 * file.Size)
	}
	if err != nil {
		return nil, err
	}
	temp, err := k.l.blobs.Temp()
	if err != nil {
		return nil, err
	}
	defer os.Remove(temp) // gone already when it was adopted
	read, told := int64(0), int64(0)
	progress := emitter(func(b []byte) error {
		read += int64(len(b))
		now := int64(float64(file.Size) * float64(read) / float64(size))
		k.worked(now - told)
		told = now
		return nil
	})
	var p *content.Plan
	err = survive(func() error {
		err := format.FromPlain(k.ctx, io.TeeReader(r, progress), temp, 2*file.Size)
		if err == nil {
			p, err = format.(content.Format).Plan(k.ctx, temp, content.ImportOptions{})
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if p.Course.ID != m.Course.ID || p.Course.Edition != m.Course.Edition {
		return nil, fmt.Errorf("packed anew it is another course: %w", fs.ErrInvalid)
	}
	if file.Hash, file.Size, err = k.l.blobs.Adopt(k.ctx, temp, k.l.note); err != nil {
		return nil, err
	}
	k.kept = append(k.kept, file.Hash)
	again := *m
	again.Files, again.Index = []ManifestFile{file}, p.Index
	c := &again.Course
	c.Bytes, c.Entries, c.Resources, c.Thumbnail = p.Course.Bytes, p.Course.Entries, p.Course.Resources, p.Course.Thumbnail
	return &again, nil
}

// repackedFrom says whether a course was packed anew from the very file that is planned. The error is ctx's.
func (l *Library) repackedFrom(ctx context.Context, in *installed, rec record, p *content.Plan) (bool, error) {
	if len(in.Files) != 1 || len(p.Files) != 1 {
		return false, nil
	}
	was, f := in.Files[0].Published, p.Files[0]
	if was == nil || was.Size != f.Size || f.Make != nil {
		return false, nil
	}
	return rec.sameBytes(ctx, f, was.Hash)
}

// mendRepacked makes a file anew of the published one, which is in the store and is swept after.
func (l *Library) mendRepacked(ctx context.Context, m *Manifest) error {
	was := *m
	file := m.Files[0]
	was.Files = []ManifestFile{{Name: file.Name, Size: file.Published.Size, Hash: file.Published.Hash}}
	vain := hashesOf(was.Files)
	defer func() { l.sweep(vain) }()
	format, ok := l.repacker(m.Format)
	if !ok {
		return fmt.Errorf("library: %s cannot be packed anew: %w", file.Name, errUnsupported)
	}
	var remove []string
	defer func() { removeAll(remove) }()
	plain, ok := l.plainForm(ctx, format, l.blobs.Path(file.Published.Hash), &remove)
	if !ok {
		return fmt.Errorf("library: %s has no plain form now: %w", file.Name, fs.ErrInvalid)
	}
	k := keeper{l: l, ctx: ctx}
	again, err := k.packAgain(format, plain, &was)
	if err != nil {
		return err
	}
	if got := again.Files[0].Hash; got != file.Hash {
		vain = append(vain, got)
		return fmt.Errorf("library: %s packed anew has other bytes: this release packs otherwise: %w", file.Name, fs.ErrInvalid)
	}
	return nil
}
