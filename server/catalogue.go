package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"lamplight/content/kolibri/remote"
	"lamplight/content/library"
	"lamplight/content/opds"
	"lamplight/server/queue"
	"lamplight/server/web"
)

// maxCatalogues is how many addresses of catalogues are remembered.
const maxCatalogues = 20

// Catalogue opens a page of a catalogue. The first page of one is remembered.
func (s *Server) Catalogue(ctx context.Context, at string) (*opds.Feed, error) {
	f, err := opds.Find(ctx, at)
	if err == nil && f.Up == "" && f.Previous == "" {
		err = s.rememberCatalogue(web.KnownCatalogue{At: f.At, Title: f.Title})
	}
	return f, err
}

// Catalogues are those opened before, the last one first: the file "catalogues" in the data folder, an address and a title a
// line.
func (s *Server) Catalogues() (out []web.KnownCatalogue) {
	b, err := os.ReadFile(filepath.Join(s.dir, "catalogues"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.log.Warn("catalogues opened before", "err", err)
	}
	for line := range strings.Lines(string(b)) {
		if at, title, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok && len(out) < maxCatalogues {
			out = append(out, web.KnownCatalogue{At: at, Title: title})
		}
	}
	return out
}

func (s *Server) rememberCatalogue(c web.KnownCatalogue) error {
	server := func(at string) string {
		if !opds.IsAddress(at) {
			return at
		}
		parts := strings.SplitN(at, "/", 4)
		return strings.Join(parts[:3], "/")
	}
	s.run.wishing.Lock()
	defer s.run.wishing.Unlock()
	all := s.Catalogues()
	if i := slices.IndexFunc(all, func(x web.KnownCatalogue) bool { return server(x.At) == server(c.At) }); i >= 0 {
		return nil // a page deeper down is not another catalogue
	}
	if strings.ContainsAny(c.At+c.Title, "\t\n") {
		return nil
	}
	return s.saveCatalogues(append([]web.KnownCatalogue{c}, all...))
}

// ForgetCatalogue no longer remembers one.
func (s *Server) ForgetCatalogue(at string) error {
	s.run.wishing.Lock()
	defer s.run.wishing.Unlock()
	return s.saveCatalogues(slices.DeleteFunc(s.Catalogues(), func(x web.KnownCatalogue) bool { return x.At == at }))
}

func (s *Server) saveCatalogues(all []web.KnownCatalogue) error {
	var b strings.Builder
	for _, c := range all[:min(len(all), maxCatalogues)] {
		fmt.Fprintf(&b, "%s\t%s\n", c.At, c.Title)
	}
	return replaceFile(filepath.Join(s.dir, "catalogues"), []byte(b.String()))
}

// FetchBook asks for a book that a page of a catalogue lists, in the form that lies at file; fs.ErrNotExist when the page
// lists it no more.
func (s *Server) FetchBook(ctx context.Context, page, file string) (queue.Task, error) {
	f, err := opds.Open(ctx, page)
	if err != nil {
		return queue.Task{}, err
	}
	for _, e := range f.Entries {
		for _, x := range e.Files {
			if x.At != file || x.Ending == "" {
				continue
			}
			t := queue.Task{Kind: queue.Fetch, Path: x.At, Title: e.Title, Ending: x.Ending, Bytes: x.Bytes, Licence: e.Licence.ID, Owner: e.Publisher}
			if t.Owner == "" {
				t.Owner = strings.Join(e.Authors, ", ")
			}
			if !opds.IsAddress(x.At) {
				t.Kind = queue.Import
			}
			return s.Ask(t)
		}
	}
	return queue.Task{}, fmt.Errorf("server: %.200s does not list %.200q: %w", page, file, fs.ErrNotExist)
}

// fetched is where the book of a task lies while it comes and until it is installed.
func (s *Server) fetched(t queue.Task) (dir, path string) {
	dir = filepath.Join(s.dir, "incoming", "book-"+t.ID)
	name := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) || unicode.IsControl(r) {
			return ' '
		}
		return r
	}, t.Title)
	name = strings.Trim(strings.Join(strings.Fields(name), " "), ". ")
	for len(name) > 120 {
		r := []rune(name)
		name = strings.TrimSpace(string(r[:len(r)-1]))
	}
	if name == "" {
		name = "book"
	}
	return dir, filepath.Join(dir, name+t.Ending)
}

// sweepFetched deletes what came of books that nobody waits for any more.
func (s *Server) sweepFetched() error {
	old, err := filepath.Glob(filepath.Join(s.dir, "incoming", "book-*"))
	for _, dir := range old {
		if t, gone := s.Queue.Task(strings.TrimPrefix(filepath.Base(dir), "book-")); gone != nil || t.State == queue.Done {
			err = errors.Join(err, os.RemoveAll(dir))
		}
	}
	return err
}

// fetch gets a book and installs it. What came before is gone on with; once it is whole it is not asked for again.
func (c curator) fetch(ctx context.Context, t queue.Task, progress func(done, total int64, what string)) (queue.Result, error) {
	_, to := c.s.fetched(t)
	if _, err := os.Stat(to); errors.Is(err, fs.ErrNotExist) {
		var done int64
		err := opds.Fetch(ctx, t.Path, to, t.Bytes, c.s.Library.Room, func(delta int64) {
			done += delta
			progress(done, max(t.Bytes, done), t.Title)
		})
		if err != nil {
			return queue.Result{}, err
		}
	}
	o := importOptions(t)
	o.Progress, o.OwnAll = progress, true
	return c.install(ctx, []string{to}, o)
}

// fetchTrouble names what stopped a fetch; "" where that is not of the network.
func fetchTrouble(err error) string {
	var n net.Error
	switch {
	case errors.Is(err, remote.ErrAway), errors.As(err, &n), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "away"
	case errors.Is(err, fs.ErrNotExist):
		return "unlisted"
	}
	return ""
}

// install imports what lies at paths and has it offered to other boxes.
func (c curator) install(ctx context.Context, paths []string, o library.ImportOptions) (queue.Result, error) {
	report, err := c.s.Library.Import(ctx, paths, o)
	r := queue.Result{Refused: report.Refused}
	for _, x := range report.Courses {
		r.Courses = append(r.Courses, x.Title)
	}
	if err == nil {
		err = onlyRefused(report)
	}
	if len(report.Courses) > 0 && ctx.Err() == nil {
		err = errors.Join(err, c.s.OfferCourses(ctx))
	}
	return r, err
}
