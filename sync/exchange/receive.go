package exchange

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

// ackEvery is how many segments may wait for an ack; acks go at once anyway when the sender has nothing else to say.
const ackEvery = 16

// receive is the half that listens. It returns nil once both sides have finished.
func (s *session) receive() error {
	for {
		k, payload, err := s.next()
		if err != nil {
			if s.over() && !errors.Is(err, errBye) {
				return nil // the peer had finished too and hung up first
			}
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return err
		}
		if err := s.handle(k, payload); err != nil {
			return err
		}
		s.wake()
		if s.over() {
			return nil
		}
	}
}

func (s *session) handle(k kind, payload []byte) error {
	if err := s.stillTrusted(); err != nil {
		return err
	}
	switch k {
	case kindVector:
		return s.onVector(payload)
	case kindAck:
		return s.onAck(payload)
	case kindCertificate:
		return s.onCertificate(payload)
	case kindShutOut:
		return s.onShutOut(payload)
	case kindSegment:
		return s.onSegment(payload)
	case kindBriefs:
		return s.onBriefs(payload)
	case kindEnvelope:
		return s.onEnvelope(payload)
	case kindSnapshot:
		return s.onSnapshot(payload)
	case kindNoSnapshot:
		s.mu.Lock()
		s.past.unwanted = true
		s.mu.Unlock()
		return nil
	case kindRecordsDone:
		s.mu.Lock()
		s.recordsDone, s.ackDue = true, true
		s.mu.Unlock()
		s.fetch.refresh(turnAll) // what came may name courses
		return nil
	case kindLevel:
		s.fetch.refresh(turnSmall)
		return nil
	case kindWant:
		return s.onWant(payload)
	case kindChunk:
		c, err := parseChunk(payload)
		if err != nil {
			return err
		}
		return s.fetch.chunk(c)
	case kindAnswered:
		return s.onAnswered(payload)
	case kindWantsDone:
		s.mu.Lock()
		s.wantsDone = true
		s.mu.Unlock()
		return nil
	}
	return errPeer(fmt.Sprintf("sent a frame of kind %d out of turn", k))
}

// onVector takes the peer's vector: whole, or a change of what we remember. Streams that this class may not see are
// not believed.
func (s *session) onVector(payload []byte) error {
	var message vectorMessage
	if err := unpack(payload, &message, "vector"); err != nil {
		return err
	}
	ids, err := parseCertIDs(message.Certs)
	if err != nil {
		return err
	}
	vector, err := message.on(s.node.contacts.heard(s.peer))
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.telling {
		return errPeer("told its vector twice")
	}
	if s.telling, s.heard = true, vector; s.heard0 == nil {
		s.heard0 = vector.Clone()
	}
	if s.vector == nil { // else we knew it by the hello
		s.vector = clock.Vector{}
	}
	s.vector.Merge(vector)
	if len(message.Certs) > 0 || s.class < Member {
		s.certs = ids
	}
	return nil
}

func (s *session) onAck(payload []byte) error {
	var message vectorMessage
	if err := unpack(payload, &message, "ack"); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.vector == nil {
		return errPeer("acknowledged before it told its vector")
	}
	heard, err := message.on(s.heard)
	if err != nil {
		return err
	}
	for stream, seq := range heard {
		if s.heard[stream] != seq { // it may also be lower
			s.vector[stream] = seq
		}
	}
	if s.heard = heard; len(s.vector) > maxVector {
		return errPeer("acknowledged too many streams")
	}
	return nil
}

// maxVector bounds what acks can add up to; clock refuses longer vectors too.
const maxVector = 1 << 16

func (s *session) onCertificate(payload []byte) error {
	s.mu.Lock()
	theirs := s.peerSchool
	s.mu.Unlock()
	added, c, err := s.place.trust.take(payload, theirs)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil && c.ID() == s.peer && s.class == ContentPeer && c.Verify() == nil {
		s.peerSchool = c.School // TLS proved that the peer is whom this certificate is about
		return nil
	}
	if err != nil {
		s.refuse(err)
	}
	if added {
		s.sum.CertificatesIn++
	}
	return nil
}

// onSegment gives a segment to the log if its scope is one that this peer may give. The log verifies who wrote it.
// A segment that is refused does not end the session: the peer may only carry it.
func (s *session) onSegment(payload []byte) error {
	head, err := segment.ParseHeader(payload)
	if err != nil {
		return err
	}
	if !s.place.trust.clear(s.class, head.Scope) {
		return errPeer(fmt.Sprintf("sent a segment of scope %q as a %v", clip(string(head.Scope)), s.class))
	}
	s.mu.Lock()
	told := s.vector != nil
	s.mu.Unlock()
	if !told {
		return errPeer("sent a segment before it told its vector")
	}
	if h := s.longhand(); h != nil {
		h.went(head)
	}
	if len(payload) <= maxPayload {
		payload = bytes.Clone(payload) // the log keeps it
	}
	added, err := s.place.log.Receive(payload)
	return s.took(head, added, err)
}

// took notes what became of a segment that the peer gave, in the clear or in an envelope. What was refused does not end the
// session; what is our own fault does.
func (s *session) took(h segment.Header, added int, err error) error {
	if err == nil {
		s.place.trust.learned(h)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if errors.Is(err, fs.ErrInvalid) || errors.Is(err, fs.ErrPermission) || errors.Is(err, fs.ErrNotExist) {
		s.refuse(err)
		return nil
	}
	if err != nil {
		return err // ours: a full disk
	}
	s.sum.SegmentsIn++
	s.sum.EventsIn += added
	// Whoever sent a segment holds it: no need to offer it back.
	s.vector[h.Stream] = max(s.vector[h.Stream], h.Last())
	if s.unacked++; s.unacked >= ackEvery {
		s.unacked, s.ackDue = 0, true
	}
	return nil
}

// refuse counts what was not taken. The caller holds mu.
func (s *session) refuse(err error) {
	s.sum.Refused++
	s.sum.LastRefusal = err
}

// maxServing is how many wants may wait: twice what our own side asks for at once.
const maxServing = 2 * maxAsks

func (s *session) onWant(payload []byte) error {
	var w wantMessage
	if err := unpack(payload, &w, "want"); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.serving) >= maxServing || w.Length == 0 || w.Length > maxRun {
		return errPeer("asked for too much at once")
	}
	s.serving = append(s.serving, w)
	s.node.moved.wanted.Add(int64(w.Length))
	return nil
}

func (s *session) onAnswered(payload []byte) error {
	number, n := binary.Uvarint(payload)
	if n <= 0 || len(payload) != n+1 {
		return errPeer("answered nothing we asked")
	}
	return s.fetch.answered(number, payload[n] == 1)
}

// heldBy is the peer's vector at the end of the session, and ours as it knows it.
func (s *session) heldBy() (theirs, told clock.Vector) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.vector, s.told
}
