package questions

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"strconv"
	"strings"
)

// A cutter cuts Moodle XML into its questions without holding more than one, and leaves the files in it where they are: a
// file's content is replaced by where in the source it lies.
type cutter struct {
	r       *bufio.Reader
	at      int64 // bytes read
	line    int
	began   bool   // <quiz> was met
	charset string // that the declaration states, "" none
	cutOff  string // what was not finished when the source ended
	total   int64  // bytes kept so far
}

// A chunk is one <question>…</question>.
type chunk struct {
	xml  []byte
	line int
}

const (
	maxQuestion = 4 << 20   // bytes of a question without its files
	maxKept     = 128 << 20 // of all questions
)

func newCutter(r io.Reader) *cutter { return &cutter{r: bufio.NewReaderSize(r, 64<<10), line: 1} }

var (
	declaration = regexp.MustCompile(`(?i)encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']`)
	strays      = regexp.MustCompile(`&(?:#?[A-Za-z0-9]{1,32};)?`)
	named       = map[string]bool{"&amp;": true, "&lt;": true, "&gt;": true, "&quot;": true, "&apos;": true}
	langAttr    = regexp.MustCompile(`(?i)\slang="([a-z]{2,3}(?:-[a-z0-9]{2,8})*)"`)
	fileMark    = regexp.MustCompile(`^\s*@(\d+):(\d+)\s*$`)
)

// placeOf reads where a file's content lies.
func placeOf(s string) (offset, length int64, ok bool) {
	m := fileMark.FindStringSubmatch(s)
	if m == nil {
		return 0, 0, false
	}
	offset, _ = strconv.ParseInt(m[1], 10, 64)
	length, _ = strconv.ParseInt(m[2], 10, 64)
	return offset, length, true
}

func (c *cutter) byte() (byte, error) {
	b, err := c.r.ReadByte()
	if err == nil {
		c.at++
		if b == '\n' {
			c.line++
		}
	}
	return b, err
}

// skip reads up to and with mark, and gives what came before when keep is set, at most maxQuestion of it.
func (c *cutter) skip(mark string, keep *bytes.Buffer) error {
	matched := 0
	for {
		b, err := c.byte()
		if err != nil {
			return err
		}
		if keep != nil {
			if keep.WriteByte(b); keep.Len() > maxQuestion {
				return fmt.Errorf("line %d: a question of more than %d bytes: %w", c.line, maxQuestion, fs.ErrInvalid)
			}
		}
		switch {
		case b == mark[matched]:
			matched++
		case matched == 2 && mark[:2] == "]]" && b == ']' || matched == 2 && mark[:2] == "--" && b == '-':
		case b == mark[0]:
			matched = 1
		default:
			matched = 0
		}
		if matched == len(mark) {
			return nil
		}
	}
}

// tag reads what follows a "<", up to ">" or what begins a comment or CDATA.
func (c *cutter) tag() (string, error) {
	var b strings.Builder
	quote := byte(0)
	for b.Len() < 64<<10 {
		x, err := c.byte()
		if err != nil {
			return b.String(), err
		}
		if x == '>' && quote == 0 {
			return b.String(), nil
		}
		b.WriteByte(x)
		s := b.String()
		if s == "!--" || s == "![CDATA[" {
			return s, nil
		}
		switch {
		case quote == x:
			quote = 0
		case quote == 0 && (x == '"' || x == '\'') && s[0] != '?' && s[0] != '!':
			quote = x
		}
	}
	return "", fmt.Errorf("line %d: a tag that does not end: %w", c.line, fs.ErrInvalid)
}

func tagName(t string) string {
	name, _, _ := strings.Cut(strings.TrimSuffix(t, "/"), " ")
	name, _, _ = strings.Cut(name, "\n")
	name, _, _ = strings.Cut(name, "\t")
	return strings.TrimSpace(name)
}

// next gives the next question; io.EOF after the last.
func (c *cutter) next() (chunk, error) {
	for {
		b, err := c.byte()
		if err != nil {
			return chunk{}, err
		}
		if b != '<' {
			continue
		}
		t, err := c.tag()
		if err != nil {
			return chunk{}, err
		}
		switch name := tagName(t); {
		case t == "!--":
			err = c.skip("-->", nil)
		case t == "![CDATA[":
			err = c.skip("]]>", nil)
		case strings.HasPrefix(t, "!DOCTYPE") && strings.Contains(t, "["):
			return chunk{}, fmt.Errorf("line %d: it declares entities, which no bank of questions needs: %w", c.line, fs.ErrInvalid)
		case strings.HasPrefix(t, "?xml"):
			if m := declaration.FindStringSubmatch(t); m != nil {
				c.charset = m[1]
			}
		case name == "quiz":
			c.began = true
		case name == "question" && c.began && !strings.HasSuffix(t, "/"):
			return c.question(t)
		}
		if err != nil {
			return chunk{}, err
		}
	}
}

// question reads on to </question>.
func (c *cutter) question(start string) (chunk, error) {
	out := chunk{line: c.line}
	b := bytes.NewBufferString("<" + start + ">")
	for b.Len() < maxQuestion {
		x, err := c.byte()
		if err != nil {
			return c.ended(out, err)
		}
		if x != '<' {
			b.WriteByte(x)
			continue
		}
		t, err := c.tag()
		if err != nil {
			return c.ended(out, err)
		}
		b.WriteString("<" + t)
		switch name := tagName(t); {
		case t == "!--":
			err = c.skip("-->", b)
		case t == "![CDATA[":
			err = c.skip("]]>", b)
		case name == "file" && !strings.HasSuffix(t, "/"):
			b.WriteByte('>')
			err = c.file(b)
		case name == "/question":
			b.WriteByte('>')
			if c.total += int64(b.Len()); c.total > maxKept {
				return chunk{}, fmt.Errorf("the questions have more than %d bytes: %w", maxKept, errors.ErrUnsupported)
			}
			out.xml = b.Bytes()
			return out, nil
		default:
			b.WriteByte('>')
		}
		if err != nil {
			return c.ended(out, err)
		}
	}
	return chunk{}, fmt.Errorf("line %d: a question of more than %d bytes: %w", out.line, maxQuestion, fs.ErrInvalid)
}

// ended says where the source broke off.
func (c *cutter) ended(out chunk, err error) (chunk, error) {
	if errors.Is(err, io.EOF) {
		c.cutOff = fmt.Sprintf("line %d: the file ends within the question that begins here", out.line)
		return chunk{}, io.EOF
	}
	return chunk{}, err
}

// file passes over a file's content and writes where it lies.
func (c *cutter) file(b *bytes.Buffer) error {
	start := c.at
	const mark = "</file>"
	for {
		x, err := c.byte()
		if err != nil {
			return err
		}
		if x != '<' {
			continue
		}
		end := c.at - 1
		t, err := c.tag()
		if err != nil {
			return err
		}
		if t == "![CDATA[" { // base64 in CDATA
			start = c.at
			if err := c.skip("]]>", nil); err != nil {
				return err
			}
			end = c.at - int64(len("]]>"))
			if err := c.skip(mark, nil); err != nil {
				return err
			}
			t = "/file"
		}
		if tagName(t) == "/file" {
			fmt.Fprintf(b, "@%d:%d%s", start, end-start, mark)
			return nil
		}
	}
}
