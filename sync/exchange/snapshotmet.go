package exchange

import (
	"errors"
	"fmt"
	"io/fs"
	"sync"

	"lamplight/sync/clock"
)

// A Meeting is what a session told of the past that a box goes by.
type Meeting struct {
	Peer   string       // device id
	Held   clock.Vector // what the peer holds of what both may hold; nil: it did not say
	InStep bool         // we hold the same
	Wish   Wish         // what the peer goes by
	Took   bool         // a snapshot was taken from it, so that more may have come to be than it told

	Writes func(clock.Stream) bool // whether the peer writes a stream
}

// metPast tells whoever goes by a snapshot how a session with a box of the school went.
func (s *session) metPast(sum Summary, err error) {
	if s.node.o.Snapshots == nil || s.place != s.node.home || s.class < Member {
		return
	}
	s.mu.Lock()
	held := s.vector.Clone()
	s.mu.Unlock()
	if held != nil {
		held = s.place.trust.visible(s.class, held)
	}
	writes := func(x clock.Stream) bool { return s.place.trust.writer(x) == s.peer }
	s.node.o.Snapshots.Met(Meeting{s.peer, held, err == nil && sum.InStep, s.theirs.Wish, sum.Snapshot, writes})
}

// A pastTalk is what both sides of a session said of a snapshot. The session's mu is held.
type pastTalk struct {
	refused  bool // one that came was not taken, and the peer is to be told
	unwanted bool // the peer did not take ours
}

// refusePast notes that a snapshot was not taken: the peer is told, so that it puts off nothing, and is asked for none again.
func (s *session) refusePast(err error) {
	if errors.Is(err, fs.ErrInvalid) || errors.Is(err, fs.ErrPermission) {
		s.node.refused.add(s.peer)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.past.refused = true
	s.refuse(err)
}

// flushRefusal tells the peer.
func (s *session) flushRefusal() error {
	s.mu.Lock()
	due := s.past.refused
	s.past.refused = false
	s.mu.Unlock()
	if !due {
		return nil
	}
	return s.out.queue(kindNoSnapshot, nil)
}

// unwanted says, once, that the peer did not take a snapshot.
func (s *session) unwanted() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	was := s.past.unwanted
	s.past.unwanted = false
	return was
}

// without takes streams out of what is to be sent.
func without(levels map[level]map[clock.Stream]bool, sent map[clock.Stream]bool) {
	for _, streams := range levels {
		for stream := range sent {
			delete(streams, stream)
		}
	}
}

// notOurs refuses a snapshot that stands for events of this box that it did not write, which would hide those that it will.
func (s *session) notOurs(got Snapshot) error {
	held := s.place.visible(s.class)
	for stream, last := range got.At {
		if stream == s.node.o.Device.Stream(s.place.trust.scopeOf(stream)) && last > held[stream] {
			return fmt.Errorf("exchange: a snapshot of %d events of this box, which wrote %d: %w", last, held[stream], fs.ErrInvalid)
		}
	}
	return nil
}

// A peerSet is devices, at most maxContacts. Its methods may be called from several goroutines at once.
type peerSet struct {
	mu  sync.Mutex
	ids map[string]bool
}

func (p *peerSet) add(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ids == nil {
		p.ids = map[string]bool{}
	}
	if len(p.ids) < maxContacts {
		p.ids[id] = true
	}
}

func (p *peerSet) has(id string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ids[id]
}

// writer is which device writes a stream, "" none that is known.
func (t *trust) writer(s clock.Stream) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, known := t.streams[s]; !known {
		t.find(s)
	}
	return t.streams[s].device
}
