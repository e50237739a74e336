package exchange

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"time"
)

// An Upstream is the district as a box reaches it: always by calling it, over a link that may cost money and be there for
// part of the day only. While its window is closed, or its budget spent, not one byte is sent.
type Upstream struct {
	// Addrs lists where the district's exchange may answer, HOST:PORT, the likeliest first; none: not yet.
	Addrs func() []string
	Hours Hours
	// Budget counts and bounds what the link carries; nil is no bound. It is settled after each contact.
	Budget *Budget
	// Metered keeps blobs above 256 KiB off the link.
	Metered bool
	// Now is the box's time, and whether it is believed. Where it is not, hours cannot be kept: then the link counts as
	// open, and the budget alone bounds it.
	Now func() (t time.Time, sure bool)
	// Hello asks cheaply whether the district holds what this box holds; nil, or an error, and a session finds out.
	// digest is of what is held, as the district names it too.
	Hello func(ctx context.Context, digest [8]byte) (same bool, err error)
}

// UpstreamStatus is how it stands with the link to the district.
type UpstreamStatus struct {
	Open    bool       `json:"open"`            // the window is open, or the link has no hours
	Until   *time.Time `json:"until,omitempty"` // when it closes, or when the next opens
	Metered bool       `json:"metered"`
	Spending
	Contact  int64      `json:"contact"` // seconds that a contact lasts as a rule; 0 not known
	Last     *time.Time `json:"last"`    // that worked, a hello too; null: none since this process started
	LastMiss string     `json:"last_error,omitempty"`
	Why      string     `json:"why,omitempty"` // of LastMiss, a code of why.go
}

// upstream is what the Node knows of its Upstream.
type upstream struct {
	*Upstream
	tls *tls.Config // with a memory for tickets: the second handshake of a day is shorter

	mu     sync.Mutex
	peer   string    // device id of who answered last
	window time.Time // whose window the last contact was in
	last   time.Time // that worked; monotonic
	next   time.Time // after failures: not before
	status UpstreamStatus
	sum    Summary // of the last session
	fails  int
}

// leastContact is what must be left of a budget for a call to be worth it: a handshake and a hello.
const leastContact = 6 << 10

func (n *Node) openUpstream() {
	if n.o.Upstream == nil || n.o.Upstream.Addrs == nil {
		return
	}
	u := &upstream{Upstream: n.o.Upstream, tls: n.tls.Clone()}
	u.tls.ClientSessionCache = tls.NewLRUClientSessionCache(4)
	u.status.Metered = u.Metered
	n.up = u
}

// Upstream says how it stands with the link to the district; false without one.
func (n *Node) Upstream() (UpstreamStatus, bool) {
	if n.up == nil {
		return UpstreamStatus{}, false
	}
	n.up.mu.Lock()
	defer n.up.mu.Unlock()
	st := n.up.status
	if n.up.Budget != nil {
		st.Spending = n.up.Budget.Spending()
	}
	if n.up.peer != "" {
		st.Contact = n.contacts.get(n.up.peer).Length / 1000
	}
	return st, true
}

// upward keeps calling the district until ctx is done.
func (n *Node) upward(ctx context.Context) {
	for {
		changed := n.o.Log.Changed()
		rest := n.lookUp(ctx)
		timer := time.NewTimer(rest)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
			continue
		case <-n.upKick:
		case <-changed: // the pace of calls is lookUp's
			if wait(ctx, n.pace.Coalesce) != nil {
				timer.Stop()
				return
			}
		}
		timer.Stop()
	}
}

// CallUpstream makes the node look at once whether the district should be called, hours and budget permitting.
func (n *Node) CallUpstream() {
	if n.up == nil {
		return
	}
	n.up.mu.Lock()
	n.up.last, n.up.next = time.Time{}, time.Time{}
	n.up.mu.Unlock()
	select {
	case n.upKick <- struct{}{}:
	default:
	}
}

// lookAgain is how often a shut link is looked at: the clock may be set meanwhile.
const lookAgain = time.Minute

// lookUp calls the district if it may and if there is a reason, and says how long to rest.
func (n *Node) lookUp(ctx context.Context) time.Duration {
	u := n.up
	since, until, left := u.turnPage()
	rest := min(max(left, time.Millisecond), lookAgain)
	switch {
	case since.IsZero() || !n.underDistrict():
		return rest
	case u.Budget != nil && u.Budget.Left() < leastContact:
		u.missed(errLinkSpent)
		return rest
	}
	changed := n.newsForDistrict()
	if due := u.due(since, n.pace, changed); due > 0 {
		return min(due, rest)
	}
	if err := n.through(ctx, changed, until, left); err != nil && !errors.Is(err, ErrBusy) {
		u.retry(n.backoff, n.pace.RetryMax, err)
		return 0
	}
	u.worked(n.o.Now())
	return 0
}

// due is how long until the district should be called; a window that has just opened is a reason of its own.
func (u *upstream) due(window time.Time, p Pace, changed bool) time.Duration {
	u.mu.Lock()
	defer u.mu.Unlock()
	first := !u.window.Equal(window)
	u.window = window
	switch {
	case first:
		return 0
	case u.fails > 0:
		return time.Until(u.next)
	case changed:
		return time.Until(u.last.Add(p.Thin))
	}
	return time.Until(u.last.Add(p.Ask))
}

// closing is how long before its window ends a contact begins nothing more.
const closing = 3 * time.Second

// through is one contact, within the window.
func (n *Node) through(ctx context.Context, changed bool, until time.Time, left time.Duration) error {
	var ends time.Time
	if !until.IsZero() {
		ends = time.Now().Add(left)
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, ends)
		defer cancel()
	}
	err := n.contact(ctx, changed, ends)
	if errors.Is(err, context.DeadlineExceeded) && !ends.IsZero() {
		err = errWindow
	}
	if b := n.up.Budget; b != nil {
		err = errors.Join(err, b.Settle())
	}
	return err
}

var (
	errWindow    = errors.New("exchange: the hours of the link are over; it goes on when they come again")
	errLinkSpent = fmt.Errorf("what the link may carry is used up: %w", errBudget)
)

// turnPage looks at the clock: since is when the window opened, zero while it is shut; left how long until that changes.
func (u *upstream) turnPage() (since, until time.Time, left time.Duration) {
	now, sure := time.Now(), true
	if u.Now != nil {
		now, sure = u.Now()
	}
	hours := u.Hours
	if !sure {
		hours = nil
	}
	since, until = hours.At(now)
	left = lookAgain
	if !until.IsZero() {
		left = until.Sub(now)
	}
	u.mu.Lock()
	u.status.Open, u.status.Until = !since.IsZero(), nil
	if !until.IsZero() {
		u.status.Until = &until
	}
	u.mu.Unlock()
	if u.Budget != nil && !since.IsZero() {
		u.Budget.At(now, sure, since)
	}
	return since, until, left
}

func (u *upstream) worked(at time.Time) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.last, u.fails = time.Now(), 0
	u.status.Last, u.status.LastMiss, u.status.Why = &at, "", ""
}

func (u *upstream) missed(err error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.status.LastMiss, u.status.Why = clip(err.Error()), whyOf(err)
}

// retry notes a contact that failed and when the next may be tried.
func (u *upstream) retry(backoff func(int) time.Duration, most time.Duration, err error) {
	u.missed(err)
	u.mu.Lock()
	defer u.mu.Unlock()
	u.fails++
	rest := backoff(u.fails)
	if errors.Is(err, fs.ErrPermission) {
		rest = most
	}
	u.next = time.Now().Add(rest)
}
