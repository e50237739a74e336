package eventlog

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"lamplight/sync/clock"
)

const (
	childDir = "LAMPLIGHT_TEST_KILL_DIR"
	purgeDir = "LAMPLIGHT_TEST_PURGE_DIR"
)

// TestMain is also the child that gets killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		killedChild(dir)
	}
	if dir := os.Getenv(purgeDir); dir != "" {
		purgingChild(dir)
	}
	os.Exit(m.Run())
}

type childT struct{ testing.TB }

func (childT) Helper()           {}
func (childT) Cleanup(func())    {}
func (childT) Fatal(args ...any) { fmt.Println("fatal", fmt.Sprint(args...)); os.Exit(3) }

// killedChild appends from eight goroutines and says what was acknowledged, until it is killed.
func killedChild(dir string) {
	b := &box{t: childT{}, dir: dir}
	b.setup = func(o *Options) { o.tailSize, o.Lazy = 64<<10, true }
	b.keys()
	b.open()
	go func() {
		for {
			time.Sleep(3 * time.Millisecond)
			if b.log.prove(nil) != nil {
				b.t.Fatal("not proved")
			}
			b.log.swap.RLock()
			b.log.commit()
			b.log.swap.RUnlock()
		}
	}()
	go func() {
		for {
			time.Sleep(5 * time.Millisecond)
			b.log.Seal()
		}
	}()
	var out sync.Mutex
	for g := range 8 {
		go func() {
			for i := uint64(0); ; i++ {
				drafts := []Draft{answer(byte(g), i)}
				if i%7 == 0 {
					drafts = append(drafts, person(byte(g), fmt.Sprint("name", i)))
				}
				dots, err := b.log.Append(context.Background(), drafts...)
				if err != nil {
					b.t.Fatal(err)
				}
				out.Lock()
				for _, d := range dots {
					fmt.Println(d.Stream, d.Seq)
				}
				out.Unlock()
			}
		}()
	}
	select {}
}

func TestWhatWasAcknowledgedSurvivesKilling(t *testing.T) {
	times := 22
	if os.Getenv("LAMPLIGHT_SOAK") == "1" {
		times = 200
	} else if testing.Short() {
		times = 3
	}
	b := newBox(t, nil)
	acked := map[clock.Dot]bool{}
	total := 0
	for i := range times {
		if i%25 == 24 { // checking what a hundred kills left takes longer than killing
			total += len(acked)
			b, acked = newBox(t, nil), map[clock.Dot]bool{}
		}
		runAndKill(t, b.dir, time.Duration(rand.IntN(120))*time.Millisecond, acked, childDir)
		b.keys()
		b.setup = func(o *Options) { o.Lazy = i%2 == 0 }
		b.open()
		must(t, b.log.View(func(kv KV) error {
			for d := range acked {
				if kv.Get("events", seqKey(d.Stream, d.Seq)) == nil {
					t.Fatalf("kill %d: acknowledged event %v is gone", i, d)
				}
			}
			return nil
		}))
		b.clean()
		b.log.crash()
	}
	total += len(acked)
	t.Logf("%d kills, %d acknowledged events", times, total)
	if total < times {
		t.Fatalf("only %d events were acknowledged: this shows nothing", total)
	}
}

// runAndKill starts the child and kills it some time after its first acknowledgement.
func runAndKill(t *testing.T, dir string, after time.Duration, acked map[clock.Dot]bool, child string) {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), child+"="+dir)
	pipe, err := c.StdoutPipe()
	must(t, err)
	must(t, c.Start())
	var kill sync.Once
	lines := bufio.NewScanner(pipe)
	for lines.Scan() {
		kill.Do(func() { time.AfterFunc(after, func() { c.Process.Kill() }) })
		id, seq, ok := strings.Cut(lines.Text(), " ")
		s, err := clock.ParseStream(id)
		var n uint64
		if _, serr := fmt.Sscan(seq, &n); !ok || err != nil || serr != nil {
			if strings.HasPrefix(lines.Text(), "fatal") {
				t.Fatal(lines.Text())
			}
			continue // torn by the kill
		}
		acked[clock.Dot{Stream: s, Seq: n}] = true
	}
	c.Wait()
}
