package netlab

import (
	"io"
	"net"
	"testing"
	"time"
)

// lab is one for the test's time.
func lab(t *testing.T) *Lab {
	t.Helper()
	l, err := New()
	if err != nil {
		t.Skipf("this test needs network namespaces: %v", err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

// send carries size bytes from A to an address that B listens on, and says how long until the last came.
func send(t *testing.T, l *Lab, to string, size int) time.Duration {
	t.Helper()
	var ln net.Listener
	var c net.Conn
	if err := l.Inside(B, func() (err error) { ln, err = net.Listen("tcp", AddrB+":7947"); return err }); err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	got, began := make(chan int64, 1), time.Now()
	go func() {
		far, err := ln.Accept()
		if err != nil {
			got <- -1
			return
		}
		n, _ := io.Copy(io.Discard, far)
		far.Close()
		got <- n
	}()
	if err := l.Inside(A, func() (err error) { c, err = net.DialTimeout("tcp", to, 5*time.Second); return err }); err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Write(make([]byte, size)); err != nil {
		t.Fatal(err)
	}
	if err := c.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if n := <-got; n != int64(size) {
		t.Fatalf("%d bytes came, of %d", n, size)
	}
	return time.Since(began)
}

func TestTheRoadCountsEveryByteAndIsAsBadAsItIsTold(t *testing.T) {
	l := lab(t)
	before, err := l.Count(A)
	if err != nil {
		t.Fatal(err)
	}
	send(t, l, AddrB+":7947", 100_000)
	after, err := l.Count(A)
	if err != nil {
		t.Fatal(err)
	}
	if n := after.Since(before); n.Sent < 104_000 || n.Sent > 115_000 || n.PacketsOut < 69 {
		t.Errorf("100,000 bytes were counted as %+v", n)
	}
	if err := l.Rate(100_000); err != nil {
		t.Fatal(err)
	}
	if took := send(t, l, AddrB+":7947", 10_000); took < 500*time.Millisecond {
		t.Errorf("10,000 bytes at 100 kbit/s took %v", took)
	}
	if err := l.Rate(0); err != nil {
		t.Fatal(err)
	}
	if err := l.Relay([]int{7947}, 300*time.Millisecond); err != nil {
		t.Fatal(err)
	}
	if took := send(t, l, NearA+":7947", 1000); took < 300*time.Millisecond {
		t.Errorf("through a relay of 300 ms a byte took %v", took)
	}
	if err := l.Rules("quota over 3 kbytes drop"); err != nil {
		t.Fatal(err)
	}
	if err := l.Inside(A, func() error { return send3k() }); err == nil {
		t.Error("20,000 bytes went through a quota of 3,000")
	}
}

// send3k writes to the relay until nobody acknowledges any more.
func send3k() error {
	c, err := net.DialTimeout("tcp", NearA+":7947", time.Second)
	if err != nil {
		return err
	}
	defer c.Close()
	_, _ = c.Write(make([]byte, 20_000))
	_ = c.SetReadDeadline(time.Now().Add(time.Second))
	_, err = c.Read(make([]byte, 1))
	return err
}
