package locale

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of a school's own language files. The longest catalogue here is under 60 KB.
const (
	maxOverlays     = 40
	maxOverlayBytes = 256 << 10
	maxMessage      = 1000 // bytes
	maxProblems     = 50   // told; more are counted with the last
)

// tagPattern is what a language file may be called, before ".txt": a BCP 47 tag of the usual kinds.
var tagPattern = regexp.MustCompile(`^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$`)

// Overlay speaks the languages that are built in with what the files TAG.txt of a folder change or add, and tells the lines
// it could not use: what is wrong with one line takes nothing from the others. It replaces what an earlier call did; with a
// nil or empty folder all is as built in. A page that is being made keeps the words it began with.
func Overlay(folder fs.FS) []Problem {
	all := maps.Clone(builtIn)
	var problems []Problem
	for _, name := range overlayNames(folder, &problems) {
		problems = append(problems, overlay(all, folder, name)...)
	}
	spoken.Store(&all)
	if more := len(problems) - maxProblems; more > 0 {
		problems = append(problems[:maxProblems:maxProblems], Problem{problems[maxProblems].File, 0, fmt.Sprintf("and %d more", more)})
	}
	return problems
}

// overlayNames are the files of a folder to read. One that is not there has none.
func overlayNames(folder fs.FS, problems *[]Problem) (names []string) {
	if folder == nil {
		return nil
	}
	entries, err := fs.ReadDir(folder, ".")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		*problems = append(*problems, Problem{File: "languages", Reason: err.Error()})
	}
	for _, e := range entries {
		tag, isText := strings.CutSuffix(e.Name(), ".txt")
		switch {
		case !e.Type().IsRegular() || strings.HasPrefix(e.Name(), "."):
		case !isText || !tagPattern.MatchString(tag):
			*problems = append(*problems, Problem{File: clean(e.Name()), Reason: "a language file is called after its language: sw.txt"})
		case len(names) == maxOverlays:
			*problems = append(*problems, Problem{File: e.Name(), Reason: fmt.Sprintf("more than %d files", maxOverlays)})
			return names
		default:
			names = append(names, e.Name())
		}
	}
	return names
}

// overlay puts one file over the languages in all, which owns its map but not the locales in it.
func overlay(all map[string]*Locale, folder fs.FS, name string) (problems []Problem) {
	say := func(n int, format string, args ...any) {
		problems = append(problems, Problem{path.Base(name), n, clean(fmt.Sprintf(format, args...))})
	}
	text, err := readBounded(folder, name)
	if err != nil {
		say(0, "%v", err)
		return problems
	}
	tag := strings.TrimSuffix(name, ".txt")
	l := newLocale(tag)
	if old, ok := all[tag]; ok {
		maps.Copy(l.words().messages, old.words().messages)
		maps.Copy(l.words().same, old.words().same)
	}
	lines, same, bad := parse(text)
	for _, p := range bad {
		say(p.Line, "%s", p.Reason)
	}
	maps.Copy(l.words().same, same)
	english, forms := builtIn[English], l.Forms()
	for _, x := range lines {
		if reason := unfit(english, forms, x); reason != "" {
			say(x.n, "%.60s: %s", x.key, reason)
			continue
		}
		l.words().messages[x.key] = x.text
	}
	percent := l.compare(english).Percent()
	l.percent = func() int { return percent }
	if len(l.words().messages) > 0 {
		all[tag] = l
	}
	return problems
}

// readBounded reads a text file that is not too long.
func readBounded(folder fs.FS, name string) (string, error) {
	f, err := folder.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxOverlayBytes+1))
	switch {
	case err != nil:
		return "", err
	case len(data) > maxOverlayBytes:
		return "", fmt.Errorf("longer than %d KB: %w", maxOverlayBytes>>10, fs.ErrInvalid)
	case !utf8.Valid(data):
		return "", fmt.Errorf("not UTF-8; save it as UTF-8 in the editor: %w", fs.ErrInvalid)
	}
	return string(data), nil
}

// unfit says why a message cannot be used, "" when it can.
func unfit(english *Locale, forms []string, x line) string {
	name, form := english.split(x.key)
	known := english.Has(x.key) || form != "" && english.Has(name+".other")
	switch {
	case !known:
		return "English has no such message"
	case form != "" && !slices.Contains(forms, form):
		return "the language has no such plural form"
	case len(x.text) > maxMessage:
		return fmt.Sprintf("longer than %d bytes", maxMessage)
	case strings.ContainsFunc(x.text, upsets):
		return "has a sign that is no letter and changes the order of others"
	case !samePlaceholders(english, x.key, x.text):
		return "wants the same {names} as English"
	}
	return ""
}

// upsets says whether a rune is a control, or turns the direction of what follows (UAX #9 embeddings, overrides, isolates).
// Direction marks and joiners are part of ordinary writing.
func upsets(r rune) bool {
	return unicode.IsControl(r) || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 || r == utf8.RuneError
}

// clean makes what a file says fit for a line of a log or page.
func clean(s string) string {
	s = strings.ToValidUTF8(s, "?")
	return strings.Map(func(r rune) rune {
		if upsets(r) {
			return '?'
		}
		return r
	}, s)
}
