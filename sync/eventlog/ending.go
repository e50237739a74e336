package eventlog

import (
	"fmt"
	"io/fs"

	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

// Ending is the header of the segment held whose last event is that one of the stream; ok is false where none is. It is what
// a peer may leave out of the segment after it (segment.AppendBrief).
func (l *Log) Ending(stream clock.Stream, last uint64) (h segment.Header, ok bool) {
	err := l.view(func(v *kv, _ clock.Vector) error {
		for _, e := range v.entries(stream, last) {
			if e.last() != last {
				continue
			}
			signed, err := l.segments.read(e.spot)
			if err != nil {
				return err
			}
			if h, err = segment.ParseHeader(signed); err != nil || h.Last() == last {
				return err
			}
		}
		return fmt.Errorf("eventlog: stream %s: no segment ends at %d: %w", stream, last, fs.ErrNotExist)
	})
	return h, err == nil
}

// Forked says whether a stream is known to have forked: what is signed for it goes on past the vector's number of it.
func (l *Log) Forked(stream clock.Stream) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.forked(stream)
}
