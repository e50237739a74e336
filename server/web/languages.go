package web

import (
	"net/http"
	"strconv"
	"strings"

	"lamplight/ui"
	"lamplight/ui/locale"
	"lamplight/ui/view"
)

// showLanguages says how much of each language of the pages is there.
func (s *Server) showLanguages(w http.ResponseWriter, r *request) error {
	v := view.Languages{Frame: s.frame(r, "settings", &view.Link{URL: "/settings"})}
	for _, tag := range locale.Languages() {
		report, ok := locale.Check(tag)
		if !ok {
			continue // a school's file that has just gone
		}
		v.Languages = append(v.Languages, view.LanguageRow{
			Tag: tag, Percent: report.Percent(), Missing: len(report.Missing), URL: "/languages/" + tag + ".txt", Own: locale.Changed(tag),
		})
	}
	return s.render(w, r, http.StatusOK, ui.Languages(v))
}

// sendLanguage sends a language's file as it was built in, to be mended in any editor; of another language English's, to
// begin from.
func (s *Server) sendLanguage(w http.ResponseWriter, r *request) error {
	tag, isText := strings.CutSuffix(r.PathValue("file"), ".txt")
	if !isText || !locale.Speaks(tag) {
		return errNotFound(r.URL.Path)
	}
	text := locale.Source(tag)
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+tag+`.txt"`)
	h.Set("Content-Length", strconv.Itoa(len(text)))
	_, err := w.Write(text)
	return err
}
