package nodetest

import (
	"context"
	"net/url"
	"testing"

	"lamplight/server/learning"
)

func TestATeacherOpeningTheirClassWorkIsLedToWhereTheyChangeIt(t *testing.T) {
	d := newDay(t)
	ctx, box := context.Background(), learning.Box()
	mine := d.quiz(1, nil)
	draft := d.quiz(1, func(q *learning.Quiz) { q.State = learning.QuizDraft })
	lesson, err := d.Store.SaveLesson(ctx, box, learning.Lesson{
		Class: d.class, Title: "Counting things", Resources: []learning.Ref{{Course: d.course, Resource: d.items[0].resource}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if d.class, err = d.Store.AddClass(ctx, box, "Class 9", ""); err != nil {
		t.Fatal(err)
	}
	foreign := d.quiz(1, nil)
	okello, grace := d.Browser(), d.Browser()
	okello.SignIn("Okello", "lamp-light")
	grace.SignIn("Grace", "lamp-light")
	for name, b := range map[string]*Browser{"a teacher": okello, "an administrator": grace} {
		for _, id := range []learning.QuizID{mine, draft} {
			p := b.Get("/quiz/" + string(id))
			reads(t, name+" opening a quiz", p, 200, "Class 3")
			if want := "/teach/quiz/" + string(id); p.URL.Path != want {
				t.Errorf("%s opening a quiz is at %s, want %s", name, p.URL.Path, want)
			}
		}
		reads(t, name+" opening a lesson", b.Get("/lesson/"+string(lesson)), 200, "Counting things")
		token := b.Get("/settings").Fields().Get("token")
		reads(t, name+" beginning a quiz", b.Post("/quiz/"+string(mine), url.Values{"token": {token}}), 404)
	}
	reads(t, "a teacher opening a quiz of another class", okello.Get("/quiz/"+string(foreign)), 404)
	reads(t, "a learner opening a draft", d.amina.Get("/quiz/"+string(draft)), 404)
}
