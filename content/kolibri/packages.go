package kolibri

import (
	"encoding/binary"
	"fmt"
	"mime"
	"os"
	"path"
	"strings"
	"sync"

	"lamplight/content"
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

const (
	maxPassed   = 16 << 20 // packed bytes handed out as a ready gzip member
	maxInflated = 64 << 20 // bytes of an entry that is unpacked in memory
)

// packed serves an entry of a stored zip: stored bytes from where they lie, a deflate stream as a gzip member.
func (r *reader) packed(stored, inner string) (content.File, error) {
	z, release, err := r.packages.hold(stored, r.files)
	if err != nil {
		return content.File{}, err
	}
	defer release()
	inner = strings.TrimPrefix(path.Clean("/"+inner), "/")
	e, err := z.Stat(inner)
	if err != nil {
		return content.File{}, err
	}
	offset, size, deflated, err := z.Extent(e.Name)
	if err != nil {
		return content.File{}, err
	}
	f := content.File{Path: stored + "/" + e.Name, MIME: entryType(e.Name), ETag: fmt.Sprintf("%08x-%x", e.CRC, e.Size), Size: size}
	switch {
	case !deflated:
		f.Source = &content.Extent{Path: z.path, Offset: offset, Size: size}
	case size <= maxPassed:
		f.Coding, f.ETag = "gzip", f.ETag+"-gzip"
		f.Bytes, err = gzipMember(z.f, offset, e)
	default:
		f.Bytes, err = z.ReadFile(e.Name, maxInflated)
	}
	if deflated {
		f.Size = int64(len(f.Bytes))
	}
	return f, err
}

// gzipMember joins a gzip head, the deflate stream as it lies, and its checksum (RFC 1952): nothing is unpacked.
func gzipMember(f *os.File, offset int64, e zips.Entry) ([]byte, error) {
	b := make([]byte, 10+e.Packed+8)
	copy(b, "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff")
	if _, err := f.ReadAt(b[10:10+e.Packed], offset); err != nil {
		return nil, err
	}
	binary.LittleEndian.PutUint32(b[10+e.Packed:], e.CRC)
	binary.LittleEndian.PutUint32(b[14+e.Packed:], uint32(e.Size))
	return b, nil
}

// entryTypes are the types of what HTML packages hold, beside those of stored files.
var entryTypes = map[string]string{
	".html": "text/html", ".htm": "text/html", ".xhtml": "application/xhtml+xml", ".js": "text/javascript", ".mjs": "text/javascript",
	".css": "text/css", ".json": "application/json", ".txt": "text/plain", ".xml": "application/xml", ".wasm": "application/wasm",
	".woff": "font/woff", ".woff2": "font/woff2", ".ttf": "font/ttf", ".otf": "font/otf", ".ico": "image/x-icon", ".bmp": "image/bmp",
}

func entryType(name string) string {
	ext := strings.ToLower(path.Ext(name))
	if t, ok := entryTypes[ext]; ok {
		return t
	}
	if t, ok := mimes[ext]; ok {
		return t
	}
	if t := mime.TypeByExtension(ext); t != "" {
		return t
	}
	return "application/octet-stream"
}
