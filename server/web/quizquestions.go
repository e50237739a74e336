package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/ui"
)

// changeQuestions moves, takes out, puts back or swaps a question.
func (s *Server) changeQuestions(w http.ResponseWriter, r *request, q learning.Quiz) error {
	f, to := r.PostForm, quizEditURL(q.ID)
	key := f.Get("up") + f.Get("down") + f.Get("remove") + f.Get("swap")
	err := s.Store.ChangeQuiz(r.Context(), r.actor(), q.ID, "", func(q *learning.Quiz) error {
		section, at := placeOfQuestion(q, key)
		switch {
		case f.Has("order"):
			orderQuestions(q, f["order"])
		case f.Has("put"):
			putQuestion(q, f.Get("put"), f.Get("place"))
		case at < 0: // taken out meanwhile
		case f.Has("swap"):
			to = done(to, s.swap(q, section, at))
		case f.Has("remove"):
			x := q.Sections[section].Questions[at]
			to = done(to, "removed") + "&" + url.Values{"put": {questionText(x)}, "place": {strconv.Itoa(section) + "." + strconv.Itoa(at)}}.Encode()
			q.Sections[section].Questions = slices.Delete(q.Sections[section].Questions, at, at+1)
		default:
			moveQuestion(q, section, at, f.Has("up"))
		}
		return nil
	})
	if errors.Is(err, store.ErrAnswered) {
		return see(w, r, done(to, "answered"))
	}
	if err != nil {
		return err
	}
	if key != "" && !f.Has("remove") {
		to += "#" + ui.StepID(key)
	}
	return see(w, r, to)
}

func placeOfQuestion(q *learning.Quiz, key string) (section, at int) {
	for i := range q.Sections {
		if k := slices.IndexFunc(q.Sections[i].Questions, func(x learning.QuizQuestion) bool { return x.Key == key }); k >= 0 {
			return i, k
		}
	}
	return -1, -1
}

// moveQuestion moves a question one place, from the edge of a section into the next.
func moveQuestion(q *learning.Quiz, section, at int, up bool) {
	list := q.Sections[section].Questions
	x := list[at]
	switch {
	case up && at > 0:
		movedBy(list, at, -1)
	case !up && at < len(list)-1:
		movedBy(list, at, 1)
	case up && section > 0:
		q.Sections[section].Questions = slices.Delete(list, at, at+1)
		q.Sections[section-1].Questions = append(q.Sections[section-1].Questions, x)
	case !up && section < len(q.Sections)-1:
		q.Sections[section].Questions = slices.Delete(list, at, at+1)
		q.Sections[section+1].Questions = slices.Insert(q.Sections[section+1].Questions, 0, x)
	}
}

// orderQuestions orders the section that the keys are of.
func orderQuestions(q *learning.Quiz, keys []string) {
	if section, _ := placeOfQuestion(q, keys[0]); section >= 0 {
		list := &q.Sections[section].Questions
		*list = inOrder(*list, keys, func(x learning.QuizQuestion) string { return x.Key })
	}
}

// questionText is a question for a form to bring back: key, seed, item and where it is from.
func questionText(x learning.QuizQuestion) string {
	return x.Key + " " + strconv.FormatUint(x.Seed, 10) + " " + refKey(learning.Ref{Course: x.Course, Resource: x.Resource}) + " " + string(x.Item)
}

// putQuestion puts back what questionText wrote, at "SECTION.PLACE"; what cannot be read is left out.
func putQuestion(q *learning.Quiz, text, place string) {
	parts := strings.SplitN(text, " ", 4)
	if len(parts) != 4 || len(q.Sections) == 0 {
		return
	}
	ref := readRef(parts[2])
	x := learning.QuizQuestion{Key: parts[0], Course: ref.Course, Resource: ref.Resource, Item: content.ItemID(parts[3])}
	x.Seed, _ = strconv.ParseUint(parts[1], 10, 64)
	if _, there := q.Question(x.Key); there {
		return
	}
	a, b, _ := strings.Cut(place, ".")
	section, _ := strconv.Atoi(a)
	at, _ := strconv.Atoi(b)
	list := &q.Sections[min(max(0, section), len(q.Sections)-1)].Questions
	*list = slices.Insert(*list, min(max(0, at), len(*list)), x)
}
