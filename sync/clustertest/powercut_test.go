package clustertest

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lamplight/sync/clock"
	"lamplight/sync/eventlog"
	"lamplight/sync/segment"
)

// A count is what a number of cuts did.
type count struct{ states, acked, absent, lost, gone, epochs, forks int }

// A state is one that a cut may leave: after so many calls, so many flushes before it having done nothing, and a seed for
// which sectors came through and what the box does then. LAMPLIGHT_STATE takes it as it is printed.
type state struct {
	lies, calls int
	seed        uint64
}

func (s state) String() string { return fmt.Sprintf("%d/%d/%d", s.lies, s.calls, s.seed) }

// theState is the one that LAMPLIGHT_STATE asks for.
func theState(t *testing.T) (s state, asked bool) {
	t.Helper()
	text := os.Getenv("LAMPLIGHT_STATE")
	if text == "" {
		return s, false
	}
	if _, err := fmt.Sscanf(text, "%d/%d/%d", &s.lies, &s.calls, &s.seed); err != nil {
		t.Fatalf("LAMPLIGHT_STATE: %v", err)
	}
	return s, true
}

// cuts cuts the power at so many random places. Each half of them goes through the life once, in order.
func (p *replay) cuts(lies, states int, r *rand.Rand) (c count) {
	p.t.Helper()
	all := make([]state, states)
	for i := range all {
		all[i] = state{lies, r.IntN(len(p.calls) + 1), r.Uint64N(1 << 32)}
	}
	for _, some := range [][]state{all[:len(all)/2], all[len(all)/2:]} {
		slices.SortFunc(some, func(a, b state) int { return a.calls - b.calls })
		p.pass(some, &c)
	}
	return c
}

// pass goes through the calls once and cuts the power at each of these states, which are in order, while there is time.
func (p *replay) pass(states []state, c *count) {
	p.t.Helper()
	m := p.peer()
	for _, s := range states {
		if out(p.t) {
			return
		}
		c.states++
		p.at = s
		m.hear(p, s.calls)
		p.cut(s, m, c)
	}
}

// truth is the first call of which a state's flushes did nothing.
func (p *replay) truth(s state) int {
	flushes := 0
	for i := s.calls - 1; i >= 0; i-- {
		if p.calls[i].what == "sync" {
			if flushes++; flushes > s.lies {
				return i + 1
			}
		}
	}
	return 0
}

// played is the card after n calls, of whose syncs those from truth on did nothing.
func (p *replay) played(n, truth int) *card {
	c := &card{names: map[string]*inode{}, seen: map[string]*inode{}, open: map[*inode]bool{}}
	for name, node := range p.start.names {
		c.names[name] = &inode{data: node.data}
	}
	c.seen = maps.Clone(c.names)
	for i, op := range p.calls[:n] {
		c.do(op, i >= truth)
	}
	return c
}

// A memory is what the box had promised to learners and shown to its peer when the power went.
type memory struct {
	acked, given uint64 // answers up to this one
	peer         *Box   // its log is closed but while it hears
	heard        int    // calls
}

func (p *replay) peer() *memory {
	p.t.Helper()
	b := &Box{Name: "b", Dir: folder(p.t), t: p.t}
	copyFolder(p.t, b.Dir, filepath.Join(p.cast.dir, b.Name))
	b.openKeys()
	return &memory{peer: b}
}

// hear goes on to the n-th call.
func (m *memory) hear(p *replay, n int) {
	p.t.Helper()
	var files []string
	for ; m.heard < n; m.heard++ {
		op := p.calls[m.heard]
		if op.what != "say" {
			continue
		}
		for line := range strings.Lines(op.path) {
			w := strings.Fields(line)
			n, _ := strconv.ParseUint(w[1], 10, 64)
			switch w[0] {
			case "acked":
				m.acked = n
			case "whole":
				m.given = n
			default:
				files = append(files, "segment-"+w[1])
			}
		}
	}
	if len(files) == 0 && m.heard > 0 {
		return
	}
	l := p.open(m.peer)
	for _, name := range files {
		raw, err := os.ReadFile(filepath.Join(p.dir, name))
		if err == nil {
			_, err = l.Receive(raw)
		}
		if err != nil {
			p.t.Fatal(err)
		}
	}
	if err := l.Close(); err != nil {
		p.t.Fatal(err)
	}
}

// twin is another peer that holds the same and goes its own way.
func (m *memory) twin(p *replay) (*eventlog.Log, string) {
	p.t.Helper()
	dir, err := os.MkdirTemp(p.dir, "peer")
	if err != nil {
		p.t.Fatal(err)
	}
	copyFolder(p.t, dir, m.peer.Dir)
	b := &Box{Name: "b", Dir: dir, t: p.t}
	b.openKeys()
	return p.open(b), dir
}

// open opens the log of a box whose keys are open.
func (p *replay) open(b *Box) *eventlog.Log {
	p.t.Helper()
	l, err := eventlog.Open(eventlog.Options{
		Dir: filepath.Join(b.Dir, "journal"), DB: filepath.Join(b.Dir, "records.db"), Device: b.Device, Registry: b.Registry,
		Applier: counts{}, Logger: p.logger(),
	})
	if err != nil {
		p.t.Fatalf("box %s does not open: %v", b.Name, err)
	}
	return l
}

// cut starts a box on what the card holds in a state, and lets it meet the peer, then work on, then meet it again.
func (p *replay) cut(s state, m *memory, c *count) {
	p.t.Helper()
	p.at = s
	dir, err := os.MkdirTemp(p.dir, "state")
	if err != nil {
		p.t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	r := rand.New(rand.NewPCG(s.seed, 5))
	if err := p.played(s.calls, p.truth(s)).torn(dir, r); err != nil {
		p.t.Fatal(err)
	}
	peer, peerDir := m.twin(p)
	defer func() { peer.Close(); os.RemoveAll(peerDir) }()
	a := &Box{Name: "a", Dir: dir, t: p.t}
	a.openKeys()
	l := p.open(a)
	defer l.Close()
	epoch := a.Device.Epoch()
	c.acked += int(m.acked)
	c.absent += p.missing(l, 1, m.acked)
	if early := r.IntN(2) == 0; early { // it works on before it meets anybody
		p.work(l, 1_000_000)
	}
	p.meet(l, peer)
	p.work(l, 2_000_000)
	p.meet(l, peer)
	if len(l.Forks()) > 0 {
		c.forks++
		p.t.Logf("state %v: %d forks", s, len(l.Forks()))
	}
	c.lost += p.missing(l, m.given+1, m.acked)
	if gone := p.missing(l, 1, m.given); gone > 0 {
		c.gone += gone
		p.t.Errorf("state %v: %d answers that the peer had been given are not counted after meeting it, %d forks", s, gone, len(l.Forks()))
	}
	if a.Device.Epoch() != epoch {
		c.epochs++
	}
}

// logger says nothing but of a state that is looked at alone.
func (p *replay) logger() *slog.Logger {
	if os.Getenv("LAMPLIGHT_STATE") == "" {
		return quiet()
	}
	return slog.New(slog.NewTextHandler(p.t.Output(), nil))
}

func (p *replay) work(l *eventlog.Log, from uint64) {
	p.t.Helper()
	for i := range uint64(3) {
		if _, err := l.Append(context.Background(), numbered(p.cast.School.Learn(), from+i)); err != nil {
			p.t.Fatal(err)
		}
	}
}

// missing counts the answers from first to last that are not folded just once. Twice is an error at once.
func (p *replay) missing(l *eventlog.Log, first, last uint64) (out int) {
	p.t.Helper()
	if err := l.View(func(kv eventlog.KV) error {
		for i := first; i <= last; i++ {
			v := kv.Get(countsBucket, numberedKey(i))
			switch {
			case v == nil:
				out++
			case binary.BigEndian.Uint64(v) != 1:
				p.t.Errorf("state %v: answer %d counts %d times", p.at, i, binary.BigEndian.Uint64(v))
			}
		}
		return nil
	}); err != nil {
		p.t.Fatal(err)
	}
	return out
}

// meet lets both have all of the other, as sessions do, and ends in one state.
func (p *replay) meet(a, b *eventlog.Log) {
	p.t.Helper()
	for range 8 {
		hold, there := a.Vector(), b.Vector()
		if hold.Equal(there) {
			if a.Digest() == b.Digest() {
				break
			}
			a.Suspect() // as a session does whose two sides hold as much, but not the same
			b.Suspect()
		}
		p.send(a, b, there)
		p.send(b, a, hold)
	}
	here, n := a.State()
	if there, m := b.State(); here != there || n != m {
		p.t.Errorf("state %v: after eight meetings one folds %d events to %s, the other %d to %s", p.at, n, here, m, there)
	}
}

func (p *replay) send(from, to *eventlog.Log, after clock.Vector) {
	p.t.Helper()
	all := func(segment.Scope) bool { return true }
	err := from.Segments(after, all, func(raw []byte) error {
		_, err := to.Receive(raw)
		if errors.Is(err, fs.ErrInvalid) { // where a fork begins is found by and by
			p.logger().Info("refused", "err", err)
			return nil
		}
		return err
	})
	if err != nil {
		p.t.Fatalf("state %v: %v", p.at, err)
	}
}
