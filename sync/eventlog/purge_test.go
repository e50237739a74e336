package eventlog

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lamplight/sync/segment"
)

// eraser forgets whoever erase/1 names: what it holds of their names, and their bodies.
type eraser struct{ tally }

func (eraser) Buckets() []string { return append(tally{}.Buckets(), "erased") }

func (a eraser) Apply(kv KV, e *segment.Event) error {
	if e.Kind == "erase/1" {
		kv.Put("erased", e.Bytes(1), nil)
		kv.Delete("names", e.Bytes(1))
	}
	if e.Kind == "person/1" && a.Erased(kv, e) {
		e = &segment.Event{Dot: e.Dot, Scope: e.Scope, Lamport: e.Lamport, Stamp: e.Stamp, Kind: e.Kind, Fields: e.Fields, BodyHash: e.BodyHash}
	}
	return a.tally.Apply(kv, e)
}

func (eraser) Erased(kv KV, e *segment.Event) bool { return kv.Get("erased", e.Bytes(1)) != nil }

func erase(who byte) Draft {
	d := answer(who, 0)
	d.Kind = "erase/1"
	return d
}

func withEraser(o *Options) { o.Applier, o.tailSize = eraser{}, 64<<10 }

// holds lists the files below dir that hold any of these words.
func holds(t testing.TB, dir string, words ...string) (in []string) {
	t.Helper()
	must(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		for _, w := range words {
			if bytes.Contains(b, []byte(w)) {
				in = append(in, path+": "+w)
			}
		}
		return err
	}))
	return in
}

// eraseSchool is a box with 40 names, of which the odd ones are in several bodies each.
func eraseSchool(t testing.TB, b *box) {
	b.setup = withEraser
	b.open()
	for n := range 3 {
		for who := range byte(40) {
			b.add(answer(who, uint64(n)), person(who, fmt.Sprintf("canary-%d-%d-", who, n)))
		}
		must(t, b.log.Seal())
		must(t, b.log.commit())
	}
	b.add(person(7, "canary-7-open-"))
}

func TestNoFileHoldsWhatWasErased(t *testing.T) {
	b := newBox(t, nil)
	eraseSchool(t, b)
	if len(holds(t, b.dir, "canary-7-")) == 0 {
		t.Fatal("the names are not in the files to begin with: this shows nothing")
	}
	if n, err := b.log.Purge("nobody"); n != 0 || err != nil {
		t.Fatalf("purged %d bodies of nobody: %v", n, err)
	}
	before := b.log.Digest()
	b.add(erase(7))
	n, err := b.log.Purge("seven")
	must(t, err)
	if left := holds(t, b.dir, "canary-7-"); n != 4 || len(left) > 0 {
		t.Fatalf("purged %d of 4; left in %q", n, left)
	}
	if b.log.Digest() == before || b.log.Purged() != "seven" {
		t.Errorf("mark %q", b.log.Purged())
	}
	b.clean()
	if b.name(7) != "" || b.name(8) != "canary-8-2-" {
		t.Errorf("names %q and %q", b.name(7), b.name(8))
	}
	state := b.state()
	b.add(person(9, "after the purge"))
	b.again(false)
	b.clean()
	if b.name(9) != "after the purge" || b.name(8) != "canary-8-2-" || b.log.Purged() != "seven" {
		t.Errorf("opened again it has %q and %q", b.name(9), b.name(8))
	}
	if b.state() == state {
		t.Error("what was written after the purge is not in the state")
	}
}

func TestAPeerThatHasNotHeardBringsNothingBack(t *testing.T) {
	school := newSchool(t)
	a, b, late := newBox(t, school), newBox(t, school), newBox(t, school)
	know(a, b, late)
	eraseSchool(t, a)
	b.setup, late.setup = withEraser, withEraser
	b.open()
	late.open()
	a.give(late) // the box that stays away has all of it
	late.add(person(7, "canary-7-late-"))
	a.add(erase(7))
	must2(a.log.Purge("7"))(t)
	a.give(b) // never had it
	late.give(b)
	late.give(a)
	for _, x := range []*box{a, b} {
		if left := holds(t, x.dir, "canary-7-"); len(left) > 0 {
			t.Errorf("came back: %q", left)
		}
	}
	a.give(late)
	must2(late.log.Purge("7"))(t)
	if left := holds(t, late.dir, "canary-7-"); len(left) > 0 {
		t.Errorf("the late box still has %q", left)
	}
	b.give(late)
	for _, x := range []*box{a, b, late} {
		x.clean()
		if x.state() != a.state() || x.log.Digest() != a.log.Digest() || x.name(8) != "canary-8-2-" {
			t.Errorf("boxes disagree, or lost more than they should: %q", x.name(8))
		}
	}
}

func must2[T any](_ T, err error) func(t testing.TB) {
	return func(t testing.TB) { t.Helper(); must(t, err) }
}

// purgingChild purges one person after the other until it is killed.
func purgingChild(dir string) {
	b := &box{t: childT{}, dir: dir, setup: withEraser}
	b.keys()
	b.open()
	for who := byte(1); ; who = (who + 2) % 40 {
		d := person(who, fmt.Sprintf("canary-%d-x-", who))
		if _, err := b.log.Append(context.Background(), d, erase(who)); err != nil {
			b.t.Fatal(err)
		}
		fmt.Println("purging", who)
		if _, err := b.log.Purge(fmt.Sprint(who)); err != nil {
			b.t.Fatal(err)
		}
	}
}

func TestAPurgeThatIsKilledIsDoneWhenItIsDoneAgain(t *testing.T) {
	times := 12
	if testing.Short() {
		times = 3
	}
	b := newBox(t, nil)
	eraseSchool(t, b)
	must(t, b.log.Close())
	cut := 0
	for i := range times {
		runAndKill(t, b.dir, time.Duration(rand.IntN(60))*time.Millisecond, nil, purgeDir)
		b.keys()
		b.open()
		var words []string
		must(t, b.log.View(func(kv KV) error {
			for who := range byte(40) {
				if kv.Get("erased", answer(who, 0).Fields[0].Data) != nil {
					words = append(words, fmt.Sprintf("canary-%d-", who))
				}
			}
			return nil
		}))
		b.clean()
		if len(holds(t, b.dir, words...)) > 0 {
			cut++
		}
		must2(b.log.Purge("all"))(t)
		if left := holds(t, b.dir, words...); len(left) > 0 || len(words) == 0 {
			t.Fatalf("kill %d: of %d erased people left %q", i, len(words), left)
		}
		b.clean()
		for who := byte(0); who < 40; who += 2 {
			if b.name(who) != fmt.Sprintf("canary-%d-2-", who) {
				t.Fatalf("kill %d: %d is now called %q", i, who, b.name(who))
			}
		}
		b.log.crash()
	}
	t.Logf("%d kills, %d of them with names left on the card", times, cut)
}
