// Package opds reads catalogues of books that others publish, OPDS 1.2 (Atom) and OPDS 2.0 (JSON), from a server or a file, and fetches what they list.
//
// A catalogue is not trusted: a page of it is at most 8 MiB, of which 500 entries are taken; texts are plain and bounded; only
// the host that was named is asked, whatever its links say, and of a file on a stick only what lies beside or below it.
//
// Sources: https://specs.opds.io/opds-1.2, https://drafts.opds.io/opds-2.0; RFC 4287 (Atom); RFC 6570 (templates) as far as
// searching uses them; OpenSearch 1.1 descriptions; what kiwix-serve and calibre's server send.
package opds

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"unicode"

	"golang.org/x/text/language"

	"lamplight/content"
	"lamplight/content/kolibri/remote"
)

const (
	maxFeed    = 8 << 20
	maxEntries = 500
	maxTitle   = 300 // letters
	maxText    = 2000
	maxFiles   = 12 // of an entry
)

// A Feed is one page of a catalogue. Addresses are whole: http://HOST/… or a path on this disk.
type Feed struct {
	At       string
	Title    string
	Entries  []Entry
	Next     string // "" none, as for the others
	Previous string
	Up       string
	Total    int // of all its pages; 0 not said
	search   link
}

// An Entry is a book, or leads to another page.
type Entry struct {
	ID        string
	Title     string
	About     string
	Language  string // BCP 47, "" not said
	Authors   []string
	Publisher string
	Licence   content.Licence // ID where the words are known, else Terms; zero when nothing is said
	Open      string          // the page it leads to, "" of a book
	Files     []File
}

// A File is one form of a book.
type File struct {
	At        string // "" when it lies on another host
	Elsewhere string // that host
	Ending    string // ".epub"; "" when it is of a kind that this release does not read
	Type      string
	Bytes     int64 // 0 not said
}

// A link is as it stands in the page.
type link struct {
	rel, href, kind, title string
	bytes                  int64
	templated              bool
}

// IsAddress says whether at names something on a server; else it is a path.
func IsAddress(at string) bool { return remote.IsAddress(at) }

// doors are where servers have their catalogues, for who names the server alone: ours, kiwix-serve's, calibre's.
var doors = []string{"/opds/v1.2/", "/catalog/v2/root.xml", "/opds"}

// Find is Open, and where nothing but a server is named and its first page is no catalogue, it looks where servers have
// theirs.
func Find(ctx context.Context, at string) (*Feed, error) {
	f, err := Open(ctx, at)
	u, errURL := url.Parse(at)
	if err == nil || !IsAddress(at) || errURL != nil || strings.Trim(u.Path, "/") != "" || errors.Is(err, remote.ErrAway) || ctx.Err() != nil {
		return f, err
	}
	for _, door := range doors {
		if f, errDoor := Open(ctx, u.Scheme+"://"+u.Host+door); errDoor == nil {
			return f, nil
		}
	}
	return nil, err
}

// Open reads a page. fs.ErrInvalid for an address that is none and for what is no catalogue; remote.ErrAway when nobody
// answers; fs.ErrNotExist.
func Open(ctx context.Context, at string) (*Feed, error) {
	b, err := read(ctx, at)
	if err != nil {
		return nil, fmt.Errorf("opds: %.200s: %w", at, err)
	}
	f := &Feed{At: at}
	if t := bytes.TrimLeft(b, "\xef\xbb\xbf \t\r\n"); bytes.HasPrefix(t, []byte("{")) {
		err = f.readJSON(t)
	} else {
		err = f.readAtom(t)
	}
	if err != nil {
		return nil, fmt.Errorf("opds: %.200s: %w", at, err)
	}
	if f.Title == "" {
		f.Title = path.Base(at)
	}
	return f, nil
}

func read(ctx context.Context, at string) ([]byte, error) {
	if IsAddress(at) {
		h, where, err := remote.Dial(at)
		if err != nil {
			return nil, err
		}
		defer h.Close()
		return h.Read(ctx, where, maxFeed)
	}
	if !filepath.IsAbs(at) {
		return nil, fmt.Errorf("neither an address nor a whole path: %w", fs.ErrInvalid)
	}
	file, err := os.Open(at)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if fi, err := file.Stat(); err != nil || !fi.Mode().IsRegular() || fi.Size() > maxFeed {
		return nil, fmt.Errorf("no file of a catalogue, or longer than %d bytes: %w", maxFeed, fs.ErrInvalid)
	}
	return io.ReadAll(io.LimitReader(file, maxFeed))
}

// Fetch gets a file of a server to the path to; what came of it by an earlier try is gone on with. size is what the
// catalogue says, 0 unknown. room, which may be nil, is asked before bytes come; progress is told of bytes, negative when
// some are given up. fs.ErrNotExist, fs.ErrInvalid, remote.ErrAway.
func Fetch(ctx context.Context, at, to string, size int64, room func(int64) error, progress func(delta int64)) error {
	h, where, err := remote.Dial(at)
	if err != nil {
		return fmt.Errorf("opds: %w", err)
	}
	defer h.Close()
	if err := h.Fetch(ctx, where, to, size, room, progress); err != nil {
		return fmt.Errorf("opds: %.200s: %w", at, err)
	}
	return nil
}

// resolve gives the whole address of a link on the page; elsewhere is its host when that is another.
func (f *Feed) resolve(href string) (at, elsewhere string) {
	if href == "" || len(href) > 2048 {
		return "", ""
	}
	if IsAddress(f.At) {
		base, err := url.Parse(f.At)
		if err != nil {
			return "", ""
		}
		u, err := base.Parse(href)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.User != nil {
			return "", ""
		}
		if u.Fragment = ""; u.Host != base.Host || u.Scheme != base.Scheme {
			return "", clip(u.Host, 100)
		}
		return u.String(), ""
	}
	if u, err := url.Parse(href); err == nil && u.Host != "" {
		return "", clip(u.Host, 100)
	}
	p, err := url.PathUnescape(href)
	if err != nil || !filepath.IsLocal(filepath.FromSlash(p)) {
		return "", ""
	}
	return filepath.Join(filepath.Dir(f.At), filepath.FromSlash(p)), ""
}

// endings are the kinds of file that this release reads, by the type they are served as.
var endings = map[string]string{
	"application/epub+zip": ".epub", "application/pdf": ".pdf", "application/x-zim": ".zim", "application/zim": ".zim",
	"application/zip": ".zip", "video/mp4": ".mp4", "video/webm": ".webm", "audio/mpeg": ".mp3", "audio/ogg": ".ogg", "audio/mp4": ".m4a",
}

// endingOf says what kind of file a link gives, "" one that is not read. The name tells where the type does not. A .meta4 is
// a list of addresses of the file whose name stands before it; the server that has one has the file.
func endingOf(l link) (ending, href string) {
	href = l.href
	u, err := url.Parse(href)
	if err != nil {
		return "", href
	}
	if cut, ok := strings.CutSuffix(u.Path, ".meta4"); ok {
		u.Path, u.RawPath = cut, ""
		href = u.String()
	}
	kind, _, _ := strings.Cut(l.kind, ";")
	if e := endings[strings.ToLower(strings.TrimSpace(kind))]; e != "" {
		return e, href
	}
	e := strings.ToLower(path.Ext(u.Path))
	if e == ".lamp" {
		return e, href
	}
	for _, known := range endings {
		if e == known && (kind == "" || kind == "application/octet-stream") {
			return e, href
		}
	}
	return "", href
}

// addFile adds a form of a book.
func (f *Feed) addFile(e *Entry, l link) {
	if len(e.Files) >= maxFiles {
		return
	}
	ending, href := endingOf(l)
	x := File{Ending: ending, Type: clip(l.kind, 80), Bytes: max(0, l.bytes)}
	if x.At, x.Elsewhere = f.resolve(href); x.At != "" || x.Elsewhere != "" {
		e.Files = append(e.Files, x)
	}
}

// given says whether a relation is that of a file which is given to anybody.
func given(rel string) bool {
	const acquisition = "http://opds-spec.org/acquisition"
	return rel == acquisition || rel == acquisition+"/open-access"
}

// leads notes where a link of the page leads.
func (f *Feed) leads(l link) {
	if l.rel == "search" {
		if f.search.href == "" || strings.Contains(f.search.kind, "opensearch") {
			f.search = l
		}
		return
	}
	at, _ := f.resolve(l.href)
	switch l.rel {
	case "next":
		f.Next = at
	case "previous", "prev":
		f.Previous = at
	case "up":
		f.Up = at
	}
}

// sayLicence reads words about terms.
func (e *Entry) sayLicence(words string) {
	if words == "" || e.Licence.ID != "" {
		return
	}
	if e.Licence.ID = content.LicenceOf(words); e.Licence.ID != "" {
		e.Licence.Terms = ""
		return
	}
	if e.Licence.Terms == "" {
		e.Licence.Terms = plain(words, maxText)
	}
}

// sayLanguage takes the first language that is one.
func (e *Entry) sayLanguage(s string) {
	for _, one := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' || r == ';' }) {
		if tag, err := language.Parse(one); err == nil && e.Language == "" && tag != language.Und {
			e.Language = tag.String()
		}
	}
}

// plain makes one line of text for people of what may be anything.
func plain(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return clip(strings.Join(strings.Fields(s), " "), most)
}

func clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}
