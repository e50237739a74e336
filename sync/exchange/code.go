package exchange

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base32"
	"fmt"
	"io/fs"
	"strings"
)

// alphabet is Crockford's base 32: no I, L, O or U, so that a code read aloud or off a bad print is still right.
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

var codeCoding = base32.NewEncoding(alphabet).WithPadding(base32.NoPadding)

// codeLength is 80 bits in base 32: guessing it offline from a proof is out of reach, so a proof may be shown to
// whoever answers, an impostor too.
const codeLength = 16

// newCode is a fresh code, grouped for reading: ABCD-EFGH-JKMN-PQRS.
func newCode() string {
	raw := make([]byte, codeLength*5/8)
	_, _ = rand.Read(raw) // never fails (crypto/rand)
	code := codeCoding.EncodeToString(raw)
	return code[:4] + "-" + code[4:8] + "-" + code[8:12] + "-" + code[12:]
}

// readCode takes a code as people type it: any case, with spaces or dashes, O for 0, I and L for 1.
func readCode(typed string) (string, error) {
	code := strings.Map(func(r rune) rune {
		switch r {
		case ' ', '-', '\t', '\n', '\r', '.', '‐', '–', '\u00a0':
			return -1
		case 'O', 'o':
			return '0'
		case 'I', 'i', 'L', 'l':
			return '1'
		}
		return r
	}, typed)
	code = strings.ToUpper(code)
	if len(code) != codeLength || strings.Trim(code, alphabet) != "" {
		return "", fmt.Errorf("exchange: an invitation code has %d letters and digits: %w", codeLength, fs.ErrInvalid)
	}
	return code, nil
}

// Who proves: the label keeps one side's proof from being sent back as the other's.
const (
	roleInviter  = "lamplight pairing 1 inviter"
	roleNewcomer = "lamplight pairing 1 newcomer"
)

// prove is the MAC by which a side shows that it knows the code: keyed by the code, over role ‖ 0 ‖ TLS exporter (32) ‖
// inviter's key (32) ‖ newcomer's key (32). The exporter ties it to this very connection (RFC 8446, 7.5), so nobody in
// between can pass it on.
func prove(c *tls.Conn, code, role string, inviter, newcomer ed25519.PublicKey) ([]byte, error) {
	state := c.ConnectionState()
	bound, err := state.ExportKeyingMaterial("EXPORTER-lamplight-pairing-1", nil, 32)
	if err != nil {
		return nil, fmt.Errorf("exchange: pairing: %w", err)
	}
	mac := hmac.New(sha256.New, []byte(code))
	for _, part := range [][]byte{[]byte(role), {0}, bound, inviter, newcomer} {
		_, _ = mac.Write(part)
	}
	return mac.Sum(nil), nil
}
