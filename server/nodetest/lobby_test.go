package nodetest

import (
	"fmt"
	"net"
	"path/filepath"
	"testing"
	"time"

	"lamplight/sync/gossip"
)

// ports finds a port P whose P+1 and P+2 are free as well, as a box on its usual ports has them.
func ports(t *testing.T) string {
	t.Helper()
	for port := 21946; port < 30000; port += 10 {
		if freePort(port) && freePort(port+1) && freePort(port+2) {
			return fmt.Sprintf(":%d", port)
		}
	}
	t.Fatal("no three free ports in a row")
	return ""
}

func freePort(port int) bool {
	l, err := net.Listen("tcp", fmt.Sprintf(":%d", port))
	if err != nil {
		return false
	}
	defer l.Close()
	u, err := net.ListenPacket("udp", fmt.Sprintf(":%d", port))
	if err != nil {
		return false
	}
	return u.Close() == nil
}

// Two boxes on one network, neither told of the other: the code alone pairs them.
func TestNeighboursFindEachOtherInTheLobbyWithoutAnAddress(t *testing.T) {
	if at, err := gossip.Address(); err != nil || at == "127.0.0.1" {
		t.Skip("this machine has no network address, so there are no neighbours")
	}
	dir := t.TempDir()
	dataA, dataB := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	ask(t, dataA, nil, "demo", "--learners", "1", "--days", "0")
	web := []string{"--http", "127.0.0.1:0", "--player", "127.0.0.1:0", "--sync"}
	a := serveChild(t, dataA, append(web, ports(t))...)
	b := serveChild(t, dataB, append(web, ports(t))...)
	start := time.Now()
	pairChildren(t, a, b)
	paired := time.Since(start)
	childrenTogether(t, 30*time.Second, a, b)
	t.Logf("paired in %v, agreed %v after that", paired.Round(time.Millisecond), (time.Since(start) - paired).Round(time.Millisecond))
	var made struct{ ID string }
	ask(t, a.data, &made, "class", "add", "Class of the lobby")
	t.Logf("a write is on the other after %v", childrenTogether(t, 5*time.Second, a, b).Round(time.Millisecond))
	a.stop()
	b.stop()
}
