package web

import (
	"net/http"

	"lamplight/server/learning"
	"lamplight/server/report"
	"lamplight/server/store"
	"lamplight/ui"
	"lamplight/ui/locale"
	"lamplight/ui/view"
)

// historyDays is how many school days the history shows.
const historyDays = 20

// showAttendanceHistory is the last school days of a class, and what stands out in them.
func (s *Server) showAttendanceHistory(w http.ResponseWriter, r *request) error {
	v, err := s.attendanceHistory(r)
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, ui.AttendanceHistory(v))
}

func (s *Server) attendanceHistory(r *request) (v view.AttendanceHistory, err error) {
	class, learners, err := s.classLed(r)
	if err != nil {
		return v, err
	}
	rolls, err := s.Store.Rolls(r.actor(), class.ID, store.RollDays{})
	if err != nil {
		return v, err
	}
	path := classHome(class.ID) + "/attendance"
	v = view.AttendanceHistory{Class: class.Name, Take: path, CSV: path + "/history.csv"}
	v.Frame = s.frame(r, "teach", &view.Link{Text: class.Name, URL: classHome(class.ID)})
	rolls = learning.LastDays(rolls, 3*historyDays)
	shown := learning.LastDays(rolls, historyDays)
	year := s.Store.Year()
	held := year.Held(rolls)
	at := map[int]int{}
	for i := range shown {
		if _, ok := at[shown[i].Day]; !ok {
			at[shown[i].Day] = len(v.Days)
			v.Days = append(v.Days, view.AttendanceDay{Day: view.When{Time: learning.DateOf(shown[i].Day)}, URL: attendanceURL(path, shown[i].Day, 1, "")})
		}
	}
	for _, p := range learners {
		row := view.AttendanceChild{Name: p.Name, Tile: tileName(p.Tile), URL: "/teach/learner/" + string(p.ID), Marks: make([]string, len(v.Days))}
		for _, d := range learning.DaysOf(shown, p.ID) {
			row.Marks[at[d.Day]] = markName(d.Presence)
			if d.Presence == learning.Present || d.Presence == learning.Late {
				row.Here++
				v.Days[at[d.Day]].Here++
			} else {
				row.Away++
				v.Days[at[d.Day]].Away++
			}
		}
		for _, x := range learning.Patterns(held, p.ID) {
			row.Patterns = append(row.Patterns, view.DayPattern{Key: x.Key, N: x.N, Of: x.Of, Weekday: int(x.Weekday), Session: x.Session})
		}
		if len(row.Patterns) > 0 {
			v.Patterns = append(v.Patterns, row)
		}
		v.Rows = append(v.Rows, row)
	}
	return v, nil
}

// sendAttendance is the history as a file that spreadsheets open.
func (s *Server) sendAttendance(w http.ResponseWriter, r *request) error {
	v, err := s.attendanceHistory(r)
	if err != nil {
		return err
	}
	l := locale.For(v.Lang).WithDigits(v.Digits)
	t := view.Table{Name: "attendance", Title: view.Words{Key: "attendance.title"}, Columns: []view.Column{
		{Title: view.Words{Key: "attendance.child"}, Kind: view.PersonColumn},
		{Title: view.Words{Key: "attendance.there"}, Kind: view.NumberColumn},
		{Title: view.Words{Key: "attendance.away"}, Kind: view.NumberColumn},
	}}
	for _, d := range v.Days {
		t.Columns = append(t.Columns, view.Column{Title: view.Words{Text: d.Day.Time.Format("2006-01-02")}})
	}
	for _, row := range v.Rows {
		cells := []view.Cell{{Words: view.Words{Text: row.Name}}, {N: row.Here}, {N: row.Away}}
		for _, m := range row.Marks {
			cells = append(cells, view.Cell{Words: view.Words{Key: "attendance.mark." + cmpOr(m, "none")}})
		}
		t.Rows = append(t.Rows, cells)
	}
	h := w.Header()
	h.Set("Content-Type", report.CSV.Kind())
	h.Set("Content-Disposition", `attachment; filename="attendance.csv"`)
	h.Set("Cache-Control", "private, no-store")
	if s.Store.ShowsPast() {
		return report.WriteCSV(w, report.Style{Locale: l, BOM: true}, report.Arriving([]view.Table{t})...)
	}
	return report.WriteCSV(w, report.Style{Locale: l, BOM: true}, t)
}
