package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

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
