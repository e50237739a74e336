package device

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"lamplight/sync/internal/atomicfile"
)

// Without its key files a box does not start, and a card that lies may bring a file's new name out before its bytes. So
// each lies there twice: NAME, and NAME.old, which is what was read from NAME when it was replaced. One is pushed out before
// the other is touched.

const oldSuffix = ".old"

// keep replaces a key file, after what it holds now was put beside it, if that is worth anything.
func (d *Device) keep(path string, data []byte, valid func([]byte) error) error {
	now, err := os.ReadFile(path)
	switch {
	case err == nil && valid(now) == nil:
		err = d.keepOld(path, now)
	case errors.Is(err, fs.ErrNotExist):
		err = nil
	}
	if err == nil {
		err = d.replace(path, data)
	}
	if _, missing := os.Stat(path + oldSuffix); err == nil && missing != nil {
		err = d.replace(path+oldSuffix, data)
	}
	return err
}

func (d *Device) keepOld(path string, now []byte) error {
	if old, err := os.ReadFile(path + oldSuffix); err == nil && bytes.Equal(old, now) {
		return nil
	}
	return d.replace(path+oldSuffix, now)
}

// replace returns when data is at path, and stays there though the card lies.
func (d *Device) replace(path string, data []byte) error {
	if err := atomicfile.Write(path, data, 0o600); err != nil {
		return err
	}
	d.marking.Lock()
	defer d.marking.Unlock()
	return d.marks.settle()
}

// readKept reads a key file, or what it held before when it is damaged or gone; then it is whole again after. parse is called
// with what is tried, and what it returns nil for is taken. A file from a newer version is not passed over.
func (d *Device) readKept(path string, parse func([]byte) error) (mended bool, err error) {
	b, err := os.ReadFile(path)
	if err == nil {
		err = parse(b)
	}
	if err == nil || errors.Is(err, errors.ErrUnsupported) {
		return false, err
	}
	old, oldErr := os.ReadFile(path + oldSuffix)
	if oldErr == nil {
		oldErr = parse(old)
	}
	if oldErr != nil {
		return false, err
	}
	if err := d.replace(path, old); err != nil {
		return false, fmt.Errorf("%s: %w", path, err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.mended = append(d.mended, path)
	return true, nil
}

// Mended names the key files that were damaged when this process opened them, and are now as they were before their last
// change.
func (d *Device) Mended() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.mended)
}
