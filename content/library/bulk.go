package library

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"syscall"

	"lamplight/content"
	"lamplight/content/blob"
	"lamplight/content/md5s"
)

// How much is written between two waits for the card.
const (
	settleBytes = 64 << 20
	settleFiles = 512
	bulkWorkers = 8 // each holds half a MiB
)

// A bulk keeps the files of a plan that are told by their names: those that are here already are not read, the others
// copied by a few workers, so that the cores sum while others wait for the card.
type bulk struct {
	k     *keeper
	plan  *content.Plan
	batch *blob.Batch
	sums  md5s.Summer
	have  map[string]ManifestFile // files of these names that are here

	mu   sync.Mutex
	next int
	err  error // what stops everything

	noting sync.Mutex // one line after the other
}

// bulk keeps such files of the plan and answers them by index; those left out have no name.
func (k *keeper) bulk(p *content.Plan) ([]ManifestFile, error) {
	out := make([]ManifestFile, len(p.Files))
	b := &bulk{k: k, plan: p, batch: k.l.blobs.Batch(), have: k.have}
	defer b.batch.Discard()
	var workers sync.WaitGroup
	for range bulkWorkers {
		workers.Go(func() { b.work(out) })
	}
	workers.Wait()
	if b.err == nil {
		b.err = b.settle()
	}
	if b.err == nil {
		b.err = k.l.blobs.Sync()
	}
	return out, b.err
}

// work takes one file after the other.
func (b *bulk) work(out []ManifestFile) {
	for {
		b.mu.Lock()
		i := b.next
		b.next++
		stop := b.err != nil
		b.mu.Unlock()
		if stop || i >= len(b.plan.Files) {
			return
		}
		if !b.plan.Files[i].ByContent {
			continue
		}
		file, err := b.file(b.plan.Files[i])
		if err != nil {
			b.mu.Lock()
			b.err = errors.Join(b.err, err)
			b.mu.Unlock()
			return
		}
		out[i] = file
	}
}

// file keeps one file; a zero answer is one that is left out.
func (b *bulk) file(f content.PlanFile) (ManifestFile, error) {
	if m, ok := b.have[f.Name]; ok && m.Size == f.Size {
		b.k.progress(f.Size)
		return m, b.k.ctx.Err()
	}
	r := newPartsReader(f, b.k.progress)
	defer r.close()
	if r.sum != nil {
		r.sum = b.sums.New()
	}
	var hash string
	var size int64
	var err error
	if b.k.o.Own && len(f.Parts) == 1 {
		hash, size, err = b.batch.AddLink(b.k.ctx, f.Name, f.Parts[0], r)
	} else {
		hash, size, err = b.batch.Add(b.k.ctx, f.Name, r)
	}
	if err != nil {
		return ManifestFile{}, b.leaveOut(f, r, err)
	}
	m := ManifestFile{Name: f.Name, Size: size, Hash: hash}
	if n, bytes := b.batch.Waiting(); n >= settleFiles || bytes >= settleBytes {
		err = b.settle()
	}
	return m, err
}

// leaveOut refuses a file that is not what it should be, or cannot be read while the rest can.
func (b *bulk) leaveOut(f content.PlanFile, r *partsReader, err error) error {
	why := r.unfit
	if why == nil && r.failed != nil && b.k.ctx.Err() == nil && b.rest() {
		why = fmt.Errorf("it cannot be read (%v): %w", r.failed, fs.ErrInvalid)
	}
	if why == nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.k.refused = append(b.k.refused, content.RefusedFile{Path: f.Parts[0], Err: why})
	return nil
}

// rest says whether what the course is imported from is still there: a stick may have been pulled.
func (b *bulk) rest() bool {
	for _, f := range b.plan.Files {
		if len(f.Parts) > 0 && !f.ByContent {
			_, err := os.Stat(f.Parts[0])
			return err == nil
		}
	}
	return true
}

// settle waits for the card, then notes what is here for who goes on after the plug is pulled.
func (b *bulk) settle() error {
	return b.batch.Settle(func(all []blob.Staged) error {
		b.noting.Lock()
		defer b.noting.Unlock()
		files := make([]ManifestFile, len(all))
		for i, s := range all {
			files[i] = ManifestFile{Name: s.Name, Size: s.Size, Hash: s.Hash}
		}
		return b.k.l.keepPartial(b.plan.Course.ID, b.plan.Course.Title, files)
	})
}

// named finds the files of a format's courses, installed or half installed, that have a wanted name and lie in the store.
func (l *Library) named(format string, p *content.Plan) map[string]ManifestFile {
	wanted := map[string]int64{}
	for _, files := range [][]content.PlanFile{p.Files, p.Missing} {
		for _, f := range files {
			if f.ByContent {
				wanted[f.Name] = f.Size
			}
		}
	}
	out := map[string]ManifestFile{}
	if len(wanted) == 0 {
		return out
	}
	for _, f := range l.bearing(format, p.Course.ID, wanted) {
		if _, had := out[f.Name]; had {
			continue
		}
		if size, err := l.blobs.Size(f.Hash); err == nil && size == f.Size {
			out[f.Name] = ManifestFile{Name: f.Name, Size: f.Size, Hash: f.Hash}
		}
	}
	return out
}

// bearing lists the files of wanted names that courses of a format are noted to have, and the import of one that was
// stopped half way.
func (l *Library) bearing(format string, id content.CourseID, wanted map[string]int64) (out []ManifestFile) {
	take := func(f ManifestFile) {
		if _, want := wanted[f.Name]; want && f.Hash != "" {
			out = append(out, f)
		}
	}
	l.mu.RLock()
	defer l.mu.RUnlock()
	for _, in := range l.installed {
		if in.Format != format {
			continue
		}
		for _, f := range in.Files {
			if _, linked := in.Links[f.Name]; !linked {
				take(f)
			}
		}
	}
	for _, t := range l.trash {
		if t.in.Format == format && len(t.in.Links) == 0 {
			for _, f := range t.in.Files {
				take(f)
			}
		}
	}
	if part := l.partials[id]; part != nil {
		for _, f := range part.files {
			take(f)
		}
	}
	return out
}

// goesOn says whether an import that failed so may be gone on with: not for want of room, which others need.
func goesOn(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, syscall.ENOSPC) && !errors.Is(err, fs.ErrInvalid)
}
