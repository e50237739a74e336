package roster

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"lamplight/content/charset"
)

// A table is a file of separated values: lines of cells, of which the first may be headings.
type table struct {
	file    string
	heading []string
	rows    []row
}

type row struct {
	line  int
	cells []string
}

// readTable takes a file apart. Lines that cannot be are refused in l; empty ones are passed over.
func (l *List) readTable(file string, b []byte) (t table) {
	t.file = file
	text := decode(b)
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord = separator(text), -1
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return t
		}
		if wrong := (*csv.ParseError)(nil); errors.As(err, &wrong) {
			l.refuse(file, wrong.StartLine, "", "quote", "")
			continue
		}
		if err != nil {
			l.refuse(file, 0, "", "unreadable", err.Error())
			return t
		}
		line, _ := r.FieldPos(0)
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		switch {
		case !slices.ContainsFunc(cells, func(c string) bool { return c != "" }):
		case t.heading == nil:
			t.heading = slices.Clone(cells)
		case len(t.rows) >= maxPeople:
			l.refuse(file, line, "", "too-many", "")
			return t
		default:
			t.rows = append(t.rows, row{line, cells})
		}
	}
}

// cell is what stands in a column of a row, "" where the row has none.
func (r row) cell(column int) string {
	if column < 0 || column >= len(r.cells) {
		return ""
	}
	return r.cells[column]
}

// odd reports whether a row has more cells than there are headings: a separator stands where none was meant.
func (t *table) odd(r row) bool {
	return len(r.cells) > len(t.heading) && slices.ContainsFunc(r.cells[len(t.heading):], func(c string) bool { return c != "" })
}

// separators that tables use, the likeliest first.
const separators = ",;\t|"

// separator is which of them parts the first line: what stands in quotation marks does not count.
func separator(text string) rune {
	head, _, _ := strings.Cut(strings.TrimLeft(text, "\r\n"), "\n")
	best, most := ',', 0
	for _, s := range separators {
		n, quoted := 0, false
		for _, c := range head {
			switch {
			case c == '"':
				quoted = !quoted
			case c == s && !quoted:
				n++
			}
		}
		if n > most {
			best, most = s, n
		}
	}
	return best
}

// decode makes UTF-8 of a file. One that says nothing of its encoding and is no UTF-8 comes from a program that writes the
// old one of its country: it is read as the first in which its headings are words we know.
func decode(b []byte) string {
	if charset.Stated(b) == "" && !utf8.Valid(b) || bytes.IndexByte(b[:min(len(b), 64)], 0) >= 0 {
		if s, ok := without(b); ok {
			return s
		}
		for _, c := range []*charmap.Charmap{charmap.Windows1252, charmap.Windows1256, charmap.Windows1251, charmap.Windows1250, charmap.Windows1254} {
			if s, err := c.NewDecoder().Bytes(b); err == nil && knowsHeading(string(s)) {
				return string(s)
			}
		}
	}
	return strings.TrimPrefix(charset.Decode(b), "\ufeff")
}

// without reads UTF-16 that has no byte order mark: every second byte of its first line is then zero.
func without(b []byte) (string, bool) {
	head := b[:min(len(b), 16)&^1]
	if len(head) < 4 || bytes.HasPrefix(b, []byte("\xff\xfe")) || bytes.HasPrefix(b, []byte("\xfe\xff")) {
		return "", false
	}
	big, little := true, true
	for i := 0; i < len(head); i += 2 {
		big, little = big && head[i] == 0, little && head[i+1] == 0
	}
	switch {
	case little:
		return charset.Decode(append([]byte("\xff\xfe"), b...)), true
	case big:
		return charset.Decode(append([]byte("\xfe\xff"), b...)), true
	}
	return "", false
}

func knowsHeading(text string) bool {
	head, _, _ := strings.Cut(strings.TrimLeft(text, "\r\n"), "\n")
	for _, h := range strings.Split(head, string(separator(text))) {
		if column(h) == "name" {
			return true
		}
	}
	return false
}
