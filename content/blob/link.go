package blob

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"os"

	"github.com/zeebo/blake3"
)

// AddLink stages the file at path without copying it, by a second name (link(2)) where the disk has such, else as Add does.
// The file must never be written again. r reads it, so that a caller may check its bytes on the way.
func (b *Batch) AddLink(ctx context.Context, name, path string, r io.Reader) (hash string, size int64, err error) {
	temp, err := b.s.Temp()
	if err != nil {
		return "", 0, err
	}
	if os.Link(path, temp) != nil {
		return b.Add(ctx, name, r)
	}
	h := blake3.New()
	if size, err = b.s.copy(ctx, h, r); err != nil {
		os.Remove(temp)
		return "", 0, fmt.Errorf("blob: link: %w", err)
	}
	hash = hex.EncodeToString(h.Sum(nil))
	if b.s.Has(hash) {
		return hash, size, os.Remove(temp)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.staged, b.bytes = append(b.staged, Staged{name, hash, size, temp}), b.bytes+size
	return hash, size, nil
}
