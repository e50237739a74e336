package server

import (
	"errors"
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// A moreListener's connections tell the kernel when net/http is about to write on. An answer of more than its buffer of
// 4 KiB is two writes: the full buffer, then the rest. Each on its own is a packet, an interrupt and a reader woken up;
// with MSG_MORE the first waits for the second, in the kernel and for 200 ms at most (tcp(7), TCP_CORK).
type moreListener struct{ net.Listener }

func (l moreListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if t, ok := c.(*net.TCPConn); ok && err == nil {
		if raw, err := t.SyscallConn(); err == nil {
			return &moreConn{t, raw}, nil
		}
	}
	return c, err
}

// moreConn keeps every method of a TCPConn: net/http finds its ReadFrom, which is sendfile.
type moreConn struct {
	*net.TCPConn
	raw syscall.RawConn
}

// httpBuffer is the size of net/http's buffer for writing. A bufio.Writer sends itself full only when there is more.
const httpBuffer = 4 << 10

func (c *moreConn) Write(b []byte) (int, error) {
	if len(b) != httpBuffer {
		return c.TCPConn.Write(b)
	}
	sent, err := 0, error(nil)
	waited := c.raw.Write(func(fd uintptr) bool {
		sent, err = unix.SendmsgN(int(fd), b, nil, nil, unix.MSG_MORE|unix.MSG_NOSIGNAL)
		return !errors.Is(err, unix.EAGAIN) && !errors.Is(err, unix.EINTR)
	})
	switch {
	case waited != nil:
		return 0, waited
	case err != nil:
		return 0, &net.OpError{Op: "write", Net: "tcp", Source: c.LocalAddr(), Addr: c.RemoteAddr(), Err: err}
	case sent < len(b):
		n, err := c.TCPConn.Write(b[sent:])
		return sent + n, err
	}
	return sent, nil
}
