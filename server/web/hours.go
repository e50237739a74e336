package web

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"strconv"

	"lamplight/content/marking"
	"lamplight/server/learning"
	"lamplight/ui"
	"lamplight/ui/view"
)

// zones are the offsets from UTC that places keep, in minutes.
func zones() (out []int) {
	for m := -12 * 60; m <= 14*60; m += 30 {
		out = append(out, m)
		if m == 330 || m == 510 || m == 750 { // Nepal, Eucla, the Chatham Islands
			out = append(out, m+15)
		}
	}
	return out
}

// showHours is when learners may sign in.
func (s *Server) showHours(w http.ResponseWriter, r *request) error {
	school, err := s.Store.School()
	if err != nil {
		return err
	}
	v := view.Hours{From: "07:30", To: "16:00", Days: [7]bool{1: true, 2: true, 3: true, 4: true, 5: true}, Zone: school.Zone}
	if h, err := learning.ParseHours(school.Hours); err == nil && !h.Always() {
		v.Limit, v.Days, v.From, v.To = true, h.Days, clockTime(h.From), clockTime(h.To)
	}
	return s.renderHours(w, r, v, http.StatusOK)
}

func clockTime(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

func (s *Server) renderHours(w http.ResponseWriter, r *request, v view.Hours, status int) error {
	v.Frame, v.Zones = s.frame(r, "box", &view.Link{URL: "/admin"}), zones()
	if now, believed := s.Now(); believed {
		local := learning.School{Zone: v.Zone}.Local(now)
		v.Time, v.Weekday = local.Format("15:04"), int(local.Weekday())
	}
	if r.URL.Query().Has("saved") {
		v.Banner = &view.Banner{Kind: "saved", Key: "banner.hours-saved"}
	}
	return s.render(w, r, status, ui.Hours(v))
}

func (s *Server) saveHours(w http.ResponseWriter, r *request) error {
	f := r.PostForm
	v := view.Hours{Limit: f.Get("limit") != "", From: marking.Digits(f.Get("from")), To: marking.Digits(f.Get("to"))}
	v.Zone, _ = strconv.Atoi(f.Get("zone"))
	for _, d := range f["day"] {
		if n, err := strconv.Atoi(d); err == nil && n >= 0 && n < 7 {
			v.Days[n] = true
		}
	}
	var hours learning.Hours
	if v.Limit {
		if hours, v.Problem = readHours(v); v.Problem != "" {
			return s.renderHours(w, r, v, http.StatusBadRequest)
		}
	}
	err := s.Store.EditSchool(r.Context(), r.actor(), learning.SchoolEdit{Zone: &v.Zone, Hours: &hours})
	if errors.Is(err, fs.ErrInvalid) {
		v.Problem = "hours"
		return s.renderHours(w, r, v, http.StatusBadRequest)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r.Request, "/admin/hours?saved", http.StatusSeeOther)
	return nil
}

func readHours(v view.Hours) (h learning.Hours, problem string) {
	var err1, err2 error
	h.Days = v.Days
	h.From, err1 = learning.ParseTime(v.From)
	h.To, err2 = learning.ParseTime(v.To)
	switch {
	case h.Days == [7]bool{}:
		return h, "days"
	case err1 != nil || err2 != nil || h.From >= h.To:
		return h, "hours"
	}
	return h, ""
}
