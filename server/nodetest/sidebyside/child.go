package main

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// A child is a server that this program started and will end, by its process id.
type child struct {
	name string
	cmd  *exec.Cmd
	addr string // HOST:PORT it answers at
	out  bytes.Buffer
	done chan struct{} // closed when it has ended
	err  error
}

// serverCPU and loadCPU keep servers and load apart; on a machine of one CPU they share it.
func serverCPU() int { return 0 }

func loadCPU() int { return min(1, runtime.NumCPU()-1) }

// pinSelf moves every thread of this process to one CPU; threads made later inherit it.
func pinSelf(cpu int) error {
	tasks, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return err
	}
	for _, t := range tasks {
		if tid, err := strconv.Atoi(t.Name()); err == nil {
			err = unix.SchedSetaffinity(tid, cpus(cpu))
			if err != nil && !errors.Is(err, unix.ESRCH) {
				return err
			}
		}
	}
	return nil
}

func cpus(cpu int) *unix.CPUSet {
	var s unix.CPUSet
	s.Set(cpu)
	return &s
}

// startChild runs a server on its CPU: a child inherits the affinity of the thread that forks it, so it and every
// thread it makes are pinned from its first instruction on.
func (b *bench) startChild(name, addr string, env []string, args ...string) (*child, error) {
	if b.within != nil {
		args = b.within.wrap(args)
	}
	c := &child{name: name, addr: addr, cmd: exec.Command(args[0], args[1:]...), done: make(chan struct{})}
	c.cmd.Env = append(os.Environ(), env...)
	c.cmd.Stderr = &c.out
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	started := make(chan error)
	go func() { // keeps its thread, for Pdeathsig is of the thread, until the child has ended; stop waits for it
		defer close(c.done)
		runtime.LockOSThread()
		_ = unix.SchedSetaffinity(0, cpus(serverCPU())) // run said so once if it cannot be done
		err := c.cmd.Start()
		started <- err
		if err == nil {
			c.err = c.cmd.Wait()
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return c, nil
}

func (c *child) pid() int { return c.cmd.Process.Pid }

// wait waits until the child accepts connections.
func (c *child) wait() error {
	for start := time.Now(); time.Since(start) < time.Minute; time.Sleep(500 * time.Microsecond) {
		conn, err := net.Dial("tcp", c.addr)
		if err == nil {
			return conn.Close()
		}
		if c.ended() {
			return fmt.Errorf("%s ended before it listened: %w: %.400s", c.name, c.err, c.out.String())
		}
	}
	return fmt.Errorf("%s does not listen at %s", c.name, c.addr)
}

func (c *child) ended() bool {
	select {
	case <-c.done:
		return true
	default:
		return false
	}
}

// stop asks the child to end and after five seconds makes it.
func (c *child) stop() {
	if c == nil || c.ended() {
		return
	}
	_ = c.cmd.Process.Signal(syscall.SIGTERM) // it may just have ended
	select {
	case <-c.done:
	case <-time.After(5 * time.Second):
		_ = c.cmd.Process.Kill()
		<-c.done
	}
}

// kill is the plug pulled.
func (c *child) kill() {
	_ = c.cmd.Process.Kill() // it may have ended
	<-c.done
}

// pids are the child and its own children: nginx works in one.
func (c *child) pids() []int {
	all := []int{c.pid()}
	lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", c.pid()))
	for _, l := range lists {
		b, _ := os.ReadFile(l)
		for _, w := range strings.Fields(string(b)) {
			if pid, err := strconv.Atoi(w); err == nil {
				all = append(all, pid)
			}
		}
	}
	return all
}

// cpu is the processor time the child and its children have used, ended threads included, to the nanosecond: from the
// clock that each process has (clock_getcpuclockid(3); its number is the complement of the process id, then 010 for
// "process, scheduled time").
func (c *child) cpu() time.Duration {
	var all time.Duration
	for _, pid := range c.pids() {
		var t unix.Timespec
		if unix.ClockGettime(int32(^pid)<<3|2, &t) == nil {
			all += time.Duration(t.Nano())
		}
	}
	return all
}

// peak is VmHWM, the most memory the child ever held, in bytes; its children's with it.
func (c *child) peak() int64 {
	var n int64
	for _, pid := range c.pids() {
		n += procNumber(fmt.Sprintf("/proc/%d/status", pid), "VmHWM:") << 10
	}
	return n
}

// runPeak runs a command and gives the most memory that it held, in bytes: VmHWM, looked at every 20 ms, since the ru_maxrss that
// wait4(2) gives is at least what this process itself held when it forked.
func runPeak(cmd *exec.Cmd) (peak int64, err error) {
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case err := <-done:
			return peak, err
		case <-tick.C:
			peak = max(peak, procNumber(fmt.Sprintf("/proc/%d/status", cmd.Process.Pid), "VmHWM:")<<10)
		}
	}
}

func procNumber(path, key string) int64 {
	b, _ := os.ReadFile(path)
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, key); ok {
			n, _ := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			return n
		}
	}
	return 0
}

// freeAddr is an address of this machine's loopback where nobody listens, below the ports that Linux gives to whoever calls
// out: one of those may be taken by a caller before a server listens there.
func freeAddr() (addr string, err error) {
	for range 100 {
		addr = fmt.Sprintf("127.0.0.1:%d", 12000+rand.IntN(20000))
		var l net.Listener
		if l, err = net.Listen("tcp", addr); err == nil {
			return addr, l.Close()
		}
	}
	return "", err
}
