package ui

import (
	"context"
	"fmt"
	"html"
	"io"

	"github.com/a-h/templ"

	"lamplight/ui/view"
)

func plain(f view.Frame) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := fmt.Fprintf(w, "<!doctype html><title>%s</title>", html.EscapeString(f.Title))
		return err
	})
}

// Home renders its page.
func Home(v view.Home) templ.Component { return plain(v.Frame) }

// Library renders its page.
func Library(v view.Library) templ.Component { return plain(v.Frame) }

// Course renders its page.
func Course(v view.Course) templ.Component { return plain(v.Frame) }

// Resource renders its page.
func Resource(v view.Resource) templ.Component { return plain(v.Frame) }

// Article renders its page.
func Article(v view.Article) templ.Component { return plain(v.Frame) }

// Book renders its page.
func Book(v view.Book) templ.Component { return plain(v.Frame) }

// Progress renders its page.
func Progress(v view.Progress) templ.Component { return plain(v.Frame) }

// Search renders its page.
func Search(v view.Search) templ.Component { return plain(v.Frame) }

// LicencePage renders its page.
func LicencePage(v view.LicencePage) templ.Component { return plain(v.Frame) }

// Error renders its page.
func Error(v view.Error) templ.Component { return plain(v.Frame) }

// Settings renders its page.
func Settings(v view.Settings) templ.Component { return plain(v.Frame) }

// Exercise renders its page.
func Exercise(v view.Exercise) templ.Component { return plain(v.Frame) }

// Login renders its page.
func Login(v view.Login) templ.Component { return plain(v.Frame) }

// Claim renders its page.
func Claim(v view.Claim) templ.Component { return plain(v.Frame) }

// TeachHome renders its page.
func TeachHome(v view.TeachHome) templ.Component { return plain(v.Frame) }

// TeachClass renders its page.
func TeachClass(v view.TeachClass) templ.Component { return plain(v.Frame) }

// TeachLearner renders its page.
func TeachLearner(v view.TeachLearner) templ.Component { return plain(v.Frame) }

// AdminHome renders its page.
func AdminHome(v view.AdminHome) templ.Component { return plain(v.Frame) }

// AdminPeople renders its page.
func AdminPeople(v view.AdminPeople) templ.Component { return plain(v.Frame) }

// Cards renders its page.
func Cards(v view.Cards) templ.Component { return plain(v.Frame) }

// AdminPeers renders its page.
func AdminPeers(v view.AdminPeers) templ.Component { return plain(v.Frame) }

// AdminLibrary renders its page.
func AdminLibrary(v view.AdminLibrary) templ.Component { return plain(v.Frame) }

// Gallery renders its page.
func Gallery(v view.Gallery) templ.Component { return plain(v.Frame) }

// PageFrame renders what surrounds a ready course page: top is everything from <!doctype> to just before <article>,
// bottom everything after </article>.
func PageFrame(v view.PageFrame) (top, bottom []byte, err error) { return []byte("<!doctype html>"), nil, nil }
