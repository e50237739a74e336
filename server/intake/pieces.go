package intake

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"lamplight/content/arrange"
	"lamplight/server/learning"
)

// roomEvery is how many bytes come between two looks at the disk, and two times that what came is made to last.
const roomEvery = 8 << 20

// ErrOffset says that a piece does not begin where what is here ends.
var ErrOffset = fmt.Errorf("intake: a piece begins elsewhere: %w", fs.ErrExist)

// Append adds what r brings at an offset, and answers how many bytes are on the card then, also beside an error: what came
// before a cut stays. ErrOffset unless at is what is here; fs.ErrInvalid for more than the file's size, ErrLarge, an error
// that wraps syscall.ENOSPC on a full disk.
func (s *Store) Append(who Who, id string, at int64, r io.Reader) (have int64, err error) {
	s.mu.Lock()
	e, err := s.find(who, id)
	s.mu.Unlock()
	if err != nil {
		return 0, err
	}
	e.busy.Lock()
	defer e.busy.Unlock()
	if have = s.have(e); e.Whole || at != have {
		return have, ErrOffset
	}
	f, err := os.OpenFile(s.path(id, "part"), os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return have, fmt.Errorf("intake: %w", err)
	}
	defer f.Close()
	if err = f.Truncate(at); err == nil { // what may have come after the last that is sure
		_, err = f.Seek(at, io.SeekStart)
	}
	for err == nil {
		err = s.take(e, f, r)
	}
	if errors.Is(err, io.EOF) {
		return s.have(e), nil
	}
	return s.have(e), fmt.Errorf("intake: %w", err)
}

// take writes up to roomEvery bytes and makes them last; io.EOF when r has no more.
func (s *Store) take(e *entry, f *os.File, r io.Reader) error {
	at := s.have(e)
	most := int64(MaxFile)
	if e.Size >= 0 {
		most = e.Size
	}
	n := min(roomEvery, most-at)
	if n == 0 {
		return atEnd(r, e.Size >= 0)
	}
	if err := s.Room(n); err != nil {
		return err
	}
	got, err := io.CopyN(f, r, n)
	if got > 0 {
		if lasts := errors.Join(f.Sync(), s.writeHave(e.ID, at+got)); lasts != nil {
			return lasts
		}
		s.mu.Lock()
		e.Have = at + got
		e.Touched, _ = s.Now()
		s.mu.Unlock()
	}
	return err
}

// atEnd is io.EOF when nothing follows.
func atEnd(r io.Reader, sized bool) error {
	var one [1]byte
	if _, err := io.ReadFull(r, one[:]); err != nil {
		return err
	}
	if sized {
		return fmt.Errorf("more bytes than the file has: %w", fs.ErrInvalid)
	}
	return ErrLarge
}

func (s *Store) have(e *entry) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return e.Have
}

// writeHave says how many bytes are on the card. It is written over in place: twelve bytes go at once or not at all, and
// their checksum tells.
func (s *Store) writeHave(id string, n int64) error {
	f, err := os.OpenFile(s.path(id, "have"), os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	b := binary.BigEndian.AppendUint64(nil, uint64(n))
	_, err = f.WriteAt(binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b)), 0)
	return errors.Join(err, f.Sync(), f.Close())
}

// readHave is how many bytes of a part are sure; 0 when nothing says so.
func (s *Store) readHave(id string) int64 {
	b, err := os.ReadFile(s.path(id, "have"))
	if err != nil || len(b) != 12 || crc32.ChecksumIEEE(b[:8]) != binary.BigEndian.Uint32(b[8:]) {
		return 0
	}
	fi, err := os.Stat(s.path(id, "part"))
	if err != nil {
		return 0
	}
	return max(0, min(int64(binary.BigEndian.Uint64(b)), fi.Size()))
}

// Finish makes a file whole: all its bytes are here. fs.ErrInvalid, and nothing changes, when some lack. Twice is once.
func (s *Store) Finish(who Who, id string) (Sent, error) {
	s.mu.Lock()
	e, err := s.find(who, id)
	s.mu.Unlock()
	if err != nil {
		return Sent{}, err
	}
	e.busy.Lock()
	defer e.busy.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	if e.Whole {
		return e.Sent, nil
	}
	if e.Size >= 0 && e.Have != e.Size || e.Have == 0 {
		return Sent{}, fmt.Errorf("intake: %d of %d bytes of %q are here: %w", e.Have, e.Size, e.Name, fs.ErrInvalid)
	}
	if fi, err := os.Stat(s.path(id, "part")); err != nil || fi.Size() != e.Have {
		return Sent{}, fmt.Errorf("intake: what came of %q is not what was written: %w", e.Name, errors.Join(err, fs.ErrInvalid))
	}
	e.Size = e.Have
	if err := s.write(e); err != nil { // the size, before the move: so a stop after it is seen for what it is
		return Sent{}, err
	}
	to := s.File(e.Sent)
	if err = os.MkdirAll(filepath.Dir(to), 0o700); err == nil {
		err = os.Rename(s.path(id, "part"), to)
	}
	if err == nil {
		err = errors.Join(syncDir(filepath.Dir(to)), syncDir(s.Files), syncDir(s.Dir))
	}
	if err != nil {
		return Sent{}, fmt.Errorf("intake: %w", err)
	}
	e.Whole = true
	return e.Sent, errors.Join(s.write(e), remove(s.path(id, "have")))
}

// Cut gives up the bytes of a file that came in a form and was cut, and remembers that it was: it must be sent anew.
func (s *Store) Cut(who Who, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, err := s.find(who, id)
	if err != nil || e.Size >= 0 {
		return err
	}
	return remove(s.path(e.ID, "part"))
}

// Sweep removes what nobody has gone on with for ExpireDays, where the clock is to be believed.
func (s *Store) Sweep() {
	now, believed := s.Now()
	if !believed {
		return
	}
	var old []*entry
	s.mu.Lock()
	for id, e := range s.sent {
		switch {
		case e.Whole:
		case e.Touched.Year() < 2020: // of a box that did not know the day
			e.Touched = now
		case now.Sub(e.Touched) > ExpireDays*aDay && e.busy.TryLock():
			old = append(old, e)
			delete(s.sent, id)
		}
	}
	s.mu.Unlock()
	for _, e := range old {
		_ = s.delete(e) // at the next start it is of nobody
		e.busy.Unlock()
	}
}

// forgetOld keeps a person's list short: of what is installed the oldest are no longer told of. It needs mu.
func (s *Store) forgetOld(person learning.PersonID) {
	var done []*entry
	for _, e := range s.sent {
		if e.By == person && len(e.Courses) > 0 {
			done = append(done, e)
		}
	}
	arrange.By(done, func(a, b *entry) int { return b.Begun.Compare(a.Begun) })
	for _, e := range done[min(len(done), MaxListed):] {
		delete(s.sent, e.ID)
		_ = s.delete(e)
	}
}

// cleanName is a file's name without folders and without what disks or people cannot read; "" when nothing is left.
func cleanName(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) && r != '\u200c' && r != '\u200d' || strings.ContainsRune(`:*?"<>|`, r) {
			return -1
		}
		return r
	}, name)
	name = strings.Trim(name, ". ")
	ending := filepath.Ext(name)
	if len(ending) > 12 {
		ending = ""
	}
	stem := strings.TrimSuffix(name, ending)
	for len(stem)+len(ending) > maxName {
		_, n := utf8.DecodeLastRuneInString(stem)
		stem = stem[:len(stem)-n]
	}
	return strings.TrimSpace(stem) + ending
}
