package web

import (
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/ui"
	"lamplight/ui/view"
)

// partAsked is the part an address names, and its course.
func (s *Server) partAsked(r *request) (c learning.OwnCourse, p store.OwnPage, err error) {
	if c, err = s.ownAsked(r); err != nil {
		return c, p, err
	}
	id, err := learning.ParseID[learning.PartID](r.PathValue("part"))
	if err != nil {
		return c, p, err
	}
	p, err = s.Store.OwnPart(r.actor(), c.ID, id)
	return c, p, err
}

// showNewPage is the form of a page that is not there yet.
func (s *Server) showNewPage(w http.ResponseWriter, r *request) error {
	c, err := s.ownAsked(r)
	if err != nil {
		return err
	}
	return s.renderOwnPage(w, r, c, view.OwnPage{ID: string(learning.NewID[learning.PartID]())}, nil, http.StatusOK)
}

// showPart is a page's form, or a set's questions.
func (s *Server) showPart(w http.ResponseWriter, r *request) error {
	c, p, err := s.partAsked(r)
	if err != nil {
		return err
	}
	if p.Kind == learning.PartQuestions {
		return s.renderSet(w, r, c, p, "", http.StatusOK)
	}
	v := view.OwnPage{ID: string(p.ID), Title: p.Title, Text: p.Text, Seen: p.Seen}
	if problem := r.URL.Query().Get("problem"); problem == "alt" || problem == "picture" {
		v.Problem = problem
	}
	return s.renderOwnPage(w, r, c, v, &p, http.StatusOK)
}

// renderOwnPage shows the form; p is the page as it stands, nil for a new one.
func (s *Server) renderOwnPage(w http.ResponseWriter, r *request, c learning.OwnCourse, v view.OwnPage, p *store.OwnPage, status int) error {
	v.Frame, v.Lang = s.frame(r, "teach", &view.Link{Text: c.Title, URL: ownURL(c.ID)}), c.Language
	v.Banner, v.Action = ownBanner(r), ownURL(c.ID)+"/page"
	if p != nil {
		v.Settle = partURL(&p.OwnPart)
		v.Versions = v.Settle + "/versions"
		v.Others = s.sideBySide(r, c.ID, p)
	}
	return s.render(w, r, status, ui.OwnPage(v))
}

// sideBySide are the versions somebody must choose from, the one shown first; none where nobody disagrees.
func (s *Server) sideBySide(r *request, c learning.OwnID, p *store.OwnPage) (out []view.OwnVersion) {
	if len(p.Others) == 0 {
		return nil
	}
	saved, err := s.Store.OwnSavings(r.actor(), c, p.ID)
	if err != nil {
		return nil
	}
	for _, t := range append([]learning.PartText{p.PartText}, p.Others...) {
		v := view.OwnVersion{Key: versionKey(t.Pack()), Title: t.Title, Text: t.Text}
		if i := slices.IndexFunc(saved, func(x learning.Saving) bool { return x.PartText == t }); i >= 0 {
			v.By, v.At = s.nameOf(r, saved[i].By), s.momentOf(saved[i].At)
		}
		out = append(out, v)
	}
	return out
}

// nameOf is what a colleague is called, "" where the person may not know.
func (s *Server) nameOf(r *request, id learning.PersonID) string {
	if id == r.person.ID {
		return r.person.Name
	}
	p, err := s.Store.Person(r.actor(), id)
	if err != nil {
		return ""
	}
	return p.Name
}

// A pageForm is what the form of a page brings.
type pageForm struct {
	fields  url.Values
	picture []byte // nil none
}

// readPage reads the form in parts: its token first, the picture last.
func (s *Server) readPage(w http.ResponseWriter, r *request) (f pageForm, err error) {
	r.Body = http.MaxBytesReader(w, r.Body, 2*maxOwnPicture)
	parts, err := r.MultipartReader()
	if err != nil {
		return f, errors.Join(err, fs.ErrInvalid)
	}
	f.fields = url.Values{}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return f, errors.Join(err, fs.ErrInvalid)
		}
		name := part.FormName()
		if name != "token" && !s.Auth.Check(r.session.Token, f.fields.Get("token")) {
			return f, errForeign
		}
		if name == "picture" {
			f.picture, err = readPicture(part)
		} else if len(f.fields) < 20 {
			var b []byte
			b, err = io.ReadAll(io.LimitReader(part, 2*learning.MaxOwnText))
			f.fields.Set(name, string(b))
		}
		if err != nil {
			return f, errors.Join(err, fs.ErrInvalid)
		}
	}
	if !s.Auth.Check(r.session.Token, f.fields.Get("token")) {
		return f, errForeign
	}
	return f, nil
}

// savePage keeps a page, new or not; a picture that comes with it is put at the end of its text.
func (s *Server) savePage(w http.ResponseWriter, r *request) error {
	c, err := s.ownAsked(r)
	if err != nil {
		return err
	}
	f, err := s.readPage(w, r)
	if err != nil {
		return err
	}
	p := learning.OwnPart{ID: learning.PartID(f.fields.Get("id")), Course: c.ID, Kind: learning.PartPage}
	p.Title, p.Text = f.fields.Get("title"), f.fields.Get("text")
	was, missing := s.Store.OwnPart(r.actor(), c.ID, p.ID)
	if missing == nil && was.Kind != learning.PartPage {
		return errNotFound("page")
	}
	problem := s.addPicture(&p.PartText, f)
	apart, err := s.Store.SaveOwnPart(r.Context(), r.actor(), p, f.fields.Get("seen"), s.savedAt())
	if errors.Is(err, fs.ErrInvalid) {
		v := view.OwnPage{ID: string(p.ID), Title: p.Title, Text: f.fields.Get("text"), Seen: f.fields.Get("seen"), Problem: titleProblem(&p)}
		return s.renderOwnPage(w, r, c, v, nil, http.StatusBadRequest)
	}
	if err == nil && missing != nil {
		err = s.atEnd(r, c.ID, p.ID)
	}
	if err != nil {
		return err
	}
	switch {
	case apart:
		return goOn(w, r, partURL(&p), "apart")
	case problem != "":
		return goOn(w, r, partURL(&p), "", "problem", problem)
	case f.fields.Has("see"):
		return goOn(w, r, partURL(&p)+"/preview", "")
	}
	return goOn(w, r, partURL(&p), "saved")
}

// addPicture puts a picture that came with the form behind the text; problem is the page's message when it cannot.
func (s *Server) addPicture(t *learning.PartText, f pageForm) (problem string) {
	if len(f.picture) == 0 {
		return ""
	}
	alt := strings.NewReplacer("[", "(", "]", ")", "\n", " ", "\r", " ").Replace(strings.TrimSpace(f.fields.Get("alt")))
	if alt == "" {
		return "alt"
	}
	name, err := s.keepPicture(f.picture)
	if err != nil {
		s.Log.Info("a picture for a page", "err", err)
		return "picture"
	}
	t.Text = strings.TrimRight(t.Text, " \t\r\n") + "\n\n![" + alt + "](pictures/" + name + ")"
	return ""
}

// changePart settles, restores, or does what a form of a set asks.
func (s *Server) changePart(w http.ResponseWriter, r *request) error {
	c, p, err := s.partAsked(r)
	if err != nil {
		return err
	}
	f := r.PostForm
	switch {
	case f.Has("settle"):
		return s.settlePart(w, r, c, p)
	case f.Has("restore"):
		return s.restorePart(w, r, c, p)
	case p.Kind == learning.PartQuestions:
		return s.changeSet(w, r, c, p)
	}
	return errNotFound("part")
}

func (s *Server) settlePart(w http.ResponseWriter, r *request, c learning.OwnCourse, p store.OwnPage) error {
	key, chosen := r.PostForm.Get("settle"), p.PartText
	for _, t := range p.Others {
		if key == "both" && !strings.Contains(chosen.Text, t.Text) {
			chosen.Text += "\n\n" + t.Text
		} else if key == versionKey(t.Pack()) {
			chosen = t
		}
	}
	if key == "both" && p.Kind == learning.PartQuestions {
		chosen.Text = bothSets(p)
	}
	err := s.Store.SettleOwnPart(r.Context(), r.actor(), c.ID, p.ID, chosen, s.savedAt())
	if errors.Is(err, fs.ErrInvalid) { // both do not fit into one page
		return goOn(w, r, partURL(&p.OwnPart), "")
	}
	return orGoOn(err, w, r, partURL(&p.OwnPart), "settled")
}

// restorePart brings an earlier version back.
func (s *Server) restorePart(w http.ResponseWriter, r *request, c learning.OwnCourse, p store.OwnPage) error {
	saved, err := s.Store.OwnSavings(r.actor(), c.ID, p.ID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(saved, func(x learning.Saving) bool { return string(x.ID) == r.PostForm.Get("restore") })
	if i < 0 {
		return errNotFound("version")
	}
	err = s.Store.SettleOwnPart(r.Context(), r.actor(), c.ID, p.ID, saved[i].PartText, s.savedAt())
	return orGoOn(err, w, r, partURL(&p.OwnPart), "restored")
}

// showVersions lists the versions of a part.
func (s *Server) showVersions(w http.ResponseWriter, r *request) error {
	c, p, err := s.partAsked(r)
	if err != nil {
		return err
	}
	saved, err := s.Store.OwnSavings(r.actor(), c.ID, p.ID)
	if err != nil {
		return err
	}
	v := view.OwnVersions{Frame: s.frame(r, "teach", &view.Link{Text: p.Title, URL: partURL(&p.OwnPart)}), Title: p.Title, Lang: c.Language, Action: partURL(&p.OwnPart)}
	for _, x := range saved {
		v.Rows = append(v.Rows, view.OwnVersion{Key: string(x.ID), Title: x.Title, Text: x.Text, By: s.nameOf(r, x.By), At: s.momentOf(x.At), Now: x.PartText == p.PartText})
	}
	return s.render(w, r, http.StatusOK, ui.OwnVersions(v))
}

// showOwnPreview shows a part as learners will see it, compiled as it is published.
func (s *Server) showOwnPreview(w http.ResponseWriter, r *request) error {
	c, p, err := s.partAsked(r)
	if err != nil {
		return err
	}
	p.Gone = false
	folder := folderOf(&c, []store.OwnPage{p}, true)
	if len(folder.parts) == 0 {
		return goOn(w, r, partURL(&p.OwnPart), "")
	}
	v := view.OwnPreview{
		Frame: s.frame(r, "teach", &view.Link{Text: p.Title, URL: partURL(&p.OwnPart)}), Lang: c.Language, Edit: partURL(&p.OwnPart),
		Licence: licenceView(content.Licence{ID: c.Licence, Author: c.Author}),
	}
	var set *view.QuizPreview
	problems, err := s.ownReader(r, &folder, func(reader content.Reader) (err error) {
		if p.Kind == learning.PartQuestions {
			set, err = s.previewSet(r, reader, folder.resource(p.ID), &p)
			return err
		}
		v.Article, err = articleOf(reader, folder.resource(p.ID))
		return err
	})
	if err != nil {
		return err
	}
	if set != nil {
		return s.render(w, r, http.StatusOK, ui.QuizPreview(*set))
	}
	v.Problems = ownProblems(&folder, problems)
	return s.render(w, r, http.StatusOK, ui.OwnPreview(v))
}
