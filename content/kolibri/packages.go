package kolibri

import (
	"encoding/hex"
	"os"
	"path"
	"strings"
	"sync"

	"github.com/zeebo/blake3"

	"lamplight/content"
	"lamplight/content/html"
	"lamplight/content/perseus"
	"lamplight/content/sanitize"
	"lamplight/content/zips"
)

// maxOpen is how many zips of one channel stay open, maxOpenEntries how many entries they may have together: about 130
// bytes each.
const (
	maxOpen        = 6
	maxOpenEntries = 30_000
)

// packages are the zips that were asked for last. The zero value is ready.
type packages struct {
	mu     sync.Mutex
	open   []*openZip // the last asked for last
	closed bool
}

// An openZip is closed when it was pushed out and nobody reads it.
type openZip struct {
	*zips.Zip
	name string
	path string
	f    *os.File
	held int
	gone bool
}

// hold opens a stored zip; the caller calls release once.
func (p *packages) hold(name string, files content.Files) (z *openZip, release func(), err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, o := range p.open {
		if o.name == name {
			p.open = append(append(p.open[:i:i], p.open[i+1:]...), o)
			o.held++
			return o, func() { p.release(o) }, nil
		}
	}
	where, size, err := files.Path(name)
	if err != nil {
		return nil, nil, err
	}
	f, err := os.Open(where)
	if err != nil {
		return nil, nil, err
	}
	zip, err := zips.OpenZip(f, size)
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	z = &openZip{Zip: zip, name: name, path: where, f: f, held: 1, gone: p.closed}
	if !p.closed {
		p.open = append(p.open, z)
		p.evict()
	}
	return z, func() { p.release(z) }, nil
}

func (p *packages) evict() {
	entries := 0
	for _, o := range p.open {
		entries += o.Len()
	}
	for len(p.open) > 1 && (len(p.open) > maxOpen || entries > maxOpenEntries) {
		old := p.open[0]
		p.open, entries = p.open[1:], entries-old.Len()
		p.drop(old)
	}
}

// drop closes a zip now or when its last reader lets go; mu is held.
func (p *packages) drop(z *openZip) {
	if z.gone = true; z.held == 0 {
		z.f.Close()
	}
}

func (p *packages) release(z *openZip) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if z.held--; z.held == 0 && z.gone {
		z.f.Close()
	}
}

func (p *packages) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for _, z := range p.open {
		p.drop(z)
	}
	p.open = nil
}

// packed serves an entry of a stored zip, from where it lies.
func (r *reader) packed(stored, inner string) (content.File, error) {
	z, release, err := r.packages.hold(stored, r.files)
	if err != nil {
		return content.File{}, err
	}
	defer release()
	inner = strings.TrimPrefix(path.Clean("/"+inner), "/")
	if strings.HasSuffix(stored, ".perseus") && mimeOf(inner) == "image/svg+xml" {
		return z.drawing(inner)
	}
	f, err := html.FileOf(z.Zip, z.path, inner)
	f.Path = stored + "/" + f.Path
	return f, err
}

// drawing is a drawing of a question, with its labels, made inert.
func (z *openZip) drawing(inner string) (content.File, error) {
	info, err := z.f.Stat()
	if err != nil {
		return content.File{}, err
	}
	b, err := perseus.Picture(z.f, info.Size(), inner)
	if err == nil {
		b, err = sanitize.SVG(b)
	}
	if err != nil {
		return content.File{}, err
	}
	sum := blake3.Sum256(b)
	return content.File{Path: z.name + "/" + inner, MIME: "image/svg+xml", ETag: hex.EncodeToString(sum[:16]), Size: int64(len(b)), Bytes: b}, nil
}
