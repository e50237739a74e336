package library

import (
	"cmp"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"time"

	"lamplight/content"
)

// TrashFor is how long what was removed can be had back, if its room is not needed before.
const TrashFor = 30 * 24 * time.Hour

// A trashed course is installed but for being shown: its record says that it is in the trash.
type trashed struct {
	in    *installed
	since int64 // Unix seconds, 0 not known
}

// A Trashed is a course in the trash.
type Trashed struct {
	Course content.Course `json:"course"`
	Since  time.Time      `json:"since"` // the zero time while nobody knew the day
	Linked bool           `json:"linked,omitempty"`
	Frees  int64          `json:"frees"` // bytes that nothing else uses
}

// Trash takes a course out of the library and keeps its files, for Restore, until the trash is emptied, the room is needed or
// TrashFor is over. now is the day, the zero time when it is not known. Who has its reader open keeps it until release.
func (l *Library) Trash(id content.CourseID, now time.Time) error {
	l.installing.Lock()
	defer l.unlock()
	in, err := l.find(id)
	if err != nil {
		return err
	}
	rec, err := l.readRecord(id)
	if err != nil {
		rec = record{Manifest: in.Manifest, Links: in.Links}
	}
	since := int64(0)
	if !now.IsZero() {
		since = now.Unix()
	}
	rec.Trashed = &since
	if err := l.writeRecord(id, rec); err != nil {
		return fmt.Errorf("library: removing %s: %w", in.Course.Title, err)
	}
	l.mu.Lock()
	l.trash[id] = &trashed{in, since}
	l.mu.Unlock()
	if err := l.unindex(id); err != nil {
		l.problem(id, "library.db", err)
	}
	l.publish(id, nil, in)
	return nil
}

// Restore puts a course back into the library; fs.ErrNotExist when it is not in the trash.
func (l *Library) Restore(id content.CourseID) (content.Course, error) {
	l.installing.Lock()
	defer l.unlock()
	if l.inTrash(id) == nil {
		return content.Course{}, fmt.Errorf("library: course %.80q is not in the trash: %w", id, fs.ErrNotExist)
	}
	rec, err := l.readRecord(id)
	var m *Manifest
	if err == nil {
		m, err = readManifest(l.blobs, rec.Manifest)
	}
	var c content.Course
	if err == nil {
		rec.Trashed = nil
		c, err = l.commit(m, rec)
	}
	if err != nil {
		return c, fmt.Errorf("library: taking %s out of the trash: %w", id, err)
	}
	return c, nil
}

// Trashed lists what is in the trash, longest there first.
func (l *Library) Trashed() []Trashed {
	l.mu.RLock()
	ids := slices.SortedFunc(maps.Keys(l.trash), func(a, b content.CourseID) int {
		return cmp.Or(cmp.Compare(l.trash[a].since, l.trash[b].since), cmp.Compare(a, b))
	})
	all := make([]*trashed, len(ids))
	for i, id := range ids {
		all[i] = l.trash[id]
	}
	l.mu.RUnlock()
	out := make([]Trashed, len(all))
	for i, t := range all {
		out[i] = Trashed{Course: t.in.Course, Linked: len(t.in.Links) > 0, Frees: l.frees(t)}
		if t.since > 0 {
			out[i].Since = time.Unix(t.since, 0).UTC()
		}
	}
	return out
}

// frees is how many bytes of a course in the trash nothing else uses.
func (l *Library) frees(t *trashed) (n int64) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	wanted := map[string]int64{t.in.Manifest: t.in.ManifestSize}
	for _, f := range t.in.Files {
		if wanted[f.Hash] = f.Size; f.Travel != nil {
			wanted[f.Travel.Hash] = f.Travel.Size
		}
	}
	others := slices.Collect(maps.Values(l.installed))
	for _, o := range l.trash {
		if o != t {
			others = append(others, o.in)
		}
	}
	for _, in := range others {
		for _, h := range hashesOf(in.Files) {
			delete(wanted, h)
		}
	}
	delete(wanted, "")
	for _, size := range wanted {
		n += size
	}
	return n
}

// EmptyTrash deletes courses of the trash for good, all when none is named. What is not in it is passed over.
func (l *Library) EmptyTrash(ids ...content.CourseID) error {
	l.installing.Lock()
	defer l.unlock()
	if len(ids) == 0 {
		l.mu.RLock()
		ids = slices.Collect(maps.Keys(l.trash))
		l.mu.RUnlock()
	}
	for _, id := range ids {
		if err := l.throwAway(id); err != nil {
			return err
		}
	}
	return nil
}

// ExpireTrash deletes what has been in the trash for TrashFor. now is believed; what came in while the day was not known has
// come in today.
func (l *Library) ExpireTrash(now time.Time) error {
	l.installing.Lock()
	defer l.unlock()
	for _, t := range l.Trashed() {
		switch {
		case t.Since.IsZero():
			if err := l.stampTrash(t.Course.ID, now.Unix()); err != nil {
				return err
			}
		case now.Sub(t.Since) >= TrashFor:
			if err := l.throwAway(t.Course.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// stampTrash says since when a course has been in the trash.
func (l *Library) stampTrash(id content.CourseID, since int64) error {
	rec, err := l.readRecord(id)
	if err == nil {
		rec.Trashed = &since
		err = l.writeRecord(id, rec)
	}
	if err != nil {
		return fmt.Errorf("library: the trash: %w", err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if t := l.trash[id]; t != nil {
		t.since = since
	}
	return nil
}

// throwAway deletes a course of the trash. The caller holds installing.
func (l *Library) throwAway(id content.CourseID) error {
	in := l.inTrash(id)
	if in == nil {
		return nil
	}
	err := l.noteAll(in)
	if err == nil {
		err = l.removeRecord(id)
	}
	if err != nil {
		return fmt.Errorf("library: emptying the trash: %w", err)
	}
	l.outOfTrash(id)
	l.sweep(append(hashesOf(in.Files), in.Manifest))
	return nil
}

// MakeRoom deletes courses of the trash, longest there first, until size more bytes may be stored; nil, or an error that
// wraps syscall.ENOSPC.
func (l *Library) MakeRoom(size int64) error {
	if l.blobs.Room(size) == nil {
		return nil
	}
	l.installing.Lock()
	defer l.unlock()
	return l.makeRoom(size, "")
}

// Left is how many bytes may be stored now; negative when what is kept for learners' work is touched already.
func (l *Library) Left() (int64, error) { return l.blobs.Left() }

// makeRoom spares one course, whose files are wanted. The caller holds installing.
func (l *Library) makeRoom(size int64, spared content.CourseID) error {
	err := l.blobs.Room(size)
	if err != nil && l.blobs.EmptyAside() > 0 {
		err = l.blobs.Room(size)
	}
	if err == nil {
		return nil
	}
	for _, t := range l.Trashed() {
		if t.Course.ID == spared || t.Frees == 0 {
			continue
		}
		if err := l.throwAway(t.Course.ID); err != nil {
			return err
		}
		if err = l.blobs.Room(size); err == nil {
			return nil
		}
	}
	return l.blobs.Room(size)
}

// inTrash is what a course in the trash is, nil for one that is not there.
func (l *Library) inTrash(id content.CourseID) *installed {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if t := l.trash[id]; t != nil {
		return t.in
	}
	return nil
}

// outOfTrash forgets that a course was there. Its blobs, so far as nobody uses them, go with the end of what is under way.
func (l *Library) outOfTrash(id content.CourseID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.lost, id)
	if t := l.trash[id]; t != nil {
		l.garbage = append(append(l.garbage, hashesOf(t.in.Files)...), t.in.Manifest)
		delete(l.trash, id)
	}
}

// readTrash takes what is in the trash out of the records. A course whose manifest cannot be read could not be had back, and
// is forgotten at once.
func (l *Library) readTrash(records map[content.CourseID]record) {
	for id, r := range records {
		if r.Trashed == nil {
			continue
		}
		delete(records, id)
		in, _, err := l.inspect(r)
		if err != nil || in.Course.ID != id {
			_ = l.removeRecord(id) // or at the next start
			continue
		}
		l.trash[id] = &trashed{in, *r.Trashed}
	}
}
