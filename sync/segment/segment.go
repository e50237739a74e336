package segment

import (
	"crypto/ed25519"
	"encoding/binary"
	"fmt"
	"io/fs"
	"slices"

	"lamplight/sync/clock"
)

// A Segment is one that was parsed but not yet believed: see Verify.
type Segment struct {
	Header
	Raw    []byte // the whole, bodies too; not a copy
	Signed []byte // Raw without the bodies: what the origin made and what is stored and compared

	head, signature, payload []byte
	bodies                   map[int][]byte // by index of the event; checked against their hashes by Events
}

// signedText is what the origin signs.
func signedText(version byte, head []byte) []byte {
	return append(append([]byte("lamplight segment 1\x00"), version), head...)
}

// A Place is where in a stream a segment goes.
type Place struct {
	Stream clock.Stream
	Epoch  uint32
	Scope  Scope
	First  uint64
	Before Chain
}

// Encode makes the signed part of a segment of events, which go to at in their order (their dots are not read), and
// returns the chain value after them. past must be at at.First, or new; it is moved past the events and keeps their
// bytes. Limits: 1 to MaxEvents valid events, MaxSigned bytes; beyond them it is fs.ErrInvalid and past is spoilt.
func Encode(at Place, events []*Event, past *Past, sign func([]byte) []byte) (signed []byte, after Chain, err error) {
	back, ok := past.back(at.First)
	if !ok || len(events) == 0 || len(events) > MaxEvents || len(at.Scope) > MaxScope {
		return nil, after, fmt.Errorf("segment: %d events at %d: %w", len(events), at.First, fs.ErrInvalid)
	}
	h := Header{
		Version: Version, Stream: at.Stream, Epoch: at.Epoch, Scope: at.Scope, First: at.First, Count: len(events),
		Back: back, Before: at.Before, After: at.Before,
	}
	for _, e := range events {
		if err := Valid(e); err != nil {
			return nil, after, err
		}
		h.After = Next(h.After, AppendCanonical(nil, e))
		h.Lamport = max(h.Lamport, e.Lamport)
		if !slices.Contains(h.Boots, e.Stamp.Boot) {
			h.Boots = append(h.Boots, e.Stamp.Boot)
		}
	}
	payload, err := encodePayload(events, past, h.Boots)
	if err != nil {
		return nil, after, err
	}
	past.moved(&h)
	h.Payload, h.Hash = len(payload), [16]byte(hash(payload))
	head := h.append(nil)
	signed = append([]byte(magic), Version)
	signed = append(binary.AppendUvarint(signed, uint64(len(head))), head...)
	signed = append(signed, sign(signedText(Version, head))...)
	signed = append(signed, payload...)
	if len(signed) > MaxSigned {
		return nil, after, fmt.Errorf("segment: %d bytes; at most %d: %w", len(signed), MaxSigned, fs.ErrInvalid)
	}
	return signed, h.After, nil
}

// moved records that h's events were taken in.
func (p *Past) moved(h *Header) {
	p.begin, p.next = h.First-h.Back, h.Last()+1
}

// WithBodies is the signed part with bodies, by index of the event, behind it: a whole segment. It copies.
func WithBodies(signed []byte, bodies map[int][]byte) []byte {
	if len(bodies) == 0 {
		return slices.Clone(signed)
	}
	out := binary.AppendUvarint(slices.Clone(signed), uint64(len(bodies)))
	indexes := make([]int, 0, len(bodies))
	for i := range bodies {
		indexes = append(indexes, i)
	}
	slices.Sort(indexes)
	for _, i := range indexes {
		out = binary.AppendUvarint(out, uint64(i))
		out = append(binary.AppendUvarint(out, uint64(len(bodies[i]))), bodies[i]...)
	}
	return out
}

// Parse reads a segment's outside: header, sizes, payload hash. It keeps raw and slices of it. It says nothing of who
// wrote it (Verify) or what is inside (Events). A newer version is errors.ErrUnsupported, damage fs.ErrInvalid.
func Parse(raw []byte) (*Segment, error) {
	if len(raw) > MaxSegment {
		return nil, fmt.Errorf("segment: %d bytes; at most %d: %w", len(raw), MaxSegment, fs.ErrInvalid)
	}
	h, head, rest, err := cut(raw)
	if err != nil {
		return nil, err
	}
	s := &Segment{Header: h, Raw: raw, head: head}
	r := reader{b: rest}
	s.signature = r.take(ed25519.SignatureSize)
	s.payload = r.take(h.Payload)
	s.Signed = raw[:len(raw)-len(r.b)]
	if r.bad || len(s.Signed) > MaxSigned || [16]byte(hash(s.payload)) != h.Hash {
		return nil, fmt.Errorf("segment: stream %s from %d: cut short or payload damaged: %w", h.Stream, h.First, fs.ErrInvalid)
	}
	return s, s.parseBodies(&r)
}

func (s *Segment) parseBodies(r *reader) error {
	if len(r.b) == 0 {
		return nil
	}
	s.bodies = map[int][]byte{}
	last := -1
	for n := r.number(s.Count); n > 0 && !r.bad; n-- {
		i := r.number(s.Count - 1)
		if i <= last {
			r.fail()
		}
		s.bodies[i], last = r.block(MaxBody), i
	}
	if r.bad || len(r.b) > 0 || len(s.bodies) == 0 {
		return fmt.Errorf("segment: stream %s from %d: bodies damaged: %w", s.Stream, s.First, fs.ErrInvalid)
	}
	return nil
}

// Verify checks that the holder of public signed the header and, by its hash, the payload. Otherwise fs.ErrPermission.
func (s *Segment) Verify(public ed25519.PublicKey) error {
	if len(public) != ed25519.PublicKeySize || !ed25519.Verify(public, signedText(s.Version, s.head), s.signature) {
		return fmt.Errorf("segment: stream %s from %d: the signature is not its writer's: %w", s.Stream, s.First, fs.ErrPermission)
	}
	return nil
}

// Events decodes the segment, checks the chain over all events and puts bodies with the events they hash to. past must be
// where Back reaches to and lead up to First; it is moved past the events. A segment with Back 0 begins past anew.
// The events are the caller's but share bytes with past, which must not be changed.
// On an error (fs.ErrInvalid; errors.ErrUnsupported for a sealed payload) past is emptied.
func (s *Segment) Events(past *Past) ([]Event, error) {
	events, err := s.decode(past)
	if err != nil {
		*past = Past{}
		return nil, fmt.Errorf("segment: stream %s from %d: %w", s.Stream, s.First, err)
	}
	past.moved(&s.Header)
	return events, nil
}

func (s *Segment) decode(past *Past) ([]Event, error) {
	if s.Algorithm != None {
		return nil, fmt.Errorf("payload is sealed by algorithm %d: %w", s.Algorithm, errUnsupported)
	}
	if s.Back == 0 {
		*past = Past{}
	} else if past.next != s.First || past.begin != s.First-s.Back {
		return nil, fmt.Errorf("refers to events from %d on, which are not at hand: %w", s.First-s.Back, fs.ErrInvalid)
	}
	events, err := decodePayload(s.payload, &s.Header, past)
	if err != nil {
		return nil, err
	}
	if err := s.check(events); err != nil {
		return nil, err
	}
	for i, b := range s.bodies {
		if events[i].BodyHash != HashBody(b) {
			return nil, fmt.Errorf("body of event %d is not the one that was signed: %w", events[i].Seq, fs.ErrInvalid)
		}
		events[i].Body = slices.Clone(b)
	}
	return events, nil
}

// check holds the decoded events against the header.
func (s *Segment) check(events []Event) error {
	chain, lamport := s.Before, uint64(0)
	for i := range events {
		if err := Valid(&events[i]); err != nil {
			return err
		}
		chain = Next(chain, AppendCanonical(nil, &events[i]))
		lamport = max(lamport, events[i].Lamport)
	}
	if chain != s.After || lamport != s.Lamport {
		return fmt.Errorf("its events are not those that the header chains: %w", fs.ErrInvalid)
	}
	return nil
}
