package server

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	growthDays = 60 // that are remembered
	enoughDays = 7  // from then on they say more than a guess
	// usualGrowth is a guess for a school that has just begun, in bytes a day: 100 learners with 40 answers each, of which
	// record and index take 500 bytes.
	usualGrowth = 2_000_000
)

// Forecast is for how many days the room left holds learners' work, once so many bytes more of courses are here; 0 when it
// cannot be said.
func (s *Server) Forecast(more int64) int {
	free, _ := s.FreeSpace()
	if free < 0 {
		return 0
	}
	return int(max(1, min(free-more, 1<<50)/s.growth()))
}

// growth is how many bytes learners' work takes a day.
func (s *Server) growth() int64 {
	samples := s.growthSamples()
	if len(samples) < 2 {
		return usualGrowth
	}
	first, last := samples[0], samples[len(samples)-1]
	days := int64(last.day.Sub(first.day) / (24 * time.Hour))
	if days < enoughDays {
		return usualGrowth
	}
	return max(1000, (last.bytes-first.bytes)/days)
}

// A growthSample is how much learners' work took on a day.
type growthSample struct {
	day   time.Time
	bytes int64
}

func (s *Server) growthPath() string { return filepath.Join(s.dir, "run", "growth") }

// growthSamples reads the file run/growth, a day and bytes a line; a line that makes no sense is passed over.
func (s *Server) growthSamples() (out []growthSample) {
	b, _ := os.ReadFile(s.growthPath()) // none: nothing is known
	for line := range strings.Lines(string(b)) {
		var day string
		var x growthSample
		if _, err := fmt.Sscan(line, &day, &x.bytes); err != nil {
			continue
		}
		var err error
		if x.day, err = time.Parse(time.DateOnly, day); err == nil {
			out = append(out, x)
		}
	}
	return out
}

// noteGrowth writes down how much learners' work takes, once a day that is believed.
func (s *Server) noteGrowth(now time.Time) error {
	samples := s.growthSamples()
	today := now.UTC().Truncate(24 * time.Hour)
	if n := len(samples); n > 0 && !samples[n-1].day.Before(today) {
		return nil
	}
	samples = append(samples, growthSample{today, s.workBytes()})
	var b strings.Builder
	for _, x := range samples[max(0, len(samples)-growthDays):] {
		fmt.Fprintln(&b, x.day.Format(time.DateOnly), x.bytes)
	}
	return replaceFile(s.growthPath(), []byte(b.String()))
}

// workBytes is what the record and its index take; the two tails are there from the first day.
func (s *Server) workBytes() (n int64) {
	files, _ := filepath.Glob(filepath.Join(s.dir, "journal", "*-*"))
	for _, path := range append(files, filepath.Join(s.dir, "records.db")) {
		if fi, err := os.Stat(path); err == nil && !strings.HasPrefix(filepath.Base(path), "tail-") {
			n += fi.Size()
		}
	}
	return n
}
