// Package charset turns pages and documents into UTF-8 by what they say of themselves and by how they look.
package charset

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

var (
	inXML  = regexp.MustCompile(`^\s*<\?xml[^>]*\sencoding=["']([A-Za-z0-9._-]+)["']`)
	inMeta = regexp.MustCompile(`(?i)<meta[^>]*\scharset\s*=\s*["']?\s*([A-Za-z0-9._-]+)|<meta[^>]*\scontent\s*=\s*["'][^"'>]*charset\s*=\s*([A-Za-z0-9._-]+)`)
)

// latin are the one-byte encodings old documents declare. Bytes that claim to be UTF-8 but are not are read as the first:
// wrong letters are better than no page.
var latin = map[string]*charmap.Charmap{
	"windows-1252": charmap.Windows1252, "iso-8859-1": charmap.Windows1252, "us-ascii": charmap.Windows1252,
	"windows-1250": charmap.Windows1250, "windows-1251": charmap.Windows1251, "windows-1253": charmap.Windows1253,
	"windows-1254": charmap.Windows1254, "windows-1256": charmap.Windows1256, "iso-8859-2": charmap.ISO8859_2,
	"iso-8859-5": charmap.ISO8859_5, "iso-8859-6": charmap.ISO8859_6, "iso-8859-9": charmap.Windows1254,
	"iso-8859-15": charmap.ISO8859_15, "koi8-r": charmap.KOI8R, "koi8-u": charmap.KOI8U,
}

// declared is how much of a document is searched for what it declares (HTML, 4.2.5.4: 1024 bytes; some need more).
const declared = 4096

// Stated is the encoding a document states, lower-case: by byte order mark, XML declaration or <meta>; "" none.
func Stated(b []byte) string {
	switch {
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")):
		return "utf-8"
	case bytes.HasPrefix(b, []byte("\xff\xfe")), bytes.HasPrefix(b, []byte("<\x00")):
		return "utf-16le"
	case bytes.HasPrefix(b, []byte("\xfe\xff")), bytes.HasPrefix(b, []byte("\x00<")):
		return "utf-16be"
	}
	head := b[:min(len(b), declared)]
	if m := inXML.FindSubmatch(head); m != nil {
		return strings.ToLower(string(m[1]))
	}
	if m := inMeta.FindSubmatch(head); m != nil {
		return strings.ToLower(string(m[1]) + string(m[2]))
	}
	return ""
}

// Decode turns a document into UTF-8. It cannot fail: bytes that are no UTF-8 and state no encoding that is known here are
// read as Windows-1252.
func Decode(b []byte) string {
	stated := Stated(b)
	switch stated {
	case "utf-16le":
		if bytes.HasPrefix(b, []byte("\xff\xfe")) || bytes.HasPrefix(b, []byte("<\x00")) {
			return utf16(b, unicode.LittleEndian)
		}
	case "utf-16be":
		if bytes.HasPrefix(b, []byte("\xfe\xff")) || bytes.HasPrefix(b, []byte("\x00<")) {
			return utf16(b, unicode.BigEndian)
		}
	}
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	if c, ok := latin[stated]; ok && stated != "us-ascii" {
		s, _ := c.NewDecoder().Bytes(b)
		return string(s)
	}
	if utf8.Valid(b) {
		return string(b)
	}
	s, _ := charmap.Windows1252.NewDecoder().Bytes(b)
	return string(s)
}

func utf16(b []byte, order unicode.Endianness) string {
	s, _ := unicode.UTF16(order, unicode.UseBOM).NewDecoder().Bytes(b)
	if len(b) >= 2 && b[0] != 0xff && b[0] != 0xfe {
		s, _ = unicode.UTF16(order, unicode.IgnoreBOM).NewDecoder().Bytes(b)
	}
	return strings.ToValidUTF8(string(s), "\uFFFD")
}
