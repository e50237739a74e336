package wire

import (
	"errors"
	"io"
	"net"

	"golang.org/x/sys/unix"
)

// httpBuffer is the size of net/http's buffer for writing. A bufio.Writer sends itself full when there is more, and when
// the answer ends just there.
const httpBuffer = 4 << 10

// Write tells the kernel when net/http is about to write on. An answer of more than its buffer of 4 KiB is two writes:
// the full buffer, then the rest. Each on its own is a packet, an interrupt and a reader woken up; with MSG_MORE the
// first waits for the second, in the kernel and for 200 ms at most (tcp(7), TCP_CORK). push ends the wait of one that
// was the last.
func (c *Conn) Write(b []byte) (int, error) {
	c.held = len(b) == httpBuffer
	if !c.held {
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

// ReadFrom is sendfile where it can be.
func (c *Conn) ReadFrom(r io.Reader) (int64, error) {
	c.held = false
	return c.TCPConn.ReadFrom(r)
}

// push sends what still waits for more: setting TCP_NODELAY, set or not, does (tcp(7)).
func (c *Conn) push() {
	if c.held {
		c.held = false
		_ = c.SetNoDelay(true) // at worst it goes 200 ms later
	}
}
