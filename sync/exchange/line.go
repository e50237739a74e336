package exchange

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"time"
)

// A line is how a connection that this box called is paid for. The zero line is a school's own network: free, and never
// shut.
type line struct {
	budget  *Budget // nil: none
	metered bool    // no blob above smallBlob is begun on it
	tls     *tls.Config
	expect  time.Duration // how long a contact lasts as a rule; 0 not known
	rate    int64         // bytes a second as a rule; 0 not known
	ends    time.Time     // when the window closes; zero: it does not
}

// connect dials and puts a meter around the connection.
func (n *Node) connect(ctx context.Context, addr string, l line) (*meter, error) {
	conn, err := n.o.Dial(ctx, addr)
	if err != nil {
		if l.budget != nil {
			_ = l.budget.spend(failedCall)
		}
		return nil, fmt.Errorf("exchange: calling %s: %w", addr, err)
	}
	return n.meter(conn, l), nil
}

// failedCall is about what a call that nobody answers costs: six SYN.
const failedCall = 6 * 60

func (n *Node) meter(conn net.Conn, l line) *meter {
	m := newMeter(conn, n.pace.Idle)
	if n.o.Budget != nil {
		m.cap.Store(n.o.Budget())
	}
	m.ends = l.ends
	if l.budget != nil {
		m.budget = l.budget
		left := max(l.budget.Left(), 1)
		if limit := m.cap.Load(); left < 1<<60 && (limit == 0 || left < limit) {
			m.cap.Store(left)
		}
	}
	return m
}

// fits says whether n more bytes are likely to get through before the contact ends. Where it has lasted longer than it
// does as a rule, it may last a quarter of that again.
func (s *session) fits(n int64) bool {
	l := s.line
	if l.expect <= 0 || l.rate <= 0 {
		return true
	}
	left := max(l.expect-time.Since(s.meter.start), l.expect/4)
	return n <= int64(left.Seconds()*float64(l.rate))
}

// isCut says whether a session ended because the link did.
func isCut(err error) bool {
	return err != nil && !errors.Is(err, errBye) && !errors.Is(err, fs.ErrInvalid) && !errors.Is(err, fs.ErrPermission)
}

// lasted learns from a contact how long they are: the moving average of those that were cut, and no less than one that
// was not.
func (c *contact) lasted(d time.Duration, cut bool) {
	ms := d.Milliseconds()
	switch {
	case !cut:
		if c.Length > 0 {
			c.Length = max(c.Length, ms)
		}
	case c.Length == 0:
		c.Length = max(ms, 1)
	default:
		c.Length = max(c.Length+(ms-c.Length)/4, 1)
	}
}
