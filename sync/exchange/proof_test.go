package exchange

import (
	"bytes"
	"crypto/tls"
	"net"
	"testing"
	"time"

	"lamplight/sync/device"
)

// shake is a TLS connection between two devices.
func shake(t *testing.T, a, b *device.Device) (client, server *tls.Conn) {
	t.Helper()
	ca, err := tlsConfig(a)
	if err != nil {
		t.Fatal(err)
	}
	cb, err := tlsConfig(b)
	if err != nil {
		t.Fatal(err)
	}
	x, y := net.Pipe()
	t.Cleanup(func() { _ = x.Close(); _ = y.Close() })
	client, server = tls.Client(x, ca), tls.Server(y, cb)
	done := make(chan error, 1)
	go func() { done <- server.Handshake() }()
	if err := client.Handshake(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	return client, server
}

func newDevice(t *testing.T) *device.Device {
	t.Helper()
	d, err := device.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestAProofIsGoodForOneConnectionOneRoleAndOneCode(t *testing.T) {
	a, b := newDevice(t), newDevice(t)
	client, server := shake(t, a, b)
	other, _ := shake(t, a, b)
	make := func(c *tls.Conn, code, role string) []byte {
		mac, err := prove(c, code, role, b.Public(), a.Public())
		if err != nil {
			t.Fatal(err)
		}
		return mac
	}
	proof := make(client, "CODE", roleNewcomer)
	if !bytes.Equal(proof, make(server, "CODE", roleNewcomer)) {
		t.Error("both ends of one connection compute different proofs")
	}
	for name, wrong := range map[string][]byte{
		"another connection": make(other, "CODE", roleNewcomer),
		"the other role":     make(client, "CODE", roleInviter),
		"another code":       make(client, "CODF", roleNewcomer),
	} {
		if bytes.Equal(proof, wrong) {
			t.Errorf("a proof is also good for %s", name)
		}
	}
}

func TestTheHandshakeShowsWhoseKeyItIs(t *testing.T) {
	a, b := newDevice(t), newDevice(t)
	client, server := shake(t, a, b)
	if key, err := peerKey(client); err != nil || !key.Equal(b.Public()) {
		t.Errorf("the client sees %x (%v)", key, err)
	}
	if key, err := peerKey(server); err != nil || !key.Equal(a.Public()) {
		t.Errorf("the server sees %x (%v)", key, err)
	}
	if v := client.ConnectionState().Version; v != tls.VersionTLS13 {
		t.Errorf("TLS version %x", v)
	}
}

func TestARightProofKeepsTheInvitationForWhoGaveIt(t *testing.T) {
	first, second := newDevice(t).Public(), newDevice(t).Public()
	p := &pairing{code: "CODE", until: time.Now().Add(time.Minute)}
	if !p.guessed("CODE", first, true) || p.open(first) != "CODE" {
		t.Error("who proved the code may not try again after a cut")
	}
	if p.open(second) != "" || p.guessed("CODE", second, true) {
		t.Error("the code is good for a second box")
	}
	p.until = time.Now().Add(-time.Second)
	if p.open(first) != "" {
		t.Error("the code is good for ever")
	}
}
