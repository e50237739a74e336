// Package remote imports channels from a running Kolibri, or what serves like one, over HTTP.
//
// It first gathers what is lacking of a channel in a folder of the shape of a drive, on the disk of the data folder, then has
// the library import that drive: what comes over the network and what comes on a stick is the same course. Files that were
// gathered are kept by a second name, not copied. The folder stays until the import has ended, so that one which was cut off,
// or killed, goes on in the middle of the file where it was, even from another peer.
//
// The folder of a channel:
//
//	content/databases/ID.sqlite3       its database
//	content/databases/ID.sqlite3.of    which state of it: the peer's address and the ETag, or date, that it gave
//	content/storage/a/b/HASH.ext       a whole file, its MD5 that of its name
//	….part                             the beginning of one that is being fetched
//
// Only the host that was named is spoken to: a redirect to another is refused. Two requests at most are under way at once;
// what a busy or broken peer answers (502, 503, 504, 429, silence) is tried again after growing waits. No answer may be longer
// than the channel says its file is, and a little.
//
// Sources: Kolibri's content/utils/paths.py and core/public/api.py (MIT); RFC 9110 §14 (ranges), §13.1.5 (If-Range).
package remote

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/url"
	"strings"
)

// A Peer is a running Kolibri. Safe for concurrent use.
type Peer struct {
	address  string // as it is shown: scheme and host, and the path before Kolibri's own
	prefix   string // "" or "/kolibri": what Kolibri's addresses begin with there
	channels []string
	all      bool
	client   *client
	wait     func(ctx context.Context, attempt int) error // before trying again
}

// IsAddress says whether a word of a command line is an address for Open and no path.
func IsAddress(s string) bool {
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")
}

// Open reads an address: http://HOST:PORT, then the ids of channels wanted, or "all". It speaks to nobody yet.
func Open(address string) (*Peer, error) {
	u, err := url.Parse(address)
	if err != nil || !IsAddress(address) || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("remote: %.200q is no address like http://HOST:PORT/CHANNEL: %w", address, fs.ErrInvalid)
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	p := &Peer{client: newClient(net.JoinHostPort(u.Hostname(), port), u.Host, u.Scheme == "https"), wait: pause}
	for word := range strings.SplitSeq(strings.Trim(u.EscapedPath(), "/"), "/") {
		id, isChannel := channelID(word)
		switch {
		case isChannel:
			p.channels = append(p.channels, id)
		case word == "all":
			p.all = true
		case len(p.channels) > 0 || p.all:
			return nil, fmt.Errorf("remote: %.80q is no channel: want 32 hexadecimal digits: %w", word, fs.ErrInvalid)
		case word != "":
			p.prefix += "/" + word
		}
	}
	p.address = u.Scheme + "://" + u.Host + p.prefix
	return p, nil
}

// Close ends the connections that are kept.
func (p *Peer) Close() { p.client.close() }

// channelID gives an id of a channel, with dashes or without, its one form.
func channelID(s string) (string, bool) {
	s = strings.ToLower(strings.ReplaceAll(s, "-", ""))
	b, err := hex.DecodeString(s)
	return s, err == nil && len(b) == 16
}

// A Channel is one that a peer says it has.
type Channel struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Language  string `json:"language,omitempty"`
	Version   int64  `json:"version"`
	Resources int64  `json:"total_resource_count,omitempty"`
	Bytes     int64  `json:"published_size,omitempty"` // of all its files, as published
}

const (
	maxList     = 64 << 20 // bytes: pictures come with it
	maxChannels = 10_000
)

// Channels asks for the list of channels. fs.ErrNotExist when the peer has no such list.
func (p *Peer) Channels(ctx context.Context) ([]Channel, error) {
	for attempt := 0; ; attempt++ {
		out, err := p.list(ctx)
		if err == nil {
			return out, nil
		}
		if !passing(err) || attempt >= maxAttempts {
			return nil, fmt.Errorf("remote: the channels of %s: %w", p.address, err)
		}
		if err := p.wait(ctx, attempt); err != nil {
			return nil, err
		}
	}
}

func (p *Peer) list(ctx context.Context) ([]Channel, error) {
	a, err := p.client.get(ctx, p.prefix+"/api/public/v1/channels", 0, "")
	if err != nil {
		return nil, err
	}
	defer a.close()
	d := json.NewDecoder(io.LimitReader(a.Body, maxList))
	if t, err := d.Token(); err != nil || t != json.Delim('[') {
		return nil, unreadable(a, err)
	}
	out := []Channel{}
	for d.More() && len(out) < maxChannels {
		var c struct { // published_size is sometimes a text or null
			Channel
			Bytes json.Number `json:"published_size"`
		}
		if err := d.Decode(&c); err != nil {
			return nil, unreadable(a, err)
		}
		c.Channel.Bytes, _ = c.Bytes.Int64()
		id, ok := channelID(c.ID)
		if !ok {
			continue
		}
		c.Channel.ID, c.Name = id, plain(c.Name)
		out = append(out, c.Channel)
	}
	return out, nil
}

// unreadable is the error of an answer that is no list: a fault of the line may pass, nonsense does not.
func unreadable(a *answer, err error) error {
	if a.cut != nil {
		return a.cut
	}
	if err == nil || errors.Is(err, io.EOF) {
		err = errors.New("it is no list")
	}
	return fmt.Errorf("what answers there is no Kolibri (%v): %w", err, fs.ErrInvalid)
}

// plain makes a name safe to print: no control characters, at most 200 bytes.
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return -1
		}
		return r
	}, s)
	if len(s) > 200 {
		s = strings.ToValidUTF8(s[:200], "")
	}
	return s
}
