package kolibri

import (
	"cmp"
	"context"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"lamplight/content"
	"lamplight/content/arrange"
)

// Export writes the channel as Kolibri's drives have it, below dir/content, or into the drive that dir is already: its
// database as it came, such of its files as are here, and manifest.json. A file of the drive that has the name and length
// of one of ours is left as it is, as Kolibri does. Of a database that Kolibri itself would refuse for the form of its date,
// the date is written anew.
func (Format) Export(ctx context.Context, c content.Course, files content.Files, blob []byte, dir string) error {
	r, err := open(c, files, blob)
	if err == nil {
		defer r.Close()
		err = r.export(ctx, dir)
	}
	if err != nil {
		return fmt.Errorf("kolibri: %s: %w", c.Title, err)
	}
	return nil
}

func (r *reader) export(ctx context.Context, dir string) (err error) {
	to, ok := contentFolder(dir)
	if !ok {
		to = filepath.Join(dir, "content")
	}
	m, err := readManifest(to)
	if err != nil {
		return err
	}
	w := driveWriter{ctx: ctx, to: to}
	defer func() {
		if err != nil {
			w.undo()
		}
	}()
	names, err := r.stored()
	if err != nil {
		return err
	}
	for _, name := range names {
		from, size, err := r.files.Path(name)
		if err != nil {
			continue // it is missing here too
		}
		if err := w.copy(from, storagePath(to, name), size, nil); err != nil {
			return err
		}
	}
	from, size, err := r.files.Path(databaseName)
	if err != nil {
		return err
	}
	if err := w.copy(from, filepath.Join(to, "databases", r.index.Channel+".sqlite3"), size, mendDate); err != nil {
		return err
	}
	m.add(r.index, r.tree.meta.Version)
	return w.finish(m)
}

// stored lists the names of all files of the channel, each once, in order of name.
func (r *reader) stored() ([]string, error) {
	seen := map[string]bool{}
	err := r.each(func(_ place, rec *record) error {
		for _, f := range rec.Files {
			seen[f.Name] = true
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	top, err := r.tree.places(0, 1)
	if err != nil {
		return nil, err
	}
	root, err := r.tree.record(top[0])
	if err != nil {
		return nil, err
	}
	for _, f := range root.Files {
		seen[f.Name] = true
	}
	var names []string
	for name := range seen {
		names = append(names, name)
	}
	slices.Sort(names)
	return names, nil
}

// add says that a channel is on the drive: what is chosen of it, or its root; with what the drive had of this version.
func (m *driveManifest) add(i index, version int64) {
	nodes := append(slices.Clone(i.Chosen), m.chosen(i.Channel, version)...)
	if len(i.Chosen) == 0 || slices.Contains(nodes, i.Root) {
		nodes = []string{i.Root}
	}
	slices.Sort(nodes)
	m.Channels = slices.DeleteFunc(m.Channels, func(c driveChannel) bool {
		id, _ := hexID(c.ID)
		return id == i.Channel
	})
	m.Channels = append(m.Channels, driveChannel{ID: i.Channel, Version: version, Nodes: slices.Compact(nodes)})
	arrange.Stably(m.Channels, func(a, b driveChannel) int { return cmp.Compare(a.ID, b.ID) })
	m.Hash = m.hash()
}

// hash is what Kolibri checks a manifest by: the MD5 of its channels as Python writes JSON with sorted keys.
func (m *driveManifest) hash() string {
	var b strings.Builder
	b.WriteString("[")
	for i, c := range m.Channels {
		if i > 0 {
			b.WriteString(", ")
		}
		var nodes []string
		for _, n := range c.Nodes {
			nodes = append(nodes, quoted(n))
		}
		fmt.Fprintf(&b, `{"id": %s, "include_node_ids": [%s], "version": %d}`, quoted(c.ID), strings.Join(nodes, ", "), c.Version)
	}
	b.WriteString("]")
	sum := md5.Sum([]byte(b.String()))
	return hex.EncodeToString(sum[:])
}

func quoted(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	return string(b)
}

// A driveWriter puts files on a drive, and takes away what it put when something fails.
type driveWriter struct {
	ctx  context.Context
	to   string
	made []string // files and folders that were not there before, in order
}

// folder makes a folder and those above it.
func (w *driveWriter) folder(dir string) error {
	if info, err := os.Stat(dir); err == nil {
		if !info.IsDir() {
			return fmt.Errorf("%s is no folder: %w", dir, fs.ErrExist)
		}
		return nil
	}
	if up := filepath.Dir(dir); up != dir {
		if err := w.folder(up); err != nil {
			return err
		}
	}
	err := os.Mkdir(dir, 0o755)
	if err == nil {
		w.made = append(w.made, dir)
	}
	return err
}

// copy copies a file under a temporary name, mends it there, and renames it. One of that length is left alone, unless there is
// something to mend.
func (w *driveWriter) copy(from, to string, size int64, mend func(ctx context.Context, path string) error) error {
	had, err := os.Stat(to)
	if err == nil && had.Mode().IsRegular() && had.Size() == size && mend == nil {
		return nil
	}
	r, errOpen := os.Open(from)
	if errOpen != nil {
		return errOpen
	}
	defer r.Close()
	return w.write(to, err != nil, func(f *os.File) error {
		stop := context.AfterFunc(w.ctx, func() { r.Close() }) // ends the copy
		_, err := io.Copy(f, r)
		if !stop() {
			return errors.Join(err, w.ctx.Err())
		}
		if err == nil && mend != nil {
			err = mend(w.ctx, f.Name())
		}
		return err
	})
}

// write makes the file at to by fill.
func (w *driveWriter) write(to string, isNew bool, fill func(f *os.File) error) error {
	if err := w.folder(filepath.Dir(to)); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(to), ".lamplight-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_ = f.Chmod(0o644) // sticks that keep no modes refuse it
	if err = errors.Join(fill(f), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), to); err != nil {
		return err
	}
	if isNew {
		w.made = append(w.made, to)
	}
	return nil
}

// finish writes the manifest once all else is on the drive.
func (w *driveWriter) finish(m driveManifest) error {
	if err := w.sync(); err != nil {
		return err
	}
	b, err := json.MarshalIndent(m, "", "    ")
	if err != nil {
		return err
	}
	path := filepath.Join(w.to, manifestName)
	_, errStat := os.Stat(path)
	err = w.write(path, errStat != nil, func(f *os.File) error { _, err := f.Write(append(b, '\n')); return err })
	if err != nil {
		return err
	}
	return w.sync()
}

// sync waits until the drive has all of it: a stick is pulled as soon as we say we are done.
func (w *driveWriter) sync() error {
	d, err := os.Open(w.to)
	if err != nil {
		return err
	}
	defer d.Close()
	return unix.Syncfs(int(d.Fd()))
}

// undo takes away what was not there before.
func (w *driveWriter) undo() {
	for _, path := range slices.Backward(w.made) {
		os.Remove(path) // a folder that holds something of others stays
	}
}
