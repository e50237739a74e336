package web

import (
	"maps"
	"slices"
	"sync"
	"time"

	"lamplight/server/learning"
	cardreader "lamplight/server/paper"
)

// scans are the answer sheets that teachers have photographed and not kept yet. They live in memory alone: the sheets are
// paper, and after a power cut a photo is taken again.
type scans struct {
	mu  sync.Mutex
	all map[scanKey]*scan
}

// A scanKey is one teacher's reading of one set of one quiz or exercise.
type scanKey struct {
	who   learning.PersonID
	class learning.ClassID
	tag   uint32
	set   uint64
}

// A scan is what was read so far, by learner and version.
type scan struct {
	sheets map[sheetKey]*scanned
	at     time.Time // last used
}

type sheetKey struct {
	learner learning.PersonID
	version string
}

type scanned struct {
	lines []line
	kept  bool
}

// A line is a question on a scanned sheet. picture is of a doubtful one.
type line struct {
	cardreader.Mark
	picture []byte
	clash   bool // two photos read different marks for certain
}

// Bounds of what waits.
const (
	mostScans    = 8
	mostPictures = 400 // of one scan, about 2 KB each
	scanLasts    = 2 * time.Hour
)

// with runs f on a scan that nobody else looks at meanwhile. Those that were left lying go, with their pictures.
func (s *scans) with(key scanKey, f func(*scan)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	maps.DeleteFunc(s.all, func(_ scanKey, x *scan) bool { return now.Sub(x.at) > scanLasts })
	x := s.all[key]
	if x == nil {
		if s.all == nil {
			s.all = map[scanKey]*scan{}
		}
		if len(s.all) >= mostScans {
			delete(s.all, slices.MinFunc(slices.Collect(maps.Keys(s.all)), func(a, b scanKey) int { return s.all[a].at.Compare(s.all[b].at) }))
		}
		x = &scan{sheets: map[sheetKey]*scanned{}}
		s.all[key] = x
	}
	x.at = now
	if f(x); len(x.sheets) == 0 {
		delete(s.all, key)
	}
}

// merge adds a reading. What was read for certain before stays so where the new photo doubts; where both are certain and
// differ, nobody knows.
func (x *scan) merge(key sheetKey, r *cardreader.SheetReading) {
	pictures := 0
	for _, sheet := range x.sheets {
		for _, l := range sheet.lines {
			pictures += min(len(l.picture), 1)
		}
	}
	fresh := make([]line, len(r.Marks))
	before := x.sheets[key]
	for q, mark := range r.Marks {
		l := line{Mark: mark}
		if before != nil && q < len(before.lines) {
			had := before.lines[q]
			if !had.clash && had.Sure && !mark.Sure {
				l = had
			}
			l.clash = had.clash || had.Sure && mark.Sure && had.Option != mark.Option && !before.kept
			l.Sure = l.Sure && !l.clash
		}
		if !l.Sure && pictures < mostPictures {
			l.picture = r.Cutout(q)
			pictures++
		}
		fresh[q] = l
	}
	x.sheets[key] = &scanned{lines: fresh}
}
