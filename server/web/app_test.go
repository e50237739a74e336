package web

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"lamplight/content"
	"lamplight/server/learning"
)

func TestAnAppsOwnAddressesAreItsZipsOrItsCourses(t *testing.T) {
	for _, c := range [][3]string{
		{"/p/c0/index.html", "index.html", "/p/c0/"},
		{"/p/c0/my%20app/index.html", "my app/index.html", "/p/c0/"},
		{"/p/token/c0/0123abcd.zip/a/index.html", "0123abcd.zip/a/index.html", "/p/token/c0/0123abcd.zip/"},
		{"/p/c0/folder/x.zip/index.html", "folder/x.zip/index.html", "/p/c0/"},
		{"/p/c0/elsewhere", "index.html", "/p/c0/elsewhere"},
	} {
		if got := packagePath(c[0], c[1]); got != c[2] {
			t.Errorf("%s: got %s, want %s", c[0], got, c[2])
		}
	}
}

func TestWhatAnAppTellsIsHeldToItsRange(t *testing.T) {
	app, score := content.Node{Kind: content.App}, content.Node{Kind: content.App, Completion: content.Completion{By: content.ByScore, Amount: 70}}
	for _, c := range []struct {
		form string
		node content.Node
		want *learning.View // nil nothing, without numbers an error
	}{
		{"", app, nil},
		{"state=x", app, nil},
		{"progress=5000", app, &learning.View{Action: learning.Moved, Percent: 5000}},
		{"progress=9999", app, &learning.View{Action: learning.Moved, Percent: learning.WholePercent - 1}},
		{"progress=10000", app, &learning.View{Action: learning.Finished, Percent: 10000}},
		{"complete=1", app, &learning.View{Action: learning.Finished, Percent: 10000}},
		{"complete=yes", app, nil},
		{"score=0", app, &learning.View{Action: learning.Moved, Scored: true}},
		{"score=7000", app, &learning.View{Action: learning.Moved, Scored: true, Score: 7000}},
		{"score=7000", score, &learning.View{Action: learning.Finished, Percent: 10000, Scored: true, Score: 7000}},
		{"score=6999", score, &learning.View{Action: learning.Moved, Scored: true, Score: 6999}},
	} {
		f, _ := url.ParseQuery(c.form)
		got, err := appView(f, c.node)
		if err != nil || (got == nil) != (c.want == nil) || got != nil && *got != *c.want {
			t.Errorf("%s: %+v, %v; want %+v", c.form, got, err, c.want)
		}
	}
	for _, bad := range []string{"progress=-1", "progress=10001", "score=1e3", "score=", "progress=NaN"} {
		f, _ := url.ParseQuery(bad)
		if v, err := appView(f, app); err == nil {
			t.Errorf("%s: %+v", bad, v)
		}
	}
}

func TestAnAppThatSaysTooMuchIsHeldBack(t *testing.T) {
	now := time.Unix(0, 0)
	a := &appRates{now: func() time.Time { return now }}
	posts := 0
	for a.take("p1", 0) {
		posts++
	}
	if posts != appPosts || !a.take("p2", 0) {
		t.Errorf("%d posts at once, or another person is held back too", posts)
	}
	now = now.Add(31 * time.Second)
	if !a.take("p1", 1000) {
		t.Error("after half a minute it may not post")
	}
	now = now.Add(time.Hour)
	first, second := a.take("p1", learning.MaxState), a.take("p1", learning.MaxState)
	if !first || !second || a.take("p1", learning.MaxState) {
		t.Error("two states of the largest size at once, and not three")
	}
	for i := range 3 * maxAppRates {
		a.take(learning.PersonID(strings.Repeat("x", i%7)+string(rune(i))), learning.MaxState)
	}
	if len(a.of) > maxAppRates || a.all < 0 {
		t.Errorf("%d people remembered, %.0f bytes left", len(a.of), a.all)
	}
}
