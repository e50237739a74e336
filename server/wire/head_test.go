package wire

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"testing"
)

const (
	page  = "GET /resource/00ff HTTP/1.1\r\nHost: box\r\nAccept-Encoding: gzip, deflate\r\n"
	other = "GET /other HTTP/1.1\r\nHost: box\r\n"
)

// heads are requests and whether they are plain.
var heads = map[string]bool{
	page + "\r\n": true,
	page + "Cookie: a=b; c=d\r\nCookie: e\r\nsec-fetch-MODE: navigate\r\nX:\r\n\r\n": true,
	page + "Connection: Keep-Alive\r\nIf-None-Match: \"x\"\r\n\r\n":                  true,
	"HEAD / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n":                                      true,
	"": false, "\r\n\r\n": false, page: false, "GET\r\n\r\n": false,
	page + "\r\nG": false,
	page + "\r\nGET / HTTP/1.1\r\nHost: box\r\n\r\n":      false,
	"GET / HTTP/1.1\r\n\r\n":                              false,
	"GET / HTTP/1.0\r\nHost: box\r\n\r\n":                 false,
	"POST / HTTP/1.1\r\nHost: box\r\n\r\n":                false,
	"GET http://box/ HTTP/1.1\r\nHost: box\r\n\r\n":       false,
	"GET  / HTTP/1.1\r\nHost: box\r\n\r\n":                false,
	"GET /a b HTTP/1.1\r\nHost: box\r\n\r\n":              false,
	page + "Host: other\r\n\r\n":                          false,
	page + "Content-Length: 5\r\n\r\n":                    false,
	page + "content-LENGTH: 5\r\n\r\n":                    false,
	page + "Transfer-Encoding: chunked\r\n\r\n":           false,
	page + "Transfer-Encoding : chunked\r\n\r\n":          false,
	page + "X: a\r\n Content-Length: 5\r\n\r\n":           false,
	page + "X: a\nContent-Length: 5\r\n\r\n":              false,
	page + "X: a\rContent-Length: 5\r\n\r\n":              false,
	page + "X: a\x00\r\n\r\n":                             false,
	page + "X: \xc3\xa4\r\n\r\n":                          false,
	page + "no colon\r\n\r\n":                             false,
	page + ": empty\r\n\r\n":                              false,
	page + "Connection: close\r\n\r\n":                    false,
	page + "Connection: upgrade\r\n\r\n":                  false,
	page + "Upgrade: websocket\r\n\r\n":                   false,
	page + "Expect: 100-continue\r\n\r\n":                 false,
	page + "Proxy-Connection: close\r\n\r\n":              false,
	"GET / HTTP/1.1\nHost: box\n\r\n\r\n":                 false,
	"\r\nGET / HTTP/1.1\r\nHost: box\r\n\r\n":             false,
	page + "\n\nGET / HTTP/1.1\r\nHost: box\r\n\r\n":      false,
	page + "Trailer: X\r\n\r\n":                           false,
	"GET / HTTP/1.1\r\nHost: box\r\nX: \tContent\r\n\r\n": false,
}

func TestOnlyPlainRequestsArePlain(t *testing.T) {
	for text, want := range heads {
		if _, got := readHead([]byte(text)); got != want {
			t.Errorf("%q: plain %v, want %v", text, got, want)
		}
	}
}

// FuzzHead: what readHead accepts, net/http reads the same, to the last byte, and finds no body behind it.
func FuzzHead(f *testing.F) {
	for text := range heads {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		h, plain := readHead(b)
		if !plain {
			return
		}
		r := bufio.NewReader(bytes.NewReader(b))
		want, err := http.ReadRequest(r)
		if err != nil {
			if refused := new(url.Error); errors.As(err, &refused) {
				return // a target that net/http cannot take apart is refused there, and the connection closed
			}
			t.Fatalf("net/http refuses %q: %v", b, err)
		}
		if rest, _ := io.ReadAll(r); len(rest) > 0 {
			t.Fatalf("net/http leaves %q of %q", rest, b)
		}
		if want.Method != h.method || want.RequestURI != h.target || want.Host != h.host || !reflect.DeepEqual(want.Header, h.fields) {
			t.Fatalf("%q: got %+v, net/http reads %+v", b, h, want)
		}
		if want.ContentLength != 0 || len(want.TransferEncoding) > 0 || want.Close || want.Body != http.NoBody {
			t.Fatalf("%q has a body, or ends the connection: %+v", b, want)
		}
		o := Options{Prefix: "/resource/"}
		if got := h.request(&http.Request{}); o.answers(h) && !reflect.DeepEqual(got.URL, want.URL) {
			t.Fatalf("%q: address %+v, net/http reads %+v", b, got.URL, want.URL)
		}
	})
}
