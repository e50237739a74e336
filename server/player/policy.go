package player

import (
	"net"
	"net/http"
	"strings"
)

// policy sets the Content-Security-Policy of one course. An attribute sandbox on our frame is not enough: a page opened
// by its own address would have the port's origin, and all courses share the port.
func (p *Player) policy(w http.ResponseWriter, r *http.Request, prefix string) {
	base := "http://"
	if r.TLS != nil {
		base = "https://"
	}
	base += Host(r)
	own := base + prefix
	w.Header().Set("Content-Security-Policy", "sandbox allow-scripts; default-src "+own+" data: blob: 'unsafe-inline' 'unsafe-eval'; "+
		"script-src "+own+" "+base+p.shimPath+" blob: 'unsafe-inline' 'unsafe-eval'; "+
		"object-src 'none'; base-uri 'none'; form-action 'none'")
}

// Host is the host and port a request came to, as far as it may be repeated to the browser: an address literal,
// localhost, or a name of a local network. Any other name (a page of the outside that points its own name at this
// box) is replaced by the address the request arrived at.
func Host(r *http.Request) string {
	name, port, err := net.SplitHostPort(r.Host)
	if err != nil {
		name, port = r.Host, ""
	}
	digits := strings.Trim(port, "0123456789") == "" // else it may hold the end of one directive and the start of another
	if ours(strings.Trim(name, "[]")) && digits {
		return r.Host
	}
	local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok && !digits {
		return "127.0.0.1"
	}
	if !ok {
		return "127.0.0.1" + withColon(port)
	}
	return local.String()
}

func withColon(port string) string {
	if port == "" {
		return ""
	}
	return ":" + port
}

// ours says whether a name can only mean a host of this network (RFC 6762 .local, RFC 8375 home.arpa, and what
// hotspots use), and holds no character that could end a header's field.
func ours(name string) bool {
	if net.ParseIP(name) != nil {
		return true
	}
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	for _, c := range name {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '.' {
			return false
		}
	}
	if name == "localhost" || name != "" && !strings.Contains(name, ".") {
		return true
	}
	for _, suffix := range []string{".local", ".lan", ".localhost", ".home.arpa", ".internal"} {
		if strings.HasSuffix(name, suffix) {
			return true
		}
	}
	return false
}
