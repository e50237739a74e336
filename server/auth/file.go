package auth

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"lamplight/server/learning"
)

// The sessions file, version 1: 32 bytes of head, then records of 64 bytes, appended as sessions begin and end and
// made afresh at each start and whenever most of it is of the past. It is no part of the log: losing it signs people out,
// nothing more.
//
//	head    "LLSESS1\n" ‖ key for form tokens (16) ‖ zero (4) ‖ CRC-32C of the 28 bytes before (4)
//	record  what (1: 1 open, 2 ended, 3 open for one turn, 4 open for a guest) ‖ kind (1) ‖ flags (1: 1 shared phone) ‖
//	        zero (1) ‖ token hash (16) ‖ person (16) ‖ believed date of last use (8: seconds since 1970, 0 unknown) ‖
//	        mark of the secrets (8, 0 none) ‖ queue of the turn (8) ‖ CRC-32C (4)
//
// What is not 1 an older release takes for ended. A torn record ends the reading: it is the last. Numbers
// are big-endian.
const (
	fileMagic   = "LLSESS1\n"
	headLen     = 32
	recordLen   = 64
	recordOpen  = 1
	recordEnd   = 2
	recordTurn  = 3
	recordGuest = 4
	// maxFile is more than a file grows to: it is made afresh once it holds over 256 records and four for each session.
	maxFile = headLen + recordLen*8*(maxSessions+maxGuests)
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

type record struct {
	what   byte
	hash   tokenHash
	person learning.PersonID
	kind   learning.SecretKind
	shared bool
	seen   time.Time // zero: not known
	mark   mark
	queue  queueID
}

type file struct {
	path    string
	f       *os.File
	key     [16]byte
	records int
	again   int // records at which to try once more to make it afresh, after it could not be
}

// openFile reads what is there. A file of a newer version is refused, unharmed; a damaged one is begun anew.
func openFile(path string) (*file, map[tokenHash]record, error) {
	f, kept := &file{path: path}, map[tokenHash]record{}
	b, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, nil, err
	case bytes.HasPrefix(b, []byte("LLSESS")) && !bytes.HasPrefix(b, []byte(fileMagic)) && len(b) >= len(fileMagic):
		return nil, nil, fmt.Errorf("%s: version %q: %w", path, b[6:7], errors.ErrUnsupported)
	}
	if len(b) < headLen || len(b) > maxFile || !bytes.HasPrefix(b, []byte(fileMagic)) || !sumOK(b[:headLen]) {
		_, _ = rand.Read(f.key[:])
		return f, kept, nil
	}
	copy(f.key[:], b[len(fileMagic):])
	for b = b[headLen:]; len(b) >= recordLen && sumOK(b[:recordLen]); b = b[recordLen:] {
		if r := readRecord(b[:recordLen]); r.what == recordEnd {
			delete(kept, r.hash)
		} else {
			kept[r.hash] = r
		}
		f.records++
	}
	return f, kept, nil
}

// reopen goes on with the file as openFile found it, or with none when it was damaged: on a full disk, where it cannot
// be made afresh.
func (f *file) reopen() (err error) {
	f.f, err = os.OpenFile(f.path, os.O_RDWR|os.O_CREATE, 0o600)
	return err
}

func sumOK(b []byte) bool {
	n := len(b) - 4
	return crc32.Checksum(b[:n], castagnoli) == binary.BigEndian.Uint32(b[n:])
}

func seal(b []byte) []byte { return binary.BigEndian.AppendUint32(b, crc32.Checksum(b, castagnoli)) }

func (r record) encode() []byte {
	b := make([]byte, 4, recordLen)
	b[0], b[1] = r.what, byte(r.kind)
	if r.shared {
		b[2] = 1
	}
	b = append(b, r.hash[:]...)
	person, _ := learning.Raw(r.person)
	b = append(b, person[:]...)
	var seen uint64
	if !r.seen.IsZero() {
		seen = uint64(r.seen.Unix())
	}
	b = binary.BigEndian.AppendUint64(b, seen)
	b = append(b, r.mark[:]...)
	return seal(append(b, r.queue[:]...))
}

func readRecord(b []byte) record {
	r := record{what: b[0], kind: learning.SecretKind(b[1]), shared: b[2]&1 == 1}
	copy(r.hash[:], b[4:])
	r.person = learning.PersonID(fmt.Sprintf("%x", b[20:36]))
	if s := binary.BigEndian.Uint64(b[36:]); s != 0 {
		r.seen = time.Unix(int64(s), 0)
	}
	copy(r.mark[:], b[44:])
	copy(r.queue[:], b[52:])
	return r
}

// rewrite makes the file afresh under a temporary name and goes on with that.
func (f *file) rewrite(all []record) error {
	b := append([]byte(fileMagic), f.key[:]...)
	b = seal(append(b, 0, 0, 0, 0))
	for _, r := range all {
		b = append(b, r.encode()...)
	}
	t, err := replaceFile(f.path, b)
	if err != nil {
		return err
	}
	old := f.f
	f.f, f.records, f.again = t, len(all), 0
	if old != nil {
		return old.Close()
	}
	return nil
}

// replaceFile puts b in the place of the file at path, on disk before it returns, and hands over the open file. What was
// there stays whole until then.
func replaceFile(path string, b []byte) (*os.File, error) {
	t, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*") // 0600
	if err != nil {
		return nil, err
	}
	_, err = t.Write(b)
	err = errors.Join(err, t.Sync())
	if err == nil {
		err = os.Rename(t.Name(), path)
	}
	if err != nil {
		return nil, errors.Join(err, t.Close(), os.Remove(t.Name()))
	}
	// The name as well: else a power cut may bring back the old file, and with it sessions that have ended since.
	dir, err := os.Open(filepath.Dir(path))
	if err == nil {
		err = errors.Join(dir.Sync(), dir.Close())
	}
	if err != nil {
		return nil, errors.Join(err, t.Close())
	}
	return t, nil
}

func (f *file) write(b []byte, sync bool) error {
	if f.f == nil {
		return fs.ErrClosed
	}
	if _, err := f.f.WriteAt(b, headLen+int64(f.records)*recordLen); err != nil {
		return err
	}
	f.records++
	if sync {
		return f.f.Sync()
	}
	return nil
}

// add keeps a session, on disk before it returns; note says it is still used, whenever the system writes that.
func (f *file) add(r record) error  { return f.write(r.encode(), true) }
func (f *file) note(r record) error { return f.write(r.encode(), false) }

// end forgets a session, on disk before it returns.
func (f *file) end(h tokenHash) error {
	return f.write(record{what: recordEnd, hash: h}.encode(), true)
}

// bloated reports whether the file is mostly of the past: sessions that ended, and earlier notes of those that did not.
func (f *file) bloated(open int) bool {
	return f.records > 256 && f.records > 4*open && f.records >= f.again
}

// later puts off making the file afresh, which did not work now.
func (f *file) later() { f.again = f.records + 256 }

func (f *file) close() error {
	if f.f == nil {
		return nil
	}
	g := f.f
	f.f = nil
	return g.Close()
}
