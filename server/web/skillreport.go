package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/server/report"
	"lamplight/server/store"
	"lamplight/ui"
	"lamplight/ui/locale"
	"lamplight/ui/view"
)

// skillsPerPage stand side by side in the map: more would not fit a sheet of paper.
const skillsPerPage = 8

// A skillPage is the map of a class with its skills in the order they are shown.
type skillPage struct {
	classReport
	store.SkillMap
	order []int // of Skills, those fewest can do first
	title func(skill string) string
}

func (s *Server) skillPage(r *request) (p skillPage, err error) {
	if p.classReport, err = s.classReport(r, "skills"); err != nil {
		return p, err
	}
	if p.SkillMap, err = s.Store.SkillMap(r.actor(), p.id); err != nil {
		return p, err
	}
	p.title = s.skillTitles(s.skills())
	p.order = report.WeakestFirst(&p.SkillMap)
	return p, nil
}

// skillTitles says what skills are called: as the courses do, else as the exercise is whose id one is.
func (s *Server) skillTitles(graph learning.Skills) func(string) string {
	return func(skill string) string {
		if t := graph.Title(skill); t != skill {
			return t
		}
		if name, _ := s.resourceName(content.ResourceID(skill), ""); name != skill {
			return name
		}
		return skill
	}
}

// showSkills is who can do what.
func (s *Server) showSkills(w http.ResponseWriter, r *request) error {
	p, err := s.skillPage(r)
	if err != nil {
		return err
	}
	v := view.SkillMap{Frame: s.reportFrame(r, p.classReport, p.Class, nil), Tabs: p.tabs(), Action: p.at("/skills")}
	from, _ := strconv.Atoi(r.URL.Query().Get("from"))
	from = min(max(0, from), max(0, len(p.order)-1))
	to := min(from+skillsPerPage, len(p.order))
	if format := report.Format(r.URL.Query().Get("format")); format == report.CSV || format == report.XLSX {
		return s.saveReport(w, r, format, v.Lang, []view.Table{p.table(p.order)})
	}
	v.Map, v.Save = p.table(p.order[from:to]), savings(r)
	for _, k := range p.order[from:to] {
		v.Skills = append(v.Skills, p.line(k))
	}
	v.Pager = view.Pager{From: from + 1, To: to, Total: len(p.order)}
	if from > 0 {
		v.Pager.Previous = withQuery(r.URL, "from", strconv.Itoa(max(0, from-skillsPerPage)))
	}
	if to < len(p.order) {
		v.Pager.Next = withQuery(r.URL, "from", strconv.Itoa(to))
	}
	v.Made = s.madeGroup(r, &p)
	return s.render(w, r, http.StatusOK, ui.SkillMap(v))
}

func (p *skillPage) table(skills []int) view.Table {
	titles := make([]string, len(skills))
	for i, k := range skills {
		titles[i] = p.title(p.Skills[k])
	}
	return report.Skills(&p.SkillMap, skills, titles, tileName, p.evidence)
}

// evidence is the page of the answers that a learner's standing in a skill comes from.
func (p *skillPage) evidence(who learning.PersonID, skill string) string {
	return "/teach/learner/" + string(who) + "/skill?" + url.Values{"skill": {skill}, "class": {string(p.id)}}.Encode()
}

func (p *skillPage) line(k int) view.SkillLine {
	out := view.SkillLine{ID: p.Skills[k], Title: p.title(p.Skills[k])}
	var nearly []view.Link
	for i, who := range p.Learners {
		link := view.Link{Text: who.Name, URL: p.evidence(who.ID, p.Skills[k])}
		switch p.Of(i)[k] {
		case learning.Can:
			out.Can++
		case learning.Nearly:
			out.Nearly++
			nearly = append(nearly, link)
		case learning.NotYet:
			out.NotYet++
			out.Names = append(out.Names, link)
		default:
			out.NotMet++
		}
	}
	if len(out.Names) == 0 { // nobody is far from it: those who are near
		out.Names = nearly
	}
	return out
}

// weak are who a group for the k'th skill is made of: those of line's Names.
func (p *skillPage) weak(k int) (out []learning.PersonID) {
	for _, want := range []learning.Standing{learning.NotYet, learning.Nearly} {
		for i, who := range p.Learners {
			if p.Of(i)[k] == want {
				out = append(out, who.ID)
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

// madeGroup is what the address says was just done, as far as it is still so.
func (s *Server) madeGroup(r *request, p *skillPage) *view.MadeGroup {
	q := r.URL.Query()
	group, err := s.Store.Class(r.actor(), learning.ClassID(q.Get("group")))
	if err != nil || group.Archived || group.Parent != p.id {
		return nil
	}
	_, learners, err := s.Store.ClassRoster(r.actor(), group.ID)
	if err != nil {
		return nil
	}
	m := &view.MadeGroup{Name: group.Name, Group: string(group.ID), Skill: q.Get("skill"), Learners: len(learners)}
	refs, as := s.practiceOf(r, m.Skill)
	if m.CanSet = len(refs) > 0; m.CanSet && as != m.Skill {
		m.Instead = p.title(as)
	}
	if l, err := s.Store.Lesson(r.actor(), learning.LessonID(q.Get("lesson"))); err == nil && !l.Archived && l.Class == p.id {
		m.Lesson, m.Page = string(l.ID), p.at("/lesson/"+string(l.ID))
	}
	return m
}

// maxSkillWork exercises are set at once: half an hour's practice.
const maxSkillWork = 3

// exercisesOf finds exercises of a skill in what is installed, by name: in the courses near at hand, where none of those has
// one in what is in the person's language, else in any.
func (s *Server) exercisesOf(r *request, skill string, near ...content.CourseID) (out []learning.Ref) {
	if skill == "" {
		return nil
	}
	best, lang := 3, s.contentLanguage(r)
	for _, c := range s.Library.Courses() {
		rank := 2
		if slices.Contains(near, c.ID) {
			rank = 0
		} else if slices.ContainsFunc(c.Languages, func(l string) bool { return sameLanguage(l, lang) }) {
			rank = 1
		}
		if rank > best {
			continue
		}
		for _, x := range s.outline(c) {
			if !x.Practice || x.Skill != skill && string(x.Resource) != skill {
				continue
			}
			if rank < best {
				best, out = rank, nil
			}
			if len(out) < maxSkillWork {
				out = append(out, learning.Ref{Course: c.ID, Resource: x.Resource})
			}
		}
	}
	return out
}

// practiceOf finds exercises of a skill; where none is installed those of the nearest skill that has one: what it needs, else
// what needs it. as is the skill they are of.
func (s *Server) practiceOf(r *request, skill string, near ...content.CourseID) (refs []learning.Ref, as string) {
	if refs = s.exercisesOf(r, skill, near...); len(refs) > 0 || skill == "" {
		return refs, skill
	}
	for _, other := range s.skills().Near(skill) {
		if refs = s.exercisesOf(r, other, near...); len(refs) > 0 {
			return refs, other
		}
	}
	return nil, ""
}

// changeSkills makes a group of who cannot do a skill yet, sets practice for it, and takes either back.
func (s *Server) changeSkills(w http.ResponseWriter, r *request) error {
	p, err := s.skillPage(r)
	if err != nil {
		return err
	}
	f := r.PostForm
	skill, group := f.Get("skill"), learning.ClassID(f.Get("group"))
	went := url.Values{}
	switch f.Get("do") {
	case "group":
		if group, err = s.groupFor(r, &p, skill); err == nil {
			went = url.Values{"group": {string(group)}, "skill": {skill}}
		}
	case "practice":
		var lesson learning.LessonID
		if lesson, err = s.practiceFor(r, &p, skill, group); err == nil {
			went = url.Values{"group": {string(group)}, "skill": {skill}, "lesson": {string(lesson)}}
		}
	case "undo-practice":
		if err = s.undoPractice(r, &p, learning.LessonID(f.Get("lesson"))); err == nil {
			went = url.Values{"group": {string(group)}, "skill": {skill}}
		}
	case "undo-group":
		err = s.undoGroup(r, &p, group)
	default:
		err = errNotFound("do=" + f.Get("do"))
	}
	if err != nil {
		return err
	}
	to := p.at("/skills")
	if len(went) > 0 {
		to += "?" + went.Encode()
	}
	http.Redirect(w, r.Request, to, http.StatusSeeOther)
	return nil
}

// groupFor makes the group of a skill.
func (s *Server) groupFor(r *request, p *skillPage, skill string) (learning.ClassID, error) {
	k, ok := slices.BinarySearch(p.Skills, skill)
	if !ok {
		return "", errNotFound("skill " + skill)
	}
	who := p.weak(k)
	if len(who) == 0 {
		return "", errNotFound("nobody to help with " + skill)
	}
	l := locale.For(s.frame(r, "", nil).Lang)
	id, err := s.Store.AddGroup(r.Context(), r.actor(), p.id, short(l.T("skills.group", "skill", p.title(skill))))
	if err != nil {
		return "", err
	}
	enrolments := make([]learning.Enrolment, len(who))
	for i, person := range who {
		enrolments[i] = learning.Enrolment{Class: id, Person: person, Role: learning.Learner}
	}
	return id, s.Store.Enrol(r.Context(), r.actor(), enrolments...)
}

// short is a name that fits where names go.
func short(name string) string {
	if all := []rune(name); len(all) > learning.MaxName {
		return strings.TrimSpace(string(all[:learning.MaxName-1])) + "…"
	}
	return name
}

// practiceFor sets exercises of a skill for a group.
func (s *Server) practiceFor(r *request, p *skillPage, skill string, group learning.ClassID) (learning.LessonID, error) {
	refs, as := s.practiceOf(r, skill)
	if len(refs) == 0 {
		return "", errNotFound("an exercise of " + skill)
	}
	if g, err := s.Store.Class(r.actor(), group); err != nil || g.Parent != p.id {
		return "", errNotFound("group " + string(group))
	}
	l := locale.For(s.frame(r, "", nil).Lang)
	id, err := s.Store.SaveLesson(r.Context(), r.actor(), learning.Lesson{Class: p.id, Title: short(l.T("skills.lesson", "skill", p.title(as))), Resources: refs})
	if err != nil {
		return "", err
	}
	_, err = s.Store.Assign(r.Context(), r.actor(), learning.Assignment{Lesson: id, Class: group})
	return id, err
}

func (s *Server) undoPractice(r *request, p *skillPage, id learning.LessonID) error {
	l, err := s.Store.Lesson(r.actor(), id)
	if err != nil || l.Class != p.id {
		return errNotFound("lesson " + string(id))
	}
	l.Archived = true
	_, err = s.Store.SaveLesson(r.Context(), r.actor(), l)
	return err
}

func (s *Server) undoGroup(r *request, p *skillPage, id learning.ClassID) error {
	g, err := s.Store.Class(r.actor(), id)
	if err != nil || g.Parent != p.id {
		return errNotFound("group " + string(id))
	}
	archived := true
	return s.Store.EditClass(r.Context(), r.actor(), id, learning.ClassEdit{Archived: &archived})
}
