package nodetest

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// inside runs a command in the network namespace of a process.
func inside(t *testing.T, pid int, args ...string) (string, error) {
	t.Helper()
	out, err := exec.Command("nsenter", append([]string{"-t", fmt.Sprint(pid), "-n"}, args...)...).CombinedOutput()
	return string(out), err
}

// A node starts where there is no network at all, not even a loopback; then each appears.
func TestABoxWithoutANetworkWorksAndJoinsOneThatAppears(t *testing.T) {
	if out, err := exec.Command("unshare", "-n", "nsenter", "--version").CombinedOutput(); err != nil {
		t.Skipf("this test needs network namespaces: %v %s", err, out)
	}
	data := filepath.Join(t.TempDir(), "data")
	var made struct {
		People []struct{ Name, Role, PIN string }
	}
	ask(t, data, &made, "demo", "--learners", "1", "--days", "0")
	// exec keeps the process id: unshare becomes the node.
	args := append([]string{"-n", lamplight(t), "--data", data, "serve"}, "--http", ":8080", "--player", ":8081", "--sync", ":7946")
	n := startChild(t, data, exec.Command("unshare", args...))
	pid := n.cmd.Process.Pid
	if n.HTTP != "http://127.0.0.1:8080" {
		t.Errorf("without a network the pages are at %s", n.HTTP)
	}
	checked(t, data) // through the socket

	if out, err := inside(t, pid, "ip", "link", "set", "lo", "up"); err != nil {
		t.Fatal(out, err)
	}
	p := dialling(t, n, made.People)
	Eventually(t, 10*time.Second, "pages are served once there is a loopback", func() bool {
		body, err := p.get("/healthz")
		var health struct{ Status string }
		return err == nil && json.Unmarshal([]byte(body), &health) == nil && health.Status == "ok"
	})
	if err := p.signIn(); err != nil {
		t.Errorf("signing in without a network: %v", err)
	}
	exercises, err := exercisesOf(p.phone)
	if err != nil || len(exercises) == 0 {
		t.Fatalf("exercises without a network: %v", err)
	}
	if !p.practise(exercises, func() {}) {
		t.Errorf("answering without a network: %v", p.fault)
	}

	if err := plugIn(t, pid); err != nil {
		t.Skip(err)
	}
	took := Eventually(t, 30*time.Second, "gossip is at the new address", func() bool {
		out, err := inside(t, pid, "ss", "-lunH")
		return err == nil && strings.Contains(out, ":7946") && strings.Contains(n.errs.String(), `"address":"192.0.2.77:7946"`)
	})
	t.Logf("gossip is at the new address after %v", took.Round(time.Millisecond))
	if !p.practise(exercises, func() {}) {
		t.Errorf("answering after the network came: %v", p.fault)
	}
	if out, err := inside(t, pid, "ip", "link", "del", "wlan0"); err != nil {
		t.Fatal(out, err)
	}
	if !p.practise(exercises, func() {}) {
		t.Errorf("answering after the network went: %v", p.fault)
	}
	checked(t, data)
	n.stop()
}

// plugIn adds a network of some kind that this kernel has, with the address 192.0.2.77.
func plugIn(t *testing.T, pid int) error {
	t.Helper()
	var err error
	for _, kind := range [][]string{{"link", "add", "wlan0", "type", "dummy"}, {"link", "add", "wlan0", "type", "bridge"}, {"tuntap", "add", "wlan0", "mode", "tap"}} {
		var out string
		if out, err = inside(t, pid, append([]string{"ip"}, kind...)...); err == nil {
			break
		}
		err = fmt.Errorf("ip %v: %w: %s", kind, err, out)
	}
	for _, args := range [][]string{{"addr", "add", "192.0.2.77/24", "dev", "wlan0"}, {"link", "set", "wlan0", "up"}} {
		if err == nil {
			_, err = inside(t, pid, append([]string{"ip"}, args...)...)
		}
	}
	return err
}

// dialling makes a pupil whose phone is in the node's network namespace.
func dialling(t *testing.T, n *child, people []struct{ Name, Role, PIN string }) *pupil {
	t.Helper()
	for i, x := range people {
		if x.Role != "learner" {
			continue
		}
		p := &pupil{phone: newPhone(x.Name, x.PIN, n.HTTP, uint64(i)), kept: map[string]bool{}, doubt: map[string]pending{}}
		pid := n.cmd.Process.Pid
		p.http.Transport = &http.Transport{DialContext: func(_ context.Context, network, addr string) (net.Conn, error) {
			return dialInside(pid, network, addr)
		}}
		return p
	}
	t.Fatal("the demo has no learner")
	return nil
}

// dialInside connects in the network namespace of a process: a socket stays in the one it was made in.
func dialInside(pid int, network, addr string) (net.Conn, error) {
	runtime.LockOSThread()
	own, err := os.Open("/proc/thread-self/ns/net")
	if err != nil {
		return nil, err
	}
	defer own.Close()
	theirs, err := os.Open(fmt.Sprintf("/proc/%d/ns/net", pid))
	if err != nil {
		return nil, err
	}
	defer theirs.Close()
	if err := unix.Setns(int(theirs.Fd()), unix.CLONE_NEWNET); err != nil {
		return nil, err
	}
	c, err := net.Dial(network, addr)
	if back := unix.Setns(int(own.Fd()), unix.CLONE_NEWNET); back == nil {
		runtime.UnlockOSThread() // else the thread ends with its goroutine
	}
	return c, err
}
