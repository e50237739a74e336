package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"lamplight/content/marking"
	"lamplight/server/learning"
	"lamplight/ui"
	"lamplight/ui/locale"
	"lamplight/ui/view"
)

const calendarPath = "/admin/calendar"

// showCalendar is the school's days: terms, holidays, shifts, and how dates are shown.
func (s *Server) showCalendar(w http.ResponseWriter, r *request) error {
	return s.renderCalendar(w, r, view.PeriodForm{ID: string(learning.NewID[learning.PeriodID]()), Holiday: true}, http.StatusOK)
}

func (s *Server) renderCalendar(w http.ResponseWriter, r *request, form view.PeriodForm, status int) error {
	school, err := s.Store.School()
	if err != nil {
		return err
	}
	classes, err := s.Store.Classes(r.actor())
	if err != nil {
		return err
	}
	year, q := s.Store.Year(), r.URL.Query()
	today, _ := s.today()
	v := view.SchoolCalendar{
		Frame: s.frame(r, "box", &view.Link{URL: "/admin"}), Form: form, Country: school.Country, Dates: school.Calendar, Days: year.Week, First: school.First,
		Zone: school.Zone, Today: s.dayView(today), Shut: !year.School(today), Holiday: year.Holiday(today),
	}
	for _, d := range school.WeekOrder() {
		v.Order = append(v.Order, int(d))
	}
	for _, p := range year.Periods {
		switch x := periodView(p); {
		case p.Removed:
			if q.Get("gone") == x.ID {
				v.Done = &view.Done{Key: "period-gone", Args: []string{"title", p.Title}, Undo: &view.Post{URL: calendarPath, Fields: [][2]string{{"do", "back"}, {"id", x.ID}}}}
			}
		case p.Holiday:
			v.Holidays = append(v.Holidays, x)
		default:
			v.Terms = append(v.Terms, x)
		}
	}
	for _, c := range classes {
		v.Shifts = append(v.Shifts, view.ClassShift{ID: string(c.ID), Name: c.Name, Shift: c.Shift})
	}
	if q.Has("saved") {
		v.Banner = &view.Banner{Kind: "saved", Key: "banner.settings-saved"}
	}
	return s.render(w, r, status, ui.SchoolCalendar(v))
}

func periodView(p learning.Period) view.Period {
	x := view.Period{
		ID: string(p.ID), Title: p.Title, Days: p.Until - p.From + 1,
		From: view.When{Time: learning.DateOf(p.From)}, Until: view.When{Time: learning.DateOf(p.Until)},
	}
	for _, other := range p.Also {
		x.Also = append(x.Also, periodView(other))
	}
	return x
}

// saveCalendar does what one of the page's forms asks.
func (s *Server) saveCalendar(w http.ResponseWriter, r *request) error {
	var err error
	to := "?saved"
	switch do := r.PostForm.Get("do"); do {
	case "school":
		err = s.saveSchoolDays(r)
	case "shifts":
		err = s.saveShifts(r)
	case "add":
		form, p := periodForm(r)
		if form.Problem != "" {
			return s.renderCalendar(w, r, form, http.StatusBadRequest)
		}
		_, err = s.Store.SavePeriod(r.Context(), r.actor(), p)
	case "remove", "back":
		if err = s.putPeriod(r, do == "remove"); do == "remove" {
			to = "?gone=" + string(learning.PeriodID(r.PostForm.Get("id")))
		}
	default:
		err = errNotFound("do=" + do)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r.Request, calendarPath+to, http.StatusSeeOther)
	return nil
}

func (s *Server) saveSchoolDays(r *request) error {
	f := r.PostForm
	country, calendar, week := f.Get("country"), f.Get("calendar"), [7]bool{}
	if country != "" && !locale.IsCountry(country) {
		return errNotFound("country")
	}
	for _, d := range f["day"] {
		if n, err := strconv.Atoi(d); err == nil && n >= 0 && n < 7 {
			week[n] = true
		}
	}
	days, first := learning.WeekText(week), 1
	if n, err := strconv.Atoi(f.Get("first")); err == nil {
		first = n
	}
	e := learning.SchoolEdit{Country: &country, Calendar: &calendar, Days: &days, First: &first}
	school, err := s.Store.School()
	if err != nil {
		return err
	}
	if country != "" && country != school.Country {
		withUsual(&e, school)
	}
	return s.Store.EditSchool(r.Context(), r.actor(), e)
}

// withUsual adds what is usual in a country that is chosen anew, for all that the form leaves as it was.
func withUsual(e *learning.SchoolEdit, was learning.School) {
	zone, days, first, calendar := learning.Usual(*e.Country)
	e.Zone = &zone
	if *e.Days == was.Days {
		e.Days = &days
	}
	if *e.First == was.First {
		e.First = &first
	}
	if *e.Calendar == was.Calendar {
		e.Calendar = &calendar
	}
}

func (s *Server) saveShifts(r *request) error {
	classes, err := s.Store.Classes(r.actor())
	if err != nil {
		return err
	}
	for _, c := range classes {
		shift, posted := r.PostForm["shift-"+string(c.ID)]
		if !posted || shift[0] == c.Shift {
			continue
		}
		if err := s.Store.EditClass(r.Context(), r.actor(), c.ID, learning.ClassEdit{Shift: &shift[0]}); err != nil {
			return err
		}
	}
	return nil
}

// putPeriod takes a period out, or brings it back.
func (s *Server) putPeriod(r *request, out bool) error {
	year := s.Store.Year()
	id := learning.PeriodID(r.PostForm.Get("id"))
	i := slices.IndexFunc(year.Periods, func(p learning.Period) bool { return p.ID == id })
	if i < 0 {
		return errNotFound("period")
	}
	p := year.Periods[i]
	p.Removed = out
	_, err := s.Store.SavePeriod(r.Context(), r.actor(), p)
	return err
}

// periodForm reads the form of a term or holiday; without a last day it is one day.
func periodForm(r *request) (v view.PeriodForm, p learning.Period) {
	f := r.PostForm
	v = view.PeriodForm{
		ID: f.Get("id"), Holiday: f.Get("sort") == "holiday", Title: strings.TrimSpace(f.Get("title")),
		From: marking.Digits(strings.TrimSpace(f.Get("from"))), Until: marking.Digits(strings.TrimSpace(f.Get("until"))),
	}
	p = learning.Period{ID: learning.PeriodID(v.ID), Holiday: v.Holiday, Title: v.Title}
	var err1, err2 error
	p.From, err1 = learning.ParseDay(v.From)
	p.Until, err2 = learning.ParseDay(cmpOr(v.Until, v.From))
	switch {
	case v.Title == "":
		v.Problem = "title"
	case err1 != nil:
		v.Problem = "date"
	case err2 != nil || p.Check() != nil:
		v.Problem = "days"
	}
	return v, p
}

// dates is the calendar that dates are shown in. Pages of a library alone have no records to ask.
func (s *Server) dates() string {
	if s.Store == nil {
		return ""
	}
	school, err := s.Store.School()
	if err != nil {
		return ""
	}
	return school.Calendar
}
