package eventlog

import (
	"testing"

	"lamplight/sync/segment"
)

func TestEndingIsTheHeaderOfTheSegmentThatEndsThere(t *testing.T) {
	b := newBox(t, nil).open()
	b.many(700)
	must(t, b.log.Seal())
	found := 0
	must(t, b.log.Segments(nil, nil, func(raw []byte) error {
		want, err := segment.ParseHeader(raw)
		must(t, err)
		got, ok := b.log.Ending(want.Stream, want.Last())
		if !ok || got.First != want.First || got.After != want.After {
			t.Errorf("ending at %d: %+v, %v", want.Last(), got, ok)
		}
		if h, ok := b.log.Ending(want.Stream, want.Last()-1); ok && want.Count > 1 {
			t.Errorf("inside a segment: %+v", h)
		}
		found++
		return nil
	}))
	if _, ok := b.log.Ending(b.dev.Stream("pub"), 1<<40); ok || found < 3 {
		t.Errorf("%d segments; one ends beyond all: %v", found, ok)
	}
}
