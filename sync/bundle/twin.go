package bundle

import (
	"strings"

	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

// Two boxes with one key, a card and its copy, may have written as many events as are held here, and other ones. So of each
// author's pieces the last of every stream is looked at even where its events are held by number: the log keeps both
// branches of a fork, once it sees them.

// A tip names a stream in an author's folder.
type tip struct {
	author string
	stream clock.Stream
}

func (p piece) tip() tip {
	author, _, _ := strings.Cut(p.file, "/")
	return tip{author, p.Stream}
}

// tipsOf says how far each author's pieces reach.
func tipsOf(pieces []piece) map[tip]uint64 {
	out := map[tip]uint64{}
	for _, p := range pieces {
		out[p.tip()] = max(out[p.tip()], p.Last())
	}
	return out
}

// A compared Log knows which segment ends where. sync/eventlog's is one.
type compared interface {
	Ending(stream clock.Stream, last uint64) (segment.Header, bool)
}

// sameEnd says whether a piece whose events a log holds by number ends as what is held does, as far as the log can tell.
func sameEnd(log any, p piece) bool {
	of, ok := log.(compared)
	if !ok {
		return true
	}
	h, ok := of.Ending(p.Stream, p.Last())
	return ok && h.After == p.After
}

// compare gives a piece whose events are held by number to the log, unless it ends as what is held does.
func (v *visit) compare(p piece) (newEvents int, err error) {
	if sameEnd(v.o.Log, p) {
		return 0, nil
	}
	b, err := readPiece(v.d, p)
	if err != nil {
		return 0, err
	}
	newEvents, what := v.receive(b, "")
	if by := v.word(p, b); what == waits && by != "" {
		newEvents, _ = v.receive(b, by)
	}
	return newEvents, nil
}

// forked says whether a log knows that a stream forked. Then it alone knows where a piece belongs: each branch goes on by itself
// past what the vector says of the stream.
func forked(log any, stream clock.Stream) bool {
	of, ok := log.(interface{ Forked(clock.Stream) bool })
	return ok && of.Forked(stream)
}
