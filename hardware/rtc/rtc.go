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
	synced func() bool
	path   string
	mu     sync.Mutex
	floor  time.Time
	asked  time.Time // when synced was last asked
	was    bool      // what it said
}

// askEvery is how old the kernel's word may be: every page asks the time, and a clock is not set more often.
const askEvery = time.Second

// Open reads the floor kept at path; a missing or torn file is no floor.
func Open(path string) *Clock { return open(path, time.Now, disciplined) }

func open(path string, now func() time.Time, synced func() bool) *Clock {
	c := &Clock{now: now, synced: synced, path: path}
	if b, err := os.ReadFile(path); err == nil && len(b) == 8 {
		c.floor = time.Unix(int64(binary.BigEndian.Uint64(b)), 0)
	}
	return c
}

// Now is the system's time, never before the floor. It is believed when the kernel says that a time source
// disciplines its clock (adjtimex(2): STA_UNSYNC clear) and it is not before the floor.
func (c *Clock) Now() (time.Time, bool) {
	t := c.now()
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.Before(c.floor) {
		return c.floor, false
	}
	if age := t.Sub(c.asked); c.asked.IsZero() || age < 0 || age >= askEvery {
		c.asked, c.was = t, c.synced()
	}
	return t, c.was
}

// Save keeps the present as the floor, atomically; one call at a time. Call it now and then and on stopping; losing one call loses little.
func (c *Clock) Save() error {
	t, _ := c.Now()
	c.mu.Lock()
	c.floor = t
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

// disciplined asks the kernel whether NTP, a GPS or the like keeps its clock.
func disciplined() bool {
	var t unix.Timex
	if _, err := unix.Adjtimex(&t); err != nil {
		return false
	}
	return t.Status&unix.STA_UNSYNC == 0
}
