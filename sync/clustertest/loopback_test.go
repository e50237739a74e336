package clustertest

import (
	"context"
	"errors"
	"net"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/memberlist"

	"lamplight/sync/device"
	"lamplight/sync/exchange"
	"lamplight/sync/gossip"
)

// A station is a box with everything real: keys and log on disk, exchange over TCP, gossip over memberlist, joined as
// the server joins them.
type station struct {
	*Box
	pools *gossip.Pools
	down  func()
}

// tune makes deaths be noticed sooner; how digests travel is as in the lamp profile.
func tune(c *memberlist.Config) {
	c.ProbeInterval, c.ProbeTimeout, c.SuspicionMult = 300*time.Millisecond, 150*time.Millisecond, 2
	c.DeadNodeReclaimTime, c.TCPTimeout = 100*time.Millisecond, time.Second
}

func newStation(t *testing.T, name string, seeds ...string) *station {
	t.Helper()
	s := &station{Box: &Box{Name: name, Dir: folder(t), Blobs: NewBlobs(), t: t}}
	s.openKeys()
	s.openLog()
	s.up(seeds...)
	t.Cleanup(func() { s.down() })
	return s
}

// up wires and runs the station.
func (s *station) up(seeds ...string) {
	s.t.Helper()
	listen, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.t.Fatal(err)
	}
	join := func() {
		if school := s.Registry.School(); school != nil {
			s.pools.SetSchool(&gossip.School{ID: school.ID(), Key: school.Secret("gossip")})
		}
	}
	s.pools, err = gossip.New(gossip.Options{
		Device: s.Device.ID(), Name: s.Device.Name, Exchange: listen.Addr().(*net.TCPAddr).Port, Seeds: seeds, Logger: quiet(),
		Remembered: func() []string { return s.Node.GossipAddrs() },
		OnPeer: func(p gossip.Peer) {
			s.Node.Near(exchange.Hint{Device: p.Device, Addr: p.Addr, Gossip: p.Gossip, Digest: p.Digest, Gone: p.Gone})
		},
		Address: func() (string, error) { return "127.0.0.1", nil },
		Pace:    gossip.Pace{Rejoin: 200 * time.Millisecond, Look: 200 * time.Millisecond, Tune: tune},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	s.Node, err = exchange.New(exchange.Options{
		Device: s.Device, Registry: s.Registry, Log: s.Log, Blobs: s.Blobs, Wants: s.Blobs, Lobby: s.pools, Logger: quiet(),
		Contacts: filepath.Join(s.Dir, "keys", "contacts.cbor"), OnDigest: s.pools.SetDigest,
		OnPaired: func(string) { join() },
	})
	if err != nil {
		s.t.Fatal(err)
	}
	join()
	s.run(listen)
}

func (s *station) run(listen net.Listener) {
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	for _, job := range []func(context.Context) error{
		s.pools.Run, s.Node.Run, s.Log.(Disk).Run,
		func(ctx context.Context) error { return s.Node.Serve(ctx, listen) },
	} {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if err := job(ctx); !errors.Is(err, context.Canceled) && err != nil {
				s.t.Errorf("%s: %v", s.Name, err)
			}
		}()
	}
	var once sync.Once
	s.down = func() { once.Do(func() { cancel(); wg.Wait() }) }
}

// until waits for what other goroutines bring about.
func until(t *testing.T, most time.Duration, what string, ok func() bool) time.Duration {
	t.Helper()
	began := time.Now()
	for !ok() {
		if time.Since(began) > most {
			t.Fatalf("after %v still not: %s", most, what)
		}
		time.Sleep(5 * time.Millisecond)
	}
	return time.Since(began)
}

func agree(stations ...*station) func() bool {
	var boxes []*Box
	for _, s := range stations {
		boxes = append(boxes, s.Box)
	}
	return func() bool { return Differ(boxes...) == "" }
}

func found(t *testing.T, stations ...*station) *device.School {
	t.Helper()
	var boxes []*Box
	for _, s := range stations {
		boxes = append(boxes, s.Box)
	}
	school := Found(t, boxes...)
	for _, s := range stations {
		s.pools.SetSchool(&gossip.School{ID: school.ID(), Key: school.Secret("gossip")})
	}
	return school
}

func TestAWriteOnLoopbackIsEverywhereWithinThreeSeconds(t *testing.T) {
	a := newStation(t, "a")
	school := found(t, a)
	until(t, 5*time.Second, "a's pool runs", func() bool { return a.pools.Addr() != "" })
	b, c := newStation(t, "b", a.pools.Addr()), newStation(t, "c", a.pools.Addr())
	for _, s := range []*station{b, c} { // paired before
		if err := s.Registry.SetSchool(school); err != nil {
			t.Fatal(err)
		}
		s.pools.SetSchool(&gossip.School{ID: school.ID(), Key: school.Secret("gossip")})
	}
	until(t, 10*time.Second, "all see each other", func() bool {
		return len(a.pools.Near()) == 2 && len(b.pools.Near()) == 2 && len(c.pools.Near()) == 2
	})
	a.MustWrite(school.Learn(), 1)
	first := until(t, 10*time.Second, "the first write is everywhere", agree(a, b, c))
	for _, s := range []*station{b, c, a, b} {
		s.MustWrite(school.Learn(), 10)
		took := until(t, 3*time.Second, "a write is everywhere", agree(a, b, c))
		t.Logf("a write at %s was everywhere after %v", s.Name, took.Round(time.Millisecond))
	}
	t.Logf("the first, with certificates, after %v", first.Round(time.Millisecond))
}

func TestTwoNodesMeetInTheLobbyPairAndAgree(t *testing.T) {
	a := newStation(t, "a")
	school := found(t, a)
	a.MustWrite(school.Roster(), 20)
	course := a.Blobs.Put(make([]byte, 3<<20))
	b := newStation(t, "b")
	b.Blobs.Want(course)
	until(t, 5*time.Second, "b's lobby runs", func() bool { return b.pools.LobbyAddr() != "" })

	stranger := newStation(t, "stranger", b.pools.Addr())
	inv, err := a.Node.Invite(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	until(t, 5*time.Second, "a's lobby runs", func() bool { return a.pools.LobbyAddr() != "" })
	// Somebody told b where: the default port, mDNS or --join do it outside of tests.
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	b.pools.JoinLobby(a.pools.LobbyAddr())
	paired, err := b.Node.Accept(ctx, inv.Code, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !paired.Joined || paired.Device != a.Device.ID() {
		t.Errorf("paired: %+v", paired)
	}
	took := until(t, 10*time.Second, "both agree", agree(a, b))
	blob := until(t, 10*time.Second, "the course came too", func() bool { return b.Blobs.Has(course.Hash) })
	t.Logf("paired; the same state %v later, a course of 3 MiB %v after that", took.Round(time.Millisecond), blob.Round(time.Millisecond))
	until(t, 5*time.Second, "the lobby is closed", func() bool { return a.pools.LobbyAddr() == "" && b.pools.LobbyAddr() == "" })
	if len(stranger.Log.Vector()) != 0 || len(stranger.pools.Near()) != 0 {
		t.Error("the stranger learned something")
	}
}

func TestACutNodeCatchesUpByTheRejoinLoop(t *testing.T) {
	a := newStation(t, "a")
	school := found(t, a)
	until(t, 5*time.Second, "a's pool runs", func() bool { return a.pools.Addr() != "" })
	b := newStation(t, "b", a.pools.Addr())
	if err := b.Registry.SetSchool(school); err != nil {
		t.Fatal(err)
	}
	b.pools.SetSchool(&gossip.School{ID: school.ID(), Key: school.Secret("gossip")})
	a.MustWrite(school.Learn(), 5)
	until(t, 10*time.Second, "both agree", agree(a, b))
	b.down()
	until(t, 10*time.Second, "b is missed", func() bool { return len(a.pools.Near()) == 0 })
	a.MustWrite(school.Learn(), 50)
	b.MustWrite(school.Learn(), 7)
	b.up() // on other ports, without a seed: it remembers a, and a remembers where b was
	took := until(t, 10*time.Second, "both agree again", agree(a, b))
	t.Logf("caught up %v after coming back", took.Round(time.Millisecond))
}
