package server

import (
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"lamplight/server/wire"
)

func TestOneTooManyIsClosedAndTheOthersStay(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := newCrowd()
	c.ofOne = 3
	srv := &http.Server{ConnState: c.note, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "here") })}
	done := make(chan error)
	go func() { done <- srv.Serve(wire.Listen(l, wire.Options{})) }()
	ask := func(conn net.Conn) error {
		conn.SetDeadline(time.Now().Add(10 * time.Second))
		io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		_, err := io.ReadAtLeast(conn, make([]byte, 12), 12)
		return err
	}
	var open []net.Conn
	for i := range 5 {
		conn, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		open = append(open, conn)
		if err := ask(conn); (err == nil) != (i < 3) {
			t.Errorf("connection %d of at most 3: %v", i+1, err)
		}
	}
	if err := ask(open[0]); err != nil {
		t.Errorf("the first, once there were too many: %v", err)
	}
	open[1].Close()
	for deadline := time.Now().Add(10 * time.Second); ; { // until the server has seen that
		conn, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		err = ask(conn)
		conn.Close()
		if err == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("after one has left there is no room: %v", err)
		}
	}
	srv.Close()
	if err := <-done; !errors.Is(err, http.ErrServerClosed) {
		t.Error(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.all < 0 || c.all > 3 {
		t.Errorf("%d are counted in the end", c.all)
	}
}
