package kolibri

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lamplight/content"
)

// A source is where a channel is imported from: its database, its storage, and what the drive's manifest says of it.
type source struct {
	database string
	content  string // the folder of databases and storage, "" none
}

// isChannel says whether a file's name is that of a channel's database. Kolibri's own working copies are none, nor what
// macOS leaves beside a file.
func isChannel(name string) bool {
	stem, ok := strings.CutSuffix(strings.ToLower(name), ".sqlite3")
	return ok && !strings.HasPrefix(stem, ".") && !strings.HasSuffix(stem, "-upgrade") && !strings.HasSuffix(stem, "-annotated")
}

// contentFolder finds the folder that holds databases: folder itself, its content, or its KOLIBRI_DATA's.
func contentFolder(folder string) (string, bool) {
	for _, dir := range []string{folder, filepath.Join(folder, "content"), filepath.Join(folder, "KOLIBRI_DATA", "content"), filepath.Join(folder, "KOLIBRI_DATA")} {
		entries, err := os.ReadDir(filepath.Join(dir, "databases"))
		if err == nil && slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return isChannel(e.Name()) }) {
			return dir, true
		}
	}
	return "", false
}

// Courses lists the databases of a drive.
func (Format) Courses(folder string) ([]string, error) {
	dir, ok := contentFolder(folder)
	if !ok {
		return nil, fmt.Errorf("kolibri: %s: no channel in it: %w", filepath.Base(folder), fs.ErrNotExist)
	}
	entries, err := os.ReadDir(filepath.Join(dir, "databases"))
	if err != nil {
		return nil, fmt.Errorf("kolibri: %w", err)
	}
	var out []string
	for _, e := range entries {
		if isChannel(e.Name()) && !e.IsDir() {
			out = append(out, filepath.Join(dir, "databases", e.Name()))
		}
	}
	return out, nil
}

// sourceAt finds the database that a path means: a file, or a folder with one channel.
func (f Format) sourceAt(path string) (source, error) {
	info, err := os.Stat(path)
	if err != nil {
		return source{}, err
	}
	if info.IsDir() {
		all, err := f.Courses(path)
		if err != nil {
			return source{}, err
		}
		if len(all) != 1 {
			return source{}, fmt.Errorf("%d channels in it: name one: %w", len(all), fs.ErrInvalid)
		}
		path = all[0]
	}
	s := source{database: path}
	for _, dir := range []string{filepath.Dir(filepath.Dir(path)), filepath.Dir(path)} {
		if info, err := os.Stat(filepath.Join(dir, "storage")); err == nil && info.IsDir() {
			s.content = dir
			break
		}
	}
	if s.content == "" && filepath.Base(filepath.Dir(path)) == "databases" {
		s.content = filepath.Dir(filepath.Dir(path))
	}
	return s, nil
}

// storagePath is where a file of a safe name lies below a content folder.
func storagePath(dir, name string) string {
	return filepath.Join(dir, "storage", name[:1], name[1:2], name)
}

// find looks for a file of the storage.
func (s source) find(name string) (path string, size int64, ok bool) {
	if s.content == "" {
		return "", 0, false
	}
	path = storagePath(s.content, name)
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return "", 0, false
	}
	return path, info.Size(), true
}

// A driveManifest is manifest.json beside databases and storage (Kolibri, content_manifest.py).
type driveManifest struct {
	Channels []driveChannel `json:"channels"`
	Hash     string         `json:"channel_list_hash"`
}

type driveChannel struct {
	ID      string   `json:"id"`
	Version int64    `json:"version"`
	Nodes   []string `json:"include_node_ids"`
}

const (
	manifestName = "manifest.json"
	maxManifest  = 16 << 20
)

// readManifest reads the manifest of a content folder; none is an empty one.
func readManifest(dir string) (driveManifest, error) {
	var m driveManifest
	f, err := os.Open(filepath.Join(dir, manifestName))
	if err != nil {
		if os.IsNotExist(err) {
			err = nil
		}
		return m, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxManifest+1))
	if err != nil {
		return m, err
	}
	if len(b) > maxManifest {
		return m, fmt.Errorf("%s: more than %d bytes: %w", manifestName, maxManifest, fs.ErrInvalid)
	}
	if err := json.Unmarshal(b, &m); err != nil {
		return driveManifest{}, fmt.Errorf("%s: %v: %w", manifestName, err, fs.ErrInvalid)
	}
	return m, nil
}

// chosen is what a manifest says is there of a channel: node ids, none when it says nothing of that version.
func (m driveManifest) chosen(channel string, version int64) (nodes []string) {
	for _, c := range m.Channels {
		if id, ok := hexID(c.ID); ok && id == channel && c.Version == version {
			nodes = append(nodes, c.Nodes...)
		}
	}
	return nodes
}

// plannedFile is a file of the storage to be kept.
func plannedFile(l local) content.PlanFile {
	hash, _, _ := strings.Cut(l.name, ".")
	sum, err := hex.DecodeString(strings.TrimSuffix(hash, "-data"))
	f := content.PlanFile{Name: l.name, Size: max(l.size, 0)}
	if err == nil && !strings.HasSuffix(hash, "-data") {
		f.MD5, f.MD5Size, f.ByContent = sum, f.Size, true
	}
	if l.here && l.bad == nil {
		f.Parts = []string{l.path}
	}
	return f
}
