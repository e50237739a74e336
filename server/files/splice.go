package files

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"net/http"
	"strconv"
	"sync"

	"github.com/klauspost/compress/flate"
	"github.com/zeebo/blake3"

	"lamplight/content"
)

// A Part is a run of a page's bytes, deflated once and joined with others many times: the frame round a ready page,
// the same for all pages of one session. It ends in a sync flush, so any Part or ReadyPage may follow it.
type Part struct {
	deflated []byte
	crc      uint32
	length   uint32
	shift    uint32 // what carries a checksum over it: see power
	short    string // of its hash, for the ETag
}

// deflater is kept for good: a new one takes a megabyte, and a frame is made for each of 200 learners and the topics they
// read in. One at a time: it takes a tenth of a millisecond.
var deflater = struct {
	sync.Mutex
	*flate.Writer
	out bytes.Buffer
}{}

// NewPart deflates b.
func NewPart(b []byte) (Part, error) {
	d := &deflater
	d.Lock()
	defer d.Unlock()
	d.out.Reset()
	if d.Writer == nil {
		z, err := flate.NewWriter(&d.out, 3)
		if err != nil {
			return Part{}, err
		}
		d.Writer = z
	} else {
		d.Writer.Reset(&d.out)
	}
	if _, err := d.Write(b); err != nil {
		return Part{}, err
	}
	if err := d.Flush(); err != nil {
		return Part{}, err
	}
	sum := blake3.Sum256(b)
	return Part{
		deflated: bytes.Clone(d.out.Bytes()), crc: crc32.ChecksumIEEE(b), length: uint32(len(b)), shift: power(uint32(len(b))), short: hex.EncodeToString(sum[:4]),
	}, nil
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

// buffers are those that pages are put together in; what is longer than maxPooled is left to the collector.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

const maxPooled = 64 << 10

// ServeSpliced sends top, page and bottom as one gzip member made of three runs that were each compressed once: the
// checksum of the whole is computed from those of the runs (see combine), so nothing is compressed or copied again.
// Multi-member gzip would be simpler and does not work: browsers stop at the first member.
func ServeSpliced(w http.ResponseWriter, r *http.Request, top Part, page content.ReadyPage, bottom Part) error {
	if len(page.Gzip) < len(gzipHeader)+trailer {
		return fmt.Errorf("files: page %q is %d bytes, shorter than an empty gzip member", page.Title, len(page.Gzip))
	}
	h := w.Header()
	h["Cache-Control"], h["Content-Type"], h["Vary"] = revalidate, htmlType, varies
	etag := `"` + page.Hash + "-" + top.short + "-" + bottom.short + `"`
	h["Etag"] = []string{etag}
	if Matches(r, etag) {
		delete(h, "Content-Type")
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	body := page.Gzip[len(gzipHeader) : len(page.Gzip)-trailer]
	crc := combine(top.crc, page.CRC, page.Length)
	crc = multiply(bottom.shift, crc) ^ bottom.crc
	pooled := buffers.Get().(*[]byte)
	buf := append((*pooled)[:0], gzipHeader...)
	defer func() {
		if cap(buf) <= maxPooled {
			*pooled = buf
			buffers.Put(pooled)
		}
	}()
	buf = append(buf, top.deflated...)
	buf = append(buf, body...)
	buf = append(buf, bottom.deflated...)
	buf = append(buf, emptyFinal...)
	buf = binary.LittleEndian.AppendUint32(buf, crc)
	buf = binary.LittleEndian.AppendUint32(buf, top.length+page.Length+bottom.length)
	if !AcceptsGzip(r) {
		return serveInflated(w, r, content.File{Path: page.Title, Bytes: buf, ETag: etag[1 : len(etag)-1]})
	}
	h["Content-Encoding"], h["Content-Length"] = gzipCoding, []string{strconv.Itoa(len(buf))}
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		w.Write(buf)
	}
	return nil
}
