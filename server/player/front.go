package player

import (
	"bytes"
	"io"
	"mime"
	"os"
	"strings"

	"github.com/klauspost/compress/flate"

	"lamplight/content"
	"lamplight/content/charset"
	"lamplight/server/files"
)

// A page that lies deflated in a zip is sent as it lies, the shim before it: nothing of it is unpacked or held, however
// large (simulations of 10 MB in one page are common). What comes before is the page's own beginning up to its doctype, and
// the script; the page then says these once more, which parsers ignore (HTML, 13.2.6.4.1 and .2: a second doctype is an
// error without effect, comments are comments).

// headSize is how much of a page is unpacked to see how it begins.
const headSize = 4 << 10

// splices says whether a page can be sent so. A mark of its byte order would be a letter in its middle; what does not state
// its encoding is read whole to find out, as far as that is small enough.
func splices(f content.File) bool {
	head, ok := headOf(f)
	if !ok {
		return false
	}
	at := shimAt(head, f.MIME)
	stated := charset.Stated(head)
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")), strings.HasPrefix(stated, "utf-16"):
		return false
	case at == len(head), bytes.HasPrefix(head[at:], []byte("<!")): // its beginning is longer than what was looked at
		return false
	}
	return stated != "" || stating(f.MIME) != "" || f.Inflated > maxText
}

// headOf unpacks the beginning of an HTML page that lies deflated.
func headOf(f content.File) ([]byte, bool) {
	if t, _, _ := mime.ParseMediaType(f.MIME); t != "text/html" || f.Coding != "deflate" || f.Source == nil {
		return nil, false
	}
	file, err := os.Open(f.Source.Path)
	if err != nil {
		return nil, false
	}
	defer file.Close()
	z := flate.NewReader(io.NewSectionReader(file, f.Source.Offset, f.Source.Size))
	head, err := io.ReadAll(io.LimitReader(z, headSize))
	return head, err == nil
}

// front is what is sent before a page that is sent as it lies; it gives the file its type and ETag.
func (p *Player) front(f *content.File) (files.Part, bool) {
	if f.Coding != "deflate" || !isHTML(f.MIME) || !splices(*f) {
		return files.Part{}, false
	}
	head, _ := headOf(*f)
	first, err := files.NewPart(append(head[:shimAt(head, f.MIME):shimAt(head, f.MIME)], p.script...))
	if err != nil {
		return files.Part{}, false
	}
	if stating(f.MIME) == "" {
		stated := charset.Stated(head)
		if stated == "" {
			stated = "utf-8"
		}
		f.MIME += "; charset=" + stated
	}
	f.ETag += "-" + p.shimPath[6:14]
	return first, true
}

// stating is the charset a type states, "" none.
func stating(mimeType string) string {
	_, params, _ := mime.ParseMediaType(mimeType)
	return params["charset"]
}

// inUTF8 states the encoding of a page in its type: the script before it takes from the first kilobyte, in which browsers
// look for it, and many pages in UTF-8 state none. UTF-16 is turned into it, since the script is not in UTF-16.
func inUTF8(text []byte, mimeType string) ([]byte, string) {
	stated := charset.Stated(text)
	switch t, _, _ := mime.ParseMediaType(mimeType); {
	case stating(mimeType) != "":
	case strings.HasPrefix(stated, "utf-16") && bytes.IndexByte(text[:min(len(text), 4)], 0) >= 0, strings.HasPrefix(stated, "utf-16") && len(text) > 1 && text[0] >= 0xfe:
		return []byte(charset.Decode(text)), t + "; charset=utf-8"
	case stated != "" && !strings.HasPrefix(stated, "utf-16"):
		return text, t + "; charset=" + stated
	case charset.Decode(text) == string(text):
		return text, t + "; charset=utf-8"
	}
	return text, mimeType
}
