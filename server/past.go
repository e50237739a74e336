package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"lamplight/sync/exchange"
)

// A box that is new in its school, or came back from an old copy, goes by a snapshot until the events are here that it stands
// for: DATA/past holds it as it was sent. Pages show it (store.ShowPast); the record knows nothing of it, so losing the file
// only means that pages wait for the events.

// pasts implements exchange.Snapshots.
type pasts struct {
	s    *Server
	mu   sync.Mutex    // held while one is taken or dropped
	by   string        // the device that told it
	who  bool          // it tells who there is
	seen time.Time     // when we last met that device, or began to wait for it
	gone bool          // what is left is on no box that answers
	came chan struct{} // capacity 1
}

// teller is how long we go by a snapshot of a box that does not answer, once all is here that others hold: it may only have
// been switched off over lunch.
const teller = 2 * time.Hour

func newPasts(s *Server) *pasts { return &pasts{s: s, came: make(chan struct{}, 1)} }

func (p *pasts) path() string { return filepath.Join(p.s.dir, "past") }

// open shows the snapshot that this box went by when it stopped. One that cannot be read, or is of a box that was shut out
// since, is dropped.
func (p *pasts) open() error {
	raw, err := os.ReadFile(p.path())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var got exchange.Snapshot
	if err == nil {
		got, err = exchange.ParseSnapshot(p.s.Registry, raw)
	}
	if err == nil {
		err = p.show(got)
	}
	if err != nil {
		p.s.log.Warn("what another box told of the past cannot be used; pages wait for the events", "err", err)
		return removeIfThere(p.path())
	}
	return p.dropArrived()
}

func (p *pasts) show(got exchange.Snapshot) error {
	if err := p.s.Store.ShowPast(p.s.schoolID(), got.Learn, got.Who, got.At); err != nil {
		return err
	}
	p.by, p.who, p.seen, p.gone = got.Signer(), got.Who != nil, time.Now(), false
	return nil
}

// Make implements exchange.Snapshots.
func (p *pasts) Make(who bool) (learn, roster []byte, err error) { return p.s.Store.Snapshot(who) }

// Wish implements exchange.Snapshots: a district keeps events, and shows none of its own.
func (p *pasts) Wish() exchange.Wish {
	switch {
	case p.s.schoolID() == "" || p.s.config.Node.Role == "district":
		return exchange.NoSnapshot
	case p.s.Store.ShowsPast():
		p.mu.Lock()
		defer p.mu.Unlock()
		if !p.who {
			return exchange.HasLearn
		}
		return exchange.HasSnapshot
	}
	return exchange.WantSnapshot
}

// Take implements exchange.Snapshots. It is on the card before pages show it.
func (p *pasts) Take(got exchange.Snapshot) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.s.Store.ShowsPast() {
		return fmt.Errorf("server: a snapshot is shown already: %w", fs.ErrExist)
	}
	if err := replaceFile(p.path(), got.Raw); err != nil {
		return err
	}
	if err := p.show(got); err != nil {
		return errors.Join(err, removeIfThere(p.path()))
	}
	knock(p.came)
	return nil
}

// Met implements exchange.Snapshots. A snapshot is dropped, and pages show what events say alone, where it claims more than the
// writer of a stream, or who told it, has; and where a box that goes by none holds no more than we do while who told it has not
// answered for long: what is left may come when that does.
func (p *pasts) Met(m exchange.Meeting) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.s.Store.ShowsPast() || m.Took {
		return
	}
	if m.Peer == p.by {
		p.seen, p.gone = time.Now(), false
	}
	why := p.refuted(m)
	switch left := p.left(); {
	case why != "" || left == 0 || !m.InStep:
	case m.Peer == p.by:
		why = "who told it does not have what it tells of"
	case m.Wish == exchange.HasSnapshot || m.Wish == exchange.HasLearn:
	default:
		if p.gone = true; time.Since(p.seen) > teller {
			why = "who told it does not answer, and others have no more"
		}
	}
	if why == "" {
		return
	}
	p.s.log.Warn("what another box told of the past is no longer gone by", "by", p.by, "left", p.left(), "why", why)
	if err := p.forget(); err != nil {
		p.s.log.Warn("dropping what another box told of the past", "err", err)
	}
}

// refuted says why what a peer holds of its own streams shows that the snapshot is wrong, "" if it does not. mu is held.
func (p *pasts) refuted(m exchange.Meeting) string {
	if m.Held == nil {
		return ""
	}
	for stream, last := range p.s.Store.PastAt() {
		if last > m.Held[stream] && m.Writes(stream) {
			return "it tells of events that their writer does not have"
		}
	}
	return ""
}

// dropArrived drops the snapshot once all that it stands for is here, or who told it is shut out. It also drops one that
// stands for what lies behind a fork: those events have other names now, and would count beside it.
func (p *pasts) dropArrived() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.s.Store.ShowsPast() {
		return nil
	}
	if teller, known := p.s.Registry.Peer(p.by); p.left() > 0 && !(known && teller.Revoked) && !p.forked() {
		return nil
	}
	return p.forget()
}

// left is how many events the snapshot stands for that are not here, of those that ever will be. mu is held.
func (p *pasts) left() (n uint64) {
	held := p.s.Records.Held()
	for stream, last := range p.s.Store.PastAt() {
		if o, ok := p.s.Registry.Owner(stream); ok { // of a box that was shut out no more will come
			last = min(last, o.Last)
		}
		n += last - min(held[stream], last)
	}
	return n
}

// forked says whether the snapshot stands for events behind a fork. mu is held.
func (p *pasts) forked() bool {
	at := p.s.Store.PastAt()
	for _, f := range p.s.Records.Forks() {
		if at[f.Stream] > f.At {
			return true
		}
	}
	return false
}

// drop shows what the events say alone; another snapshot may come.
func (p *pasts) drop() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.forget()
}

// forget is drop where mu is held.
func (p *pasts) forget() error {
	p.s.Store.ForgetPast()
	p.gone = false
	return removeIfThere(p.path())
}

// keepPast looks now and then whether the past has arrived.
func (s *Server) keepPast(ctx context.Context) error {
	return follower{knock: s.pasts.came}.follow(ctx, s.Records.Changed, func(context.Context) error { return s.pasts.dropArrived() })
}

// Fetching is how many events of the past are still to come to a box that goes by a snapshot meanwhile; 0 else.
func (s *Server) Fetching() int {
	s.pasts.mu.Lock()
	defer s.pasts.mu.Unlock()
	if !s.Store.ShowsPast() {
		return 0
	}
	return int(s.pasts.left())
}

// FetchingFrom names the box that alone has what is still to come, where it does not answer; "" else.
func (s *Server) FetchingFrom() string {
	s.pasts.mu.Lock()
	defer s.pasts.mu.Unlock()
	if !s.Store.ShowsPast() || !s.pasts.gone {
		return ""
	}
	if p, known := s.Registry.Peer(s.pasts.by); known && p.Name != "" {
		return p.Name
	}
	return s.pasts.by
}
