package eventlog

import (
	"errors"
	"io/fs"
	"testing"

	"lamplight/sync/clock"
	"lamplight/sync/device"
	"lamplight/sync/segment"
)

// jump makes a segment of one answer by a device, at a place and with a Lamport number of its choice.
func jump(t *testing.T, d *device.Device, first, lamport uint64, before segment.Chain) ([]byte, segment.Chain) {
	t.Helper()
	e := &segment.Event{Lamport: lamport, Stamp: clock.Stamp{Boot: d.Boot(), MS: 1000}, Kind: "attempt/1", Fields: answer(1, first).Fields}
	at := segment.Place{Stream: d.Stream("pub"), Epoch: d.Epoch(), Scope: "pub", First: first, Before: before}
	raw, after, err := segment.Encode(at, []*segment.Event{e}, &segment.Past{}, d.Sign)
	must(t, err)
	return raw, after
}

func TestWildCountersAreHeldBackAndShown(t *testing.T) {
	school := newSchool(t)
	a, b := newBox(t, school), newBox(t, school).open()
	know(a, b)
	start := segment.StartOf(a.dev.Stream("pub"))
	one, after := jump(t, a.dev, 1, 5, start)
	odd, after := jump(t, a.dev, 2, 6+clock.OddJump, after)
	wild, _ := jump(t, a.dev, 3, 1<<61, after)
	far, _ := jump(t, a.dev, 1<<60, 7, segment.Chain{})
	for _, c := range []struct {
		raw  []byte
		want error
	}{{one, nil}, {odd, nil}, {wild, fs.ErrInvalid}, {wild, fs.ErrInvalid}, {far, fs.ErrInvalid}} {
		if _, err := b.log.Receive(c.raw); !errors.Is(err, c.want) {
			t.Fatalf("got %v, want %v", err, c.want)
		}
	}
	if b.log.Parked() != 0 || b.log.Vector()[a.dev.Stream("pub")] != 2 {
		t.Errorf("%d parked, vector %v", b.log.Parked(), b.log.Vector())
	}
	odds := b.log.Oddities()
	if len(odds) != 3 || odds[0].Reason != OddLamport || odds[1].Reason != WildLamport || odds[1].Times != 2 || odds[2].Reason != WildSequence || odds[2].Device != a.dev.ID() {
		t.Errorf("shown: %+v", odds)
	}
	b.add(answer(2, 2))
	b.clean()
}

func TestOdditiesAreBounded(t *testing.T) {
	var p pen
	for i := range 3 * maxOddities {
		p.note(Oddity{Reason: WildLamport, Stream: clock.Stream{byte(i), byte(i >> 8)}})
	}
	if len(p.odd) != maxOddities {
		t.Errorf("%d are remembered", len(p.odd))
	}
}

// What a later release writes, an older box keeps and passes on byte for byte, and the signature stays valid.
func TestKindsAndColumnsOfALaterReleaseGoThroughAnOldBoxUnchanged(t *testing.T) {
	school := newSchool(t)
	later, old, third := newBox(t, school).open(), newBox(t, school).open(), newBox(t, school).open()
	know(later, old, third)
	later.add(
		Draft{Scope: "pub", Kind: "attempt/1", Fields: []segment.Field{
			answer(1, 1).Fields[0],
			{Col: 2, Type: segment.Uint, Num: 7},
			{Col: 900, Type: 9, Data: []byte("a type of a later release")},
			{Col: 901, Type: segment.Text, Data: []byte("a column of one")},
		}},
		Draft{Scope: "pub", Kind: "weather/7", Fields: []segment.Field{{Col: 1, Type: 200, Data: []byte{0, 255, 7}}}, Body: []byte("rain")},
		Draft{Scope: "school/0123456789abcdef/later", Kind: "weather/7", Fields: []segment.Field{{Col: 3, Type: segment.Int, Num: 1}}},
	)
	sent := func(b *box) (all [][]byte) {
		must(t, b.log.Segments(nil, func(s segment.Scope) bool { return s == "pub" }, func(raw []byte) error { all = append(all, raw); return nil }))
		return all
	}
	later.givePublic(old)
	old.again(false)
	later.givePublic(old) // again, after a start
	old.givePublic(third)
	a, b := sent(later), sent(third)
	if len(a) != 1 || len(b) != 1 || string(a[0]) != string(b[0]) {
		t.Fatalf("%d and %d segments, not the same bytes", len(a), len(b))
	}
	s, err := segment.Parse(b[0])
	must(t, err)
	must(t, s.Verify(later.dev.Public()))
	events, err := s.Events(&segment.Past{})
	must(t, err)
	if f, ok := events[0].Field(900); !ok || string(f.Data) != "a type of a later release" || events[1].Kind != "weather/7" {
		t.Errorf("events %+v", events)
	}
	if third.counted("weather/7") != 1 {
		t.Error("a kind of a later release is not handed to the folds")
	}
	third.clean()
}

// givePublic is give of scope pub, which any release may hold.
func (b *box) givePublic(o *box) {
	b.t.Helper()
	must(b.t, b.log.Segments(o.log.Vector(), func(s segment.Scope) bool { return s == "pub" }, func(raw []byte) error {
		_, err := o.log.Receive(raw)
		return err
	}))
}

func FuzzTail(f *testing.F) {
	b := appendRecord(nil, 1, clock.Stream{1}, 1, []byte("pub"))
	f.Add(appendRecord(b, 2, clock.Stream{1}, 1, []byte("canonical")))
	f.Fuzz(func(t *testing.T, b []byte) {
		total := 0
		readRecords(b, map[clock.Stream]tailEvent{}, func(e tailEvent) { total += len(e.canonical) })
		if total > len(b) {
			t.Fatalf("%d bytes of events in %d", total, len(b))
		}
	})
}

func FuzzIndex(f *testing.F) {
	f.Add(make([]byte, 16), segmentEntry{first: 1, count: 3}.value(), (&stream{}).headValue())
	f.Fuzz(func(_ *testing.T, k, v, head []byte) {
		parseSegmentEntry(k, v)
		parseSpot(v)
		if len(k) >= 8 {
			parseHead(k[:8], head)
		}
	})
}
