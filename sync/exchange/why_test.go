package exchange

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"syscall"
	"testing"
	"time"
)

func TestEveryFailureOfAMeetingHasACodeThatPeopleHaveWordsFor(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := l.Addr().String()
	l.Close()
	_, refused := dialTCP(context.Background(), closed)
	for _, x := range []struct {
		err  error
		want string
	}{
		{refused, WhyClosed},
		{fmt.Errorf("calling: %w", &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.EHOSTUNREACH)}), WhyNoAnswer},
		{&net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ENETUNREACH)}, WhyNoRoute},
		{context.DeadlineExceeded, WhyNoAnswer},
		{fmt.Errorf("read: %w", os.ErrDeadlineExceeded), WhySilent},
		{fmt.Errorf("%w: %w", errBye, fs.ErrPermission), WhyStranger},
		{errPeer("sent a frame of no kind"), WhyProtocol},
		{fmt.Errorf("read: %w", io.ErrUnexpectedEOF), WhyCut},
		{&os.PathError{Op: "write", Err: syscall.ENOSPC}, WhyFull},
		{errBudget, WhyBudget},
		{errors.New("something new"), WhyOther},
	} {
		if got := whyOf(x.err); got != x.want {
			t.Errorf("%v is %q, want %q", x.err, got, x.want)
		}
	}
}

func TestARateIsLearntFromSessionsThatCarriedMuch(t *testing.T) {
	var c contact
	c.carried(1500, time.Second) // all handshake
	if c.Rate != 0 {
		t.Errorf("rate %d from a session that carried nothing", c.Rate)
	}
	c.carried(100_000, 10*time.Second)
	if c.Rate != 10_000 {
		t.Errorf("rate %d, want 10000", c.Rate)
	}
	for range 20 {
		c.carried(100_000, 100*time.Second)
	}
	if c.Rate < 1000 || c.Rate > 1100 {
		t.Errorf("rate %d after twenty slow sessions, want about 1000", c.Rate)
	}
}
