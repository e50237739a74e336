package clustertest

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"sync"

	"github.com/zeebo/blake3"

	"lamplight/sync/exchange"
)

// Blobs are exchange.Blobs and exchange.Wants in memory, which keep of a blob under way what a disk would: whole chunks
// of 64 KiB.
type Blobs struct {
	mu      sync.Mutex
	whole   map[string][]byte
	partial map[string]*partial
	wants   []exchange.Want
	written int64 // bytes that came, those thrown away too
}

const chunk = 64 << 10

// NewBlobs is an empty store.
func NewBlobs() *Blobs { return &Blobs{whole: map[string][]byte{}, partial: map[string]*partial{}} }

// Put adds a blob.
func (b *Blobs) Put(data []byte) exchange.Want {
	sum := blake3.Sum256(data)
	w := exchange.Want{Hash: hex.EncodeToString(sum[:]), Size: int64(len(data))}
	b.PutAs(w.Hash, data)
	return w
}

// PutAs adds a blob under a name that may be wrong.
func (b *Blobs) PutAs(hash string, data []byte) {
	b.mu.Lock()
	b.whole[hash] = data
	b.mu.Unlock()
}

// Want says what is lacking from now on.
func (b *Blobs) Want(wants ...exchange.Want) {
	b.mu.Lock()
	b.wants = wants
	b.mu.Unlock()
}

// Wanted lists what was asked for by Want and is not here, nor what will do in its place.
func (b *Blobs) Wanted() []exchange.Want {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []exchange.Want
	for _, w := range b.wants {
		if b.whole[w.Hash] == nil && (w.Else == nil || b.whole[w.Else.Hash] == nil) {
			out = append(out, w)
		}
	}
	return out
}

// Written is how many bytes of blobs came.
func (b *Blobs) Written() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.written
}

// Has is as in exchange.Blobs.
func (b *Blobs) Has(hash string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.whole[hash] != nil
}

type open struct{ *bytes.Reader }

func (open) Close() error { return nil }

// Open is as in exchange.Blobs.
func (b *Blobs) Open(hash string) (exchange.Blob, int64, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	data := b.whole[hash]
	if data == nil {
		return nil, 0, fmt.Errorf("clustertest: blob %s: %w", hash, fs.ErrNotExist)
	}
	return open{bytes.NewReader(data)}, int64(len(data)), nil
}

type partial struct {
	b    *Blobs
	hash string
	data []byte
	fill []int // bytes of each chunk
	open bool
}

// Partial is as in exchange.Blobs.
func (b *Blobs) Partial(hash string, size int64) (exchange.Partial, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.partial[hash]
	if p == nil {
		p = &partial{b: b, hash: hash, data: make([]byte, size), fill: make([]int, (size+chunk-1)/chunk)}
		b.partial[hash] = p
	}
	if p.open {
		return nil, fmt.Errorf("clustertest: blob %s is being received twice: %w", hash, fs.ErrExist)
	}
	p.open = true
	return p, nil
}

func (p *partial) length(i int) int { return min(chunk, len(p.data)-i*chunk) }

func (p *partial) Missing(from, most int64) (off, n int64) {
	p.b.mu.Lock()
	defer p.b.mu.Unlock()
	for i := int(from / chunk); i < len(p.fill) && n < most; i++ {
		if p.fill[i] == p.length(i) {
			if n > 0 {
				break
			}
			continue
		}
		if n == 0 {
			off = int64(i*chunk + p.fill[i])
		}
		n = int64(i*chunk+p.length(i)) - off
	}
	return off, n
}

func (p *partial) WriteAt(data []byte, off int64) (int, error) {
	p.b.mu.Lock()
	defer p.b.mu.Unlock()
	p.b.written += int64(len(data))
	for n := 0; n < len(data); {
		i, at := int(off)/chunk, int(off)%chunk
		if at > p.fill[i] {
			return n, errors.New("clustertest: a hole")
		}
		size := copy(p.data[off:min(int(off)-at+chunk, len(p.data))], data[n:])
		p.fill[i] = max(p.fill[i], at+size) // from two boxes it may come twice
		n, off = n+size, off+int64(size)
	}
	return len(data), nil
}

func (p *partial) Finish(context.Context) error {
	p.b.mu.Lock()
	defer p.b.mu.Unlock()
	delete(p.b.partial, p.hash)
	sum := blake3.Sum256(p.data)
	if hex.EncodeToString(sum[:]) != p.hash {
		return fmt.Errorf("clustertest: blob is not %s: %w", p.hash, fs.ErrInvalid)
	}
	p.b.whole[p.hash] = p.data
	return nil
}

func (p *partial) Close() error {
	p.b.mu.Lock()
	defer p.b.mu.Unlock()
	p.open = false
	for i := range p.fill {
		if p.fill[i] != p.length(i) {
			p.fill[i] = 0
		}
	}
	return nil
}
