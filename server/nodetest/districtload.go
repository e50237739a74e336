package nodetest

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"sync"
	"time"

	"lamplight/content"
	"lamplight/server"
	"lamplight/server/learning"
	"lamplight/sync/clock"
	"lamplight/sync/clustertest"
	"lamplight/sync/device"
	"lamplight/sync/exchange"
	"lamplight/sync/segment"
)

// A DistrictLoad is simulated schools of one box each, which speak the real exchange with a district's node, in this
// process or another. Make it with the district's folder before its node runs.
type DistrictLoad struct{ boxes []*simulated }

type simulated struct {
	node   *exchange.Node
	log    *clustertest.Memory
	learn  segment.Scope
	school string
}

// A Dial is how simulated boxes call; nil is TCP.
type Dial func(ctx context.Context, addr string) (net.Conn, error)

// NewDistrictLoad has n schools join the district s, which has a school of its own (is claimed) and does not run; dir takes
// the keys of the simulated boxes.
func NewDistrictLoad(s *server.Server, dir string, n int, dial Dial) (*DistrictLoad, error) {
	authority, ok := s.Registry.Authority()
	if !ok || s.Schools == nil {
		return nil, fmt.Errorf("nodetest: %s is no claimed district", s.Dir())
	}
	l := &DistrictLoad{}
	for i := range n {
		b, err := newSimulated(s, authority, filepath.Join(dir, fmt.Sprint(i)), fmt.Sprintf("School %d", i+1), dial)
		if err != nil {
			return nil, err
		}
		l.boxes = append(l.boxes, b)
	}
	return l, nil
}

func newSimulated(s *server.Server, district device.Authority, keys, name string, dial Dial) (*simulated, error) {
	own, err := device.Open(keys)
	if err != nil {
		return nil, err
	}
	reg, err := device.OpenRegistry(keys, own)
	if err != nil {
		return nil, err
	}
	school, err := device.NewSchool(name)
	if err == nil {
		err = reg.SetSchool(school)
	}
	if err == nil {
		err = reg.JoinDistrict(district)
	}
	if err == nil {
		err = reg.Add(*s.Registry.Own())
	}
	if err == nil {
		err = s.Schools.Adopt(school.Authority(false), *reg.Own())
	}
	if err != nil {
		return nil, err
	}
	b := &simulated{log: clustertest.NewMemory(own, reg), learn: school.Learn(), school: school.ID()}
	b.node, err = exchange.New(exchange.Options{Device: own, Registry: reg, Log: b.log, Dial: dial, Logger: slog.New(slog.DiscardHandler)})
	return b, err
}

// answer is one learner's answer, as a class of 30 gives them.
func (b *simulated) answer(n uint64) *segment.Event {
	a := learning.Attempt{
		ID: learning.AttemptID(fmt.Sprintf("load.%d", n)), Learner: learning.PersonID(fmt.Sprintf("%032x", n%30+1)), Resource: content.ResourceID(fmt.Sprintf("%032x", n/30%40+1)),
		Item: "q", Seed: n, Correct: n%3 > 0, Score: content.Score(min(n%3, 1) * 10000), Criterion: content.Criterion{Type: "m_of_n", M: 4, N: 5},
	}
	d := a.Drafts(b.school)[0]
	return &segment.Event{Lamport: n, Stamp: clock.Stamp{Boot: clock.Boot{1}, MS: int64(n * 1000)}, Kind: d.Kind, Fields: d.Fields}
}

// A LoadFigure is what one round of visits came to.
type LoadFigure struct {
	Sessions, Failed int
	Bytes            int64 // both ways, TLS with them
	Took             time.Duration
	Why              error // of the last that failed
}

// Visit has every box write so many events and call the district's exchange at addr once, atOnce of them at a time.
func (l *DistrictLoad) Visit(ctx context.Context, addr string, events, atOnce int) (f LoadFigure) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	room := make(chan struct{}, atOnce)
	began := time.Now()
	for _, b := range l.boxes {
		room <- struct{}{}
		wg.Add(1)
		go func() { // waited for below
			defer wg.Done()
			defer func() { <-room }()
			err := b.log.WriteEach(b.learn, events, b.answer)
			var sum exchange.Summary
			if err == nil {
				sum, err = b.node.Meet(ctx, addr)
			}
			mu.Lock()
			defer mu.Unlock()
			f.Sessions++
			f.Bytes += sum.Sent + sum.Received
			if err != nil {
				f.Failed, f.Why = f.Failed+1, err
			}
		}()
	}
	wg.Wait()
	f.Took = time.Since(began)
	return f
}
