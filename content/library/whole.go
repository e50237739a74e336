package library

import (
	"lamplight/content"
)

// Files that are not told by their names are known again by where they are copied from: path, length and time of change. Those
// of an import that is stopped half way are noted like the others, so that a folder of films is not begun anew.

// wholeName is what a file is noted by until its course is installed; no name of a file is like it.
func wholeName(from string) string { return "=" + hashBytes([]byte(from))[:32] }

// whole finds a file that an import of the course that was stopped half way has copied from what f is to be copied from.
func (k *keeper) whole(f content.PlanFile) (ManifestFile, bool) {
	from := source(f.Parts)
	if from == "" || f.Make != nil || f.ByContent || k.o.Link {
		return ManifestFile{}, false
	}
	k.l.mu.RLock()
	defer k.l.mu.RUnlock()
	p := k.l.partials[k.course]
	if p == nil {
		return ManifestFile{}, false
	}
	had, ok := p.files[wholeName(from)]
	if !ok || had.Size != f.Size {
		return ManifestFile{}, false
	}
	size, err := k.l.blobs.Size(had.Hash)
	return ManifestFile{Name: f.Name, Size: size, Hash: had.Hash}, err == nil && size == f.Size
}

// copied counts a file that was copied from what source said, and notes such files from time to time: what an import that
// is killed must copy again is no more than that.
func (k *keeper) copied(from string, f ManifestFile) error {
	if from == "" || f.Size >= large { // noted by noteLarge
		return nil
	}
	f.Name = wholeName(from)
	k.waiting, k.waitingBytes = append(k.waiting, f), k.waitingBytes+f.Size
	if len(k.waiting) < settleFiles && k.waitingBytes < settleBytes {
		return nil
	}
	err := k.l.keepPartial(k.course, k.title, k.waiting)
	k.waiting, k.waitingBytes = nil, 0
	return err
}

// noteLarge notes a large file that is whole, before it appears: no moment loses it.
func (k *keeper) noteLarge(f content.PlanFile, hash string) error {
	if err := k.l.note(hash); err != nil {
		return err
	}
	return k.l.keepPartial(k.course, k.title, []ManifestFile{{Name: wholeName(k.sources[f.Name]), Size: f.Size, Hash: hash}})
}
