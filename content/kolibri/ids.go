package kolibri

import (
	"encoding/hex"
	"regexp"
	"strings"
	"unicode"

	"github.com/zeebo/blake3"

	"lamplight/content"
)

// A key is an id of Kolibri's, 32 hex digits, as 16 bytes. What is no such id has a key made of its hash.
type key [16]byte

// keyOf reads an id. UUIDs with dashes and capitals are the same id.
func keyOf(id string) key {
	var k key
	if clean, ok := hexID(id); ok {
		hex.Decode(k[:], []byte(clean))
		return k
	}
	if id == "" {
		return k
	}
	h := blake3.Sum256([]byte("kolibri\x00" + id))
	copy(k[:], h[:])
	return k
}

func (k key) bytes() []byte { return k[:] }

func (k key) id() content.ResourceID { return content.ResourceID(hex.EncodeToString(k[:])) }

// hexID gives 32 lower-case hex digits.
func hexID(id string) (string, bool) {
	if len(id) == 36 {
		id = strings.ReplaceAll(id, "-", "")
	}
	if len(id) != 32 {
		return "", false
	}
	id = strings.ToLower(id)
	_, err := hex.DecodeString(id)
	return id, err == nil
}

var extensionShape = regexp.MustCompile(`^[0-9a-z]{1,12}$`)

// storedName is a file's name in the storage, "" when what the channel says is none: the name goes into paths.
func storedName(hash, extension string) string {
	hash, ok := strings.CutSuffix(hash, "-data")
	_, err := hex.DecodeString(hash)
	extension = strings.TrimPrefix(strings.ToLower(extension), ".")
	if len(hash) != 32 || strings.ToLower(hash) != hash || err != nil || !extensionShape.MatchString(extension) {
		return ""
	}
	if ok {
		hash += "-data"
	}
	return hash + "." + extension
}

// line cleans a title: one line, no control characters, no marks that turn the direction of what follows, cut at most bytes.
func line(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0xfeff, r == unicode.ReplacementChar:
			return -1
		case unicode.IsControl(r), r == 0x2028, r == 0x2029:
			return ' '
		}
		return r
	}, cut(s, 4*most))
	return cut(strings.Join(strings.Fields(s), " "), most)
}

// prose cleans a description: its lines stay.
func prose(s string, most int) string {
	lines := strings.Split(strings.ReplaceAll(cut(s, 2*most), "\r\n", "\n"), "\n")
	for i := range lines {
		lines[i] = line(lines[i], most)
	}
	return cut(strings.Trim(strings.Join(lines, "\n"), "\n"), most)
}

// cut shortens to at most n bytes, between runes.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xc0 == 0x80 {
		n--
	}
	return s[:n]
}
