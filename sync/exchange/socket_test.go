package exchange_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lamplight/sync/exchange"
)

// ownNetwork runs the test once more in a network namespace of its own, where nobody else moves a byte; there it returns
// true. It skips where the machine has no namespaces.
func ownNetwork(t *testing.T) bool {
	t.Helper()
	if os.Getenv("LAMPLIGHT_OWN_NETWORK") != "" {
		return true
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := exec.Command("unshare", "-rn", "true").Run(); err != nil {
		t.Skipf("no network namespaces: %v", err)
	}
	c := exec.Command("unshare", "-rn", "sh", "-c", `ip link set lo up && exec "$0" -test.v -test.run "^$1\$"`, self, t.Name())
	c.Env = append(os.Environ(), "LAMPLIGHT_OWN_NETWORK=1")
	out, err := c.CombinedOutput()
	for _, line := range strings.Split(string(out), "\n") {
		if strings.Contains(line, "_test.go:") {
			t.Log(strings.TrimSpace(line))
		}
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return false
}

// onTheWire is what the loopback of this namespace has carried, in bytes of IP.
func onTheWire(t *testing.T) int64 {
	t.Helper()
	raw, err := os.ReadFile("/proc/net/dev")
	if err != nil {
		t.Fatal(err)
	}
	_, line, _ := strings.Cut(string(raw), "lo:")
	var n, packets int64
	if _, err := fmt.Sscan(line, &n, &packets); err != nil {
		t.Fatal(err)
	}
	return n - packets*14 // without its pretended Ethernet
}

func TestTheBudgetCountsWhatTheInterfaceCounts(t *testing.T) {
	if !ownNetwork(t) {
		return
	}
	const month = 60_000
	budget, err := exchange.OpenBudget(filepath.Join(t.TempDir(), "spent.cbor"), exchange.Limits{Month: month})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := newTown(t, func(u *exchange.Upstream) { u.Budget = budget })
	w.box.Stop()
	w.dialTCP = true
	w.up.Addrs = func() []string { return []string{l.Addr().String()} }
	w.box.Start()
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan struct{})
	go func() { defer close(served); _ = w.district.Node.Serve(ctx, l) }()
	defer func() { cancel(); <-served }()

	call := func(what string) {
		t.Helper()
		wire, spent := onTheWire(t), budget.Spending().Spent
		sum, err := w.box.Node.Call(context.Background(), w.district.Device.ID())
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		quiet := onTheWire(t)
		eventually(t, "the last packets are out", func() bool {
			was := quiet
			time.Sleep(20 * time.Millisecond)
			quiet = onTheWire(t)
			return was == quiet
		})
		wire, spent = quiet-wire, budget.Spending().Spent-spent
		t.Logf("%s: %d bytes of IP on the wire, %d counted, %d in the TLS stream; %d events out", what, wire, spent, sum.Sent+sum.Received, w.held(w.school.Learn()))
		if spent < wire-300 || spent > wire+wire/10+600 {
			t.Errorf("%s: counted %d of %d bytes", what, spent, wire)
		}
	}
	call("nothing yet")
	call("nothing changed, with a ticket")
	w.box.MustWrite(w.school.Learn(), 3_000)
	call("3,000 answers")
	w.box.MustWrite(w.school.Learn(), 13_000)
	before := onTheWire(t)
	call("13,000 more, over budget")
	if _, err := w.box.Node.Call(context.Background(), w.district.Device.ID()); err == nil {
		t.Error("the budget is spent, and the box called")
	}
	if all := onTheWire(t); all > month+exchange.MaxFrame {
		t.Errorf("%d bytes on the wire with a budget of %d", all, month)
	}
	t.Logf("budget %d: %d bytes of IP on the wire in all, %d in the last call", month, onTheWire(t), onTheWire(t)-before)
}
