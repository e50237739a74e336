package netlab

import (
	"net"
	"strconv"
	"sync"
	"time"
)

// A relay carries TCP connections through the middle, late. The machine may have no netem, and this needs none.
type relay struct {
	delay time.Duration
	done  chan struct{}
	ends  []net.Listener
	all   sync.WaitGroup
}

// Relay makes the middle answer at these ports of NearA and NearB and pass on what comes to the same port of B and A, each
// byte delay later; UDP does not pass it. It replaces the relay before; no ports is none.
func (l *Lab) Relay(ports []int, delay time.Duration) error {
	if r := l.relay; r != nil {
		l.relay = nil
		close(r.done)
		for _, e := range r.ends {
			e.Close()
		}
		r.all.Wait()
	}
	if len(ports) == 0 {
		return nil
	}
	r := &relay{delay: delay, done: make(chan struct{})}
	l.relay = r
	for _, port := range ports {
		for near, far := range map[string]string{NearA: AddrB, NearB: AddrA} {
			p := strconv.Itoa(port)
			var ln net.Listener
			if err := l.Inside(Middle, func() (err error) {
				ln, err = net.Listen("tcp", net.JoinHostPort(near, p))
				return err
			}); err != nil {
				return err
			}
			r.ends = append(r.ends, ln)
			r.all.Go(func() { r.accept(l, ln, net.JoinHostPort(far, p)) })
		}
	}
	return nil
}

func (r *relay) accept(l *Lab, ln net.Listener, to string) {
	for {
		near, err := ln.Accept()
		if err != nil {
			return
		}
		r.all.Go(func() {
			defer near.Close()
			var far net.Conn
			if err := l.Inside(Middle, func() (err error) {
				far, err = net.DialTimeout("tcp", to, 30*time.Second)
				return err
			}); err != nil {
				return
			}
			defer far.Close()
			over := make(chan struct{}, 2)
			r.all.Go(func() { r.pass(near, far); over <- struct{}{} })
			r.all.Go(func() { r.pass(far, near); over <- struct{}{} })
			for range 2 {
				select {
				case <-over:
				case <-r.done:
					return
				}
			}
		})
	}
}

// A late is bytes, or the end of them, and when they are due.
type late struct {
	b  []byte
	at time.Time
}

// pass reads as fast as it comes and writes each byte delay after it came.
func (r *relay) pass(from, to net.Conn) {
	queue := make(chan late, 1024)
	r.all.Go(func() {
		defer close(queue)
		for {
			b := make([]byte, 16<<10)
			n, err := from.Read(b)
			if n > 0 {
				select {
				case queue <- late{b[:n], time.Now().Add(r.delay)}:
				case <-r.done:
					return
				}
			}
			if err != nil {
				return
			}
		}
	})
	for piece := range queue {
		time.Sleep(time.Until(piece.at))
		if _, err := to.Write(piece.b); err != nil {
			from.Close()
			for range queue { // until the reader has seen it
			}
			return
		}
	}
	time.Sleep(r.delay)
	if c, ok := to.(*net.TCPConn); ok {
		_ = c.CloseWrite()
	}
}
