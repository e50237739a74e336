package files

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"net/http"
	"slices"
	"strconv"
	"sync"

	"github.com/klauspost/compress/flate"
	"github.com/zeebo/blake3"

	"lamplight/content"
)

// A Part is a run of a page's bytes, deflated once and joined with others many times. It ends at a byte (RFC 1951
// §3.2.4, an empty stored block), so any Part or ReadyPage may follow it.
type Part struct {
	deflated []byte
	crc      uint32
	length   uint32
	shift    factor // what carries a checksum over it: see power
}

// NewPart deflates b, quickly and without tables of its own.
func NewPart(b []byte) (Part, error) {
	var out bytes.Buffer
	if err := flate.StatelessDeflate(&out, b, false, nil); err != nil {
		return Part{}, err
	}
	return newPart(b, &out), nil
}

// deflater packs what is sent many times. What it holds is a megabyte: one is enough, and none is kept for long.
var deflater = struct {
	sync.Mutex
	pool sync.Pool
}{pool: sync.Pool{New: func() any {
	z, _ := flate.NewWriter(nil, flate.BestCompression) // the level is right
	return z
}}}

func newTightPart(b []byte) (Part, error) {
	deflater.Lock()
	defer deflater.Unlock()
	z := deflater.pool.Get().(*flate.Writer)
	defer deflater.pool.Put(z)
	var out bytes.Buffer
	z.Reset(&out)
	_, err := z.Write(b)
	if err == nil {
		err = z.Flush()
	}
	if err != nil {
		return Part{}, err
	}
	return newPart(b, &out), nil
}

func newPart(b []byte, out *bytes.Buffer) Part {
	return Part{deflated: bytes.Clone(out.Bytes()), crc: crc32.ChecksumIEEE(b), length: uint32(len(b)), shift: factorOf(power(uint32(len(b))))}
}

// A Frame is what surrounds a ready page: runs that many people's pages share, and those of one person, which stand between
// them. The first and the last are shared.
type Frame struct{ Shared, Own Runs }

// Runs are those above and below the page, in order.
type Runs struct {
	Top, Bottom []Part
	tag         string // stands for all of them in the ETag
}

// NewRuns deflates what is above and below the page; tight for runs that are sent to many, which takes longer.
func NewRuns(top, bottom [][]byte, tight bool) (Runs, error) {
	deflate := NewPart
	if tight {
		deflate = newTightPart
	}
	r, h := Runs{Top: make([]Part, len(top)), Bottom: make([]Part, len(bottom))}, blake3.New()
	for i, b := range slices.Concat(top, bottom) {
		p, err := deflate(b)
		if err != nil {
			return Runs{}, err
		}
		if i < len(top) {
			r.Top[i] = p
		} else {
			r.Bottom[i-len(top)] = p
		}
		h.Write(b)
	}
	r.tag = hex.EncodeToString(h.Sum(nil)[:6])
	return r, nil
}

// tag is a short name of a run, for ETags.
func (p Part) tag() string {
	sum := blake3.Sum256(p.deflated)
	return hex.EncodeToString(sum[:6])
}

// gzipHeader is RFC 1952 §2.3 with no name, no time, unknown system. A member of a pack begins with ten bytes as well.
var gzipHeader = []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255}

// emptyFinal is an empty last deflate block: what closes a stream of flushed runs.
var emptyFinal = []byte{3, 0}

// trailer is how many bytes of a member follow its flushed run: the empty final block, CRC-32 and length.
const trailer = 2 + 4 + 4

// Fields that every page has. net/http changes none of them in place.
var (
	revalidate = []string{string(Revalidate)}
	htmlType   = []string{"text/html; charset=utf-8"}
	varies     = []string{"Accept-Encoding, Cookie"}
	gzipCoding = []string{"gzip"}
)

// buffers are those that pages are put together in.
var buffers = NewShelf(64 << 10)

// ServeSpliced sends the frame and the page in it as one gzip member made of runs that were each compressed once: the
// checksum of the whole is computed from those of the runs (see combine), so nothing is compressed again.
// Multi-member gzip would be simpler and does not work: browsers stop at the first member.
func ServeSpliced(w http.ResponseWriter, r *http.Request, f Frame, page content.ReadyPage) error {
	if len(page.Gzip) < len(gzipHeader)+trailer {
		return fmt.Errorf("files: page %q is %d bytes, shorter than an empty gzip member", page.Title, len(page.Gzip))
	}
	h := w.Header()
	h["Cache-Control"], h["Content-Type"], h["Vary"] = revalidate, htmlType, varies
	etag := `"` + page.Hash + "-" + f.Shared.tag + "-" + f.Own.tag + `"`
	own := []string{etag, ""}
	h["Etag"] = own[:1:1]
	if Matches(r, etag) {
		delete(h, "Content-Type")
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	m := member{buf: append(buffers.Take(), gzipHeader...)}
	defer func() { buffers.Leave(m.buf) }()
	m.addAll(f.Shared.Top, f.Own.Top)
	m.add(&Part{deflated: page.Gzip[len(gzipHeader) : len(page.Gzip)-trailer], crc: page.CRC, length: page.Length, shift: factorOf(power(page.Length))})
	m.addAll(f.Shared.Bottom, f.Own.Bottom)
	m.buf = append(m.buf, emptyFinal...)
	m.buf = binary.LittleEndian.AppendUint32(m.buf, m.crc)
	m.buf = binary.LittleEndian.AppendUint32(m.buf, m.length)
	if !AcceptsGzip(r) {
		return serveInflated(w, r, content.File{Path: page.Title, Bytes: m.buf, ETag: etag[1 : len(etag)-1]})
	}
	own[1] = strconv.Itoa(len(m.buf))
	h["Content-Encoding"], h["Content-Length"] = gzipCoding, own[1:]
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		w.Write(m.buf)
	}
	return nil
}

// A member is a gzip member that is being put together.
type member struct {
	buf         []byte
	crc, length uint32
}

func (m *member) add(p *Part) {
	m.buf = append(m.buf, p.deflated...)
	m.crc = p.shift.times(m.crc) ^ p.crc
	m.length += p.length
}

// addAll adds shared and own runs in turn.
func (m *member) addAll(shared, own []Part) {
	for i := range shared {
		m.add(&shared[i])
		if i < len(own) {
			m.add(&own[i])
		}
	}
}
