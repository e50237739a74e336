package files

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"strconv"
	"strings"

	"github.com/klauspost/compress/flate"

	"lamplight/content"
	"lamplight/content/zips"
)

// restarts are places to begin from in films inside zips: of two dozen of them at once.
var restarts = zips.NewRestarts(6 << 20)

// serveZipped sends what lies deflated in a zip. Who takes gzip is sent the stream as it lies between a gzip header and its
// checksum, by sendfile; nothing is unpacked. Sound, film and any range are sent unpacked, since a range of a coding is no
// use to a player.
func serveZipped(w http.ResponseWriter, r *http.Request, f content.File) error {
	if f.Source == nil || f.Source.Size != f.Size {
		return fmt.Errorf("files: %s is deflated and lies nowhere: %w", f.Path, fs.ErrInvalid)
	}
	h := w.Header()
	h.Set("Vary", "Accept-Encoding, Range")
	whole := AcceptsGzip(r) && r.Header.Get("Range") == "" && !played(f.MIME)
	etag := `"` + f.ETag + `-identity"`
	if whole {
		h.Set("Content-Encoding", "gzip")
		etag = `"` + f.ETag + `"`
	}
	if unchanged(w, r, etag) {
		return nil
	}
	file, err := os.Open(f.Source.Path)
	if err != nil {
		return gone(err)
	}
	defer file.Close()
	if whole {
		return sendMember(w, r, f, file)
	}
	stream := inflated(f, file)
	defer stream.Close()
	return serveRun(w, r, unpacked{stream}, f.Inflated, true)
}

// played says whether browsers ask for ranges of a kind once they have seen its beginning.
func played(mimeType string) bool {
	return strings.HasPrefix(mimeType, "video/") || strings.HasPrefix(mimeType, "audio/")
}

func inflated(f content.File, file *os.File) *zips.Inflated {
	return restarts.Open(file, zips.Stream{Path: f.Source.Path, Offset: f.Source.Offset, Packed: f.Source.Size, Size: f.Inflated, Mark: f.CRC})
}

// ServeBehind sends what lies deflated in a zip behind a few bytes of ours, as one gzip member of two runs: nothing of it
// is unpacked but for who takes no gzip.
func ServeBehind(w http.ResponseWriter, r *http.Request, first Part, f content.File, c Cacheing) error {
	if f.Source == nil || f.Coding != "deflate" {
		return fmt.Errorf("files: %s is not deflated: %w", f.Path, fs.ErrInvalid)
	}
	h := w.Header()
	h.Set("Cache-Control", string(c))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Type", f.MIME)
	h.Set("Vary", "Accept-Encoding")
	whole := AcceptsGzip(r)
	etag := `"` + f.ETag + "-" + first.tag() + `"`
	if whole {
		h.Set("Content-Encoding", "gzip")
	} else {
		etag = strings.TrimSuffix(etag, `"`) + `-identity"`
	}
	if unchanged(w, r, etag) {
		return nil
	}
	file, err := os.Open(f.Source.Path)
	if err != nil {
		return gone(err)
	}
	defer file.Close()
	if whole {
		return sendBehind(w, r, first, f, file)
	}
	stream := inflated(f, file)
	defer stream.Close()
	h.Set("Content-Length", strconv.FormatInt(int64(first.length)+f.Inflated, 10))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		begin := flate.NewReader(io.MultiReader(bytes.NewReader(first.deflated), bytes.NewReader(emptyFinal)))
		_, _ = io.Copy(w, io.MultiReader(begin, stream)) // an error is the client gone
	}
	return nil
}

// sendMember sends gzip's header, the stream and gzip's trailer (RFC 1952 §2.3).
func sendMember(w http.ResponseWriter, r *http.Request, f content.File, file *os.File) error {
	return sendBehind(w, r, Part{}, f, file)
}

// sendBehind is sendMember with a part before the stream.
func sendBehind(w http.ResponseWriter, r *http.Request, first Part, f content.File, file *os.File) error {
	head := append(append([]byte(nil), gzipHeader...), first.deflated...)
	trailer := binary.LittleEndian.AppendUint32(nil, combine(first.crc, f.CRC, uint32(f.Inflated)))
	trailer = binary.LittleEndian.AppendUint32(trailer, first.length+uint32(f.Inflated))
	src := disk{file, f.Source.Offset}
	body, err := src.from(0, min(f.Source.Size, piece))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Length", strconv.FormatInt(int64(len(head)+len(trailer))+f.Source.Size, 10))
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodHead {
		return nil
	}
	if _, err := w.Write(head); err == nil && send(w, src, body, 0, f.Source.Size) {
		_, _ = w.Write(trailer) // an error is the client gone
	}
	return nil
}

// unpacked is a deflate stream as a run.
type unpacked struct{ *zips.Inflated }

func (u unpacked) from(offset, n int64) (io.Reader, error) {
	if _, err := u.Seek(offset, io.SeekStart); err != nil {
		return nil, err
	}
	return io.LimitReader(u.Inflated, n), nil
}
