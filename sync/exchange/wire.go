package exchange

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"lamplight/sync/segment"
)

// slack is what may pass a byte budget: the frame under way, its TLS record and the goodbye.
const slack = MaxFrame + 1024

// A meter counts what passes a connection below TLS, ends it when the peer has been silent for idle, and refuses to go
// beyond the cap. It is what makes a runaway peer cost no more than one frame above the budget.
type meter struct {
	net.Conn
	in, out atomic.Int64
	extra   atomic.Int64 // bytes beyond those, where there is a budget
	budget  *Budget      // nil: not paid by the byte
	ends    time.Time    // nothing is begun that late, but for closing; zero: no end
	cap     atomic.Int64 // bytes both ways; 0 none
	idle    atomic.Int64 // nanoseconds that one read or write may take
	deaf    atomic.Bool  // no more reads
	moved   atomic.Int64 // nanoseconds from start to the last byte either way
	closing sync.Once
	start   time.Time
}

func newMeter(c net.Conn, idle time.Duration) *meter {
	m := &meter{Conn: c, start: time.Now()}
	m.idle.Store(int64(idle))
	return m
}

// quiet is how long nothing has passed either way. Who sends much to a slow peer hears nothing for long; where the peer is gone
// the writes stand still too, once the kernel's buffer is full.
func (m *meter) quiet() time.Duration {
	return time.Since(m.start) - time.Duration(m.moved.Load())
}

func (m *meter) stir() { m.moved.Store(int64(time.Since(m.start))) }

// deafen ends the read under way and all later ones.
func (m *meter) deafen() {
	m.deaf.Store(true)
	_ = m.Conn.SetReadDeadline(time.Unix(1, 0))
}

// hurry leaves a second for what is written from now on: the goodbye.
func (m *meter) hurry() {
	m.idle.Store(int64(time.Second))
	_ = m.Conn.SetWriteDeadline(time.Now().Add(time.Second))
}

func (m *meter) deadline() time.Time { return time.Now().Add(time.Duration(m.idle.Load())) }

func (m *meter) total() int64 { return m.in.Load() + m.out.Load() + m.extra.Load() }

// left is how many bytes the budget still has, a large number without one; none when the link's window is about to close.
func (m *meter) left() int64 {
	if !m.ends.IsZero() && time.Until(m.ends) < closing {
		return 0
	}
	if limit := m.cap.Load(); limit > 0 {
		return limit - m.total()
	}
	return 1 << 62
}

func (m *meter) over() error {
	most := int64(-slack)
	if m.budget != nil {
		most = -MaxFrame
	}
	if m.left() < most {
		return fmt.Errorf("exchange: %d bytes moved, the budget is %d", m.total(), m.cap.Load())
	}
	return nil
}

func (m *meter) Read(b []byte) (int, error) {
	if err := m.over(); err != nil {
		return 0, err
	}
	_ = m.Conn.SetReadDeadline(m.deadline())
	if m.deaf.Load() {
		return 0, os.ErrDeadlineExceeded
	}
	n, err := m.Conn.Read(b)
	if paid := m.pay(int64(n), int64(n)); paid != nil && err == nil {
		err = paid
	}
	if n > 0 {
		m.in.Add(int64(n))
		m.stir()
	}
	return n, err
}

func (m *meter) Write(b []byte) (int, error) {
	if err := m.over(); err != nil {
		return 0, err
	}
	if err := m.pay(int64(len(b)), 0); err != nil {
		return 0, err
	}
	_ = m.Conn.SetWriteDeadline(m.deadline())
	n, err := m.Conn.Write(b)
	if n > 0 {
		m.out.Add(int64(n))
		m.stir()
	}
	return n, err
}

// pay counts n bytes, and what the connection has moved beyond since it was last asked; read of n were just read.
func (m *meter) pay(n, read int64) error {
	if m.budget == nil {
		return nil
	}
	now := beyond(m.Conn, m.in.Load()+read)
	return m.budget.spend(n + now - m.extra.Swap(now))
}

// Close counts the last packets too.
func (m *meter) Close() error {
	m.closing.Do(func() { _ = m.pay(0, 0) })
	return m.Conn.Close()
}

// A frameWriter puts frames onto a byte stream. What is queued waits for flush, or until there is much of it, so that many
// small frames share a TLS record (22 bytes) and a packet (66). It is safe for concurrent use.
type frameWriter struct {
	mu   sync.Mutex
	w    io.Writer
	buf  []byte // queued
	gone int    // bytes written
}

// What is written at once grows from a packet to half a frame: a cut loses no more than had gone before it, so a contact
// that is too short for large records brings something too.
const (
	writeLeast = 1400
	writeMost  = MaxFrame / 2
)

// frame writes one frame, after all that was queued.
func (f *frameWriter) frame(k kind, payload []byte) error {
	return errors.Join(f.queue(k, payload), f.flush())
}

// message is queueMessage, at once.
func (f *frameWriter) message(k kind, payload []byte) error {
	return errors.Join(f.queueMessage(k, payload), f.flush())
}

// queue appends one frame to what goes out next. No write is longer than MaxFrame, which is one TLS record.
func (f *frameWriter) queue(k kind, payload []byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.buf)+frameHeader+len(payload)+frameTrailer > MaxFrame {
		if err := f.write(); err != nil {
			return err
		}
	}
	if f.buf = appendFrame(f.buf, k, payload); len(f.buf) >= min(max(f.gone, writeLeast), writeMost) {
		return f.write()
	}
	return nil
}

// queueMessage queues payload as one frame of kind k, after as many kindPart frames as it needs. Only one goroutine of a
// session queues messages, so parts are never mixed.
func (f *frameWriter) queueMessage(k kind, payload []byte) error {
	for len(payload) > maxPayload {
		if err := f.queue(kindPart, payload[:maxPayload]); err != nil {
			return err
		}
		payload = payload[maxPayload:]
	}
	return f.queue(k, payload)
}

// flush writes what is queued.
func (f *frameWriter) flush() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.write()
}

// pending is how many bytes are queued.
func (f *frameWriter) pending() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.buf)
}

// write needs mu.
func (f *frameWriter) write() error {
	if len(f.buf) == 0 {
		return nil
	}
	n, err := f.w.Write(f.buf)
	f.gone, f.buf = f.gone+n, f.buf[:0]
	return err
}

// What parts may add up to: before the peer's standing is known, and after; and what may be skipped in one session.
const (
	maxGreeting = 64 << 10
	maxMessage  = segment.MaxEnvelope
	maxSkipped  = 4 << 20
)

// A messageReader joins parts to messages. It holds one message, never more.
type messageReader struct {
	frames  *frameReader
	limit   int
	skipped int // bytes in frames of unknown kinds
}

// next reads one message. A payload of one frame is valid until the following call, a longer one is the caller's.
func (m *messageReader) next() (kind, []byte, error) {
	var parts []byte
	for {
		k, payload, err := m.frames.next()
		if err != nil {
			return 0, nil, err
		}
		switch {
		case k == 0 || k > kindLast:
			if m.skipped += len(payload) + frameHeader; m.skipped > maxSkipped {
				return 0, nil, errPeer("sent more than 4 MiB of frames that this release does not know")
			}
		case len(parts)+len(payload) > m.limit:
			return 0, nil, errPeer(fmt.Sprintf("sent a message of more than %d bytes", m.limit))
		case k == kindPart:
			parts = append(parts, payload...)
		case len(parts) == 0:
			return k, payload, nil
		default:
			return k, append(parts, payload...), nil
		}
	}
}
