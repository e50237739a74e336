package server

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"lamplight/server/config"
	"lamplight/sync/clock"
	"lamplight/sync/device"
	"lamplight/sync/exchange"
	"lamplight/sync/segment"
)

// A fetcher is a box that goes by a snapshot of another of its school, which stands for 1000 events of each of two boxes.
type fetcher struct {
	*pasts
	teller, writer string
	writes         clock.Stream
}

func newFetcher(t *testing.T) (f fetcher) {
	t.Helper()
	cfg := config.Default()
	cfg.Web.HTTP, cfg.Web.Player, cfg.Sync.Listen, cfg.Content.ReserveMiB = "127.0.0.1:0", "127.0.0.1:0", "127.0.0.1:0", 0
	s, err := Open(Options{Dir: filepath.Join(t.TempDir(), "data"), Config: cfg, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if err := s.CreateSchool(context.Background(), "Baobab", "en"); err != nil {
		t.Fatal(err)
	}
	school := s.Registry.School()
	at := clock.Vector{}
	join := func(scope segment.Scope) (string, clock.Stream) {
		dir := t.TempDir()
		d, err := device.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		reg, err := device.OpenRegistry(dir, d)
		if err == nil {
			err = reg.SetSchool(school)
		}
		if err == nil {
			err = s.Registry.Add(*reg.Own())
		}
		if err != nil {
			t.Fatal(err)
		}
		at[d.Stream(scope)] = 1000
		return d.ID(), d.Stream(scope)
	}
	f.pasts = s.pasts
	f.teller, _ = join(school.Learn())
	f.writer, f.writes = join(school.Learn())
	learn, _, err := s.Store.Snapshot(false)
	if err == nil {
		err = s.pasts.Take(exchange.Snapshot{At: at, Learn: learn, Raw: []byte{1}})
	}
	if err != nil {
		t.Fatal(err)
	}
	f.by = f.teller
	return f
}

func TestASnapshotIsDroppedWhenItIsRefutedOrItsTellerIsGone(t *testing.T) {
	for name, c := range map[string]struct {
		met  func(f fetcher) exchange.Meeting
		away time.Duration // since the teller answered
		kept bool
	}{
		"the writer has as much": {func(f fetcher) exchange.Meeting {
			return exchange.Meeting{Peer: f.writer, Held: clock.Vector{f.writes: 1000}}
		}, 0, true},
		"the writer has less": {func(f fetcher) exchange.Meeting {
			return exchange.Meeting{Peer: f.writer, Held: clock.Vector{f.writes: 999}}
		}, 0, false},
		"another has less":             {func(f fetcher) exchange.Meeting { return exchange.Meeting{Peer: "another", Held: clock.Vector{}} }, 0, true},
		"the teller has no more":       {func(f fetcher) exchange.Meeting { return exchange.Meeting{Peer: f.teller, InStep: true} }, 0, false},
		"as it is taken":               {func(f fetcher) exchange.Meeting { return exchange.Meeting{Peer: f.teller, InStep: true, Took: true} }, 0, true},
		"others have no more":          {func(f fetcher) exchange.Meeting { return exchange.Meeting{Peer: f.writer, InStep: true} }, time.Hour, true},
		"others have no more for long": {func(f fetcher) exchange.Meeting { return exchange.Meeting{Peer: f.writer, InStep: true} }, 3 * time.Hour, false},
		"others that go by one have no more": {func(f fetcher) exchange.Meeting {
			return exchange.Meeting{Peer: f.writer, InStep: true, Wish: exchange.HasSnapshot}
		}, 3 * time.Hour, true},
		"others have more": {func(f fetcher) exchange.Meeting { return exchange.Meeting{Peer: f.writer} }, 3 * time.Hour, true},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFetcher(t)
			if f.Wish() != exchange.HasLearn || f.s.Fetching() == 0 {
				t.Fatalf("it wishes %d", f.Wish())
			}
			f.seen = f.seen.Add(-c.away)
			m := c.met(f)
			m.Writes = func(x clock.Stream) bool { return m.Peer == f.writer && x == f.writes }
			f.Met(m)
			if kept := f.s.Store.ShowsPast(); kept != c.kept {
				t.Errorf("it is kept: %v", kept)
			}
			if name == "others have no more" && f.s.FetchingFrom() != f.teller {
				t.Errorf("what is left is said to be at %q", f.s.FetchingFrom())
			}
		})
	}
}
