package crdt

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"lamplight/sync/clock"
)

// A deed is one event of a made-up history: it sets, adds or removes, and names what its author saw.
type deed struct {
	Write
	remove bool
}

// replica is one author's view while the history is made.
type replica struct {
	reg  Register
	set  Set
	max  MaxRegister
	next [4]int // deeds of each stream that it has seen
	lam  uint64
}

func (r *replica) apply(d deed) {
	r.reg.Apply(d.Write)
	if d.remove {
		r.set.Remove(d.Dot, d.Replaces)
	} else {
		r.set.Add(d.Dot, d.Value)
	}
	r.max.Offer(uint64(d.Value[0]%3), uint64(len(d.Replaces)), d.Dot, d.Value)
	r.lam = max(r.lam, d.Lamport)
}

func (r *replica) bytes() string {
	a, _ := r.reg.MarshalBinary()
	b, _ := r.set.MarshalBinary()
	c, _ := r.max.MarshalBinary()
	return fmt.Sprintf("%x %x %x", a, b, c)
}

func (r *replica) merge(o *replica) {
	r.reg.Merge(&o.reg)
	r.set.Merge(&o.set)
	r.max.Merge(&o.max)
}

// history draws what four devices did, each seeing some prefix of every other's stream.
func history(t *rapid.T) [4][]deed {
	var streams [4][]deed
	var authors [4]replica
	for range rapid.IntRange(1, 25).Draw(t, "deeds") {
		who := rapid.IntRange(0, 3).Draw(t, "who")
		a := &authors[who]
		for s := range streams {
			seen := rapid.IntRange(a.next[s], len(streams[s])).Draw(t, "sees")
			if s == who {
				seen = len(streams[s])
			}
			for ; a.next[s] < seen; a.next[s]++ {
				a.apply(streams[s][a.next[s]])
			}
		}
		a.lam++
		d := deed{Write: Write{
			Dot: clock.Dot{Stream: clock.Stream{byte(who)}, Seq: uint64(len(streams[who]) + 1)}, Lamport: a.lam,
			Value: []byte{byte(rapid.IntRange(0, 5).Draw(t, "value"))},
		}, remove: rapid.Bool().Draw(t, "remove")}
		switch rapid.IntRange(0, 2).Draw(t, "names") {
		case 0:
			d.Replaces = a.reg.Names()
		case 1:
			d.Replaces = a.set.Names(d.Value)
		}
		streams[who] = append(streams[who], d)
	}
	return streams
}

// schedule draws one order of arrival: each stream in sequence, some deeds more than once.
func schedule(t *rapid.T, streams [4][]deed) []deed {
	var out []deed
	var at [4]int
	for {
		var open []int
		for s := range streams {
			if at[s] < len(streams[s]) {
				open = append(open, s)
			}
		}
		if len(open) == 0 {
			return out
		}
		s := rapid.SampledFrom(open).Draw(t, "next")
		out = append(out, streams[s][at[s]])
		at[s]++
		if rapid.IntRange(0, 3).Draw(t, "twice") == 0 {
			out = append(out, streams[s][rapid.IntRange(0, at[s]-1).Draw(t, "again")])
		}
	}
}

func TestAnyOrderOfArrivalGivesTheSameState(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		streams := history(t)
		want := ""
		for range 3 {
			var r replica
			for _, d := range schedule(t, streams) {
				r.apply(d)
			}
			if got := r.bytes(); want == "" {
				want = got
			} else if got != want {
				t.Fatalf("two orders, two states:\n%s\n%s", want, got)
			}
		}
	})
}

func TestMergeIsCommutativeAssociativeAndIdempotent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		streams := history(t)
		part := func() *replica {
			var cut [4][]deed
			for s := range streams {
				cut[s] = streams[s][:rapid.IntRange(0, len(streams[s])).Draw(t, "cut")]
			}
			r := &replica{}
			for _, d := range schedule(t, cut) {
				r.apply(d)
			}
			return r
		}
		a, b, c := part(), part(), part()
		join := func(rs ...*replica) string {
			out := &replica{}
			for _, r := range rs {
				out.merge(r)
			}
			return out.bytes()
		}
		bc := &replica{}
		bc.merge(b)
		bc.merge(c)
		want := join(a, b, c)
		for name, got := range map[string]string{"commutative": join(c, b, a), "associative": join(bc, a), "idempotent": join(a, b, a, c, b, c)} {
			if got != want {
				t.Fatalf("not %s:\n%s\n%s", name, want, got)
			}
		}
	})
}

// TestMergeIsApplyingAll compares merged parts with a copy that saw the deeds themselves.
func TestMergeIsApplyingAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		streams := history(t)
		var all, merged replica
		for _, d := range schedule(t, streams) {
			all.apply(d)
		}
		for s := range streams {
			var part replica
			for _, d := range streams[s] {
				part.apply(d)
			}
			merged.merge(&part)
		}
		if merged.bytes() != all.bytes() {
			t.Fatalf("merged:\n%s\napplied:\n%s", merged.bytes(), all.bytes())
		}
	})
}

func dot(s byte, n uint64) clock.Dot { return clock.Dot{Stream: clock.Stream{s}, Seq: n} }

func TestConcurrentWritesStaySideBySide(t *testing.T) {
	var r Register
	r.Apply(Write{Dot: dot(1, 1), Lamport: 1, Value: []byte("Amina")})
	r.Apply(Write{Dot: dot(1, 2), Lamport: 2, Value: []byte("Aminah"), Replaces: []clock.Dot{dot(1, 1)}})
	r.Apply(Write{Dot: dot(2, 1), Lamport: 2, Value: []byte("Amna"), Replaces: []clock.Dot{dot(1, 1)}})
	if v, _ := r.Value(); string(v) != "Amna" || len(r.Siblings()) != 2 {
		t.Fatalf("value %s, siblings %v; want Amna (the later stream of equals) beside Aminah", v, r.Siblings())
	}
	r.Apply(Write{Dot: dot(3, 9), Lamport: 3, Value: []byte("Amina K."), Replaces: r.Names()})
	if v, _ := r.Value(); string(v) != "Amina K." || len(r.Siblings()) != 1 {
		t.Fatalf("value %s, siblings %v", v, r.Siblings())
	}
}

func TestAWriteReplacedBeforeItCameStaysReplaced(t *testing.T) {
	var r Register
	r.Apply(Write{Dot: dot(2, 1), Lamport: 5, Value: []byte("new"), Replaces: []clock.Dot{dot(1, 1)}})
	r.Apply(Write{Dot: dot(1, 1), Lamport: 9, Value: []byte("old")})
	if v, _ := r.Value(); string(v) != "new" || len(r.dots.pending) != 0 {
		t.Fatalf("value %s, %d pending", v, len(r.dots.pending))
	}
}

func TestAnAdditionThatTheRemoverDidNotSeeWins(t *testing.T) {
	var s Set
	s.Add(dot(1, 1), []byte("x"))
	s.Add(dot(2, 1), []byte("x"))
	s.Remove(dot(3, 1), []clock.Dot{dot(1, 1)})
	if !s.Has([]byte("x")) || len(s.Names([]byte("x"))) != 1 {
		t.Fatal("the addition of stream 2 is gone")
	}
	s.Remove(dot(3, 2), s.Names([]byte("x")))
	if s.Has([]byte("x")) || len(s.Elements()) != 0 {
		t.Fatal("removed, yet there")
	}
}

func TestStatesAreReadBackAndDamageIsRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var r, again replica
		for _, d := range schedule(t, history(t)) {
			r.apply(d)
		}
		b, _ := r.reg.MarshalBinary()
		c, _ := r.set.MarshalBinary()
		m, _ := r.max.MarshalBinary()
		if err := errors.Join(again.reg.UnmarshalBinary(b), again.set.UnmarshalBinary(c), again.max.UnmarshalBinary(m)); err != nil {
			t.Fatal(err)
		}
		if again.bytes() != r.bytes() || !slices.EqualFunc(again.set.Elements(), r.set.Elements(), bytes.Equal) {
			t.Fatalf("%s\n%s", again.bytes(), r.bytes())
		}
		if err := again.reg.UnmarshalBinary(b[:len(b)-1]); !errors.Is(err, fs.ErrInvalid) {
			t.Fatalf("cut short: %v", err)
		}
	})
}

func TestWhatIsToldHidesNothingThatCameAfterIt(t *testing.T) {
	a, b := clock.Stream{1}, clock.Stream{2}
	at := func(s clock.Stream, seq uint64) clock.Dot { return clock.Dot{Stream: s, Seq: seq} }
	write := func(d clock.Dot, lamport uint64, value string, replaces ...clock.Dot) Write {
		return Write{Dot: d, Lamport: lamport, Value: []byte(value), Replaces: replaces}
	}
	first := write(at(a, 1), 1, "first")
	for name, c := range map[string]struct {
		here, told []Write
		at, held   clock.Vector
		want       string
		siblings   int
	}{
		"nothing here":                            {nil, []Write{write(at(a, 3), 7, "told")}, clock.Vector{a: 3}, nil, "told", 1},
		"the past, which it replaced":             {[]Write{first}, []Write{write(at(a, 3), 7, "told")}, clock.Vector{a: 3}, clock.Vector{a: 2}, "told", 1},
		"an edit that knew of it":                 {[]Write{write(at(b, 1), 8, "edit", at(a, 3))}, []Write{write(at(a, 3), 7, "told")}, clock.Vector{a: 3}, clock.Vector{b: 1}, "edit", 1},
		"an edit that knew of it, and is claimed": {[]Write{write(at(b, 1), 8, "edit", at(a, 3))}, []Write{write(at(a, 3), 7, "told")}, clock.Vector{a: 3, b: 9000}, clock.Vector{b: 1}, "edit", 1},
		"an edit that did not, and is claimed":    {[]Write{first, write(at(b, 1), 8, "edit")}, []Write{write(at(a, 3), 7, "told")}, clock.Vector{a: 3, b: 9000}, clock.Vector{a: 2, b: 1}, "edit", 2},
		"an edit that did not, and a wild time":   {[]Write{write(at(b, 1), 8, "edit")}, []Write{write(at(a, 3), 1<<61, "told")}, clock.Vector{a: 3}, clock.Vector{b: 1}, "edit", 1},
		"what is beyond what it tells":            {nil, []Write{write(at(a, 4), 7, "told")}, clock.Vector{a: 3}, nil, "", 0},
		"what is here, and never said it":         {[]Write{first}, []Write{write(at(a, 3), 7, "told")}, clock.Vector{a: 3}, clock.Vector{a: 3}, "first", 1},
		"people who disagreed":                    {[]Write{first}, []Write{first, write(at(b, 1), 1, "second")}, clock.Vector{a: 3, b: 1}, clock.Vector{a: 2}, "second", 2},
	} {
		var here, told Register
		for _, w := range c.here {
			here.Apply(w)
		}
		for _, w := range c.told {
			told.Apply(w)
		}
		here.Lay(&told, c.at, c.held)
		if v, _ := here.Value(); string(v) != c.want || len(here.Siblings()) != c.siblings {
			t.Errorf("%s: %q of %d, want %q of %d", name, v, len(here.Siblings()), c.want, c.siblings)
		}
	}
}
