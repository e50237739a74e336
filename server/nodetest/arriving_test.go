package nodetest

import (
	"strings"
	"testing"

	"lamplight/sync/clock"
)

// No teacher takes for a zero what has not arrived: as long as a box goes by what another told, every page that counts says
// so, on paper and in files too, and no longer.
func TestReportsSayThatThePastIsStillArriving(t *testing.T) {
	d := newReported(t, 3)
	learn, _, err := d.Store.Snapshot(false)
	if err != nil {
		t.Fatal(err)
	}
	class := "/teach/class/" + string(d.class)
	pages := []string{
		class + "/report", class + "/report/resources", class + "/report/lessons", class + "/report/quizzes", class + "/report/skills",
		class + "/report/quiz/" + string(d.quiz), class, class + "/report?format=csv", class + "/report/skills?format=csv",
		class + "/report/quiz/" + string(d.quiz) + "?format=csv", class + "/attendance/history.csv", class + "/attendance/history", "/teach",
	}
	for id := range d.tallys {
		pages = append(pages, "/teach/learner/"+string(id))
		break
	}
	teacher := d.Browser()
	teacher.SignIn("Okello", "lamp-light")
	check := func(arriving bool) {
		t.Helper()
		for _, path := range pages {
			page := teacher.Get(path)
			if page.Status != 200 {
				t.Errorf("%s: %d", path, page.Status)
				continue
			}
			if strings.Contains(page.Body, "Results from other boxes are still arriving") != arriving {
				t.Errorf("%s: says that results are arriving: %v", path, !arriving)
			}
		}
	}
	check(false)
	if err := d.Store.ShowPast(d.Registry.School().ID(), learn, nil, clock.Vector{{1}: 9}); err != nil {
		t.Fatal(err)
	}
	check(true)
	d.Store.ForgetPast()
	check(false)
}
