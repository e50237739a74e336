package exchange

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"time"

	"lamplight/sync/clock"
	"lamplight/sync/reconcile"
)

// send is the half that talks: vector, certificates, segments, then blobs both asked for and served.
func (s *session) send(ctx context.Context) error {
	if err := s.tellVector(); err != nil {
		return err
	}
	if err := s.await(ctx, func() bool { return s.vector != nil }); err != nil {
		return err
	}
	if err := errors.Join(s.sendCertificates(), s.sendShutOuts()); err != nil {
		return err
	}
	if err := errors.Join(s.sendSegments(ctx), s.endBriefs()); err != nil {
		return err
	}
	if err := s.hold(ctx); err != nil {
		return err
	}
	if err := s.out.queue(kindRecordsDone, nil); err != nil {
		return err
	}
	return s.sendBlobs(ctx)
}

// await flushes acks until ready says so. ready runs with mu held.
func (s *session) await(ctx context.Context, ready func() bool) error {
	for {
		s.mu.Lock()
		ok := ready()
		s.mu.Unlock()
		if ok {
			return nil
		}
		if err := s.flushAck(false); err != nil {
			return err
		}
		if err := s.pause(ctx); err != nil {
			return err
		}
	}
}

// pause sends what is queued and waits for a kick. Now and then it sends an empty ack, so that the peer sees that we are
// only busy.
func (s *session) pause(ctx context.Context) error {
	if err := s.out.flush(); err != nil {
		return err
	}
	alive := time.NewTimer(min(s.node.pace.Idle/3, s.fetch.patience()))
	defer alive.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-s.kick:
		return nil
	case <-alive.C:
		return s.flushAck(true)
	}
}

// hold waits for the peer's segments where it sends them at once, so that the end of ours and the ack of theirs share a
// packet. A peer that wants blobs waits for that end, so it is told.
func (s *session) hold(ctx context.Context) error {
	if !s.theirs.Known || s.theirs.Wants {
		return nil
	}
	return s.await(ctx, func() bool { return s.recordsDone })
}

// tellVector tells our vector, unless the peer knows it by our hello.
func (s *session) tellVector() error {
	if !s.theirs.Known {
		return s.sendVector()
	}
	s.mu.Lock()
	s.told = s.said
	s.mu.Unlock()
	return nil
}

// changed is a message of how our vector grew from base, which the peer knows; ok is false where it has to be told whole.
func (s *session) changed(base, now clock.Vector) (message vectorMessage, ok bool) {
	if s.theirs.Proto < 2 {
		message.Vector, ok = reconcile.Change(base, now)
		return message, ok
	}
	message.Delta, ok = reconcile.Delta(base, now)
	return message, ok
}

// sendVector tells our vector, as a change where the peer remembers the rest.
func (s *session) sendVector() error {
	now := s.place.visible(s.class)
	message := vectorMessage{Full: true, Vector: now}
	if told := s.node.contacts.told(s.peer); told != nil && len(s.theirs.Base) > 0 {
		sum := reconcile.Sum(told)
		if change, ok := s.changed(told, now); ok && bytes.Equal(sum[:8], s.theirs.Base) {
			message = change
		}
	}
	if s.class >= Member && !bytes.Equal(s.mine.Certs, s.theirs.Certs) {
		for _, id := range s.place.certIDs() {
			message.Certs = append(message.Certs, id[:]...)
		}
	}
	s.mu.Lock()
	if s.told = now; s.told0 == nil {
		s.told0 = now
	}
	s.mu.Unlock()
	return s.out.queueMessage(kindVector, pack(message))
}

// sendCertificates sends those that a member did not list, and all of our school's to a content peer: without them it
// could not check our segments.
func (s *session) sendCertificates() error {
	s.mu.Lock()
	listed := s.certs
	s.mu.Unlock()
	if s.class >= Member && listed == nil {
		return nil // the digests agreed
	}
	for id, c := range s.place.trust.certificates() {
		if listed[id] || c.ID() == s.peer {
			continue
		}
		if err := s.out.queueMessage(kindCertificate, c.Marshal()); err != nil {
			return err
		}
	}
	return nil
}

// errBudget ends the sending of segments when the byte budget is used up.
var errBudget = errors.New("exchange: the byte budget of this session is used up")

// sendSegments sends what the peer lacks and may hold, the urgent first, until done or out of budget.
func (s *session) sendSegments(ctx context.Context) error {
	s.mu.Lock()
	theirs := s.vector.Clone()
	s.mu.Unlock()
	s.shorten()
	mine := s.place.held(s.class)
	levels := s.place.levels(mine, theirs)
	defer s.fetch.hold(false)
	sent := map[clock.Stream]bool{}
	for l := level(0); l < levelBlobs; l++ {
		if l <= levelSmall && s.unwanted() {
			levels, l = s.place.levels(mine, theirs), levelNames
			without(levels, sent)
		} else if l == levelNames {
			if err := s.beforeNames(mine, theirs, levels); err != nil {
				return err
			}
		}
		for stream := range levels[l] {
			sent[stream] = true
		}
		err := s.begin(l, levels)
		if err != nil {
			return err
		}
		if l != levelSmall {
			err = s.sendLevel(ctx, l, mine, theirs, levels[l])
		} else if len(levels[levelOps])+len(levels[levelBehind]) > 0 {
			s.fetch.hold(true)
			err = s.out.queue(kindLevel, nil)
		}
		if errors.Is(err, errBudget) {
			s.mu.Lock()
			s.sum.Cut = true
			s.mu.Unlock()
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// begin writes what more urgent levels queued: it does not wait to share a record with what is less so.
func (s *session) begin(l level, levels map[level]map[clock.Stream]bool) error {
	if len(levels[l]) == 0 {
		return nil
	}
	for above := range l {
		if len(levels[above]) > 0 {
			return errors.Join(s.endBriefs(), s.out.flush())
		}
	}
	return nil
}

func (s *session) sendSegment(raw []byte) error {
	h, sealed, err := headOf(raw)
	if err != nil || !s.place.trust.ours(h) {
		return nil // a content peer's: nobody but us knows its writer
	}
	if err := s.stillTrusted(); err != nil {
		return err
	}
	k, raw, err := s.wrapped(raw, h, sealed)
	if err != nil {
		return err
	}
	if !s.affords(len(s.briefs) + len(raw)) {
		return errBudget
	}
	if err := s.give(k, h, raw); err != nil {
		return err
	}
	s.mu.Lock()
	s.sum.SegmentsOut++
	s.mu.Unlock()
	return s.flushAck(false)
}

// reserve is what must be left for acks and goodbyes.
const reserve = 1024

// affords says whether n more bytes fit the budget, with their frames and TLS records.
func (s *session) affords(n int) bool {
	return int64(s.out.pending()+n)+int64(n/maxPayload+1)*32+reserve <= s.meter.left()
}

// flushAck tells the peer what became durable since we last said; with always even if nothing did.
func (s *session) flushAck(always bool) error {
	if err := s.flushRefusal(); err != nil {
		return err
	}
	s.mu.Lock()
	due := s.ackDue
	s.ackDue = false
	s.mu.Unlock()
	if !due && !always {
		return nil
	}
	now := s.place.visible(s.class)
	s.mu.Lock()
	change, ok := s.changed(s.told, now)
	if ok {
		s.told = now
	}
	s.mu.Unlock()
	if len(change.Vector)+len(change.Delta) == 0 && !always {
		return nil
	}
	change.Vector = orEmpty(change.Vector)
	return s.out.queueMessage(kindAck, pack(change))
}

func orEmpty(v clock.Vector) clock.Vector {
	if v == nil {
		return clock.Vector{}
	}
	return v
}

// sendBlobs asks and answers until both sides want nothing more.
func (s *session) sendBlobs(ctx context.Context) error {
	for {
		if err := s.advance(); err != nil {
			return err
		}
		if want, ok := s.nextServing(); ok {
			if err := s.serve(ctx, want); err != nil {
				return err
			}
			continue
		}
		if s.over() {
			return s.out.flush()
		}
		if err := s.pause(ctx); err != nil {
			return err
		}
	}
}

// advance flushes acks, asks for what there is room for, and says when we want nothing more.
func (s *session) advance() error {
	idle, err := s.askBlobs()
	if err != nil {
		return err
	}
	s.mu.Lock()
	say := idle && s.recordsDone && !s.ackDue && !s.finished
	s.finished = s.finished || say
	s.mu.Unlock()
	if say {
		return s.out.queue(kindWantsDone, nil)
	}
	return nil
}

// askBlobs flushes acks and asks for what there is room for. idle: there is nothing more to ask for.
func (s *session) askBlobs() (idle bool, err error) {
	if err := s.flushAck(false); err != nil {
		return false, err
	}
	wants, idle := s.fetch.ask()
	for _, w := range wants {
		if err := s.out.queue(kindWant, pack(w)); err != nil {
			return false, err
		}
	}
	return idle, nil
}

// over says whether both sides want nothing more.
func (s *session) over() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.finished && s.wantsDone && len(s.serving) == 0
}

func (s *session) nextServing() (wantMessage, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.serving) == 0 {
		return wantMessage{}, false
	}
	w := s.serving[0]
	s.serving = s.serving[1:]
	return w, true
}

// serve answers one want: its bytes in chunks, or that they are not here.
func (s *session) serve(ctx context.Context, w wantMessage) error {
	sent, err := s.serveChunks(ctx, w)
	if err != nil {
		return err
	}
	answer := binary.AppendUvarint(nil, w.Number)
	if sent {
		return s.out.queue(kindAnswered, append(answer, 1))
	}
	return s.out.queue(kindAnswered, append(answer, 0))
}

// serveChunks reports false when the blob is not here, not that long, unreadable, or beyond the budget.
func (s *session) serveChunks(ctx context.Context, w wantMessage) (bool, error) {
	hash, err := parseHash(w.Hash)
	if err != nil {
		return false, err
	}
	if s.node.o.Blobs == nil {
		return false, nil
	}
	blob, size, err := s.node.o.Blobs.Open(hash)
	if err != nil {
		return false, nil
	}
	defer blob.Close()
	if w.Offset > uint64(size) || w.Length > uint64(size)-w.Offset {
		return false, nil
	}
	buf, frame := make([]byte, chunkData), []byte(nil)
	for at, end := int64(w.Offset), int64(w.Offset+w.Length); at < end; {
		part := buf[:min(int64(len(buf)), end-at)]
		if err := errors.Join(ctx.Err(), s.stillTrusted()); err != nil {
			return false, err
		}
		if !s.affords(len(part)) {
			s.mu.Lock()
			s.sum.Cut = true
			s.mu.Unlock()
			return false, nil
		}
		if _, err := blob.ReadAt(part, at); err != nil {
			return false, nil // a pulled stick; the peer finds the rest elsewhere
		}
		frame = appendChunk(frame[:0], chunk{w.Number, at, part})
		if err := s.out.queue(kindChunk, frame); err != nil {
			return false, err
		}
		at += int64(len(part))
		s.node.moved.gave.Add(int64(len(part)))
		s.mu.Lock()
		s.sum.BlobBytesOut += int64(len(part))
		s.mu.Unlock()
		if err := s.advance(); err != nil {
			return false, err
		}
	}
	return true, nil
}
