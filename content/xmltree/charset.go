package xmltree

import (
	"bytes"
	"fmt"
	"io/fs"
	"strings"
	"unicode/utf8"

	"lamplight/content/charset"
)

// manyBytes begin the names of encodings of several bytes a sign that are not read: taken for others they would be nonsense.
var manyBytes = []string{"shift", "sjis", "euc", "gb", "big5", "iso-2022", "utf-32", "windows-31j", "hz"}

// decode gives the document in UTF-8. Text that is UTF-8 whatever it declares is taken as that, since editors change the one
// and forget the other.
func decode(doc []byte) ([]byte, error) {
	if utf8.Valid(doc) && !bytes.Contains(doc[:min(len(doc), 2)], []byte{0}) {
		return bytes.TrimPrefix(doc, []byte("\xEF\xBB\xBF")), nil
	}
	stated := charset.Stated(doc)
	for _, begin := range manyBytes {
		if strings.HasPrefix(stated, begin) {
			return nil, fmt.Errorf("the encoding %.40q is not read: %w", stated, fs.ErrInvalid)
		}
	}
	return []byte(charset.Decode(doc)), nil
}
