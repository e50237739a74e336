package store

import (
	"testing"

	"lamplight/content"
	"lamplight/server/learning"
)

func TestAClassCountsWhatOnlyTheDaysShowToBeMastered(t *testing.T) {
	v := newVillage(t)
	s, ada := v.store, learning.As(v.ada)
	line := func() LearnerSummary {
		t.Helper()
		for _, l := range must[ClassSummary](t)(s.ClassSummary(learning.As(v.teacher), v.first)).Learners {
			if l.Person.ID == v.ada {
				return l
			}
		}
		t.Fatal("Ada is not in her class")
		return LearnerSummary{}
	}
	answer := func(id string, r content.ResourceID) {
		t.Helper()
		at := v.attempt(v.ada, id, true)
		at.Resource, at.Criterion = r, content.Criterion{Type: "spaced_m_of_n", M: 1, N: 1}
		must[Recorded](t)(s.RecordAttempt(ctx, ada, at))
	}
	answer("a.1", v.exercise)
	if l := line(); l.Mastered != 0 || l.Finished != 0 {
		t.Errorf("practised today: %d mastered, %d finished", l.Mastered, l.Finished)
	}
	v.ms += 2 * 24 * 3600 * 1000
	answer("aa.22", v.exercise)
	answer("a.3", v.page) // which is then the one used last
	if l := line(); l.Mastered != 1 || l.Finished != 1 {
		t.Errorf("right again two days later: %d mastered, %d finished, want 1 and 1", l.Mastered, l.Finished)
	}
	d := must[LearnerDetail](t)(s.LearnerDetail(ada, v.ada))
	if d.Mastered != 1 || !d.Progress[1].Complete {
		t.Errorf("Ada's own page: %d mastered, %+v", d.Mastered, d.Progress)
	}
	must[learning.Progress](t)(s.RecordView(ctx, ada, learning.View{Resource: v.exercise, Action: learning.Finished}))
	if l := line(); l.Mastered != 1 || l.Finished != 1 {
		t.Errorf("said to be finished as well: %d mastered, %d finished", l.Mastered, l.Finished)
	}
}
