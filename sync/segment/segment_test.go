package segment

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"flag"
	"io/fs"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"lamplight/sync/clock"
)

var update = flag.Bool("update", false, "write testdata/golden again (only for a new version)")

func public() ed25519.PublicKey { return testKey.Public().(ed25519.PublicKey) }

// anyEvent draws events of odd shapes, of kinds and columns that nobody knows.
func anyEvent(t *rapid.T, lamport uint64) *Event {
	e := &Event{
		Lamport: lamport, Kind: rapid.SampledFrom([]string{"attempt/1", "person/1", "новое/9"}).Draw(t, "kind"),
		Stamp: clock.Stamp{Boot: clock.Boot{byte(rapid.IntRange(0, 2).Draw(t, "boot"))}, MS: rapid.Int64Range(-5, 1<<40).Draw(t, "ms")},
	}
	for col := uint16(1); col < 12; col++ {
		if !rapid.Bool().Draw(t, "present") {
			continue
		}
		f := Field{Col: col * 7, Type: FieldType(rapid.IntRange(1, 6).Draw(t, "type"))}
		if f.Type <= Int {
			f.Num = rapid.Uint64().Draw(t, "num")
		} else {
			f.Data = rapid.SliceOfN(rapid.Byte(), 0, 80).Draw(t, "data")
		}
		e.Fields = append(e.Fields, f)
	}
	if rapid.Bool().Draw(t, "has body") {
		e.Body = rapid.SliceOfN(rapid.Byte(), 1, 40).Draw(t, "body")
		e.BodyHash = HashBody(e.Body)
	}
	return e
}

func canonical(e *Event) []byte { return AppendCanonical(nil, e) }

func TestEveryEventComesBackAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var written, read Past
		at := Place{Stream: clock.Stream{9}, Epoch: 3, Scope: rapid.SampledFrom([]Scope{
			"pub", "ops", "school/0123456789abcdef/learn",
			"school/0123456789abcdef/roster", "school/0123456789ABCDEF/learn", "x",
		}).Draw(t, "scope"), First: 1}
		at.Before = StartOf(at.Stream)
		lamport := uint64(0)
		for range rapid.IntRange(1, 4).Draw(t, "segments") {
			var events []*Event
			bodies := map[int][]byte{}
			for i := range rapid.IntRange(1, 20).Draw(t, "events") {
				lamport += rapid.Uint64Range(1, 1000).Draw(t, "lamport")
				events = append(events, anyEvent(t, lamport))
				if b := events[i].Body; b != nil && rapid.Bool().Draw(t, "kept") {
					bodies[i] = b
				}
			}
			signed, after, err := Encode(at, events, &written, sign)
			if err != nil {
				t.Fatal(err)
			}
			s, err := Parse(WithBodies(signed, bodies))
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Verify(public()); err != nil {
				t.Fatal(err)
			}
			got, err := s.Events(&read)
			if err != nil {
				t.Fatal(err)
			}
			if s.Scope != at.Scope || s.First != at.First || s.After != after || !bytes.Equal(s.Signed, signed) {
				t.Fatalf("header %+v of %+v", s.Header, at)
			}
			for i := range got {
				if !bytes.Equal(canonical(&got[i]), canonical(events[i])) || !bytes.Equal(got[i].Body, bodies[i]) {
					t.Fatalf("event %d: got %+v, want %+v", i, got[i], *events[i])
				}
				if back, err := ParseCanonical(canonical(events[i])); err != nil || !bytes.Equal(canonical(&back), canonical(events[i])) {
					t.Fatalf("canonical bytes of %+v: %+v, %v", events[i], back, err)
				}
			}
			at.First, at.Before = at.First+uint64(len(events)), after
		}
	})
}

func TestEveryFlippedBitIsNoticed(t *testing.T) {
	s := newSchool(5)
	var past Past
	at := Place{Stream: clock.Stream{1}, Epoch: 1, Scope: "pub", First: 1}
	e := s.next()
	e.Body = []byte("sixteen random..Amina")
	e.BodyHash = HashBody(e.Body)
	signed, _, err := Encode(at, []*Event{e, s.next(), s.next()}, &past, sign)
	if err != nil {
		t.Fatal(err)
	}
	raw := WithBodies(signed, map[int][]byte{0: e.Body})
	for i := range raw {
		for b := range 8 {
			bad := bytes.Clone(raw)
			bad[i] ^= 1 << b
			if accepts(bad) {
				t.Fatalf("bit %d of byte %d of %d can be flipped unnoticed", b, i, len(raw))
			}
		}
		if accepts(raw[:i]) && i != len(signed) {
			t.Fatalf("cut to %d of %d bytes it passes", i, len(raw))
		}
	}
	if !accepts(raw) || !accepts(signed) {
		t.Fatal("the whole, or the signed part alone, is refused")
	}
}

func accepts(raw []byte) bool {
	s, err := Parse(raw)
	if err != nil || s.Verify(public()) != nil {
		return false
	}
	_, err = s.Events(&Past{})
	return err == nil
}

func TestASegmentIsReadOnlyAfterThoseItRefersTo(t *testing.T) {
	segments := fill(t, newSchool(3), 60, 20, true)
	s, err := Parse(segments[2])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Events(&Past{}); !errors.Is(err, fs.ErrInvalid) {
		t.Fatalf("without what it refers to: %v, want fs.ErrInvalid", err)
	}
	var out strings.Builder
	if err := Dump(&out, segments[2]); err != nil || !strings.Contains(out.String(), "dump those segments with this one") {
		t.Fatalf("dump alone: %v\n%s", err, out.String())
	}
	var past Past
	for _, raw := range segments {
		out.Reset()
		if err := DumpAfter(&out, raw, &past); err != nil || !strings.Contains(out.String(), `"attempt/1"`) {
			t.Fatalf("dump in order: %v\n%s", err, out.String())
		}
	}
}

func TestAVersionFromTheFutureIsNamedAndRefused(t *testing.T) {
	raw := fill(t, newSchool(3), 5, 5, false)[0]
	raw[4] = 2
	var out strings.Builder
	if err := Dump(&out, raw); !errors.Is(err, errors.ErrUnsupported) || !strings.Contains(out.String(), "version 2") {
		t.Fatalf("got %v\n%s", err, out.String())
	}
}

func FuzzSegment(f *testing.F) {
	for _, raw := range fill(f, newSchool(2), 40, 20, true) {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		s, err := Parse(raw)
		if err != nil {
			return
		}
		past := Past{begin: s.First - s.Back, next: s.First}
		events, err := s.Events(&past)
		if err == nil && len(events) != s.Count {
			t.Fatalf("%d events, header says %d", len(events), s.Count)
		}
	})
}

// FuzzPayload goes past the hash that guards payloads from the fuzzer.
func FuzzPayload(f *testing.F) {
	for _, raw := range fill(f, newSchool(2), 40, 20, true) {
		s, _ := Parse(raw)
		f.Add(s.payload, uint16(20), uint8(1))
	}
	f.Fuzz(func(t *testing.T, payload []byte, count uint16, boots uint8) {
		h := Header{First: 1, Count: int(count%MaxEvents) + 1, Boots: make([]clock.Boot, boots)}
		events, err := decodePayload(payload, &h, &Past{})
		if err != nil {
			return
		}
		size := 0
		for i := range events {
			size += len(AppendCanonical(nil, &events[i]))
		}
		if size > 2*maxDecoded {
			t.Fatalf("%d bytes of payload became %d", len(payload), size)
		}
	})
}

func FuzzCanonical(f *testing.F) {
	f.Add(canonical(newSchool(2).next()))
	f.Fuzz(func(t *testing.T, b []byte) {
		if e, err := ParseCanonical(b); err == nil {
			again, err := ParseCanonical(canonical(&e))
			if err != nil || !reflect.DeepEqual(again, e) || !bytes.Equal(canonical(&e), b) {
				t.Fatalf("%x reads as %+v and again as %+v (%v)", b, e, again, err)
			}
		}
	})
}
