package library

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"

	"lamplight/content/blob"
)

// A Travel is the form of a file that goes from box to box instead of the file itself, in fewer bytes: a blob that is kept
// beside it while the course is installed. Whoever has the same Coding makes the file of it again, bit for bit; the file
// itself is there for everybody else.
type Travel struct {
	Hash   string `cbor:"1,keyasint"`
	Size   int64  `cbor:"2,keyasint"` // less than the file's
	Coding string `cbor:"3,keyasint"`
}

func (t *Travel) check(of ManifestFile) error {
	if t != nil && (!blob.Valid(t.Hash) || t.Hash == of.Hash || of.Hash == "" || t.Size <= 0 || t.Size >= of.Size || len(t.Coding) > 200) {
		return fmt.Errorf("%.80q travels in %d bytes by a bad name or coding", of.Name, t.Size)
	}
	return nil
}

// A traveller is a format whose files have such a form.
type traveller interface {
	// Coding names the form and all that must be the same where it is unmade.
	Coding() string
	// Travel writes the form of the file at path: the same bytes for the same file. It fails when there is none of at
	// most most bytes.
	Travel(ctx context.Context, path string, w io.Writer, most int64) error
	// FromTravel makes the file at path, which must not exist, of at most size bytes. What fails leaves none.
	FromTravel(ctx context.Context, r io.Reader, path string, size int64) error
}

func (l *Library) traveller(format string) (traveller, bool) {
	f, err := l.format(format)
	if err != nil {
		return nil, false
	}
	t, ok := f.(traveller)
	return t, ok
}

// worth is the most that the form of a file may have: as it is kept too, it must save an eighth.
func worth(size int64) int64 { return size - size/8 }

// travel keeps the form in which a stored file travels. A file without one, and one whose form the disk has no room for,
// travels as it is.
func (k *keeper) travel(format string, f ManifestFile) (*Travel, error) {
	t, ok := k.l.traveller(format)
	if !ok || f.Hash == "" || k.l.blobs.Room(worth(f.Size)) != nil {
		return nil, nil
	}
	temp, err := k.l.blobs.Temp()
	if err != nil {
		return nil, err
	}
	defer os.Remove(temp)
	if err := writeForm(k.ctx, t, k.l.blobs.Path(f.Hash), temp, worth(f.Size)); err != nil {
		return nil, k.ctx.Err()
	}
	hash, size, err := k.l.blobs.Adopt(k.ctx, temp, k.l.note)
	if err != nil {
		return nil, err
	}
	k.kept = append(k.kept, hash)
	return &Travel{Hash: hash, Size: size, Coding: t.Coding()}, nil
}

func writeForm(ctx context.Context, t traveller, path, to string, most int64) error {
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	return errors.Join(t.Travel(ctx, path, f, most), f.Close())
}

// usable is the form that file may come in here: nil when it has none, when this release does not know its coding, when
// it was tried in vain, or when a part of the file itself is here and none of the form.
func (l *Library) usable(m *Manifest, f ManifestFile) *BlobRef {
	if f.Travel == nil {
		return nil
	}
	l.mu.RLock()
	vain := l.vain[f.Travel.Hash]
	l.mu.RUnlock()
	t, ok := l.traveller(m.Format)
	if vain || !ok || t.Coding() != f.Travel.Coding {
		return nil
	}
	if l.blobs.Begun(f.Hash) && !l.blobs.Begun(f.Travel.Hash) && !l.blobs.Has(f.Travel.Hash) {
		return nil
	}
	return &BlobRef{Hash: f.Travel.Hash, Size: f.Travel.Size}
}

// unpack makes the files that have come in another form. The caller holds installing. A form that turns out to be of no
// use is deleted and not asked for again while this process runs: ManifestBlobs then names the file alone.
func (l *Library) unpack(ctx context.Context, m *Manifest) error {
	for _, f := range m.Files {
		form := l.usable(m, f)
		if form == nil || l.blobs.Has(f.Hash) || !l.blobs.Has(form.Hash) {
			continue
		}
		err := survive(func() error { return l.unpackFile(ctx, m.Format, f) })
		if err == nil {
			continue
		}
		if ctx.Err() == nil && !errors.Is(err, syscall.ENOSPC) {
			l.mu.Lock()
			l.vain[form.Hash] = true
			l.mu.Unlock()
			l.sweep([]string{form.Hash})
		}
		return fmt.Errorf("%s as it travelled: %w", f.Name, err)
	}
	return nil
}

func (l *Library) unpackFile(ctx context.Context, format string, f ManifestFile) error {
	if err := l.blobs.Room(f.Size); err != nil {
		return err
	}
	t, ok := l.traveller(format)
	if !ok {
		return errUnsupported
	}
	r, _, err := l.blobs.Open(f.Travel.Hash)
	if err != nil {
		return err
	}
	defer r.Close()
	temp, err := l.blobs.Temp()
	if err != nil {
		return err
	}
	defer os.Remove(temp)
	if err := t.FromTravel(ctx, r, temp, f.Size); err != nil {
		return err
	}
	return l.adoptAs(ctx, temp, f.Hash)
}

// adoptAs puts the file at path into the store, if it is what it should be.
func (l *Library) adoptAs(ctx context.Context, path, want string) error {
	hash, _, err := l.blobs.Adopt(ctx, path, func(hash string) error {
		if hash != want {
			return errOther
		}
		return nil
	})
	if err == nil && hash != want { // it was here before
		err = errOther
	}
	return err
}

var errOther = fmt.Errorf("it makes another file than the manifest names: %w", fs.ErrInvalid)

// forgetForms drops what came of forms that are wanted no more: the files themselves are here.
func (l *Library) forgetForms(m *Manifest) {
	for _, f := range m.Files {
		if f.Travel != nil && !l.blobs.Has(f.Travel.Hash) {
			_ = l.blobs.Forget(f.Travel.Hash) // what stays is only in the way
		}
	}
}
