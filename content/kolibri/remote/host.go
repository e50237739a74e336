package remote

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/url"
)

// ErrAway says that nobody has answered at an address: it may be wrong.
var ErrAway = errAway

// A Host is an HTTP server that is asked for other things than a Kolibri's, in the same way. Safe for concurrent use.
type Host struct{ p *Peer }

// Dial reads an address, http://HOST:PORT/PATH?QUERY, and gives its host and what to ask that for. It speaks to nobody yet.
func Dial(address string) (h *Host, path string, err error) {
	u, err := url.Parse(address)
	if err != nil || !IsAddress(address) || u.Hostname() == "" || u.User != nil {
		return nil, "", fmt.Errorf("remote: %.200q is no address like http://HOST:PORT/PATH: %w", address, fs.ErrInvalid)
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	p := &Peer{client: newClient(net.JoinHostPort(u.Hostname(), port), u.Host, u.Scheme == "https"), wait: pause, address: u.Scheme + "://" + u.Host}
	return &Host{p}, u.RequestURI(), nil
}

// Close ends the connections that are kept.
func (h *Host) Close() { h.p.Close() }

// Read asks for a document of at most limit bytes; a longer one is fs.ErrInvalid. It is asked for twice where that may help:
// somebody waits.
func (h *Host) Read(ctx context.Context, path string, limit int64) ([]byte, error) {
	for attempt := 0; ; attempt++ {
		b, err := h.read(ctx, path, limit)
		if err == nil || !passing(err) || attempt > 0 {
			return b, err
		}
		if err := h.p.wait(ctx, attempt); err != nil {
			return nil, err
		}
	}
}

func (h *Host) read(ctx context.Context, path string, limit int64) ([]byte, error) {
	a, err := h.p.client.get(ctx, path, 0, "")
	if err != nil {
		return nil, err
	}
	defer a.close()
	b, err := io.ReadAll(io.LimitReader(a.Body, limit+1))
	if err != nil || int64(len(b)) > limit {
		a.end = true
	}
	if err == nil && int64(len(b)) > limit {
		err = fmt.Errorf("longer than %d bytes: %w", limit, fs.ErrInvalid)
	}
	return b, err
}

// Fetch gets a file to the path to, by way of to.part, which a later Fetch goes on with as long as the host says that it is
// the same. size is how long the file is said to be, 0 unknown: a longer one is refused. room may be nil.
func (h *Host) Fetch(ctx context.Context, path, to string, size int64, room func(int64) error, progress func(delta int64)) error {
	f := fetching{p: h.p, path: path, to: to, limit: limitOf(size), dated: true, room: room, progress: progress}
	return f.run(ctx)
}
