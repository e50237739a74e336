package web

import (
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"lamplight/content"
	"lamplight/content/marking"
	"lamplight/content/pack"
	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/ui"
	"lamplight/ui/view"
)

// ownItemTypes are those with a form of their own, the most used first.
var ownItemTypes = []content.ItemType{content.Choice, content.Many, content.TrueFalse, content.Number, content.Text, content.Order, content.Match}

// newItemID names a new question.
func newItemID() content.ItemID { return content.ItemID("q" + learning.NewID[learning.PartID]()[:8]) }

// itemAsked is the question an address or form names, of a set; zero for a new one.
func itemAsked(p *store.OwnPage, id string) (x pack.WrittenItem, at int, err error) {
	items, _ := pack.ReadItems(p.Text)
	at = slices.IndexFunc(items, func(x pack.WrittenItem) bool { return string(x.Item.ID) == id })
	switch {
	case id == "":
		return x, len(items), nil
	case at < 0:
		return x, 0, errNotFound("question")
	}
	return items[at], at, nil
}

// setAsked is the set an address names.
func (s *Server) setAsked(r *request) (c learning.OwnCourse, p store.OwnPage, err error) {
	c, p, err = s.partAsked(r)
	if err == nil && p.Kind != learning.PartQuestions {
		err = errNotFound("set")
	}
	return c, p, err
}

// showItem is the form of one question, new or not.
func (s *Server) showItem(w http.ResponseWriter, r *request) error {
	c, p, err := s.setAsked(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	x, _, err := itemAsked(&p, q.Get("id"))
	if err != nil {
		return err
	}
	it := x.Item
	if q.Get("id") == "" {
		if it.Type = content.ItemType(q.Get("type")); !slices.Contains(ownItemTypes, it.Type) {
			return errNotFound("type")
		}
	}
	v := itemForm(it)
	v.ID, v.Was = q.Get("id"), versionKey(x.Text)
	if v.AsText = v.ID != "" && (q.Get("as") == "text" || !formHolds(it)); v.AsText {
		v.Text = x.Text
	}
	return s.renderItem(w, r, c, p, v, http.StatusOK)
}

func (s *Server) renderItem(w http.ResponseWriter, r *request, c learning.OwnCourse, p store.OwnPage, v view.OwnItem, status int) error {
	set := partURL(&p.OwnPart)
	v.Frame, v.Heading, v.Lang = s.frame(r, "teach", &view.Link{Text: p.Title, URL: set}), p.Title, c.Language
	v.Action, v.Set = set+"/item", set
	if v.ID != "" && !v.AsText {
		v.TextURL = v.Action + "?as=text&id=" + url.QueryEscape(v.ID)
	}
	return s.render(w, r, status, ui.OwnItem(v))
}

// saveItem keeps a question. One that somebody else changed since the form was made is shown beside it first.
func (s *Server) saveItem(w http.ResponseWriter, r *request) error {
	c, p, err := s.setAsked(r)
	if err != nil {
		return err
	}
	f := r.PostForm
	x, at, err := itemAsked(&p, f.Get("id"))
	if err != nil {
		return err
	}
	it, v := readItem(f, x.Item)
	v.ID, v.Was, v.Type = f.Get("id"), versionKey(x.Text), string(it.Type)
	if v.Problem == "" && f.Get("was") != v.Was {
		v.Problem, v.Theirs = "since", x.Text
		return s.renderItem(w, r, c, p, v, http.StatusConflict)
	}
	if v.Problem != "" {
		return s.renderItem(w, r, c, p, v, http.StatusBadRequest)
	}
	id := s.itemID(&c, x.Item, it)
	items, _ := pack.ReadItems(p.Text)
	written := pack.WrittenItem{Text: strings.TrimRight(pack.WriteItem(it, id), "\n"), Item: it}
	if at < len(items) {
		items[at] = written
	} else {
		items = append(items, written)
	}
	p.Text = bodyOf(items)
	_, err = s.Store.SaveOwnPart(r.Context(), r.actor(), p.OwnPart, p.Seen, s.savedAt())
	if errors.Is(err, fs.ErrInvalid) {
		v.Problem = "text"
		return s.renderItem(w, r, c, p, v, http.StatusBadRequest)
	}
	if err == nil && f.Has("see") {
		return goOn(w, r, partURL(&p.OwnPart)+"/preview", "", "n", string(id))
	}
	return orGoOn(err, w, r, partURL(&p.OwnPart), "saved")
}

// itemID is what a question is called: as before, so that learners' answers go on counting, but where it asks another thing
// than the one that learners may have answered.
func (s *Server) itemID(c *learning.OwnCourse, was, now content.Item) content.ItemID {
	if was.ID == "" {
		return newItemID()
	}
	if _, err := s.Library.Course(c.Course()); err != nil || essence(was) == essence(now) {
		return was.ID
	}
	return newItemID()
}

// essence is what a question asks and what is right, without what is said round it.
func essence(it content.Item) string {
	it.Hints, it.Worked, it.Right, it.Wrong, it.Skill, it.Rating, it.Mistakes = nil, "", "", "", "", 0, nil
	it.Options = slices.Clone(it.Options)
	for i := range it.Options {
		it.Options[i].Error, it.Options[i].Feedback = "", ""
	}
	return pack.WriteItem(it, "q")
}

// readItem makes a question of the form, beginning with what it was; the view is the form again, with what was wrong.
func readItem(f url.Values, was content.Item) (it content.Item, v view.OwnItem) {
	if f.Get("as") == "text" {
		return readItemText(f.Get("text"), was)
	}
	it = was
	if it.ID == "" {
		it.Type = content.ItemType(f.Get("type"))
	}
	v.Problem = fillItem(f, &it)
	problem := v.Problem
	v = formAgain(f, it.Type)
	v.Problem = problem
	if v.Problem != "" {
		return it, v
	}
	written := pack.WriteItem(it, "q")
	if items, problems := pack.ReadItems(written); len(items) != 1 || len(problems) > 0 {
		v.Problem, v.Reasons = "item", reasonsOf(problems)
	} else if _, err := marking.Draw(items[0].Item, 1); err != nil {
		v.Problem, v.Reasons = "item", []string{err.Error()}
	}
	return it, v
}

// readItemText reads a question that was edited as text.
func readItemText(text string, was content.Item) (it content.Item, v view.OwnItem) {
	v.AsText, v.Text = true, text
	items, problems := pack.ReadItems(strings.TrimSpace(text))
	if len(problems) > 0 || len(items) != 1 {
		v.Problem, v.Reasons = "item", reasonsOf(problems)
		return was, v
	}
	if _, err := marking.Draw(items[0].Item, 1); err != nil {
		v.Problem, v.Reasons = "item", []string{err.Error()}
	}
	return items[0].Item, v
}

func reasonsOf(all []pack.Problem) (out []string) {
	for _, x := range all {
		out = append(out, x.Reason)
	}
	return out[:min(len(out), 5)]
}
