package web

import (
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"lamplight/content/marking"
	"lamplight/server/learning"
	"lamplight/ui"
	"lamplight/ui/view"
)

const (
	clockPath = "/teach/clock"
	// phoneClockPath is where a page tells the box what the phone's clock says, while the box is unsure of its own.
	phoneClockPath = "/clock"
	// mostPhones is how many phones' clocks are remembered.
	mostPhones = 256
	// How far off the time may be that a teacher confirms of the phones, and that a teacher types.
	withinPhones, withinTyped = 2 * time.Minute, 10 * time.Minute
)

// phoneClocks is what phones say of the time, one word a phone, the last. Nothing follows from it until a teacher says so.
// It is memory alone. Safe for concurrent use; the zero value is ready.
type phoneClocks struct {
	mu    sync.Mutex
	ahead map[string]time.Duration // by the phone's address: how far its clock is ahead of this process's count
	order []string                 // first heard first
}

// started is the beginning of that count.
var started = time.Now()

func (p *phoneClocks) note(phone string, at time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ahead == nil {
		p.ahead = map[string]time.Duration{}
	}
	if _, known := p.ahead[phone]; !known {
		p.order = append(p.order, phone)
	}
	p.ahead[phone] = time.Duration(at.UnixNano()) - time.Since(started)
	if len(p.order) > mostPhones {
		delete(p.ahead, p.order[0])
		p.order = p.order[1:]
	}
}

// median is the time in the middle of what the phones say that are not before the floor, and how many those are; 0 none. An
// even number has two in the middle: the earlier counts.
func (p *phoneClocks) median(floor time.Time) (now time.Time, phones int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	up := time.Since(started)
	var all []time.Duration
	for _, d := range p.ahead {
		if !time.Unix(0, int64(d+up)).Before(floor.Add(-24 * time.Hour)) {
			all = append(all, d+up)
		}
	}
	if len(all) == 0 {
		return time.Time{}, 0
	}
	slices.Sort(all)
	return time.Unix(0, int64(all[(len(all)-1)/2])).UTC(), len(all)
}

// hearClock takes what one phone's clock says. It answers nothing, so a page may ask it like a picture.
func (s *Server) hearClock(w http.ResponseWriter, r *request) error {
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusNoContent)
	ms, err := strconv.ParseInt(r.URL.Query().Get("at"), 10, 64)
	at := time.UnixMilli(ms)
	if _, believed := s.Now(); believed || err != nil || at.Year() < 2020 || at.Year() > 2199 {
		return nil
	}
	phone, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		phone = r.RemoteAddr
	}
	s.phones.note(phone, at)
	return nil
}

// showClock is what the box takes for the time, what the phones say, and a place to set it.
func (s *Server) showClock(w http.ResponseWriter, r *request) error {
	v := view.Clock{}
	if r.URL.Query().Has("saved") {
		v.Banner = &view.Banner{Kind: "saved", Key: "clock.saved"}
	}
	return s.renderClock(w, r, v, http.StatusOK)
}

func (s *Server) renderClock(w http.ResponseWriter, r *request, v view.Clock, status int) error {
	banner := v.Banner
	v.Frame = s.frame(r, "teach", &view.Link{URL: "/teach"})
	v.Banner = banner
	now, _ := s.Now()
	local := s.local(now)
	v.Day, v.Time = view.When{Time: local, Unsure: v.Frame.Unsure}, local.Format("15:04")
	if median, n := s.phones.median(now); n > 0 && v.Frame.Unsure {
		at := s.local(median)
		v.Phones, v.PhonesDay, v.PhonesTime = n, view.When{Time: at}, at.Format("15:04")
		v.Ahead = strconv.FormatInt(median.UnixMilli()-time.Since(started).Milliseconds(), 10)
	}
	return s.render(w, r, status, ui.Clock(v))
}

// local is a moment as clocks on the school's walls show it.
func (s *Server) local(t time.Time) time.Time {
	school, err := s.Store.School()
	if err != nil {
		return t
	}
	return school.Local(t)
}

// saveClock takes what the teacher says the time is: the phones' as it was shown, or what is typed.
func (s *Server) saveClock(w http.ResponseWriter, r *request) error {
	f := r.PostForm
	now, source, within := time.Time{}, learning.SourcePerson, withinTyped
	if ms, err := strconv.ParseInt(f.Get("phones"), 10, 64); err == nil {
		now, source, within = time.UnixMilli(ms).Add(time.Since(started)), learning.SourcePhone, withinPhones
	} else {
		school, _ := s.Store.School()
		typed := strings.TrimSpace(marking.Digits(f.Get("date"))) + " " + strings.TrimSpace(marking.Digits(f.Get("time")))
		if now, err = time.Parse("2006-01-02 15:04", typed); err == nil {
			now = now.Add(-time.Duration(school.Zone) * time.Minute)
		}
	}
	if now.Year() < 2020 || now.Year() > 2199 {
		return s.renderClock(w, r, view.Clock{Problem: true, TypedDate: f.Get("date"), TypedTime: f.Get("time")}, http.StatusBadRequest)
	}
	if err := s.Node.TellTime(r.Context(), now.UTC(), source, within); err != nil {
		return err
	}
	http.Redirect(w, r.Request, clockPath+"?saved", http.StatusSeeOther)
	return nil
}
