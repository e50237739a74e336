package gossip

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/memberlist"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	// Connections that memberlist is reading when it is shut down end by its own timeout, here 1 s.
	goleak.VerifyTestMain(m)
}

// fast is the lamp profile with its waits shortened, everything else as it is.
func fast(c *memberlist.Config) {
	c.ProbeInterval, c.ProbeTimeout = 150*time.Millisecond, 100*time.Millisecond
	c.SuspicionMult, c.GossipInterval, c.PushPullInterval = 2, 30*time.Millisecond, 2*time.Second
	c.TCPTimeout, c.DeadNodeReclaimTime = time.Second, 100*time.Millisecond
}

var key = bytes.Repeat([]byte{7}, 32)

// A box is Pools under test.
type box struct {
	*Pools
	id   string
	stop func()

	mu    sync.Mutex
	heard []Peer
	addr  string
}

func (b *box) news() []Peer {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.heard)
}

// start runs a box whose remembered peers are what remembered says.
func start(t *testing.T, n int, edit func(*Options), remembered func() []string) *box {
	t.Helper()
	b := &box{id: fmt.Sprintf("%016x", n), addr: loopback}
	o := Options{
		Device: b.id, Exchange: 40000 + n, Name: func() string { return fmt.Sprintf("Box %d", n) },
		Remembered: remembered, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
		OnPeer:  func(p Peer) { b.mu.Lock(); b.heard = append(b.heard, p); b.mu.Unlock() },
		Address: func() (string, error) { b.mu.Lock(); defer b.mu.Unlock(); return b.addr, nil },
		Pace: Pace{
			Look: 50 * time.Millisecond, Tell: 20 * time.Millisecond, Meta: 50 * time.Millisecond,
			Rejoin: 100 * time.Millisecond, Rest: time.Second, Tune: fast,
		},
	}
	if edit != nil {
		edit(&o)
	}
	pools, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	b.Pools = pools
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- pools.Run(ctx) }()
	var once sync.Once
	b.stop = func() {
		once.Do(func() {
			cancel()
			select {
			case <-done:
			case <-time.After(10 * time.Second):
				t.Error("Run did not return 10 s after its context ended")
			}
		})
	}
	t.Cleanup(b.stop)
	return b
}

// until waits for a condition that other goroutines bring about.
func until(t *testing.T, what string, ok func() bool) time.Duration {
	t.Helper()
	began := time.Now()
	for !ok() {
		if time.Since(began) > 20*time.Second {
			t.Fatalf("after 20 s still not: %s", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
	return time.Since(began)
}

func (b *box) sees(others ...*box) bool {
	near := b.Near()
	if len(near) != len(others) {
		return false
	}
	for _, o := range others {
		if !slices.ContainsFunc(near, func(p Peer) bool { return p.Device == o.id && p.Addr == fmt.Sprintf("127.0.0.1:%d", o.o.Exchange) }) {
			return false
		}
	}
	return true
}

func inSchool(b *box) *box { b.SetSchool(&School{ID: "a1b2", Key: key}); return b }

func TestTwoBoxesOfASchoolFindEachOtherThroughOneRememberedAddress(t *testing.T) {
	a := inSchool(start(t, 1, nil, nil))
	until(t, "a runs", func() bool { return a.Addr() != "" })
	b := inSchool(start(t, 2, nil, func() []string { return []string{a.Addr()} }))
	took := until(t, "both see each other", func() bool { return a.sees(b) && b.sees(a) })
	t.Logf("found in %v", took)
}

func TestADigestReachesTheOthersAndTheLastOneStays(t *testing.T) {
	a := inSchool(start(t, 1, nil, nil))
	until(t, "a runs", func() bool { return a.Addr() != "" })
	seed := func() []string { return []string{a.Addr()} }
	b, c := inSchool(start(t, 2, nil, seed)), inSchool(start(t, 3, nil, seed))
	until(t, "all see each other", func() bool { return a.sees(b, c) && b.sees(a, c) && c.sees(a, b) })
	for i := range 50 {
		a.SetDigest([8]byte{1, byte(i)})
	}
	last := [8]byte{1, 49}
	holds := func(b *box) bool {
		return slices.ContainsFunc(b.Near(), func(p Peer) bool { return p.Device == a.id && p.Digest == last })
	}
	took := until(t, "b and c hold a's last digest", func() bool { return holds(b) && holds(c) })
	t.Logf("digest known in %v", took)
	if n := len(b.news()); n > 20 {
		t.Errorf("50 changes in a burst made %d hints, want few", n)
	}
}

func TestASplitHealsByTheRejoinLoop(t *testing.T) {
	a := inSchool(start(t, 1, nil, nil))
	until(t, "a runs", func() bool { return a.Addr() != "" })
	aAddr := a.Addr()
	_, port, _ := net.SplitHostPort(aAddr)
	b := inSchool(start(t, 2, nil, func() []string { return []string{aAddr} }))
	c := inSchool(start(t, 3, nil, func() []string { return []string{aAddr} }))
	until(t, "three see each other", func() bool { return a.sees(b, c) && b.sees(a, c) && c.sees(a, b) })
	a.stop()
	until(t, "a is missed", func() bool { return b.sees(c) && c.sees(b) })
	if !slices.ContainsFunc(b.news(), func(p Peer) bool { return p.Device == a.id && p.Gone }) {
		t.Error("nobody said that a is gone")
	}
	again := inSchool(start(t, 1, func(o *Options) { _, _ = fmt.Sscan(port, &o.Port) }, nil)) // remembers nobody
	took := until(t, "three again", func() bool { return again.sees(b, c) && b.sees(again, c) && c.sees(again, b) })
	t.Logf("healed in %v", took)
}

func TestAWrongKeyOrAnotherSchoolSeesNobody(t *testing.T) {
	a := inSchool(start(t, 1, nil, nil))
	until(t, "a runs", func() bool { return a.Addr() != "" })
	seed := func() []string { return []string{a.Addr()} }
	wrong, other := start(t, 2, nil, seed), start(t, 3, nil, seed)
	wrong.SetSchool(&School{ID: "a1b2", Key: bytes.Repeat([]byte{8}, 32)})
	other.SetSchool(&School{ID: "c3d4", Key: key})
	right := inSchool(start(t, 4, nil, seed))
	until(t, "the right one is in", func() bool { return a.sees(right) && right.sees(a) })
	for _, b := range []*box{wrong, other} {
		until(t, "it has tried", func() bool {
			b.Pools.school.rejoiner.mu.Lock()
			defer b.Pools.school.rejoiner.mu.Unlock()
			for _, tr := range b.Pools.school.rejoiner.tries {
				if !tr.under && !tr.next.IsZero() {
					return true
				}
			}
			return false
		})
		if near := b.Near(); len(near) != 0 {
			t.Errorf("a box without our key sees %+v", near)
		}
	}
	if !a.sees(right) {
		t.Errorf("a sees %+v", a.Near())
	}
}

func TestTheLobbyShowsANameAndAnAddressAndOpensOnlyForAnInvitation(t *testing.T) {
	inviter := inSchool(start(t, 1, nil, nil))
	until(t, "the school pool runs", func() bool { return inviter.Addr() != "" })
	if inviter.LobbyAddr() != "" {
		t.Fatal("a box with a school is in the lobby without an invitation")
	}
	newcomer := start(t, 2, nil, nil)
	until(t, "the newcomer's lobby runs", func() bool { return newcomer.LobbyAddr() != "" })
	inviter.Pools.mu.Lock()
	inviter.found["lobby"] = []string{newcomer.LobbyAddr()}
	inviter.Pools.mu.Unlock()
	inviter.OpenLobby(time.Minute)
	until(t, "they meet in the lobby", func() bool { return len(newcomer.Lobby()) == 1 && len(inviter.Lobby()) == 1 })
	want := Visitor{Device: inviter.id, Name: "Box 1", Addr: "127.0.0.1:40001", Opens: true}
	if got := newcomer.Lobby()[0]; got != want {
		t.Errorf("the newcomer sees %+v, want %+v", got, want)
	}
	if addrs := newcomer.LobbyAddrs(); !slices.Equal(addrs, []string{want.Addr}) {
		t.Errorf("exchanges to try: %v", addrs)
	}
	if len(newcomer.Near()) != 0 || len(inviter.Near()) != 0 {
		t.Error("the lobby made somebody a peer")
	}
	inviter.OpenLobby(0)
	until(t, "the lobby is closed", func() bool { return inviter.LobbyAddr() == "" && len(newcomer.Lobby()) == 0 })
}

func TestANewAddressIsReboundAndFoundAgain(t *testing.T) {
	a := inSchool(start(t, 1, nil, nil))
	until(t, "a runs", func() bool { return a.Addr() != "" })
	first := a.Addr()
	b := inSchool(start(t, 2, nil, func() []string { return []string{first} }))
	until(t, "both see each other", func() bool { return a.sees(b) && b.sees(a) })
	bAddr := b.Addr()
	b.mu.Lock()
	b.addr = "127.0.0.2"
	b.mu.Unlock()
	until(t, "a sees b at its new address", func() bool {
		near := a.Near()
		return len(near) == 1 && strings.HasPrefix(near[0].Addr, "127.0.0.2:") && near[0].Gossip != bAddr
	})
}

func TestABoxThatLeftWithoutAWordIsFoundWhereItIsNow(t *testing.T) {
	a := inSchool(start(t, 1, nil, nil))
	until(t, "a runs", func() bool { return a.Addr() != "" })
	seed := func() []string { return []string{a.Addr()} }
	b := inSchool(start(t, 2, nil, seed))
	until(t, "both see each other", func() bool { return a.sees(b) && b.sees(a) })
	moved := inSchool(start(t, 2, func(o *Options) { o.Exchange = 40102 }, seed)) // to a, b seems alive at the old address too
	took := until(t, "a names the new address", func() bool {
		return slices.ContainsFunc(a.news(), func(p Peer) bool { return p.Device == b.id && p.Addr == "127.0.0.1:40102" && p.Gossip == moved.Addr() })
	})
	t.Logf("known elsewhere in %v", took)
}

func TestATakenPortIsNoReasonToStayAlone(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	b := inSchool(start(t, 1, func(o *Options) { o.Port = taken.Addr().(*net.TCPAddr).Port }, nil))
	until(t, "it runs elsewhere", func() bool { return b.Addr() != "" && b.Addr() != taken.Addr().String() })
}

func TestFailureIsALineOfHealthAndHealsByItself(t *testing.T) {
	b := start(t, 1, nil, nil)
	b.mu.Lock()
	b.addr = "192.0.2.77.5"
	b.mu.Unlock()
	inSchool(b)
	until(t, "it says so", func() bool { return len(b.Health()) > 0 })
	b.mu.Lock()
	b.addr = loopback
	b.mu.Unlock()
	until(t, "it runs", func() bool { return b.Addr() != "" && len(b.Health()) == 0 })
}

func TestBoxesOnOneLinkFindEachOtherByKnocking(t *testing.T) {
	loud := func(o *Options) { o.Multicast, o.Address = true, Address }
	a, b := inSchool(start(t, 1, loud, nil)), inSchool(start(t, 2, loud, nil))
	echo := make(chan struct{}, 16)
	probe, err := openKnocker(func([]byte, net.IP) {
		select {
		case echo <- struct{}{}:
		default:
		}
	})
	if err != nil {
		t.Skipf("this machine has no multicast: %v", err)
	}
	defer probe.close()
	probe.send([]byte("anyone?"))
	select {
	case <-echo:
	case <-time.After(time.Second):
		t.Skip("this machine carries no multicast, not even to itself")
	}
	c := start(t, 3, loud, nil) // of no school
	c.SetSchool(&School{ID: "c3d4", Key: bytes.Repeat([]byte{9}, 32)})
	knows := func(b, other *box) bool { return len(b.Near()) == 1 && b.Near()[0].Device == other.id }
	took := until(t, "a and b see each other", func() bool { return knows(a, b) && knows(b, a) })
	t.Logf("found by knocking in %v", took)
	if len(c.Near()) != 0 {
		t.Errorf("a box of another school sees %+v", c.Near())
	}
}

func TestAKnockIsForOneLabelAndNotForOneself(t *testing.T) {
	one, two := [4]byte{1}, [4]byte{2}
	b := appendKnock(nil, one, "lamplight/lobby", 7948)
	if len(b) != knockLength {
		t.Fatalf("%d bytes", len(b))
	}
	if got := parseKnock(b, two, "lamplight/lobby"); got != 7948 {
		t.Errorf("port %d", got)
	}
	for what, got := range map[string]int{
		"our own":       parseKnock(b, one, "lamplight/lobby"),
		"another label": parseKnock(b, two, "lamplight/a1b2"),
		"cut":           parseKnock(b[:18], two, "lamplight/lobby"),
	} {
		if got != 0 {
			t.Errorf("%s: port %d, want none", what, got)
		}
	}
}

func FuzzMeta(f *testing.F) {
	f.Add("0000000000000001", schoolMeta{port: 1, news: news{device: [8]byte{7: 1}}}.bytes())
	f.Add("0000000000000001", lobbyMeta{port: 1, device: [8]byte{7: 1}, name: "Kituo"}.bytes())
	f.Add("", news{}.message())
	f.Fuzz(func(t *testing.T, name string, b []byte) {
		if m, ok := parseSchoolMeta(name, b); ok && len(m.bytes()) != metaLength {
			t.Fatal("a school meta of another length")
		}
		if m, ok := parseLobbyMeta(name, b); ok && len(m.bytes()) > maxMeta {
			t.Fatalf("a lobby meta of %d bytes", len(m.bytes()))
		}
		_, _ = parseMessage(b)
		_ = parseKnock(b, [4]byte{}, "lamplight/lobby")
	})
}

func TestAnOlderDigestDoesNotReplaceANewerOne(t *testing.T) {
	p, err := New(Options{Device: fmt.Sprintf("%016x", 1), Exchange: 1})
	if err != nil {
		t.Fatal(err)
	}
	id := fmt.Sprintf("%016x", 2)
	say := func(boot byte, count uint32) {
		n := news{device: [8]byte{7: 2}, boot: [4]byte{boot}, count: count, digest: [8]byte{boot, byte(count)}}
		if count%2 == 0 {
			p.onSchool(id, "127.0.0.1", "127.0.0.1:1", schoolMeta{news: n, port: 9}.bytes())
		} else {
			p.onNews(n.message())
		}
	}
	for _, step := range []struct {
		boot  byte
		count uint32
		want  [8]byte
	}{
		{1, 2, [8]byte{1, 2}},
		{1, 5, [8]byte{1, 5}},
		{1, 4, [8]byte{1, 5}},
		{1, 3, [8]byte{1, 5}},
		{1, 6, [8]byte{1, 6}},
		{2, 0, [8]byte{2, 0}}, // it was started anew
	} {
		say(step.boot, step.count)
		if got := p.Near()[0].Digest; got != step.want {
			t.Errorf("after digest %d of run %d: %v, want %v", step.count, step.boot, got, step.want)
		}
	}
}
