package player

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"time"
)

// Tokens open packages for a while, since the player has no cookies to go by: a course's on a box that is closed to guests,
// and what is for teachers alone on every box. A token is good until the process ends or its time is up, by the process's
// own clock; the page around the frame gives a new one.
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

// A Scope is what of a course a token opens: Everybodys, what anybody here may see; Staffs, all of it; else the id of one
// resource, of which it opens the package.
type Scope string

const (
	Everybodys Scope = ""
	Staffs     Scope = "staff"
)

// tokenLength is in letters, unlike those of a course's id.
const tokenLength = 22

// Make makes a token for one course: base64url of (seconds until it ends, counted from the process's start ‖ MAC).
func (t *Tokens) Make(course string, what Scope) string {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], uint32((time.Since(t.start) + lifetime).Seconds()))
	return base64.RawURLEncoding.EncodeToString(t.sign(b, course, what))
}

func (t *Tokens) sign(until [4]byte, course string, what Scope) []byte {
	m := hmac.New(sha256.New, t.key[:])
	m.Write(until[:])
	m.Write([]byte(course))
	m.Write([]byte{0})
	m.Write([]byte(what))
	return append(until[:], m.Sum(nil)[:12]...)
}

func (t *Tokens) valid(token, course string, what Scope) bool {
	b, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(b) != 16 || len(token) != tokenLength {
		return false
	}
	until := [4]byte(b[:4])
	return hmac.Equal(b, t.sign(until, course, what)) &&
		time.Since(t.start).Seconds() < float64(binary.BigEndian.Uint32(until[:]))
}
