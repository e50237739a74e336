// Package files answers a request with a stored file: content-hash ETags, byte ranges by sendfile, ready gzip as it lies.
package files

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"lamplight/content"
)

// Cacheing says how long a client may keep an answer. Both forms are revalidated by ETag.
type Cacheing string

const (
	// Immutable is for addresses that change with their content.
	Immutable Cacheing = "public, max-age=31536000, immutable"
	// Revalidate is for addresses whose content may change: one small round each time.
	Revalidate Cacheing = "private, no-cache"
)

// Serve answers r with f. It sets type, length, ETag, ranges and coding; the caller sets security headers before.
// The errors it returns happened before anything was written, so they may still become a page.
func Serve(w http.ResponseWriter, r *http.Request, f content.File, c Cacheing) error {
	h := w.Header()
	h.Set("Cache-Control", string(c))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Type", f.MIME)
	if f.Coding == "deflate" {
		return serveZipped(w, r, f)
	}
	if f.Coding == "gzip" {
		h.Set("Vary", "Accept-Encoding")
		if !AcceptsGzip(r) {
			return serveInflated(w, r, f)
		}
		h.Set("Content-Encoding", "gzip")
	}
	etag := `"` + f.ETag + `"`
	if unchanged(w, r, etag) {
		return nil
	}
	if f.Source == nil {
		return serveRun(w, r, memory{f.Bytes}, int64(len(f.Bytes)), f.Coding == "")
	}
	file, err := os.Open(f.Source.Path)
	if err != nil {
		return gone(err)
	}
	defer file.Close()
	return serveRun(w, r, disk{file, f.Source.Offset}, f.Source.Size, f.Coding == "")
}

// A run is bytes that can be sent from an offset. disk keeps sendfile: what it hands to io.Copy is a LimitedReader of
// an *os.File, which net's TCPConn recognises; a SectionReader would cost 2.6 times the CPU a byte.
type run interface {
	from(offset, n int64) (io.Reader, error)
}

type memory struct{ b []byte }

func (m memory) from(offset, n int64) (io.Reader, error) {
	return bytes.NewReader(m.b[offset : offset+n]), nil
}

type disk struct {
	file *os.File
	base int64
}

func (d disk) from(offset, n int64) (io.Reader, error) {
	if _, err := d.file.Seek(d.base+offset, io.SeekStart); err != nil {
		return nil, gone(err)
	}
	return io.LimitReader(d.file, n), nil
}

// serveRun sends all of size bytes, or the one range asked for. A list of several ranges is answered whole, as RFC 9110
// §14.2 allows. An empty or unreadable range is ignored; one past the end is 416.
func serveRun(w http.ResponseWriter, r *http.Request, src run, size int64, ranges bool) error {
	h := w.Header()
	offset, n, status := int64(0), size, http.StatusOK
	if ranges {
		h.Set("Accept-Ranges", "bytes")
		got, ok := parseRange(r.Header.Get("Range"), size)
		if ok && stillSame(r, h.Get("ETag")) {
			if got.length == 0 {
				h.Set("Content-Range", fmt.Sprintf("bytes */%d", size))
				h.Del("Content-Type")
				w.WriteHeader(http.StatusRequestedRangeNotSatisfiable)
				return nil
			}
			offset, n, status = got.start, got.length, http.StatusPartialContent
			h.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", offset, offset+n-1, size))
		}
	}
	body, err := src.from(offset, min(n, piece))
	if err != nil {
		return err
	}
	h.Set("Content-Length", strconv.FormatInt(n, 10))
	w.WriteHeader(status)
	if r.Method == http.MethodHead {
		return nil
	}
	send(w, src, body, offset, n)
	return nil
}

// A long answer goes in pieces, each with pieceTime to get out: the server's own limit is for a whole answer, and a film
// lasts longer. Less than 14 KB/s is taken for nobody there.
const (
	piece     = 8 << 20
	pieceTime = 10 * time.Minute
)

// send sends n bytes from offset on; body is the first piece of them. It says whether all were sent: else the client is
// gone or the stick pulled, and the length already said how much was due.
func send(w http.ResponseWriter, src run, body io.Reader, offset, n int64) bool {
	limits := http.NewResponseController(w)
	for {
		if _, err := io.Copy(w, body); err != nil {
			return false
		}
		if offset, n = offset+piece, n-piece; n <= 0 {
			return true
		}
		_ = limits.SetWriteDeadline(time.Now().Add(pieceTime)) // what has no deadlines needs none moved
		var err error
		if body, err = src.from(offset, min(n, piece)); err != nil {
			return false
		}
	}
}

// serveInflated is for the rare client that takes no gzip.
func serveInflated(w http.ResponseWriter, r *http.Request, f content.File) error {
	etag := `"` + f.ETag + `-identity"`
	if unchanged(w, r, etag) {
		return nil
	}
	var src io.Reader = bytes.NewReader(f.Bytes)
	if f.Source != nil {
		file, err := os.Open(f.Source.Path)
		if err != nil {
			return gone(err)
		}
		defer file.Close()
		src = io.NewSectionReader(file, f.Source.Offset, f.Source.Size)
	}
	z, err := gzip.NewReader(src)
	if err != nil {
		return fmt.Errorf("files: %s: %w", f.Path, errors.Join(err, fs.ErrInvalid))
	}
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		io.Copy(w, z)
	}
	return nil
}

// gone turns the error of a pulled stick into one that says what to do.
func gone(err error) error {
	return fmt.Errorf("files: the stored file cannot be read; plug its stick in again or run `lamplight library verify`: %w", err)
}

// AcceptsGzip says whether the client takes gzip: named and not with q=0, or covered by *.
func AcceptsGzip(r *http.Request) bool {
	star := false
	for _, line := range r.Header["Accept-Encoding"] {
		for part := range strings.SplitSeq(line, ",") {
			name, params, _ := strings.Cut(part, ";")
			ok := !zeroQuality(params)
			switch strings.ToLower(strings.TrimSpace(name)) {
			case "gzip", "x-gzip":
				return ok
			case "*":
				star = ok
			}
		}
	}
	return star
}

func zeroQuality(params string) bool {
	_, q, found := strings.Cut(params, "q=")
	if !found {
		return false
	}
	v, err := strconv.ParseFloat(strings.TrimSpace(q), 64)
	return err == nil && v == 0
}

// unchanged names what is sent by etag, and says of a phone that has it already that it is so.
func unchanged(w http.ResponseWriter, r *http.Request, etag string) bool {
	w.Header().Set("ETag", etag)
	if !Matches(r, etag) {
		return false
	}
	w.Header().Del("Content-Type")
	w.WriteHeader(http.StatusNotModified)
	return true
}

// Matches says whether If-None-Match names etag (weak comparison, RFC 9110 §13.1.2).
func Matches(r *http.Request, etag string) bool {
	for _, line := range r.Header["If-None-Match"] {
		for part := range strings.SplitSeq(line, ",") {
			part = strings.TrimPrefix(strings.TrimSpace(part), "W/")
			if part == etag || part == "*" {
				return true
			}
		}
	}
	return false
}

// stillSame says whether a range may be answered: no If-Range, or one that names this very content.
func stillSame(r *http.Request, etag string) bool {
	ir := r.Header.Get("If-Range")
	return ir == "" || ir == etag
}

type byteRange struct{ start, length int64 }

// parseRange reads one byte range; length 0 means it lies outside. ok is false when there is none we answer.
func parseRange(header string, size int64) (byteRange, bool) {
	spec, found := strings.CutPrefix(header, "bytes=")
	if !found || strings.Contains(spec, ",") {
		return byteRange{}, false
	}
	first, last, found := strings.Cut(strings.TrimSpace(spec), "-")
	if !found {
		return byteRange{}, false
	}
	if first == "" {
		n, err := strconv.ParseInt(last, 10, 64)
		if err != nil || n < 0 {
			return byteRange{}, false
		}
		n = min(n, size)
		return byteRange{size - n, n}, true
	}
	start, err := strconv.ParseInt(first, 10, 64)
	if err != nil || start < 0 {
		return byteRange{}, false
	}
	end := size - 1
	if last != "" {
		e, err := strconv.ParseInt(last, 10, 64)
		if err != nil || e < start {
			return byteRange{}, false
		}
		end = min(end, e)
	}
	return byteRange{start, max(0, end-start+1)}, true
}

// ReadAll reads a file whole, inflated, if it is no larger than limit bytes; else fs.ErrInvalid.
func ReadAll(f content.File, limit int64) ([]byte, error) {
	var src io.Reader = bytes.NewReader(f.Bytes)
	if f.Source != nil {
		file, err := os.Open(f.Source.Path)
		if err != nil {
			return nil, gone(err)
		}
		defer file.Close()
		src = io.NewSectionReader(file, f.Source.Offset, f.Source.Size)
		if f.Coding == "deflate" {
			stream := inflated(f, file)
			defer stream.Close()
			src = stream
		}
	}
	if f.Coding == "gzip" {
		z, err := gzip.NewReader(src)
		if err != nil {
			return nil, fmt.Errorf("files: %s: %w", f.Path, errors.Join(err, fs.ErrInvalid))
		}
		src = z
	}
	b, err := io.ReadAll(io.LimitReader(src, limit+1))
	if err == nil && int64(len(b)) > limit {
		err = fmt.Errorf("files: %s is larger than %d bytes: %w", f.Path, limit, fs.ErrInvalid)
	}
	return b, err
}
