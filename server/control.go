package server

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// A Request is a command for a running node, sent as one line of JSON over its Unix socket.
type Request struct {
	Args []string `json:"args"` // the command's name first
	CWD  string   `json:"cwd"`
	JSON bool     `json:"json"`
	TTY  bool     `json:"tty"`
}

// A reply is one line of the answer: something printed, or the exit status, which ends it.
type reply struct {
	Out  []byte `json:"out,omitempty"`
	Err  []byte `json:"err,omitempty"`
	Exit *int   `json:"exit,omitempty"`
}

// A Commander runs a Request inside the node. Package cli is one; it is handed over so that server need not import it.
type Commander func(ctx context.Context, s *Server, r Request, out, errs io.Writer) (status int)

// ErrNoNode says that no node runs on a data folder.
var ErrNoNode = errors.New("no node is running on this data folder")

func socketPath(dir string) string { return filepath.Join(dir, "run", "lamplight.sock") }

// Ask sends a command to the node that runs on dir, copies what it prints and returns its exit status.
// ErrNoNode when none runs; a socket that nobody listens at counts as none.
func Ask(ctx context.Context, dir string, r Request, out, errs io.Writer) (int, error) {
	path, done, err := shortSocket(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, ErrNoNode
	}
	if err != nil {
		return 0, err
	}
	defer done()
	conn, err := (&net.Dialer{Timeout: 5 * time.Second}).DialContext(ctx, "unix", path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ECONNREFUSED) {
		return 0, ErrNoNode
	}
	if err != nil {
		return 0, fmt.Errorf("server: asking the node: %w", err)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	if err := json.NewEncoder(conn).Encode(r); err != nil {
		return 0, fmt.Errorf("server: asking the node: %w", err)
	}
	for answers := json.NewDecoder(conn); ; {
		var a reply
		if err := answers.Decode(&a); err != nil {
			return 0, fmt.Errorf("server: the node stopped before it answered: %w", err)
		}
		out.Write(a.Out)
		errs.Write(a.Err)
		if a.Exit != nil {
			return *a.Exit, nil
		}
	}
}

// shortSocket gives an address for the socket that fits the 108 bytes of sockaddr_un: where the folder's name is too
// long, through /proc/self/fd by a descriptor of our own. done closes what it needs to stay good.
func shortSocket(dir string) (path string, done func(), err error) {
	path = socketPath(dir)
	if len(path) < 104 {
		return path, func() {}, nil
	}
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return "", nil, err
	}
	return fmt.Sprintf("/proc/self/fd/%d/lamplight.sock", d.Fd()), func() { d.Close() }, nil
}

// A controlListener is the socket, with what its address needs.
type controlListener struct {
	net.Listener
	done func()
}

func (l controlListener) Close() error {
	defer l.done() // after the file was removed
	return l.Listener.Close()
}

// listenControl makes the socket. Only the user who runs the node may open it: its folder is 0700.
func (s *Server) listenControl() (net.Listener, error) {
	path, done, err := shortSocket(s.dir)
	if err != nil {
		return nil, err
	}
	if err = os.Remove(path); errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	var l net.Listener
	if err == nil {
		l, err = net.Listen("unix", path)
	}
	if err != nil {
		done()
		return nil, fmt.Errorf("server: control socket: %w", err)
	}
	return controlListener{l, done}, nil
}

// serveControl answers commands until ctx ends. After a failure it listens anew.
func (s *Server) serveControl(ctx context.Context, run Commander) (err error) {
	l := s.run.control
	s.run.control = nil
	if l == nil {
		if l, err = s.listenControl(); err != nil {
			return err
		}
	}
	defer l.Close()
	defer context.AfterFunc(ctx, func() { l.Close() })()
	var calls sync.WaitGroup
	defer calls.Wait()
	for {
		conn, err := l.Accept()
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return fmt.Errorf("server: control socket: %w", err)
		}
		calls.Go(func() { s.control(ctx, conn, run) })
	}
}

// control answers one connection. When the asker hangs up, the command's context ends.
func (s *Server) control(ctx context.Context, conn net.Conn, run Commander) {
	defer conn.Close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	in := bufio.NewReader(io.LimitReader(conn, 1<<20))
	line, err := in.ReadBytes('\n')
	if err != nil {
		return
	}
	conn.SetReadDeadline(time.Time{})
	var r Request
	if err := json.Unmarshal(line, &r); err != nil {
		return
	}
	go func() { // ends with conn, which this function closes
		in.ReadByte()
		cancel()
	}()
	w := &replies{enc: json.NewEncoder(conn)}
	status := run(ctx, s, r, w.part(func(b []byte) reply { return reply{Out: b} }), w.part(func(b []byte) reply { return reply{Err: b} }))
	w.send(reply{Exit: &status})
}

// replies writes answers one at a time: out and err share the connection.
type replies struct {
	mu  sync.Mutex
	enc *json.Encoder
}

func (w *replies) send(a reply) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.enc.Encode(a)
}

func (w *replies) part(of func([]byte) reply) io.Writer {
	return writerFunc(func(b []byte) (int, error) { return len(b), w.send(of(b)) })
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }
