package learning

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"lamplight/content"
)

// A QuizID names a quiz; shaped like a PersonID.
type QuizID string

// States of a quiz.
const (
	QuizDraft  = "draft"  // being composed; learners do not see it
	QuizOpen   = "open"   // may be answered by whom it is set for
	QuizClosed = "closed" // over: no answer is taken any more
)

// A Quiz is questions out of exercises, put together by a teacher. It is set for learners by an Assignment.
type Quiz struct {
	ID       QuizID        `json:"id"`
	Class    ClassID       `json:"class"` // whose teachers may change it
	Title    string        `json:"title"` // 1 to 80 characters
	Sections []QuizSection `json:"sections"`
	State    string        `json:"state"`
	Report   bool          `json:"report"`   // learners may see their results once handed in
	Practice bool          `json:"practice"` // may be taken again
	Minutes  int           `json:"minutes"`  // to answer in, 0 none; accommodations lengthen it
	Archived bool          `json:"archived,omitempty"`
}

// A QuizSection is questions shown together.
type QuizSection struct {
	Title     string         `json:"title,omitempty"` // up to 80 characters, "" where a quiz has one section
	About     string         `json:"about,omitempty"`
	Shuffled  bool           `json:"shuffled,omitempty"` // each learner has an order of their own
	Questions []QuizQuestion `json:"questions"`
}

// A QuizQuestion is one item of an exercise in a quiz. Key names it within the quiz for ever, however it is moved: an
// answer carries it as its Item.
type QuizQuestion struct {
	Key      string             `json:"key"` // 1 to 16 printable ASCII characters
	Course   content.CourseID   `json:"course"`
	Resource content.ResourceID `json:"resource"`
	Item     content.ItemID     `json:"item"`
	Seed     uint64             `json:"seed"` // of the variant everybody gets; 0: each learner another, see SeedFor
}

const quizPrefix = "quiz:"

// Resource is the id under which a quiz's answers and views are kept: "quiz:" and the quiz's id.
func (id QuizID) Resource() content.ResourceID { return content.ResourceID(quizPrefix + string(id)) }

// QuizOf is the quiz whose Resource r is, "" when r is no quiz's.
func QuizOf(r content.ResourceID) QuizID {
	rest, ok := strings.CutPrefix(string(r), quizPrefix)
	if _, id := rawID(rest); !ok || !id {
		return ""
	}
	return QuizID(rest)
}

// Questions is how many a quiz has.
func (q *Quiz) Questions() (n int) {
	for i := range q.Sections {
		n += len(q.Sections[i].Questions)
	}
	return n
}

// MostAnswers is how many answers one try takes, those that are changed later too: far more than children change, and few
// enough that a phone which sends them without end fills no box.
func (q *Quiz) MostAnswers() int { return 1000 + 20*q.Questions() }

// Question finds one by its key.
func (q *Quiz) Question(key string) (QuizQuestion, bool) {
	for i := range q.Sections {
		for _, x := range q.Sections[i].Questions {
			if x.Key == key {
				return x, true
			}
		}
	}
	return QuizQuestion{}, false
}

// AsksAs reports whether q asks what was asks: the same questions in the same order and variants, whatever its words around
// them.
func (q *Quiz) AsksAs(was *Quiz) bool {
	return slices.EqualFunc(q.Sections, was.Sections, func(a, b QuizSection) bool {
		return a.Shuffled == b.Shuffled && slices.Equal(a.Questions, b.Questions)
	})
}

// For is the sections as one learner meets them: those that are shuffled in an order drawn from the learner's and the
// quiz's id, so that it is the same on every phone and box. q is not changed.
func (q *Quiz) For(who PersonID) []QuizSection {
	out := make([]QuizSection, len(q.Sections))
	for i, s := range q.Sections {
		if s.Shuffled {
			order := roundOrder(q.ID.Resource(), who, i+1, len(s.Questions))
			was := s.Questions
			s.Questions = make([]QuizQuestion, len(was))
			for at, from := range order {
				s.Questions[at] = was[from]
			}
		}
		out[i] = s
	}
	return out
}

// Paper is For as a learner's needs have it: who needs fewer items is asked half of each section, rounded up: what comes
// first, and whatever has an answer already, so that a need which is set in between hides no work. q is not changed.
func (q *Quiz) Paper(who PersonID, needs Accommodation, answered func(key string) bool) []QuizSection {
	out := q.For(who)
	if !needs.FewerItems {
		return out
	}
	for i := range out {
		all := out[i].Questions
		out[i].Questions = nil
		for k, x := range all {
			if k < (len(all)+1)/2 || answered(x.Key) {
				out[i].Questions = append(out[i].Questions, x)
			}
		}
	}
	return out
}

// SeedFor is the seed of the variant a learner gets of a question in a try (from 1).
func (q *Quiz) SeedFor(x QuizQuestion, who PersonID, try int) uint64 {
	if x.Seed != 0 {
		return x.Seed
	}
	return 1 + draw(who, content.ResourceID(string(q.ID.Resource())+"/"+x.Key), uint64(try))%seeds
}

// Check reports what is wrong with a quiz that is to be saved, as fs.ErrInvalid, and trims its texts.
func (q *Quiz) Check() (err error) {
	if q.Title, err = CleanText("quiz title", q.Title, 1, MaxName); err != nil {
		return err
	}
	if q.State != QuizDraft && q.State != QuizOpen && q.State != QuizClosed {
		return fmt.Errorf("quiz %q: state %.20q is none of draft, open, closed: %w", q.Title, q.State, fs.ErrInvalid)
	}
	if q.Minutes < 0 || q.Minutes > MaxMinutes {
		return fmt.Errorf("quiz %q: %d minutes, not 0 to %d: %w", q.Title, q.Minutes, MaxMinutes, fs.ErrInvalid)
	}
	n := q.Questions()
	if len(q.Sections) > MaxSections || n > MaxQuestions {
		return fmt.Errorf("quiz %q has %d sections and %d questions, at most %d and %d fit: %w", q.Title, len(q.Sections), n, MaxSections, MaxQuestions, fs.ErrInvalid)
	}
	if n == 0 && q.State == QuizOpen {
		return fmt.Errorf("quiz %q has no questions, so it cannot be opened: %w", q.Title, fs.ErrInvalid)
	}
	keys := map[string]bool{}
	for i := range q.Sections {
		if err := q.Sections[i].check(keys); err != nil {
			return fmt.Errorf("quiz %q, section %d: %w", q.Title, i+1, err)
		}
	}
	return nil
}

func (s *QuizSection) check(keys map[string]bool) (err error) {
	if s.Title, err = CleanText("section title", s.Title, 0, MaxName); err != nil {
		return err
	}
	if s.About, err = cleanLines("section description", s.About, MaxAbout); err != nil {
		return err
	}
	for i, x := range s.Questions {
		if err := x.check(); err != nil {
			return fmt.Errorf("question %d: %w", i+1, err)
		}
		if keys[x.Key] {
			return fmt.Errorf("question %d: another has the key %q: %w", i+1, x.Key, fs.ErrInvalid)
		}
		keys[x.Key] = true
	}
	return nil
}

func (x QuizQuestion) check() error {
	if err := word("question key", x.Key, 1, 16); err != nil {
		return err
	}
	if err := (Ref{x.Course, x.Resource}).check(); err != nil {
		return err
	}
	_, err := CleanText("item id", string(x.Item), 1, maxItem)
	return err
}
