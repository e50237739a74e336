package clustertest

import (
	"sort"

	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

// Ending is as eventlog.Log's.
func (l *Memory) Ending(id clock.Stream, last uint64) (segment.Header, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.streams[id]
	if s == nil {
		return segment.Header{}, false
	}
	i := sort.Search(len(s.firsts), func(i int) bool { return s.firsts[i] > last }) - 1
	if i < 0 {
		return segment.Header{}, false
	}
	h, err := segment.ParseHeader(s.segments[i])
	return h, err == nil && h.Last() == last
}
