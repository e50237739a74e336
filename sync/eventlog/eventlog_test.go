package eventlog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

func TestWhatIsAppendedIsReadAtOnceAndAfterEveryKindOfStop(t *testing.T) {
	b := newBox(t, nil).open()
	dots := b.add(answer(1, 5), person(1, "Amina"))
	if len(dots) != 2 || dots[0].Seq != 1 || dots[1].Seq != 2 || b.name(1) != "Amina" {
		t.Fatalf("dots %v, name %q", dots, b.name(1))
	}
	b.many(450)
	want, vector := b.state(), b.log.Vector()
	for _, clean := range []bool{true, false, false} {
		b.again(clean)
		if got := b.state(); got != want || !b.log.Vector().Equal(vector) {
			t.Fatalf("after a stop (clean %v): state %s, want %s; vector %v, want %v", clean, got, want, b.log.Vector(), vector)
		}
		b.clean()
	}
	must(t, b.log.Seal())
	b.clean()
	if b.state() != want || b.name(1) != "Amina" {
		t.Fatal("sealing changed the state")
	}
}

func TestALostOrLyingRecordsDBIsRebuiltToTheSameState(t *testing.T) {
	b := newBox(t, nil).open()
	b.add(person(1, "Amina"), person(2, "Musa"))
	b.many(1200)
	want := b.state()
	must(t, b.log.Close())
	path := filepath.Join(b.dir, "records.db")
	whole, err := os.ReadFile(path)
	must(t, err)
	damage := map[string][]byte{"empty": {}, "older": nil}
	for _, n := range []int{1, 100, 4096, 8192, 16384, len(whole) / 3, len(whole) / 2, len(whole) - 4096, len(whole) - 1} {
		damage[fmt.Sprintf("cut to %d", n)] = whole[:n]
	}
	pages := len(whole) / 4096
	for page := 0; page < pages; page += 1 + pages/12 {
		zero, noise, swapped := bytes.Clone(whole), bytes.Clone(whole), bytes.Clone(whole)
		clear(zero[page*4096 : page*4096+4096])
		for i := range 40 {
			noise[page*4096+(i*i*31+17)%4096] ^= byte(1 + i*7%255)
		}
		copy(swapped[page*4096:page*4096+4096], whole[(page*7+8192)%(len(whole)-4096)/4096*4096:])
		damage[fmt.Sprintf("page %d zero", page)] = zero
		damage[fmt.Sprintf("page %d noise", page)] = noise
		damage[fmt.Sprintf("page %d swapped", page)] = swapped
	}
	for how, bad := range damage {
		for _, lazy := range []bool{false, true} {
			if bad == nil {
				os.Remove(path)
			} else {
				must(t, os.WriteFile(path, bad, 0o600))
			}
			b.keys()
			b.setup = func(o *Options) { o.Lazy = lazy }
			b.open()
			if lazy {
				b.log.State() // whatever it says
				must(t, b.log.prove(nil))
			}
			if got := b.state(); got != want {
				t.Fatalf("%s (lazy %v): state %s, want %s", how, lazy, got, want)
			}
			must(t, b.log.Close())
		}
	}
	b.keys()
	b.open().clean()
}

func TestWhatLazyOpeningReadsIsRightBeforeItIsProved(t *testing.T) {
	b := newBox(t, nil).open()
	b.add(person(1, "Amina"), person(2, "Musa"))
	b.many(3000)
	want := b.state()
	for _, clean := range []bool{true, false} {
		b.setup = func(o *Options) { o.Lazy = true }
		b.again(clean)
		if b.name(1) != "Amina" || b.name(2) != "Musa" || b.name(99) != "" {
			t.Errorf("names %q, %q and %q", b.name(1), b.name(2), b.name(99))
		}
		if got := b.state(); got != want {
			t.Errorf("state %s, want %s", got, want)
		}
		if b.log.proved.Load() {
			t.Error("all of records.db was read")
		}
		must(t, b.log.prove(nil))
		if got := b.state(); got != want || !b.log.proved.Load() {
			t.Errorf("proved, state %s, want %s", got, want)
		}
		b.many(50) // not committed when it crashes
		b.add(person(2, "Musa"))
		want = b.state()
	}
	b.clean()
}

// A card lied: one page of records.db is of another life, and another is torn. People read on meanwhile, and one answers.
func TestALieIsFoundWhileItIsServedAndNothingIsLost(t *testing.T) {
	b := newBox(t, nil).open()
	b.add(person(1, "Amina"), person(2, "Musa"))
	b.many(1500)
	must(t, b.log.Close())
	path := filepath.Join(b.dir, "records.db")
	whole, err := os.ReadFile(path)
	must(t, err)
	old := bytes.Clone(whole)
	b.keys()
	b.open().many(1500)
	want := b.state()
	must(t, b.log.Close())
	whole, err = os.ReadFile(path)
	must(t, err)
	lied := 0
	for page := 2; (page+1)*4096 <= min(len(old), len(whole)); page++ { // pages that were written since hold what was
		if at := page * 4096; !bytes.Equal(old[at:at+4096], whole[at:at+4096]) && lied < 3 {
			copy(whole[at:at+4096], old[at:at+4096])
			lied++
		}
	}
	if lied == 0 {
		t.Fatal("no page was written twice: this shows nothing")
	}
	must(t, os.WriteFile(path, whole, 0o600))
	b.keys()
	b.setup = func(o *Options) { o.Lazy = true }
	b.open()
	ctx, stop := context.WithCancel(context.Background())
	var readers sync.WaitGroup
	readers.Go(func() {
		if err := b.log.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	for range 4 {
		readers.Go(func() {
			for ctx.Err() == nil {
				b.log.State()
				b.log.Vector()
			}
		})
	}
	must(t, b.log.prove(nil))
	if got := b.state(); got != want {
		t.Errorf("state %s, want %s", got, want)
	}
	b.add(person(3, "Zawadi"))
	stop()
	readers.Wait()
	if b.name(1) != "Amina" || b.name(3) != "Zawadi" {
		t.Errorf("names %q and %q", b.name(1), b.name(3))
	}
	b.clean()
}

func TestAnotherFoldVersionFoldsAnew(t *testing.T) {
	b := newBox(t, nil).open()
	b.many(500)
	b.add(person(1, "Amina"))
	before := b.state()
	b.setup = func(o *Options) { o.Applier = tally{2} }
	b.again(true)
	if b.state() == before {
		t.Fatal("the state does not tell fold versions apart")
	}
	if b.name(1) != "Amina" {
		t.Fatal("folded without the body")
	}
	b.clean()
	b.setup = nil
	if b.again(true); b.state() != before {
		t.Fatal("going back gives another state")
	}
}

func TestTwoBoxesThatGaveEachOtherAllAreTheSame(t *testing.T) {
	school := newSchool(t)
	a, b := newBox(t, school).open(), newBox(t, school).open()
	know(a, b)
	a.many(700)
	a.add(person(1, "Amina"))
	b.many(30)
	d := answer(7, 1)
	d.Scope = school.Learn()
	b.add(d)
	if n := a.give(b); n != 701 {
		t.Fatalf("gave %d, want 701", n)
	}
	if n := a.give(b); n != 0 {
		t.Fatalf("gave %d again", n)
	}
	b.give(a)
	if a.state() != b.state() || a.log.Digest() != b.log.Digest() || b.name(1) != "Amina" {
		t.Fatalf("states %s %s, name %q", a.state(), b.state(), b.name(1))
	}
	a.clean()
	b.again(false).clean()
	a.many(300)
	a.give(b)
	if a.state() != b.state() {
		t.Fatal("differ after more")
	}
	if s := a.log.Streams(); len(s) != 3 || s[0].Device == "" {
		t.Fatalf("streams %+v", s)
	}
}

func TestStrangersForgersAndGapsAreTurnedAway(t *testing.T) {
	school := newSchool(t)
	a, b, stranger := newBox(t, school).open(), newBox(t, school).open(), newBox(t, nil).open()
	a.many(250)
	a.log.Seal()
	a.many(250)
	var raws [][]byte
	must(t, a.log.Segments(nil, nil, func(raw []byte) error { raws = append(raws, raw); return nil }))
	if _, err := b.log.Receive(raws[0]); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("from nobody known: %v", err)
	}
	know(a, b)
	forged := bytes.Clone(raws[0])
	h, _ := segment.ParseHeader(forged)
	i := bytes.Index(forged, h.After[:])
	forged[i] ^= 1
	if _, err := b.log.Receive(forged); !errors.Is(err, fs.ErrPermission) {
		t.Fatalf("forged: %v", err)
	}
	for i := len(raws) - 1; i > 0; i-- {
		if n, err := b.log.Receive(raws[i]); n != 0 || err != nil {
			t.Fatalf("a gap: %d, %v", n, err)
		}
	}
	if b.log.Parked() != len(raws)-1 {
		t.Fatalf("%d parked of %d", b.log.Parked(), len(raws)-1)
	}
	if n, err := b.log.Receive(raws[0]); n != 500 || err != nil || b.log.Parked() != 0 {
		t.Fatalf("the gap filled: %d, %v, %d parked", n, err, b.log.Parked())
	}
	d := answer(1, 1)
	d.Scope = school.Roster()
	stranger.add(d)
	must(t, b.reg.AddContentPeer(stranger.dev.Public(), "stranger"))
	must(t, stranger.log.Segments(nil, nil, func(raw []byte) error {
		if _, err := b.log.Receive(raw); !errors.Is(err, fs.ErrPermission) {
			t.Fatalf("a stranger wrote to the roster: %v", err)
		}
		return nil
	}))
	must(t, b.reg.Revoke(a.dev.ID(), map[clock.Stream]uint64{a.dev.Stream("pub"): 500}))
	a.many(3)
	must(t, a.log.Segments(b.log.Vector(), nil, func(raw []byte) error {
		if _, err := b.log.Receive(raw); !errors.Is(err, fs.ErrPermission) {
			t.Fatalf("revoked: %v", err)
		}
		return nil
	}))
	b.clean()
}

func TestABoxThatLostWhatItShowedBeginsANewEpoch(t *testing.T) {
	school := newSchool(t)
	a, b := newBox(t, school).open(), newBox(t, school).open()
	know(a, b)
	a.many(20)
	must(t, a.log.Close())
	old := t.TempDir()
	must(t, os.CopyFS(old, os.DirFS(filepath.Join(a.dir, "journal"))))
	a.keys()
	a.open()
	first := a.dev.Stream("pub")
	a.add(answer(1, 1))
	a.give(b)
	a.log.crash()
	must(t, os.RemoveAll(filepath.Join(a.dir, "journal"))) // a card that lied
	must(t, os.CopyFS(filepath.Join(a.dir, "journal"), os.DirFS(old)))
	a.keys()
	a.open()
	a.add(answer(9, 9))
	if a.dev.Stream("pub") == first || a.log.Vector()[first] != 20 {
		t.Fatalf("writes on in the old stream: %v", a.log.Vector())
	}
	b.give(a)
	know(a, b)
	a.give(b)
	if a.state() != b.state() || a.log.Vector()[first] != 21 {
		t.Fatalf("vectors %v and %v", a.log.Vector(), b.log.Vector())
	}
	a.clean()
	b.clean()
}

func TestAnEventThatCannotBeFoldedHoldsUpNothing(t *testing.T) {
	b := newBox(t, nil).open()
	bad, worse := answer(1, 1), answer(1, 1)
	bad.Kind, worse.Kind = "bad/1", "panic/1"
	b.add(bad, worse, answer(1, 2))
	if r := b.log.Refused(); r["bad/1"] != 1 || r["panic/1"] != 1 || b.log.Vector()[b.dev.Stream("pub")] != 3 {
		t.Fatalf("refused %v, vector %v", r, b.log.Vector())
	}
	b.clean()
}

func TestAppendRefusesWhatItCannotKeep(t *testing.T) {
	b := newBox(t, nil).open()
	big := answer(1, 1)
	big.Fields[0].Data = make([]byte, 80<<10)
	many := make([]Draft, 0, 8000)
	for range cap(many) {
		many = append(many, answer(1, 1))
	}
	none := answer(1, 1)
	none.Kind = ""
	for name, drafts := range map[string][]Draft{"a big one": {answer(1, 1), big}, "too many": many, "no kind": {none}, "no scope": {{Kind: "x/1"}}} {
		if _, err := b.log.Append(context.Background(), drafts...); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("%s: %v, want fs.ErrInvalid", name, err)
		}
	}
	if v := b.log.Vector(); len(v) != 0 {
		t.Fatalf("something was kept: %v", v)
	}
	must(t, b.log.Close())
	if _, err := b.log.Append(context.Background(), answer(1, 1)); !errors.Is(err, fs.ErrClosed) {
		t.Fatalf("after Close: %v", err)
	}
}

func TestTheTailTurnsOverWhenItIsFull(t *testing.T) {
	b := newBox(t, nil)
	b.setup = func(o *Options) { o.tailSize = 8 << 10 }
	b.open()
	for i := range 60 {
		b.add(answer(byte(i), uint64(i)), answer(byte(i), uint64(i)), answer(byte(i), uint64(i)), answer(byte(i), uint64(i)), answer(1, 1))
	}
	want := b.state()
	if b.again(false); b.state() != want || b.log.Vector()[b.dev.Stream("pub")] != 300 {
		t.Fatalf("vector %v", b.log.Vector())
	}
	b.clean()
}
