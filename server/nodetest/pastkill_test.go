package nodetest

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lamplight/server"
	"lamplight/server/config"
	"lamplight/server/learning"
	"lamplight/sync/exchange"
)

// A pastKilling is a new box whose process is killed again and again while it is sent a snapshot, and what that stands for.
type pastKilling struct {
	t        *testing.T
	past     longPast
	want     []string
	attempts int
	none     int // kills before a snapshot was kept
	between  int // while the past came
	whole    int // after it
}

// look opens what a kill left, without a network. A box is usable as soon as a snapshot is kept, and counts nothing twice.
func (k *pastKilling) look(dir string) {
	k.t.Helper()
	cfg := config.Default()
	cfg.Content.ReserveMiB = 0
	s, err := server.Open(server.Options{Dir: dir, Config: cfg, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		k.t.Fatalf("after a kill: %v", err)
	}
	defer s.Close()
	switch {
	case s.Fetching() > 0:
		k.between++
		if _, err := s.Store.ClassSummary(learning.Box(), k.past.class); err != nil {
			raw, read := os.ReadFile(filepath.Join(dir, "past"))
			got, parsed := exchange.ParseSnapshot(s.Registry, raw)
			k.t.Fatalf("killed while the past came: %v; the snapshot stands for %v (%v), held %v", err, got.At, errors.Join(read, parsed), s.Records.Held())
		}
		same(k.t, "killed while the past came", k.want, k.past.listedBy(k.t, s.Store))
		return
	case s.Store.ShowsPast():
		k.t.Error("a snapshot is shown of which all is here")
	}
	sum, err := s.Store.ClassSummary(learning.Box(), k.past.class)
	if errors.Is(err, fs.ErrNotExist) {
		k.none++
		return
	}
	if err != nil {
		k.t.Fatal(err)
	}
	n := 0
	for _, l := range sum.Learners {
		n += l.Attempts
	}
	switch {
	case n > k.attempts:
		k.t.Errorf("%d answers after a kill, of %d", n, k.attempts)
	case n < k.attempts:
		k.none++
	default:
		k.whole++
		same(k.t, "killed after all came", k.want, k.past.listedBy(k.t, s.Store))
	}
}

func TestAKilledBoxGoesOnWithASnapshotAndEndsWithTheEvents(t *testing.T) {
	const exercises = 60
	a := Start(t, Options{})
	if err := a.CreateSchool(context.Background(), "Baobab", "en"); err != nil {
		t.Fatal(err)
	}
	b := Start(t, Options{})
	pair(t, a, b)
	together(t, 30*time.Second, a, b)
	b.Stop()
	k := &pastKilling{t: t, past: teachClass(t, a, exercises), attempts: 27 * 6 * exercises}
	k.want = k.past.listed(t, a)
	a.Stop()
	old := serveChild(t, a.Dir(), "--http", "127.0.0.1:0", "--player", "127.0.0.1:0", "--sync", a.Sync)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 1))
	dir := ""
	kills := 6
	if soak() {
		kills = 21
	}
	for i := 0; i < kills || k.between == 0 && i < 40; i++ {
		if i%3 == 0 { // a new box once more
			dir = filepath.Join(t.TempDir(), "new")
			if err := copyFiles(dir, b.Dir()); err != nil {
				t.Fatal(err)
			}
		}
		c := serveChild(t, dir, append(free(), "--join", a.Sync)...)
		time.Sleep(time.Duration(rng.IntN(1500)) * time.Millisecond)
		c.kill()
		k.look(dir)
	}
	t.Logf("%d kills before a snapshot was kept, %d while the past came, %d after", k.none, k.between, k.whole)
	if k.between == 0 {
		t.Error("no kill fell between")
	}
	old.kill()
	a = Start(t, Options{Dir: a.Dir()})
	b = Start(t, Options{Dir: dir, Join: []string{a.Sync}})
	together(t, 90*time.Second, a, b)
	Eventually(t, 10*time.Second, "the snapshot is dropped", func() bool { return !b.Store.ShowsPast() })
	same(t, "in the end", k.want, k.past.listed(t, b))
}
