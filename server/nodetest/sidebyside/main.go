// Command sidebyside measures Lamplight beside kiwix-serve, nginx, Kolibri and rsync on this machine and prints one table with its targets.
//
// A figure of one machine on one day says little; a ratio inside one run says much. So every comparison is made in
// interleaved rounds (ours, theirs, ours, theirs …) on the same bytes, each server pinned to one CPU and the load, which
// is made in this process, to another, and medians are compared. What is compared first is the server's CPU time: it
// holds on a busy machine, where requests a second do not. Everything listens on 127.0.0.1 alone.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
)

// A bench is one run: what it was asked for, the folder it works in and what it has found.
type bench struct {
	lamplight string // the binary
	corpus    string // folder of third-party files
	short     bool
	only      string
	tiny      bool // counts so small that only the machinery is tried
	dir       string
	loop      *loop   // nil: no file system of our own, device writes are not counted
	within    *cgroup // what servers are started in; nil: none
	course    course
	samplerID string // the sampler's course on the box, "" without the corpus
	people    []person
	table     table
}

func main() {
	b := &bench{}
	only := flag.String("only", "", "names of parts to run, separated by commas; all if empty; sync/tree is one figure of sync")
	profile := flag.Bool("keep", false, "keep the working folder and say where it is")
	flag.StringVar(&b.lamplight, "lamplight", "bin/lamplight", "the binary to measure")
	flag.StringVar(&b.corpus, "corpus", corpusFolder(), "folder of third-party files")
	flag.BoolVar(&b.short, "short", false, "a tenth of the requests")
	pools := flag.Int("idle", 0, "be so many idle boxes until the input ends: for the part sync")
	flag.Parse()
	if *pools > 0 {
		if err := idle(*pools); err != nil {
			fmt.Fprintln(os.Stderr, "sidebyside:", err)
			os.Exit(1)
		}
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := b.run(ctx, *only, *profile)
	fmt.Print(b.table.String())
	if err != nil {
		fmt.Fprintln(os.Stderr, "sidebyside:", err)
		os.Exit(1)
	}
}

// corpusFolder is where tests find third-party files.
func corpusFolder() string {
	if dir := os.Getenv("LAMPLIGHT_CORPUS"); dir != "" {
		return dir
	}
	return "../shared/corpus"
}

// count is how many requests a part makes where full ones make n.
func (b *bench) count(n int) int {
	switch {
	case b.tiny:
		return max(n/500, 20)
	case b.short:
		return max(n/10, 20)
	}
	return n
}

// rounds is how often each contender is measured.
func (b *bench) rounds() int {
	if b.tiny {
		return 1
	}
	return 3
}

// A part measures one line or a few of the table.
type part struct {
	name string
	run  func(*bench, context.Context) error
}

var parts = []part{
	{"pages", (*bench).pages},
	{"zim", (*bench).zim},
	{"ranges", (*bench).ranges},
	{"start", (*bench).start},
	{"memory", (*bench).memory},
	{"answers", (*bench).answers},
	{"quiz", (*bench).quizzes},
	{"size", (*bench).size},
	{"hundred", (*bench).hundred},
	{"kolibri", (*bench).kolibri},
	{"search", (*bench).search}, // last: it adds to the box
	{"sync", (*bench).sync},
}

func (b *bench) run(ctx context.Context, only string, keep bool) (err error) {
	if b.lamplight, err = filepath.Abs(b.lamplight); err != nil {
		return err
	}
	if b.corpus, err = filepath.Abs(b.corpus); err != nil {
		return err
	}
	if b.dir, err = os.MkdirTemp("", "sidebyside"); err != nil {
		return err
	}
	if keep {
		fmt.Fprintln(os.Stderr, "working in", b.dir)
	} else {
		defer os.RemoveAll(b.dir)
	}
	debug.SetGCPercent(800) // what this process does takes from the load it can make
	if err := pinSelf(loadCPU()); err != nil {
		b.table.note("not pinned to CPUs: %v", err)
	}
	b.loop, err = mountLoop(b.dir, 2<<30)
	if err != nil {
		b.table.note("no file system of its own for the box, so device reads and writes are not counted: %v", err)
	}
	defer func() { b.loop.unmount() }()
	b.only = only
	if slices.ContainsFunc(strings.Split(only, ","), func(name string) bool { return !strings.HasPrefix(name, "sync") }) { // the part sync has boxes of its own
		if err := b.prepare(ctx); err != nil {
			return fmt.Errorf("preparing the box: %w", err)
		}
	}
	for _, p := range parts {
		if !chosen(only, p.name) && !(p.name == "sync" && strings.Contains(only, "sync/")) {
			continue
		}
		fmt.Fprintln(os.Stderr, "measuring", p.name)
		if err := p.run(b, ctx); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			b.table.skip(p.name, err)
		}
	}
	return nil
}
