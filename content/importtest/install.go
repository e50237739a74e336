package importtest

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/zeebo/blake3"

	"lamplight/content"
)

// Installed is a plan carried out in a test's folder: what the library does, without the library.
// It implements content.Files.
type Installed struct {
	Dir   string // holds everything that was copied or made
	paths map[string]string
	sizes map[string]int64
	sums  map[string]string
}

// Install keeps a plan's files: a file of one part is used where it lies, others are joined or made in a temporary
// folder. Sizes, MD5 and names are checked.
func Install(t testing.TB, p *content.Plan) *Installed {
	t.Helper()
	in := &Installed{Dir: t.TempDir(), paths: map[string]string{}, sizes: map[string]int64{}, sums: map[string]string{}}
	for i, f := range p.Files {
		if bad := unsafeName(f.Name); bad != "" {
			t.Fatalf("planned file name %q %s", f.Name, bad)
		}
		if _, twice := in.paths[f.Name]; twice {
			t.Fatalf("planned file name %q twice", f.Name)
		}
		if (f.Make != nil) == (len(f.Parts) > 0) {
			t.Fatalf("%s: exactly one of Parts and Make must be set", f.Name)
		}
		if err := in.keep(f, filepath.Join(in.Dir, fmt.Sprintf("%05d", i))); err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
	}
	return in
}

func (in *Installed) keep(f content.PlanFile, to string) error {
	switch {
	case f.Make != nil:
		if err := f.Make(context.Background(), to); err != nil {
			return err
		}
	case len(f.Parts) == 1:
		to = f.Parts[0]
	default:
		if err := join(to, f.Parts); err != nil {
			return err
		}
	}
	size, sum, md, err := digest(to, f.MD5Size)
	if err != nil {
		return err
	}
	if f.MD5 != nil && !bytes.Equal(md, f.MD5) {
		return fmt.Errorf("MD5 of the first %d bytes is %x, want %x: %w", f.MD5Size, md, f.MD5, fs.ErrInvalid)
	}
	if f.Make == nil && size != f.Size {
		return fmt.Errorf("planned %d bytes, found %d", f.Size, size)
	}
	in.paths[f.Name], in.sizes[f.Name], in.sums[f.Name] = to, size, sum
	return nil
}

func join(to string, parts []string) error {
	w, err := os.Create(to)
	if err != nil {
		return err
	}
	defer w.Close()
	for _, p := range parts {
		r, err := os.Open(p)
		if err != nil {
			return err
		}
		_, err = io.Copy(w, r)
		r.Close()
		if err != nil {
			return err
		}
	}
	return w.Close()
}

// digest is a file's size, BLAKE3 in hex, and MD5 of its first md5Size bytes.
func digest(path string, md5Size int64) (int64, string, []byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, "", nil, err
	}
	defer f.Close()
	b, m := blake3.New(), md5.New()
	first, err := io.CopyN(io.MultiWriter(b, m), f, md5Size)
	if err != nil && err != io.EOF {
		return 0, "", nil, err
	}
	rest, err := io.Copy(b, f)
	return first + rest, hex.EncodeToString(b.Sum(nil)), m.Sum(nil), err
}

// Path implements content.Files.
func (in *Installed) Path(name string) (string, int64, error) {
	p, ok := in.paths[name]
	if !ok {
		return "", 0, fmt.Errorf("file %q: %w", name, fs.ErrNotExist)
	}
	return p, in.sizes[name], nil
}

// Hash implements content.Files.
func (in *Installed) Hash(name string) string { return in.sums[name] }

// holds says whether path is one of the installed files.
func (in *Installed) holds(path string) bool {
	for _, p := range in.paths {
		if p == path {
			return true
		}
	}
	return false
}

// ReadFile reads all of a content.File: its Bytes, or its Extent from disk.
func ReadFile(f content.File) ([]byte, error) {
	if f.Source == nil {
		return f.Bytes, nil
	}
	r, err := os.Open(f.Source.Path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	b := make([]byte, f.Source.Size)
	if _, err := r.ReadAt(b, f.Source.Offset); err != nil && !(err == io.EOF && f.Source.Size == 0) {
		return nil, err
	}
	return b, nil
}

// CheckMD5 says whether a planned file has the MD5 that its format states; nil too when it states none.
func CheckMD5(f content.PlanFile) error {
	if f.MD5 == nil {
		return nil
	}
	var parts []io.Reader
	for _, p := range f.Parts {
		r, err := os.Open(p)
		if err != nil {
			return err
		}
		defer r.Close()
		parts = append(parts, r)
	}
	m := md5.New()
	if _, err := io.CopyN(m, io.MultiReader(parts...), f.MD5Size); err != nil {
		return err
	}
	if got := m.Sum(nil); !bytes.Equal(got, f.MD5) {
		return fmt.Errorf("MD5 of the first %d bytes is %x, want %x: %w", f.MD5Size, got, f.MD5, fs.ErrInvalid)
	}
	return nil
}
