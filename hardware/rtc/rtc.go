// Package rtc is the clock and whether to believe it.
//
// A board without a battery wakes in 1970 or at the date its image was made. Nothing is ordered by this clock; it is
// shown to people, and a day it gives counts only when it may be believed.
package rtc

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// A Clock implements clock.Wall over the system's clock and a saved floor. Safe for concurrent use.
type Clock struct {
	now    func() time.Time
	synced func() (within time.Duration, ok bool)
	since  func() time.Duration // that this clock was opened, by the count that nobody sets
	path   string
	mu     sync.Mutex
	floor  time.Time     // what was saved, as if it had been at the opening
	asked  time.Time     // when synced was last asked
	was    bool          // what it said
	within time.Duration // and how far off its time may be
}

// askEvery is how old the kernel's word may be: every page asks the time, and a clock is not set more often.
const askEvery = time.Second

// Open reads the floor kept at path; a missing or torn file is no floor.
func Open(path string) *Clock {
	start := time.Now()
	return open(path, time.Now, func() time.Duration { return time.Since(start) }, disciplined)
}

func open(path string, now func() time.Time, since func() time.Duration, synced func() (time.Duration, bool)) *Clock {
	c := &Clock{now: now, synced: synced, since: since, path: path}
	if b, err := os.ReadFile(path); err == nil && len(b) == 8 {
		if t := time.Unix(int64(binary.BigEndian.Uint64(b)), 0); t.Year() >= 1970 && t.Year() < 9000 { // else no clock ever said so
			c.floor = t
		}
	}
	return c
}

// Now is the system's time, never before the floor and what has gone by since it was read. It is believed when the kernel
// says that a time source disciplines its clock (adjtimex(2): STA_UNSYNC clear) and it is not before that.
func (c *Clock) Now() (time.Time, bool) {
	t := c.now()
	c.mu.Lock()
	defer c.mu.Unlock()
	if floor := c.floor.Add(c.since()); !c.floor.IsZero() && t.Before(floor) {
		return floor, false
	}
	if age := t.Sub(c.asked); c.asked.IsZero() || age < 0 || age >= askEvery {
		c.asked = t
		c.within, c.was = c.synced()
	}
	return t, c.was
}

// Source says where a believed time comes from, and how far off it may be: "ntp", which a receiver that keeps the kernel's
// clock is too.
func (c *Clock) Source() (source string, within time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return "ntp", c.within
}

// Raise makes t, which somebody who knows said is now, the floor: higher or lower than what was saved.
func (c *Clock) Raise(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.floor = t.Add(-c.since())
}

// Save keeps the present as the floor, atomically; one call at a time. Call it now and then and on stopping; losing one call loses little.
func (c *Clock) Save() error {
	t, _ := c.Now()
	c.mu.Lock()
	c.floor = t.Add(-c.since())
	c.mu.Unlock() // before the card is waited for: every page asks for the time
	temp := c.path + ".new"
	if err := writeSynced(temp, binary.BigEndian.AppendUint64(nil, uint64(t.Unix()))); err != nil {
		return fmt.Errorf("rtc: %s: %w", c.path, err)
	}
	if err := os.Rename(temp, c.path); err != nil {
		return fmt.Errorf("rtc: %w", err)
	}
	return nil
}

func writeSynced(path string, b []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	return errors.Join(err, f.Sync(), f.Close())
}

// disciplined asks the kernel whether NTP, a GPS or the like keeps its clock, and how far off that may be (its maxerror, in
// microseconds).
func disciplined() (within time.Duration, ok bool) {
	var t unix.Timex
	if _, err := unix.Adjtimex(&t); err != nil {
		return 0, false
	}
	return time.Duration(max(t.Maxerror, 0)) * time.Microsecond, t.Status&unix.STA_UNSYNC == 0
}
