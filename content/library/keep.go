package library

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/zeebo/blake3"

	"lamplight/content"
)

// A BlobRef is one blob a manifest needs. If Travel is not nil, Install makes the blob of that one, which is smaller.
type BlobRef struct {
	Hash   string
	Size   int64
	Travel *BlobRef
}

// ManifestBlobs reads a manifest that is in the store and says which blobs Install needs beside it, each once.
// fs.ErrNotExist when the manifest is not here, fs.ErrInvalid when it is none.
func (l *Library) ManifestBlobs(manifest string) ([]BlobRef, error) {
	m, err := readManifest(l.blobs, manifest)
	if err != nil {
		return nil, fmt.Errorf("library: %w", err)
	}
	var out []BlobRef
	seen := map[string]bool{}
	for _, f := range m.Files {
		if f.Hash == "" {
			return nil, fmt.Errorf("library: the manifest of %s names a linked file: %w", clip(m.Course.Title, 200), fs.ErrInvalid)
		}
		if !seen[f.Hash] {
			seen[f.Hash] = true
			out = append(out, BlobRef{f.Hash, f.Size, l.usable(m, f)})
		}
	}
	return out, nil
}

// Remove uninstalls a course and deletes the blobs no other course uses. Linked files stay where they are. Who has its
// reader open keeps it until release.
func (l *Library) Remove(id content.CourseID) error {
	l.installing.Lock()
	defer l.unlock()
	in, err := l.find(id)
	if err != nil {
		return err
	}
	err = l.noteAll(in)
	if err == nil {
		err = l.removeRecord(id)
	}
	if err != nil {
		return fmt.Errorf("library: removing %s: %w", in.Course.Title, err)
	}
	if err := l.unindex(id); err != nil {
		l.problem(id, "library.db", err)
	}
	l.publish(id, nil, in)
	return nil
}

// A Problem is a file that is not as it was installed.
type Problem struct {
	Course content.CourseID `json:"course"`
	File   string           `json:"file"`
	Reason string           `json:"reason"`
	Hash   string           `json:"-"` // of the blob it should be; "" for a linked file
}

// Verify re-hashes a course's files, every course's when id is "". progress, which may be nil, is told bytes done of
// the total. The problems are what is wrong; the error is for an unknown course or an ended ctx.
func (l *Library) Verify(ctx context.Context, id content.CourseID, progress func(done, total int64, what string)) ([]Problem, error) {
	var all []*installed
	if id != "" {
		in, err := l.find(id)
		if err != nil {
			return nil, err
		}
		all = append(all, in)
	} else {
		l.mu.RLock()
		all = slices.Collect(maps.Values(l.installed))
		l.mu.RUnlock()
	}
	var done, total int64
	for _, in := range all {
		total += in.Course.Bytes
	}
	var problems []Problem
	for _, in := range all {
		for _, f := range l.keptOf(in) {
			before := done
			told := func(n int64) {
				if done += n; progress != nil {
					progress(done, max(total, done), in.Course.Title)
				}
			}
			if err := l.verifyFile(ctx, in, f, told); err != nil {
				if ctx.Err() != nil {
					return problems, fmt.Errorf("library: verify: %w", ctx.Err())
				}
				problems = append(problems, problemOf(in, f, err))
			}
			if f.Size > 0 { // none is known of a manifest or a form
				told(before + f.Size - done)
			}
		}
	}
	return problems, nil
}

// keptOf lists what is kept of a course: its manifest, its files, and such of the forms they travel in as are here.
func (l *Library) keptOf(in *installed) []ManifestFile {
	out := append([]ManifestFile{{Name: "manifest", Hash: in.Manifest}}, in.Files...)
	for _, f := range in.Files {
		if f.Travel != nil && l.blobs.Has(f.Travel.Hash) {
			out = append(out, ManifestFile{Name: f.Name + " as it travels", Hash: f.Travel.Hash})
		}
	}
	return out
}

func problemOf(in *installed, f ManifestFile, err error) Problem {
	p := Problem{Course: in.Course.ID, File: f.Name, Reason: err.Error()}
	if _, linked := in.Links[f.Name]; !linked {
		p.Hash = f.Hash
	}
	return p
}

func (l *Library) verifyFile(ctx context.Context, in *installed, f ManifestFile, told func(n int64)) error {
	k, linked := in.Links[f.Name]
	if !linked {
		return l.blobs.VerifyTold(ctx, f.Hash, told)
	}
	k, err := l.here(k)
	if err != nil {
		return err
	}
	hash, err := hashLink(ctx, k)
	if err == nil && f.Hash != "" && hash != f.Hash {
		err = fmt.Errorf("%s has changed since it was linked: %w", k.Path, fs.ErrInvalid)
	}
	return err
}

// HashLinked hashes linked files that have no hash yet and compares their MD5 with the one they state. It is the job of
// a background goroutine; call it after an import with Link. A file whose MD5 is wrong is a Problem, and goes on being
// served as far as it can be. Reads at full speed; the error is ctx's.
func (l *Library) HashLinked(ctx context.Context) error {
	l.mu.RLock()
	all := slices.Collect(maps.Values(l.installed))
	l.mu.RUnlock()
	for _, in := range all {
		files := slices.Clone(in.Files)
		changed := false
		for i, f := range files {
			k, linked := in.Links[f.Name]
			if !linked || f.Hash != "" {
				continue
			}
			hash, err := hashLink(ctx, k)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err != nil {
				l.problem(in.Course.ID, f.Name, err)
				continue
			}
			files[i].Hash, changed = hash, true
		}
		if changed {
			if err := l.rewrite(in, files); err != nil {
				l.problem(in.Course.ID, "manifest", err)
			}
		}
	}
	return nil
}

// rewrite installs the same edition again, its linked files now hashed, unless it has changed meanwhile.
func (l *Library) rewrite(in *installed, files []ManifestFile) error {
	l.installing.Lock()
	defer l.unlock()
	if now, err := l.find(in.Course.ID); err != nil || now != in {
		return nil
	}
	m, err := readManifest(l.blobs, in.Manifest)
	if err != nil {
		return err
	}
	m.Files, m.raw = files, nil
	_, err = l.commit(m, record{Links: in.Links})
	return err
}

// hashLink reads a linked file whole.
func hashLink(ctx context.Context, k link) (string, error) {
	f, err := os.Open(k.Path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum, stated, buf := blake3.New(), md5.New(), make([]byte, 256<<10)
	for left := k.MD5Size; ; {
		if err := ctx.Err(); err != nil {
			return "", err
		}
		n, err := f.Read(buf)
		sum.Write(buf[:n])
		s := min(left, int64(n))
		stated.Write(buf[:s])
		left -= s
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", err
		}
	}
	if k.MD5 != "" && hex.EncodeToString(stated.Sum(nil)) != k.MD5 {
		return "", fmt.Errorf("%s: its MD5 is not the one it states: the file is damaged: %w", k.Path, fs.ErrInvalid)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// Export copies a course's file to path, which must not exist; a course of several files becomes a folder of them. A format
// with a shape of its own for this (content.Exporter) writes that at path, which may be a drive of other courses already.
// What fails half way is removed.
func (l *Library) Export(ctx context.Context, id content.CourseID, path string) (err error) {
	in, err := l.find(id)
	if err != nil {
		return err
	}
	f, err := l.format(in.Format)
	if err != nil {
		return err
	}
	if e, ok := f.(content.Exporter); ok {
		return l.exportAs(ctx, e, in, path)
	}
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("library: export to %s: %w", path, fs.ErrExist)
	}
	files := l.files(in)
	defer func() {
		if err != nil {
			os.RemoveAll(path)
			err = fmt.Errorf("library: exporting %s: %w", in.Course.Title, err)
		}
	}()
	for _, f := range in.Files {
		from, _, err := files.Path(f.Name)
		if err != nil {
			return err
		}
		to := path
		if len(in.Files) > 1 {
			to = filepath.Join(path, filepath.FromSlash(f.Name)) // local: Manifest.check saw to it
			if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
				return err
			}
		}
		if err := copyFile(ctx, from, to); err != nil {
			return err
		}
	}
	return nil
}

func (l *Library) exportAs(ctx context.Context, e content.Exporter, in *installed, dir string) error {
	m, err := readManifest(l.blobs, in.Manifest)
	if err == nil {
		err = e.Export(ctx, in.Course, l.files(in), m.Index, dir)
	}
	if err != nil {
		return fmt.Errorf("library: exporting %s: %w", in.Course.Title, err)
	}
	return nil
}

func copyFile(ctx context.Context, from, to string) error {
	r, err := os.Open(from)
	if err != nil {
		return err
	}
	defer r.Close()
	w, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { r.Close() }) // ends the copy below
	_, err = io.Copy(w, r)
	if !stop() && err != nil {
		err = ctx.Err()
	}
	if err == nil {
		err = w.Sync()
	}
	return errors.Join(err, w.Close())
}
