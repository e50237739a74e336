package library

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// notesPath is a list of blobs, a hash a line, that may be nobody's if the plug is pulled now: those of an install under
// way, and those of editions that are gone. What is in it and not used is deleted at the next start.
func (l *Library) notesPath() string { return filepath.Join(l.dir, "installed", "notes") }

// note adds to the list, durably. The caller holds installing.
func (l *Library) note(hash string) error {
	f, err := os.OpenFile(l.notesPath(), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	_, err = f.WriteString(hash + "\n")
	return errors.Join(err, f.Sync(), f.Close(), syncDir(filepath.Dir(l.notesPath())))
}

// noteAll adds an edition's blobs, of which there may be none.
func (l *Library) noteAll(old *installed) error {
	if old == nil {
		return nil
	}
	return l.note(strings.Join(old.blobs(), "\n"))
}

// noted reads the list. While a course that is installed cannot be read, nothing is anybody's to delete.
func (l *Library) noted() []string {
	b, err := os.ReadFile(l.notesPath())
	if err != nil || len(l.Problems()) > 0 {
		return nil
	}
	return strings.Fields(string(b))
}

// hashesOf lists an edition's blobs beside its manifest: files, and the forms they travel in, which may not be here.
func hashesOf(files []ManifestFile) (out []string) {
	for _, f := range files {
		if out = append(out, f.Hash); f.Travel != nil {
			out = append(out, f.Travel.Hash)
		}
	}
	return out
}

// blobs lists all of an edition's.
func (in *installed) blobs() []string {
	out := append(hashesOf(in.Files), in.Manifest)
	for _, u := range in.Updates {
		out = append(out, u.Hash)
	}
	return out
}

// sweep deletes those of the blobs that no installed course uses, nor an import that was stopped half way. The caller holds installing, so that nobody is about
// to use one.
func (l *Library) sweep(hashes []string) {
	if len(hashes) == 0 {
		return
	}
	used := l.used(true)
	for _, h := range slices.Compact(slices.Sorted(slices.Values(hashes))) {
		if h != "" && !used[h] {
			_ = errors.Join(l.blobs.Delete(h), l.blobs.ForgetAside(h)) // what stays is only in the way
		}
	}
}

// used are the blobs of installed courses and, if it is to be so, of imports that were stopped half way.
func (l *Library) used(half bool) map[string]bool {
	l.mu.RLock()
	defer l.mu.RUnlock()
	used := map[string]bool{}
	for in := range maps.Values(l.installed) {
		in.uses(used)
	}
	for t := range maps.Values(l.trash) {
		t.in.uses(used)
	}
	if half {
		for p := range maps.Values(l.partials) {
			for _, f := range p.files {
				used[f.Hash] = true
			}
		}
	}
	return used
}

// uses marks the blobs of a course: its manifest, and its files but those that lie in a place.
func (in *installed) uses(used map[string]bool) {
	used[in.Manifest] = true
	for _, u := range in.Updates {
		used[u.Hash] = true
	}
	for _, f := range in.Files {
		if in.Links[f.Name].Place == "" {
			for _, h := range hashesOf([]ManifestFile{f}) {
				used[h] = true
			}
		}
	}
}

// discard notes the blobs of an edition whose last reader has let go, and deletes them now, or when whoever is
// installing is done.
func (l *Library) discard(old *installed) {
	l.mu.Lock()
	l.garbage = append(l.garbage, old.blobs()...)
	for _, k := range old.Links {
		if l.emptied == nil {
			l.emptied = map[string]bool{}
		}
		l.emptied[k.Place] = true
	}
	l.leaving--
	l.mu.Unlock()
	if l.installing.TryLock() {
		l.unlock()
	}
}

// unlock ends an install or removal.
func (l *Library) unlock() {
	l.mu.Lock()
	garbage, leaving, emptied := l.garbage, l.leaving, l.emptied
	l.garbage, l.emptied = nil, nil
	l.mu.Unlock()
	l.sweep(garbage)
	for id := range emptied {
		l.sweepPlace(id)
	}
	if leaving == 0 {
		if err := os.Remove(l.notesPath()); err != nil && !errors.Is(err, fs.ErrNotExist) {
			l.problem("", l.notesPath(), err)
		}
	}
	l.installing.Unlock()
}
