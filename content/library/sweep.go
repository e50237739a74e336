package library

import (
	"maps"
	"slices"
)

// sweep deletes those of the blobs that no installed course uses. The caller holds installing, so that nobody is about
// to use one.
func (l *Library) sweep(hashes []string) {
	l.mu.RLock()
	used := map[string]bool{}
	for in := range maps.Values(l.installed) {
		used[in.Manifest] = true
		for _, f := range in.Files {
			used[f.Hash] = true
		}
	}
	l.mu.RUnlock()
	for _, h := range slices.Compact(slices.Sorted(slices.Values(hashes))) {
		if h != "" && !used[h] {
			_ = l.blobs.Delete(h) // what stays is only in the way
		}
	}
}

// discard notes the blobs of an edition whose last reader has let go, and deletes them now, or when whoever is
// installing is done.
func (l *Library) discard(old *installed) {
	l.mu.Lock()
	for _, f := range old.Files {
		l.garbage = append(l.garbage, f.Hash)
	}
	l.garbage = append(l.garbage, old.Manifest)
	l.mu.Unlock()
	if l.installing.TryLock() {
		l.unlock()
	}
}

// unlock ends an install or removal.
func (l *Library) unlock() {
	l.mu.Lock()
	garbage := l.garbage
	l.garbage = nil
	l.mu.Unlock()
	l.sweep(garbage)
	l.installing.Unlock()
}
