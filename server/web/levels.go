package web

import (
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"lamplight/content/arrange"
	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/ui"
	"lamplight/ui/locale"
	"lamplight/ui/view"
)

func ladderOf(text string) learning.Ladder {
	l, err := learning.ParseLadder(text)
	if err != nil {
		return learning.Reading
	}
	return l
}

func levelsPath(id learning.ClassID) string { return classHome(id) + "/levels" }

// showLevels is the level check of a class: who is where, who is due.
func (s *Server) showLevels(w http.ResponseWriter, r *request) error {
	class, learners, err := s.classLed(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	ladder := ladderOf(q.Get("ladder"))
	day, problem := s.namedDay(q.Get("day"))
	levels, err := s.Store.Levels(r.actor(), class.ID, ladder)
	if err != nil {
		return err
	}
	v := view.Levels{
		Class: class.Name, Path: levelsPath(class.ID), Ladder: ladder.String(), Day: s.dayView(day), Date: dateText(day), Problem: problem,
		Groups: levelsPath(class.ID) + "/groups?ladder=" + ladder.String(),
	}
	v.Frame = s.frame(r, "teach", &view.Link{Text: class.Name, URL: classHome(class.ID)})
	for _, p := range learners {
		row := s.levelRow(p, levels[p.ID], day)
		v.Rows = append(v.Rows, row)
		if row.Due {
			v.Due++
		}
		if row.Level > 0 {
			v.Counts[row.Level-1]++
		}
		if row.Moved {
			v.Twice++
			if row.Move > 0 {
				v.Moved++
			}
		}
	}
	arrange.Stably(v.Rows, func(a, b view.LevelRow) int { // who was never checked first, then who is due
		return 2*(order(a.Level > 0)-order(b.Level > 0)) + order(!a.Due) - order(!b.Due)
	})
	if q.Has("saved") {
		v.Banner = &view.Banner{Kind: "saved", Key: "levels.saved"}
	}
	return s.render(w, r, http.StatusOK, ui.Levels(v))
}

// mostPast is how many earlier checks a row shows.
const mostPast = 8

func (s *Server) levelRow(p learning.Person, checks []learning.LevelCheck, day int) view.LevelRow {
	row := view.LevelRow{ID: string(p.ID), Name: p.Name, Tile: tileName(p.Tile), URL: "/teach/learner/" + string(p.ID), Due: true}
	if len(checks) == 0 {
		return row
	}
	last := checks[len(checks)-1]
	row.Level, row.At, row.Today, row.Due = last.Level, s.dayView(last.Day), last.Day == day && !last.Conflict, day-last.Day >= learning.RecheckDays
	row.Move, row.Moved = learning.Move(checks)
	if last.Conflict {
		row.Both = append(append(row.Both, last.Others...), last.Level)
	}
	for i := len(checks) - 2; i >= 0 && len(row.Earlier) < mostPast; i-- {
		row.Earlier = append(row.Earlier, view.LevelPast{Level: checks[i].Level, At: s.dayView(checks[i].Day)})
	}
	return row
}

// saveLevels writes the levels that were tapped.
func (s *Server) saveLevels(w http.ResponseWriter, r *request) error {
	class, learners, err := s.classLed(r)
	if err != nil {
		return err
	}
	f := r.PostForm
	ladder := ladderOf(f.Get("ladder"))
	to := levelsPath(class.ID) + "?" + url.Values{"ladder": {ladder.String()}, "day": {f.Get("day")}}.Encode()
	day, problem := s.namedDay(f.Get("day"))
	if problem == "" {
		levels := map[learning.PersonID]int{}
		for _, p := range learners {
			if n, err := strconv.Atoi(f.Get("level." + string(p.ID))); err == nil {
				levels[p.ID] = n
			}
		}
		if err := s.Store.SaveLevels(r.Context(), r.actor(), class.ID, ladder, day, levels); err != nil {
			return err
		}
		to += "&saved"
	}
	http.Redirect(w, r.Request, to, http.StatusSeeOther)
	return nil
}

// A leveled is a child of one of the classes that are looked at together.
type leveled struct {
	person learning.Person
	class  learning.Class
	level  int
}

// together is the children of the classes that an address or form names, with their last levels; the page's own class alone
// where none is named.
func (s *Server) together(r *request, ladder learning.Ladder, named []string) (ticks []view.ClassTick, all []leveled, err error) {
	own, _, err := s.classLed(r)
	if err != nil {
		return nil, nil, err
	}
	if len(named) == 0 {
		named = []string{string(own.ID)}
	}
	classes, err := s.Store.Classes(r.actor())
	if err != nil {
		return nil, nil, err
	}
	for _, c := range classes {
		levels, err := s.Store.Levels(r.actor(), c.ID, ladder)
		if errors.Is(err, fs.ErrPermission) { // a class they only learn in
			continue
		} else if err != nil {
			return nil, nil, err
		}
		tick := view.ClassTick{ID: string(c.ID), Name: c.Name, Chosen: slices.Contains(named, string(c.ID))}
		ticks = append(ticks, tick)
		if !tick.Chosen {
			continue
		}
		_, learners, err := s.Store.ClassRoster(r.actor(), c.ID)
		if err != nil {
			return nil, nil, err
		}
		for _, p := range learners {
			x := leveled{p, c, 0}
			if checks := levels[p.ID]; len(checks) > 0 {
				x.level = checks[len(checks)-1].Level
			}
			all = append(all, x)
		}
	}
	return ticks, all, nil
}

// suggestedGroups are the groups of children by level, and who has none.
func suggestedGroups(all []leveled) (groups []view.LevelGroup, unmet []view.LevelRow) {
	var ids []learning.PersonID
	level, of := map[learning.PersonID]int{}, map[learning.PersonID]leveled{}
	for _, x := range all {
		if _, twice := of[x.person.ID]; twice {
			continue
		}
		ids, level[x.person.ID], of[x.person.ID] = append(ids, x.person.ID), x.level, x
		if x.level == 0 {
			unmet = append(unmet, view.LevelRow{ID: string(x.person.ID), Name: x.person.Name})
		}
	}
	for _, g := range learning.SuggestGroups(ids, level) {
		out := view.LevelGroup{Level: g.Level, Number: g.Number}
		for _, id := range g.Members {
			x := of[id]
			out.Members = append(out.Members, view.GroupMember{ID: string(id), Name: x.person.Name, Class: x.class.Name})
		}
		groups = append(groups, out)
	}
	return groups, unmet
}

// showLevelGroups suggests groups by level, of one class or several together.
func (s *Server) showLevelGroups(w http.ResponseWriter, r *request) error {
	q := r.URL.Query()
	ladder := ladderOf(q.Get("ladder"))
	ticks, all, err := s.together(r, ladder, q["class"])
	if err != nil {
		return err
	}
	id := learning.ClassID(r.PathValue("class"))
	v := view.LevelGroups{Path: levelsPath(id) + "/groups", Ladder: ladder.String(), Classes: ticks, Check: levelsPath(id) + "?ladder=" + ladder.String()}
	v.Frame = s.frame(r, "teach", &view.Link{URL: levelsPath(id)})
	v.Groups, v.Unmet = suggestedGroups(all)
	for level := 1; level <= learning.TopLevel; level++ {
		n := 0
		for _, g := range v.Groups {
			if g.Level == level {
				n++
				v.Choices = append(v.Choices, groupChoice(level, g.Number))
			}
		}
		if n == 0 {
			v.Choices = append(v.Choices, groupChoice(level, 0))
		}
	}
	cards := url.Values{"ladder": {ladder.String()}, "class": q["class"]}
	v.Cards = levelsPath(id) + "/cards?" + cards.Encode()
	if v.Undo = q.Get("undo"); v.Undo != "" {
		made, _, _ := strings.Cut(v.Undo, "_")
		v.Made = len(strings.Split(made, "."))
	}
	if q.Has("undone") {
		v.Banner = &view.Banner{Kind: "saved", Key: "groups.undone"}
	}
	return s.render(w, r, http.StatusOK, ui.LevelGroups(v))
}

func groupChoice(level, number int) view.GroupChoice {
	return view.GroupChoice{Value: strconv.Itoa(level) + "." + strconv.Itoa(number), Level: level, Number: number}
}

// changeLevelGroups makes the groups as the page has them, or undoes what was made.
func (s *Server) changeLevelGroups(w http.ResponseWriter, r *request) error {
	f := r.PostForm
	ladder := ladderOf(f.Get("ladder"))
	ticks, all, err := s.together(r, ladder, f["class"])
	if err != nil {
		return err
	}
	to := url.Values{"ladder": {ladder.String()}}
	if f.Get("do") == "undo" {
		made, away, _ := strings.Cut(f.Get("undo"), "_")
		if err := s.Store.UndoGroups(r.Context(), r.actor(), store.MadeGroups{Made: idList(made), Away: idList(away)}); err != nil {
			return err
		}
		to.Set("undone", "")
	} else {
		made, err := s.Store.MakeGroups(r.Context(), r.actor(), "level "+ladder.String(), s.groupPlans(r, ladder, all))
		if err != nil {
			return err
		}
		if len(made.Made) > 0 {
			to.Set("undo", joinIDs(made.Made)+"_"+joinIDs(made.Away))
		}
	}
	for _, t := range ticks {
		if t.Chosen {
			to.Add("class", t.ID)
		}
	}
	http.Redirect(w, r.Request, levelsPath(learning.ClassID(r.PathValue("class")))+"/groups?"+to.Encode(), http.StatusSeeOther)
	return nil
}

// groupPlans are the groups that a form puts children into, named in the school's language, lowest level first.
func (s *Server) groupPlans(r *request, ladder learning.Ladder, all []leveled) []store.GroupPlan {
	lang := locale.English
	if school, err := s.Store.School(); err == nil && school.Language != "" {
		lang = school.Language
	}
	plans := map[string]*store.GroupPlan{}
	var values []string
	for _, x := range all {
		value := r.PostForm.Get("group." + string(x.person.ID))
		one, two, _ := strings.Cut(value, ".")
		level, err1 := strconv.Atoi(one)
		number, err2 := strconv.Atoi(two)
		if err1 != nil || err2 != nil || level < 1 || level > learning.TopLevel || number < 0 || number > 99 {
			continue
		}
		if plans[value] == nil {
			plans[value] = &store.GroupPlan{Name: ui.GroupName(lang, ladder.String(), level, number), Members: map[learning.ClassID][]learning.PersonID{}}
			values = append(values, value)
		}
		plans[value].Members[x.class.ID] = append(plans[value].Members[x.class.ID], x.person.ID)
	}
	slices.Sort(values)
	out := make([]store.GroupPlan, len(values))
	for i, v := range values {
		out[i] = *plans[v]
	}
	return out
}

func joinIDs(ids []learning.ClassID) string {
	all := make([]string, len(ids))
	for i, id := range ids {
		all[i] = string(id)
	}
	return strings.Join(all, ".")
}

func idList(text string) (out []learning.ClassID) {
	for id := range strings.SplitSeq(text, ".") {
		if id != "" {
			out = append(out, learning.ClassID(id))
		}
	}
	return out
}

// showActivityCards is what each group does, to print.
func (s *Server) showActivityCards(w http.ResponseWriter, r *request) error {
	q := r.URL.Query()
	ladder := ladderOf(q.Get("ladder"))
	_, all, err := s.together(r, ladder, q["class"])
	if err != nil {
		return err
	}
	v := view.ActivityCards{Ladder: ladder.String(), Frame: s.frame(r, "teach", &view.Link{URL: levelsPath(learning.ClassID(r.PathValue("class"))) + "/groups?ladder=" + ladder.String()})}
	v.Groups, _ = suggestedGroups(all)
	return s.render(w, r, http.StatusOK, ui.ActivityCards(v))
}
