package exchange

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"strings"
	"sync"
	"sync/atomic"

	"lamplight/sync/clock"
	"lamplight/sync/device"
	"lamplight/sync/reconcile"
)

// A session is one conversation with one peer, the same from both sides. The calling goroutine reads, one other sends;
// what they share is under mu. The reader never waits for the sender, so two boxes that both have much to say cannot
// block each other.
type session struct {
	node   *Node
	place  *place // whose records it is about
	line   line   // what carries it
	meter  *meter
	reader *messageReader
	out    *frameWriter
	key    ed25519.PublicKey
	peer   string       // device id
	mine   hello        // as sent
	theirs hello        // as received
	said   clock.Vector // what mine is the digest of
	level  [8]byte      // our Digest from before the two were last compared: what came since is in none of it
	class  Standing

	short  *shorthand // of what goes out, the sender's; nil: segments go whole
	long   *shorthand // of what comes in, the reader's
	briefs []byte     // a frame that the sender has begun

	kick chan struct{} // capacity 1: something changed for the sender
	held atomic.Bool   // large blobs wait for our own segments

	mu          sync.Mutex
	sum         Summary
	vector      clock.Vector // the peer's, as far as we may see it; nil until told
	heard       clock.Vector // the same as it told it, without what its segments show
	telling     bool         // the peer has sent a kindVector
	told0       clock.Vector // ours as told first
	heard0      clock.Vector // the peer's as told first
	plain       bool         // a brief could not be made whole
	past        pastTalk
	told        clock.Vector    // ours as the peer knows it
	certs       map[certID]bool // that the peer listed; nil if it did not
	peerSchool  []byte          // public key of a content peer's school, once it showed its certificate
	ackDue      bool
	unacked     int           // segments received since the last ack
	recordsDone bool          // the peer has sent all its segments
	wantsDone   bool          // the peer wants no more blobs
	finished    bool          // we have said kindWantsDone
	serving     []wantMessage // asked of us, in order
	fetch       *fetch
}

// newSession is for a connection whose other end was proved to be key.
func newSession(n *Node, m *meter, rw io.ReadWriter, key ed25519.PublicKey) *session {
	return &session{
		node: n, place: n.home, meter: m, key: key, peer: device.ID(key),
		reader: &messageReader{frames: newFrameReader(rw), limit: maxGreeting},
		out:    &frameWriter{w: rw},
		kick:   make(chan struct{}, 1),
	}
}

// run is the whole session; the initiator speaks first, and the hello that the other side has read already is in
// s.theirs. It returns what was done also when it fails; io errors after both sides had finished are none.
func (s *session) run(ctx context.Context, initiator bool) (Summary, error) {
	s.sum.Peer = s.peer
	var err error
	if initiator {
		err = s.greet()
	} else {
		err = s.answer(s.place.trust.standing(s.key), false)
	}
	if err == nil && s.unchanged() {
		s.sum.Unchanged, s.sum.InStep = true, true
		s.vector, s.told = s.said.Clone(), s.said
		err = s.out.flush()
	} else if err == nil {
		err = s.introduce(initiator)
		if err == nil {
			err = s.exchange(ctx)
		}
	}
	if err != nil && !errors.Is(err, errBye) && !errors.Is(err, ErrBusy) {
		_ = s.out.frame(kindBye, []byte(clip(err.Error())))
	}
	s.sum.Standing = s.class
	s.sum.Sent, s.sum.Received = s.meter.out.Load(), s.meter.in.Load()
	return s.sum, err
}

// errBye marks that the peer ended the session with a reason.
var errBye = errors.New("the peer ended the session")

// clip keeps a reason short and printable enough to be shown.
func clip(reason string) string {
	reason = strings.ToValidUTF8(strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, reason), "?")
	return reason[:min(len(reason), 200)]
}

// greet exchanges hellos. A stranger learns nothing from ours but our school's hash: it may be a box of the school that
// joined elsewhere, which then shows its certificate.
func (s *session) greet() error {
	standing := s.place.trust.standing(s.key)
	if err := errors.Join(s.sendHello(standing, true), s.out.flush()); err != nil {
		return err
	}
	k, payload, err := s.next()
	if err == nil {
		err = s.onHello(k, payload)
	}
	if errors.Is(err, errBye) && standing == Stranger {
		return fmt.Errorf("%w: %w", err, fs.ErrPermission)
	}
	if err != nil {
		return err
	}
	return s.answer(standing, true)
}

// answer judges the peer's hello and, on the side that was called, sends ours.
func (s *session) answer(standing Standing, initiator bool) error {
	sameSchool := len(s.theirs.School) > 0 && bytes.Equal(s.theirs.School, s.place.trust.school())
	if standing == Stranger && !sameSchool {
		return fmt.Errorf("exchange: %s is not paired with this box: %w", s.peer, fs.ErrPermission)
	}
	if !initiator {
		s.deduce(standing)
		if err := s.sendHello(standing, false); err != nil {
			return err
		}
	}
	s.class = standing
	if s.theirs.Budget > 0 {
		if limit := s.meter.cap.Load(); limit == 0 || int64(s.theirs.Budget) < limit {
			s.meter.cap.Store(int64(min(s.theirs.Budget, 1<<60)))
		}
	}
	return nil
}

// deduce works out the caller's vector from its hello: what it told last, and what changed since. Where that is what its
// digest says, and the certificates agree, nothing stands between our hello and our segments.
func (s *session) deduce(standing Standing) {
	heard := s.node.contacts.heard(s.peer)
	if s.theirs.Proto < 2 || standing < Member || s.theirs.Standing != standing || heard == nil ||
		!bytes.Equal(s.theirs.Certs, certificatesSum(s.place.certIDs())) {
		return
	}
	vector, err := reconcile.Patch(heard, s.theirs.Change)
	if err != nil {
		return // it will tell it
	}
	if sum := reconcile.Sum(vector); bytes.Equal(sum[:], s.theirs.Digest) {
		s.vector, s.heard, s.heard0 = vector, vector.Clone(), vector.Clone()
	}
}

func (s *session) sendHello(standing Standing, caller bool) error {
	n, p := s.node, s.place
	s.mine = hello{Proto: Proto, Standing: standing, School: p.trust.school(), Budget: s.offer(), Metered: s.line.metered}
	if standing > Stranger {
		s.noteLevel()
		s.said = p.visible(standing)
		sum := reconcile.Sum(s.said)
		s.mine.Digest = sum[:]
		if told := n.contacts.told(s.peer); caller && told != nil {
			if change, ok := reconcile.Delta(told, s.said); ok && len(change) <= maxChange {
				s.mine.Change = change
			}
		}
		if standing == Member {
			s.mine.Heads = p.heads(sum)
		}
		if standing >= Member {
			s.mine.Certs = certificatesSum(p.certIDs())
			s.mine.ShutOut = p.trust.shutOutSum()
		}
		if n.o.Ports != nil {
			port, gossip := n.o.Ports()
			s.mine.Port, s.mine.Gossip = uint16(port), uint16(gossip)
		}
		s.mine.Wish = s.wish(standing)
		s.mine.Wants = n.anyFrom(s.peer, n.lacking(s.affordable))
		if base := n.contacts.heard(s.peer); base != nil {
			sum := reconcile.Sum(base)
			s.mine.Base = sum[:8]
		}
	}
	s.mine.Known = s.vector != nil && !s.unchanged()
	s.mine.Brief = standing >= Member && !n.contacts.get(s.peer).Plain
	return s.out.queue(kindHello, pack(s.mine))
}

// offer is how much the peer may let this session move. It does not see packet headers, so where those are paid for it
// is told less.
func (s *session) offer() uint64 {
	limit := s.meter.cap.Load()
	if s.meter.budget != nil {
		limit -= limit / 8
	}
	return uint64(limit)
}

func (s *session) onHello(k kind, payload []byte) error {
	if k != kindHello {
		return errPeer(fmt.Sprintf("began with a frame of kind %d", k))
	}
	if err := unpack(payload, &s.theirs, "hello"); err != nil {
		return err
	}
	if s.theirs.Proto == 0 || s.theirs.Standing > Overseer {
		return errPeer("sent a hello that makes no sense")
	}
	return nil
}

// next reads a message and turns the peer's goodbye into an error with its reason.
func (s *session) next() (kind, []byte, error) {
	k, payload, err := s.reader.next()
	if err == nil && k == kindBye && string(payload) == byeBusy {
		return k, nil, ErrBusy
	}
	if err == nil && k == kindBye {
		return k, nil, fmt.Errorf("exchange: %w: %s", errBye, clip(string(payload)))
	}
	return k, payload, err
}

// unchanged is the agreement to stop after the hellos. Both sides work it out from the same two hellos. Where both hold as much
// but not the same, they may be telling less than they hold, and go on.
func (s *session) unchanged() bool {
	a, b := s.mine, s.theirs
	same := a.Standing == b.Standing && a.Standing > Stranger && bytes.Equal(a.Digest, b.Digest) &&
		bytes.Equal(a.Certs, b.Certs) && sameShutOut(a, b) && !a.Wants && !b.Wants
	if same && a.Standing == Member {
		s.sum.DifferentChains = len(a.Heads) > 0 && len(b.Heads) > 0 && !bytes.Equal(a.Heads, b.Heads)
	}
	return same && !s.sum.DifferentChains
}

// introduce settles the session's class. Where one side does not know the other as a box of its school, or where they
// are content peers, certificates go first; who was called shows its own only to whom it knows by then.
func (s *session) introduce(initiator bool) error {
	sameSchool := len(s.mine.School) > 0 && bytes.Equal(s.mine.School, s.theirs.School)
	content := !sameSchool && s.mine.Standing > Stranger && s.theirs.Standing > Stranger
	unknown := sameSchool && s.mine.Standing < Member
	if !sameSchool && !content {
		return fmt.Errorf("exchange: %s does not know this box: %w", s.peer, fs.ErrPermission)
	}
	if unknown && !initiator {
		if err := s.admit(); err != nil {
			return err
		}
	}
	if own := s.node.o.Registry.Own(); own != nil && (content || s.theirs.Standing < Member) {
		if err := s.out.queueMessage(kindCertificate, own.Marshal()); err != nil {
			return err
		}
	}
	if unknown && initiator {
		return s.admit()
	}
	if content {
		s.class = ContentPeer
	}
	return nil
}

// admit reads the certificate of a peer that says it is a box of our school.
func (s *session) admit() error {
	if err := s.out.flush(); err != nil {
		return err
	}
	k, payload, err := s.next()
	if err != nil {
		return err
	}
	if k != kindCertificate {
		return errPeer("claims our school and shows no certificate")
	}
	if _, _, err := s.place.trust.take(payload, nil); err != nil {
		return err
	}
	if s.class = s.place.trust.standing(s.key); s.class < Member {
		return fmt.Errorf("exchange: %s showed somebody else's certificate: %w", s.peer, fs.ErrPermission)
	}
	s.sum.CertificatesIn++
	return nil
}

// exchange runs both halves until both sides have all they want. The first error ends the connection, which ends the
// other half.
func (s *session) exchange(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s.reader.limit = maxMessage
	if s.theirs.Known {
		s.told0 = s.said
	}
	s.fetch = newFetch(ctx, s)
	sent := make(chan error, 1)
	go func() { // waited for below
		err := s.send(ctx)
		if err != nil {
			s.meter.deafen()
		}
		sent <- err
	}()
	err := s.receive()
	cancel()
	s.wake()
	if err != nil {
		s.meter.hurry()
	}
	sendErr := <-sent
	s.fetch.close()
	s.settle()
	return firstCause(err, sendErr)
}

// firstCause picks what to report when both halves failed: not that the other half's failure ended this one.
func firstCause(received, sent error) error {
	switch {
	case sent == nil || errors.Is(sent, context.Canceled):
		return received
	case received == nil || isTimeout(received):
		return sent
	}
	return received
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

// settle compares where both stand at the end.
func (s *session) settle() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.vector == nil {
		return
	}
	s.noteLevel()
	mine := s.place.visible(s.class)
	s.sum.InStep = reconcile.Sum(mine) == reconcile.Sum(s.place.trust.visible(s.class, s.vector))
}

// noteLevel comes before what is held is read for a comparison: whatever is written between the two is then told once more.
func (s *session) noteLevel() {
	if s.place == s.node.home {
		s.level = s.node.Digest()
	}
}

// wake lets the sender look again.
func (s *session) wake() {
	select {
	case s.kick <- struct{}{}:
	default:
	}
}
