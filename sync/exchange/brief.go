package exchange

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"

	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

// Between boxes that hold the same streams most of a small segment's header is known to both: it goes as a brief
// (segment.AppendBrief), many to a frame. A frame of kindBriefs is, one after the other,
//
//	which stream: 0 as the brief before it, else 1 + its index ‖ zigzag of where the segment before it ends less where that
//	is expected ‖ the brief
//
// Streams are counted in byte order in the vector that the sender told first; expected is the last segment of the stream
// that went over, before any the receiver's vector as told first.
//
// Whoever makes a brief whole judges it like any segment. Where both hold other segments before it (a fork, say) it ends
// refused; then the next session with that peer goes without briefs, and shows why.

// A briefed Log finds what is before a segment. sync/eventlog's is one.
type briefed interface {
	Ending(stream clock.Stream, last uint64) (segment.Header, bool)
}

func endsAt(log Log, stream clock.Stream, last uint64) (segment.Header, bool) {
	if b, ok := log.(briefed); ok && last > 0 {
		return b.Ending(stream, last)
	}
	return segment.Header{}, false
}

func (v *vaulted) Ending(s clock.Stream, last uint64) (segment.Header, bool) {
	return endsAt(v.Log, s, last)
}

func (t *together) Ending(s clock.Stream, last uint64) (segment.Header, bool) {
	if t.of(s) {
		return endsAt(t.own, s, last)
	}
	return endsAt(t.Log, s, last)
}

// A shorthand is one direction's state of briefs. The zero value has none.
type shorthand struct {
	streams []clock.Stream                   // of the sender's vector as told first
	index   map[clock.Stream]uint64          // into streams
	base    clock.Vector                     // the receiver's vector as told first
	tips    map[clock.Stream]*segment.Header // the last segment that went over
	last    clock.Stream                     // of the brief before
	some    bool                             // there was one in this frame
}

// newShorthand is for a direction whose sender told the one vector first and whose receiver the other.
func newShorthand(sender, receiver clock.Vector) *shorthand {
	h := &shorthand{streams: sender.Streams(), index: map[clock.Stream]uint64{}, base: receiver.Clone(), tips: map[clock.Stream]*segment.Header{}}
	for i, s := range h.streams {
		h.index[s] = uint64(i)
	}
	return h
}

// before is the header of the segment of a stream that ends at last: that went over, or that log holds.
func (h *shorthand) before(log Log, stream clock.Stream, last uint64) (*segment.Header, bool) {
	if tip := h.tips[stream]; tip != nil && tip.Last() == last {
		return tip, true
	}
	header, ok := endsAt(log, stream, last)
	return &header, ok && header.Stream == stream
}

// expected is where the segment before the next of a stream should end.
func (h *shorthand) expected(stream clock.Stream) uint64 {
	if tip := h.tips[stream]; tip != nil {
		return tip.Last()
	}
	return h.base[stream]
}

// append adds a segment to a frame; false when it has to go whole.
func (h *shorthand) append(frame []byte, log Log, head segment.Header, raw []byte) ([]byte, bool) {
	index, known := h.index[head.Stream]
	before, ok := h.before(log, head.Stream, head.First-1)
	if !known || !ok {
		return frame, false
	}
	reference := 1 + index
	if h.some && h.last == head.Stream {
		reference = 0
	}
	out := binary.AppendUvarint(frame, reference)
	out = binary.AppendVarint(out, int64(head.First-1-h.expected(head.Stream)))
	out, ok = segment.AppendBrief(out, before, raw)
	if !ok {
		return frame, false
	}
	h.last, h.some = head.Stream, true
	return out, true
}

// next takes the first segment off a frame and makes it whole; ours is false where this side holds nothing before it.
func (h *shorthand) next(frame []byte, log Log) (raw, rest []byte, ours bool, err error) {
	reference, n := binary.Uvarint(frame)
	if n <= 0 || reference > uint64(len(h.streams)) || reference == 0 && !h.some {
		return nil, nil, true, errPeer("sent a brief of no stream")
	}
	if reference > 0 {
		h.last, h.some = h.streams[reference-1], true
	}
	off, m := binary.Varint(frame[n:])
	if m <= 0 {
		return nil, nil, true, errPeer("sent a brief of nowhere")
	}
	before, ok := h.before(log, h.last, h.expected(h.last)+uint64(off))
	if !ok {
		return nil, nil, false, nil
	}
	raw, rest, err = segment.ExpandBrief(frame[n+m:], before)
	return raw, rest, true, err
}

// went notes a segment that went over, brief or whole. Of a stream that neither has told of none is ever brief.
func (h *shorthand) went(head segment.Header) {
	if _, told := h.index[head.Stream]; told {
		h.tips[head.Stream] = &head
	}
}

// maxBriefs is how much of briefs makes a frame: about a packet.
const maxBriefs = 1200

// bothBrief says whether segments of this session may be briefs; both sides say the same. Where a fork is looked for they go
// whole. The caller holds mu.
func (s *session) bothBrief() bool {
	return s.mine.Brief && s.theirs.Brief && s.class >= Member && !s.sum.DifferentChains
}

// shorten begins what goes out, once both vectors are told.
func (s *session) shorten() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bothBrief() {
		s.short = newShorthand(s.told0, s.heard0)
	}
}

// longhand is what comes in, nil without briefs: the peer has told its vector, and heard ours, before it sends a segment.
func (s *session) longhand() *shorthand {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.long == nil && s.bothBrief() && s.heard0 != nil && s.told0 != nil {
		s.long = newShorthand(s.heard0, s.told0)
	}
	return s.long
}

// give queues a segment, as a brief if it can be one.
func (s *session) give(k kind, head segment.Header, raw []byte) error {
	if s.short == nil || k != kindSegment {
		return errors.Join(s.endBriefs(), s.out.queueMessage(k, raw))
	}
	defer s.short.went(head)
	if len(raw) <= maxPayload-64 {
		if frame, ok := s.short.append(s.briefs, s.place.log, head, raw); ok {
			if s.briefs = frame; len(frame) >= maxBriefs {
				return s.endBriefs()
			}
			return nil
		}
	}
	return errors.Join(s.endBriefs(), s.out.queueMessage(k, raw))
}

// endBriefs queues the frame that was begun.
func (s *session) endBriefs() error {
	if len(s.briefs) == 0 {
		return nil
	}
	err := s.out.queueMessage(kindBriefs, s.briefs)
	s.briefs, s.short.some = s.briefs[:0], false
	return err
}

// onBriefs makes segments whole and takes them like those that came so.
func (s *session) onBriefs(frame []byte) error {
	h := s.longhand()
	if h == nil {
		return errPeer("sent briefs before it told its vector")
	}
	for h.some = false; len(frame) > 0; {
		raw, rest, ours, err := h.next(frame, s.place.log)
		if err != nil {
			return err
		}
		if !ours {
			s.disagree(fmt.Errorf("exchange: nothing here ends before stream %s goes on: %w", h.last, fs.ErrNotExist))
			return nil
		}
		refused := s.refusals()
		if err := s.onSegment(raw); err != nil {
			return err
		}
		if s.refusals() > refused {
			s.disagree(nil)
		}
		frame = rest
	}
	return nil
}

func (s *session) refusals() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sum.Refused
}

// disagree has the next session with this peer go without briefs: both hold something else.
func (s *session) disagree(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.plain = true
	if err != nil {
		s.refuse(err)
	}
}
