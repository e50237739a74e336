package web

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"lamplight/server/learning"
)

func TestAGuestsWishesAreOnlyThoseThatPagesKnow(t *testing.T) {
	for value, want := range map[string]learning.Settings{
		"fr.dark.l.wide.reduced": {Language: "fr", Theme: "dark", TextSize: "l", Spacing: "wide", Motion: "reduced"},
		"fr":                     {Language: "fr"},
		strings.Repeat("x", 9000) + ".dark.9.<b>.reduced": {Theme: "dark", Motion: "reduced"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Cookie", settingsCookie+"="+value)
		if got := guestSettings(r); got != want {
			t.Errorf("%.30s: got %+v, want %+v", value, got, want)
		}
	}
}

func TestAPanicIsOneErrorPage(t *testing.T) {
	var nothing map[string]string
	err := open(func(http.ResponseWriter, *request) error { nothing["a"] = "b"; return nil }, nil, nil)
	if code, _ := statusOf(err); err == nil || code != http.StatusInternalServerError || strings.Contains(err.Error(), "goroutine") {
		t.Errorf("%v is answered with %d", err, code)
	}
}

func TestAFewBooksAtATime(t *testing.T) {
	g := make(gate, 2)
	first, err := g.enter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := g.enter(t.Context()); err != nil {
		t.Fatal(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := g.enter(ended); err == nil {
		t.Fatal("a third went in")
	}
	first()
	first()
	if _, err := g.enter(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := g.enter(ended); err == nil {
		t.Error("who left twice made room for two")
	}
}

func TestThePageOfABookIsSentOutsideTheGate(t *testing.T) {
	g := make(gate, 1)
	leave, err := g.enter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	r := &request{Request: httptest.NewRequest("GET", "/", nil), composed: leave}
	html := bytes.NewBufferString("<p>long")
	if err := (composed{html}).send(sender(func() {
		if len(g) != 0 {
			t.Error("a slow phone keeps others from their books")
		}
	}), r, 200); err != nil {
		t.Fatal(err)
	}
}

// A sender is called when a page is written.
type sender func()

func (s sender) Header() http.Header         { return http.Header{} }
func (s sender) WriteHeader(int)             {}
func (s sender) Write(b []byte) (int, error) { s(); return len(b), nil }

func TestAHugePageIsTheSameWithoutGzip(t *testing.T) {
	long := strings.Repeat("<p>A long chapter.</p>", 100_000)
	r := &request{Request: httptest.NewRequest("GET", "/", nil)}
	w := httptest.NewRecorder()
	page, length, err := compose(r, templ.Raw(long), false)
	if err != nil || page.html.Len() > len(long)/10 {
		t.Fatalf("while it goes out %d bytes of %d are held: %v", page.html.Len(), len(long), err)
	}
	if err := page.sendInflated(w, r, 200, length); err != nil {
		t.Fatal(err)
	}
	if w.Body.String() != long || w.Header().Get("Content-Length") != strconv.Itoa(len(long)) || w.Header().Get("Content-Encoding") != "" {
		t.Errorf("%d of %d bytes came, with %v", w.Body.Len(), len(long), w.Header())
	}
}

func TestPagesWaitForAPress(t *testing.T) {
	var taken []*press
	for range cap(presses) {
		p, err := take(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		taken = append(taken, p)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	r := &request{Request: httptest.NewRequest("GET", "/", nil).WithContext(ended)}
	if _, _, err := compose(r, templ.Raw("page"), true); !errors.Is(err, context.Canceled) {
		t.Errorf("who went away waited on: %v", err)
	}
	for _, p := range taken {
		p.leave()
	}
	r = &request{Request: httptest.NewRequest("GET", "/", nil)}
	if page, _, err := compose(r, templ.Raw("page"), false); err != nil || page.html.String() != "page" {
		t.Errorf("a press is free: %v", err)
	}
}
