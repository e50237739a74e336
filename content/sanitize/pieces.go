package sanitize

import "strings"

// A Piece is a run of a long page that stands by itself: what was open where it was cut is closed, and opened again, without
// its id, in the next.
type Piece struct {
	HTML     string
	Number   int // from 0
	From, To int // the bytes of the source that it is made of
	Last     bool
}

// Pieces is Fragment cut into pieces of size bytes and a little more, each given to yield, in order, until it answers
// false. It is cut before a block that lies in nothing but divisions; a piece of twice the size where anything else is
// open but a table, and there between rows. No more than one piece is held at a time beside the source.
func Pieces(source string, o Options, size int, yield func(Piece) bool) {
	if o.MaxBytes == 0 {
		o.MaxBytes = DefaultMaxBytes
	}
	w := newWriter(o)
	w.cuts = &cuts{size: size, yield: yield}
	w.write(cut(source, o.MaxBytes))
	if !w.cuts.stopped {
		w.closeTo(0)
		w.cuts.give(w.out.String(), w.at, true)
	}
}

// cuts are where a writer ends one piece and begins another.
type cuts struct {
	size    int
	yield   func(Piece) bool
	number  int
	from    int
	stopped bool
}

func (c *cuts) give(html string, to int, last bool) {
	c.stopped = !c.yield(Piece{html, c.number, c.from, to, last})
	c.number++
	c.from = to
}

var divisions = set("div section article main aside header footer center blockquote")

// part ends a piece that is long enough before an element of that name, "" before text.
func (w *writer) part(name string) {
	if w.cuts == nil || w.out.Len() < w.cuts.size || len(w.open) > 0 && w.space() != "" {
		return
	}
	long, soft := w.out.Len() >= 2*w.cuts.size, closesP[name]
	for _, e := range w.open {
		if soft = soft && divisions[e.name]; e.name == "ruby" || e.name == "table" && name != "tr" {
			long = false
		}
	}
	if soft || long {
		w.cutHere()
	}
}

func (w *writer) cutHere() {
	open := append([]element(nil), w.open...)
	w.closeTo(0)
	w.cuts.give(w.out.String(), w.before, false)
	w.out = strings.Builder{}
	for _, e := range open {
		w.out.WriteString("<" + e.name + withoutID(e.attrs) + ">")
		e.id = ""
		w.open = append(w.open, e)
	}
}

// withoutID takes the id out of attributes as pair writes them: a value holds no quotation mark.
func withoutID(attributes string) string {
	before, rest, found := strings.Cut(attributes, ` id="`)
	if !found {
		return attributes
	}
	_, after, _ := strings.Cut(rest, `"`)
	return before + after
}

// longText writes a text that may be as long as a book, cut between its lines or words.
func (w *writer) longText(s string) {
	for w.cuts != nil && len(s) > w.cuts.size && !w.cuts.stopped {
		end := strings.LastIndexAny(s[:w.cuts.size], "\n ") + 1
		if end == 0 {
			break
		}
		w.out.WriteString(escapeText(s[:end]))
		s = s[end:]
		w.before += end // or a little behind it, where the source has more bytes for a letter
		w.part("")
	}
	w.out.WriteString(escapeText(s))
}
