package main

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// visits are those of one reader who opens a cluster by one of its articles and reads on in it; then the next cluster.
// Only the reading on is counted, by the server's clock read before and after it.
type visits struct {
	addr, prefix string
	clusters     [][]string
	n            int // visits in a round
	visited      int
}

const visitPages = 7 // read on

func (v *visits) warm(ctx context.Context, n int) error {
	c := client{addr: v.addr}
	defer c.close()
	for range max(n/(visitPages+1), 1) {
		if _, err := v.visit(ctx, &c, nil); err != nil {
			return err
		}
	}
	return nil
}

func (v *visits) round(ctx context.Context, server *child, _ uint64) (figure, error) {
	c := client{addr: v.addr}
	defer c.close()
	var all readOn
	for range v.n {
		r, err := v.visit(ctx, &c, server)
		if err != nil {
			return figure{}, err
		}
		all.add(r)
	}
	slices.Sort(all.took)
	var wall time.Duration
	for _, t := range all.took {
		wall += t
	}
	f := newFigure(float64(len(all.took)), float64(all.sent), wall, all.cpu)
	f.p50, f.p99 = milliseconds(all.took[len(all.took)/2]), milliseconds(all.took[len(all.took)*99/100])
	return f, nil
}

// A readOn is what reading on came to.
type readOn struct {
	took []time.Duration
	sent int64
	cpu  time.Duration
}

func (r *readOn) add(s readOn) {
	r.took = append(r.took, s.took...)
	r.sent += s.sent
	r.cpu += s.cpu
}

// visit reads articles that were not read before, as long as the cluster has such.
func (v *visits) visit(ctx context.Context, c *client, server *child) (r readOn, err error) {
	in := v.clusters[v.visited%len(v.clusters)]
	from := v.visited / len(v.clusters) * (visitPages + 1)
	v.visited++
	for k := range visitPages + 1 {
		if err := ctx.Err(); err != nil {
			return r, err
		}
		var cpu time.Duration
		if k == 1 && server != nil {
			cpu = server.cpu()
		}
		start := time.Now()
		a, err := c.do(articleRequest(v.addr, v.prefix, in[(from+k)%len(in)]), false)
		if err == nil && a.status != 200 {
			err = fmt.Errorf("status %d, want 200", a.status)
		}
		if err != nil {
			return r, fmt.Errorf("%s: %w", v.addr, err)
		}
		if k == 0 {
			continue
		}
		r.cpu -= cpu
		r.sent += a.bytes
		r.took = append(r.took, time.Since(start))
	}
	if server != nil {
		r.cpu += server.cpu()
	}
	return r, nil
}
