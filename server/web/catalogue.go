package web

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"time"

	"lamplight/content/kolibri/remote"
	"lamplight/content/opds"
	"lamplight/server/queue"
	"lamplight/ui"
	"lamplight/ui/view"
)

// A KnownCatalogue is one that was opened before.
type KnownCatalogue struct{ At, Title string }

const (
	cataloguePath = contentPath + "/catalogue"
	// catalogueWait is how long a page of a catalogue may take: somebody waits, and a form is sent again sooner or later.
	catalogueWait = 20 * time.Second
)

// showCatalogue asks for a catalogue's address; with ?at= it shows a page of that catalogue, with ?q= what it finds.
func (s *Server) showCatalogue(w http.ResponseWriter, r *request) error {
	return s.renderCatalogue(w, r, strings.TrimSpace(r.URL.Query().Get("at")), "", http.StatusOK)
}

func (s *Server) renderCatalogue(w http.ResponseWriter, r *request, at, problem string, status int) error {
	v := view.Catalogue{Frame: s.frame(r, "box", &view.Link{URL: contentPath}), At: at, Problem: problem}
	if at != "" {
		ctx, stop := context.WithTimeout(r.Context(), catalogueWait)
		defer stop()
		f, err := s.cataloguePage(ctx, at, r.URL.Query().Get("q"))
		if err != nil {
			s.Log.Info("a catalogue", "at", at, "err", err)
			if v.Problem == "" {
				v.Problem, status = catalogueProblem(at, err), http.StatusBadGateway
			}
		} else {
			fillCatalogue(&v, f)
		}
		v.Question = r.URL.Query().Get("q")
	}
	for _, c := range s.Node.Catalogues() {
		v.Known = append(v.Known, view.KnownCatalogue{Title: c.Title, At: c.At, URL: catalogueURL(c.At)})
	}
	return s.render(w, r, status, ui.Catalogue(v))
}

// cataloguePage opens a page, or what the catalogue finds from there.
func (s *Server) cataloguePage(ctx context.Context, at, question string) (*opds.Feed, error) {
	f, err := s.Node.Catalogue(ctx, at)
	if err != nil || question == "" {
		return f, err
	}
	found, err := f.Search(ctx, question)
	if err != nil {
		return nil, err
	}
	return opds.Open(ctx, found)
}

// catalogueProblem is the message "catalogue.problem.KEY" of an error.
func catalogueProblem(at string, err error) string {
	switch {
	case !opds.IsAddress(at) && !strings.HasPrefix(at, "/"):
		return "address"
	case errors.Is(err, remote.ErrAway), errors.Is(err, context.DeadlineExceeded):
		return "away"
	}
	return "not"
}

func catalogueURL(at string) string {
	if at == "" {
		return ""
	}
	return cataloguePath + "?" + url.Values{"at": {at}}.Encode()
}

func fillCatalogue(v *view.Catalogue, f *opds.Feed) {
	v.At, v.Title, v.Searches, v.Opened = f.At, f.Title, f.Searches(), true
	v.Next, v.Previous, v.Upper = catalogueURL(f.Next), catalogueURL(f.Previous), catalogueURL(f.Up)
	for _, e := range f.Entries {
		x := view.CatalogueEntry{
			Title: e.Title, Lang: e.Language, About: e.About, By: strings.Join(e.Authors, ", "), URL: catalogueURL(e.Open),
			Licence: licenceView(e.Licence),
		}
		if x.Title == "" {
			x.Title = e.ID
		}
		if x.By == "" {
			x.By = e.Publisher
		}
		for _, file := range e.Files {
			x.Files = append(x.Files, view.CatalogueFile{At: file.At, Kind: strings.TrimPrefix(file.Ending, "."), Bytes: file.Bytes, Elsewhere: file.Elsewhere})
		}
		v.Entries = append(v.Entries, x)
	}
}

// changeCatalogue fetches a book, or forgets a catalogue.
func (s *Server) changeCatalogue(w http.ResponseWriter, r *request) error {
	f := r.PostForm
	to := contentPath
	switch f.Get("do") {
	case "fetch":
		ctx, stop := context.WithTimeout(r.Context(), catalogueWait)
		defer stop()
		switch _, err := s.Node.FetchBook(ctx, f.Get("at"), f.Get("file")); {
		case errors.Is(err, queue.ErrFull):
			return s.renderContent(w, r, view.AdminContent{Problem: "wait"}, http.StatusConflict)
		case errors.Is(err, fs.ErrNotExist):
			return s.renderCatalogue(w, r, f.Get("at"), "gone", http.StatusConflict)
		case err != nil:
			s.Log.Info("a book of a catalogue", "at", f.Get("at"), "err", err)
			return s.renderCatalogue(w, r, f.Get("at"), catalogueProblem(f.Get("at"), err), http.StatusBadGateway)
		}
	case "forget":
		if err := s.Node.ForgetCatalogue(f.Get("at")); err != nil {
			return err
		}
		to = cataloguePath
	default:
		return errNotFound("do=" + f.Get("do"))
	}
	http.Redirect(w, r.Request, to, http.StatusSeeOther)
	return nil
}
