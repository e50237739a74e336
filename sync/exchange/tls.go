package exchange

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io/fs"
	"math/big"
	"time"

	"lamplight/sync/device"
)

// protocolName is the ALPN name: another service on our port, or we on its, is found out in the handshake.
const protocolName = "lamplight/1"

// Certificates are valid from 1970 to 9999 (RFC 5280, 4.1.2.5: no well-defined end), because a box's clock may say
// anything; and every box checks at the same fixed date, because trust hangs on keys and generations, never on dates.
var (
	validFrom = time.Date(1970, 1, 1, 0, 0, 1, 0, time.UTC)
	validTo   = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
	checkedAt = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
)

// tlsConfig is the one TLS set-up of both sides: 1.3 only, both show a self-signed certificate of their device key,
// and whose key it is gets judged after the handshake. X25519 alone saves the 2.3 KB of Go's hybrid key share
// (measured: 3,224 against 5,874 bytes a session). A box that calls its district keeps the tickets that it is given; on
// a school's own network nobody asks for one. Who comes back with a ticket is judged by its key like anybody else, so a
// revoked box gains nothing by having one.
func tlsConfig(d *device.Device) (*tls.Config, error) {
	template := x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{},
		NotBefore:    validFrom,
		NotAfter:     validTo,
	}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, d.Public(), d.Private())
	if err != nil {
		return nil, fmt.Errorf("exchange: making the certificate: %w", err)
	}
	return &tls.Config{
		MinVersion:            tls.VersionTLS13,
		MaxVersion:            tls.VersionTLS13,
		CurvePreferences:      []tls.CurveID{tls.X25519},
		Certificates:          []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: d.Private()}},
		ClientAuth:            tls.RequireAnyClientCert,
		InsecureSkipVerify:    true, // by key, in VerifyPeerCertificate and by Trust: there is no authority
		VerifyPeerCertificate: verifyKey,
		Time:                  func() time.Time { return checkedAt },
		NextProtos:            []string{protocolName},
		// A record is what we write at once, up to MaxFrame: cut to packets as Go would, a day's answers take 2 KB more.
		DynamicRecordSizingDisabled: true,
	}, nil
}

// verifyKey takes one certificate of an ed25519 key. That the peer holds the key, TLS has it prove; dates do not count.
func verifyKey(raw [][]byte, _ [][]*x509.Certificate) error {
	if len(raw) != 1 {
		return fmt.Errorf("exchange: %d certificates, want one: %w", len(raw), fs.ErrInvalid)
	}
	cert, err := x509.ParseCertificate(raw[0])
	if err != nil {
		return fmt.Errorf("exchange: certificate: %w: %w", err, fs.ErrInvalid)
	}
	if _, ok := cert.PublicKey.(ed25519.PublicKey); !ok {
		return fmt.Errorf("exchange: certificate of a key that is not ed25519: %w", fs.ErrInvalid)
	}
	return nil
}

// peerKey is whose the other end is, after the handshake.
func peerKey(c *tls.Conn) (ed25519.PublicKey, error) {
	certs := c.ConnectionState().PeerCertificates
	if len(certs) != 1 {
		return nil, errPeer("showed no certificate")
	}
	key, ok := certs[0].PublicKey.(ed25519.PublicKey)
	if !ok {
		return nil, errPeer("showed a key that is not ed25519")
	}
	return key, nil
}
