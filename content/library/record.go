package library

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/zeebo/blake3"

	"lamplight/content"
)

// A record says that a course is installed. It is the file dir/installed/COURSE.json, made by rename: that rename is
// the moment a course becomes installed, or another edition; its removal the moment it is no more. library.db follows.
type record struct {
	Manifest string          `json:"manifest"`
	Links    map[string]link `json:"links,omitempty"` // by file name: where a linked file lies
	// Sources say by file name what a copied file was copied from: importing that again need not read it again.
	Sources map[string]string `json:"sources,omitempty"`
	// Updates make this edition of those before, newest first.
	Updates []content.Update `json:"updates,omitempty"`
	// Trashed says that the course is in the trash, and since when: Unix seconds, 0 while nobody knew the day.
	Trashed *int64 `json:"trashed,omitempty"`
}

// A link is a file that was left where it was, on a stick perhaps.
type link struct {
	Path    string `json:"path"`            // within Place, if that is given
	Place   string `json:"place,omitempty"` // the disk it lies on: see MakePlace; the file is then known by Size and its name
	Size    int64  `json:"size"`
	ModTime int64  `json:"mtime"`         // Unix nanoseconds; another one means another file
	MD5     string `json:"md5,omitempty"` // of the first MD5Size bytes, to be checked in the background
	MD5Size int64  `json:"md5_size,omitempty"`
}

// source names files by path, size and time of change; "" when one cannot be asked.
func source(parts []string) string {
	var b strings.Builder
	for _, p := range parts {
		abs, err := filepath.Abs(p)
		fi, errStat := os.Stat(p)
		if err != nil || errStat != nil {
			return ""
		}
		fmt.Fprintf(&b, "%q %d %d;", abs, fi.Size(), fi.ModTime().UnixNano())
	}
	return b.String()
}

// copiedFrom says whether f's parts are still the files it was copied from.
func (r record) copiedFrom(f content.PlanFile) bool {
	now := source(f.Parts)
	return now != "" && now == r.Sources[f.Name]
}

func (l *Library) readRecord(id content.CourseID) (r record, err error) {
	b, err := os.ReadFile(l.recordPath(id))
	if err == nil {
		err = json.Unmarshal(b, &r)
	}
	return r, err
}

func (l *Library) recordPath(id content.CourseID) string {
	return filepath.Join(l.dir, "installed", string(id)+".json")
}

// writeRecord commits an install.
func (l *Library) writeRecord(id content.CourseID, r record) error {
	b, err := json.Marshal(r)
	if err != nil {
		return err
	}
	path := l.recordPath(id)
	f, err := os.CreateTemp(filepath.Dir(path), "*.tmp")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(append(b, '\n'))
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

func (l *Library) removeRecord(id content.CourseID) error {
	path := l.recordPath(id)
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// readRecords reads dir/installed, making it if need be, and sweeps what an interrupted write left.
func (l *Library) readRecords() (map[content.CourseID]record, error) {
	dir := filepath.Join(l.dir, "installed")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	out := map[content.CourseID]record{}
	for _, f := range files {
		if strings.HasSuffix(f.Name(), ".tmp") {
			os.Remove(filepath.Join(dir, f.Name()))
			continue
		}
		id := content.CourseID(strings.TrimSuffix(f.Name(), ".json"))
		if !validCourse(id) {
			continue
		}
		r, err := l.readRecord(id)
		if err != nil {
			l.problem(id, f.Name(), fmt.Errorf("the note that it is installed cannot be read: %w", err))
			continue
		}
		out[id] = r
	}
	return out, nil
}

func hashBytes(b []byte) string {
	h := blake3.Sum256(b)
	return hex.EncodeToString(h[:])
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// inspect reads a record's manifest and says what is installed by it.
func (l *Library) inspect(r record) (*installed, *Manifest, error) {
	m, err := readManifest(l.blobs, r.Manifest)
	if err != nil {
		return nil, nil, err
	}
	size, err := l.blobs.Size(r.Manifest)
	if err != nil {
		return nil, nil, err
	}
	return &installed{Course: m.Course, Manifest: r.Manifest, ManifestSize: size, Format: m.Format, Files: m.Files, Links: r.Links, Updates: r.Updates}, m, nil
}
