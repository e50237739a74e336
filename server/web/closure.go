package web

import (
	"cmp"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"lamplight/content"
	"lamplight/content/arrange"
	"lamplight/server/learning"
	"lamplight/server/report"
	"lamplight/server/store"
	"lamplight/ui"
	"lamplight/ui/locale"
	"lamplight/ui/view"
)

const (
	mostWeeks    = 6
	weekWork     = 5  // exercises of a week: one a school day
	weekQuestion = 15 // questions on its sheet
)

func closurePath(id learning.ClassID) string { return classHome(id) + "/closure" }

// undoBoard is what brings a board back as it was.
func undoBoard(was *learning.Step) string {
	return url.Values{"saved": {""}, "of": {was.Of}, "text": {was.Text}}.Encode()
}

// ownStations are those typed, a line each, none of them so long that it does not fit the board.
func ownStations(text string) (out []string) {
	for _, line := range strings.Split(strings.ReplaceAll(text, "\r", ""), "\n") {
		if line = strings.TrimSpace(line); line != "" && !slices.Contains(out, line) {
			out = append(out, short(line))
		}
	}
	return out
}

// showClosure is the weeks of work that were made, else how many to make.
func (s *Server) showClosure(w http.ResponseWriter, r *request) error {
	class, err := s.ledClass(r)
	if err != nil {
		return err
	}
	path, q := closurePath(class.ID), r.URL.Query()
	v := view.Closure{
		Frame: s.frame(r, "teach", &view.Link{Text: class.Name, URL: classHome(class.ID)}), Class: class.Name, Path: path, Most: mostWeeks,
		Slips: classHome(class.ID) + "/slips", Empty: q.Has("empty"),
	}
	if n, _ := strconv.Atoi(q.Get("fewer")); n > 0 && n < mostWeeks {
		v.Fewer = n
	}
	all, err := s.Store.Steps(r.actor(), class.ID, learning.StepHome)
	if err != nil {
		return err
	}
	if len(all) > 0 {
		x := all[len(all)-1]
		v.Step, v.Empty = string(x.ID), false
		weeks := strings.Fields(x.Ask)
		for i := 0; i+1 < len(weeks); i += 2 {
			week, ok, err := s.closureWeek(r, class.ID, learning.LessonID(weeks[i]), weeks[i+1])
			if err != nil {
				return err
			}
			if week.Number = i/2 + 1; ok {
				v.Weeks = append(v.Weeks, week)
			}
		}
	}
	if did := oneOf(q.Get("did"), []string{"made", "undone", "redone"}); did != "" {
		v.Banner = &view.Banner{Kind: "saved", Key: "closure." + did}
	}
	if gone := q.Get("gone"); gone != "" {
		v.Undo = &view.Undo{Action: path, Fields: []view.Hidden{{Name: "do", Value: "redo " + gone}}}
	}
	return s.render(w, r, http.StatusOK, ui.Closure(v))
}

// closureWeek is one week; false where its teacher put it away since.
func (s *Server) closureWeek(r *request, class learning.ClassID, id learning.LessonID, quiz string) (out view.ClosureWeek, ok bool, err error) {
	l, err := s.Store.Lesson(r.actor(), id)
	if err != nil || l.Archived || l.Class != class {
		return out, false, nil
	}
	var resources []content.ResourceID
	for _, ref := range l.Resources {
		resources = append(resources, ref.Resource)
		out.Titles = append(out.Titles, s.refTitle(ref))
	}
	work, err := s.Store.ClassWork(r.actor(), class, resources)
	if err != nil {
		return out, false, err
	}
	out.Works, out.Learners = len(l.Resources), len(work.Learners)
	for i := range work.Learners {
		if !slices.ContainsFunc(work.Of(i), func(x store.Work) bool { return !x.Complete }) {
			out.Done++
		}
	}
	out.Edit, out.Phone, out.Report = lessonEditURL(id), "/take/lesson/"+string(id), classHome(class)+"/report/lesson/"+string(id)
	if _, err := learning.ParseID[learning.QuizID](quiz); err == nil {
		of := url.Values{"quiz": {quiz}}
		out.Sheet, out.Marks = paperURL(class, "sheet", of), paperURL(class, "marks", of)
		of.Set("kind", "key")
		out.Key = paperURL(class, "sheet", of)
	}
	return out, true, nil
}

// changeClosure makes the weeks, takes them back or puts them back.
func (s *Server) changeClosure(w http.ResponseWriter, r *request) error {
	class, err := s.ledClass(r)
	if err != nil {
		return err
	}
	path := closurePath(class.ID)
	do, what, _ := strings.Cut(r.PostForm.Get("do"), " ")
	switch do {
	case "make":
		n, err := strconv.Atoi(what)
		if err != nil || n < 1 || n > mostWeeks {
			return badForm("weeks are 1 to 6")
		}
		return s.makeClosure(w, r, class, n)
	case "undo", "redo":
		if err := s.dropClosure(r, class.ID, learning.StepID(what), do == "undo"); err != nil {
			return err
		}
		if do == "undo" {
			return see(w, r, done(path, "undone")+"&gone="+what)
		}
		return see(w, r, done(path, "redone"))
	}
	return errNotFound("do=" + r.PostForm.Get("do"))
}

// makeClosure makes a lesson and a sheet for each week. Weeks that are there are not made twice.
func (s *Server) makeClosure(w http.ResponseWriter, r *request, class learning.Class, weeks int) error {
	path := closurePath(class.ID)
	all, err := s.Store.Steps(r.actor(), class.ID, learning.StepHome)
	if err != nil {
		return err
	}
	if len(all) > 0 {
		return see(w, r, path)
	}
	refs, err := s.workLeft(r, class.ID, weeks*weekWork)
	if err != nil {
		return err
	}
	if len(refs) == 0 {
		return see(w, r, path+"?empty")
	}
	made := 0
	var ids []string
	for week := range slices.Chunk(refs, weekWork) {
		made++
		l, q, err := s.makeWeek(r, class.ID, made, week)
		if err != nil {
			return err
		}
		ids = append(ids, string(l), cmp.Or(string(q), "-"))
	}
	_, err = s.Store.SaveStep(r.Context(), r.actor(), learning.Step{Class: class.ID, Use: learning.StepHome, Ask: strings.Join(ids, " "), Day: s.knownDate()}, "")
	if err != nil {
		return err
	}
	to := done(path, "made")
	if made < weeks {
		to += "&fewer=" + strconv.Itoa(made)
	}
	return see(w, r, to)
}

// makeWeek makes one week: a lesson, which is set for the class, and the same as questions for paper, which are set for nobody.
func (s *Server) makeWeek(r *request, class learning.ClassID, week int, refs []learning.Ref) (l learning.LessonID, q learning.QuizID, err error) {
	words := locale.For(s.frame(r, "", nil).Lang)
	name := words.T("closure.week.title", "n", words.Number(week))
	if l, err = s.Store.SaveLesson(r.Context(), r.actor(), learning.Lesson{Class: class, Title: name, Resources: refs}); err != nil {
		return "", "", err
	}
	if err = s.Store.SetFor(r.Context(), r.actor(), l, "", []learning.Assignment{{Class: class}}, nil); err != nil {
		return "", "", err
	}
	var from [][]learning.QuizQuestion
	for _, ref := range refs {
		from = append(from, s.questionsUnder(r, ref))
	}
	questions := drawFrom(&learning.Quiz{}, from, weekQuestion, freshSeed())
	if len(questions) == 0 {
		return l, "", nil
	}
	q, err = s.Store.SaveQuiz(r.Context(), r.actor(), learning.Quiz{
		Class: class, Title: name, State: learning.QuizOpen, Report: true, Sections: []learning.QuizSection{{Questions: questions}},
	})
	return l, q, err
}

// workLeft is n exercises for a class: of the skills it needs most first, then what comes next in the courses it uses, those
// that most of it has finished left out.
func (s *Server) workLeft(r *request, class learning.ClassID, n int) (out []learning.Ref, err error) {
	skills, err := s.Store.SkillMap(r.actor(), class)
	if err != nil {
		return nil, err
	}
	work, err := s.Store.ClassWork(r.actor(), class, nil)
	if err != nil {
		return nil, err
	}
	finished, used := map[content.ResourceID]int{}, map[content.CourseID]int{}
	for k, id := range work.Resources {
		for i := range work.Learners {
			if x := work.Of(i)[k]; x.Touched {
				used[work.Courses[k]]++
				if x.Complete {
					finished[id]++
				}
			}
		}
	}
	add := func(ref learning.Ref) {
		if len(out) < n && 2*finished[ref.Resource] <= len(work.Learners) && !slices.Contains(out, ref) {
			out = append(out, ref)
		}
	}
	for _, k := range report.WeakestFirst(&skills) {
		if !slices.ContainsFunc(skills.Learners, func(p learning.Person) bool { return weakIn(&skills, p.ID, k) }) {
			continue
		}
		for _, ref := range s.exercisesOf(r, skills.Skills[k], slices.Collect(maps.Keys(used))...) {
			add(ref)
		}
	}
	for _, c := range s.mostUsed(r, used) {
		for _, x := range s.outline(c) {
			if x.Practice {
				add(learning.Ref{Course: c.ID, Resource: x.Resource})
			}
		}
	}
	return out, nil
}

// weakIn says whether a learner cannot do the k'th skill yet.
func weakIn(m *store.SkillMap, who learning.PersonID, k int) bool {
	i := slices.IndexFunc(m.Learners, func(p learning.Person) bool { return p.ID == who })
	at := m.Of(i)[k]
	return at == learning.NotYet || at == learning.Nearly
}

// mostUsed are the courses that a class used, most first, then those in the person's language; those for teachers left out.
func (s *Server) mostUsed(r *request, used map[content.CourseID]int) []content.Course {
	lang := s.contentLanguage(r)
	out := slices.DeleteFunc(s.coursesFor(r), func(c content.Course) bool {
		_, staff := s.Library.ForStaff(c.ID)
		return staff || used[c.ID] == 0 && !slices.ContainsFunc(c.Languages, func(l string) bool { return sameLanguage(l, lang) })
	})
	arrange.Stably(out, func(a, b content.Course) int { return used[b.ID] - used[a.ID] })
	return out
}

func (s *Server) dropClosure(r *request, class learning.ClassID, id learning.StepID, gone bool) error {
	x, err := s.Store.Step(r.actor(), id)
	if err != nil {
		return err
	}
	if x.Class != class || x.Use != learning.StepHome {
		return errNotFound("weeks " + string(id))
	}
	all := strings.Fields(x.Ask)
	for i := 0; i+1 < len(all); i += 2 {
		if err := s.putAway(r, learning.LessonID(all[i]), "", gone); err != nil {
			return err
		}
		if all[i+1] == "-" {
			continue
		}
		if err := s.putAway(r, "", learning.QuizID(all[i+1]), gone); err != nil {
			return err
		}
	}
	return s.Store.DropStep(r.Context(), r.actor(), id, gone)
}
