package web

import (
	"cmp"
	"hash/fnv"
	"net/http"
	"net/url"
	"strconv"

	"lamplight/content"
	"lamplight/content/marking"
	"lamplight/server/learning"
	"lamplight/ui"
	"lamplight/ui/view"
)

const (
	paperPath = "/teach/paper/"
	// leastOnPaper is how many questions a worksheet of an exercise has, where its items draw new numbers; mostOnPaper of any.
	leastOnPaper = 10
	mostOnPaper  = 60
	maxSets      = 999
)

// paperHome is where a class' paper begins.
func paperHome(id learning.ClassID) string { return classHome(id) + "/paper" }

// showPaper is what a class can do on paper.
func (s *Server) showPaper(w http.ResponseWriter, r *request) error {
	class, err := s.paperClass(r)
	if err != nil {
		return err
	}
	v := view.Paper{
		Frame: s.frame(r, "teach", &view.Link{Text: class.Name, URL: classHome(class.ID)}), Class: class.Name, Places: classPlaces(class.ID),
		Cards: paperHome(class.ID) + "/cards", Make: classHome(class.ID) + "/lessons",
	}
	quizzes, err := s.Store.Quizzes(r.actor(), class.ID)
	if err != nil {
		return err
	}
	for _, q := range quizzes {
		v.Sets = append(v.Sets, view.PaperSet{
			Title: q.Title, Kind: "quiz", State: q.State, Questions: q.Questions(), URL: paperURL(class.ID, "", url.Values{"quiz": {string(q.ID)}}),
		})
	}
	lessons, err := s.Store.Lessons(r.actor(), class.ID)
	if err != nil {
		return err
	}
	seen := map[content.ResourceID]bool{}
	for _, l := range lessons {
		for _, ref := range l.Resources {
			if x, ok := s.exerciseSet(class.ID, ref); ok && !seen[ref.Resource] {
				seen[ref.Resource] = true
				v.Sets = append(v.Sets, x)
			}
		}
	}
	return s.render(w, r, http.StatusOK, ui.Paper(v))
}

// paperClass is the class that the address names, for who may lead it.
func (s *Server) paperClass(r *request) (learning.Class, error) {
	id, err := learning.ParseID[learning.ClassID](r.PathValue("class"))
	if err != nil {
		return learning.Class{}, err
	}
	if _, err := s.Store.Seats(r.actor(), id); err != nil {
		return learning.Class{}, err
	}
	return s.Store.Class(r.actor(), id)
}

// exerciseSet is an exercise in the list; false for what is none, or not here.
func (s *Server) exerciseSet(class learning.ClassID, ref learning.Ref) (view.PaperSet, bool) {
	reader, release, n, err := s.openRef(ref)
	if err != nil {
		return view.PaperSet{}, false
	}
	defer release()
	exercises, ok := reader.(content.ExerciseReader)
	if !ok || n.Kind != content.Practice {
		return view.PaperSet{}, false
	}
	x, err := exerciseOf(reader, exercises, n.ID)
	if err != nil || len(x.Items) == 0 {
		return view.PaperSet{}, false
	}
	return view.PaperSet{
		Title: title(n), Lang: language(reader.Course(), n), Kind: "exercise", Questions: len(onPaper(x)),
		URL: paperURL(class, "", url.Values{"exercise": {string(n.ID)}, "course": {string(reader.Course().ID)}}),
	}, true
}

// paperURL is the address of one quiz or exercise on paper; tail is "", "ask", "sheet", "marks", "photo", "scan" or "scan/photo".
func paperURL(class learning.ClassID, tail string, q url.Values) string {
	at := paperPath + string(class)
	if tail != "" {
		at += "/" + tail
	}
	return at + "?" + q.Encode()
}

// A printed is a quiz or an exercise as it stands on paper for one class.
type printed struct {
	class     learning.Class
	quiz      *learning.Quiz // nil: an exercise
	title     string
	lang      string
	set       uint64 // which numbers, from 1
	questions []learning.QuizQuestion
	query     url.Values // names it: quiz or exercise and course, set
}

// printed finds what the address's query names: quiz=, or exercise= and perhaps course=; set= says which numbers.
func (s *Server) printed(r *request) (*printed, error) {
	class, err := s.paperClass(r)
	if err != nil {
		return nil, err
	}
	q := r.URL.Query()
	set, _ := strconv.ParseUint(q.Get("set"), 10, 32)
	p := &printed{class: class, set: min(max(set, 1), maxSets), query: url.Values{}}
	p.query.Set("set", strconv.FormatUint(p.set, 10))
	if q.Get("quiz") != "" {
		return p, s.printQuiz(r, p, q.Get("quiz"))
	}
	return p, s.printExercise(p, learning.Ref{Course: content.CourseID(q.Get("course")), Resource: content.ResourceID(q.Get("exercise"))})
}

func (s *Server) printQuiz(r *request, p *printed, name string) error {
	id, err := learning.ParseID[learning.QuizID](name)
	if err != nil {
		return err
	}
	quiz, err := s.Store.Quiz(r.actor(), id)
	if err != nil {
		return err
	}
	if quiz.Class != p.class.ID {
		return errNotFound("quiz " + name)
	}
	p.quiz, p.title = &quiz, quiz.Title
	p.query.Set("quiz", name)
	for _, section := range quiz.Sections {
		p.questions = append(p.questions, section.Questions...)
	}
	return nil
}

func (s *Server) printExercise(p *printed, ref learning.Ref) error {
	reader, release, n, err := s.openRef(ref)
	if err != nil {
		return err
	}
	defer release()
	exercises, ok := reader.(content.ExerciseReader)
	if !ok || n.Kind != content.Practice {
		return errNotFound("exercise " + string(ref.Resource))
	}
	x, err := exerciseOf(reader, exercises, n.ID)
	if err != nil {
		return err
	}
	p.title, p.lang = title(n), language(reader.Course(), n)
	p.query.Set("exercise", string(n.ID))
	p.query.Set("course", string(reader.Course().ID))
	for i, it := range onPaper(x) {
		p.questions = append(p.questions, learning.QuizQuestion{Key: strconv.Itoa(i + 1), Course: reader.Course().ID, Resource: n.ID, Item: it.ID})
	}
	return nil
}

// onPaper is the items of an exercise as a worksheet asks them: those that draw new numbers again and again, up to
// leastOnPaper in all.
func onPaper(x content.Exercise) []content.Item {
	out := x.Items[:min(len(x.Items), mostOnPaper)]
	var anew []content.Item
	for _, it := range out {
		if len(it.Lets) > 0 {
			anew = append(anew, it)
		}
	}
	out = out[:len(out):len(out)]
	for i := 0; len(anew) > 0 && len(out) < leastOnPaper; i++ {
		out = append(out, anew[i%len(anew)])
	}
	return out
}

// with is the query that names it, and more.
func (p *printed) with(more ...string) url.Values {
	out := url.Values{}
	for k, v := range p.query {
		out[k] = v
	}
	for i := 0; i+1 < len(more); i += 2 {
		if more[i+1] != "" {
			out.Set(more[i], more[i+1])
		}
	}
	return out
}

func (p *printed) url(tail string, more ...string) string {
	return paperURL(p.class.ID, tail, p.with(more...))
}

func (p *printed) draft() bool { return p.quiz != nil && p.quiz.State == learning.QuizDraft }

// seed is of the variant of a question on one version of a set: the same for ever. Version A of the first set is what a
// quiz asks everybody on phones, where it does.
func (p *printed) seed(i int, version string, again int) uint64 {
	x := p.questions[i]
	if x.Seed != 0 && p.set == 1 && version != "B" {
		return x.Seed
	}
	h := fnv.New64a()
	for _, part := range []string{string(x.Resource), string(x.Item), x.Key, strconv.FormatUint(p.set, 10), cmp.Or(version, "A"), strconv.Itoa(again)} {
		h.Write([]byte(part + "\x00")) // never fails
	}
	return 1 + h.Sum64()%(1<<32)
}

// drawnAgain is how often version B is drawn anew where chance made it the same as A.
const drawnAgain = 8

// printedQuestion draws one, from 0. Version B differs from A wherever the question can differ at all.
func (s *Server) printedQuestion(p *printed, i int, version string) (sheet, error) {
	out, err := s.sheet(p.questions[i], p.seed(i, version, 0))
	if err != nil || version != "B" {
		return out, err
	}
	first, err := s.sheet(p.questions[i], p.seed(i, "A", 0))
	if err != nil {
		return out, err
	}
	same := marking.Line(first.variant)
	for again := 1; again < drawnAgain && marking.Line(out.variant) == same; again++ {
		if out, err = s.sheet(p.questions[i], p.seed(i, version, again)); err != nil {
			return out, err
		}
	}
	return out, nil
}

// back leads to the quiz's or exercise's own page of paper.
func (p *printed) back() *view.Link { return &view.Link{Text: p.title, URL: p.url("")} }

// showPrinted is one quiz or exercise, and what can be done with it on paper.
func (s *Server) showPrinted(w http.ResponseWriter, r *request) error {
	p, err := s.printed(r)
	if err != nil {
		return err
	}
	v := view.PaperQuestions{
		Frame: s.frame(r, "teach", &view.Link{URL: paperHome(p.class.ID)}), Heading: p.title, Lang: p.lang, Draft: p.draft(), Set: int(p.set),
		Sheets: p.sheets("", ""), Another: p.url("", "set", strconv.FormatUint(p.set%maxSets+1, 10)), Marks: p.url("marks"), Scan: p.url("scan"),
	}
	for i := range p.questions {
		sh, err := s.printedQuestion(p, i, "A")
		if err != nil {
			s.Log.Warn("a question cannot be printed", "course", p.questions[i].Course, "exercise", p.questions[i].Resource, "err", err)
			continue
		}
		q := view.PaperQuestion{Number: i + 1, Text: plainWords(sh.variant), Lang: language(sh.course, sh.node)}
		if cardKeys(sh.variant) != nil {
			q.Ask = p.url("ask", "n", strconv.Itoa(i+1))
		}
		v.Questions = append(v.Questions, q)
	}
	return s.render(w, r, http.StatusOK, ui.PaperQuestions(v))
}

// sheets are the sheets that there are; key and version say which is shown.
func (p *printed) sheets(key, version string) (out []view.SheetLink) {
	for _, x := range []view.SheetLink{{Key: "worksheet", Version: "A"}, {Key: "worksheet", Version: "B"}, {Key: "key", Version: "A"}, {Key: "key", Version: "B"}, {Key: "answers", Version: "A"}, {Key: "answers", Version: "B"}, {Key: "answers"}} {
		x.URL = p.url("sheet", "kind", x.Key, "version", x.Version)
		x.Current = x.Key == key && x.Version == version
		out = append(out, x)
	}
	return out
}
