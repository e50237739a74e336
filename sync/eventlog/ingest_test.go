package eventlog

import (
	"context"
	"testing"
)

// BenchmarkReceive is how fast another box's answers are verified, stored and folded, 200 a segment.
// Target: 10,000 a second on a small board, so some 40,000 here.
func BenchmarkReceive(b *testing.B) {
	school := newSchool(b)
	from, to := newBox(b, school).open(), newBox(b, school).open()
	know(from, to)
	const group = 1000
	for n := 0; n < b.N+group; n += group {
		var drafts []Draft
		for i := range group {
			drafts = append(drafts, answer(byte(i%30), uint64(i)))
		}
		if _, err := from.log.Append(context.Background(), drafts...); err != nil {
			b.Fatal(err)
		}
	}
	var raws [][]byte
	must(b, from.log.Segments(nil, nil, func(raw []byte) error { raws = append(raws, raw); return nil }))
	b.ResetTimer()
	n := 0
	for _, raw := range raws {
		k, err := to.log.Receive(raw)
		must(b, err)
		if n += k; n >= b.N {
			break
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "events/s")
}
