package gossip

import (
	"net"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/memberlist"
)

// A weather is a transport that loses packets and carries streams slowly, and counts what it sends.
type weather struct {
	memberlist.NodeAwareTransport
	dropUDP bool
	rate    int64 // bytes a second of a stream; 0 any
	delay   time.Duration
	sent    *atomic.Int64 // with Ethernet, IP, UDP and TCP headers; nil: not counted
}

// Headers on Ethernet: IPv4 and UDP 42 bytes; IPv4 and TCP with timestamps 66. A stream besides its data takes some five
// packets of each side: to open, to acknowledge, to close.
const (
	udpHeaders    = 42
	tcpHeaders    = 66
	streamPackets = 5
)

func (w *weather) count(n int) {
	if w.sent != nil {
		w.sent.Add(int64(n))
	}
}

func (w *weather) WriteTo(b []byte, addr string) (time.Time, error) {
	return w.WriteToAddress(b, memberlist.Address{Addr: addr})
}

func (w *weather) WriteToAddress(b []byte, a memberlist.Address) (time.Time, error) {
	w.count(len(b) + udpHeaders)
	if w.dropUDP {
		return time.Now(), nil
	}
	return w.NodeAwareTransport.WriteToAddress(b, a)
}

func (w *weather) DialTimeout(addr string, timeout time.Duration) (net.Conn, error) {
	return w.DialAddressTimeout(memberlist.Address{Addr: addr}, timeout)
}

func (w *weather) DialAddressTimeout(a memberlist.Address, timeout time.Duration) (net.Conn, error) {
	c, err := w.NodeAwareTransport.DialAddressTimeout(a, timeout)
	if err != nil {
		return nil, err
	}
	w.count(2 * streamPackets * tcpHeaders) // the other side's too: it is not seen otherwise
	return &slowConn{c, w}, nil
}

// A slowConn is one end of a stream as the weather has it. What comes back is counted here too.
type slowConn struct {
	net.Conn
	w *weather
}

func (c *slowConn) Write(b []byte) (int, error) {
	c.w.count(len(b) + tcpHeaders)
	if c.w.rate > 0 {
		time.Sleep(c.w.delay + time.Duration(int64(len(b))*int64(time.Second)/c.w.rate)) // the link's own time
	}
	return c.Conn.Write(b)
}

func (c *slowConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if n > 0 {
		c.w.count(n + tcpHeaders)
	}
	return n, err
}

// in is an edit of Options that puts a pool into the weather.
func in(w func() *weather, profile func(*memberlist.Config)) func(*Options) {
	return func(o *Options) {
		o.Pace.Tune = func(c *memberlist.Config) {
			profile(c)
			under := w()
			under.NodeAwareTransport = c.Transport.(memberlist.NodeAwareTransport)
			c.Transport = under
		}
	}
}

func TestBoxesSeeEachOtherWhereNoPacketPasses(t *testing.T) {
	const round = 500 * time.Millisecond // a probe's answer by stream must come within one, on a busy machine too
	deaf := in(func() *weather { return &weather{dropUDP: true} }, func(c *memberlist.Config) {
		fast(c)
		c.ProbeInterval, c.ProbeTimeout, c.SuspicionMult = round, round/5, 4 // who does not answer is gone after five rounds
	})
	a := inSchool(start(t, 1, deaf, nil))
	until(t, "a runs", func() bool { return a.Addr() != "" })
	seed := func() []string { return []string{a.Addr()} }
	b, c := inSchool(start(t, 2, deaf, seed)), inSchool(start(t, 3, deaf, seed))
	until(t, "three see each other by streams alone", func() bool { return a.sees(b, c) && b.sees(a, c) && c.sees(a, b) })
	met := time.Now()
	b.SetDigest([8]byte{42})
	took := until(t, "a hears of b's digest by push and pull", func() bool {
		for _, p := range a.Near() {
			if p.Device == b.id && p.Digest == [8]byte{42} {
				return true
			}
		}
		return false
	})
	t.Logf("a digest got through in %v", took.Round(time.Millisecond))
	until(t, "twelve rounds of probes went by", func() bool { return time.Since(met) > 12*round })
	for _, x := range []*box{a, b, c} {
		for _, p := range x.news() {
			if p.Gone {
				t.Errorf("%s thought that %s was gone", x.id, p.Device)
			}
		}
	}
}

func TestASlowStreamIsEnoughToJoin(t *testing.T) {
	slow := in(func() *weather { return &weather{rate: 2_500, delay: 150 * time.Millisecond} }, func(c *memberlist.Config) {
		fast(c)
		c.TCPTimeout = lamp().TCPTimeout
	})
	a := inSchool(start(t, 1, slow, nil))
	until(t, "a runs", func() bool { return a.Addr() != "" })
	b := inSchool(start(t, 2, slow, func() []string { return []string{a.Addr()} }))
	took := until(t, "both see each other at 20 kbit/s", func() bool { return a.sees(b) && b.sees(a) })
	t.Logf("joined in %v", took.Round(time.Millisecond))
}

// TestIdleBoxesOfASchool measures what a pool of 30 costs when nothing happens, in five minutes of real time: one round of
// push and pull with it.
func TestIdleBoxesOfASchool(t *testing.T) {
	if os.Getenv("LAMPLIGHT_SOAK") == "" {
		t.Skip("takes five minutes; LAMPLIGHT_SOAK=1 runs it")
	}
	const boxes = 30
	var sent atomic.Int64
	edit := func(o *Options) {
		in(func() *weather { return &weather{sent: &sent} }, func(*memberlist.Config) {})(o)
		tune := o.Pace.Tune
		o.Pace = Pace{Tune: tune} // the lamp profile itself
	}
	first := inSchool(start(t, 1, edit, nil))
	until(t, "it runs", func() bool { return first.Addr() != "" })
	all := []*box{first}
	for i := 2; i <= boxes; i++ {
		all = append(all, inSchool(start(t, i, edit, func() []string { return []string{first.Addr()} })))
	}
	began := time.Now()
	for _, b := range all {
		for len(b.Near()) < boxes-1 && time.Since(began) < 2*time.Minute {
			time.Sleep(100 * time.Millisecond)
		}
	}
	time.Sleep(20 * time.Second) // what joining stirred up
	before, at := sent.Load(), time.Now()
	time.Sleep(5 * time.Minute)
	each := float64(sent.Load()-before) / boxes / time.Since(at).Seconds()
	t.Logf("%d boxes idle: %.1f bytes a second and box sent, headers and streams with them: %.2f MB a day", boxes, each, each*86400/1e6)
	if day := each * 86400; day > 2e6 {
		t.Errorf("%.0f bytes a day and box, at most 2 MB", day)
	}
	for _, b := range all {
		if n := len(b.Near()); n != boxes-1 {
			t.Logf("%s sees %d of %d; push and pull will tell it", b.id, n, boxes-1)
		}
	}
}
