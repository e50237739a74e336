package media

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/text/encoding/unicode"

	"lamplight/content"
)

// pdfText decodes a text string: UTF-16 or UTF-8 by its mark, else PDFDocEncoding (annex D).
func pdfText(s pdfString) string {
	switch {
	case bytes.HasPrefix(s, []byte("\xfe\xff")):
		out, _ := unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder().Bytes(s[:len(s)&^1])
		return string(out)
	case bytes.HasPrefix(s, []byte("\xff\xfe")):
		out, _ := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(s[:len(s)&^1])
		return string(out)
	case bytes.HasPrefix(s, []byte("\xef\xbb\xbf")):
		return string(s[3:])
	}
	var b strings.Builder
	for _, c := range s {
		switch {
		case c >= 0x18 && c < 0x20:
			b.WriteRune([]rune("˘ˇˆ˙˝˛˚˜")[c-0x18])
		case c >= 0x80 && c <= 0xA0:
			b.WriteRune([]rune("•†‡…—–ƒ⁄‹›−‰„“”‘’‚™ﬁﬂŁŒŠŸŽıłœšž\uFFFD€")[c-0x80])
		default:
			b.WriteRune(rune(c))
		}
	}
	return b.String()
}

var (
	xmpTitle   = regexp.MustCompile(`(?s)<dc:title>.*?<rdf:li[^>]*>([^<]*)</rdf:li>`)
	xmpRights  = regexp.MustCompile(`(?s)<dc:rights>.*?<rdf:li[^>]*>([^<]*)</rdf:li>`)
	xmpLicence = regexp.MustCompile(`(?:cc:license[^>]*?rdf:resource="|<xmpRights:WebStatement>|xmpRights:WebStatement=")([^"<]*)`)
)

// xmp takes what the Info dictionary did not say from the metadata stream (ISO 16684-1).
func (f *info) xmp(b []byte) {
	text := strings.ToValidUTF8(string(b[:min(len(b), 1<<20)]), "\uFFFD")
	first := func(re *regexp.Regexp) string {
		if m := re.FindStringSubmatch(text); m != nil {
			return clean(unescape(m[1]))
		}
		return ""
	}
	if f.Title == "" {
		f.Title = first(xmpTitle)
	}
	f.Licence = first(xmpLicence)
	if content.LicenceOf(f.Licence) == "" {
		f.Licence = first(xmpRights)
	}
}

func atoi(b []byte) int {
	n, err := strconv.Atoi(string(b))
	if err != nil {
		return -1
	}
	return n
}
