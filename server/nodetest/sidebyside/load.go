package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// A client is one connection of one visitor. It is kept alive as long as the server keeps it.
type client struct {
	addr string
	conn net.Conn
	r    *bufio.Reader
	sent int // requests on conn
}

// An answer is what came back; its body only if it was asked for.
type answer struct {
	status int
	bytes  int64 // of the body as sent
	body   []byte
}

const requestTimeout = 30 * time.Second

// do sends one request, whole as it goes on the wire, and reads its answer.
func (c *client) do(request []byte, keepBody bool) (answer, error) {
	if c.conn == nil {
		conn, err := net.DialTimeout("tcp", c.addr, requestTimeout)
		if err != nil {
			return answer{}, err
		}
		c.conn, c.sent = conn, 0
		if c.r == nil {
			c.r = bufio.NewReaderSize(conn, 32<<10)
		}
		c.r.Reset(conn)
	}
	if c.sent++; c.sent%256 == 1 { // a deadline for each would be a fair part of the load's own work
		c.conn.SetDeadline(time.Now().Add(2 * requestTimeout))
	}
	if _, err := c.conn.Write(request); err != nil {
		c.close()
		return answer{}, err
	}
	a, keep, err := c.read(keepBody)
	if err != nil || !keep {
		c.close()
	}
	return a, err
}

func (c *client) close() {
	if c.conn != nil {
		c.conn.Close()
		c.conn = nil
	}
}

// read reads an answer of HTTP/1.1: a length, chunks, or until the server hangs up.
func (c *client) read(keepBody bool) (a answer, keep bool, err error) {
	line, err := c.r.ReadSlice('\n')
	if err != nil {
		return a, false, err
	}
	if len(line) < 12 {
		return a, false, fmt.Errorf("status line %q", line)
	}
	if a.status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return a, false, err
	}
	keep = true
	length, chunked := int64(-1), false
	for {
		if line, err = c.r.ReadSlice('\n'); err != nil {
			return a, false, err
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			break
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		value = bytes.TrimSpace(value)
		switch {
		case bytes.EqualFold(name, []byte("Content-Length")):
			length, _ = strconv.ParseInt(string(value), 10, 64)
		case bytes.EqualFold(name, []byte("Transfer-Encoding")):
			chunked = bytes.EqualFold(value, []byte("chunked"))
		case bytes.EqualFold(name, []byte("Connection")):
			keep = !bytes.EqualFold(value, []byte("close"))
		}
	}
	if a.status == 304 || a.status == 204 {
		return a, keep, nil
	}
	var kept bytes.Buffer
	to := io.Discard
	if keepBody {
		to = &kept
	}
	switch {
	case chunked:
		a.bytes, err = c.chunks(to)
	case length >= 0 && !keepBody:
		var n int
		n, err = c.r.Discard(int(length))
		a.bytes = int64(n)
	case length >= 0:
		a.bytes, err = io.CopyN(to, c.r, length)
	default:
		a.bytes, err = io.Copy(to, c.r)
		keep = false
	}
	a.body = kept.Bytes()
	return a, keep, err
}

func (c *client) chunks(to io.Writer) (total int64, err error) {
	for {
		line, err := c.r.ReadSlice('\n')
		if err != nil {
			return total, err
		}
		n, err := strconv.ParseInt(string(bytes.TrimSpace(line)), 16, 64)
		if err != nil {
			return total, err
		}
		if _, err := io.CopyN(to, c.r, n); err != nil {
			return total, err
		}
		if _, err := c.r.Discard(2); err != nil {
			return total, err
		}
		if total += n; n == 0 {
			return total, nil
		}
	}
}

// A load is the requests for one server.
type load struct {
	addr    string
	conns   int
	n       int                                // requests in all
	accept  int                                // the status every answer must have
	request func(i int, rnd *rand.Rand) []byte // the i-th
}

// A figure is what one load of one server came to.
type figure struct {
	perThousand float64 // seconds of server CPU for 1,000 requests
	perSecond   float64 // requests
	megabytes   float64 // a second, of bodies as sent (10^6)
	perGB       float64 // seconds of server CPU
	p50, p99    float64 // milliseconds
	bytes       float64 // a body
}

// fire makes the load's requests, each connection its share, and says how long each took.
func (l load) fire(ctx context.Context, seed uint64) (took []time.Duration, sent int64, err error) {
	var next, bytes atomic.Int64
	var wg sync.WaitGroup
	each := make([][]time.Duration, l.conns)
	errs := make([]error, l.conns)
	for k := range l.conns {
		wg.Go(func() {
			c := client{addr: l.addr}
			defer c.close()
			rnd := rand.New(rand.NewPCG(seed, uint64(k)))
			for i := next.Add(1) - 1; i < int64(l.n) && ctx.Err() == nil; i = next.Add(1) - 1 {
				start := time.Now()
				a, err := c.do(l.request(int(i), rnd), false)
				if err == nil && a.status != l.accept {
					err = fmt.Errorf("status %d, want %d", a.status, l.accept)
				}
				if err != nil {
					errs[k] = fmt.Errorf("request %d to %s: %w", i, l.addr, err)
					return
				}
				each[k] = append(each[k], time.Since(start))
				bytes.Add(a.bytes)
			}
		})
	}
	wg.Wait()
	return slices.Concat(each...), bytes.Load(), cmp.Or(append(errs, ctx.Err())...) // one of them says enough
}

// A contender is one server and what is asked of it.
type contender struct {
	child *child
	load  loader
	warm  int // requests before the first measured one; at least a few are made
	found []figure
}

// A loader makes one kind of load.
type loader interface {
	// warm makes about n requests, or a few more, that nobody measures.
	warm(ctx context.Context, n int) error
	// round makes the load once and says what it came to for the server c.
	round(ctx context.Context, c *child, seed uint64) (figure, error)
}

// interleave measures the contenders in turn, so that what else the machine does falls on all of them.
func (b *bench) interleave(ctx context.Context, all ...*contender) error {
	for _, c := range all { // nobody's first visit is measured
		if err := c.load.warm(ctx, c.warm); err != nil {
			return fmt.Errorf("%s: %w", c.child.name, err)
		}
	}
	for round := range b.rounds() {
		for _, c := range all {
			f, err := c.load.round(ctx, c.child, uint64(round))
			if err != nil {
				return fmt.Errorf("%s: %w", c.child.name, err)
			}
			c.found = append(c.found, f)
		}
	}
	return nil
}

func (l load) warm(ctx context.Context, n int) error {
	l.n = max(n, l.n/20, min(l.n, 4*l.conns))
	_, _, err := l.fire(ctx, 99)
	return err
}

func (l load) round(ctx context.Context, c *child, seed uint64) (figure, error) {
	cpu, start := c.cpu(), time.Now()
	took, sent, err := l.fire(ctx, seed)
	if err != nil {
		return figure{}, err
	}
	f := newFigure(float64(len(took)), float64(sent), time.Since(start), c.cpu()-cpu)
	slices.Sort(took)
	f.p50, f.p99 = milliseconds(took[len(took)/2]), milliseconds(took[len(took)*99/100])
	return f, nil
}

// newFigure is that of n requests whose answers have so many bytes; wall and cpu are how long they and the server took.
func newFigure(n, sent float64, wall, cpu time.Duration) figure {
	return figure{
		perThousand: 1000 * cpu.Seconds() / n, perSecond: n / wall.Seconds(), megabytes: sent / 1e6 / wall.Seconds(),
		perGB: cpu.Seconds() / (sent / 1e9), bytes: sent / n,
	}
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// middle is the median of each figure by itself.
func (c *contender) middle() figure {
	pick := func(f func(figure) float64) float64 {
		var v []float64
		for _, x := range c.found {
			v = append(v, f(x))
		}
		return median(v)
	}
	return figure{
		perThousand: pick(func(f figure) float64 { return f.perThousand }), perSecond: pick(func(f figure) float64 { return f.perSecond }),
		megabytes: pick(func(f figure) float64 { return f.megabytes }), perGB: pick(func(f figure) float64 { return f.perGB }),
		p50: pick(func(f figure) float64 { return f.p50 }), p99: pick(func(f figure) float64 { return f.p99 }),
		bytes: pick(func(f figure) float64 { return f.bytes }),
	}
}

func (f figure) String() string {
	return fmt.Sprintf("%.4f CPU s/1k, %.0f/s, p50 %.1f p99 %.1f ms, %.1f KB", f.perThousand, f.perSecond, f.p50, f.p99, f.bytes/1000)
}
