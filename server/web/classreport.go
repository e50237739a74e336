package web

import (
	"net/http"
	"slices"
	"time"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/server/report"
	"lamplight/server/store"
	"lamplight/ui"
	"lamplight/ui/locale"
	"lamplight/ui/view"
)

// A classReport is one page below a class' reports.
type classReport struct {
	id  learning.ClassID
	tab string
}

// reportTabs are the reports of a class, beside each other.
var reportTabs = []struct{ key, path string }{
	{"learners", ""}, {"resources", "/resources"}, {"lessons", "/lessons"}, {"quizzes", "/quizzes"}, {"skills", "/skills"},
}

func (s *Server) classReport(r *request, tab string) (classReport, error) {
	id, err := learning.ParseID[learning.ClassID](r.PathValue("class"))
	return classReport{id, tab}, err
}

// at is an address below the class' reports.
func (c classReport) at(path string) string { return classHome(c.id) + "/report" + path }

func (c classReport) tabs() (out []view.Tab) {
	for _, t := range reportTabs {
		out = append(out, view.Tab{Key: t.key, URL: c.at(t.path), Current: t.key == c.tab})
	}
	return out
}

// reportFrame is of a page of reports: back to the class, or from further down to the list it is one of.
func (s *Server) reportFrame(r *request, c classReport, class learning.Class, back *view.Link) view.Frame {
	if back == nil {
		back = &view.Link{Text: class.Name, URL: classHome(c.id)}
	}
	return s.frame(r, "teach", back)
}

// sendReport renders a report, or writes its tables as the file that the address asks for.
func (s *Server) sendReport(w http.ResponseWriter, r *request, v view.Report) error {
	format := report.Format(r.URL.Query().Get("format"))
	if format == report.CSV || format == report.XLSX {
		return s.saveReport(w, r, format, v.Lang, v.Tables)
	}
	if len(v.Tables) > 0 {
		v.Save = savings(r)
	}
	return s.render(w, r, http.StatusOK, ui.Report(v))
}

func savings(r *request) []view.Saving {
	return []view.Saving{{Key: "xlsx", URL: withQuery(r.URL, "format", "xlsx")}, {Key: "csv", URL: withQuery(r.URL, "format", "csv")}}
}

func (s *Server) saveReport(w http.ResponseWriter, r *request, format report.Format, lang string, tables []view.Table) error {
	name := "report"
	if len(tables) > 0 {
		name = tables[0].Name
	}
	h := w.Header()
	h.Set("Content-Type", format.Kind())
	h.Set("Content-Disposition", `attachment; filename="`+name+"-"+s.fileDay()+"."+string(format)+`"`)
	h.Set("Cache-Control", "no-store")
	if s.Store.ShowsPast() {
		tables = report.Arriving(tables)
	}
	style := report.Style{Locale: locale.For(lang), Zone: s.zone(), BOM: r.URL.Query().Get("bom") != "no"}
	if format == report.XLSX {
		return report.WriteXLSX(w, style, tables...)
	}
	return report.WriteCSV(w, style, tables...)
}

// zone is the school's.
func (s *Server) zone() *time.Location {
	school, err := s.Store.School()
	if err != nil {
		return time.UTC
	}
	return time.FixedZone("", school.Zone*60)
}

// fileDay is today in a file's name.
func (s *Server) fileDay() string {
	now, _ := s.Now()
	return now.Format(time.DateOnly)
}

// names says what things are called in the reports of a class.
func (s *Server) names(c classReport, quizzes map[learning.QuizID]string) report.Names {
	return report.Names{
		Learner: func(p learning.PersonID) string { return "/teach/learner/" + string(p) },
		Resource: func(id content.ResourceID, course content.CourseID) report.Thing {
			if q := learning.QuizOf(id); q != "" {
				return report.Thing{Title: quizzes[q], URL: c.at("/quiz/" + string(q))}
			}
			title, lang := s.resourceName(id, course)
			return report.Thing{Title: title, Lang: lang, URL: c.at("/resource/" + string(id))}
		},
	}
}

// resourceName is what a resource is called here and in which language; its id when no installed course holds it.
func (s *Server) resourceName(id content.ResourceID, course content.CourseID) (name, lang string) {
	reader, release, n, err := s.openRef(learning.Ref{Course: course, Resource: id})
	if err != nil {
		return string(id), ""
	}
	defer release()
	return title(n), language(reader.Course(), n)
}

// quizTitles are a class' quizzes by id.
func (s *Server) quizTitles(r *request, class learning.ClassID) (map[learning.QuizID]string, []learning.Quiz, error) {
	all, err := s.Store.Quizzes(r.actor(), class)
	out := make(map[learning.QuizID]string, len(all))
	for _, q := range all {
		out[q.ID] = q.Title
	}
	return out, all, err
}

// showClassReport is what each learner did in all.
func (s *Server) showClassReport(w http.ResponseWriter, r *request) error {
	return s.reportWork(w, r, "learners", func(work *store.ClassWork, n report.Names) view.Table {
		return report.Learners(work, n, tileName)
	})
}

// showResources is what the class worked at.
func (s *Server) showResources(w http.ResponseWriter, r *request) error {
	return s.reportWork(w, r, "resources", func(work *store.ClassWork, n report.Names) view.Table {
		return report.Resources(work, n, false)
	})
}

func (s *Server) reportWork(w http.ResponseWriter, r *request, tab string, table func(*store.ClassWork, report.Names) view.Table) error {
	c, err := s.classReport(r, tab)
	if err != nil {
		return err
	}
	work, err := s.Store.ClassWork(r.actor(), c.id, nil)
	if err != nil {
		return err
	}
	quizzes, _, err := s.quizTitles(r, c.id)
	if err != nil {
		return err
	}
	v := view.Report{Frame: s.reportFrame(r, c, work.Class, nil), Heading: heading(work.Class.Name), Tabs: c.tabs()}
	if t := table(&work, s.names(c, quizzes)); len(work.Resources) > 0 {
		v.Tables = []view.Table{t}
	} else {
		v.Empty = &view.Words{Key: "report.empty"}
	}
	return s.sendReport(w, r, v)
}

func heading(text string) view.Words { return view.Words{Text: text} }

// showResourceReport is what each learner did with one resource, and of an exercise which of its questions are hard.
func (s *Server) showResourceReport(w http.ResponseWriter, r *request) error {
	c, err := s.classReport(r, "resources")
	if err != nil {
		return err
	}
	id := content.ResourceID(r.PathValue("id"))
	if q := learning.QuizOf(id); q != "" {
		http.Redirect(w, r.Request, c.at("/quiz/"+string(q)), http.StatusSeeOther)
		return nil
	}
	work, err := s.Store.ClassWork(r.actor(), c.id, []content.ResourceID{id})
	if err != nil {
		return err
	}
	title, lang := s.resourceName(id, work.Courses[0])
	v := view.Report{
		Frame: s.reportFrame(r, c, work.Class, &view.Link{URL: c.at("/resources")}), Heading: view.Words{Text: title, Lang: lang}, Tabs: c.tabs(),
		Tables: []view.Table{report.Resource(&work, 0, tileName, func(p learning.PersonID) string { return historyOf(p, id) })},
	}
	if t, ok, err := s.exerciseQuestions(r, &work, id); err != nil {
		return err
	} else if ok {
		v.Tables = append(v.Tables, t)
	}
	return s.sendReport(w, r, v)
}

// historyOf is the page of all that a learner answered at a resource.
func historyOf(p learning.PersonID, id content.ResourceID) string {
	return "/teach/learner/" + string(p) + "/history/" + string(id)
}

// showLessonReports is how far the class is in each of its lessons.
func (s *Server) showLessonReports(w http.ResponseWriter, r *request) error {
	c, err := s.classReport(r, "lessons")
	if err != nil {
		return err
	}
	lessons, err := s.Store.Lessons(r.actor(), c.id)
	if err != nil {
		return err
	}
	class, err := s.Store.Class(r.actor(), c.id)
	if err != nil {
		return err
	}
	v := view.Report{Frame: s.reportFrame(r, c, class, nil), Heading: heading(class.Name), Tabs: c.tabs()}
	if len(lessons) == 0 {
		v.Empty = &view.Words{Key: "report.empty-lessons"}
		return s.sendReport(w, r, v)
	}
	t := report.Lessons()
	for i := range lessons {
		work, err := s.lessonDone(r, &lessons[i])
		if err != nil {
			return err
		}
		t.Rows = append(t.Rows, report.Lesson(&lessons[i], &work, c.at("/lesson/"+string(lessons[i].ID))))
	}
	v.Tables = []view.Table{t}
	return s.sendReport(w, r, v)
}

// lessonDone is what those whom a lesson is set for did with its resources; of one set for nobody, the class.
func (s *Server) lessonDone(r *request, l *learning.Lesson) (store.ClassWork, error) {
	resources := make([]content.ResourceID, len(l.Resources))
	for i, ref := range l.Resources {
		resources[i] = ref.Resource
	}
	work, err := s.Store.ClassWork(r.actor(), l.Class, resources)
	if err != nil {
		return work, err
	}
	set, err := s.Store.Assignments(r.actor(), l.ID, "")
	if err != nil {
		return work, err
	}
	who := map[learning.PersonID]bool{}
	for _, a := range set {
		switch {
		case a.Class == l.Class:
			return work, nil
		case a.Class != "":
			_, learners, err := s.Store.ClassRoster(r.actor(), a.Class)
			if err != nil {
				return work, err
			}
			for _, p := range learners {
				who[p.ID] = true
			}
		default:
			who[a.Learner] = true
		}
	}
	if len(set) > 0 {
		work.Keep(func(p learning.PersonID) bool { return who[p] })
	}
	return work, nil
}

// showLessonReport is one lesson: its resources, and how far each learner is.
func (s *Server) showLessonReport(w http.ResponseWriter, r *request) error {
	c, err := s.classReport(r, "lessons")
	if err != nil {
		return err
	}
	id, err := learning.ParseID[learning.LessonID](r.PathValue("lesson"))
	if err != nil {
		return err
	}
	lessons, err := s.Store.Lessons(r.actor(), c.id)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(lessons, func(l learning.Lesson) bool { return l.ID == id })
	if i < 0 {
		return errNotFound("lesson " + string(id))
	}
	work, err := s.lessonDone(r, &lessons[i])
	if err != nil {
		return err
	}
	n := s.names(c, nil)
	v := view.Report{
		Frame: s.reportFrame(r, c, work.Class, &view.Link{URL: c.at("/lessons")}), Heading: heading(lessons[i].Title), Tabs: c.tabs(),
		Tables: []view.Table{report.Resources(&work, n, true), report.LessonLearners(&work, n, tileName)},
	}
	return s.sendReport(w, r, v)
}
