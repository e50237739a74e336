package xmltree

import (
	"bytes"
	"fmt"
	"io/fs"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// charsets are the encodings read beside UTF-8 and UTF-16, by the names XML declarations give them.
var charsets = map[string]encoding.Encoding{
	"iso-8859-1": charmap.Windows1252, "latin1": charmap.Windows1252, "windows-1252": charmap.Windows1252, "cp1252": charmap.Windows1252,
	"iso-8859-2": charmap.ISO8859_2, "iso-8859-5": charmap.ISO8859_5, "iso-8859-6": charmap.ISO8859_6, "iso-8859-7": charmap.ISO8859_7,
	"iso-8859-9": charmap.ISO8859_9, "iso-8859-15": charmap.ISO8859_15, "windows-1250": charmap.Windows1250,
	"windows-1251": charmap.Windows1251, "windows-1254": charmap.Windows1254, "windows-1256": charmap.Windows1256, "koi8-r": charmap.KOI8R,
}

var declared = regexp.MustCompile(`(?i)^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']`)

// decode gives the document in UTF-8: by its byte order mark, else by its declaration. Text that is UTF-8 whatever it
// declares is taken as that, since editors change the one and forget the other.
func decode(doc []byte) ([]byte, error) {
	switch {
	case bytes.HasPrefix(doc, []byte("\xEF\xBB\xBF")):
		return doc[3:], nil
	case bytes.HasPrefix(doc, []byte("\xFF\xFE")), bytes.HasPrefix(doc, []byte("<\x00")):
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(doc)
	case bytes.HasPrefix(doc, []byte("\xFE\xFF")), bytes.HasPrefix(doc, []byte("\x00<")):
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder().Bytes(doc)
	case utf8.Valid(doc):
		return doc, nil
	}
	name := "utf-8"
	if m := declared.FindSubmatch(doc[:min(len(doc), 1024)]); m != nil {
		name = strings.ToLower(string(m[1]))
	}
	c, ok := charsets[name]
	if !ok {
		return nil, fmt.Errorf("text that is not %s, or in an encoding that is not read: %w", name, fs.ErrInvalid)
	}
	return c.NewDecoder().Bytes(doc)
}
