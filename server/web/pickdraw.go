package web

import (
	"cmp"
	"hash/fnv"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"lamplight/content"
	"lamplight/content/marking"
	"lamplight/server/learning"
	"lamplight/ui/locale"
	"lamplight/ui/view"
)

const (
	maxDrawn     = 4000 // questions are drawn from
	maxExercises = 400  // of the places ticked are read
)

func questionAt(ref learning.Ref, item content.ItemID) learning.QuizQuestion {
	return learning.QuizQuestion{Course: ref.Course, Resource: ref.Resource, Item: item}
}

// same says whether two questions are of one item.
func same(a, b learning.QuizQuestion) bool { return a.Resource == b.Resource && a.Item == b.Item }

func asksOf(q *learning.Quiz, x learning.QuizQuestion) bool {
	return slices.ContainsFunc(q.Sections, func(s learning.QuizSection) bool {
		return slices.ContainsFunc(s.Questions, func(y learning.QuizQuestion) bool { return same(x, y) })
	})
}

// pickItems lists an exercise's questions as learners get them.
func (s *Server) pickItems(l *locale.Locale, v *view.Pick, p *picking, reader content.Reader, n content.Node) error {
	exercises, ok := reader.(content.ExerciseReader)
	if !ok {
		return errNotFound("exercise " + string(n.ID))
	}
	course := reader.Course()
	x, err := exerciseOf(reader, exercises, n.ID)
	if err != nil {
		return err
	}
	ref := learning.Ref{Course: course.ID, Resource: n.ID}
	for _, it := range x.Items {
		if len(v.Things) == maxListed {
			v.Cut = len(x.Items) - maxListed
			break
		}
		variant, err := marking.Draw(it, 1)
		if err != nil {
			continue
		}
		read := asked(l, variant, "", language(course, n))
		key := refKey(ref) + " " + string(it.ID)
		v.Things = append(v.Things, view.PickThing{
			Key: key, Title: marking.Line(variant), Lang: language(course, n), Asked: &read,
			Chosen: slices.Contains(p.picks, key), In: p.quiz != nil && asksOf(p.quiz, questionAt(ref, it.ID)),
		})
	}
	return nil
}

// putQuestions puts what is ticked into the quiz, or in the place of the question to be replaced.
func (s *Server) putQuestions(w http.ResponseWriter, r *request, p *picking) error {
	added := 0
	err := s.Store.ChangeQuiz(r.Context(), r.actor(), p.quiz.ID, "", func(q *learning.Quiz) error {
		added = 0
		for _, key := range p.picks {
			text, item, ok := strings.Cut(key, " ")
			x := questionAt(readRef(text), content.ItemID(item))
			if !ok || asksOf(q, x) {
				continue
			}
			if x.Seed = freshSeed(); ownNumbers(q) {
				x.Seed = 0
			}
			if section, at := placeOfQuestion(q, p.replace); p.replace != "" && at >= 0 {
				q.Sections[section].Questions[at] = x
				p.replace = ""
			} else {
				p.put(q, x)
			}
			added++
		}
		return nil
	})
	if err != nil {
		return err
	}
	if added == 0 {
		return see(w, r, p.url())
	}
	return see(w, r, done(p.url(), "added")+"&n="+strconv.Itoa(added))
}

// put adds a question to the section one chooses for: the last unless the address says which.
func (p *picking) put(q *learning.Quiz, x learning.QuizQuestion) {
	if len(q.Sections) == 0 {
		q.Sections = []learning.QuizSection{{}}
	}
	at := len(q.Sections) - 1
	if p.section > 0 && p.section <= len(q.Sections) {
		at = p.section - 1
	}
	q.Sections[at].Questions = append(q.Sections[at].Questions, x)
}

// drawQuestions draws n questions from the places ticked, or from the place one looks at.
func (s *Server) drawQuestions(w http.ResponseWriter, r *request, p *picking) error {
	if len(p.topics) == 0 && r.PostForm.Get("here") != "" {
		p.topics = []string{r.PostForm.Get("here")}
	}
	if len(p.topics) == 0 {
		return see(w, r, p.address()+"&first=1")
	}
	var from [][]learning.QuizQuestion
	for _, key := range p.topics {
		from = append(from, s.questionsUnder(r, readRef(key)))
	}
	got := 0
	err := s.Store.ChangeQuiz(r.Context(), r.actor(), p.quiz.ID, "", func(q *learning.Quiz) error {
		own := ownNumbers(q)
		drawn := drawFrom(q, from, p.n, p.seed)
		got = len(drawn)
		for _, x := range drawn {
			if asksOf(q, x) {
				continue // the form came twice
			}
			if own {
				x.Seed = 0
			}
			p.put(q, x)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if got < p.n {
		return see(w, r, done(p.url(), "fewer")+"&n="+strconv.Itoa(got))
	}
	return see(w, r, done(p.url(), "drawn")+"&n="+strconv.Itoa(got))
}

// drawFrom takes n questions in turn from each of several lists, at random by seed, none that the quiz asks already, but for those
// which the same seed drew. Their keys tell by which seed they were drawn.
func drawFrom(q *learning.Quiz, from [][]learning.QuizQuestion, n int, seed uint64) (out []learning.QuizQuestion) {
	chance := rand.New(rand.NewPCG(seed, 1))
	for i := range from {
		left := slices.DeleteFunc(slices.Clone(from[i]), func(x learning.QuizQuestion) bool {
			y, drawn := q.Question(drawnKey(seed, x))
			return asksOf(q, x) && !(drawn && same(x, y))
		})
		chance.Shuffle(len(left), func(a, b int) { left[a], left[b] = left[b], left[a] })
		from[i] = left
	}
	for more := true; more && len(out) < n; {
		more = false
		for i := range from {
			for len(from[i]) > 0 && len(out) < n {
				x := from[i][0]
				from[i] = from[i][1:]
				if !slices.ContainsFunc(out, func(y learning.QuizQuestion) bool { return same(x, y) }) {
					x.Key, x.Seed = drawnKey(seed, x), 1+chance.Uint64N(4096)
					out, more = append(out, x), true
					break
				}
			}
		}
	}
	return out
}

func drawnKey(seed uint64, x learning.QuizQuestion) string {
	h := fnv.New64a()
	h.Write([]byte(strconv.FormatUint(seed, 10) + " " + string(x.Resource) + " " + string(x.Item))) // never fails
	return strconv.FormatUint(h.Sum64(), 36)[:8]
}

// questionsUnder are the questions of an exercise, or of all exercises under a topic or in a course, in course order.
func (s *Server) questionsUnder(r *request, ref learning.Ref) (out []learning.QuizQuestion) {
	reader, release, err := s.Library.Reader(ref.Course)
	if err != nil {
		return nil
	}
	defer release()
	exercises, ok := reader.(content.ExerciseReader)
	if !ok {
		return nil
	}
	read := 0
	var walk func(n content.Node, depth int)
	walk = func(n content.Node, depth int) {
		if len(out) >= maxDrawn || read >= maxExercises || depth > maxDepth || n.Broken != "" {
			return
		}
		if n.Kind == content.Practice {
			read++
			if x, err := exercises.Exercise(n.ID); err == nil {
				for _, it := range x.Items {
					out = append(out, questionAt(learning.Ref{Course: ref.Course, Resource: n.ID}, it.ID))
				}
			}
			return
		}
		if n.Kind == content.Topic {
			nodes, _, _ := s.childrenOf(r, reader, n.ID, 0, maxOutline)
			for _, child := range nodes {
				walk(child, depth+1)
			}
		}
	}
	top := content.Node{Kind: content.Topic}
	if ref.Resource != "" {
		if top, err = reader.Node(ref.Resource); err != nil {
			return nil
		}
	}
	walk(top, 0)
	return out
}

// swap puts another question in the place of one: of the same exercise, else of those beside it; it says what was done.
func (s *Server) swap(q *learning.Quiz, section, at int) string {
	old := q.Sections[section].Questions[at]
	ref := learning.Ref{Course: old.Course, Resource: old.Resource}
	r := &request{person: learning.Person{Role: learning.Teacher}}
	others := s.otherQuestions(r, q, ref)
	if len(others) == 0 {
		if parent, ok := s.parentOf(ref); ok {
			others = s.otherQuestions(r, q, parent)
		}
	}
	if len(others) == 0 {
		return "no-other"
	}
	x := others[rand.IntN(len(others))]
	if old.Seed != 0 {
		x.Seed = freshSeed()
	}
	q.Sections[section].Questions[at] = x
	return "swapped"
}

func (s *Server) otherQuestions(r *request, q *learning.Quiz, ref learning.Ref) []learning.QuizQuestion {
	return slices.DeleteFunc(s.questionsUnder(r, ref), func(x learning.QuizQuestion) bool { return asksOf(q, x) })
}

// parentOf is the topic a resource lies in.
func (s *Server) parentOf(ref learning.Ref) (learning.Ref, bool) {
	reader, release, n, err := s.openRef(ref)
	if err != nil {
		return ref, false
	}
	defer release()
	return learning.Ref{Course: cmp.Or(reader.Course().ID, ref.Course), Resource: n.Parent}, true
}
