package zim

import (
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"unicode"

	"golang.org/x/text/language"

	"lamplight/content"
)

const (
	maxMetadata = 64 << 10 // of one text; M/Counter and long descriptions stay below
	maxTitle    = 300      // characters kept
	maxAbout    = 4000
)

// meta reads a text of the M namespace, "" when the file has none.
func (a *archive) meta(name string) (string, error) {
	_, d, err := a.find('M', name)
	if err != nil {
		return "", nil // most have only some
	}
	if d.redirect() {
		_, d, err = a.resolve(d.target)
	} else {
		err = a.checkDirent(0, d)
	}
	if err != nil {
		return "", err
	}
	s, err := a.blob(d.cluster, d.blob, nil)
	if err != nil || s.size > maxMetadata {
		return "", err
	}
	if s.inFile {
		s.bytes = make([]byte, s.size)
		err = a.read(s.bytes, s.at, "metadata")
	}
	return string(s.bytes), err
}

// A metadata reader remembers the first fault and goes on: a course without a description is a course.
type metadata struct {
	a   *archive
	err error
}

func (m *metadata) text(name string, most int) string {
	s, err := m.a.meta(name)
	if err != nil && m.err == nil {
		m.err = fmt.Errorf("metadata M/%s: %w", name, err)
	}
	return clean(s, most)
}

// clean makes a text of one line that can be shown: UTF-8, no control characters, not endless.
func clean(s string, most int) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	if r := []rune(s); len(r) > most {
		s = string(r[:most-1]) + "…"
	}
	return s
}

// describe makes the course of what the file says of itself. path is where it was found, for a title of last resort.
func (a *archive) describe(path string, o content.ImportOptions) (content.Course, error) {
	m := metadata{a: a}
	c := content.Course{
		Format: Name, Title: m.text("Title", maxTitle), Description: m.text("Description", maxAbout),
		Languages: languages(m.text("Language", maxTitle)), Entries: int(a.header.entries), Bytes: a.size,
		Licence: content.Licence{
			ID: content.LicenceOf(m.text("License", maxAbout)), Owner: m.text("Publisher", maxTitle),
			Author: m.text("Creator", maxTitle), Source: m.text("Source", maxTitle),
		},
	}
	name, flavour := m.text("Name", maxTitle), m.text("Flavour", maxTitle)
	c.ID = a.courseID(name, flavour)
	c.Edition = a.edition(m.text("Date", 32))
	if c.Title == "" {
		c.Title = name
	}
	if c.Title == "" {
		c.Title = clean(titleOf(path), maxTitle)
	}
	if c.Licence.ID == "" {
		c.Licence.ID = o.Licence
	}
	if c.Licence.Owner == "" {
		c.Licence.Owner = o.Owner
	}
	c.Thumbnail = a.thumbnail()
	return c, m.err
}

func titleOf(path string) string {
	base := filepath.Base(path)
	if t := strings.TrimSuffix(base, filepath.Ext(base)); strings.TrimSpace(t) != "" {
		return t
	}
	return "ZIM"
}

// courseID: Name and Flavour stay the same through all editions; without a name the UUID, which does not.
func (a *archive) courseID(name, flavour string) content.CourseID {
	switch {
	case name != "":
		return content.NewCourseID(Name, name+"\x00"+flavour)
	case a.header.uuid != [16]byte{}:
		return content.NewCourseID(Name, hex.EncodeToString(a.header.uuid[:]))
	}
	return content.NewCourseID(Name, fmt.Sprintf("%x %d", a.md5(), a.size))
}

// edition is the date and a piece of the UUID, which each build has anew.
func (a *archive) edition(date string) string {
	id := hex.EncodeToString(a.header.uuid[:4])
	if date == "" {
		return id
	}
	return date + "-" + id
}

// md5 is the checksum at the end, nil when the file has none.
func (a *archive) md5() []byte {
	if a.header.checksum == 0 {
		return nil
	}
	b := make([]byte, 16)
	if a.read(b, a.header.checksum, "checksum") != nil {
		return nil
	}
	return b
}

// languages turns M/Language (ISO 639-3, several with commas) into BCP 47. What is not in the register is kept as it
// is; none is "und".
func languages(list string) []string {
	var tags []string
	for _, s := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ';' || unicode.IsSpace(r) }) {
		if t, err := language.Parse(s); err == nil {
			s = t.String()
		}
		tags = append(tags, s)
	}
	if tags == nil {
		return []string{"und"}
	}
	return tags
}

// thumbnail is the path of a small picture of the course, "" when it has none.
func (a *archive) thumbnail() string {
	tries := []candidate{{'M', "Illustration_48x48@1"}}
	if i, d, err := a.search('M', "Illustration_"); err == nil && d != nil && d.ns == 'M' && strings.HasPrefix(d.path, "Illustration_") && i < none32 {
		tries = append(tries, candidate{'M', d.path})
	}
	for _, ns := range []byte{'-', 'I', 'C', 'A'} {
		tries = append(tries, candidate{ns, "favicon"}, candidate{ns, "favicon.png"})
	}
	for _, t := range tries {
		i, d, err := a.find(t.ns, t.path)
		if err != nil {
			continue
		}
		if _, item, err := a.resolve(i); err == nil && strings.HasPrefix(a.mimes[item.mime], "image/") {
			if _, _, err := a.lookup(a.shown(d)); err == nil {
				return a.shown(d)
			}
		}
	}
	return ""
}

func isHTML(mime string) bool {
	m := bareMIME(mime)
	return m == "text/html" || m == "application/xhtml+xml"
}

// bareMIME drops parameters: old files say "text/html; charset=utf-8" or "text/html;raw=true".
func bareMIME(mime string) string {
	m, _, _ := strings.Cut(mime, ";")
	return strings.ToLower(strings.TrimSpace(m))
}

func kindOf(mime string) content.Kind {
	switch m := bareMIME(mime); {
	case isHTML(m):
		return content.Article
	case strings.HasPrefix(m, "video/"):
		return content.Video
	case strings.HasPrefix(m, "audio/"):
		return content.Audio
	}
	return content.Document
}

// unreadable says that every reason is of the kind that condemns the file.
func unreadable(err error) bool { return errors.Is(err, errors.ErrUnsupported) }
