package wire

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// A site is a server whose pages count who answered.
type site struct {
	*http.Server
	addr  string
	quick atomic.Int64
}

// start serves h twice over: as the server's handler and, where quick is so, as Options.Pages.
func start(t *testing.T, h http.Handler, quick bool, idle time.Duration) *site {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &site{Server: &http.Server{Handler: h, ConnState: Note, IdleTimeout: time.Minute, WriteTimeout: time.Minute}, addr: l.Addr().String()}
	o := Options{}
	if quick {
		o = Options{Prefix: "/resource/", Idle: idle, Write: time.Minute, Pages: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s.quick.Add(1)
			h.ServeHTTP(w, r)
		})}
	}
	done := make(chan error)
	go func() { done <- s.Serve(Listen(l, o)) }()
	t.Cleanup(func() { s.Close(); <-done })
	return s
}

// A visitor is one connection.
type visitor struct {
	t *testing.T
	net.Conn
	r *bufio.Reader
}

func (s *site) visit(t *testing.T) *visitor {
	t.Helper()
	c, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(20 * time.Second))
	return &visitor{t, c, bufio.NewReader(c)}
}

func (v *visitor) send(text string) {
	v.t.Helper()
	if _, err := io.WriteString(v, text); err != nil {
		v.t.Fatal(err)
	}
}

// answer reads one answer as text, its date left out. Method is that of the question.
func (v *visitor) answer(method string) string {
	v.t.Helper()
	a, err := http.ReadResponse(v.r, &http.Request{Method: method})
	if err != nil {
		return "no answer"
	}
	defer a.Body.Close()
	body, err := io.ReadAll(a.Body)
	dated := a.Header.Get("Date") != ""
	delete(a.Header, "Date")
	a.Header.Del("Content-Length") // net/http leaves out that of what it sends in pieces
	var lines strings.Builder
	for _, k := range []string{"Content-Type", "Etag", "Location", "X-Two", "X-Break"} {
		fmt.Fprintln(&lines, k, a.Header[k])
		delete(a.Header, k)
	}
	return fmt.Sprintln(a.Status, dated, lines.String(), len(a.Header), len(body), string(body[:min(len(body), 80)]), err)
}

// pages answers in every way that a page does.
func pages(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/plain")
	switch r.URL.Path {
	case "/resource/00":
		h.Set("ETag", `"x"`)
		if r.Header.Get("If-None-Match") == `"x"` {
			h.Del("Content-Type")
			w.WriteHeader(http.StatusNotModified)
			return
		}
		h.Set("Content-Length", "5")
		io.WriteString(w, "whole")
	case "/resource/01":
		h["X-Two"] = []string{"a", "b\r\nSet-Cookie: c"}
		w.WriteHeader(http.StatusTeapot)
		for i := range 3000 {
			fmt.Fprintln(w, i)
		}
	case "/resource/02":
		http.Redirect(w, r, "/login", http.StatusSeeOther)
	case "/resource/03":
	default:
		body, err := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%s %s %s %q %v %s %v", r.Method, r.URL, r.Host, body, err, r.RemoteAddr[:9], r.Context().Value(http.LocalAddrContextKey) != nil)
	}
}

func TestAnswersAreThoseOfNetHTTP(t *testing.T) {
	ask := func(path, fields string) string {
		return "GET " + path + " HTTP/1.1\r\nHost: box\r\nAccept-Encoding: gzip\r\n" + fields + "\r\n"
	}
	questions := []struct {
		text  string
		quick int // answers of ours it adds
	}{
		{other + "\r\n", 0}, // the first on a connection is always net/http's
		{ask("/resource/00", ""), 1},
		{ask("/resource/00", "If-None-Match: \"x\"\r\n"), 1},
		{ask("/resource/01", ""), 1},
		{ask("/resource/02", ""), 1},
		{ask("/resource/03", ""), 1},
		{ask("/resource/aa", "Cookie: a=b\r\n"), 1},
		{ask("/resource/xy", ""), 0},
		{ask("/resource/aa?course=1", ""), 0},
		{ask("/resource/", ""), 0},
		{ask("/other", ""), 0},
		{strings.Replace(ask("/resource/00", ""), "gzip", "br", 1), 0},
		{strings.Replace(ask("/resource/00", ""), "gzip", "gzip;q=0", 1), 0},
		{strings.Replace(ask("/resource/00", ""), "GET", "HEAD", 1), 0},
		{ask("/resource/aa", ""), 1}, // it comes back after what net/http answered
		{"POST /resource/aa HTTP/1.1\r\nHost: box\r\nContent-Length: 3\r\n\r\nabc", 0},
		{ask("/resource/aa", ""), 0}, // after a body all is net/http's
	}
	theirs, ours := start(t, http.HandlerFunc(pages), false, 0), start(t, http.HandlerFunc(pages), true, time.Minute)
	a, b := theirs.visit(t), ours.visit(t)
	for i, q := range questions {
		before := ours.quick.Load()
		method, _, _ := strings.Cut(q.text, " ")
		a.send(q.text)
		b.send(q.text)
		if want, got := a.answer(method), b.answer(method); got != want || strings.HasPrefix(got, "no answer") {
			t.Errorf("question %d, %q: got\n%s\nnet/http answers\n%s", i, q.text, got, want)
		}
		if got := int(ours.quick.Load() - before); got != q.quick {
			t.Errorf("question %d, %q: %d answers were ours, want %d", i, q.text, got, q.quick)
		}
	}
}

// TestNothingInsideABodyIsARequest sends bodies and odd heads that hold a page's request. One answer is due for each
// connection, or a refusal, and it is net/http's.
func TestNothingInsideABodyIsARequest(t *testing.T) {
	inner := page + "\r\n"
	for name, parts := range map[string][]string{
		"body in a packet of its own": {fmt.Sprintf("POST /other HTTP/1.1\r\nHost: box\r\nContent-Length: %d\r\n\r\n", len(inner)), inner},
		"body in two":                 {fmt.Sprintf("POST /other HTTP/1.1\r\nHost: box\r\nContent-Length: %d\r\n\r\nx", len(inner)+1), inner},
		"chunks":                      {fmt.Sprintf("POST /other HTTP/1.1\r\nHost: box\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n", len(inner)), inner, "\r\n0\r\n\r\n"},
		"GET with a body":             {fmt.Sprintf("GET /other HTTP/1.1\r\nHost: box\r\nContent-Length: %d\r\n\r\n", len(inner)), inner},
		"rest of a head":              {"GET /other HTTP/1.1\r\nHost: box\r\nX: ", inner},
		"bare line ends":              {"GET /other HTTP/1.1\nHost: box\nContent-Length: " + fmt.Sprint(len(inner)) + "\n\n", inner},
	} {
		s := start(t, http.HandlerFunc(pages), true, time.Minute)
		v := s.visit(t)
		v.send(other + "\r\n")
		v.answer("GET")
		for _, part := range parts {
			v.send(part)
		}
		got := v.answer("GET")
		v.send("GET /last HTTP/1.1\r\nHost: box\r\nConnection: close\r\n\r\n")
		last := v.answer("GET")
		if n := s.quick.Load(); n != 0 {
			t.Errorf("%s: %d requests inside were answered", name, n)
		}
		if !strings.Contains(got, "/other") && !strings.HasPrefix(got, "400") || !strings.Contains(last, "/last") && last != "no answer" {
			t.Errorf("%s: answered by\n%sthen\n%s", name, got, last)
		}
	}
}

// TestRequestsInOneAnotherArriveInOrder sends several at once and one in pieces: net/http's, from then on.
func TestRequestsInOneAnotherArriveInOrder(t *testing.T) {
	s := start(t, http.HandlerFunc(pages), true, time.Minute)
	v := s.visit(t)
	v.send(other + "\r\n")
	v.answer("GET")
	ask := func(id string) string { return strings.Replace(page, "00ff", id, 1) + "\r\n" }
	v.send(ask("a1") + ask("a2") + ask("a3")[:20])
	v.send(ask("a3")[20:])
	for _, id := range []string{"a1", "a2", "a3"} {
		if got := v.answer("GET"); !strings.Contains(got, "/resource/"+id) {
			t.Errorf("instead of %s: %s", id, got)
		}
	}
	v.send(ask("a4"))
	if got := v.answer("GET"); !strings.Contains(got, "/resource/a4") {
		t.Errorf("instead of a4: %s", got)
	}
}

// TestWhatComesWhileNetHTTPAnswersWaits sends the start of a request while another is being answered. net/http reads
// then, to notice if the client leaves, and would keep the first byte: the rest may look like a page's request.
func TestWhatComesWhileNetHTTPAnswersWaits(t *testing.T) {
	begun, end := make(chan bool), make(chan bool)
	s := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/other" {
			begun <- true
			<-end
		}
		pages(w, r)
	}), true, time.Minute)
	for _, c := range []struct{ early, late, want, quick string }{
		{"X", page + "\r\n", "XGET /resource/00ff", "0"},
		{page, "\r\n", "GET /resource/00ff", "0 1"}, // together or not
		{page + "\r\n", "", "GET /resource/00ff", "1"},
	} {
		v := s.visit(t)
		v.send(other + "\r\n")
		<-begun
		v.send(c.early)
		time.AfterFunc(10*time.Millisecond, func() { end <- true }) // net/http has looked by then; if not, all is well too
		v.answer("GET")
		v.send(c.late)
		got := v.answer("GET")
		if n := fmt.Sprint(s.quick.Swap(0)); !strings.Contains(got, c.want) || !strings.Contains(c.quick, n) {
			t.Errorf("%q, then %q: answered by %s, %s of ours", c.early, c.late, got, n)
		}
	}
}

func TestAClientThatLeavesIsNoticed(t *testing.T) {
	begun, gone := make(chan bool), make(chan error)
	s := start(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		begun <- true
		<-r.Context().Done()
		gone <- r.Context().Err()
	}), true, time.Minute)
	v := s.visit(t)
	v.send(other + "\r\n")
	<-begun
	v.Close()
	if err := <-gone; err == nil {
		t.Error("the request goes on")
	}
}

// TestAFirstRequestIsNetHTTPs: its limits of time run from when the connection was made, whatever was answered since.
func TestAFirstRequestIsNetHTTPs(t *testing.T) {
	s := start(t, http.HandlerFunc(pages), true, time.Minute)
	v := s.visit(t)
	for i := range 3 {
		v.send(page + "\r\n")
		if got := v.answer("GET"); !strings.HasPrefix(got, "200") || s.quick.Load() != int64(i) {
			t.Errorf("request %d: %d answers of ours, then %s", i, s.quick.Load(), got)
		}
	}
}

func TestAFaultInAPageEndsItsConnectionAlone(t *testing.T) {
	s := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/resource/0bad":
			panic(http.ErrAbortHandler)
		case "/resource/0a": // announces more than it writes
			w.Header().Set("Content-Length", "9")
			io.WriteString(w, "short")
		default:
			pages(w, r)
		}
	}), true, time.Minute)
	good := s.visit(t)
	for _, path := range []string{"0bad", "0a"} {
		bad := s.visit(t)
		for _, v := range []*visitor{good, bad} {
			v.send(other + "\r\n")
			v.answer("GET")
		}
		bad.send(strings.Replace(page, "00ff", path, 1) + "\r\n")
		if got := bad.answer("GET"); got != "no answer" {
			t.Errorf("%s was answered by %s", path, got)
		}
		good.send(page + "\r\n")
		if got := good.answer("GET"); !strings.HasPrefix(got, "200") {
			t.Errorf("beside %s: %s", path, got)
		}
	}
	if s.quick.Load() != 4 {
		t.Errorf("%d answers were ours, want 4", s.quick.Load())
	}
}

func TestAConnectionLeftIdleAfterAPageIsClosed(t *testing.T) {
	s := start(t, http.HandlerFunc(pages), true, 30*time.Millisecond)
	v := s.visit(t)
	for _, q := range []string{other, page} {
		v.send(q + "\r\n")
		v.answer("GET")
	}
	if _, err := v.r.ReadByte(); err != io.EOF {
		t.Errorf("after an idle while: %v, want EOF", err)
	}
}

// TestNothingOfOneAnswerIsInTheNext: writers are used again.
func TestNothingOfOneAnswerIsInTheNext(t *testing.T) {
	s := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Cookie") != "" {
			w.Header().Set("X-Two", "secret")
			io.WriteString(w, "secret")
		}
	}), true, time.Minute)
	v := s.visit(t)
	v.send(other + "\r\n")
	v.answer("GET")
	for range 50 {
		v.send(page + "Cookie: a\r\n\r\n")
		if got := v.answer("GET"); strings.Count(got, "secret") != 2 {
			t.Fatalf("to the one: %s", got)
		}
		v.send(page + "\r\n")
		if got := v.answer("GET"); strings.Contains(got, "secret") {
			t.Fatalf("to the other: %s", got)
		}
	}
}
