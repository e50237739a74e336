package nodetest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// A box without a battery: it is 1970 until a teacher says that the phones are right, and then the day of what was done
// before is right too.
func TestATeacherConfirmsWhatThePhonesSay(t *testing.T) {
	w := &watch{}
	d := newDayOn(t, Options{Wall: w})
	exercise := "/exercise/" + string(d.items[0].resource)
	d.give(d.amina.Get(exercise), exercise+"/attempt", true)
	teacher := d.Browser()
	teacher.SignIn("Okello", "lamp-light")
	page := "/teach/learner/" + string(d.learner)
	reads(t, "before", teacher.Get(page), 200, "about 1 January")
	reads(t, "no phone said anything", teacher.Get("/teach/clock"), 200, "No phone has said the time yet", "about 1 January 1970")
	if home := d.amina.Get("/"); !strings.Contains(home.Body, `data-dates="/clock"`) {
		t.Error("a page of an unsure box asks no phone for the time")
	}
	march := time.Date(2026, 3, 12, 9, 30, 0, 0, time.UTC)
	if p := d.amina.Get(fmt.Sprintf("/clock?at=%d", march.UnixMilli())); p.Status != http.StatusNoContent {
		t.Fatalf("a phone that tells the time is answered %d", p.Status)
	}
	asks := teacher.Get("/teach/clock")
	reads(t, "the phone's word", asks, 200, "1 phone says", "12 March 2026, 09:30", "That is right")
	reads(t, "not a word more", teacher.Post("/teach/clock", asks.filled("/teach/clock")), 200, "The time is set", "12 March 2026")
	after := teacher.Get(page)
	reads(t, "after", after, 200, "today")
	if strings.Contains(after.Body, "about 1 January") {
		t.Error("what was done before is still about 1 January")
	}
	wrong := asks.filled("/teach/clock")
	wrong.Del("phones")
	wrong.Set("date", "soon")
	wrong.Set("time", "9")
	reads(t, "no date", teacher.Post("/teach/clock", wrong), 400, "That is no date and time")
	wrong.Set("date", "2026-03-13")
	wrong.Set("time", "08:15")
	reads(t, "typed", teacher.Post("/teach/clock", wrong), 200, "13 March 2026, 08:15")
	reads(t, "put right", teacher.Get(page), 200, "today")
	if p := d.amina.Get("/teach/clock"); p.Status != http.StatusNotFound {
		t.Errorf("a learner opens it: %d", p.Status)
	}
}
