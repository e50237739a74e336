package exchange

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"slices"
	"sync"
	"time"

	"lamplight/sync/clock"
	"lamplight/sync/internal/atomicfile"
)

// contacts is the file keys/contacts.cbor: where peers were last found and what each knows of the other. All of it can
// be lost: then a session tells a whole vector and gossip finds the addresses again. So it is written seldom.
type contacts struct {
	path   string
	logger *slog.Logger

	mu    sync.Mutex
	file  contactsFile
	dirty bool // something is not saved
	now   bool // and should be
	saved time.Time
}

// contactsFile is the file. Numbers are never reused.
type contactsFile struct {
	Version uint                `cbor:"1,keyasint"`
	Peers   map[string]*contact `cbor:"2,keyasint"` // by device id
}

type contact struct {
	Addrs  []string     `cbor:"1,keyasint,omitempty"`  // of its exchange, newest first
	Gossip string       `cbor:"2,keyasint,omitempty"`  // of its memberlist
	Last   int64        `cbor:"3,keyasint,omitempty"`  // Unix seconds by this box's clock of the last session that worked
	Error  string       `cbor:"4,keyasint,omitempty"`  // of the last that did not; "" after one that did
	Heard  clock.Vector `cbor:"5,keyasint,omitempty"`  // its vector at the end of the last session
	Told   clock.Vector `cbor:"6,keyasint,omitempty"`  // ours as it was told
	Why    string       `cbor:"7,keyasint,omitempty"`  // the code of Error, see why.go
	Rate   int64        `cbor:"8,keyasint,omitempty"`  // bytes a second, see carried
	Via    string       `cbor:"9,keyasint,omitempty"`  // how it was last met: "lan", "upstream", "stick"
	Length int64        `cbor:"20,keyasint,omitempty"` // ms that a contact over a thin link lasts, see lasted
	Plain  bool         `cbor:"21,keyasint,omitempty"` // its briefs could not be made whole: segments are to come as they are
}

const (
	contactsVersion = 1
	maxContacts     = 4096 // a district's too
	maxAddrs        = 4
	saveEvery       = 10 * time.Minute // unless an address or a peer is new
)

// openContacts reads the file; one that cannot be read is begun anew.
func openContacts(path string, logger *slog.Logger) *contacts {
	c := &contacts{path: path, logger: logger, file: contactsFile{Version: contactsVersion, Peers: map[string]*contact{}}}
	if path == "" {
		return c
	}
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return c
	}
	var file contactsFile
	if err == nil {
		err = decode.Unmarshal(raw, &file)
	}
	if err == nil && file.Version != contactsVersion {
		err = fmt.Errorf("version %d: %w", file.Version, errors.ErrUnsupported)
	}
	if err != nil {
		logger.Warn("contacts begun anew; gossip will find the peers", "file", path, "error", err)
		return c
	}
	for id, p := range file.Peers {
		if p != nil && len(c.file.Peers) < maxContacts {
			c.file.Peers[id] = p
		}
	}
	return c
}

// change edits a peer's contact; urgent changes are saved at the next flush. It does no I/O.
func (c *contacts) change(peer string, edit func(*contact) (urgent bool)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.file.Peers[peer]
	urgent := p == nil
	if p == nil {
		if len(c.file.Peers) >= maxContacts {
			return
		}
		p = &contact{}
		c.file.Peers[peer] = p
	}
	urgent = edit(p) || urgent
	c.dirty, c.now = true, c.now || urgent
}

// keep notes where a peer was found and saves it at once: by a pairing across networks nobody else comes to know it.
func (c *contacts) keep(peer, addr string) {
	c.change(peer, func(p *contact) bool { return p.found(addr) })
	c.flush(true)
}

// flush saves what should be saved by now; with all everything.
func (c *contacts) flush(all bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.dirty || c.path == "" || !all && !c.now && time.Since(c.saved) < saveEvery {
		return
	}
	c.dirty, c.now, c.saved = false, false, time.Now()
	if err := atomicfile.Write(c.path, pack(c.file), 0o600); err != nil {
		c.logger.Warn("contacts not saved", "error", err)
	}
}

// get is a copy of a peer's contact, empty for an unknown one. Its vectors are not to be changed.
func (c *contacts) get(peer string) contact {
	c.mu.Lock()
	defer c.mu.Unlock()
	if p := c.file.Peers[peer]; p != nil {
		out := *p
		out.Addrs = slices.Clone(p.Addrs)
		return out
	}
	return contact{}
}

// peers lists the ids, in order.
func (c *contacts) peers() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Sorted(maps.Keys(c.file.Peers))
}

// heard is the peer's vector as it last told it, nil if never.
func (c *contacts) heard(peer string) clock.Vector { return c.get(peer).Heard }

// told is our vector as the peer last heard it, nil if never.
func (c *contacts) told(peer string) clock.Vector { return c.get(peer).Told }

// found notes an address that worked or that gossip names, newest first.
func (p *contact) found(addr string) (isNew bool) {
	if addr == "" || len(p.Addrs) > 0 && p.Addrs[0] == addr {
		return false
	}
	isNew = !slices.Contains(p.Addrs, addr)
	p.Addrs = slices.DeleteFunc(p.Addrs, func(a string) bool { return a == addr })
	p.Addrs = append([]string{addr}, p.Addrs...)
	p.Addrs = p.Addrs[:min(len(p.Addrs), maxAddrs)]
	return isNew
}
