package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"lamplight/server/learning"
	"lamplight/ui"
	"lamplight/ui/view"
)

const (
	nowPath = "/now"
	// callPath is what phones ask every few seconds. Where no class looks at anything it is answered before anybody asks
	// who asks.
	callPath = "/now/at"
	// recount is how often a class that has ended by itself is noted.
	recount = time.Minute
	// refreshSeconds is how soon a phone without a script looks again.
	refreshSeconds = 8
	// teacherRefresh is slower, since lists are open there and tapped.
	teacherRefresh = 20
)

// together is what the box remembers of classes that look at something together, beside what the record keeps: hands and
// who has been led there are gone after a restart, and both come back with one tap.
type together struct {
	on      atomic.Int32 // classes that do
	counted atomic.Int64 // when, Unix nanoseconds of a clock that may be wrong; 0 never
	mu      sync.Mutex
	led     map[learning.PersonID]string // by person the pull of what they were led to
	hands   map[learning.ClassID][]learning.PersonID
}

// anyTogether says whether a class of this box looks at anything together.
func (s *Server) anyTogether() bool {
	t := &s.joined
	at := t.counted.Load()
	if at != 0 && (t.on.Load() == 0 || time.Since(time.Unix(0, at)).Abs() < recount) {
		return t.on.Load() > 0
	}
	return s.countTogether()
}

// countTogether asks the record; before a box has a school there is nothing to ask.
func (s *Server) countTogether() bool {
	t := &s.joined
	if s.Store.SchoolID() == "" {
		return false
	}
	n, err := s.Store.ClassesOn(s.Node.DeviceID())
	if err != nil {
		s.Log.Warn("classes that look at something together", "err", err)
		return t.on.Load() > 0
	}
	t.on.Store(int32(n))
	t.counted.Store(time.Now().UnixNano())
	if n == 0 {
		t.mu.Lock()
		t.led, t.hands = nil, nil
		t.mu.Unlock()
	}
	return n > 0
}

// pullOf names what a class was led to: another one leads it there anew.
func pullOf(m *learning.ClassMode) string {
	switch m.State {
	case learning.ClassOff:
		return ""
	case learning.ClassLooks:
		return "r" + strconv.FormatInt(m.Since.MS, 36)
	}
	return m.Round()
}

// keyOfNow is a pull and how it stands.
func keyOfNow(m *learning.ClassMode) string { return pullOf(m) + "." + string(m.State) }

// lead notes that a person is led to a pull, and reports whether that is new.
func (t *together) lead(who learning.PersonID, pull string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.led[who] == pull {
		return false
	}
	if t.led == nil {
		t.led = map[learning.PersonID]string{}
	}
	t.led[who] = pull
	return true
}

// raise puts a hand up or down.
func (t *together) raise(class learning.ClassID, who learning.PersonID, up bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.hands == nil {
		t.hands = map[learning.ClassID][]learning.PersonID{}
	}
	t.hands[class] = slices.DeleteFunc(t.hands[class], func(p learning.PersonID) bool { return p == who })
	if up {
		t.hands[class] = append(t.hands[class], who)
	}
}

// lower puts all hands of a class down.
func (t *together) lower(class learning.ClassID) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.hands, class)
}

// handsOf are whose hands are up in a class, the first to raise it first.
func (t *together) handsOf(class learning.ClassID) []learning.PersonID {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.hands[class])
}

// ledTo is how many of a class have been led to a pull.
func (t *together) ledTo(pull string, who func(learning.PersonID) bool) (n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for p, at := range t.led {
		if at == pull && who(p) {
			n++
		}
	}
	return n
}

// myClassMode is what the class of who asks looks at; off for whoever is no learner.
func (s *Server) myClassMode(r *request) (learning.ClassMode, error) {
	if r.person.Role != learning.Learner || !s.anyTogether() {
		return learning.ClassMode{}, nil
	}
	return s.Store.MyClassMode(r.actor(), s.Node.DeviceID())
}

// leadThere sends a learner whose class looks at something to it, once, whatever page they were going to; a quiz that goes
// on is left in peace.
func (s *Server) leadThere(w http.ResponseWriter, r *request) bool {
	if r.person.Role != learning.Learner || !s.joined.maybe() || !leadsAway(r) {
		return false
	}
	m, err := s.myClassMode(r)
	if err != nil || m.State == learning.ClassOff || !s.joined.lead(r.person.ID, pullOf(&m)) {
		return false
	}
	http.Redirect(w, r.Request, nowPath+"?go", http.StatusSeeOther)
	return true
}

// maybe is false when there is surely nothing, without a look at the record.
func (t *together) maybe() bool { return t.counted.Load() == 0 || t.on.Load() > 0 }

// leadsAway says that a request is for a page that somebody opens by themselves.
func leadsAway(r *request) bool {
	path := r.URL.Path
	if r.Method != http.MethodGet || part(path) || !strings.Contains(r.Header.Get("Accept"), "text/html") {
		return false
	}
	for _, p := range []string{nowPath, "/shared", "/log", "/card", "/quiz/", "/settings", "/languages"} {
		if strings.HasPrefix(path, p) {
			return false
		}
	}
	return true
}

// quiet answers phones that ask what their class looks at where no class looks at anything: 204, or 200 with nothing for one
// whose class has just ended.
func (s *Server) quiet(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.anyTogether() {
			h.ServeHTTP(w, r)
			return
		}
		w.Header()["Cache-Control"] = noStore
		if strings.TrimLeft(r.URL.RawQuery, "k=.") == "" {
			w.WriteHeader(http.StatusNoContent)
		}
	})
}

var noStore = []string{"no-store"}

// sendCall answers a learner's phone: 204 while it shows what there is (k= the key or the pull of that), 200 and the line
// that calls the learner there otherwise, to go there at once where they have not been led there yet; 410 for who need not
// ask.
func (s *Server) sendCall(w http.ResponseWriter, r *request) error {
	w.Header()["Cache-Control"] = noStore
	if r.person.Role != learning.Learner {
		w.WriteHeader(http.StatusGone)
		return nil
	}
	m, err := s.myClassMode(r)
	if err != nil {
		return err
	}
	has, pull := r.URL.Query().Get("k"), pullOf(&m)
	if has == keyOfNow(&m) || has == pull {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	if m.State == learning.ClassOff {
		return nil
	}
	w.Header().Set("Lamp-Now", pull)
	if s.joined.lead(r.person.ID, pull) {
		w.Header().Set("Lamp-Go", "1")
	}
	v := view.NowCall{Frame: s.frame(r, "", nil)}
	if m.Item == "" {
		v.Thing = s.refTitle(m.At)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	return ui.NowCall(v).Render(r.Context(), w)
}
