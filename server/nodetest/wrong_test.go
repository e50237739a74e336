package nodetest

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"lamplight/server/learning"
	"lamplight/server/store"
)

// page checks a page for somebody who went wrong: the status, a heading, a way back, the language.
func wantPage(t *testing.T, what string, p Page, status int, lang string) {
	t.Helper()
	if p.Status != status {
		t.Errorf("%s: status %d, want %d: %.300s", what, p.Status, status, between(p.Body, "<main", "</main>"))
		return
	}
	dir := "ltr"
	if lang == "ar" {
		dir = "rtl"
	}
	for _, part := range []string{`<html lang="` + lang + `" dir="` + dir + `"`, "<h1", `href="/"`} {
		if !strings.Contains(p.Body, part) {
			t.Errorf("%s: the page for %d lacks %s: %.600s", what, status, part, p.Body)
		}
	}
	if h := p.Header.Get("Content-Type"); h != "text/html; charset=utf-8" {
		t.Errorf("%s: Content-Type %q", what, h)
	}
	if csp := p.Header.Get("Content-Security-Policy"); csp == "" || strings.Contains(csp, "unsafe-inline") {
		t.Errorf("%s: Content-Security-Policy %q", what, csp)
	}
	noDump(t, what, strings.ReplaceAll(p.Body, ".go:", ""))
}

// speak sets the person's language.
func speak(t *testing.T, b *Browser, lang string) {
	t.Helper()
	f := b.Get("/settings").Fields()
	if p := b.Post("/settings", url.Values{"token": f["token"], "lang": {lang}}); p.Status != http.StatusOK {
		t.Fatalf("settings: %d", p.Status)
	}
}

func TestWrongInputGetsAPageWithAWayBackInThePersonsLanguage(t *testing.T) {
	n := Start(t, Options{})
	school(t, n)
	ex := "/exercise/" + string(exercise(t, n))
	for _, lang := range []string{"en", "fr", "ar"} {
		t.Run(lang, func(t *testing.T) {
			b := n.Browser()
			b.SignIn("Amina", "4711")
			speak(t, b, lang)
			for _, path := range []string{
				"/course/nope", "/course/00000000000000000000000000000000", "/resource/nope", "/resource/../../etc/passwd", "/exercise/nope",
				"/lesson/nope", "/quiz/1", "/file/nope/x", "/thumbnail/nope", "/no/such/page", "/teach", "/admin", "/admin/people",
				"/district/x", "/static/nope.css", ex + "?item=nope", "/gallery/nope",
			} {
				wantPage(t, path, b.Get(path), http.StatusNotFound, lang)
			}
			form := b.Get(ex).Fields()
			with := func(pairs ...string) url.Values {
				f := url.Values{}
				for k, v := range form {
					f[k] = v
				}
				f.Set("r", "1")
				for i := 0; i+1 < len(pairs); i += 2 {
					f.Set(pairs[i], pairs[i+1])
				}
				return f
			}
			wantPage(t, "an attempt for an exercise that is not installed", b.Post("/exercise/nope/attempt", with()), http.StatusNotFound, lang)
			wantPage(t, "an attempt at an item of another exercise", b.Post(ex+"/attempt", with("item", "nope")), http.StatusNotFound, lang)
			wantPage(t, "a seed that is no number", b.Post(ex+"/attempt", with("seed", "x")), http.StatusBadRequest, lang)
			wantPage(t, "an attempt without an id", b.Post(ex+"/attempt", with("attempt", "")), http.StatusBadRequest, lang)
			wantPage(t, "an id too long", b.Post(ex+"/attempt", with("attempt", strings.Repeat("x", 5000))), http.StatusBadRequest, lang)
			wantPage(t, "an id with a control character", b.Post(ex+"/attempt", with("attempt", "a\x00b")), http.StatusBadRequest, lang)
			wantPage(t, "no answer", b.Post(ex+"/attempt", with("r", "")), http.StatusBadRequest, lang)
			wantPage(t, "a form without its token", b.Post(ex+"/attempt", with("token", "")), http.StatusForbidden, lang)
			wantPage(t, "another's token", b.Post(ex+"/attempt", with("token", "AAAAAAAAAAAAAAAAAAAAAAAAAA")), http.StatusForbidden, lang)
			wantPage(t, "a form of another site", b.Do("POST", ex+"/attempt", with(), "Origin", "http://evil.example"), http.StatusForbidden, lang)
			wantPage(t, "a form two megabytes long", b.Post(ex+"/attempt", with("r", strings.Repeat("9", 2<<20))), http.StatusRequestEntityTooLarge, lang)
			var progress struct{ Attempts int }
			if err := b.Get("/api/progress").JSON(&progress); err != nil || progress.Attempts != 0 {
				t.Errorf("after nothing but mistakes %d answers count (%v)", progress.Attempts, err)
			}
		})
	}
}

func TestAnEndedSessionIsToldSoAndNothingIsCounted(t *testing.T) {
	n := Start(t, Options{})
	learner := school(t, n)
	ex := "/exercise/" + string(exercise(t, n))
	b := n.Browser()
	b.SignIn("Amina", "4711")
	form := b.Get(ex).Fields()
	form.Set("r", "5")
	if err := n.Auth.SignOutPerson(learner, ""); err != nil {
		t.Fatal(err)
	}
	if p := b.Get("/progress"); p.URL.Path != "/login" || p.Status != http.StatusOK || !strings.Contains(p.URL.RawQuery, "progress") {
		t.Errorf("a page after the session ended: %d at %s, want /login with the way back", p.Status, p.URL)
	}
	// Guests may practise, but this form is not a guest's: to mark it and keep nothing would be a lie.
	wantPage(t, "an answer after the session ended", b.Post(ex+"/attempt", form), http.StatusUnauthorized, "en")
	guest := n.Browser()
	form = guest.Get(ex).Fields()
	form.Set("r", "5")
	if p := guest.Post(ex+"/attempt", form); p.Status != http.StatusOK && p.Status != http.StatusBadRequest {
		t.Errorf("a guest's answer: %d", p.Status)
	}
	b.SignIn("Amina", "4711")
	var progress struct{ Attempts int }
	if err := b.Get("/api/progress").JSON(&progress); err != nil || progress.Attempts != 0 {
		t.Errorf("%d answers count (%v)", progress.Attempts, err)
	}
	for _, path := range []string{"/api/progress", "/api/library"} {
		if p := n.Browser().Get(path); p.Status != http.StatusUnauthorized || !strings.Contains(p.Body, `"error"`) {
			t.Errorf("%s of nobody: %d %.200s", path, p.Status, p.Body)
		}
	}
}

func TestCookiesThatAreGarbageAreIgnored(t *testing.T) {
	n := Start(t, Options{})
	school(t, n)
	other := n.Browser()
	other.SignIn("Amina", "4711")
	at, _ := url.Parse(n.Listening.HTTP)
	real := ""
	for _, c := range other.http.Jar.Cookies(at) {
		if c.Name == "lamplight" {
			real = c.Value
		}
	}
	if real == "" {
		t.Fatal("signing in set no cookie")
	}
	for _, value := range []string{
		"", "x", strings.Repeat("A", 26), strings.Repeat("A", 4000), real + "A", real[:25], strings.ToLower(real) + "!", "%00%ff", "../../etc/passwd", `{"a":1}`,
	} {
		jar, _ := cookiejar.New(nil)
		b := &Browser{t, n.Listening.HTTP, &http.Client{Jar: jar, Timeout: 10 * time.Second}}
		p := b.Do(http.MethodGet, "/progress", nil, "Cookie", "lamplight="+value+"; phone="+value)
		if p.URL.Path != "/login" {
			t.Errorf("the cookie %.40q opened %s: %d", value, p.URL, p.Status)
		}
		if got := b.Do(http.MethodPost, "/login", url.Values{"name": {"Amina"}, "secret": {"4711"}}, "Cookie", "lamplight="+value); got.Status != http.StatusOK {
			t.Errorf("signing in with the cookie %.40q: %d", value, got.Status)
		}
		for _, c := range jar.Cookies(at) {
			if c.Name == "lamplight" && c.Value == value {
				t.Errorf("the cookie %q was adopted", value)
			}
		}
	}
}

// Nothing that a socket can say makes the node answer 5xx, hang or die.
func TestNothingSentToTheDoorBreaksTheHouse(t *testing.T) {
	n := Start(t, Options{})
	school(t, n)
	s := seed(t)
	rng := rand.New(rand.NewPCG(s, 3))
	paths := []string{"/", "/login", "/library", "/search?q=", "/course/", "/resource/", "/exercise/", "/file/", "/card/", "/p/", "/static/", "/healthz", "/settings", "/api/progress", "/thumbnail/"}
	rounds := 400
	if testing.Short() {
		rounds = 50
	}
	for i := range rounds {
		request := strange(rng, paths[rng.IntN(len(paths))])
		address := n.Listening.HTTP
		if i%4 == 0 {
			address = n.Listening.Player
		}
		status, err := raw(address, request)
		if err == nil && (status >= 500 && status != 501 && status != 505) {
			t.Errorf("status %d for %q", status, request)
		}
	}
	if p := n.Browser().Get("/library"); p.Status != http.StatusOK {
		t.Errorf("afterwards the library is %d", p.Status)
	}
}

// strange is a request line, headers and body of which some are as they should not be.
func strange(rng *rand.Rand, path string) string {
	junk := func(n int) string {
		const letters = "aZ09/.%\\\x00\xff\xc3\xa9?&=#;:+ \t\"'<>{}|~-_\u202e\u0000"
		b := make([]byte, rng.IntN(n))
		for i := range b {
			b[i] = letters[rng.IntN(len(letters))]
		}
		return string(b)
	}
	pick := func(of ...string) string { return of[rng.IntN(len(of))] }
	escape := pick("", "", url.PathEscape(junk(60)), junk(30), "..%2f..%2fetc%2fpasswd", "%00", strings.Repeat("a/", 300), "%zz", "%ff%fe", strings.Repeat("x", 20_000))
	method := pick("GET", "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "G\x00T", "PROPFIND")
	head := pick("Host: box\r\n", "Host: box\r\n", "", "Host: \r\n", "Host: a b\r\n", "Host: [::1\r\n", "Host: x\r\nHost: y\r\n", "Host: "+strings.Repeat("h", 5000)+"\r\n")
	for range rng.IntN(4) {
		head += pick(
			"Range: bytes=0-0,5-9,"+strings.Repeat("1-2,", 500)+"3-4\r\n", "Range: bytes=99999999999999999999-\r\n", "Range: bytes=-\r\n", "Accept-Language: "+junk(300)+"\r\n",
			"Accept-Language: "+strings.Repeat("en;q=0.1,", 800)+"\r\n", "Accept-Encoding: gzip;q=0, *;q=0\r\n", "Cookie: "+junk(400)+"\r\n", "If-None-Match: "+junk(100)+"\r\n",
			"Origin: null\r\n", "Content-Type: multipart/form-data\r\n", "Content-Type: multipart/form-data; boundary=\"\"\r\n", "Content-Length: -1\r\n", "Content-Length: 99\r\n",
			"Transfer-Encoding: chunked\r\n", "Expect: 200-ok\r\n", "Upgrade: h2c\r\nConnection: upgrade\r\n", "X: "+strings.Repeat("y", 40_000)+"\r\n", junk(50)+"\r\n")
	}
	return method + " " + path + escape + pick(" HTTP/1.1", " HTTP/1.1", " HTTP/1.0", " HTTP/9.9", "") + "\r\n" + head + "Connection: close\r\n\r\n" + pick("", junk(200), "zz\r\n"+junk(10))
}

// raw sends bytes and reads the status of the answer, 0 for none.
func raw(address, request string) (status int, err error) {
	c, err := net.Dial("tcp", strings.TrimPrefix(address, "http://"))
	if err != nil {
		return 0, err
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(5 * time.Second))
	io.WriteString(c, request)
	c.(*net.TCPConn).CloseWrite()
	b, err := io.ReadAll(io.LimitReader(c, 4<<20))
	if err != nil {
		return 0, err
	}
	fmt.Sscanf(string(b[:min(len(b), 20)]), "HTTP/1.1 %d", &status)
	return status, nil
}

func TestNobodyAnswersForAnother(t *testing.T) {
	n := Start(t, Options{})
	amina := school(t, n)
	ctx := context.Background()
	ids, err := n.Store.AddPeople(ctx, learning.Box(), store.NewPerson{Role: learning.Learner, Name: "Musa"})
	if err != nil {
		t.Fatal(err)
	}
	v, err := n.Auth.Verifier(ctx, learning.PIN, "2222")
	if err == nil {
		err = n.Store.SetSecrets(ctx, learning.Box(), store.NewSecret{Person: ids[0], Kind: learning.PIN, Verifier: v})
	}
	if err != nil {
		t.Fatal(err)
	}
	ex := "/exercise/" + string(exercise(t, n))
	hers, his := n.Browser(), n.Browser()
	hers.SignIn("Amina", "4711")
	his.SignIn("Musa", "2222")
	form := hers.Get(ex).filled(ex + "/attempt")
	wantPage(t, "her form from his phone", his.Post(ex+"/attempt", form), http.StatusForbidden, "en")
	attempt := form.Get("attempt")
	form = his.Get(ex).filled(ex + "/attempt")
	form.Set("attempt", attempt)
	form.Set("learner", string(amina))
	form.Set("person", string(amina))
	if p := his.Post(ex+"/attempt", form); p.Status != http.StatusOK {
		t.Errorf("her attempt's id with his token: %d", p.Status)
	}
	count := func(b *Browser) int {
		var progress struct{ Attempts int }
		if err := b.Get("/api/progress").JSON(&progress); err != nil {
			t.Fatal(err)
		}
		return progress.Attempts
	}
	if h, m := count(hers), count(his); h != 0 || m != 1 {
		t.Errorf("she has %d answers and he %d, want 0 and 1", h, m)
	}
	form = his.Get(ex).filled(ex + "/attempt")
	form.Set("attempt", "shared-id.1")
	his.Post(ex+"/attempt", form)
	form = hers.Get(ex).filled(ex + "/attempt")
	form.Set("attempt", "shared-id.1")
	if p := hers.Post(ex+"/attempt", form); p.Status != http.StatusOK || count(hers) != 1 {
		t.Errorf("her answer: %d, and %d count", p.Status, count(hers))
	}
}
