package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/ui"
	"lamplight/ui/view"
)

// appPath takes what apps say: a resource's id follows. A form there may be as long as a state that is escaped.
const (
	appPath    = "/app/"
	maxAppForm = 200 << 10
)

// showApp shows an app of a package in a frame from the player's port, with what it keeps for the person.
func (s *Server) showApp(w http.ResponseWriter, r *request, reader content.Reader, n content.Node) error {
	course := reader.Course()
	src := s.frameURL(r, course.ID, n)
	at, err := url.Parse(src)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Security-Policy", ui.CSP(at.Scheme+"://"+at.Host))
	p := s.progressOf(r, n.ID)
	v := view.App{
		Frame: s.resourceFrame(r, reader, n), Heading: title(n), Lang: language(course, n), About: n.Description, Crumbs: crumbs(reader, n),
		Source: src, Inside: packagePath(at.EscapedPath(), n.Path), Percent: p.Percent / 100, Complete: p.Complete, Licence: nodeLicence(course, n),
		Keep: s.keepOf(r, course.ID, n.ID), Bytes: n.Bytes,
	}
	if p.Scored {
		v.Scored, v.Score = true, int(p.Score)/100
	}
	state := ""
	if r.signedIn() {
		v.Save = appPath + url.PathEscape(string(n.ID))
		if state, err = s.Store.AppState(r.actor(), n.ID); err != nil {
			s.Log.Warn("what an app keeps", "err", err)
		}
	}
	v.Given = givenTo(state, v.Frame.Lang)
	v.Previous, v.Next = s.neighbours(r, reader, n)
	v.Siblings = s.siblings(r, reader, n)
	if p := s.passage(r, n.ID); p != nil {
		v.Back, v.Previous, v.Next, v.Siblings = p.back(), nil, p.next, nil
	}
	v.Banner = keptBanner(r)
	return s.render(w, r, http.StatusOK, ui.App(v))
}

// packagePath is the beginning of the addresses of an app's own files, of the escaped address of its first page: of a zip
// among a course's files ("HASH.zip/index.html") that zip, else all of the course.
func packagePath(address, page string) string {
	inner := (&url.URL{Path: page}).EscapedPath()
	course, ok := strings.CutSuffix(address, inner)
	if !ok {
		return address
	}
	if zip, _, ok := strings.Cut(inner, ".zip/"); ok && !strings.Contains(zip, "/") {
		return course + zip + ".zip/"
	}
	return course
}

// givenTo is what the shim finds as the name of its frame.
func givenTo(state, lang string) string {
	b, err := json.Marshal(struct {
		Lamplight int    `json:"lamplight"`
		Lang      string `json:"lang"`
		State     string `json:"state,omitempty"`
	}{1, lang, state})
	if err != nil {
		return ""
	}
	return string(b)
}

// saveApp takes what an app says of its learner's way: progress and score in basis points, complete, state. It counts for
// the one resource that the page was opened with, only if that is an app, and not faster than people do things.
func (s *Server) saveApp(w http.ResponseWriter, r *request) error {
	reader, release, n, err := s.openResource(r, content.ResourceID(r.PathValue("id")))
	if err != nil {
		return err
	}
	defer release()
	if n.Kind != content.App {
		return errNotFound(r.URL.Path)
	}
	state := r.PostForm.Get("state")
	if !s.apps.take(r.person.ID, len(state)) {
		w.Header().Set("Retry-After", "30")
		w.WriteHeader(http.StatusTooManyRequests)
		return nil
	}
	course := reader.Course().ID
	told, err := appView(r.PostForm, n)
	if err != nil {
		return err
	}
	if r.PostForm.Has("state") {
		at := learning.Ref{Course: course, Resource: n.ID}
		if err := s.Store.KeepAppState(r.Context(), r.actor(), learning.AppState{Ref: at, Data: state}); err != nil {
			return err
		}
	}
	if told != nil {
		told.Learner, told.Course, told.Resource = r.person.ID, course, n.ID
		if _, err := s.Store.RecordView(r.Context(), r.actor(), *told); err != nil {
			return err
		}
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// appView is a view of what a form says an app told, nil when it says nothing of the learner's way. An app that was got
// through, or reached what its author asks for, is finished.
func appView(f url.Values, n content.Node) (*learning.View, error) {
	progress, told, err := basisPoints(f, "progress")
	if err != nil {
		return nil, err
	}
	score, scored, err := basisPoints(f, "score")
	if err != nil {
		return nil, err
	}
	complete := f.Get("complete") == "1"
	if !told && !scored && !complete {
		return nil, nil
	}
	v := &learning.View{Action: learning.Moved, Percent: min(progress, learning.WholePercent-1), Scored: scored, Score: content.Score(score)}
	asks := n.CompletedBy()
	if complete || progress >= 10000 || asks.By == content.ByPercent && progress >= 100*asks.Amount || asks.By == content.ByScore && scored && score >= 100*asks.Amount {
		v.Action, v.Percent = learning.Finished, 10000
	}
	return v, nil
}

func basisPoints(f url.Values, name string) (n int, there bool, err error) {
	if !f.Has(name) {
		return 0, false, nil
	}
	if n, err = strconv.Atoi(f.Get(name)); err != nil || n < 0 || n > 10000 {
		return 0, false, fmt.Errorf("web: %s %.20q is no share: %w", name, f.Get(name), errors.Join(err, fs.ErrInvalid))
	}
	return n, true, nil
}

// appRates hold back apps that say too much: every state they keep is written to the card and carried to other boxes.
// Of one person: 40 posts and 128 KiB at once, then one in three seconds and 256 B/s; of all, 8 MiB at once and 32 KiB/s.
type appRates struct {
	mu   sync.Mutex
	of   map[learning.PersonID]*appRate
	all  float64 // bytes left
	when time.Time
	now  func() time.Time // nil: time.Now
}

type appRate struct {
	posts, bytes float64 // left
	when         time.Time
}

const (
	appPosts, appPostRate = 40, 1. / 3
	appBytes, appByteRate = 128 << 10, 256
	allBytes, allByteRate = 8 << 20, 32 << 10
	maxAppRates           = 2000 // people; past that those longest silent are forgotten, who have all their room again
)

// take says whether a person may post now, with a state of n bytes, and counts it if so.
func (a *appRates) take(p learning.PersonID, n int) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := time.Now()
	if a.now != nil {
		now = a.now()
	}
	if a.of == nil {
		a.of, a.all, a.when = map[learning.PersonID]*appRate{}, allBytes, now
	}
	one := a.of[p]
	if one == nil {
		if len(a.of) >= maxAppRates {
			a.forget(now)
		}
		one = &appRate{appPosts, appBytes, now}
		a.of[p] = one
	}
	since := now.Sub(one.when).Seconds()
	one.posts, one.bytes, one.when = min(appPosts, one.posts+since*appPostRate), min(appBytes, one.bytes+since*appByteRate), now
	a.all, a.when = min(allBytes, a.all+now.Sub(a.when).Seconds()*allByteRate), now
	if one.posts < 1 || one.bytes < float64(n) || a.all < float64(n) {
		return false
	}
	one.posts, one.bytes, a.all = one.posts-1, one.bytes-float64(n), a.all-float64(n)
	return true
}

// forget drops those that have been silent for as long as it takes to have all their room again.
func (a *appRates) forget(now time.Time) {
	for p, one := range a.of {
		if now.Sub(one.when) > appBytes/appByteRate*time.Second {
			delete(a.of, p)
		}
	}
	if len(a.of) >= maxAppRates {
		clear(a.of)
	}
}
