package nodetest

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"lamplight/content"
	"lamplight/server/auth"
)

// askedTwice asks for a page two times over one connection: net/http answers a connection's first request itself, the second
// is answered beneath it.
func askedTwice(t *testing.T, n *Node, path, cookies string) (answers [2]*http.Response, bodies [2]string) {
	t.Helper()
	at, err := url.Parse(n.Listening.HTTP)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.DialTimeout("tcp", at.Host, 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	from := bufio.NewReader(conn)
	for i := range answers {
		request := fmt.Sprintf("GET %s HTTP/1.1\r\nHost: %s\r\nAccept-Encoding: gzip, deflate\r\nCookie: phone=p; %s\r\n\r\n", path, at.Host, cookies)
		if _, err := conn.Write([]byte(request)); err != nil {
			t.Fatal(err)
		}
		a, err := http.ReadResponse(from, nil)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(a.Body)
		if err != nil {
			t.Fatal(err)
		}
		a.Header.Del("Date")
		answers[i], bodies[i] = a, string(body)
	}
	return answers, bodies
}

// cookie is a cookie of the browser as it sends it, "" for none.
func (b *Browser) cookie(name string) string {
	at, _ := url.Parse(b.base)
	for _, c := range b.http.Jar.Cookies(at) {
		if c.Name == name {
			return c.Name + "=" + c.Value
		}
	}
	return ""
}

// What is answered beneath net/http is the same to the byte, whoever asks: session, role, turn, what may be kept.
func TestBeneathNetHTTPEverybodyGetsTheSame(t *testing.T) {
	w := &watch{}
	n := Start(t, Options{Wall: w, Clock: w})
	ids, class := classroom(t, n)
	var path string
	for _, h := range n.Find(t, "count", 50) {
		if h.Kind == content.Page {
			path = "/resource/" + string(h.Resource)
		}
	}
	amina, okello, shared := n.Browser(), n.Browser(), passRound(t, n, class)
	amina.SignIn("Amina", "4711")
	okello.SignIn("Okello", "lamp-light")
	queue := shared.cookie(auth.QueueCookie)
	shared.do("turn", ids["Musa"])
	turn := shared.cookie(auth.SessionCookie)
	same := func(who, cookies string, status int, where, cache string) {
		t.Helper()
		a, b := askedTwice(t, n, path, cookies)
		if a[0].StatusCode != status || a[0].Header.Get("Location") != where || a[0].Header.Get("Cache-Control") != cache {
			t.Errorf("%s: %d to %q, %q; want %d to %q, %q", who, a[0].StatusCode, a[0].Header.Get("Location"), a[0].Header.Get("Cache-Control"), status, where, cache)
		}
		if a[0].StatusCode != a[1].StatusCode || !reflect.DeepEqual(a[0].Header, a[1].Header) || b[0] != b[1] {
			t.Errorf("%s: beneath net/http %d %v (%d bytes), in it %d %v (%d bytes)", who, a[1].StatusCode, a[1].Header, len(b[1]), a[0].StatusCode, a[0].Header, len(b[0]))
		}
	}
	ordinary := amina.Get(path).Header.Get("Cache-Control")
	same("a guest", "x=y", 200, "", ordinary)
	same("a learner", amina.cookie(auth.SessionCookie), 200, "", ordinary)
	same("a teacher", okello.cookie(auth.SessionCookie), 200, "", ordinary)
	same("tossed cookies before a learner's", strings.Repeat("lamplight=tossed; ", 3)+amina.cookie(auth.SessionCookie), 200, "", ordinary)
	same("a child in their turn", queue+"; "+turn, 200, "", "private, no-store")
	same("a phone between turns", queue, http.StatusSeeOther, "/shared", "")
	w.pass(5*time.Minute + time.Second)
	same("a child whose turn is over", queue+"; "+turn, http.StatusSeeOther, "/shared?over", "")
	w.pass(13 * time.Hour)
	same("a learner whose session has ended", amina.cookie(auth.SessionCookie), 200, "", ordinary)
	if err := n.Auth.FinishQueue(strings.TrimPrefix(queue, "queue=")); err != nil {
		t.Fatal(err)
	}
	same("a phone whose queue has ended", queue, 200, "", ordinary)
}
