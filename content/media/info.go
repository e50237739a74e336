package media

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"lamplight/content"
)

// An info is what a media file says of itself. Texts are UTF-8 without control characters; zero values are unknown.
type info struct {
	Kind          content.Kind
	MIME          string
	Title         string
	Author        string
	Language      string // BCP 47
	Licence       string // as stated, for content.LicenceOf
	Description   string
	Seconds       float64
	Width, Height int
	Pages         int
	Codecs        []string // "h264", "aac", "vorbis" …
	Version       string   // of a PDF
	Cover         span
}

// A span is a picture inside the file.
type span struct {
	Offset int64  `cbor:"1,keyasint,omitempty"`
	Size   int64  `cbor:"2,keyasint,omitempty"`
	MIME   string `cbor:"3,keyasint,omitempty"`
}

// refused kinds that people bring and phones do not play.
var refused = map[string]string{
	".avi": "AVI video", ".mkv": "Matroska video", ".mov": "QuickTime video", ".wmv": "Windows Media video", ".flv": "Flash video",
	".mpg": "MPEG-1/2 video", ".mpeg": "MPEG-1/2 video", ".3gp": "3GP video", ".ogv": "Theora video", ".wma": "Windows Media audio",
	".flac": "FLAC audio", ".amr": "AMR audio", ".aac": "bare AAC audio", ".wav": "WAV audio",
}

// media extensions and the sidecars that come beside them.
var extensions = map[string]bool{
	".mp4": true, ".m4v": true, ".webm": true, ".mp3": true, ".m4a": true, ".m4b": true,
	".ogg": true, ".oga": true, ".opus": true, ".pdf": true,
}

// claims by name, or by the first bytes.
func claims(name string, head []byte) bool {
	ext := strings.ToLower(filepath.Ext(name))
	return extensions[ext] || refused[ext] != "" || isCaption(name) || sniff(head) != ""
}

// sniff names the container by its first bytes: "pdf", "mp4", "ebml", "ogg", "mp3", "" for none of these.
func sniff(head []byte) string {
	switch {
	case bytes.Contains(head[:min(len(head), 512)], []byte("%PDF-")) && !isHTML(head):
		return "pdf"
	case len(head) >= 12 && string(head[4:8]) == "ftyp":
		return "mp4"
	case bytes.HasPrefix(head, []byte("\x1a\x45\xdf\xa3")):
		return "ebml"
	case bytes.HasPrefix(head, []byte("OggS")):
		return "ogg"
	case bytes.HasPrefix(head, []byte("ID3")):
		return "mp3"
	case len(head) >= 4:
		if _, ok := mp3Frame(head); ok {
			return "mp3"
		}
	}
	return ""
}

func isHTML(head []byte) bool {
	s := strings.ToLower(strings.TrimSpace(string(head[:min(len(head), 256)])))
	return strings.HasPrefix(s, "<!doctype html") || strings.HasPrefix(s, "<html") || strings.HasPrefix(s, "<script") || strings.HasPrefix(s, "<?xml")
}

// probe reads what a file says of itself, whatever its name, and refuses what is broken or not played by phones.
func probe(name string, r io.ReaderAt, size int64) (info, error) {
	head := make([]byte, min(size, 4096))
	if _, err := r.ReadAt(head, 0); err != nil && err != io.EOF {
		return info{}, err
	}
	if size == 0 {
		return info{}, fmt.Errorf("the file is empty: %w", fs.ErrInvalid)
	}
	ext := strings.ToLower(filepath.Ext(name))
	switch kind := sniff(head); {
	case kind == "pdf":
		return probePDF(r, size)
	case kind == "mp4":
		return probeMP4(r, size)
	case kind == "ebml":
		return probeEBML(r, size)
	case kind == "ogg":
		return probeOgg(r, size)
	case refused[ext] != "":
		return info{}, fmt.Errorf("%s: phones do not play it; convert it to mp4 or mp3: %w", refused[ext], errors.ErrUnsupported)
	case kind == "mp3" && ext != ".pdf":
		return probeMP3(r, size)
	case isHTML(head):
		return info{}, fmt.Errorf("wrong type: this is an HTML page, not what %s says: %w", ext, fs.ErrInvalid)
	case extensions[ext]:
		return info{}, fmt.Errorf("wrong type or damaged: its first bytes are not those of a %s file: %w", strings.TrimPrefix(ext, "."), fs.ErrInvalid)
	}
	return info{}, fmt.Errorf("no media file: %w", errors.ErrUnsupported)
}

// readAt reads n bytes at off, or says that the file is cut short.
func readAt(r io.ReaderAt, off int64, n int) ([]byte, error) {
	if n < 0 || off < 0 {
		return nil, fmt.Errorf("a size below zero: %w", fs.ErrInvalid)
	}
	b := make([]byte, n)
	if got, err := r.ReadAt(b, off); err != nil && got < n {
		return nil, fmt.Errorf("cut short at byte %d: %w", off+int64(got), fs.ErrInvalid)
	}
	return b, nil
}

// clean collapses white space, drops control characters and shortens a text to 500 bytes.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 || r == 0xfeff {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > 500 {
		s = strings.ToValidUTF8(s[:500], "")
	}
	return s
}

// imageType names a picture by its first bytes, "" when it is none that browsers show.
func imageType(b []byte) string {
	switch {
	case bytes.HasPrefix(b, []byte("\xff\xd8\xff")):
		return "image/jpeg"
	case bytes.HasPrefix(b, []byte("\x89PNG\r\n\x1a\n")):
		return "image/png"
	case bytes.HasPrefix(b, []byte("GIF8")):
		return "image/gif"
	case len(b) > 12 && string(b[:4]) == "RIFF" && string(b[8:12]) == "WEBP":
		return "image/webp"
	}
	return ""
}
