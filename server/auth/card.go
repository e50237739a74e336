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
const cardAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

var letters = base32.NewEncoding(cardAlphabet).WithPadding(base32.NoPadding)

// cardLetters is how long a card's code is: 60 random bits, which children can copy by hand. Tries are slowed down for
// each phone, so that even a thousand tries a second at a school of a thousand cards would go on for 36,000 years; and
// whoever holds the verifiers, which are hashes, holds the record itself. Cards of earlier releases have 26 letters.
const (
	cardLetters    = 12
	oldCardLetters = 26
)

// NewCard draws a card's code, printed in groups ("7C9K-D4WX-PM3T") and as the link /card/CODE, and its verifier. The
// code is kept nowhere: printing again makes a new card and ends the old one.
func NewCard() (code string, verifier []byte) {
	plain := letters.EncodeToString(random16())[:cardLetters]
	var groups []string
	for i := 0; i < len(plain); i += 4 {
		groups = append(groups, plain[i:min(i+4, len(plain))])
	}
	return strings.Join(groups, "-"), cardVerifier(plain)
}

// normalCard takes a code as typed: any case, any grouping, O for 0, I and L for 1.
func normalCard(s string) (string, error) {
	s = strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(s))
	if len(s) != cardLetters && len(s) != oldCardLetters || strings.Trim(s, cardAlphabet) != "" {
		return "", fmt.Errorf("auth: a card's code has %d letters and digits: %w", cardLetters, fs.ErrInvalid)
	}
	return s, nil
}

// SessionCookie is the name of the cookie that holds a Session's token, GuestCookie of a guest's, QueueCookie of the
// queue's that the phone is passed round in.
const (
	SessionCookie = "lamplight"
	GuestCookie   = "guest"
	QueueCookie   = "queue"
)

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
