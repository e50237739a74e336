package api

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"lamplight/content"
	"lamplight/content/library"
	"lamplight/server/files"
	"lamplight/server/learning"
)

// The catalogue of courses for reading applications and other boxes: OPDS 2.0 (https://drafts.opds.io/opds-2.0) at /opds/,
// OPDS 1.2 (https://specs.opds.io/opds-1.2) at /opds/v1.2/, and the same at the addresses where Kiwix' readers look for
// that of kiwix-serve, /catalog/v2/. Everything is in pages; a course that is one file can be fetched, by ranges too.
const (
	opds2Type   = "application/opds+json"
	opdsPubType = "application/opds-publication+json"
	atomFeed    = "application/atom+xml;profile=opds-catalog;kind="
	openAccess  = "http://opds-spec.org/acquisition/open-access"

	opdsPage = 24  // courses of a page, unless another number is asked for
	opdsMost = 200 // whatever is asked for
	groupOf  = 6   // courses of a group on the first page
)

func (s *Server) registerOPDS(mux *http.ServeMux) {
	for pattern, h := range map[string]func(http.ResponseWriter, *http.Request, *shelf){
		"GET /opds/{$}":                         s.opdsRoot,
		"GET /opds/publications":                s.opdsFeed,
		"GET /opds/publication/{id}":            s.opdsPublication,
		"GET /opds/v1.2/{$}":                    s.atomRoot,
		"GET /opds/v1.2/root.xml":               s.atomRoot,
		"GET /opds/v1.2/entries":                s.atomEntries,
		"GET /opds/v1.2/entry/{id}":             s.atomEntry,
		"GET /opds/v1.2/languages":              s.atomLanguages,
		"GET /opds/v1.2/categories":             s.atomCategories,
		"GET /opds/v1.2/search.xml":             s.openSearch,
		"GET /catalog/root.xml":                 s.atomRoot,
		"GET /catalog/search":                   s.atomEntries,
		"GET /catalog/searchdescription.xml":    s.openSearch,
		"GET /catalog/v2/root.xml":              s.atomRoot,
		"GET /catalog/v2/entries":               s.atomEntries,
		"GET /catalog/v2/partial_entries":       s.atomEntries,
		"GET /catalog/v2/entry/{id}":            s.atomEntry,
		"GET /catalog/v2/languages":             s.atomLanguages,
		"GET /catalog/v2/categories":            s.atomCategories,
		"GET /catalog/v2/searchdescription.xml": s.openSearch,
		"GET /catalog/v2/illustration/{id}/{$}": s.illustration,
		"GET /catalog/v2/illustration/{id}":     s.illustration,
		"GET /opds/file/{id}/{name}":            s.opdsFile,
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			shelf, err := s.shelfFor(r)
			if err != nil {
				answer(w, nil, err)
				return
			}
			h(w, r, shelf)
		})
	}
	mux.HandleFunc("GET /opds", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/opds/", http.StatusMovedPermanently)
	})
}

// A shelf is what one who asks may see, and how addresses begin for them.
type shelf struct {
	courses []content.Course
	take    string // the school's rule of what may be taken home
	all     bool   // an administrator takes anything
	staff   bool   // a teacher or an administrator asks
	host    string // "http://HOST" as it was asked, "" when that is no host
	kiwix   bool   // asked at an address of Kiwix'
}

// shelfFor is what r's sender may see: as on the library's page, guests where the school lets them in, and learners not
// what is for teachers alone. fs.ErrPermission for who may see nothing.
func (s *Server) shelfFor(r *http.Request) (*shelf, error) {
	p, err := s.who(r)
	if err != nil && (s.Open == nil || !s.Open()) {
		return nil, fs.ErrPermission
	}
	x := &shelf{courses: slices.Clone(s.Library.Courses()), all: p.Role == learning.Administrator, kiwix: strings.HasPrefix(r.URL.Path, "/catalog/")}
	x.staff = x.all || p.Role == learning.Teacher
	if !x.staff {
		x.courses = slices.DeleteFunc(x.courses, func(c content.Course) bool { _, only := s.Library.ForStaff(c.ID); return only })
	}
	if x.kiwix { // its readers open ZIMs
		x.courses = slices.DeleteFunc(x.courses, func(c content.Course) bool { return c.Format != "zim" })
	}
	if school, err := s.Store.School(); err == nil {
		x.take = school.Take
	}
	if !strings.ContainsFunc(r.Host, func(c rune) bool {
		return !strings.ContainsRune("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:[]", c)
	}) && r.Host != "" {
		x.host = "http://" + r.Host
		if r.TLS != nil {
			x.host = "https://" + r.Host
		}
	}
	return x, nil
}

func (x *shelf) course(id string) (content.Course, bool) {
	id = strings.ReplaceAll(strings.TrimPrefix(id, "urn:uuid:"), "-", "")
	i := slices.IndexFunc(x.courses, func(c content.Course) bool { return string(c.ID) == id })
	if i < 0 {
		return content.Course{}, false
	}
	return x.courses[i], true
}

// gives says whether a course's file may be fetched: by the school's rule for taking home; where that is "what is open",
// what nobody stated terms of too, since most collections state none, but nothing whose owner keeps all rights. A file that
// holds more than pages show, such as answers, is for staff alone.
func (s *Server) gives(x *shelf, c content.Course) bool {
	switch {
	case !x.staff && !s.Library.GivesWhole(c.ID):
		return false
	case x.all || x.take == learning.TakeAll:
		return true
	case x.take == learning.TakeNothing:
		return false
	}
	return c.Licence.ID == "" && c.Licence.Terms == "" || c.Licence.Open()
}

// since is when a course was last changed: the date it bears as its edition, else when it came here.
func (s *Server) since(c content.Course) time.Time {
	if t, err := time.Parse(time.DateOnly, c.Edition); err == nil {
		return t
	}
	return s.Library.Since(c.ID)
}

// uuid writes a course's id as a UUID.
func uuid(id content.CourseID) string {
	if s := string(id); len(s) == 32 {
		return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
	}
	return string(id)
}

// fetch is where a course's file is fetched, and the file; false when it is no file, or not given out.
func (s *Server) fetch(x *shelf, c content.Course) (string, content.File, bool) {
	if !s.gives(x, c) {
		return "", content.File{}, false
	}
	f, err := s.Library.Stored(c.ID)
	if err != nil {
		return "", content.File{}, false
	}
	return x.host + "/opds/file/" + string(c.ID) + "/" + url.PathEscape(f.Path), f, true
}

// opdsFile sends a course's file, ranges and all. The name in the address is for who saves it.
func (s *Server) opdsFile(w http.ResponseWriter, r *http.Request, x *shelf) {
	c, ok := x.course(r.PathValue("id"))
	if !ok || !s.gives(x, c) {
		answer(w, nil, fmt.Errorf("no such file: %w", fs.ErrNotExist))
		return
	}
	f, err := s.Library.Stored(c.ID)
	if err == nil {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
		h.Set("Content-Disposition", library.Disposition(f))
		err = files.Serve(w, r, f, files.Revalidate)
	}
	if err != nil {
		answer(w, nil, err)
	}
}

// illustration leads to a course's picture.
func (s *Server) illustration(w http.ResponseWriter, r *http.Request, x *shelf) {
	c, ok := x.course(r.PathValue("id"))
	if !ok {
		answer(w, nil, fmt.Errorf("no such course: %w", fs.ErrNotExist))
		return
	}
	http.Redirect(w, r, coverURL(c), http.StatusFound)
}

func coverURL(c content.Course) string { return "/cover/" + string(c.ID) }

// sendCatalogue writes a page of the catalogue. It is for who asked, and asked for anew each time.
func sendCatalogue(w http.ResponseWriter, kind string, body []byte) {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", "private, no-cache")
	h.Set("Vary", "Cookie, Host")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.Write(body)
}

func sendJSON(w http.ResponseWriter, kind string, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		answer(w, nil, err)
		return
	}
	sendCatalogue(w, kind, b)
}
