package blob

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// Chunk is the grain of a partial receive: of each run that was being received when its process was killed, less than
// this must come again.
const Chunk = 64 << 10

// syncEvery is how many bytes of finished chunks may wait for a sync: what pulling the plug may cost.
const syncEvery = 1 << 20

// A Partial is a blob being received, in any order of chunks, over any number of sessions and restarts. Within a
// chunk bytes come in order. It is safe for concurrent use.
//
// HASH.have is a list of records of 12 bytes, big-endian: chunk number (4) ‖ CRC-32C of the chunk's bytes (4) ‖ CRC-32C
// of the hash's digits and the eight bytes before (4). A chunk is listed as soon as it is whole, so that a killed process
// keeps it; number ffffffff, a mark, is written after a sync and says that all chunks before it lie on the card. Those
// after the last mark are believed once their bytes were read and have that checksum. A torn record ends the list. If the
// card lies, the hash over the whole says so at the end.
type Partial struct {
	s    *Store
	hash string
	size int64

	mu      sync.Mutex
	data    *os.File
	list    *os.File
	listed  int64              // bytes of list that are good
	have    []bool             // chunk is written and listed (though perhaps not yet synced)
	filling map[uint32]*filled // chunks that are not yet whole
	pending int                // whole chunks after the last mark
	done    bool
}

// A filled chunk is here from its start to n bytes.
type filled struct {
	n   int64
	crc uint32 // CRC-32C of them
}

// mark is the number of the record that says that what is listed before it is synced.
const mark = 1<<32 - 1

const recordLen = 12

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Hash and Size are what it was opened with.
func (p *Partial) Hash() string { return p.hash }

// Size is the whole blob's length in bytes.
func (p *Partial) Size() int64 { return p.size }

// Received is how many bytes of whole chunks are written.
func (p *Partial) Received() (n int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, have := range p.have {
		if have {
			n += p.length(uint32(i))
		}
	}
	return n
}

// Missing finds the first bytes not yet received at or after from: a run of at most max bytes that ends at a chunk's
// end, and starts at a chunk's start or where a chunk's filling has come to. n is 0 when nothing from there on is missing.
func (p *Partial) Missing(from, max int64) (offset, n int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := from / Chunk; i < int64(len(p.have)) && from >= 0; i++ {
		if p.have[i] {
			if n > 0 {
				break
			}
			continue
		}
		filled := p.filled(uint32(i))
		if n > 0 && filled > 0 {
			break
		}
		if n == 0 {
			offset = i*Chunk + filled
		}
		n = i*Chunk + p.length(uint32(i)) - offset
		if n >= max {
			break
		}
	}
	return offset, n
}

// WriteAt stores b at off. Within a chunk, bytes must come in order from the chunk's start: a hole is fs.ErrInvalid;
// what is here already may come again and is passed over. Every MiB of whole chunks is synced.
func (p *Partial) WriteAt(b []byte, off int64) (written int, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.done {
		return 0, fmt.Errorf("blob: receiving %s: %w", p.hash, fs.ErrClosed)
	}
	if off < 0 || off+int64(len(b)) > p.size {
		return 0, fmt.Errorf("blob: receiving %s: bytes %d–%d of %d: %w", p.hash, off, off+int64(len(b)), p.size, fs.ErrInvalid)
	}
	for len(b) > 0 {
		n := min(int64(len(b)), Chunk-off%Chunk)
		if err := p.fill(b[:n], off); err != nil {
			return written, fmt.Errorf("blob: receiving %s: %w", p.hash, err)
		}
		b, off, written = b[n:], off+n, written+int(n)
	}
	if p.pending*Chunk >= syncEvery {
		if err := p.sync(); err != nil {
			return written, fmt.Errorf("blob: receiving %s: %w", p.hash, err)
		}
	}
	return written, nil
}

// fill stores b, which lies within one chunk, and lists the chunk once it is whole.
func (p *Partial) fill(b []byte, off int64) error {
	chunk, at := uint32(off/Chunk), off%Chunk
	if p.have[chunk] {
		return nil
	}
	before := p.filled(chunk)
	if at > before {
		return fmt.Errorf("chunk %d: byte %d came before byte %d: %w", chunk, at, before, fs.ErrInvalid)
	}
	if at+int64(len(b)) <= before {
		return nil
	}
	b, off = b[before-at:], off+before-at
	f := p.filling[chunk]
	if f == nil {
		if err := p.s.Room(p.length(chunk)); err != nil {
			return err
		}
		f = &filled{}
		p.filling[chunk] = f
	}
	if _, err := p.data.WriteAt(b, off); err != nil {
		return err
	}
	f.n, f.crc = f.n+int64(len(b)), crc32.Update(f.crc, castagnoli, b)
	if f.n < p.length(chunk) {
		return nil
	}
	if err := p.record(chunk, f.crc); err != nil {
		return err
	}
	delete(p.filling, chunk)
	p.have[chunk] = true
	p.pending++
	return nil
}

// filled is how many bytes of a chunk that is not whole are here.
func (p *Partial) filled(chunk uint32) int64 {
	if f := p.filling[chunk]; f != nil {
		return f.n
	}
	return 0
}

// record adds to the list.
func (p *Partial) record(chunk, crc uint32) error {
	b := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, chunk), crc)
	if _, err := p.list.WriteAt(binary.BigEndian.AppendUint32(b, p.check(b)), p.listed); err != nil {
		return err
	}
	p.listed += recordLen
	return nil
}

// sync makes the pending chunks last, then says so in the list.
func (p *Partial) sync() error {
	if p.pending == 0 {
		return nil
	}
	if err := p.data.Sync(); err != nil {
		return err
	}
	if err := p.record(mark, 0); err != nil {
		return err
	}
	p.pending = 0
	return p.list.Sync()
}

// length is a chunk's size: Chunk but for the last.
func (p *Partial) length(chunk uint32) int64 { return min(Chunk, p.size-int64(chunk)*Chunk) }

// Finish makes the blob whole: nothing may be missing (fs.ErrInvalid, and it stays as it is), its hash must be right
// (fs.ErrInvalid, and all of it is dropped, since nobody can say which chunk was forged). The Partial is closed unless
// something is missing.
func (p *Partial) Finish(ctx context.Context) error {
	if off, n := p.Missing(0, 1); n > 0 {
		return fmt.Errorf("blob: receiving %s: not yet whole: byte %d is missing: %w", p.hash, off, fs.ErrInvalid)
	}
	p.mu.Lock()
	err := p.finish(ctx)
	p.mu.Unlock()
	if errC := p.Close(); err == nil {
		err = errC
	}
	if err != nil {
		return fmt.Errorf("blob: receiving %s: %w", p.hash, err)
	}
	return nil
}

func (p *Partial) finish(ctx context.Context) error {
	if p.done {
		return fs.ErrClosed
	}
	if err := p.sync(); err != nil {
		return err
	}
	got, _, err := hashOf(ctx, p.data)
	if err != nil {
		return err
	}
	if got != p.hash {
		return errors.Join(fmt.Errorf("what came hashes to %s: %w", got, fs.ErrInvalid), p.s.forget(p.hash))
	}
	base := filepath.Join(p.s.staging(), p.hash)
	if err := p.data.Sync(); err != nil {
		return err
	}
	if err := p.s.settle(base+".part", p.hash); err != nil {
		return err
	}
	return os.Remove(base + ".have")
}

// Close syncs what is whole, and lets another session resume. Closing twice is no error.
func (p *Partial) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.done {
		return nil
	}
	p.done = true
	var err error
	if p.data != nil && p.list != nil {
		err = p.sync()
	}
	for _, f := range []*os.File{p.data, p.list} {
		if f != nil {
			err = errors.Join(err, f.Close())
		}
	}
	p.s.mu.Lock()
	delete(p.s.receiving, p.hash)
	p.s.mu.Unlock()
	return err
}
