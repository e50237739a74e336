package web

import (
	"errors"
	"io/fs"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"lamplight/content"
	"lamplight/content/marking"
	"lamplight/content/pack"
	"lamplight/server/files"
	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/ui"
	"lamplight/ui/view"
)

// renderSet shows a set of questions.
func (s *Server) renderSet(w http.ResponseWriter, r *request, c learning.OwnCourse, p store.OwnPage, problem string, status int) error {
	url := partURL(&p.OwnPart)
	v := view.OwnQuestions{
		Frame: s.frame(r, "teach", &view.Link{Text: c.Title, URL: ownURL(c.ID)}), Title: p.Title, Lang: c.Language, Seen: p.Seen, Action: url,
		Versions: url + "/versions", Others: s.sideBySide(r, c.ID, &p), Problem: problem,
	}
	v.Banner = ownBanner(r)
	items, problems := pack.ReadItems(p.Text)
	for i, x := range items {
		it := x.Item
		row := view.OwnItemRow{Key: string(it.ID), Type: string(it.Type), Words: wordsOf(pack.Inline(it.Stem)), URL: url + "/item?id=" + string(it.ID), First: i == 0, Last: i == len(items)-1}
		row.Broken = marking.Check(it) != nil
		if row.Words == "" {
			row.Words = string(it.ID)
		}
		v.Items = append(v.Items, row)
	}
	if len(items) > 0 && len(problems) == 0 {
		v.Preview = url + "/preview"
	}
	for _, t := range ownItemTypes {
		v.New = append(v.New, view.Link{Text: string(t), URL: url + "/item?type=" + string(t)})
	}
	if key := r.URL.Query().Get("undo"); key != "" && r.URL.Query().Get("did") == "removed" {
		v.Undo = &view.Undo{Action: url, Fields: []view.Hidden{{Name: "restore", Value: key}}}
	}
	return s.render(w, r, status, ui.OwnQuestions(v))
}

// bodyOf puts questions back together.
func bodyOf(items []pack.WrittenItem) string {
	var all []string
	for _, x := range items {
		all = append(all, x.Text)
	}
	return strings.Join(all, "\n\n")
}

// bothSets is every question of the versions that stand side by side: of one that both have, the one that is shown.
func bothSets(p store.OwnPage) string {
	items, _ := pack.ReadItems(p.Text)
	for _, t := range p.Others {
		others, _ := pack.ReadItems(t.Text)
		for _, x := range others {
			same := slices.IndexFunc(items, func(y pack.WrittenItem) bool { return y.Item.ID == x.Item.ID })
			if same < 0 {
				items = append(items, x)
			} else if items[same].Text != x.Text { // one question that both changed: both stay, to be chosen from
				id := newItemID()
				items = append(items, pack.WrittenItem{Text: pack.WriteItem(x.Item, id), Item: x.Item})
			}
		}
	}
	for i := range items {
		items[i].Text = strings.TrimRight(items[i].Text, "\n")
	}
	return bodyOf(items)
}

// changeSet moves or takes out a question, or gives the set another title.
func (s *Server) changeSet(w http.ResponseWriter, r *request, c learning.OwnCourse, p store.OwnPage) error {
	f := r.PostForm
	if f.Get("do") == "name" {
		t := p.OwnPart
		t.Title = f.Get("title")
		apart, err := s.Store.SaveOwnPart(r.Context(), r.actor(), t, f.Get("seen"), s.savedAt())
		if errors.Is(err, fs.ErrInvalid) {
			return s.renderSet(w, r, c, p, titleProblem(&t), http.StatusBadRequest)
		}
		return orGoOn(err, w, r, partURL(&t), map[bool]string{true: "apart", false: "saved"}[apart])
	}
	items, _ := pack.ReadItems(p.Text)
	at := func(name string) int {
		return slices.IndexFunc(items, func(x pack.WrittenItem) bool { return f.Has(name) && string(x.Item.ID) == f.Get(name) })
	}
	did, more := "saved", []string(nil)
	if i := at("remove"); i >= 0 {
		items, did = slices.Delete(items, i, i+1), "removed"
		if saved, err := s.Store.OwnSavings(r.actor(), c.ID, p.ID); err == nil && len(saved) > 0 && saved[0].PartText == p.PartText {
			more = []string{"undo", string(saved[0].ID)}
		}
	} else if i := at("up"); i > 0 {
		items[i-1], items[i] = items[i], items[i-1]
	} else if i := at("down"); i >= 0 && i+1 < len(items) {
		items[i], items[i+1] = items[i+1], items[i]
	}
	p.Text = bodyOf(items)
	_, err := s.Store.SaveOwnPart(r.Context(), r.actor(), p.OwnPart, p.Seen, s.savedAt())
	return orGoOn(err, w, r, partURL(&p.OwnPart), did, more...)
}

// previewSet is one question of a set as a learner meets it.
func (s *Server) previewSet(r *request, reader content.Reader, id content.ResourceID, p *store.OwnPage) (*view.QuizPreview, error) {
	exercises, ok := reader.(content.ExerciseReader)
	if !ok {
		return nil, errNotFound("exercise")
	}
	x, err := exerciseOf(reader, exercises, id)
	if err != nil {
		return nil, err
	}
	asked := r.URL.Query().Get("n")
	if i := slices.IndexFunc(x.Items, func(it content.Item) bool { return string(it.ID) == asked }); i >= 0 {
		asked = strconv.Itoa(i + 1)
	}
	n, _ := strconv.Atoi(asked)
	n = min(max(1, n), len(x.Items))
	url := partURL(&p.OwnPart)
	v := &view.QuizPreview{Frame: s.frame(r, "teach", &view.Link{Text: p.Title, URL: url}), Heading: p.Title, Number: n, Total: len(x.Items), Lang: x.Language}
	for i := range x.Items {
		v.Map = append(v.Map, view.QuizMark{Number: i + 1, URL: url + "/preview?n=" + strconv.Itoa(i+1), Current: i+1 == n})
	}
	drawn, err := marking.Draw(x.Items[n-1], 1)
	if v.Broken = err != nil; err == nil {
		v.Question = question(reader.Course().ID, drawn, nil)
	}
	return v, nil
}

// articleOf is a page's article as learners get it: the compiler has made it safe.
func articleOf(reader content.Reader, id content.ResourceID) (view.HTML, error) {
	pages, ok := reader.(content.PageReader)
	if !ok {
		return "", errNotFound("page")
	}
	page, err := pages.ReadyPage(id)
	if err != nil {
		return "", err
	}
	b, err := files.ReadAll(content.File{Coding: "gzip", Bytes: page.Gzip, Size: int64(len(page.Gzip))}, maxTakeFile)
	return view.HTML(pageNavigation.ReplaceAllString(string(b), "")), err
}
