// Package netlab is two places and a bad road between them on one Linux machine: network namespaces whose link is slow, lossy,
// late, metered or cut, with counters of every byte. For tests and measurements; it needs root.
package netlab

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// The addresses of both places, and those under which the road's middle is seen from each.
const (
	AddrA, AddrB = "10.91.1.1", "10.91.2.1"
	NearA, NearB = "10.91.1.2", "10.91.2.2"
)

// A Place is one of the namespaces.
type Place string

const (
	A      Place = "a"
	Middle Place = "m"
	B      Place = "b"
)

// A Lab is the three namespaces. Its methods are for one goroutine; Close ends it all.
type Lab struct {
	name  string
	relay *relay
}

var labs atomic.Int32

// New makes a perfect road: A and B reach each other through the middle, which forwards. errors.ErrUnsupported where
// this cannot be done: no root, no ip or nft command, a kernel without namespaces.
func New() (*Lab, error) {
	for _, tool := range []string{"ip", "tc", "nft"} {
		if _, err := exec.LookPath(tool); err != nil {
			return nil, fmt.Errorf("netlab: %w: %w", err, errors.ErrUnsupported)
		}
	}
	l := &Lab{name: fmt.Sprintf("lamplight-%d-%d", os.Getpid(), labs.Add(1))}
	if err := l.build(); err != nil {
		return nil, fmt.Errorf("%w: %w", errors.Join(err, l.Close()), errors.ErrUnsupported)
	}
	return l, nil
}

func (l *Lab) build() error {
	var err error
	try := func(args ...string) {
		if err == nil {
			err = run(exec.Command("ip", args...))
		}
	}
	for _, p := range []Place{A, Middle, B} {
		try("netns", "add", l.space(p))
		try("-n", l.space(p), "link", "set", "dev", "lo", "up")
	}
	for _, end := range []struct {
		at            Place
		own, far      string
		addr, through string
	}{{A, "va", "ma", AddrA, NearA}, {B, "vb", "mb", AddrB, NearB}} {
		try("link", "add", end.own, "netns", l.space(end.at), "type", "veth", "peer", "name", end.far, "netns", l.space(Middle))
		try("-n", l.space(end.at), "addr", "add", end.addr+"/24", "dev", end.own)
		try("-n", l.space(Middle), "addr", "add", end.through+"/24", "dev", end.far)
		try("-n", l.space(end.at), "link", "set", "dev", end.own, "up")
		try("-n", l.space(Middle), "link", "set", "dev", end.far, "up")
		try("-n", l.space(end.at), "route", "add", "default", "via", end.through)
	}
	if err != nil {
		return err
	}
	for _, p := range []Place{A, Middle, B} {
		const quiet = "echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6; echo 1 > /proc/sys/net/ipv4/ip_forward"
		if err := run(l.Command(p, "sh", "-c", quiet)); err != nil {
			return err
		}
	}
	return l.plainPackets()
}

func run(cmd *exec.Cmd) error {
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %.300s", strings.Join(cmd.Args, " "), err, out)
	}
	return nil
}

func (l *Lab) space(p Place) string { return l.name + "-" + string(p) }

// Close takes everything away. What runs inside keeps its namespace until it ends.
func (l *Lab) Close() error {
	l.Relay(nil, 0)
	var errs []error
	for _, p := range []Place{A, Middle, B} {
		if _, err := os.Stat(filepath.Join("/run/netns", l.space(p))); err == nil {
			errs = append(errs, run(exec.Command("ip", "netns", "del", l.space(p))))
		}
	}
	return errors.Join(errs...)
}

// Command is a command that will run at a place; its process id is the command's own.
func (l *Lab) Command(at Place, args ...string) *exec.Cmd {
	return exec.Command("ip", append([]string{"netns", "exec", l.space(at)}, args...)...)
}

// Inside runs fn on a thread that is at a place: sockets made by it stay there.
func (l *Lab) Inside(at Place, fn func() error) error {
	runtime.LockOSThread()
	own, err := os.Open("/proc/thread-self/ns/net")
	if err != nil {
		return err
	}
	defer own.Close()
	there, err := os.Open(filepath.Join("/run/netns", l.space(at)))
	if err != nil {
		return err
	}
	defer there.Close()
	if err := unix.Setns(int(there.Fd()), unix.CLONE_NEWNET); err != nil {
		return err
	}
	err = fn()
	if back := unix.Setns(int(own.Fd()), unix.CLONE_NEWNET); back == nil {
		runtime.UnlockOSThread() // else the thread ends with its goroutine
	}
	return err
}

// Rate makes both directions of both halves of the road as slow as so many bits a second; 0 is no limit.
func (l *Lab) Rate(bits int) error {
	for dev, p := range map[string]Place{"va": A, "vb": B, "ma": Middle, "mb": Middle} {
		if bits == 0 {
			_ = run(exec.Command("tc", "-n", l.space(p), "qdisc", "del", "dev", dev, "root")) // there may be none
			continue
		}
		cmd := exec.Command("tc", "-n", l.space(p), "qdisc", "replace", "dev", dev, "root", "tbf",
			"rate", strconv.Itoa(bits)+"bit", "burst", "3000", "latency", "4s")
		if err := run(cmd); err != nil {
			return err
		}
	}
	return nil
}

// Rules replaces what the middle does with packets: rule is one of nft's, as in "numgen random mod 100 < 30 drop" or
// "quota over 20 kbytes drop", and sees every packet that comes to it; "" lets all pass.
func (l *Lab) Rules(rule string) error {
	_ = run(l.Command(Middle, "nft", "flush", "ruleset")) // there may be none
	if rule == "" {
		return nil
	}
	cmd := l.Command(Middle, "nft", "-f", "-")
	cmd.Stdin = strings.NewReader("table inet road {\n chain every { " + rule + "; }\n" +
		" chain arriving { type filter hook input priority 0; jump every; }\n" +
		" chain passing { type filter hook forward priority 0; jump every; }\n}\n")
	return run(cmd)
}

// Cut takes the road away, or gives it back.
func (l *Lab) Cut(away bool) error {
	state := "up"
	if away {
		state = "down"
	}
	return errors.Join(
		run(exec.Command("ip", "-n", l.space(Middle), "link", "set", "dev", "ma", state)),
		run(exec.Command("ip", "-n", l.space(Middle), "link", "set", "dev", "mb", state)))
}

// A Count is what went over a place's interface: bytes with Ethernet's, IP's and TCP's headers.
type Count struct{ Received, Sent, PacketsIn, PacketsOut int64 }

// All is both directions.
func (c Count) All() int64 { return c.Received + c.Sent }

// Since is what came after before.
func (c Count) Since(before Count) Count {
	return Count{c.Received - before.Received, c.Sent - before.Sent, c.PacketsIn - before.PacketsIn, c.PacketsOut - before.PacketsOut}
}

// Count reads the counters of A's or B's interface.
func (l *Lab) Count(at Place) (Count, error) { return l.CountOf(at, "v"+string(at)) }

// CountOf reads those of any interface: "lo" too.
func (l *Lab) CountOf(at Place, dev string) (Count, error) {
	out, err := l.Command(at, "cat", "/proc/net/dev").Output()
	if err != nil {
		return Count{}, err
	}
	for line := range strings.Lines(string(out)) {
		name, rest, ok := strings.Cut(strings.TrimSpace(line), ":")
		f := strings.Fields(rest)
		if !ok || name != dev || len(f) < 10 {
			continue
		}
		number := func(i int) int64 { n, _ := strconv.ParseInt(f[i], 10, 64); return n }
		return Count{number(0), number(8), number(1), number(9)}, nil
	}
	return Count{}, fmt.Errorf("netlab: no counters of %s: %w", dev, os.ErrNotExist)
}
