package wire

import (
	"bytes"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"
)

// A head is a plain request: its method, what it asks for, its fields by canonical name.
type head struct {
	method, target, host string
	fields               http.Header
}

// maxFields is more than browsers send.
const maxFields = 40

// readHead takes b apart if it is exactly one plain head: GET or HEAD in HTTP/1.1, every line ended by CR LF, nothing
// but printable ASCII, one Host, no field that could announce a body or change the connection, nothing behind the empty
// line. Of all else it says no, whatever net/http may make of it. What it accepts http.ReadRequest reads the same
// (FuzzHead), to the last byte.
func readHead(b []byte) (h head, plain bool) {
	if !bytes.HasSuffix(b, []byte("\r\n\r\n")) {
		return h, false
	}
	lines := string(b[:len(b)-2])
	line, rest, _ := strings.Cut(lines, "\r\n")
	method, line, _ := strings.Cut(line, " ")
	target, proto, _ := strings.Cut(line, " ")
	if method != http.MethodGet && method != http.MethodHead || proto != "HTTP/1.1" || !printable(target, '!') || !strings.HasPrefix(target, "/") {
		return h, false
	}
	h = head{method: method, target: target, fields: make(http.Header, 8)}
	values := make([]string, 0, 8)
	for n := 0; rest != ""; n++ {
		line, rest, _ = strings.Cut(rest, "\r\n")
		name, value, found := strings.Cut(line, ":")
		name = textproto.CanonicalMIMEHeaderKey(name)
		value = strings.Trim(value, " ")
		if !found || n == maxFields || !harmless(name, value) {
			return h, false
		}
		switch old := h.fields[name]; {
		case name == "Host" && h.host != "":
			return h, false
		case name == "Host":
			h.host = value
		case old != nil:
			h.fields[name] = append(old, value)
		default:
			values = append(values, value)
			h.fields[name] = values[len(values)-1 : len(values) : len(values)]
		}
	}
	return h, h.host != ""
}

// harmless says whether a field leaves alone how long the request is and what becomes of the connection. name is
// canonical, so letter case hides nothing.
func harmless(name, value string) bool {
	switch name {
	case "Connection":
		return strings.EqualFold(value, "keep-alive")
	case "Host":
		return value != "" && plainName(value, ".:[]")
	case "Te", "Trailer", "Upgrade", "Expect", "Keep-Alive", "Pragma", "Http2-Settings": // net/http minds or mends these
		return false
	}
	return plainName(name, "") && !strings.HasPrefix(name, "Content-") && !strings.HasPrefix(name, "Transfer-") &&
		!strings.HasPrefix(name, "Proxy-") && printable(value, ' ')
}

// plainName says whether s is letters, digits, '-', '_' and what else is named, and not empty.
func plainName(s, besides string) bool {
	for i := range len(s) {
		c := s[i]
		if !('a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || c == '-' || c == '_' || strings.IndexByte(besides, c) >= 0) {
			return false
		}
	}
	return s != ""
}

// printable says whether s is ASCII from first to '~': no tabs, no CR or LF of its own.
func printable(s string, first byte) bool {
	for i := range len(s) {
		if s[i] < first || s[i] > '~' {
			return false
		}
	}
	return true
}

// request is h as net/http would hand it to a handler; its target is a path with nothing to decode. base is copied.
func (h head) request(base *http.Request) *http.Request {
	r := *base
	r.Method, r.Host, r.Header, r.RequestURI = h.method, h.host, h.fields, h.target
	r.URL = &url.URL{Path: h.target}
	return &r
}
