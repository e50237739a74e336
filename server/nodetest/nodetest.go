// Package nodetest runs whole nodes in one process for tests: temp folders, a clock you set, links you cut.
package nodetest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"lamplight/server"
	"lamplight/server/config"
	"lamplight/sync/clock"
	"lamplight/sync/device"
)

// Options change what a node is made with; the zero value is an unclaimed box on free loopback ports.
type Options struct {
	Dir    string               // "" makes one that goes with the test
	Wall   clock.Wall           // nil: the machine's
	Clock  clock.Source         // nil: since the start
	Join   []string             // where to look for others
	Config func(*config.Config) // the last word
	Board  func() device.Board  // nil: the machine's
}

// A Node is one running node.
type Node struct {
	*server.Server
	server.Listening
	t    testing.TB
	opts Options
	stop context.CancelFunc
	done chan error
}

// Start runs a node until Stop or the test's end.
func Start(t testing.TB, o Options) *Node {
	t.Helper()
	if o.Dir == "" {
		o.Dir = filepath.Join(t.TempDir(), "data")
	}
	cfg := config.Default()
	cfg.Web.HTTP, cfg.Web.Player, cfg.Sync.Listen = "127.0.0.1:0", "127.0.0.1:0", "127.0.0.1:0"
	cfg.Sync.Join, cfg.Content.ReserveMiB = o.Join, 0
	if o.Config != nil {
		o.Config(&cfg)
	}
	s, err := server.Open(server.Options{Dir: o.Dir, Config: cfg, Log: Logger(t), Wall: o.Wall, Clock: o.Clock, Board: o.Board})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	n := &Node{Server: s, t: t, opts: o, stop: stop, done: make(chan error, 1)}
	ready := make(chan struct{})
	go func() { // waited for in Stop
		n.done <- s.Run(ctx, noCommands, func(l server.Listening) {
			n.Listening = l
			close(ready)
		})
	}()
	select {
	case <-ready:
	case err := <-n.done:
		t.Fatalf("the node ended before it listened: %v", err)
	}
	t.Cleanup(n.Stop)
	return n
}

func noCommands(context.Context, *server.Server, server.Request, io.Writer, io.Writer) int { return 2 }

// Stop ends the node in good order; twice is once.
func (n *Node) Stop() {
	if n.stop == nil {
		return
	}
	n.stop()
	n.stop = nil
	if err := <-n.done; err != nil {
		n.t.Errorf("the node ended with: %v", err)
	}
	if err := n.Close(); err != nil {
		n.t.Errorf("closing the node: %v", err)
	}
}

// Restart stops the node and starts it on the same folder.
func (n *Node) Restart() *Node {
	n.t.Helper()
	n.Stop()
	o := n.opts
	return Start(n.t, o)
}

// Logger writes to the test's log, warnings and worse only unless LAMPLIGHT_LOG says otherwise. It stops with the test.
func Logger(t testing.TB) *slog.Logger {
	level := slog.LevelWarn
	if v := os.Getenv("LAMPLIGHT_LOG"); v != "" {
		level.UnmarshalText([]byte(v))
	}
	w := &testWriter{t: t}
	t.Cleanup(func() { w.t = nil })
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: level}))
}

type testWriter struct{ t testing.TB }

func (w *testWriter) Write(b []byte) (int, error) {
	if t := w.t; t != nil {
		t.Log(strings.TrimSpace(string(b)))
	}
	return len(b), nil
}

// A Browser is a phone without JavaScript: it keeps cookies and follows redirects.
type Browser struct {
	t    testing.TB
	base string
	http *http.Client
}

// Browser opens one on the node.
func (n *Node) Browser() *Browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		n.t.Fatal(err)
	}
	return &Browser{n.t, n.Listening.HTTP, &http.Client{Jar: jar, Timeout: 30 * time.Second}}
}

// A Page is an answer, read whole. URL is where it was found after redirects.
type Page struct {
	Status int
	Header http.Header
	Body   string
	URL    *url.URL
}

// Get opens an address of the node.
func (b *Browser) Get(path string) Page {
	b.t.Helper()
	return b.Do(http.MethodGet, path, nil)
}

// Post sends a form.
func (b *Browser) Post(path string, form url.Values) Page {
	b.t.Helper()
	return b.Do(http.MethodPost, path, form)
}

// Do sends any request. header is name, value, name, value …
func (b *Browser) Do(method, path string, form url.Values, header ...string) Page {
	b.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r, err := http.NewRequest(method, b.base+path, body)
	if err != nil {
		b.t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	answer, err := b.http.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer answer.Body.Close()
	var text bytes.Buffer
	if _, err := text.ReadFrom(answer.Body); err != nil {
		b.t.Fatal(err)
	}
	return Page{answer.StatusCode, answer.Header, text.String(), answer.Request.URL}
}

// SignIn signs in by name and secret and fails the test when that does not work.
func (b *Browser) SignIn(name, secret string) {
	b.t.Helper()
	if p := b.Post("/login", url.Values{"name": {name}, "secret": {secret}}); p.Status != http.StatusOK || p.URL.Path == "/login" {
		b.t.Fatalf("signing in as %s: %d at %s", name, p.Status, p.URL)
	}
}

var field = regexp.MustCompile(`<input[^>]*\bname="([^"]+)"[^>]*\bvalue="([^"]*)"`)

// Fields are the hidden and filled-in inputs of a page, the first of each name.
func (p Page) Fields() url.Values {
	out := url.Values{}
	for _, m := range field.FindAllStringSubmatch(p.Body, -1) {
		if !out.Has(m[1]) {
			out.Set(m[1], unescape(m[2]))
		}
	}
	return out
}

func unescape(s string) string {
	return strings.NewReplacer("&amp;", "&", "&#34;", `"`, "&quot;", `"`, "&lt;", "<", "&gt;", ">", "&#39;", "'", "&#43;", "+").Replace(s)
}

// JSON reads the page's body into v.
func (p Page) JSON(v any) error {
	if err := json.Unmarshal([]byte(p.Body), v); err != nil {
		return fmt.Errorf("%s: %w: %.200s", p.URL, err, p.Body)
	}
	return nil
}

// Eventually polls until ok, for at most d, and fails the test with what says after that.
func Eventually(t testing.TB, d time.Duration, what string, ok func() bool) time.Duration {
	t.Helper()
	for start := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		if ok() {
			return time.Since(start)
		}
		if time.Since(start) > d {
			t.Fatalf("after %v still not: %s", d, what)
		}
	}
}
