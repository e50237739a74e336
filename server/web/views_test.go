package web

import (
	"testing"
	"time"

	"lamplight/content"
	"lamplight/server/learning"
)

func TestAPageIsFinishedOnceItWasOpenAsLongAsItsAuthorSays(t *testing.T) {
	const minute = int64(time.Minute / time.Millisecond)
	for _, c := range []struct {
		what   string
		lasted int64 // ms
		want   int
	}{
		{"turned over at once", minute, 0},
		{"read", 5 * minute, 1},
		{"read slowly", 40 * minute, 1},
		{"a phone put away over night", 12 * 60 * minute, 0},
	} {
		s := &Server{views: newViewQueue()}
		s.views.start = time.Now()
		ada := &request{person: learning.Person{ID: "ada", Role: learning.Learner}}
		musa := &request{person: learning.Person{ID: "musa", Role: learning.Learner}}
		page := content.Node{ID: "p", Kind: content.Page, Completion: content.Completion{By: content.ByTime, Amount: 5}}
		s.noteOpened(ada, "", page)
		s.views.start = s.views.start.Add(-time.Duration(c.lasted) * time.Millisecond)
		s.noteElsewhere(musa)
		s.noteElsewhere(ada)
		s.noteElsewhere(ada)
		finished := 0
		for _, v := range s.views.take() {
			if v.Action == learning.Finished && v.Learner == "ada" && v.Check() == nil && v.Tenths >= uint64(c.lasted/100) {
				finished++
			}
		}
		if finished != c.want {
			t.Errorf("%s: finished %d times, want %d", c.what, finished, c.want)
		}
	}
}

func TestAPageThatItsReaderFinishedIsNotFinishedAgain(t *testing.T) {
	s := &Server{views: newViewQueue()}
	ada := &request{person: learning.Person{ID: "ada", Role: learning.Learner}}
	s.noteOpened(ada, "", content.Node{ID: "p", Kind: content.Page, Seconds: 180})
	s.views.start = s.views.start.Add(-2 * time.Minute)
	s.views.forget("ada")
	s.noteElsewhere(ada)
	if got := s.views.take(); len(got) != 1 || got[0].Action != learning.Opened {
		t.Errorf("%+v", got)
	}
}
