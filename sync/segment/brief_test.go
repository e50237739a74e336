package segment

import (
	"bytes"
	"testing"
)

func TestABriefIsTheSegmentAgainByteByByte(t *testing.T) {
	segments := fill(t, newSchool(5), 2600, 200, true)
	var plain, brief int
	for i, raw := range segments[1:] {
		before, err := ParseHeader(segments[i])
		if err != nil {
			t.Fatal(err)
		}
		b, ok := AppendBrief([]byte("so far"), &before, raw)
		if !ok {
			t.Fatalf("segment %d does not follow the one before it", i+1)
		}
		got, rest, err := ExpandBrief(append(b[len("so far"):], "more"...), &before)
		if err != nil || !bytes.Equal(got, raw) || string(rest) != "more" {
			t.Fatalf("segment %d: %v, %d bytes of %d, then %q", i+1, err, len(got), len(raw), rest)
		}
		plain, brief = plain+len(raw), brief+len(b)-len("so far")
	}
	t.Logf("%d segments: %d bytes, %d as briefs", len(segments)-1, plain, brief)
	if saved := (plain - brief) / (len(segments) - 1); saved < 65 {
		t.Errorf("a brief saves %d bytes", saved)
	}
}

func TestABriefKeepsBodiesAndOtherBoots(t *testing.T) {
	one := bodied(t, 1)
	before, err := ParseHeader(one)
	if err != nil {
		t.Fatal(err)
	}
	var past Past
	first, err := Parse(one)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := first.Events(&past); err != nil {
		t.Fatal(err)
	}
	e := newSchool(8).next()
	e.Lamport, e.Stamp.Boot, e.Body, e.BodyHash = 3, [8]byte{8, 8}, []byte("mango"), HashBody([]byte("mango"))
	at := Place{Stream: before.Stream, Epoch: before.Epoch, Scope: before.Scope, First: before.Last() + 1, Before: before.After}
	signed, _, err := Encode(at, []*Event{e}, &past, sign)
	if err != nil {
		t.Fatal(err)
	}
	raw := WithBodies(signed, map[int][]byte{0: e.Body})
	b, ok := AppendBrief(nil, &before, raw)
	got, _, err := ExpandBrief(b, &before)
	if !ok || err != nil || !bytes.Equal(got, raw) {
		t.Errorf("%v, %v: %x is not %x", ok, err, got, raw)
	}
	if _, ok := AppendBrief(nil, &before, one); ok {
		t.Error("a segment followed itself")
	}
}

// bodied is a segment of one event.
func bodied(t testing.TB, seed uint64) []byte {
	t.Helper()
	return fill(t, newSchool(seed), 1, 1, false)[0]
}

func TestABriefMadeForAnotherSegmentBeforeItHasAWrongSignature(t *testing.T) {
	segments := fill(t, newSchool(5), 400, 200, true)
	before, _ := ParseHeader(segments[0])
	b, ok := AppendBrief(nil, &before, segments[1])
	if !ok {
		t.Fatal("no brief")
	}
	before.After[3]++
	raw, _, err := ExpandBrief(b, &before)
	if err != nil {
		t.Fatal(err)
	}
	if s, err := Parse(raw); err != nil || s.Verify(public()) == nil {
		t.Errorf("it was believed (%v)", err)
	}
}

func FuzzExpandBrief(f *testing.F) {
	segments := fill(f, newSchool(2), 60, 20, true)
	before, _ := ParseHeader(segments[0])
	for _, raw := range segments[1:] {
		if b, ok := AppendBrief(nil, &before, raw); ok {
			f.Add(b)
		}
	}
	f.Add([]byte{briefBoots | briefBodies, 1, 2, 3})
	f.Fuzz(func(t *testing.T, b []byte) {
		raw, rest, err := ExpandBrief(b, &before)
		if err != nil {
			return
		}
		if len(raw) > len(b)+300 || len(rest) > len(b) {
			t.Fatalf("%d bytes became %d", len(b), len(raw))
		}
		h, err := ParseHeader(raw)
		if err != nil {
			return // no count, say
		}
		if h.Stream != before.Stream || h.First != before.Last()+1 || h.Before != before.After {
			t.Fatalf("it goes elsewhere: %+v", h)
		}
	})
}
