package player

import (
	"bytes"
	"encoding/hex"
	"mime"
	"strings"

	"github.com/zeebo/blake3"
)

// shimAt is where in a document the shim's script element goes: first, after the doctype (before it, the page would fall
// into quirks mode), or in XHTML, whose parser takes nothing before the root, right after <head>; -1 is nowhere.
func shimAt(text []byte, mimeType string) int {
	if strings.HasPrefix(mimeType, "application/xhtml") {
		return afterHead(text)
	}
	return afterDoctype(text)
}

// afterDoctype skips a byte order mark, white space, comments, an XML declaration and the doctype.
func afterDoctype(text []byte) int {
	i := 0
	if bytes.HasPrefix(text, []byte("\xef\xbb\xbf")) {
		i = 3
	}
	for {
		for i < len(text) && bytes.IndexByte([]byte(" \t\r\n\f"), text[i]) >= 0 {
			i++
		}
		rest := text[i:]
		end := ""
		switch {
		case bytes.HasPrefix(rest, []byte("<!--")):
			end = "-->"
		case bytes.HasPrefix(rest, []byte("<?")), bytes.HasPrefix(rest, []byte("<!")):
			end = ">"
		default:
			return i
		}
		n := bytes.Index(rest, []byte(end))
		if n < 0 {
			return i
		}
		i += n + len(end)
	}
}

func afterHead(text []byte) int {
	lower := bytes.ToLower(text[:min(len(text), 64<<10)])
	from := 0
	for {
		at := bytes.Index(lower[from:], []byte("<head"))
		if at < 0 {
			return -1
		}
		at += from
		from = at + 5
		if from < len(lower) && bytes.IndexByte([]byte(" \t\r\n>"), lower[from]) >= 0 {
			if end := bytes.IndexByte(lower[from:], '>'); end >= 0 {
				return from + end + 1
			}
		}
	}
}

func isHTML(mimeType string) bool {
	t, _, _ := mime.ParseMediaType(mimeType)
	return t == "text/html" || t == "application/xhtml+xml"
}

func compressible(mimeType string) bool {
	t, _, _ := mime.ParseMediaType(mimeType)
	return strings.HasPrefix(t, "text/") || t == "image/svg+xml" || t == "application/javascript" ||
		t == "application/json" || t == "application/xml"
}

func shortHash(b []byte) string {
	sum := blake3.Sum256(b)
	return hex.EncodeToString(sum[:8])
}
