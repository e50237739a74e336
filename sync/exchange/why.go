package exchange

import (
	"crypto/tls"
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"syscall"
	"time"
)

// Why a meeting failed, as PeerStatus.Why and contacts keep it: codes that pages have words for. One that is not in this
// list (of a newer box, of a stick) is kept and shown as WhyOther.
const (
	WhyNoAnswer = "no-answer" // nobody at the address: off, out of reach, or it moved
	WhyNoRoute  = "no-route"  // this box has no network that leads there
	WhyClosed   = "closed"    // a machine is there, but no Lamplight listens
	WhyCut      = "cut"       // the connection broke under way; it goes on at the next
	WhySilent   = "silent"    // connected, then no word within the time
	WhyStranger = "stranger"  // it does not trust this box, or was revoked there, or is another box
	WhyProtocol = "protocol"  // what it said is not to be understood: an old or damaged program
	WhyFull     = "full"      // no room on this box's card
	WhyFork     = "fork"      // both hold as much, but not the same
	WhyBudget   = "budget"    // the bytes that may be moved were used up
	WhyWindow   = "window"    // outside the hours in which the link may be used
	WhyClone    = "clone"     // it is this very box: a copied card
	WhyOther    = "other"
)

// whyOf is the code of an error that ended a call or a session.
func whyOf(err error) string {
	var peer *peerError
	var alert tls.AlertError
	var timeout net.Error
	switch {
	case errors.Is(err, errWindow):
		return WhyWindow
	case errors.Is(err, errBudget):
		return WhyBudget
	case errors.Is(err, syscall.ENOSPC):
		return WhyFull
	case errors.Is(err, fs.ErrPermission):
		return WhyStranger
	case errors.As(err, &peer), errors.As(err, &alert):
		return WhyProtocol
	case errors.Is(err, syscall.ECONNREFUSED):
		return WhyClosed
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EADDRNOTAVAIL):
		return WhyNoRoute
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ETIMEDOUT):
		return WhyNoAnswer
	case errors.Is(err, os.ErrDeadlineExceeded):
		return WhySilent
	case errors.As(err, &timeout) && timeout.Timeout():
		return WhyNoAnswer
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed),
		errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return WhyCut
	case errors.Is(err, fs.ErrInvalid):
		return WhyProtocol
	}
	return WhyOther
}

// failed notes why a peer was not met, or not to the end.
func (c *contact) failed(err error) { c.Error, c.Why = clip(err.Error()), whyOf(err) }

const (
	// leastCarried is from how many bytes a session says something of the link: below, it is all handshake.
	leastCarried = 16 << 10
	// rateWeight is how much of the new rate is in the new figure, in eighths.
	rateWeight = 3
)

// carried notes how fast a session was, both ways together.
func (c *contact) carried(bytes int64, took time.Duration) {
	if bytes < leastCarried {
		return
	}
	rate := max(1, int64(float64(bytes)/max(took.Seconds(), 0.001)))
	if c.Rate > 0 {
		rate = (c.Rate*(8-rateWeight) + rate*rateWeight) / 8
	}
	c.Rate = rate
}

// via says by what way a session went, as far as the address tells: "lan" for addresses of private networks and links,
// "upstream" for others.
func via(a net.Addr) string {
	host, _, err := net.SplitHostPort(a.String())
	if err != nil {
		return "lan"
	}
	ip := net.ParseIP(host)
	if ip == nil || ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() {
		return "lan"
	}
	return "upstream"
}
