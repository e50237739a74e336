package kolibri

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"lamplight/content"
)

// Format reads Kolibri channels.
type Format struct{}

// The names of kept files beside those of the storage.
const (
	databaseName = "channel.sqlite3"
	treeName     = "tree"
)

// Name is "kolibri".
func (Format) Name() string { return "kolibri" }

// Claims a folder that holds channels' databases, itself or in content or KOLIBRI_DATA, and any file that is named like an
// SQLite database or is one.
func (Format) Claims(path string, head []byte) bool {
	if len(head) == 0 {
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			_, ok := contentFolder(path)
			return ok
		}
	}
	switch strings.ToLower(filepath.Ext(path)) {
	case ".sqlite3", ".sqlite":
		return true
	}
	return strings.HasPrefix(string(head), "SQLite format 3\x00")
}

// Plan reads a channel's database and looks for its files. It reads of them only those whose length is not the one stated,
// to say at once that they are not what they should be. A folder must hold one channel; see Courses.
func (f Format) Plan(ctx context.Context, path string, o content.ImportOptions) (*content.Plan, error) {
	src, err := f.sourceAt(path)
	if err == nil {
		var p *content.Plan
		if p, err = plan(ctx, src, o); err == nil {
			return p, nil
		}
	}
	if name := filepath.Base(src.database); src.database != "" && name != filepath.Base(path) {
		err = fmt.Errorf("%s: %w", name, err)
	}
	return nil, fmt.Errorf("kolibri: %s: %w", filepath.Base(path), kinded(err))
}

// kinded gives errors of reading the disk's bytes as a channel the kind the contract asks for.
func kinded(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("cut short: %w", fs.ErrInvalid)
	}
	return err
}

// index is what a course's index blob holds. See the package comment.
type index struct {
	Form    int      `cbor:"1,keyasint"`
	Channel string   `cbor:"2,keyasint"`
	Root    string   `cbor:"3,keyasint"`
	Chosen  []string `cbor:"4,keyasint,omitempty"`
}

const indexForm = 1

func decodeIndex(b []byte) (i index, err error) {
	if err = decoder.Unmarshal(b, &i); err != nil {
		return i, fmt.Errorf("its index: %v: %w", err, fs.ErrInvalid)
	}
	if _, ok := hexID(i.Channel); !ok || i.Form != indexForm {
		return i, fmt.Errorf("its index is of form %d: import the channel again: %w", i.Form, fs.ErrInvalid)
	}
	return i, nil
}

// Open opens an installed channel: it reads the tree's last bytes.
func (Format) Open(c content.Course, files content.Files, blob []byte) (content.Reader, error) {
	r, err := open(c, files, blob)
	if err != nil {
		return nil, fmt.Errorf("kolibri: %s: %w", c.Title, kinded(err))
	}
	return r, nil
}

func open(c content.Course, files content.Files, blob []byte) (*reader, error) {
	i, err := decodeIndex(blob)
	if err != nil {
		return nil, err
	}
	path, size, err := files.Path(treeName)
	if err != nil {
		return nil, err
	}
	t, err := openTree(path, size)
	if err != nil {
		return nil, err
	}
	return newReader(c, files, t, i), nil
}
