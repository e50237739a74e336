package gossip

import (
	"context"
	"math/rand/v2"
	"net"
	"sync"
	"time"
)

// A rejoiner tries, again and again, those addresses where a member should be and none is seen: memberlist by itself
// never heals a split.
type rejoiner struct {
	every, rest time.Duration

	mu    sync.Mutex
	tries map[string]*try
}

// A try is what is known of one address.
type try struct {
	next  time.Time
	under bool // way
}

// maxTries is how many addresses are remembered, maxJoins how many are tried at once.
const (
	maxTries = 512
	maxJoins = 4
)

// due picks the addresses to try now. seen says who is a member at that address. alone: we see nobody.
func (r *rejoiner) due(now time.Time, addrs []string, seen map[string]bool, alone bool) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.tries == nil || len(r.tries) > maxTries {
		r.tries = map[string]*try{}
	}
	under := 0
	for _, t := range r.tries {
		if t.under {
			under++
		}
	}
	var out []string
	for _, addr := range addrs {
		if seen[addr] || under >= maxJoins {
			continue
		}
		t := r.tries[addr]
		if t == nil {
			t = &try{}
			r.tries[addr] = t
		}
		if limit := now.Add(2 * r.every); alone && t.next.After(limit) {
			t.next = limit // whoever answered before is gone now
		}
		if t.under || now.Before(t.next) {
			continue
		}
		t.under = true
		under++
		out = append(out, addr)
	}
	return out
}

// done notes a try. One that answered but is not seen under that address (a host of many addresses) rests long.
func (r *rejoiner) done(addr string, answered bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.tries[addr]
	if t == nil {
		return
	}
	wait := r.every
	if answered {
		wait = r.rest
	}
	t.under, t.next = false, time.Now().Add(wait/2+time.Duration(rand.Int64N(int64(wait))))
}

// again makes one address due: it has just been heard from.
func (r *rejoiner) again(addr string) {
	r.mu.Lock()
	if t := r.tries[addr]; t != nil && !t.under && time.Until(t.next) < r.rest/2 {
		t.next = time.Time{}
	}
	r.mu.Unlock()
}

// soon makes every address due: something changed.
func (r *rejoiner) soon() {
	r.mu.Lock()
	for _, t := range r.tries {
		t.next = time.Time{}
	}
	r.mu.Unlock()
}

// rejoin starts the tries that are due, each in a goroutine that stop waits for.
func (p *pool) rejoin(ctx context.Context, addrs []string, done func()) {
	list := p.running()
	if list == nil {
		return
	}
	seen, others := map[string]bool{}, p.others()
	for _, m := range others {
		seen[m.Address()] = true
	}
	for _, addr := range p.rejoiner.due(time.Now(), p.resolve(ctx, addrs), seen, len(others) == 0) {
		p.wg.Add(1)
		go func() { // waited for in stop
			defer p.wg.Done()
			n, _ := list.Join([]string{addr})
			p.rejoiner.done(addr, n > 0)
			done()
		}()
	}
}

// resolve turns names into addresses, and leaves out our own and those that are none.
func (p *pool) resolve(ctx context.Context, addrs []string) []string {
	p.mu.Lock()
	own := p.addr
	p.mu.Unlock()
	_, ownPort, _ := net.SplitHostPort(own)
	var out []string
	had := map[string]bool{"": true}
	for _, addr := range addrs {
		host, port, err := net.SplitHostPort(addr)
		if err != nil {
			continue
		}
		if net.ParseIP(host) == nil {
			ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
			ips, err := net.DefaultResolver.LookupHost(ctx, host)
			cancel()
			if err != nil || len(ips) == 0 {
				continue
			}
			host = ips[0]
		}
		addr = net.JoinHostPort(host, port)
		self := addr == own || port == ownPort && net.ParseIP(host).IsLoopback()
		if !self && !had[addr] {
			had[addr] = true
			out = append(out, addr)
		}
	}
	return out
}
