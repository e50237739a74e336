package uitest

import (
	"strings"
	"testing"
)

const goodPage = `<!doctype html><html lang="en" dir="ltr"><title>x</title><h1>One</h1><h2>Two</h2>` +
	`<form method="post" action="/x"><input type="hidden" name="token" value="t"><label>Name <input name="n"></label></form><a href="/y">There</a>`

func TestProblemsAreFound(t *testing.T) {
	if got := Problems([]byte(goodPage), Options{}); got != nil {
		t.Fatalf("a good page has problems: %v", got)
	}
	for bad, want := range map[string]string{
		`<p style="color:red">x</p>`:                                       "inline style",
		`<p onclick="x()">x</p>`:                                           "inline onclick",
		`<style>p{}</style>`:                                               "<style>",
		`<script>x()</script>`:                                             "inline script",
		`<img src="/a.png">`:                                               "without alt",
		`<a href="https://example.org/">x</a>`:                             "leads away",
		`<a href="//example.org/">x</a>`:                                   "leads away",
		`<img alt="" src="javascript:x">`:                                  "leads away",
		`<a href="/x"></a>`:                                                "no name",
		`<a href="/x"><span aria-hidden="true">x</span>`:                   "no name",
		`<input name="q">`:                                                 "no label",
		`<select name="q"></select>`:                                       "no label",
		`<form method="post" action="/z"></form>`:                          "without the session's token",
		`<h1>Again</h1>`:                                                   "2 <h1>",
		`<h4>Deep</h4>`:                                                    "jump from h2 to h4",
		`<p id="a"></p><p id="a"></p>`:                                     "stands 2 times",
		`<p aria-describedby="no"></p>`:                                    "not there",
		`<iframe src="/f" title="f"></iframe>`:                             "sandboxed",
		`<iframe sandbox="allow-same-origin" src="/f" title="f"></iframe>`: "sandboxed",
		`<p>[home.title]</p>`:                                              "message home.title is missing",
	} {
		got := strings.Join(Problems([]byte(goodPage+bad), Options{}), "; ")
		if !strings.Contains(got, want) {
			t.Errorf("%s: got %q, want it to say %q", bad, got, want)
		}
	}
	if got := Problems([]byte("<html><h1>x</h1>"), Options{}); len(got) < 2 {
		t.Errorf("a page without lang and dir: got %v", got)
	}
	if got := Problems([]byte(goodPage), Options{Budget: 10}); len(got) != 1 {
		t.Errorf("a page over its budget: got %v", got)
	}
}
