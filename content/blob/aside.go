package blob

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// aside is where a damaged blob lies.
func (s *Store) aside(hash string) string { return filepath.Join(s.dir, "damaged", hash) }

// SetAside takes a blob that is damaged, or lost, out of the store: from then on Has says no, and Aside names it until a
// whole one is put. What is left of it is kept, in case that it cannot be had again.
func (s *Store) SetAside(hash string) error {
	if !Valid(hash) {
		return fmt.Errorf("blob: %.80q is no hash: %w", hash, fs.ErrInvalid)
	}
	dir := filepath.Dir(s.aside(hash))
	err := os.MkdirAll(dir, 0o755)
	if err == nil {
		err = os.Rename(s.Path(hash), s.aside(hash))
	}
	if errors.Is(err, fs.ErrNotExist) {
		var f *os.File
		if f, err = os.OpenFile(s.aside(hash), os.O_CREATE|os.O_WRONLY, 0o644); err == nil {
			err = f.Close()
		}
	}
	if err == nil {
		err = errors.Join(syncDir(dir), syncDir(s.dir))
	}
	if err != nil {
		return fmt.Errorf("blob: setting aside %s: %w", hash, err)
	}
	return nil
}

// Aside lists what is set aside, in order of hash.
func (s *Store) Aside() []string {
	files, _ := os.ReadDir(filepath.Join(s.dir, "damaged")) // none: nothing is
	var out []string
	for _, f := range files {
		if Valid(f.Name()) {
			out = append(out, f.Name())
		}
	}
	return out
}

// EmptyAside deletes the bytes of what is set aside, for their room; Aside goes on naming it. It says how many bytes.
func (s *Store) EmptyAside() (freed int64) {
	for _, hash := range s.Aside() {
		if fi, err := os.Stat(s.aside(hash)); err == nil && fi.Size() > 0 && os.Truncate(s.aside(hash), 0) == nil {
			freed += fi.Size()
		}
	}
	return freed
}

// ForgetAside deletes what is set aside of a blob that is wanted no more.
func (s *Store) ForgetAside(hash string) error {
	if !Valid(hash) {
		return fmt.Errorf("blob: %.80q is no hash: %w", hash, fs.ErrInvalid)
	}
	if err := os.Remove(s.aside(hash)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("blob: %w", err)
	}
	return nil
}

// sweepAside forgets what is here whole again.
func (s *Store) sweepAside() error {
	for _, hash := range s.Aside() {
		if s.Has(hash) {
			if err := s.ForgetAside(hash); err != nil {
				return err
			}
		}
	}
	return nil
}
