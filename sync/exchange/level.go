package exchange

import (
	"context"

	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

// A level says how urgent something is on a thin link, 0 first. All of one level goes before anything of the next, in
// both directions, so whatever a contact was long enough for is what mattered most.
//
//	0 keys, revocations, how clocks stood, what is offered (scope pub)
//	1 who there is: names, classes, lessons, quizzes (roster); before it, to a new box that is owed much, a snapshot, and
//	  what that stands for is then 3 and 6
//	2 what learners did lately (learn)
//	3 pub and roster of a device that is far behind
//	4 blobs of up to 256 KiB: manifests and deltas
//	5 how the boxes are (ops), and scopes that this release does not know
//	6 what learners did long ago: more than a few days' work at once
//	7 larger blobs, in the order in which they are wished for
//
// A level is a whole stream's, since a stream has no gaps: within one the oldest goes first.
type level int

const (
	levelNames  level = 1 // before it a snapshot, where the peer wants one
	levelRoster level = 3
	levelSmall  level = 4 // blobs of up to smallBlob
	levelOps    level = 5
	levelBehind level = 6
	levelBlobs  level = 7
)

const (
	smallBlob  = 256 << 10
	manyEvents = 2_000 // of pub or roster: a new box, not news
)

// manyDays is how many events of learn are more than two days of a large school.
var manyDays uint64 = 50_000

// levelOf is the level of a stream of which the peer lacks so many events.
func levelOf(scope segment.Scope, owed uint64) level {
	switch {
	case scope == "pub" && owed <= manyEvents:
		return 0
	case ending(scope, "/roster") && owed <= manyEvents:
		return 1
	case ending(scope, "/learn") && owed <= manyDays:
		return 2
	case scope == "pub" || ending(scope, "/roster"):
		return 3
	case ending(scope, "/learn"):
		return levelBehind
	}
	return levelOps
}

func ending(s segment.Scope, end string) bool {
	return len(s) >= len(end) && string(s[len(s)-len(end):]) == end
}

// levels sorts the streams that the peer lacks something of.
func (p *place) levels(mine, theirs clock.Vector) map[level]map[clock.Stream]bool {
	out := map[level]map[clock.Stream]bool{}
	for stream, last := range mine {
		held := theirs[stream]
		if last <= held {
			continue
		}
		l := levelOf(p.trust.scopeOf(stream), last-held)
		if out[l] == nil {
			out[l] = map[clock.Stream]bool{}
		}
		out[l][stream] = true
	}
	return out
}

// from is where to begin so that only streams come: after what the peer holds of these, after all that there is of others.
func from(mine, theirs clock.Vector, streams map[clock.Stream]bool) clock.Vector {
	after := mine.Clone()
	for stream := range streams {
		after[stream] = theirs[stream]
	}
	return after
}

// sendLevel sends the segments of one level.
func (s *session) sendLevel(ctx context.Context, l level, mine, theirs clock.Vector, streams map[clock.Stream]bool) error {
	if len(streams) == 0 {
		return nil
	}
	allow := func(scope segment.Scope) bool { return s.place.trust.allows(s.class, scope) }
	signed := s.place.trust.signed(streams)
	return s.place.log.Segments(from(mine, theirs, streams), allow, func(raw []byte) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if h, _, err := headOf(raw); err != nil || !signed[h.Stream] {
			return nil // written since; the next session has it
		}
		if l > levelSmall {
			if err := s.small(ctx); err != nil {
				return err
			}
		}
		return s.sendSegment(raw)
	})
}

// small asks for and serves small blobs, which go before what is less urgent.
func (s *session) small(ctx context.Context) error {
	if _, err := s.askBlobs(); err != nil {
		return err
	}
	for {
		want, ok := s.nextServing()
		if !ok {
			return nil
		}
		if err := s.serve(ctx, want); err != nil {
			return err
		}
	}
}
