//go:build browser

package nodetest

import (
	"os"
	"strings"
	"testing"

	"lamplight/server/learning"
)

// A teacher of forty reads their class' reports on a phone and on paper; every number is the one that the test made.
func TestBrowserWalksReports(t *testing.T) {
	d := newReported(t, 39)
	s := &site{Node: d.Node, told: map[string]any{}, out: openOutside(t)}
	s.addresses()
	type learner struct {
		Name    string `json:"name"`
		Answers int    `json:"answers"`
		Right   string `json:"right"`
		Quiz    int    `json:"quiz"`
	}
	var all []learner
	for _, y := range d.tallys {
		all = append(all, learner{y.name, y.answers + y.quiz, share(y.right+y.quizRight, y.answers+y.quiz), y.quizRight})
	}
	q, err := d.Store.Quiz(learning.Box(), d.quiz)
	if err != nil {
		t.Fatal(err)
	}
	s.told["class"], s.told["quiz"], s.told["question"], s.told["learners"] = d.class, d.quiz, q.Sections[0].Questions[0].Key, all
	s.told["resource"], s.told["prints"] = d.item.resource, strings.TrimSuffix(os.Getenv("LAMPLIGHT_PRINTS"), "/")
	s.walk(t, "report")
}
