package locale

import (
	"embed"
	"fmt"
	"io/fs"
	"sort"
	"strings"

	"golang.org/x/text/language"
)

//go:embed messages/*.txt
var files embed.FS

var locales = load(files)

// Languages are the tags that have a catalogue, English first, the others sorted.
func Languages() []string {
	tags := make([]string, 0, len(locales))
	for tag := range locales {
		if tag != English {
			tags = append(tags, tag)
		}
	}
	sort.Strings(tags)
	return append([]string{English}, tags...)
}

// load reads every catalogue. A line it cannot read is a programmer's mistake and panics at start-up.
func load(files fs.FS) map[string]*Locale {
	names, err := fs.Glob(files, "messages/*.txt")
	if err != nil || len(names) == 0 {
		panic(fmt.Sprintf("locale: no catalogues: %v", err))
	}
	all := make(map[string]*Locale, len(names))
	for _, name := range names {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			panic(err)
		}
		tag := strings.TrimSuffix(strings.TrimPrefix(name, "messages/"), ".txt")
		messages, err := parse(string(data))
		if err != nil {
			panic(fmt.Sprintf("locale: %s: %v", name, err))
		}
		all[tag] = &Locale{tag: tag, language: language.Make(tag), digits: digitsOf(tag), messages: messages}
	}
	return all
}

// parse reads a catalogue in the format of the package comment.
func parse(text string) (map[string]string, error) {
	messages := map[string]string{}
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		key, message, found := strings.Cut(line, "=")
		key, message = strings.TrimSpace(key), strings.TrimSpace(message)
		if !found || key == "" || message == "" {
			return nil, fmt.Errorf("line %d: want key = text, got %q", i+1, line)
		}
		if _, twice := messages[key]; twice {
			return nil, fmt.Errorf("line %d: %s is there twice", i+1, key)
		}
		messages[key] = message
	}
	return messages, nil
}

// Match picks the catalogue for an Accept-Language header (RFC 9110 §12.5.4): the first language of it that we have,
// by its weights; English when there is none or the header cannot be read.
func Match(acceptLanguage string) string {
	if len(acceptLanguage) > 500 {
		return English
	}
	wanted, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil {
		return English
	}
	for _, w := range wanted {
		if l, ok := locales[base(w.String())]; ok {
			return l.tag
		}
	}
	return English
}
