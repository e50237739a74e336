package eventlog

import (
	"bytes"
	"fmt"
	"os"
	"testing"

	"lamplight/sync/clock"
)

// cloneOf is a copy of a box's card in another box. The original stops while it is copied.
func cloneOf(t *testing.T, a *box) *box {
	t.Helper()
	must(t, a.log.Close())
	c := &box{t: t, dir: t.TempDir()}
	must(t, os.CopyFS(c.dir, os.DirFS(a.dir)))
	c.keys()
	c.open()
	a.keys()
	a.open()
	return c
}

// meet lets boxes give each other all they have, until nobody learns anything.
func meet(t *testing.T, boxes ...*box) {
	t.Helper()
	for range 8 {
		for _, a := range boxes {
			for _, b := range boxes {
				if a != b && a.log.Vector().Equal(b.log.Vector()) && a.log.Digest() != b.log.Digest() {
					a.log.Suspect() // as a session does
					b.log.Suspect()
				}
				if a != b {
					_ = a.log.Segments(b.log.Vector(), nil, func(raw []byte) error { _, _ = b.log.Receive(raw); return nil })
				}
			}
		}
	}
}

func same(t *testing.T, boxes ...*box) {
	t.Helper()
	for _, b := range boxes {
		b.clean()
		if b.state() != boxes[0].state() || b.log.Digest() != boxes[0].log.Digest() {
			t.Errorf("boxes hold different things:\n%v\n%v\nforks %+v\nand %+v", boxes[0].log.Vector(), b.log.Vector(), boxes[0].log.Forks(), b.log.Forks())
		}
	}
}

// counted is how many events of a kind are folded.
func (b *box) counted(kind string) (n int) {
	b.t.Helper()
	must(b.t, b.log.View(func(kv KV) error {
		kv.Scan("events", nil, func(_, v []byte) bool {
			if bytes.Contains(v, []byte(kind)) {
				n++
			}
			return true
		})
		return nil
	}))
	return n
}

func TestBothBranchesOfAForkCountEverywhere(t *testing.T) {
	for _, c := range []struct {
		name           string
		before         int // events written before the card was copied
		sealed         bool
		original, copy int // and after it, by each
	}{
		{"as many by both", 20, false, 3, 3},
		{"more by the original", 20, false, 5, 2},
		{"more by the copy", 20, false, 2, 5},
		{"cut alike before the copy", 20, true, 2, 3},
		{"from the very first event", 0, false, 4, 2},
		{"many segments later", 450, true, 700, 450},
	} {
		t.Run(c.name, func(t *testing.T) {
			school := newSchool(t)
			a, b, d := newBox(t, school).open(), newBox(t, school).open(), newBox(t, school).open()
			know(a, b, d)
			if c.before > 0 {
				a.many(c.before)
			}
			if c.sealed {
				must(t, a.log.Seal())
			}
			clone := cloneOf(t, a)
			for i := range c.original {
				a.add(person(byte(min(i, 99)), fmt.Sprint("original ", i)))
			}
			for i := range c.copy {
				clone.add(person(byte(100+min(i, 99)), fmt.Sprint("copy ", i)))
			}
			a.give(b)     // b knows the original first
			clone.give(d) // d the copy
			meet(t, b, d)
			same(t, b, d)
			all := c.before + c.original + c.copy
			if got := b.counted("/1"); got != all {
				t.Errorf("%d events count, want %d", got, all)
			}
			if _, n := b.log.State(); n != uint64(all) || b.log.Events() != n {
				t.Errorf("the state is said to be of %d events, and %d to be held; want %d", n, b.log.Events(), all)
			}
			meet(t, a, b, clone, d)
			same(t, a, b, clone, d)
			if a.dev.Epoch() == 1 || clone.dev.Epoch() == 1 {
				t.Errorf("they go on in epochs %d and %d", a.dev.Epoch(), clone.dev.Epoch())
			}
			a.add(answer(1, 1))
			clone.add(answer(2, 2))
			meet(t, a, b, clone, d)
			same(t, b.again(false), d.again(true), a, clone)
			if f := b.log.Forks(); len(f) == 0 || f[0].Device != a.dev.ID() || f[0].At != uint64(c.before) {
				t.Errorf("forks are shown as %+v", f)
			}
			if n := b.name(0); n != "original 0" {
				t.Errorf("the original's first is called %q", n)
			}
			if n := b.name(100); n != "copy 0" {
				t.Errorf("the copy's first is called %q", n)
			}
		})
	}
}

func TestAStreamThatIsSuspectedIsToldAsItIsOnceItGrows(t *testing.T) {
	school := newSchool(t)
	a, b := newBox(t, school).open(), newBox(t, school).open()
	know(a, b)
	a.many(20)
	a.give(b)
	a.log.Suspect()
	b.log.Suspect()
	if told := a.log.Vector(); len(told) > 0 || !told.Equal(b.log.Vector()) || a.log.Events() != 20 {
		t.Fatalf("both suspect and tell %v and %v", told, b.log.Vector())
	}
	a.add(answer(1, 1))
	if !a.log.Vector().Equal(a.log.Held()) {
		t.Errorf("it wrote on and tells %v of %v", a.log.Vector(), a.log.Held())
	}
	a.give(b)
	if !b.log.Vector().Equal(a.log.Held()) {
		t.Errorf("the other has it, and tells %v", b.log.Vector())
	}
}

func TestABranchWhoseBeginningDidNotComeIsAskedFor(t *testing.T) {
	school := newSchool(t)
	a, b := newBox(t, school).open(), newBox(t, school).open()
	know(a, b)
	a.many(300)
	a.give(b)
	clone := cloneOf(t, a)
	a.many(250)
	clone.many(250)
	a.give(b)
	clone.many(250) // what b is given of the copy begins after the fork
	meet(t, b, clone)
	same(t, b, clone)
	if len(b.log.Forks()) != 1 || b.counted("attempt/1") != 300+250+500 {
		t.Errorf("%d events count, forks %+v", b.counted("attempt/1"), b.log.Forks())
	}
}

func TestThreeCopiesOfACardAreThreeBranches(t *testing.T) {
	school := newSchool(t)
	a, b, d := newBox(t, school).open(), newBox(t, school).open(), newBox(t, school).open()
	know(a, b, d)
	a.many(10)
	one := cloneOf(t, a)
	a.many(5)
	two := cloneOf(t, a) // leaves later
	a.many(3)
	two.many(4)
	one.many(2)
	one.give(b)
	two.give(b)
	a.give(b)
	a.give(d)
	two.give(d)
	one.give(d)
	meet(t, b, d)
	same(t, b, d)
	if got := b.counted("attempt/1"); got != 10+5+3+4+2 {
		t.Errorf("%d events count, forks %+v", got, b.log.Forks())
	}
	meet(t, a, b, d, one, two)
	same(t, a, b, d, one, two)
}

func TestARestoredBackupLosesNothingItWroteBeforeItMetAnybody(t *testing.T) {
	school := newSchool(t)
	a, b := newBox(t, school).open(), newBox(t, school).open()
	know(a, b)
	a.many(30)
	restored := cloneOf(t, a)
	a.many(100)
	a.give(b)
	must(t, a.log.Close()) // the card died
	restored.many(7)
	meet(t, b, restored)
	same(t, b, restored)
	if got := b.counted("attempt/1"); got != 137 {
		t.Errorf("%d events count of 137", got)
	}
}

// A power cut may fall between the list of forks and the segment that proves the last of them.
func TestAForkThatIsListedBeforeItsBranchIsThereIsFilledLater(t *testing.T) {
	school := newSchool(t)
	a, b, d := newBox(t, school).open(), newBox(t, school).open(), newBox(t, school).open()
	know(a, b, d)
	a.many(25)
	clone := cloneOf(t, a)
	a.many(4)
	clone.many(6)
	a.give(b)
	a.give(d)
	clone.give(d)
	forks, err := os.ReadFile(d.dir + "/journal/forks")
	must(t, err)
	must(t, b.log.Close())
	must(t, os.WriteFile(b.dir+"/journal/forks", forks, 0o600))
	b.again(false)
	if got := b.counted("attempt/1"); got != 29 {
		t.Errorf("%d events count of 29", got)
	}
	b.again(false)
	clone.give(b)
	same(t, b.again(false), d.again(false))
	must(t, os.Remove(b.dir+"/records.db"))
	same(t, b.again(false), d)
}

func TestSegmentsOfABranchThatComeInAnyOrderAreParked(t *testing.T) {
	school := newSchool(t)
	a, b := newBox(t, school).open(), newBox(t, school).open()
	know(a, b)
	a.many(10)
	clone := cloneOf(t, a)
	a.many(5)
	clone.many(100)
	must(t, clone.log.Seal())
	a.give(b)
	clone.give(b)
	for range 3 {
		clone.many(50)
		must(t, clone.log.Seal())
	}
	var raws [][]byte
	must(t, clone.log.Segments(clock.Vector{clone.dev.Stream("pub"): 110}, nil, func(raw []byte) error { raws = append(raws, raw); return nil }))
	for i := len(raws) - 1; i >= 0; i-- {
		if _, err := b.log.Receive(raws[i]); err != nil {
			t.Fatalf("segment %d of %d: %v", i, len(raws), err)
		}
	}
	if b.log.Parked() != 0 || b.counted("attempt/1") != 10+5+250 {
		t.Errorf("%d parked, %d events count", b.log.Parked(), b.counted("attempt/1"))
	}
}

func TestAListOfForksIsReadBackAndDamageIsNoticed(t *testing.T) {
	in := []fork{{of: clock.Stream{1}, parent: clock.Stream{2}, at: 3, base: [16]byte{4}, name: clock.Stream{5}, branch: clock.Stream{6}}}
	b := forkBytes(in)
	if out, err := parseForks(b); err != nil || len(out) != 1 || out[0] != in[0] {
		t.Fatalf("%+v, %v", out, err)
	}
	for i := range b {
		bad := bytes.Clone(b)
		bad[i] ^= 1
		if _, err := parseForks(bad); err == nil {
			t.Fatalf("byte %d may change unnoticed", i)
		}
	}
}

func FuzzForks(f *testing.F) {
	f.Add(forkBytes(nil))
	f.Add(forkBytes([]fork{{of: clock.Stream{1}, at: 3}}))
	f.Fuzz(func(t *testing.T, b []byte) {
		if forks, err := parseForks(b); err == nil && !bytes.Equal(forkBytes(forks), b) {
			t.Fatalf("%x reads as %+v", b, forks)
		}
	})
}
