package eventlog

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"lamplight/sync/clock"
)

// A heapCopy is one file of the journal as it was at one moment: its first size bytes do not change any more.
type heapCopy struct {
	name string
	size int64
	file file
}

// Copy passes the journal's files as they were at one moment, all that was acknowledged until then in them, to fn, in
// order; learners go on meanwhile. Own tails are sealed first, so the copy has none: who opens it finds the same events.
// It is recorded that own events leave this device. r gives size bytes, or an error. An error of fn ends it.
//
// A copy is older than the log from the moment it is made, so who opens one on which the log may have gone on begins a new
// epoch first: see device.BumpEpoch.
func (l *Log) Copy(fn func(name string, size int64, r io.Reader) error) error {
	if err := l.prove(nil); err != nil {
		return err
	}
	if err := l.Seal(); err != nil {
		return fmt.Errorf("eventlog: copy: %w", err)
	}
	files, err := l.standstill()
	defer func() {
		for _, f := range files {
			f.file.Close()
		}
	}()
	if err != nil {
		return fmt.Errorf("eventlog: copy: %w", err)
	}
	for _, f := range files {
		if err := fn(f.name, f.size, io.NewSectionReader(f.file, 0, f.size)); err != nil {
			return err
		}
	}
	return nil
}

// standstill opens the files anew, so that a Purge may remove them while they are read, and says how long each is now.
// Segments come first: what a body belongs to is never without it.
func (l *Log) standstill() (files []heapCopy, err error) {
	l.journal.Lock()
	defer l.journal.Unlock()
	l.mu.Lock()
	closed, exported := l.closed, clock.Vector{}
	for id, st := range l.streams {
		if l.o.Device.Stream(st.scope) == id {
			exported[id] = st.sealed
		}
	}
	l.mu.Unlock()
	if closed {
		return nil, fs.ErrClosed
	}
	if err := errors.Join(l.tails.unsafe, l.segments.sync(), l.bodies.sync(), l.o.Device.Export(exported)); err != nil {
		return nil, err
	}
	for _, h := range []*heap{l.segments, l.bodies} {
		for n := uint32(1); n <= h.last; n++ {
			if _, ok := h.files[n]; !ok {
				continue
			}
			f, err := l.o.disk.open(h.name(n))
			if err != nil {
				return files, err
			}
			size := h.end
			if n != h.last {
				if size, err = f.size(); err != nil {
					f.Close()
					return files, err
				}
			}
			files = append(files, heapCopy{h.name(n), size, f})
		}
	}
	return files, nil
}

// Copies says whether Copy is who gives a file of the journal, by its name there, or nobody needs it.
func Copies(name string) bool {
	for _, prefix := range []string{"seg-", "body-", "tail-"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}
