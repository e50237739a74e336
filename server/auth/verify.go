package auth

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"runtime"
	"strings"
	"unicode/utf8"

	"github.com/zeebo/blake3"
	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"lamplight/content/marking"
	"lamplight/server/learning"
)

// Argon2id parameters: OWASP's row for 7 MiB (RFC 9106 names no smaller one), since a box may have 64 MiB in all. PINs
// and pictures hold few secrets anyway, and are kept from being guessed by the waits in wait.go.
const (
	argonTime   = 5
	argonMemory = 7 * 1024 // KiB
	argonLanes  = 1
	argonKey    = 32
	saltLen     = 16
)

const argonPrefix = "$argon2id$v=19$m=7168,t=5,p=1$"

// A hasher runs argon2 for one at a time, so that a class signing in at once takes neither all cores nor all memory: two
// would be done no sooner on one core, and hold 7 MiB more. Of 40 who tap at the same moment the last waits 40 times
// what one takes: 1 s on a core of a server, 4 s on the slowest board.
type hasher chan struct{}

func newHasher() hasher { return make(hasher, 1) }

func (h hasher) key(ctx context.Context, secret string, salt []byte) ([]byte, error) {
	select {
	case h <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-h }()
	runtime.GC() // else the room of the key before is still taken: 7 MiB more
	return argon2.IDKey([]byte(secret), salt, argonTime, argonMemory, argonLanes, argonKey), nil
}

// Alone runs f while no secret is looked at: for what takes as much memory for a moment, such as a picture being unpacked.
func (k *Keeper) Alone(f func()) {
	k.hasher <- struct{}{}
	defer func() { <-k.hasher }()
	f()
}

// Verifier turns a secret into what SetSecrets keeps, a PHC string of argon2id; or of a card its hash, since a card's
// 60 bits cannot be guessed at a box. fs.ErrInvalid says what is wrong with the secret. It takes about 50 ms of one core and
// 7 MiB, one at a time.
func (k *Keeper) Verifier(ctx context.Context, kind learning.SecretKind, secret string) ([]byte, error) {
	secret, err := normal(kind, secret)
	if err != nil {
		return nil, err
	}
	if kind == learning.Card {
		return cardVerifier(secret), nil
	}
	salt := make([]byte, saltLen)
	_, _ = rand.Read(salt)
	key, err := k.hasher.key(ctx, secret, salt)
	if err != nil {
		return nil, fmt.Errorf("auth: %w", err)
	}
	b64 := base64.RawStdEncoding
	return []byte(argonPrefix + b64.EncodeToString(salt) + "$" + b64.EncodeToString(key)), nil
}

// matches checks a normal secret against a verifier; one of another shape matches nothing.
func (h hasher) matches(ctx context.Context, verifier []byte, secret string) (bool, error) {
	rest, ok := bytes.CutPrefix(verifier, []byte(argonPrefix))
	first, second, cut := bytes.Cut(rest, []byte("$"))
	salt, err1 := base64.RawStdEncoding.DecodeString(string(first))
	want, err2 := base64.RawStdEncoding.DecodeString(string(second))
	if !ok || !cut || err1 != nil || err2 != nil || len(want) != argonKey {
		salt, want = make([]byte, saltLen), nil // take as long as a real one
	}
	got, err := h.key(ctx, secret, salt)
	return err == nil && subtle.ConstantTimeCompare(got, want) == 1, err
}

// CheckSecret is fs.ErrInvalid for what may not be a secret of its kind.
func CheckSecret(kind learning.SecretKind, secret string) error {
	_, err := normal(kind, secret)
	return err
}

// normal is a secret as it is hashed: what people type differently and mean alike is made alike.
func normal(kind learning.SecretKind, s string) (string, error) {
	if len(s) > 1000 {
		return "", fmt.Errorf("auth: %s of %d bytes: %w", kind, len(s), fs.ErrInvalid)
	}
	switch kind {
	case learning.Card:
		return normalCard(s)
	case learning.Picture:
		return normalPictures(s)
	case learning.PIN:
		return normalPIN(s)
	case learning.Password:
		s = norm.NFC.String(s)
		if n := utf8.RuneCountInString(s); n < 6 || n > 128 || !utf8.ValidString(s) {
			return "", fmt.Errorf("auth: a password has 6 to 128 characters: %w", fs.ErrInvalid)
		}
		return s, nil
	}
	return "", fmt.Errorf("auth: secret of kind %d: %w", kind, fs.ErrInvalid)
}

// normalPIN takes the digits of any script; spaces and hyphens do not count.
func normalPIN(s string) (string, error) {
	var out []byte
	for _, r := range s {
		switch d, is := marking.Digit(r); {
		case is:
			out = append(out, '0'+d)
		case r != ' ' && r != '-':
			return "", fmt.Errorf("auth: a PIN has digits only: %w", fs.ErrInvalid)
		}
	}
	if len(out) < 4 || len(out) > 8 {
		return "", fmt.Errorf("auth: a PIN has 4 to 8 digits: %w", fs.ErrInvalid)
	}
	return string(out), nil
}

// Pictures is how many there are to choose from, and PicturesAsked how many are tapped, in order.
const (
	Pictures      = 12
	PicturesAsked = 3
)

func normalPictures(s string) (string, error) {
	parts := strings.Split(s, "-")
	seen := map[string]bool{}
	for _, p := range parts {
		if len(p) == 0 || len(p) > 2 || strings.Trim(p, "0123456789") != "" || (len(p) == 2 && (p[0] != '1' || p[1] > '1')) || seen[p] {
			return "", fmt.Errorf("auth: pictures are three different numbers from 0 to 11: %w", fs.ErrInvalid)
		}
		seen[p] = true
	}
	if len(parts) != PicturesAsked {
		return "", fmt.Errorf("auth: pictures are three different numbers from 0 to 11: %w", fs.ErrInvalid)
	}
	return s, nil
}

func cardVerifier(normalCode string) []byte {
	h := blake3.Sum256([]byte("lamplight card 1\x00" + normalCode))
	return []byte(hex.EncodeToString(h[:16]))
}
