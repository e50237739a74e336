package web

import (
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"lamplight/content/arrange"
	"lamplight/content/marking"
	"lamplight/server/learning"
	"lamplight/server/report"
	"lamplight/server/store"
	"lamplight/ui"
	"lamplight/ui/view"
)

// today is the day that pages take for today, as a Calendar counts: the box's best guess where it is not sure.
func (s *Server) today() (day int, believed bool) {
	now, believed := s.Now()
	zone := 0
	if school, err := s.Store.School(); err == nil {
		zone = school.Zone
	}
	local := learning.School{Zone: zone}.Local(now)
	return int(time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, time.UTC).Unix() / (24 * 3600)), believed
}

// namedDay is the day a form or address names, today where it names none; problem is "bad-day" or "future" otherwise.
func (s *Server) namedDay(text string) (day int, problem string) {
	today, believed := s.today()
	if text == "" {
		return today, ""
	}
	day, err := learning.ParseDay(marking.Digits(strings.TrimSpace(text)))
	switch {
	case err != nil:
		return today, "bad-day"
	case believed && (day > today+1 || day < today-400):
		return today, "future"
	}
	return day, ""
}

// dayView is a day of the school as pages say it.
func (s *Server) dayView(day int) view.When {
	_, believed := s.Now()
	return view.When{Time: learning.DateOf(day), Unsure: !believed}
}

func dateText(day int) string { return learning.DateOf(day).Format(time.DateOnly) }

// classLed is the class that the address names, which the person leads, and its learners.
func (s *Server) classLed(r *request) (learning.Class, []learning.Person, error) {
	id, err := learning.ParseID[learning.ClassID](r.PathValue("class"))
	if err != nil {
		return learning.Class{}, nil, err
	}
	_, learners, err := s.Store.ClassRoster(r.actor(), id)
	if err != nil {
		return learning.Class{}, nil, err
	}
	c, err := s.Store.Class(r.actor(), id)
	return c, learners, err
}

// showAttendance is the register of a session: as it was taken, else with everybody here, or as read from who used the box.
func (s *Server) showAttendance(w http.ResponseWriter, r *request) error {
	class, learners, err := s.classLed(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	day, problem := s.namedDay(q.Get("day"))
	session := sessionOf(q.Get("session"))
	rolls, err := s.Store.Rolls(r.actor(), class.ID, store.RollDays{From: day, To: day})
	if err != nil {
		return err
	}
	roll := learning.Roll{Class: class.ID, Day: day, Session: session}
	for _, x := range rolls {
		if x.Session == session {
			roll = x
		}
	}
	v := view.Attendance{
		Class: class.Name, Path: classHome(class.ID) + "/attendance", Day: s.dayView(day), Date: dateText(day), Session: session, Problem: problem,
		Taken: len(roll.Sheet.Writes) > 0,
	}
	v.Frame = s.frame(r, "teach", &view.Link{Text: class.Name, URL: classHome(class.ID)})
	v.History = v.Path + "/history"
	year := s.Store.Year()
	v.Shut, v.Holiday = !year.School(day), year.Holiday(day)
	var seen map[learning.PersonID]bool
	if q.Get("from") == "box" {
		if seen, err = s.Store.SeenOn(r.actor(), class.ID, day); err != nil {
			return err
		}
		v.Seen, v.ByHand = len(seen), attendanceURL(v.Path, day, session, "")
	} else {
		v.SignIns = attendanceURL(v.Path, day, session, "box")
	}
	s.fillRows(&v, &roll, learners, seen)
	s.attendancePlaces(&v, rolls, day, &year)
	v.Trace = s.traceOf(r, &roll, learners)
	if q.Has("saved") {
		v.Banner = &view.Banner{Kind: "saved", Key: "attendance.saved"}
	}
	return s.render(w, r, http.StatusOK, ui.Attendance(v))
}

func attendanceURL(path string, day, session int, from string) string {
	q := url.Values{"day": {dateText(day)}}
	if session > 1 {
		q.Set("session", strconv.Itoa(session))
	}
	if from != "" {
		q.Set("from", from)
	}
	return path + "?" + q.Encode()
}

func sessionOf(text string) int {
	n, err := strconv.Atoi(marking.Digits(text))
	if err != nil || n < 1 || n > learning.MaxSessions {
		return 1
	}
	return n
}

// fillRows marks each child: as the register has it, else by who was seen on the box (nil: everybody is here).
func (s *Server) fillRows(v *view.Attendance, roll *learning.Roll, learners []learning.Person, seen map[learning.PersonID]bool) {
	for _, p := range learners {
		mark, conflict := roll.Of(p.ID)
		row := view.AttendanceRow{ID: string(p.ID), Name: p.Name, Tile: tileName(p.Tile), Was: markName(mark), Mark: markName(mark)}
		switch {
		case conflict:
			row.Was, row.Mark, row.Both = "", "", bothMarks(roll, p.ID)
			v.Conflicts++
		case seen != nil && seen[p.ID], seen == nil && mark == learning.Unmarked:
			row.Mark = "present"
		case seen != nil && mark == learning.Unmarked:
			row.Mark = "absent"
		}
		switch row.Mark {
		case "present", "late":
			v.Here++
		case "absent", "excused":
			v.Away++
		}
		v.Rows = append(v.Rows, row)
	}
}

func markName(p learning.Presence) string {
	if p < learning.Present || p > learning.Excused {
		return ""
	}
	return view.AttendanceMarks[p-1]
}

func bothMarks(roll *learning.Roll, who learning.PersonID) (out []string) {
	raw, _ := learning.Raw(who)
	for _, h := range roll.Sheet.At(raw) {
		if name := markName(learning.Presence(h.Value)); name != "" && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	if len(out) == 1 { // the other took the mark back
		out = append(out, "none")
	}
	return out
}

// attendancePlaces are the ways to other registers: of the same day, and of the school days around.
func (s *Server) attendancePlaces(v *view.Attendance, rolls []learning.Roll, day int, year *learning.Year) {
	last := 0
	for _, x := range rolls {
		if x.Session != v.Session {
			v.Sessions = append(v.Sessions, view.NumberedLink{Number: x.Session, URL: attendanceURL(v.Path, day, x.Session, "")})
		}
		last = max(last, x.Session)
	}
	v.Sessions = append(v.Sessions, view.NumberedLink{Number: v.Session, URL: attendanceURL(v.Path, day, v.Session, ""), Current: true})
	arrange.By(v.Sessions, func(a, b view.NumberedLink) int { return a.Number - b.Number })
	if last < learning.MaxSessions && v.Taken {
		v.Another = attendanceURL(v.Path, day, last+1, "")
	}
	v.Before = attendanceURL(v.Path, year.NextSchool(day, -1), 1, "")
	next := year.NextSchool(day, 1)
	if today, believed := s.today(); !believed || next <= today {
		v.After = attendanceURL(v.Path, next, 1, "")
	}
}

// traceOf is who wrote what in a register, the latest first.
func (s *Server) traceOf(r *request, roll *learning.Roll, learners []learning.Person) (out []view.AttendanceChange) {
	names := map[learning.PersonID]string{}
	for _, p := range learners {
		names[p.ID] = p.Name
	}
	for _, c := range s.Store.Changes(r.actor(), roll) {
		x := view.AttendanceChange{Who: c.Name, At: report.When(c.At), SignIns: c.How == learning.BySignIns}
		if len(c.Marks) > len(learners)/2 && len(c.Marks) > 2 {
			x.Taken = len(c.Marks)
		}
		for who, p := range c.Marks {
			if x.Taken == 0 || p != learning.Present {
				x.Marks = append(x.Marks, view.AttendanceRow{Name: cmpOr(names[who], "–"), Mark: cmpOr(markName(p), "none")})
			}
		}
		arrange.By(x.Marks, func(a, b view.AttendanceRow) int { return strings.Compare(a.Name, b.Name) })
		out = append(out, x)
	}
	slices.Reverse(out)
	return out
}

func cmpOr(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// saveAttendance writes what was changed on the page, so that what another teacher changed meanwhile stays.
func (s *Server) saveAttendance(w http.ResponseWriter, r *request) error {
	class, learners, err := s.classLed(r)
	if err != nil {
		return err
	}
	f := r.PostForm
	path := classHome(class.ID) + "/attendance"
	day, problem := s.namedDay(f.Get("day"))
	if problem != "" {
		http.Redirect(w, r.Request, path+"?day="+url.QueryEscape(f.Get("day")), http.StatusSeeOther)
		return nil
	}
	roll := learning.Roll{Class: class.ID, Day: day, Session: sessionOf(f.Get("session"))}
	marks := map[learning.PersonID]learning.Presence{}
	for _, p := range learners {
		id := string(p.ID)
		n, err := strconv.Atoi(f.Get("mark." + id))
		if err == nil && n >= 1 && n <= int(learning.Excused) && markName(learning.Presence(n)) != f.Get("was."+id) {
			marks[p.ID] = learning.Presence(n)
		}
	}
	how := byte(learning.ByHand)
	if f.Get("how") == "signins" {
		how = learning.BySignIns
	}
	err = s.Store.SaveRoll(r.Context(), r.actor(), roll, marks, how)
	if err != nil && !errors.Is(err, fs.ErrInvalid) {
		return err
	}
	to := attendanceURL(path, day, roll.Session, "")
	if err == nil {
		to += "&saved"
	}
	http.Redirect(w, r.Request, to, http.StatusSeeOther)
	return nil
}
