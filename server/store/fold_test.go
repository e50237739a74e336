package store

import (
	"errors"
	"fmt"
	"io/fs"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/sync/clock"
)

// life draws what happens on one device next.
func life(t *rapid.T, l *memLog, people []learning.PersonID, classes []learning.ClassID) {
	s := l.store
	l.ms += rapid.Int64Range(0, 40*60*1000).Draw(t, "ms")
	p := rapid.SampledFrom(people).Draw(t, "person")
	c := rapid.SampledFrom(classes).Draw(t, "class")
	r := content.NewResourceID("c", fmt.Sprint(rapid.IntRange(0, 2).Draw(t, "resource")))
	if rapid.IntRange(0, 5).Draw(t, "long") == 0 {
		r = "00112233445566778899aabbccddeeff:A/Water cycle"
	}
	check := func(err error) {
		if err != nil {
			t.Fatalf("%+v", err)
		}
	}
	if rapid.IntRange(0, 3).Draw(t, "ask") == 0 { // so that what is remembered is stepped on, or found to be void
		_, err := s.Practice(box, p)
		check(err)
	}
	switch rapid.IntRange(0, 17).Draw(t, "what") {
	case 12, 13, 14:
		sit(t, s, p)
	case 15:
		compose(t, s, c, p)
	case 16:
		who := learning.As(p)
		_, err := s.Note(ctx, who, learning.Note{ID: "0123456789abcdef0123456789abcdef", Resource: r, Text: rapid.SampledFrom([]string{"", "one", "two\nlines"}).Draw(t, "note")})
		check(err)
		check(s.Bookmark(ctx, who, learning.Bookmark{Ref: learning.Ref{Resource: r}}, rapid.Bool().Draw(t, "on")))
		check(s.SetGoal(ctx, who, learning.WeekGoal{Answers: rapid.IntRange(0, 3).Draw(t, "goal")}))
		check(s.SetAccommodation(ctx, box, p, learning.Accommodation{ExtraTime: 25, ReadAloud: rapid.Bool().Draw(t, "aloud")}))
		check(s.append(ctx, learning.Sight{Learner: p, Viewer: people[0]}.Draft(testSchool)))
	case 0, 1, 2, 3, 4, 5:
		right := rapid.Bool().Draw(t, "right")
		_, err := s.RecordAttempt(ctx, box, learning.Attempt{
			ID: learning.AttemptID(fmt.Sprintf("%s.%d", rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "base"), rapid.IntRange(0, 12).Draw(t, "n"))), Learner: p, Resource: r,
			Item: content.ItemID(rapid.SampledFrom([]string{"i", "j"}).Draw(t, "item")), Seed: rapid.Uint64Range(0, 5).Draw(t, "seed"),
			Type: rapid.SampledFrom([]content.ItemType{content.Choice, content.Text}).Draw(t, "type"), Given: rapid.StringMatching("[a-z]{0,5}").Draw(t, "given"),
			Criterion: rapid.SampledFrom([]content.Criterion{{Type: "m_of_n", M: 2, N: 3}, {Type: "num_correct_in_a_row_2"}, {Type: "spaced_m_of_n", M: 1, N: 2}}).Draw(t, "criterion"),
			Skill:     rapid.SampledFrom([]string{"", "add", "sub"}).Draw(t, "skill"), Rating: rapid.SampledFrom([]int{0, 900, 1200}).Draw(t, "rating"), Fast: rapid.Bool().Draw(t, "fast"),
			Correct: right, Score: content.Score(boolBit(right)) * content.FullScore, Tenths: rapid.Uint64Range(0, 900).Draw(t, "tenths"), Hints: rapid.IntRange(0, 1).Draw(t, "hints"),
		})
		check(err)
	case 6:
		_, err := s.RecordView(ctx, box, learning.View{
			Learner: p, Resource: r, Action: learning.Action(rapid.IntRange(1, 3).Draw(t, "action")),
			Percent: rapid.IntRange(0, 10000).Draw(t, "percent"), Position: rapid.Uint64Range(0, 99).Draw(t, "position"), Tenths: 7,
		})
		check(err)
	case 7:
		check(s.EditPerson(ctx, box, p, learning.PersonEdit{
			Name: ptr(rapid.SampledFrom([]string{"Ada", "Musa", "Lin"}).Draw(t, "name")), Login: ptr(rapid.SampledFrom([]string{"", "ada", "x"}).Draw(t, "login")),
		}))
	case 8:
		check(s.Enrol(ctx, box, learning.Enrolment{Class: c, Person: p, Role: learning.Learner}))
	case 9:
		check(s.Unenrol(ctx, box, c, p))
	case 10:
		// No two people ever have one card: it is drawn at random.
		check(s.SetSecrets(ctx, box, NewSecret{p, learning.Card, fmt.Appendf(nil, "%s %s %d", p, l.name, l.lamport)}))
	default:
		check(s.Calibrate(ctx, box, learning.Calibration{
			Boot: l.boot, Start: time.UnixMilli(rapid.Int64Range(0, 1e12).Draw(t, "start")), Believed: rapid.Bool().Draw(t, "believed"), Source: "rtc",
		}))
		check(s.OfferCourse(ctx, box, learning.Offer{Course: content.NewCourseID("x", "y"), Edition: "1", Manifest: fmt.Sprintf("%064x", rapid.IntRange(0, 3).Draw(t, "manifest"))}))
	}
}

// testQuiz is the quiz of the property tests, whatever became of it.
const testQuiz = learning.QuizID("00000000000000000000000000000001")

// compose changes the quiz, a lesson, and for whom they are set.
func compose(t *rapid.T, s *Store, c learning.ClassID, p learning.PersonID) {
	classes, err := s.Classes(box)
	if err != nil {
		t.Fatal(err)
	}
	q := quizOfThree(classes[0].ID)
	q.ID, q.Practice, q.Report = testQuiz, rapid.Bool().Draw(t, "practice"), rapid.Bool().Draw(t, "report")
	q.State = rapid.SampledFrom([]string{learning.QuizOpen, learning.QuizOpen, learning.QuizClosed}).Draw(t, "state")
	if _, err := s.SaveQuiz(ctx, box, q); err != nil {
		t.Fatalf("%+v", err)
	}
	as := learning.Assignment{Quiz: testQuiz, Learner: p}
	if rapid.Bool().Draw(t, "class or learner") {
		as = learning.Assignment{Quiz: testQuiz, Class: c}
	}
	id, err := s.Assign(ctx, box, as) // of another class, or out of it just now: refused
	if err == nil && rapid.IntRange(0, 3).Draw(t, "take back") == 0 {
		err = s.Unassign(ctx, box, id)
	}
	if err != nil && !errors.Is(err, fs.ErrInvalid) && !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("%+v", err)
	}
}

// sit draws something done with the quiz: mostly as pages do, now and then what only a broken box would write.
func sit(t *rapid.T, s *Store, p learning.PersonID) {
	at := learning.Attempt{
		ID: learning.AttemptID(fmt.Sprintf("a.%d", rapid.IntRange(0, 30).Draw(t, "n"))), Learner: p, Quiz: testQuiz, Try: rapid.IntRange(1, 3).Draw(t, "try"),
		Item: content.ItemID(rapid.SampledFrom([]string{"q1", "q2", "q3"}).Draw(t, "key")), Type: rapid.SampledFrom([]content.ItemType{content.Choice, content.Text}).Draw(t, "type"), Given: "a", Tenths: 10,
		Skill: "add", Rating: 1000,
	}
	if rapid.Bool().Draw(t, "right") {
		at.Correct, at.Score = true, content.FullScore
	}
	var err error
	switch rapid.IntRange(0, 5).Draw(t, "sit") {
	case 0:
		_, err = s.BeginQuiz(ctx, learning.As(p), testQuiz)
	case 1:
		_, err = s.HandIn(ctx, learning.As(p), testQuiz, at.Try)
	case 2:
		at.Resource = testQuiz.Resource()
		err = s.RecordBatch(ctx, box, []learning.Attempt{at}, []learning.View{{Learner: p, Resource: testQuiz.Resource(), Action: learning.Action(rapid.IntRange(1, 3).Draw(t, "action")), Position: rapid.Uint64Range(0, 3).Draw(t, "position"), Tenths: 3}})
	default:
		_, err = s.AnswerQuiz(ctx, learning.As(p), at)
	}
	if err != nil && !errors.Is(err, ErrQuizOver) && !errors.Is(err, fs.ErrInvalid) && !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("%+v", err)
	}
}

func quizOfThree(c learning.ClassID) learning.Quiz {
	q := learning.Quiz{Class: c, Title: "Adding", State: learning.QuizOpen, Sections: []learning.QuizSection{{Shuffled: true}}}
	for i := range 3 {
		q.Sections[0].Questions = append(q.Sections[0].Questions, learning.QuizQuestion{
			Key: fmt.Sprint("q", i+1), Course: content.NewCourseID("x", "y"), Resource: content.NewResourceID("c", fmt.Sprint(i)), Item: "i", Seed: uint64(i),
		})
	}
	return q
}

// shownTo is what a learner's pages show of their work, as text.
func shownTo(t testing.TB, s *Store, p learning.PersonID) string {
	who := learning.As(p)
	cal := s.Calendar()
	last := clock.Stamp{}
	copy(last.Boot[:], "bootA")
	today := learning.Today{Calendar: cal, Now: last}
	practice := must[*learning.Practice](t)(s.Practice(who, p))
	recent := must[[]learning.Progress](t)(s.ProgressOf(who, p))
	quizzes := must[[]SetQuiz](t)(s.QuizzesFor(who, p))
	known := learning.Known{Today: today, Practice: practice, Recent: recent}
	for _, q := range quizzes {
		known.Set = append(known.Set, learning.SetWork{Quiz: q.Quiz.ID, Begun: q.Sitting.Now() != nil})
	}
	exercises := ""
	for i := range recent {
		if x := recent[i].Exercise; x != nil {
			exercises += fmt.Sprintf("%+v\n", *x)
			recent[i].Exercise = nil
		}
	}
	return exercises + fmt.Sprintf("mistakes %+v\ndue %+v\nratings %d %d %d %v\npoints %d\nquizzes %+v\nhome %+v\nrecent %+v",
		practice.Mistakes(today), practice.Due(today), practice.Chance("add", 1000), practice.Chance("sub", 1000), practice.Chance("", 0), practice.Standing("add"),
		practice.Points(cal, 0), quizzes, learning.Suggest(known), recent)
}

// Boxes live apart, meet now and then, and hear of each other's events in whatever order: in the end all hold the same
// bytes, and any replay gives those bytes again.
func TestAnyArrivalOrderGivesTheSameState(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		boxes := []*memLog{newMemLog(t, "A"), newMemLog(t, "B"), newMemLog(t, "C")}
		var classes []learning.ClassID
		for i := range 2 {
			classes = append(classes, must[learning.ClassID](t)(boxes[0].store.AddClass(ctx, box, fmt.Sprint("Class ", i), "")))
		}
		people := must[[]learning.PersonID](t)(boxes[0].store.AddPeople(ctx, box,
			NewPerson{Role: learning.Learner, Name: "Ada", Class: classes[0]}, NewPerson{Role: learning.Learner, Name: "Musa"}))
		q := quizOfThree(classes[0])
		q.ID = testQuiz
		writeQuiz(t, boxes[0].store, q)
		must[learning.AssignmentID](t)(boxes[0].store.Assign(ctx, box, learning.Assignment{Quiz: testQuiz, Class: classes[0]}))
		boxes[1].receive(boxes[0], 99)
		boxes[2].receive(boxes[0], 99)
		for range rapid.IntRange(1, 60).Draw(rt, "steps") {
			at := rapid.SampledFrom(boxes).Draw(rt, "box")
			if rapid.IntRange(0, 5).Draw(rt, "meet") == 0 {
				at.receive(rapid.SampledFrom(boxes).Draw(rt, "peer"), rapid.IntRange(1, 20).Draw(rt, "much"))
				continue
			}
			life(rt, at, people, classes)
		}
		for range 3 {
			for _, a := range boxes {
				for _, b := range boxes {
					a.receive(b, 1000)
				}
			}
		}
		want := boxes[0].kv.hash(boxes[0].store.Buckets())
		workAgrees(rt, boxes[0].store, classes)
		for _, b := range boxes[1:] {
			for _, p := range people {
				if got, want := shownTo(t, b.store, p), shownTo(t, boxes[0].store, p); got != want {
					rt.Fatalf("box %s shows\n%s\nbox A\n%s", b.name, got, want)
				}
			}
			if got := b.kv.hash(b.store.Buckets()); got != want {
				diff(rt, boxes[0], b)
				rt.Fatalf("box %s holds other folds than A", b.name)
			}
		}
		for i := range 4 {
			got := boxes[0].replay(func(n int) int { return rapid.IntRange(0, n-1).Draw(rt, "next") })
			if got != want {
				rt.Fatalf("replay %d gives other folds", i)
			}
		}
	})
}

func diff(t *rapid.T, a, b *memLog) {
	for _, bucket := range a.store.Buckets() {
		for k, v := range a.kv[bucket] {
			if w, ok := b.kv[bucket][k]; !ok || string(w) != string(v) {
				t.Logf("%s %x: %x / %x", bucket, k, v, w)
			}
		}
		for k, w := range b.kv[bucket] {
			if _, ok := a.kv[bucket][k]; !ok {
				t.Logf("%s %x: none / %x", bucket, k, w)
			}
		}
	}
}

// writeQuiz writes a quiz under an id of the test's choosing.
func writeQuiz(t testing.TB, s *Store, q learning.Quiz) {
	t.Helper()
	sections := must[string](t)(learning.PackSections(q.Sections))
	err := s.edit(ctx, box, func(viewer) ([]change, error) {
		raw, _ := learning.Raw(q.ID)
		return []change{{learning.KindQuiz, learning.Subject{ID: raw}, []learning.Value{
			{Field: learning.QuizClass, Value: string(q.Class)},
			{Field: learning.QuizTitle, Value: q.Title},
			{Field: learning.QuizSections, Value: sections},
			{Field: learning.QuizState, Value: q.State},
			{Field: learning.QuizReport, Value: flag(q.Report)},
			{Field: learning.QuizPractice, Value: flag(q.Practice)},
		}}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestRecordsOfTwoKindsNeverLieUnderOneByte(t *testing.T) {
	whose := map[byte]string{}
	for kind, b := range recordKinds {
		if other, taken := whose[b]; taken {
			t.Errorf("%s and %s both lie under %d", kind, other, b)
		}
		whose[b] = kind
	}
}
