package auth

import (
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"io/fs"
	"math/big"
	"strings"
)

// letters of a card's code: Crockford's base 32, without I, L, O and U, so that what is read aloud or copied by hand
// comes through.
var letters = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// NewCard draws a card's code, printed in groups ("7C9KD-…") and as the link /card/CODE, and its verifier. The code is
// kept nowhere: printing again makes a new card and ends the old one.
func NewCard() (code string, verifier []byte) {
	plain := letters.EncodeToString(random16())
	var groups []string
	for i := 0; i < len(plain); i += 5 {
		groups = append(groups, plain[i:min(i+5, len(plain))])
	}
	return strings.Join(groups, "-"), cardVerifier(plain)
}

// normalCard takes a code as typed: any case, any grouping, O for 0, I and L for 1.
func normalCard(s string) (string, error) {
	s = strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(s))
	if b, err := letters.DecodeString(s); err != nil || len(b) != 16 || letters.EncodeToString(b) != s {
		return "", fmt.Errorf("auth: a card's code has 26 letters and digits: %w", fs.ErrInvalid)
	}
	return s, nil
}

// SessionCookie is the name of the cookie that holds a Session's token.
const SessionCookie = "lamplight"

// NewPIN draws a PIN of four digits.
func NewPIN() string {
	n, _ := rand.Int(rand.Reader, big.NewInt(10_000)) // never fails since Go 1.24
	return fmt.Sprintf("%04d", n.Int64())
}

// NewPhone draws the random cookie of a phone.
func NewPhone() string { return letters.EncodeToString(random16()) }

func random16() []byte {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails since Go 1.24
	return b
}
