package blob

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
)

// Partial starts or resumes receiving the blob of that hash and size in bytes. fs.ErrExist when it is here already or
// another Partial of it is open; syscall.ENOSPC when the rest does not fit. The caller closes it.
func (s *Store) Partial(hash string, size int64) (*Partial, error) {
	if !Valid(hash) || size < 0 || size > 1<<42 {
		return nil, fmt.Errorf("blob: receiving %.80q of %d bytes: %w", hash, size, fs.ErrInvalid)
	}
	if s.Has(hash) {
		return nil, fmt.Errorf("blob: receiving %s: it is here: %w", hash, fs.ErrExist)
	}
	s.mu.Lock()
	if s.receiving[hash] {
		s.mu.Unlock()
		return nil, fmt.Errorf("blob: receiving %s: somebody else is at it: %w", hash, fs.ErrExist)
	}
	s.receiving[hash] = true
	s.mu.Unlock()

	p := &Partial{s: s, hash: hash, size: size, filling: map[uint32]*filled{}}
	p.have = make([]bool, (size+Chunk-1)/Chunk)
	err := p.open()
	if err == nil {
		err = s.Room(size - p.Received())
	}
	if err != nil {
		if p.Received() == 0 {
			s.forget(hash)
		}
		p.Close()
		return nil, fmt.Errorf("blob: receiving %s: %w", hash, err)
	}
	return p, nil
}

// Partials lists the hashes of which a part is here, whether a Partial of them is open or not.
func (s *Store) Partials() ([]string, error) {
	names, err := filepath.Glob(filepath.Join(s.staging(), "*.part"))
	if err != nil {
		return nil, err
	}
	var out []string
	for _, n := range names {
		if hash := strings.TrimSuffix(filepath.Base(n), ".part"); Valid(hash) {
			out = append(out, hash)
		}
	}
	return out, nil
}

// Begun says whether a chunk at least of the blob is here, and the rest is not.
func (s *Store) Begun(hash string) bool {
	if !Valid(hash) || s.Has(hash) {
		return false
	}
	fi, err := os.Stat(filepath.Join(s.staging(), hash+".have"))
	return err == nil && fi.Size() >= recordLen
}

// Forget removes what was received of a blob that is wanted no more. An open Partial of it is fs.ErrExist.
func (s *Store) Forget(hash string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.receiving[hash] {
		return fmt.Errorf("blob: forgetting %s: it is being received: %w", hash, fs.ErrExist)
	}
	if !Valid(hash) {
		return fmt.Errorf("blob: forgetting %.80q: %w", hash, fs.ErrInvalid)
	}
	return s.forget(hash)
}

func (s *Store) forget(hash string) error {
	for _, suffix := range []string{".have", ".part"} { // the list first: it must never claim what is gone
		if err := os.Remove(filepath.Join(s.staging(), hash+suffix)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func (p *Partial) open() (err error) {
	base := filepath.Join(p.s.staging(), p.hash)
	if p.data, err = os.OpenFile(base+".part", os.O_RDWR|os.O_CREATE, 0o644); err != nil {
		return err
	}
	fi, err := p.data.Stat()
	if err != nil {
		return err
	}
	fresh := fi.Size() != p.size // new, or begun with another idea of its size
	flags := os.O_RDWR | os.O_CREATE
	if fresh {
		flags |= os.O_TRUNC
	}
	if p.list, err = os.OpenFile(base+".have", flags, 0o644); err != nil {
		return err
	}
	if fresh {
		if err = p.data.Truncate(p.size); err != nil {
			return err
		}
		return syncDir(p.s.staging())
	}
	return p.load()
}

// load reads the list up to its first torn record, or the first chunk that is not as it says, and cuts it there.
func (p *Partial) load() error {
	b, err := io.ReadAll(io.LimitReader(p.list, 4*recordLen*int64(len(p.have))+recordLen))
	if err != nil {
		return err
	}
	synced := 0 // bytes of the list up to its last mark
	var records []byte
	for at := 0; len(b)-at >= recordLen && binary.BigEndian.Uint32(b[at+8:]) == p.check(b[at:at+8]); at += recordLen {
		n := binary.BigEndian.Uint32(b[at:])
		if n == mark {
			synced = at + recordLen
		} else if int64(n) >= int64(len(p.have)) {
			break
		}
		records = b[:at+recordLen]
	}
	for at := 0; at < len(records); at += recordLen {
		n, crc := binary.BigEndian.Uint32(records[at:]), binary.BigEndian.Uint32(records[at+4:])
		if at >= synced && !p.holds(n, crc) {
			break
		}
		p.listed += recordLen
		if n == mark {
			continue
		}
		p.have[n] = true
		if at >= synced {
			p.pending++
		}
	}
	return p.list.Truncate(p.listed)
}

// holds says whether a chunk's bytes are on disk.
func (p *Partial) holds(chunk, crc uint32) bool {
	b := make([]byte, p.length(chunk))
	_, err := p.data.ReadAt(b, int64(chunk)*Chunk)
	return err == nil && crc32.Checksum(b, castagnoli) == crc
}

// check is a record's own checksum.
func (p *Partial) check(record []byte) uint32 {
	return crc32.Update(crc32.Checksum([]byte(p.hash), castagnoli), castagnoli, record)
}
