package zips

import (
	"encoding/binary"
	"hash/crc32"
	"io/fs"
	"path"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

func checksum(b []byte) uint32 { return crc32.ChecksumIEEE(b) }

// nameOf decodes a name: by its Unicode field, as UTF-8 whatever its flag says (much software forgets it), else by code
// page 437 (D.1). That code page has a letter for each byte, so what was written in another stays reachable.
func nameOf(raw, unicode []byte) string {
	switch {
	case unicode != nil && utf8.Valid(unicode):
		return string(unicode)
	case utf8.Valid(raw):
		return string(raw)
	}
	name, _ := charmap.CodePage437.NewDecoder().String(string(raw))
	return name
}

// oldPages are the code pages of the systems whose tools wrote names without saying which: western and central
// Europe, Cyrillic, Greek, Turkish, Arabic, Hebrew, Vietnamese.
var oldPages = []*charmap.Charmap{
	charmap.CodePage850, charmap.Windows1252, charmap.CodePage852, charmap.Windows1250, charmap.CodePage866, charmap.Windows1251,
	charmap.Windows1253, charmap.Windows1254, charmap.Windows1256, charmap.Windows1255, charmap.Windows1258,
}

// asWritten are the names that nameOf makes of a name written in an old code page: how a page in UTF-8 finds them.
func asWritten(name string) []string {
	if !strings.ContainsFunc(name, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return nil
	}
	var names []string
	for _, p := range oldPages {
		if raw, err := p.NewEncoder().String(name); err == nil && !utf8.ValidString(raw) {
			names = append(names, nameOf([]byte(raw), nil))
		}
	}
	return names
}

// special names what an entry is that is neither file nor folder: the high half of the external attributes is a Unix
// mode where the archive was made on one (4.4.2, 4.4.15).
func special(head []byte) string {
	if maker := head[5]; maker != 3 && maker != 19 {
		return ""
	}
	switch binary.LittleEndian.Uint32(head[38:]) >> 28 {
	case 0, 0o4, 0o10: // unstated, folder, file
		return ""
	case 0o12:
		return "it is a link"
	}
	return "it is a device"
}

// safeName cleans a name and says why it may not be used, "" when it may. A backslash is what some Windows tools write
// for a slash.
func safeName(name, special string) (clean, reason string) {
	name = strings.ReplaceAll(name, `\`, "/")
	clean = path.Clean(name)
	switch {
	case special != "":
		return name, special
	case name == "" || len(name) > 1024:
		return name, "its name is empty or too long"
	case strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return name, "its name holds control characters"
	case len(name) > 1 && name[1] == ':', clean == ".", !fs.ValidPath(clean):
		return name, "its name leads out of the archive"
	}
	return clean, ""
}

func cutName(s string) string { return s[:min(len(s), 100)] }
