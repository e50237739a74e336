package web

import (
	"net/http"
	"strings"

	"lamplight/content"
	"lamplight/server/files"
	"lamplight/ui"
	"lamplight/ui/view"
)

// sendStatic sends our own style sheet, script and icons, under names that change with their content.
func (s *Server) sendStatic(w http.ResponseWriter, r *request) error {
	f, ok := ui.FindStatic(strings.TrimPrefix(r.URL.Path, ui.StaticPath))
	if !ok {
		return errNotFound(r.URL.Path)
	}
	file := content.File{Path: f.Name, MIME: f.Type, ETag: f.ETag, Bytes: f.Bytes, Size: int64(len(f.Bytes))}
	if f.Gzip != nil {
		file.Coding, file.Bytes, file.Size = "gzip", f.Gzip, int64(len(f.Gzip))
	}
	return files.Serve(w, r.Request, file, files.Immutable)
}

// showGallery lists every page in every state, for people who look after how it all looks.
func (s *Server) showGallery(w http.ResponseWriter, r *request) error {
	v := view.Gallery{Frame: s.frame(r, "", &view.Link{URL: "/"})}
	for _, sample := range view.Samples {
		v.Samples = append(v.Samples, view.Link{Text: sample.Name, URL: "/gallery/" + sample.Name})
	}
	return s.render(w, r, http.StatusOK, ui.Gallery(v))
}

// showSample shows one; ?lang= and ?theme= change how.
func (s *Server) showSample(w http.ResponseWriter, r *request) error {
	q := r.URL.Query()
	for _, sample := range view.Samples {
		if sample.Name != r.PathValue("sample") {
			continue
		}
		lang := q.Get("lang")
		if lang == "" {
			lang = s.preferences(r).Language
		}
		f := view.SampleFrame(lang)
		f.Theme = oneOf(q.Get("theme"), []string{"light", "dark", "sunlight", "night"})
		page, err := ui.Page(sample.Make(f))
		if err != nil {
			return err
		}
		return s.render(w, r, http.StatusOK, page)
	}
	return errNotFound(r.URL.Path)
}
