package learning

import (
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"slices"
	"strings"
	"testing"

	"lamplight/content"
)

func longQuiz(questions int) Quiz {
	q := Quiz{Title: "Long", State: QuizOpen, Sections: []QuizSection{{Title: "One", Shuffled: true}}}
	for i := range questions {
		q.Sections[0].Questions = append(q.Sections[0].Questions, QuizQuestion{
			Key: fmt.Sprintf("KEY%03d", i), Course: content.NewCourseID("a", "b"), Resource: content.NewResourceID("c", fmt.Sprint(i%20)),
			Item: content.ItemID(fmt.Sprintf("fractions-%d", i)), Seed: 1 << 62,
		})
	}
	return q
}

func TestTheLongestQuizFitsItsRegisterAndComesBack(t *testing.T) {
	q := longQuiz(MaxQuestions)
	if err := q.Check(); err != nil {
		t.Fatal(err)
	}
	s, err := PackSections(q.Sections)
	t.Logf("%d questions of 20 exercises are %d bytes", MaxQuestions, len(s))
	if got := UnpackSections(s); err != nil || !reflect.DeepEqual(got, q.Sections) {
		t.Errorf("%v: got %d sections back", err, len(got))
	}
	q = longQuiz(MaxQuestions + 1)
	if err := q.Check(); !errors.Is(err, fs.ErrInvalid) {
		t.Errorf("one more: %v", err)
	}
	q = longQuiz(3)
	q.Sections[0].Questions[2].Key = "KEY000"
	if err := q.Check(); !errors.Is(err, fs.ErrInvalid) || !strings.Contains(err.Error(), "question 3") {
		t.Errorf("a key twice: %v", err)
	}
	refs := []Ref{{"", "x"}, {content.NewCourseID("a", "b"), "0123456789abcdef0123456789abcdef:A/Water"}}
	packed, err := PackRefs(refs)
	if got := UnpackRefs(packed); err != nil || !slices.Equal(got, refs) {
		t.Errorf("%v: refs came back as %v", err, got)
	}
}

func TestHostileListsLeaveOutWhatCannotBe(t *testing.T) {
	for _, s := range []string{
		"", "null", "[]", "{}", `{"s":[{"q":[[1,2,3,4]]}]}`, `{"s":[{"q":[["k",0,"i",1]]}]}`, `{"r":[["",""]],"s":[{"q":[["k",0,"i",1]]}]}`,
		`{"r":[["","x"]],"s":[{"q":[["k",-1,"i",1],["k",9,"i",1],["k",0,"",1]]}]}`, strings.Repeat("[", 10000),
	} {
		for _, sec := range UnpackSections(s) {
			if len(sec.Questions) > 0 {
				t.Errorf("%.60q gives %+v", s, sec.Questions)
			}
		}
		if refs := UnpackRefs(s); len(refs) > 0 {
			t.Errorf("%.60q gives %v", s, refs)
		}
	}
	if got := UnpackSections(`{"r":[["","x"]],"s":[{"q":[["k",0,"i",1],["k",0,"j",1]]}]}`); len(got[0].Questions) != 1 {
		t.Errorf("a key twice gives %+v", got)
	}
}

func TestShuffledQuestionsAreInOneOrderForEachLearner(t *testing.T) {
	q := longQuiz(10)
	q.ID = "0123456789abcdef0123456789abcdef"
	keys := func(s []QuizSection) (out []string) {
		for _, x := range s[0].Questions {
			out = append(out, x.Key)
		}
		return out
	}
	a, b := PersonID(strings.Repeat("a", 32)), PersonID(strings.Repeat("b", 32))
	first := keys(q.For(a))
	if again := keys(q.For(a)); !slices.Equal(first, again) {
		t.Errorf("%v, then %v", first, again)
	}
	// As it was drawn when this was written: another order would change what a learner sees in the middle of a quiz.
	if got, want := strings.Join(first, " "), "KEY003 KEY000 KEY005 KEY006 KEY002 KEY009 KEY001 KEY004 KEY007 KEY008"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if slices.Equal(first, keys(q.For(b))) {
		t.Error("two learners have the same order")
	}
	slices.Sort(first)
	if !slices.Equal(first, keys(q.Sections)) {
		t.Errorf("shuffled the questions are %v", first)
	}
	if x := (QuizQuestion{Key: "k"}); q.SeedFor(x, a, 1) == q.SeedFor(x, b, 1) || q.SeedFor(x, a, 1) == q.SeedFor(x, a, 2) || q.SeedFor(QuizQuestion{Seed: 7}, a, 1) != 7 {
		t.Error("seeds of a question are not drawn for each learner and try")
	}
}

func TestAnAnswerToAQuizComesBackFromItsEvent(t *testing.T) {
	a := someAttempt()
	a.Quiz = NewID[QuizID]()
	a.Resource, a.Try, a.Criterion, a.Skill, a.Rating, a.Fast = a.Quiz.Resource(), 2, content.Criterion{}, "add", 1150, true
	got, err := ParseAttempt(event(a.Drafts("s")[0]))
	a.Type = ""
	if err != nil || !reflect.DeepEqual(got, a) {
		t.Errorf("%v\n got %+v\nwant %+v", err, got, a)
	}
	for what, edit := range map[string]func(*Attempt){
		"no try": func(a *Attempt) { a.Try = 0 }, "a try of no quiz": func(a *Attempt) { a.Quiz, a.Resource = "", "x" },
		"another quiz": func(a *Attempt) { a.Quiz = NewID[QuizID]() }, "a long skill": func(a *Attempt) { a.Skill = strings.Repeat("x", 65) },
		"a rating": func(a *Attempt) { a.Rating = MaxRating + 1 }, "a long key": func(a *Attempt) { a.Item = "0123456789abcdefg" },
	} {
		b := a
		edit(&b)
		if err := b.Check(); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("%s: %v", what, err)
		}
	}
}
