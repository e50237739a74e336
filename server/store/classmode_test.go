package store

import (
	"errors"
	"io/fs"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/server/learning"
)

const (
	ourBox   = "box-one"
	otherBox = "box-two"
)

// asks lets a class answer a question in its first round, and returns the round.
func (v *village) asks(t *testing.T, class learning.ClassID) string {
	t.Helper()
	round := learning.NewAttemptBase()
	err := v.store.ChangeClassMode(ctx, box, class, ourBox, func(m *learning.ClassMode) error {
		*m = learning.ClassMode{State: learning.ClassAnswers, At: learning.Ref{Resource: v.exercise}, Item: "i", Seed: 7, Rounds: []string{round}}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return round
}

func (v *village) close(t *testing.T, class learning.ClassID) {
	t.Helper()
	if err := v.store.ChangeClassMode(ctx, box, class, ourBox, func(m *learning.ClassMode) error { m.State = learning.ClassClosed; return nil }); err != nil {
		t.Fatal(err)
	}
}

func answerOf(given string, right bool) learning.Attempt {
	return learning.Attempt{
		Type: content.Choice, Given: given, Criterion: content.Criterion{Type: "m_of_n", M: 4, N: 5}, Correct: right,
		Score: content.Score(boolBit(right)) * content.FullScore,
	}
}

// The columns: the box, the head, Ada's teacher, another teacher, Ada, Musa of the same class, Lin of another, the officer, a
// guest, an archived learner.
func TestOnlyItsTeachersLeadAClassAndOnlyItsLearnersAnswer(t *testing.T) {
	v := newVillage(t)
	round := v.asks(t, v.first)
	actors := []learning.Actor{
		box, learning.As(v.admin), learning.As(v.teacher), learning.As(v.other), learning.As(v.ada), learning.As(v.musa), learning.As(v.lin),
		learning.As(v.officer),
		{},
		learning.As(v.gone),
	}
	for _, c := range []struct {
		what, want string
		ask        func(a learning.Actor) error
	}{
		{"see what a class looks at as its teacher does", "yyynppnnnn", func(a learning.Actor) error {
			_, err := v.store.ClassMode(a, v.first, ourBox)
			return err
		}},
		{"see what its learners answered", "yyynppnnnn", func(a learning.Actor) error {
			m := learning.ClassMode{Class: v.first, Box: ourBox, Rounds: []string{round}}
			_, err := v.store.ClassAnswersTo(a, &m)
			return err
		}},
		{"lead it", "yyynppnnnn", func(a learning.Actor) error {
			return v.store.ChangeClassMode(ctx, a, v.first, ourBox, func(*learning.ClassMode) error { return nil })
		}},
		{"enter an answer for Musa", "yyynpynnnn", func(a learning.Actor) error {
			at := answerOf("b", true)
			at.Learner = v.musa
			_, err := v.store.AnswerClass(ctx, a, v.first, ourBox, round, at)
			return err
		}},
		{"answer", "nnnnyynnnn", func(a learning.Actor) error {
			_, err := v.store.AnswerClass(ctx, a, v.first, ourBox, round, answerOf("b", true))
			return err
		}},
	} {
		var got strings.Builder
		for _, a := range actors {
			got.WriteString(verdict(c.ask(a)))
		}
		if got.String() != c.want {
			t.Errorf("%s: %s, want %s", c.what, got.String(), c.want)
		}
	}
}

func TestAClassSeesItsOwnQuestionAndNoOtherClassOrBoxDoes(t *testing.T) {
	v := newVillage(t)
	first, second := v.asks(t, v.first), v.asks(t, v.second)
	for _, c := range []struct {
		who   learning.PersonID
		box   string
		round string
	}{{v.ada, ourBox, first}, {v.lin, ourBox, second}, {v.ada, otherBox, ""}, {v.teacher, ourBox, ""}, {v.gone, ourBox, ""}} {
		if m := must[learning.ClassMode](t)(v.store.MyClassMode(learning.As(c.who), c.box)); m.Round() != c.round {
			t.Errorf("on %s they see round %q, want %q", c.box, m.Round(), c.round)
		}
	}
	if n := must[int](t)(v.store.ClassesOn(ourBox)); n != 2 {
		t.Errorf("%d classes look at something, want 2", n)
	}
	if n := must[int](t)(v.store.ClassesOn(otherBox)); n != 0 {
		t.Errorf("on the other box %d classes look at something", n)
	}
}

func TestTheFirstAnswerOfARoundCountsAndNoneAfterItIsClosed(t *testing.T) {
	v := newVillage(t)
	round, s := v.asks(t, v.first), v.store
	ada := learning.As(v.ada)
	for i, want := range []int{1, 0} {
		if n := must[int](t)(s.AnswerClass(ctx, ada, v.first, ourBox, round, answerOf([]string{"a", "b"}[i], i == 1))); n != want {
			t.Errorf("answer %d counted %d times, want %d", i+1, n, want)
		}
	}
	v.close(t, v.first)
	if n, err := s.AnswerClass(ctx, ada, v.first, ourBox, round, answerOf("a", false)); n != 0 || err != nil {
		t.Errorf("the same again, after it was closed: %d, %v; its phone must be told that it is kept", n, err)
	}
	if _, err := s.AnswerClass(ctx, learning.As(v.musa), v.first, ourBox, round, answerOf("a", false)); !errors.Is(err, ErrRoundOver) || !errors.Is(err, fs.ErrExist) {
		t.Errorf("an answer after it was closed: %v", err)
	}
	if at := must[*learning.Attempt](t)(s.MyClassAnswer(ada, round)); at == nil || at.Given != "a" || at.Item != "i" || at.Seed != 7 {
		t.Errorf("the answer is %+v", at)
	}
	if all := must[[]learning.Progress](t)(s.ProgressOf(box, v.ada)); len(all) != 1 || all[0].Attempts != 1 {
		t.Errorf("the record holds %+v, want one attempt: reports must see it", all)
	}
}

func TestAnswersAreHiddenFromTheTeacherUntilTheRoundIsClosed(t *testing.T) {
	v := newVillage(t)
	round, teacher := v.asks(t, v.first), learning.As(v.teacher)
	must[int](t)(v.store.AnswerClass(ctx, learning.As(v.ada), v.first, ourBox, round, answerOf("a", true)))
	given := func() (has, shown int) {
		m := must[learning.ClassMode](t)(v.store.ClassMode(teacher, v.first, ourBox))
		for _, x := range must[[]ClassAnswer](t)(v.store.ClassAnswersTo(teacher, &m)) {
			if at := x.Rounds[0]; at != nil {
				has++
				if at.Given != "" || at.Correct || at.Score != 0 {
					shown++
				}
			}
		}
		return has, shown
	}
	if has, shown := given(); has != 1 || shown != 0 {
		t.Errorf("while it is open %d have answered and %d answers show, want 1 and 0", has, shown)
	}
	v.close(t, v.first)
	if has, shown := given(); has != 1 || shown != 1 {
		t.Errorf("once it is closed %d have answered and %d answers show, want 1 and 1", has, shown)
	}
}
