package player

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"time"
)

// Tokens open one course for a while on a box that is closed to guests: the player has no cookies to go by. A token is
// good until the process ends or its time is up, by the process's own clock; the page around the frame gives a new one.
type Tokens struct {
	key   [32]byte
	start time.Time
}

// NewTokens makes tokens that no other process can.
func NewTokens() *Tokens {
	t := &Tokens{start: time.Now()}
	rand.Read(t.key[:])
	return t
}

// lifetime is a school day: a page left open over lunch still shows its pictures.
const lifetime = 8 * time.Hour

// Make makes a token for one course: base64url of (seconds until it ends, counted from the process's start ‖ MAC).
func (t *Tokens) Make(course string) string {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], uint32((time.Since(t.start) + lifetime).Seconds()))
	return base64.RawURLEncoding.EncodeToString(t.sign(b, course))
}

func (t *Tokens) sign(until [4]byte, course string) []byte {
	m := hmac.New(sha256.New, t.key[:])
	m.Write(until[:])
	m.Write([]byte(course))
	return append(until[:], m.Sum(nil)[:12]...)
}

func (t *Tokens) valid(token, course string) bool {
	b, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(b) != 16 {
		return false
	}
	until := [4]byte(b[:4])
	return hmac.Equal(b, t.sign(until, course)) &&
		time.Since(t.start).Seconds() < float64(binary.BigEndian.Uint32(until[:]))
}
