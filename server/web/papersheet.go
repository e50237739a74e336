package web

import (
	"cmp"
	"net/http"
	"strconv"

	"lamplight/content"
	"lamplight/content/marking"
	"lamplight/ui"
	"lamplight/ui/view"
)

// showPaperSheet is a worksheet, its key or answer sheets: kind=worksheet, key or answers; version=A or B, of answer sheets
// also none: A and B in turn.
func (s *Server) showPaperSheet(w http.ResponseWriter, r *request) error {
	p, err := s.printed(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	kind := cmp.Or(oneOf(q.Get("kind"), []string{"worksheet", "key", "answers"}), "worksheet")
	version := oneOf(q.Get("version"), []string{"A", "B"})
	if kind != "answers" {
		version = cmp.Or(version, "A")
	}
	v := view.PaperSheet{
		Frame: s.frame(r, "teach", p.back()), Heading: p.title, Kind: kind, Version: version, Set: int(p.set), Class: p.class.Name,
		Tabs: p.sheets(kind, version),
	}
	if school, err := s.Store.School(); err == nil {
		v.School = school.Name
	}
	for i := range p.questions {
		sh, err := s.printedQuestion(p, i, version)
		if err != nil {
			v.Missing++
			continue
		}
		v.Questions = append(v.Questions, sheetQuestion(i+1, sh, kind == "key"))
	}
	if kind == "answers" {
		v.Cuts = true // no foot: a sheet a page
		seats, err := s.Store.Seats(r.actor(), p.class.ID)
		if err != nil {
			return err
		}
		form := s.formOf(p)
		for i, seat := range seats {
			x := view.SheetLearner{Name: seat.Person.Name, Version: cmp.Or(version, "AB"[i%2:i%2+1])}
			if form.Readable() {
				x.Form = view.HTML(form.SVG(p.sheetCode(form, seat.Person.ID, x.Version), strconv.Itoa))
			}
			v.Learners = append(v.Learners, x)
		}
	}
	return s.render(w, r, http.StatusOK, ui.PaperSheet(v))
}

// sheetQuestion is a question to write on; key adds what is right.
func sheetQuestion(n int, sh sheet, key bool) view.SheetQuestion {
	out := view.SheetQuestion{Number: n, Lang: language(sh.course, sh.node), Question: question(sh.course.ID, sh.variant, nil)}
	out.Letters = len(lettered(sh.variant)) > 0 && sh.variant.Item.Type != content.TrueFalse
	if !key {
		return out
	}
	right := marking.Right(sh.variant)
	out.Right = wordsOf(string(inline(marking.Explain(sh.variant, right))))
	if sh.variant.Item.Type == content.TrueFalse {
		out.Right = right
	}
	for i, k := range lettered(sh.variant) {
		if k == right {
			out.Letter = string(rune('A' + i))
		}
	}
	for i, o := range sh.variant.Item.Options {
		if o.Right && i < len(out.Options) && len(out.Rights) == 0 {
			out.Options[i].Mark = "right"
		}
	}
	out.Worked = inline(sh.variant.Item.Worked)
	return out
}

// lettered is what may be answered with one letter: the response each stands for, from A; nil where that cannot be.
func lettered(v marking.Variant) (out []string) {
	switch v.Item.Type {
	case content.TrueFalse:
		return []string{"true", "false"}
	case content.Choice:
		if len(v.Item.Options) > 26 {
			return nil
		}
		for _, o := range v.Item.Options {
			out = append(out, o.Key)
		}
	}
	return out
}
