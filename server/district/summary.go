package district

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/fxamacker/cbor/v2"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/sync/clock"
	"lamplight/sync/device"
)

// A Summary is what the table says of one school: made of its folds whenever they changed, kept in summary.cbor. Times are
// Unix seconds by the district's clock, 0 never, unless they say otherwise. Numbers are never reused.
type Summary struct {
	School   string `cbor:"1,keyasint"` // id
	Name     string `cbor:"2,keyasint,omitempty"`
	Joined   int64  `cbor:"3,keyasint,omitempty"`
	Log      []byte `cbor:"4,keyasint,omitempty"` // the log's digest that it was made of
	Boxes    []Box  `cbor:"5,keyasint,omitempty"` // by id
	Courses  []Held `cbor:"6,keyasint,omitempty"`
	Learners int    `cbor:"7,keyasint,omitempty"` // who did anything
	Answers  int    `cbor:"8,keyasint,omitempty"`
}

// A Box is one box of a school, as its last report says.
type Box struct {
	Device   string         `cbor:"1,keyasint"`
	Name     string         `cbor:"2,keyasint,omitempty"`
	Told     bool           `cbor:"3,keyasint,omitempty"` // it has reported; else the rest is zero
	At       []byte         `cbor:"4,keyasint,omitempty"` // the report's place in order
	Received int64          `cbor:"5,keyasint,omitempty"` // when the report came here
	Before   int64          `cbor:"6,keyasint,omitempty"` // when the one before it came
	Wall     int64          `cbor:"7,keyasint,omitempty"` // what its clock said then, Unix seconds
	Believed bool           `cbor:"8,keyasint,omitempty"`
	Free     int64          `cbor:"9,keyasint"` // bytes, −1 not known
	Total    int64          `cbor:"10,keyasint,omitempty"`
	Unclean  int            `cbor:"11,keyasint,omitempty"`
	Version  string         `cbor:"12,keyasint,omitempty"`
	Waiting  int            `cbor:"13,keyasint,omitempty"`
	Oldest   int64          `cbor:"14,keyasint,omitempty"` // by its own clock
	NotTaken map[string]int `cbor:"15,keyasint,omitempty"` // learning.PushTrouble by push
	Cloned   bool           `cbor:"16,keyasint,omitempty"` // two machines write under its key
	Revoked  bool           `cbor:"17,keyasint,omitempty"`
}

// A Held is an edition of a course on a box.
type Held struct {
	Device   string `cbor:"1,keyasint"`
	Course   string `cbor:"2,keyasint"`
	Manifest string `cbor:"3,keyasint"`
	Title    string `cbor:"4,keyasint,omitempty"`
}

// summarize makes the school's row anew if its log holds something new.
func (s *Schools) summarize(e *entry, school *School) error {
	digest := school.Log.Digest()
	s.mu.Lock()
	old := e.summary
	s.mu.Unlock()
	if bytes.Equal(old.Log, digest[:]) {
		return nil
	}
	sum, err := s.summary(school, &old)
	if err == nil {
		err = s.keepSheet(school)
	}
	if err != nil {
		return err
	}
	sum.Log = digest[:]
	s.mu.Lock()
	defer s.mu.Unlock()
	sum.Name = e.summary.Name // may have changed meanwhile
	e.summary = sum
	return s.saveSummary(&sum)
}

func (s *Schools) summary(school *School, old *Summary) (Summary, error) {
	out := Summary{School: school.ID, Joined: old.Joined}
	names, err := school.Store.Devices()
	if err != nil {
		return out, err
	}
	reports, err := school.Store.Boxes()
	if err != nil {
		return out, err
	}
	forked := s.forked(school)
	for _, p := range school.Registry.Peers() {
		b := Box{Device: p.ID(), Name: p.Name, Revoked: p.Revoked, Free: -1, Cloned: forked[p.ID()]}
		for _, n := range names {
			if n.Device == b.Device && n.Name != "" && writes(school.Registry, n.Stream, b.Device) {
				b.Name = n.Name
			}
		}
		var was *Box
		if i := slices.IndexFunc(old.Boxes, func(o Box) bool { return o.Device == b.Device }); i >= 0 {
			was = &old.Boxes[i]
		}
		b.tell(slices.DeleteFunc(slices.Clone(reports), func(r store.BoxOps) bool {
			return r.Device != b.Device || !writes(school.Registry, r.Stream, b.Device)
		}), was, s.now().Unix())
		out.Boxes = append(out.Boxes, b)
	}
	if out.Courses, err = heldIn(school); err != nil {
		return out, err
	}
	counts, err := school.Store.Counts()
	if err != nil {
		return out, err
	}
	out.Answers = counts.Attempts
	if out.Learners, err = school.Store.CountOpaque(); err != nil {
		return out, err
	}
	return out, nil
}

func writes(reg *device.Registry, s clock.Stream, id string) bool {
	o, ok := reg.Owner(s)
	return ok && o.Device == id
}

// tell takes over the last of a box's reports; was is the box as it was known before, nil not at all.
func (b *Box) tell(reports []store.BoxOps, was *Box, now int64) {
	var last *store.BoxOps
	for i := range reports {
		for k := range reports[:i] {
			b.Cloned = b.Cloned || reports[i].Overlaps(&reports[k])
		}
		if last == nil || reports[i].Later(last) {
			last = &reports[i]
		}
	}
	if last == nil {
		return
	}
	at := last.At()
	b.Told, b.At, b.Received = true, at[:], now
	if was != nil && was.Told {
		b.Before = was.Received
		if bytes.Equal(was.At, b.At) {
			b.Received, b.Before = was.Received, was.Before
		}
	}
	b.Wall, b.Believed, b.Free, b.Total = last.Wall.Unix(), last.Believed, last.Free, last.Total
	b.Unclean, b.Version, b.Waiting = last.Unclean, last.Version, last.Waiting
	if !last.Oldest.IsZero() {
		b.Oldest = last.Oldest.Unix()
	}
	for _, n := range last.NotTaken {
		if b.NotTaken == nil {
			b.NotTaken = map[string]int{}
		}
		b.NotTaken[string(n.Push)] = int(n.Why)
	}
}

// forked names the devices of which the log was shown two events of one name: two machines wrote them.
func (s *Schools) forked(school *School) map[string]bool {
	out := map[string]bool{}
	for _, f := range school.Log.Forks() {
		out[f.Device] = true
	}
	kept, _ := filepath.Glob(filepath.Join(s.folder(school.ID), "journal", "quarantine", "fork-*"))
	for _, path := range kept {
		name, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(path), "fork-"), "-")
		if raw, err := hex.DecodeString(name); err == nil && len(raw) == len(clock.Stream{}) {
			if o, ok := school.Registry.Owner(clock.Stream(raw)); ok {
				out[o.Device] = true
			}
		}
	}
	return out
}

func heldIn(school *School) (out []Held, err error) {
	offers, err := school.Store.OfferedCourses(nil)
	for _, o := range offers {
		for _, stream := range o.Streams {
			if owner, ok := school.Registry.Owner(stream); ok {
				out = append(out, Held{Device: owner.Device, Course: string(o.Course), Manifest: o.Manifest, Title: o.Title})
			}
		}
	}
	return out, err
}

// Holds says whether a box holds an edition of a course.
func (s *Summary) Holds(box string, o *learning.Offer) bool {
	return slices.ContainsFunc(s.Courses, func(h Held) bool {
		return h.Device == box && content.CourseID(h.Course) == o.Course && h.Manifest == o.Manifest
	})
}

func (s *Schools) readSummary(id string) (sum Summary) {
	b, err := os.ReadFile(filepath.Join(s.folder(id), "summary.cbor"))
	if err == nil {
		err = cbor.Unmarshal(b, &sum)
	}
	if err != nil || sum.School != id {
		return Summary{School: id} // the next visit makes it
	}
	return sum
}

// saveSummary replaces the file whole; it may be lost.
func (s *Schools) saveSummary(sum *Summary) error {
	b, err := cbor.Marshal(sum)
	if err != nil {
		return fmt.Errorf("district: %w", err)
	}
	path := filepath.Join(s.folder(sum.School), "summary.cbor")
	if err = os.WriteFile(path+".new", b, 0o600); err == nil {
		err = os.Rename(path+".new", path)
	}
	if err != nil {
		return fmt.Errorf("district: %w", errors.Join(err, os.Remove(path+".new")))
	}
	return nil
}
