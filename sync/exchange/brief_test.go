package exchange

import (
	"bytes"
	"crypto/ed25519"
	"testing"

	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

// An endingLog holds headers.
type endingLog struct {
	emptyLog
	heads []segment.Header
}

func (l *endingLog) Ending(s clock.Stream, last uint64) (segment.Header, bool) {
	for _, h := range l.heads {
		if h.Stream == s && h.Last() == last {
			return h, true
		}
	}
	return segment.Header{}, false
}

// runOf is n segments of three events each of a stream.
func runOf(t testing.TB, stream clock.Stream, n int) (raw [][]byte, heads []segment.Header) {
	t.Helper()
	key := ed25519.NewKeyFromSeed(make([]byte, 32))
	at := segment.Place{Stream: stream, Epoch: 1, Scope: "ops", First: 1, Before: segment.StartOf(stream)}
	var past segment.Past
	for range n {
		var events []*segment.Event
		for i := range uint64(3) {
			events = append(events, &segment.Event{Lamport: at.First + i, Kind: "attempt/1", Fields: []segment.Field{{Col: 1, Type: segment.Uint, Num: i}}})
		}
		b, after, err := segment.Encode(at, events, &past, func(b []byte) []byte { return ed25519.Sign(key, b) })
		if err != nil {
			t.Fatal(err)
		}
		h, err := segment.ParseHeader(b)
		if err != nil {
			t.Fatal(err)
		}
		raw, heads = append(raw, b), append(heads, h)
		at.First, at.Before = at.First+3, after
	}
	return raw, heads
}

func TestBriefsOfManyStreamsBecomeTheSegmentsTheyWere(t *testing.T) {
	sender, receiver := &endingLog{}, &endingLog{}
	told, held := clock.Vector{}, clock.Vector{}
	var send [][]byte
	var heads []segment.Header
	for i := range byte(30) {
		stream := clock.Stream{i * 7, i}
		raw, h := runOf(t, stream, 5)
		sender.heads = append(sender.heads, h...)
		receiver.heads = append(receiver.heads, h[:2]...)
		told[stream], held[stream] = 15, 6
		send, heads = append(send, raw[2:]...), append(heads, h[2:]...)
	}
	out, in := newShorthand(told, held), newShorthand(told, held)
	var frame []byte
	whole := 0
	for i, raw := range send {
		var ok bool
		if frame, ok = out.append(frame, sender, heads[i], raw); !ok {
			t.Fatalf("segment %d went whole", i)
		}
		out.went(heads[i])
		whole += len(raw) + frameHeader + frameTrailer
	}
	t.Logf("90 segments: %d bytes whole with frames, %d as briefs", whole, len(frame))
	if len(frame)+60*len(send) > whole {
		t.Errorf("%d bytes became %d", whole, len(frame))
	}
	for i := range send {
		raw, rest, ours, err := in.next(frame, receiver)
		if err != nil || !ours || !bytes.Equal(raw, send[i]) {
			t.Fatalf("segment %d: %v, %v", i, ours, err)
		}
		in.went(heads[i])
		frame = rest
	}
	if len(frame) != 0 {
		t.Errorf("%d bytes are left", len(frame))
	}
	if _, ok := out.append(nil, sender, segment.Header{Stream: clock.Stream{99}, First: 4}, send[0]); ok {
		t.Error("a stream that the peer was not told of became a brief")
	}
}

func FuzzBriefs(f *testing.F) {
	stream := clock.Stream{3, 1}
	raw, heads := runOf(f, stream, 4)
	log := &endingLog{heads: heads[:1]}
	vector := clock.Vector{stream: 12, {9}: 1}
	out := newShorthand(vector, clock.Vector{stream: 3})
	frame, _ := out.append(nil, &endingLog{heads: heads}, heads[1], raw[1])
	out.went(heads[1])
	frame, _ = out.append(frame, &endingLog{heads: heads}, heads[2], raw[2])
	f.Add(frame)
	f.Add([]byte{1, 0, 0})
	f.Fuzz(func(t *testing.T, frame []byte) {
		in := newShorthand(vector, clock.Vector{stream: 3})
		for made, most := 0, 200*len(frame); len(frame) > 0; {
			raw, rest, ours, err := in.next(frame, log)
			if err != nil || !ours {
				return
			}
			if len(rest) >= len(frame) {
				t.Fatal("it does not end")
			}
			if made += len(raw); made > most {
				t.Fatalf("%d bytes were made of %d", made, most/200)
			}
			if h, err := segment.ParseHeader(raw); err == nil {
				in.went(h)
			}
			frame = rest
		}
	})
}
