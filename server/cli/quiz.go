package cli

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"strings"

	"lamplight/content"
	"lamplight/server/learning"
)

// A quizOrder is what a quiz is to be made of.
type quizOrder struct {
	quiz     learning.Quiz
	class    string
	from     []string
	random   int
	open     bool
	shuffled bool
}

func quiz(ctx context.Context, c *call) error {
	o := quizOrder{}
	words, err := c.flags(func(f *flag.FlagSet) {
		f.StringVar(&o.class, "class", "", "")
		f.Func("from", "", func(s string) error { o.from = append(o.from, s); return nil })
		f.IntVar(&o.random, "random", 0, "")
		f.IntVar(&o.quiz.Minutes, "minutes", 0, "")
		f.BoolVar(&o.quiz.Practice, "practice", false, "")
		f.BoolVar(&o.quiz.Report, "report", false, "")
		f.BoolVar(&o.shuffled, "shuffled", false, "")
		f.BoolVar(&o.open, "open", false, "")
	})
	switch {
	case err != nil:
		return err
	case len(words) == 0 || len(words) == 1 && words[0] == "list":
		return c.listQuizzes(o.class)
	case len(words) != 2:
	case words[0] == "add":
		o.quiz.Title = words[1]
		return c.addQuiz(ctx, o)
	case words[0] == "open":
		return c.setQuiz(ctx, words[1], o.class, learning.QuizOpen)
	case words[0] == "close":
		return c.setQuiz(ctx, words[1], o.class, learning.QuizClosed)
	case words[0] == "show":
		return c.showQuiz(words[1], o.class)
	}
	return usage("quiz does not take these words: %v", words)
}

func (c *call) addQuiz(ctx context.Context, o quizOrder) (err error) {
	if o.class == "" || len(o.from) == 0 || o.random < 0 {
		return usage("a quiz needs --class and at least one --from EXERCISE, EXERCISE:ITEM or TOPIC")
	}
	q := o.quiz
	if q.Class, err = c.findClass(o.class); err != nil {
		return err
	}
	var questions []learning.QuizQuestion
	for _, from := range o.from {
		more, err := c.questions(from)
		if err != nil {
			return err
		}
		questions = append(questions, more...)
	}
	if o.random > 0 {
		if o.random > len(questions) {
			return fmt.Errorf("%d questions were asked for and there are %d to draw from; name more with --from: %w", o.random, len(questions), fs.ErrInvalid)
		}
		rand.Shuffle(len(questions), func(i, j int) { questions[i], questions[j] = questions[j], questions[i] })
		questions = questions[:o.random]
	}
	q.State = learning.QuizDraft
	if o.open {
		q.State = learning.QuizOpen
	}
	q.Sections = []learning.QuizSection{{Shuffled: o.shuffled, Questions: questions}}
	if q.ID, err = c.Node.Store.SaveQuiz(ctx, learning.Box(), q); err != nil {
		return err
	}
	return c.print(map[string]any{"id": q.ID, "questions": len(questions), "state": q.State}, func(w io.Writer) {
		fmt.Fprintf(w, "%s  %s, %d questions, %s; set it with `lamplight assign %s --class …`\n", q.ID, q.Title, len(questions), q.State, q.ID)
	})
}

// questions are the items that one --from names: of an exercise, one of its items, or all exercises of a topic.
func (c *call) questions(from string) (out []learning.QuizQuestion, err error) {
	f, err := c.findNode(from)
	item := ""
	if err != nil {
		at := strings.LastIndexByte(from, ':')
		if at < 0 {
			return nil, err
		}
		if f, err = c.findNode(from[:at]); err != nil {
			return nil, err
		}
		item = from[at+1:]
	}
	exercises, err := c.resources(f, func(n content.Node) bool { return n.Kind == content.Practice })
	if err != nil {
		return nil, err
	}
	for _, x := range exercises {
		items, err := c.items(x)
		if err != nil {
			return nil, err
		}
		for _, it := range items {
			if item == "" || string(it.ID) == item {
				out = append(out, learning.QuizQuestion{Course: x.course, Resource: x.ID, Item: it.ID, Seed: 1 + rand.Uint64N(4096)})
			}
		}
	}
	switch {
	case len(out) == 0 && item != "":
		return nil, fmt.Errorf("%q has no question %q: %w", from[:len(from)-len(item)-1], item, fs.ErrNotExist)
	case len(out) == 0:
		return nil, fmt.Errorf("%q holds no exercise; a quiz is made of exercises' questions: %w", from, fs.ErrInvalid)
	}
	return out, nil
}

func (c *call) items(x found) ([]content.Item, error) {
	r, release, err := c.Node.Library.Reader(x.course)
	if err != nil {
		return nil, err
	}
	defer release()
	er, ok := r.(content.ExerciseReader)
	if !ok {
		return nil, nil
	}
	e, err := er.Exercise(x.ID)
	return e.Items, err
}

func (c *call) listQuizzes(class string) error {
	all, err := c.quizzes(class)
	if err != nil {
		return err
	}
	return c.print(map[string]any{"quizzes": all}, func(w io.Writer) {
		for _, q := range all {
			fmt.Fprintf(w, "%s  %-6s  %s  %d questions\n", q.ID, q.State, q.Title, q.Questions())
		}
	})
}

func (c *call) setQuiz(ctx context.Context, idOrTitle, class, state string) error {
	q, err := c.findQuiz(idOrTitle, class)
	if err != nil {
		return err
	}
	if err := c.Node.Store.SetQuizState(ctx, learning.Box(), q.ID, state); err != nil {
		return err
	}
	return c.print(map[string]any{"id": q.ID, "state": state}, func(w io.Writer) { fmt.Fprintf(w, "%s is %s now\n", q.Title, state) })
}

// A quizLine is what one learner did with a quiz: their last try.
type quizLine struct {
	Learner  learning.PersonID `json:"learner"`
	Name     string            `json:"name"`
	Tries    int               `json:"tries"`
	Answered int               `json:"answered"`
	Asked    int               `json:"asked"` // questions on their paper; 0 not begun
	HandedIn bool              `json:"handed_in"`
	Right    int               `json:"right"` // once handed in or closed
	Score    content.Score     `json:"score"` // basis points
}

func (c *call) showQuiz(idOrTitle, class string) error {
	q, err := c.findQuiz(idOrTitle, class)
	if err != nil {
		return err
	}
	set, err := c.Node.Store.Assignments(learning.Box(), "", q.ID)
	if err != nil {
		return err
	}
	sittings, err := c.Node.Store.Sittings(learning.Box(), q.ID)
	if err != nil {
		return err
	}
	lines := []quizLine{}
	for _, s := range sittings {
		l := quizLine{Learner: s.Person.ID, Name: s.Person.Name, Tries: len(s.Sitting.Tries)}
		if now := s.Sitting.Now(); now != nil {
			l.Answered, l.Asked, l.HandedIn, l.Right, l.Score = len(now.Answers), now.Asked, now.HandedIn, now.Right, now.Score
		}
		lines = append(lines, l)
	}
	type shown struct {
		learning.Quiz
		Set      []learning.Assignment `json:"set"`
		Learners []quizLine            `json:"learners"`
	}
	return c.print(shown{q, listed(set), lines}, func(w io.Writer) {
		fmt.Fprintf(w, "%s (%s), %d questions\n", q.Title, q.State, q.Questions())
		c.sayAssignments(w, set)
		for _, l := range lines {
			state := "not handed in"
			if l.HandedIn {
				state = fmt.Sprintf("handed in, %d right", l.Right)
			}
			fmt.Fprintf(w, "  %-24s %d of %d answered, %s\n", l.Name, l.Answered, cmp.Or(l.Asked, q.Questions()), state)
		}
	})
}
