package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// A wrk makes a load of ready requests with the program of that name. It takes less of a CPU for a request than nginx
// does, so that either server is kept busy: one that may sleep between requests pays for waking up, and not the same.
type wrk struct {
	addr    string
	conns   int
	seconds int // of one round
	script  string
	least   float64 // bytes an answer has on average at the very least, with its head: a redirect has fewer
}

// newWrk writes the script: each request is one of those given, at random. mean is how long a right answer's body is on
// average, in bytes.
func (b *bench) newWrk(c *child, conns int, requests [][]byte, mean float64) (*wrk, error) {
	var s bytes.Buffer
	s.WriteString("local all = {\n")
	for _, r := range requests {
		fmt.Fprintf(&s, "%s,\n", luaString(r))
	}
	s.WriteString(`}
local n = #all
function setup(thread) thread:set("seed", tonumber(os.getenv("SEED"))) end
function init(args) math.randomseed(seed) end
function request() return all[math.random(n)] end
function done(s, latency)
	local e = s.errors
	io.write(string.format("done %d %d %d %d %d\n", s.requests, s.bytes, latency:percentile(50), latency:percentile(99),
		e.connect + e.read + e.write + e.status + e.timeout))
end
`)
	f, err := os.CreateTemp(b.dir, "*.lua")
	if err != nil {
		return nil, err
	}
	_, err = f.Write(s.Bytes())
	if closed := f.Close(); err == nil {
		err = closed
	}
	seconds := 8
	switch {
	case b.tiny:
		seconds = 1
	case b.short:
		seconds = 2
	}
	return &wrk{c.addr, conns, seconds, f.Name(), 0.9 * mean}, err
}

// luaString quotes bytes as Lua 5.1 reads them: everything but plain letters as \ddd.
func luaString(b []byte) string {
	var s strings.Builder
	s.WriteByte('"')
	for _, c := range b {
		if c < ' ' || c > '~' || c == '"' || c == '\\' {
			fmt.Fprintf(&s, `\%03d`, c)
		} else {
			s.WriteByte(c)
		}
	}
	s.WriteByte('"')
	return s.String()
}

// warm makes requests for a second.
func (w *wrk) warm(ctx context.Context, _ int) error {
	_, err := w.fire(ctx, 99, 1)
	return err
}

func (w *wrk) round(ctx context.Context, c *child, seed uint64) (figure, error) {
	cpu, start := c.cpu(), time.Now()
	a, err := w.fire(ctx, seed, w.seconds)
	if err != nil {
		return figure{}, err
	}
	f := newFigure(a.n, a.bytes, time.Since(start), c.cpu()-cpu)
	f.p50, f.p99 = a.p50/1000, a.p99/1000
	return f, nil
}

// answered is what wrk says of a round: how many requests were answered, with how many bytes, and microseconds.
type answered struct{ n, bytes, p50, p99 float64 }

func (w *wrk) fire(ctx context.Context, seed uint64, seconds int) (a answered, err error) {
	cmd := exec.CommandContext(ctx, "wrk", "-t1", "-c", strconv.Itoa(w.conns), "-d", fmt.Sprint(seconds, "s"), "-s", w.script, "http://"+w.addr)
	cmd.Env = append(os.Environ(), fmt.Sprint("SEED=", seed))
	out, err := cmd.CombinedOutput()
	if err != nil {
		return a, fmt.Errorf("wrk: %w: %.300s", err, out)
	}
	_, line, _ := strings.Cut(string(out), "\ndone ")
	var failed int
	if _, err := fmt.Sscan(line, &a.n, &a.bytes, &a.p50, &a.p99, &failed); err != nil {
		return a, fmt.Errorf("wrk: %w: %.300s", err, out)
	}
	if failed > 0 || a.n == 0 || a.bytes/a.n < w.least {
		return a, fmt.Errorf("wrk: of %.0f requests %d failed; answers have %.0f bytes on average, at least %.0f are due", a.n, failed, a.bytes/max(a.n, 1), w.least)
	}
	return a, nil
}
