package ui

import (
	"bufio"
	"context"
	"io"
	"sync"

	"github.com/a-h/templ"

	"lamplight/ui/locale"
)

// A canvas is what a page's templates write on, one after the other: the writer they were given behind a buffer, and the
// first error, after which nothing more is written. So the generated files check nothing, and are a sixth of what templ
// writes (see assets/templ). A method that takes markup writes it first, as it is. One goroutine has a canvas at a time.
type canvas struct {
	bufio.Writer
	ctx    context.Context
	err    error
	inside template // what the next template is wrapped around
}

// canvases are used again: a page takes one, and its parts write on the same.
var canvases = sync.Pool{New: func() any { return new(canvas) }}

// A template is one with what it is to show: it writes itself on a canvas, around inside if that is not nil and it has a
// place for it.
type template func(onto *canvas, inside template)

// Render writes the template to w, as templ.Component wants it. What is written before an error stays written.
func (p template) Render(ctx context.Context, w io.Writer) error {
	if on, ok := w.(*canvas); ok {
		inside := on.inside
		on.inside = nil
		p(on, inside)
		return on.err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	on := canvases.Get().(*canvas)
	on.Reset(w)
	on.ctx, on.err, on.inside = ctx, nil, nil
	p(on, nil)
	flushed := on.Flush()
	if on.err == nil {
		on.err = flushed
	}
	err := on.err
	on.Reset(nil)
	on.ctx, on.inside = nil, nil
	canvases.Put(on)
	return err
}

// put writes markup.
func (on *canvas) put(markup string) {
	if on.err == nil {
		_, on.err = on.WriteString(markup)
	}
}

// text writes words, with what HTML would read as its own made harmless: between elements or in an attribute's quotes.
func (on *canvas) text(before, words string) {
	on.put(before)
	on.put(templ.EscapeString(words))
}

// say writes a message that has no parts to fill in.
func (on *canvas) say(before string, l *locale.Locale, key string) { on.text(before, l.T(key)) }

// link writes an address.
func (on *canvas) link(before string, to templ.SafeURL) { on.text(before, string(to)) }

// classes writes the names of classes: strings, and templ.KV of a string and whether it is meant.
func (on *canvas) classes(before string, names ...any) {
	on.text(before, templ.CSSClasses(names).String())
}

// attributes writes each attribute with a space before it.
func (on *canvas) attributes(before string, a templ.Attributes) {
	on.put(before)
	if on.err == nil {
		on.err = templ.RenderAttributes(on.ctx, on, a)
	}
}

// part writes another template.
func (on *canvas) part(before string, c templ.Component) {
	on.put(before)
	if on.err == nil {
		if err := c.Render(on.ctx, on); on.err == nil {
			on.err = err
		}
	}
}

// wrap writes another template around inside.
func (on *canvas) wrap(before string, c templ.Component, inside template) {
	on.inside = inside
	on.part(before, c)
	on.inside = nil
}

// fill writes what a template was wrapped around, if anything.
func (on *canvas) fill(before string, inside template) {
	on.put(before)
	if inside != nil && on.err == nil {
		inside(on, nil)
	}
}
