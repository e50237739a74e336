package ui

import (
	"hash/fnv"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/a-h/templ"

	"lamplight/ui/locale"
	"lamplight/ui/view"
)

type localeOf = locale.Locale

// words is the language a frame is shown in.
func words(f view.Frame) *locale.Locale {
	return locale.For(f.Lang).WithDigits(f.Digits).WithCalendar(f.Calendar)
}

func direction(f view.Frame) string {
	if f.Dir != "" {
		return f.Dir
	}
	return words(f).Dir()
}

// readerClasses are how the person likes to read, as classes of <html>.
func readerClasses(f view.Frame) string {
	class := "theme-" + or(f.Theme, "auto")
	if f.Theme == "sunlight" || f.Theme == "night" {
		class += " strong"
	}
	if f.TextSize != "" {
		class += " text-" + f.TextSize
	}
	if f.Spacing != "" {
		class += " spacing-" + f.Spacing
	}
	if f.Motion != "" {
		class += " motion-" + f.Motion
	}
	if f.Letters != "" {
		class += " letters-" + f.Letters
	}
	if f.Data != "" {
		class += " data-" + f.Data
	}
	return class
}

// colourScheme tells the browser which form controls and scroll bars to draw.
func colourScheme(f view.Frame) string {
	switch f.Theme {
	case "dark", "night":
		return "dark"
	case "light", "sunlight":
		return "light"
	}
	return "light dark"
}

func personKey(f view.Frame) string {
	if f.Person == nil {
		return ""
	}
	return f.Person.Key
}

func pageTitle(l *locale.Locale, f view.Frame, usual string) string {
	box := or(f.BoxName, "Lamplight")
	if f.Title != "" {
		return f.Title + " · " + box
	}
	if usual == "" {
		return box
	}
	return l.T(usual) + " · " + box
}

// signingIn says whether the page is itself the way in, where a link to it would lead nowhere.
func signingIn(f view.Frame) bool {
	return strings.HasPrefix(f.Path, "/login") || strings.HasPrefix(f.Path, "/claim") || strings.HasPrefix(f.Path, "/card") || strings.HasPrefix(f.Path, "/shared")
}

func loginURL(f view.Frame) string {
	if f.Path == "" || f.Path == "/" {
		return "/login"
	}
	return "/login?next=" + url.QueryEscape(f.Path)
}

func bannerText(l *locale.Locale, b *view.Banner) string {
	if b.Key == "" {
		return b.Text
	}
	return l.T(b.Key, b.Args...)
}

// bannerRole makes a screen reader say trouble at once and the rest when it is free.
func bannerRole(kind string) string {
	if kind == "wrong" || kind == "careful" {
		return "alert"
	}
	return "status"
}

func current(yes bool) string {
	if yes {
		return "page"
	}
	return "false"
}

func or(s, otherwise string) string {
	if s != "" {
		return s
	}
	return otherwise
}

func number(n int) string { return strconv.Itoa(n) }

func iconURL(name string) string { return AssetURL("icons.svg") + "#" + name }

// initial is the first letter of a name with the marks that belong to it.
func initial(name string) string {
	_, end := utf8.DecodeRuneInString(name)
	for end < len(name) {
		r, size := utf8.DecodeRuneInString(name[end:])
		if !unicode.Is(unicode.M, r) {
			break
		}
		end += size
	}
	return name[:end]
}

// tileClass gives a name one of five quiet colours, the same on every page.
func tileClass(name string) string {
	h := fnv.New32a()
	h.Write([]byte(name)) // never fails
	return "tone-" + strconv.Itoa(int(h.Sum32()%5))
}

// coverTone gives a course without a picture one of five quiet colours, so that a shelf is not all alike.
func coverTone(c view.Card) string {
	if c.Thumbnail == "" && (c.Kind == "course" || c.Kind == "book") {
		return tileClass(c.Title)
	}
	return ""
}

// facts are what a card says under its title, most telling first.
func facts(l *locale.Locale, c view.Card) []string {
	var all []string
	add := func(when bool, s func() string) {
		if when {
			all = append(all, s())
		}
	}
	add(c.Kind != "", func() string { return l.T("kind." + c.Kind) })
	add(c.Resources > 0, func() string { return l.N("card.resources", c.Resources) })
	add(c.Finished > 0 && c.Finished < c.Resources, func() string {
		return l.T("course.done", "n", l.Number(c.Finished), "total", l.Number(c.Resources))
	})
	add(c.Seconds > 0, func() string { return l.Duration(c.Seconds) })
	add(c.Pages > 0, func() string { return l.N("card.pages", c.Pages) })
	add(c.Bytes > 0, func() string { return l.Size(c.Bytes) })
	return all
}

// levelText says whom a course is for: in the words of who made it, else as it is labelled.
func levelText(l *locale.Locale, v view.Course) string {
	if v.Level != "" {
		return v.Level
	}
	var names []string
	for _, name := range v.Levels {
		names = append(names, l.T("label.level."+name))
	}
	return strings.Join(names, ", ")
}

// langOf is the lang attribute of what people wrote: none when it is the page's, "mul" or unknown.
func langOf(tag string) templ.Attributes {
	if tag == "" || tag == "mul" {
		return nil
	}
	return templ.Attributes{"lang": tag}
}

// inWords is for words of the page that stand among those of a course, which may be of another language and direction.
func inWords(l *locale.Locale) templ.Attributes {
	return templ.Attributes{"lang": l.Tag(), "dir": l.Dir()}
}

func languageName(tag string) string { return locale.Name(tag) }

func when(l *locale.Locale, f view.Frame, w view.When) string { return l.Date(w.Time, f.Now, w.Unsure) }

// turning is the class of an icon that points along the line, so that it is mirrored where lines run from the right.
func turning(sign string) string {
	if sign == "door" {
		return "turns"
	}
	return ""
}

// ltr keeps what has neither letters nor a direction of its own, "2026-08", in the order it was written.
func ltr(s string) string {
	if s == "" {
		return s
	}
	return "\u2066" + s + "\u2069"
}

// backWords name where the arrow at the top leads when the page does not say it.
func backWords(l *locale.Locale, url string) string {
	switch url {
	case "/":
		return l.T("place.home")
	case "/library":
		return l.T("place.library")
	case "/mistakes":
		return l.T("mistakes.title")
	}
	return l.T("frame.back")
}
