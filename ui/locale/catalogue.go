package locale

import (
	"archive/zip"
	"bytes"
	_ "embed" // messages.zip
	"fmt"
	"io/fs"
	"sort"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/text/language"
)

// packed is messages/ as a zip, a quarter of its size: English as it is, and of each other language what English does not say
// (see unkeyed). After a change there, make it again, as make generated does:
// go test ./ui/locale -run TheCataloguesAreEmbedded -update
//
//go:embed messages.zip
var packed []byte

var builtIn = load(unpack())

func unpack() fs.FS {
	files, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		panic("locale: messages.zip: " + err.Error())
	}
	return files
}

// spoken are the languages by tag: those built in, with what the school's own files change. Overlay alone stores it.
var spoken = func() *atomic.Pointer[map[string]*Locale] {
	p := &atomic.Pointer[map[string]*Locale]{}
	p.Store(&builtIn)
	return p
}()

// Speaks says whether there is a catalogue for exactly this tag.
func Speaks(tag string) bool {
	_, ok := (*spoken.Load())[tag]
	return ok
}

// Changed says whether a language is other than it was built in: the school mended or added it.
func Changed(tag string) bool { return (*spoken.Load())[tag] != builtIn[tag] }

// Languages are the tags that have a catalogue, English first, the others sorted.
func Languages() []string {
	locales := *spoken.Load()
	tags := make([]string, 0, len(locales))
	for tag := range locales {
		if tag != English {
			tags = append(tags, tag)
		}
	}
	sort.Strings(tags)
	return append([]string{English}, tags...)
}

// load finds every catalogue. None is a programmer's mistake and panics at start-up, as does one that cannot be read when
// it is first spoken; a test speaks them all.
func load(files fs.FS) map[string]*Locale {
	names, err := fs.Glob(files, "messages/*.txt")
	if err != nil || len(names) == 0 {
		panic(fmt.Sprintf("locale: no catalogues: %v", err))
	}
	all := make(map[string]*Locale, len(names))
	for _, name := range names {
		l := newLocale(strings.TrimSuffix(strings.TrimPrefix(name, "messages/"), ".txt"))
		l.words = sync.OnceValue(func() *words { return read(files, name) })
		l.percent = sync.OnceValue(func() int { return l.compare(all[English]).Percent() })
		all[l.tag] = l
	}
	return all
}

func read(files fs.FS, name string) *words {
	text := source(files, name)
	lines, same, problems := parse(text)
	if len(problems) > 0 {
		panic(fmt.Sprintf("locale: %s: %v", name, problems[0]))
	}
	w := &words{make(map[string]string, len(lines)), same}
	for _, l := range lines {
		w.messages[l.key] = l.text
	}
	return w
}

// unkeyed begins a catalogue that names no key that English has: then come its notes, an empty line, a line for each message
// of English, in that order and empty where the language has none, and what English has not, with its keys.
const unkeyed = "\x00\n"

// source is a catalogue with its keys. One that is not there is a programmer's mistake.
func source(files fs.FS, name string) string {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		panic(err)
	}
	text, short := strings.CutPrefix(string(data), unkeyed)
	if !short {
		return text
	}
	lines, _, _ := parse(source(files, "messages/"+English+".txt"))
	notes, text, _ := strings.Cut(text, "\n\n")
	var out strings.Builder
	out.WriteString(notes + "\n\n")
	for _, l := range lines {
		var message string
		if message, text, _ = strings.Cut(text, "\n"); message != "" {
			out.WriteString(l.key + " = " + message + "\n")
		}
	}
	out.WriteString(text)
	return out.String()
}

// newLocale is a language that says nothing yet.
func newLocale(tag string) *Locale {
	w := &words{map[string]string{}, map[string]bool{}}
	return &Locale{
		tag: tag, language: language.Make(tag), digits: digitsOf(tag),
		words: func() *words { return w }, percent: func() int { return 0 },
	}
}

// A line is one message of a catalogue. n counts from 1.
type line struct {
	n         int
	key, text string
}

// A Problem is a line of a catalogue that cannot be used. Line is 0 for the file as a whole.
type Problem struct {
	File   string // "" when there is one file
	Line   int
	Reason string
}

func (p Problem) String() string {
	if p.Line == 0 {
		return p.File + ": " + p.Reason
	}
	return fmt.Sprintf("%s line %d: %s", p.File, p.Line, p.Reason)
}

// parse reads a catalogue in the format of the package comment; a line it cannot read is a problem, and the rest is read.
func parse(text string) (lines []line, same map[string]bool, problems []Problem) {
	seen := map[string]bool{}
	same = map[string]bool{}
	n := 0
	for text := range strings.SplitSeq(text, "\n") {
		n++
		text = strings.TrimSpace(strings.TrimPrefix(text, "\ufeff")) // Windows' editor begins a file with one
		if keys, ok := strings.CutPrefix(text, "# same:"); ok {
			for key := range strings.FieldsSeq(keys) {
				same[key] = true
			}
		}
		if text == "" || text[0] == '#' {
			continue
		}
		key, message, found := strings.Cut(text, "=")
		key, message = strings.TrimSpace(key), strings.TrimSpace(message)
		switch {
		case !found || key == "" || message == "":
			problems = append(problems, Problem{Line: n, Reason: fmt.Sprintf("want key = text, got %.60q", text)})
		case seen[key]:
			problems = append(problems, Problem{Line: n, Reason: fmt.Sprintf("%.60s is there twice", key)})
		default:
			seen[key] = true
			lines = append(lines, line{n, key, message})
		}
	}
	return lines, same, problems
}

// Source is a built-in catalogue with its notes for translators, which lead the file in all languages but English; of a language
// without one English's, to begin from.
func Source(tag string) []byte {
	for _, name := range []string{tag, English} {
		if _, ok := builtIn[name]; !ok {
			continue
		}
		return []byte(source(unpack(), "messages/"+name+".txt"))
	}
	return nil
}

// worthHalf is how much of a language must be there, in percent, for a phone to get it unasked.
const worthHalf = 50

// Match picks the catalogue for an Accept-Language header (RFC 9110 §12.5.4): the first language of it that we have,
// by its weights; English when there is none or the header cannot be read. A language that
// is not yet half there is taken only by who chooses it.
func Match(acceptLanguage string) string {
	if len(acceptLanguage) > 500 {
		return English
	}
	wanted, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil {
		return English
	}
	locales := *spoken.Load()
	for _, w := range wanted {
		if l, ok := locales[base(w.String())]; ok && l.percent() >= worthHalf {
			return l.tag
		}
	}
	return English
}
