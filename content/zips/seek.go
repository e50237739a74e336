package zips

import (
	"container/list"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync"
)

// Restarts keep places from which deflate streams can be unpacked on, so that to go to the middle of a film inside a zip
// does not unpack all before it: the first time over a stretch costs its unpacking, later ones at most a step's. The
// least recently used streams are forgotten first. Safe for concurrent use.
type Restarts struct {
	mu      sync.Mutex
	limit   int64
	size    int64
	streams map[Stream]*list.Element
	order   *list.List // of *places, most recent first
}

// A Stream names a deflate stream: where it lies on this disk, and how long it is packed and unpacked. Mark tells two
// files apart that follow each other at one path (the entry's checksum).
type Stream struct {
	Path                 string
	Offset, Packed, Size int64
	Mark                 uint32
}

// places are a stream's restarts in order.
type places struct {
	stream Stream
	all    []*restart
	size   int64
}

// A restart takes up to restartSize bytes. Steps between two are at least minStep long and at most maxSteps of a stream,
// so a film of 1 GiB is searched in steps of 22 MiB, a tenth of a second of unpacking on a small computer, for 1.6 MiB.
const (
	restartSize = window + 1024
	minStep     = 1 << 20
	maxSteps    = 48
)

// NewRestarts keeps places of up to limit bytes in all.
func NewRestarts(limit int64) *Restarts {
	return &Restarts{limit: limit, streams: map[Stream]*list.Element{}, order: list.New()}
}

// before is the last restart at or before a place, nil for the beginning.
func (c *Restarts) before(s Stream, at int64) (best *restart) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.streams[s]
	if !ok {
		return nil
	}
	c.order.MoveToFront(e)
	for _, r := range e.Value.(*places).all {
		if r.at <= at {
			best = r
		}
	}
	return best
}

// lacks says whether a restart at a place would be a step behind those that are there.
func (c *Restarts) lacks(s Stream, at int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	last := int64(0)
	if e, ok := c.streams[s]; ok {
		for _, r := range e.Value.(*places).all {
			last = max(last, r.at)
		}
	}
	return at >= last+max(minStep, s.Size/maxSteps) && restartSize <= c.limit
}

func (c *Restarts) keep(s Stream, r *restart) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.streams[s]
	if !ok {
		e = c.order.PushFront(&places{stream: s})
		c.streams[s] = e
	}
	p := e.Value.(*places)
	if n := len(p.all); n > maxSteps || n > 0 && p.all[n-1].at >= r.at {
		return // another reader was here meanwhile
	}
	p.all = append(p.all, r)
	p.size += restartSize
	c.order.MoveToFront(e)
	for c.size += restartSize; c.size > c.limit && c.order.Len() > 1; {
		old := c.order.Remove(c.order.Back()).(*places)
		delete(c.streams, old.stream)
		c.size -= old.size
	}
	for c.size > c.limit { // the one stream that is left has too many: its first are the cheapest to lose
		p.all, p.size, c.size = p.all[1:], p.size-restartSize, c.size-restartSize
	}
}

// Open reads a stream of src from any offset. The reader is for one goroutine and is given back by Close, which does not
// close src. It gives out at most Size bytes; a stream that is damaged or shorter ends in fs.ErrInvalid.
func (c *Restarts) Open(src io.ReaderAt, s Stream) *Inflated {
	i := &Inflated{cache: c, src: src, stream: s, f: seekers.Get().(*inflater)}
	i.f.begin(src, s.Offset, s.Packed)
	return i
}

var seekers = sync.Pool{New: func() any { return new(inflater) }}

// Inflated is a deflate stream as what it unpacks to: an io.ReadSeekCloser.
type Inflated struct {
	cache  *Restarts
	src    io.ReaderAt
	stream Stream
	f      *inflater
	pos    int64 // of f: bytes given out
	want   int64 // where the next Read is to begin
}

// Seek implements io.Seeker; it is the next Read that takes the time.
func (i *Inflated) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += i.want
	case io.SeekEnd:
		offset += i.stream.Size
	}
	if offset < 0 {
		return 0, fmt.Errorf("zip: seek to %d: %w", offset, fs.ErrInvalid)
	}
	i.want = offset
	return offset, nil
}

// Read implements io.Reader.
func (i *Inflated) Read(p []byte) (int, error) {
	if i.f == nil {
		return 0, fs.ErrClosed
	}
	left := i.stream.Size - i.want
	if left <= 0 {
		return 0, io.EOF
	}
	if err := i.reach(); err != nil {
		return 0, err
	}
	n, err := i.read(p[:min(int64(len(p)), left)])
	i.want += int64(n)
	return n, err
}

// reach goes to where reading is to begin.
func (i *Inflated) reach() error {
	if i.pos == i.want {
		return nil
	}
	r := i.cache.before(i.stream, i.want)
	switch {
	case r != nil && (i.want < i.pos || r.at > i.pos):
		if err := i.f.resume(i.src, i.stream.Offset, i.stream.Packed, r); err != nil {
			return err
		}
		i.pos = r.at
	case i.want < i.pos:
		i.f.begin(i.src, i.stream.Offset, i.stream.Packed)
		i.pos = 0
	}
	var skipped [8 << 10]byte
	for i.pos < i.want {
		if _, err := i.read(skipped[:min(int64(len(skipped)), i.want-i.pos)]); err != nil {
			return err
		}
	}
	return nil
}

func (i *Inflated) read(p []byte) (int, error) {
	n, err := i.f.Read(p)
	i.pos += int64(n)
	if errors.Is(err, io.EOF) {
		err = fmt.Errorf("zip: damaged: %d bytes instead of %d: %w", i.pos, i.stream.Size, fs.ErrInvalid)
	}
	if i.f.from == i.f.to && err == nil && i.cache.lacks(i.stream, i.f.total) {
		i.cache.keep(i.stream, i.f.mark(i.stream.Offset))
	}
	return n, err
}

// Close gives back what reading took.
func (i *Inflated) Close() error {
	if i.f != nil {
		i.f.src, i.f.in = nil, nil
		seekers.Put(i.f)
		i.f = nil
	}
	return nil
}
