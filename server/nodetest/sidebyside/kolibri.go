package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

const (
	importOfCopy  = 0.7       // of the speed of cp
	importPeak    = 96 << 20  // bytes
	treePageMost  = 30.0      // milliseconds
	tenth         = 0.1       // of Kolibri
	topicRequests = 200       // a measurement of topic pages
	largeNodes    = 5000      // resources of the large channel
	largeBytes    = 2_000e6   // and their bytes
	manyNodes     = 20_000    // of the tree
	sameBytes     = 200 << 20 // of the channel on both
)

// kolibri installs one made-up channel on both and compares what it takes to bring it in and to show it; then it times the
// import of a large channel beside cp, and a page of a tree of 20,000 nodes.
func (b *bench) kolibri(ctx context.Context) error {
	if err := b.largeChannel(ctx); err != nil {
		return err
	}
	if err := b.largeTree(ctx); err != nil {
		return err
	}
	resources, size := 500, int64(sameBytes)
	switch {
	case b.tiny:
		resources, size = 20, 2<<20
	case b.short:
		resources, size = 100, 40<<20
	}
	c, err := makeChannel(filepath.Join(b.dir, "same"), resources, size)
	if err != nil {
		return err
	}
	data, err := b.emptySchool(ctx)
	if err != nil {
		return err
	}
	ours, _, course, err := b.importTimed(ctx, data, c)
	if err != nil {
		return err
	}
	k, err := b.findKolibri(ctx)
	if err == nil {
		err = k.prepare(ctx)
	}
	if err != nil {
		return err
	}
	theirs, err := onAllCPUs(func() error { return k.take(ctx, c) })
	if err != nil {
		return err
	}
	b.beside(fmt.Sprintf("import of %d nodes, %d MB", c.nodes, size>>20), ours.Seconds(), theirs.Seconds(), "s")
	return b.shown(ctx, data, course, k, c)
}

// beside writes a line of what Kolibri does too, of which we expect to take a tenth.
func (b *bench) beside(work string, ours, theirs float64, unit string) {
	b.table.add(work, figureOf(ours, unit), "Kolibri: "+figureOf(theirs, unit), times(ours, theirs), "≤ 0.1×", ours <= tenth*theirs)
}

func figureOf(n float64, unit string) string {
	if n >= 1000 {
		return fmt.Sprintf("%.0f %s", n, unit)
	}
	return fmt.Sprintf("%.3g %s", n, unit)
}

// importTimed imports a channel in a process of its own: how long it took, the most memory it held, and the course.
func (b *bench) importTimed(ctx context.Context, data string, c channel) (took time.Duration, peak int64, course string, err error) {
	cmd := exec.CommandContext(ctx, b.lamplight, "--data", data, "--json", "import", c.drive)
	var text bytes.Buffer
	cmd.Stdout = &text
	took, err = onAllCPUs(func() (err error) { peak, err = runPeak(cmd); return err })
	out := text.Bytes()
	if err != nil {
		return 0, 0, "", fmt.Errorf("import of the channel: %w: %.300s", err, out)
	}
	found := regexp.MustCompile(`"courses":\[\{"id":"([0-9a-f]+)"`).FindSubmatch(out)
	if found == nil || strings.Contains(string(out), `"missing"`) {
		return 0, 0, "", fmt.Errorf("the channel was not imported whole: %.300s", out)
	}
	return took, peak, string(found[1]), nil
}

// onAllCPUs runs a command that this process starts and does not pin: an import may use all there are, as cp may.
func onAllCPUs(run func() error) (took time.Duration, err error) {
	done := make(chan error)
	go func() { // its thread ends with it, for its affinity is its own; waited for below
		runtime.LockOSThread()
		var all unix.CPUSet
		for i := range runtime.NumCPU() {
			all.Set(i)
		}
		_ = unix.SchedSetaffinity(0, &all) // run said so once if it cannot be done
		start := time.Now()
		err := run()
		took = time.Since(start)
		done <- err
	}()
	err = <-done
	return took, err
}

// largeChannel imports in turn with cp, both until all is on the disk.
func (b *bench) largeChannel(ctx context.Context) error {
	resources, size := largeNodes, int64(largeBytes)
	switch {
	case b.tiny:
		resources, size = 50, 4<<20
	case b.short:
		resources, size = 1000, 200<<20
	}
	drive := filepath.Join(b.dir, "large")
	defer os.RemoveAll(drive)
	c, err := makeChannel(drive, resources, size)
	if err != nil {
		return err
	}
	var ours, cp []float64
	var most int64
	for range b.rounds() {
		copied := filepath.Join(b.dir, "copied")
		_ = exec.CommandContext(ctx, "sync").Run() // what was written before is not for these two to wait for
		copying, err := onAllCPUs(exec.CommandContext(ctx, "sh", "-c", `cp -r "$0" "$1" && sync -f "$1"`, drive, copied).Run)
		if err != nil {
			return fmt.Errorf("cp: %w", err)
		}
		cp = append(cp, copying.Seconds())
		data, err := b.emptySchool(ctx)
		if err = errors.Join(os.RemoveAll(copied), err); err != nil {
			return err
		}
		_ = exec.CommandContext(ctx, "sync").Run()
		took, peak, _, err := b.importTimed(ctx, data, c)
		if err = errors.Join(err, os.RemoveAll(data)); err != nil {
			return err
		}
		ours, most = append(ours, took.Seconds()), max(most, peak)
	}
	o, t := median(ours), median(cp)
	work := fmt.Sprintf("import of %d nodes, %d MB", c.nodes, size/1e6)
	b.table.add(work, fmt.Sprintf("%.2f s", o), fmt.Sprintf("cp -r and sync: %.2f s", t), fmt.Sprintf("%.2f of its speed", t/o), "≥ 0.7", t >= importOfCopy*o)
	b.table.add(work+", most memory", fmt.Sprintf("%.1f MiB", mebi(most)), "", fmt.Sprintf("%.1f MiB", mebi(most)), "≤ 96 MiB", most <= importPeak)
	return nil
}

// largeTree times the page of a topic in a channel of 20,000 nodes.
func (b *bench) largeTree(ctx context.Context) error {
	nodes := manyNodes
	if b.tiny {
		nodes = 500
	}
	c, err := makeChannel(filepath.Join(b.dir, "tree"), nodes, 0)
	if err != nil {
		return err
	}
	data, err := b.emptySchool(ctx)
	if err != nil {
		return err
	}
	_, _, course, err := b.importTimed(ctx, data, c)
	if err != nil {
		return err
	}
	n, err := b.serve(data, "") // it reads its documents into the search index meanwhile, as on the day a school installs them
	if err != nil {
		return err
	}
	defer n.stop()
	for name, path := range map[string]string{"course page": "/course/" + course, "topic page": topicPage(course, c.topics[len(c.topics)/2])} {
		took, _, err := b.asked(ctx, n.child, path, b.count(1000))
		if err != nil {
			return err
		}
		ms := milliseconds(took)
		b.table.add(fmt.Sprintf("%s of a channel of %d nodes", name, c.nodes), fmt.Sprintf("%.2f ms", ms), "", fmt.Sprintf("%.2f ms", ms), "≤ 30 ms", ms <= treePageMost)
	}
	return nil
}

func topicPage(course, topic string) string { return "/course/" + course + "?topic=" + topic }

// asked asks for one page again and again over one connection: the median time and the CPU time of each.
func (b *bench) asked(ctx context.Context, s *child, path string, times int) (took, cpu time.Duration, err error) {
	c := client{addr: s.addr}
	defer c.close()
	var all []time.Duration
	before := s.cpu()
	for i := range times + 5 {
		if i == 5 { // the first few warm it
			before = s.cpu()
			all = nil
		}
		start := time.Now()
		a, err := c.do(get(s.addr, path), false)
		if err == nil && a.status != 200 {
			err = fmt.Errorf("%s: status %d for %s", s.name, a.status, path)
		}
		if err = errors.Join(err, ctx.Err()); err != nil {
			return 0, 0, err
		}
		all = append(all, time.Since(start))
	}
	return median(all), (s.cpu() - before) / time.Duration(times), nil
}

// shown compares both as they show the channel. Of Kolibri's topic page only the answer with the topic's nodes is counted,
// and of its first view only what the page itself names: what its scripts ask for besides comes on top.
func (b *bench) shown(ctx context.Context, data, course string, k *kolibri, c channel) error {
	if err := b.rested(ctx, data); err != nil {
		return err
	}
	n, err := firstPage(ctx, "/library", func() (*child, error) { n, err := b.launch(data, ""); return childOf(n), err })
	if err != nil {
		return err
	}
	s, err := firstPage(ctx, "/en/learn/", func() (*child, error) { return b.launchKolibri(k) })
	if err != nil {
		return err
	}
	b.beside("exec → first complete page, the same channel", milliseconds(n), milliseconds(s), "ms")
	ours, err := b.serve(data, "")
	if err != nil {
		return err
	}
	defer ours.stop()
	theirs, err := b.ready(b.launchKolibri(k))
	if err != nil {
		return err
	}
	defer theirs.stop()
	var figures [2]struct{ idle, loaded, cpu, took, bytes, requests float64 }
	for i, x := range []struct {
		*child
		first, topic string
	}{{ours.child, "/library", topicPage(course, c.topics[0])}, {theirs, "/en/learn/", "/api/content/contentnode_tree/" + c.topics[0] + "/"}} {
		f := &figures[i]
		if f.requests, f.bytes, err = firstView(x.addr, x.first); err != nil {
			return err
		}
		f.idle = mebi(x.resident())
		took, cpu, err := b.asked(ctx, x.child, x.topic, b.count(topicRequests*5))
		if err != nil {
			return err
		}
		f.took, f.cpu = milliseconds(took), milliseconds(cpu)
		if _, _, err = (load{x.addr, 16, b.count(2000), 200, anyOf([][]byte{get(x.addr, x.topic)})}).fire(ctx, 1); err != nil {
			return err
		}
		f.loaded = mebi(x.resident())
	}
	o, t := figures[0], figures[1]
	b.beside("memory after a first page (RSS)", o.idle, t.idle, "MiB")
	b.beside("memory after topic pages over 16 connections (RSS)", o.loaded, t.loaded, "MiB")
	b.beside("CPU a topic page (of Kolibri's its data alone)", o.cpu, t.cpu, "ms")
	b.beside("time of a topic page (of Kolibri's its data alone)", o.took, t.took, "ms")
	b.beside("bytes of a first view (of Kolibri at least)", o.bytes, t.bytes, "B")
	b.beside("requests of a first view (of Kolibri at least)", o.requests, t.requests, "")
	return nil
}

// rested lets a box read what was imported into its search index.
func (b *bench) rested(ctx context.Context, data string) error {
	_, err := b.index(ctx, data)
	return err
}

func childOf(n *node) *child {
	if n == nil {
		return nil
	}
	return n.child
}

var named = regexp.MustCompile(`(?:src|href)="(/[^"]+\.(?:js|css|woff2?|png|svg|ico)(?:\?[^"]*)?)"`)

// firstView asks for a page and for what it names: how many requests, and bytes as sent.
func firstView(addr, path string) (requests, bytes float64, err error) {
	c := client{addr: addr}
	defer c.close()
	a, err := c.do(get(addr, path), false)
	if err != nil {
		return 0, 0, err
	}
	requests, bytes = 1, float64(a.bytes)
	page, err := fetch(context.Background(), "http://"+addr+path, "")
	if err != nil {
		return 0, 0, err
	}
	seen := map[string]bool{}
	for _, m := range named.FindAllSubmatch(page, -1) {
		asset := string(m[1])
		if seen[asset] {
			continue
		}
		seen[asset] = true
		if a, err = c.do(get(addr, asset), false); err != nil {
			return 0, 0, err
		}
		requests, bytes = requests+1, bytes+float64(a.bytes)
	}
	return requests, bytes, nil
}

// resident is what the child and its own children hold now, in bytes.
func (c *child) resident() (n int64) {
	for _, pid := range c.pids() {
		n += procNumber(fmt.Sprintf("/proc/%d/status", pid), "VmRSS:") << 10
	}
	return n
}

func port(addr string) string {
	_, p, _ := net.SplitHostPort(addr)
	return p
}
