package auth

import (
	"context"
	"errors"
	"io/fs"

	"lamplight/server/learning"
)

type kindError struct {
	what string
	n    int
}

func (e kindError) Error() string { return "auth: " + e.what }
func (e kindError) Unwrap() error { return fs.ErrPermission }

func (e *WaitError) Error() string { return "auth: too many tries, wait " + e.Wait.String() }
func (e *WaitError) Unwrap() error { return fs.ErrPermission }

// A Keeper signs people in and keeps their sessions, through restarts and power cuts. Safe for concurrent use.
type Keeper struct{}

// Open reads the sessions kept at o.Path; what cannot be read of them is dropped, and those people sign in again.
func Open(o Options) (*Keeper, error) { return nil, errors.ErrUnsupported }

// Close lets go of the file. Nothing depends on it being called.
func (k *Keeper) Close() error { return nil }

// SignIn checks one try and opens a session, with a token made anew. Errors: ErrWrong, ErrAmbiguous, *WaitError,
// fs.ErrInvalid for a secret that cannot be one, ctx's when the queue for checking was too long.
func (k *Keeper) SignIn(ctx context.Context, s SignIn) (Session, error) {
	return Session{}, errors.ErrUnsupported
}

// SignInAs opens a session without a secret: the claim of a new box, a card link already checked.
func (k *Keeper) SignInAs(p learning.PersonID, kind learning.SecretKind, shared bool) (Session, error) {
	return Session{}, errors.ErrUnsupported
}

// Session finds who holds a token and notes that they are still here; ErrNoSession when it is unknown, idle for too
// long, or its person is gone. An unknown token is never adopted.
func (k *Keeper) Session(token string) (Session, learning.Person, error) {
	return Session{}, learning.Person{}, ErrNoSession
}

// SignOut ends a session; an unknown token is no error.
func (k *Keeper) SignOut(token string) error { return nil }

// SignOutPerson ends all sessions of a person but the one whose token is given ("" none): after their secret changed.
func (k *Keeper) SignOutPerson(p learning.PersonID, but string) error { return nil }

// Token is the hidden field every form carries. seed is the session's token, or before sign-in the phone's cookie.
// It stays the same as long as seed does, through restarts too.
func (k *Keeper) Token(seed string) string { return "" }

// Check reports whether a form's hidden field is the one for seed. An empty seed never passes.
func (k *Keeper) Check(seed, token string) bool { return false }

// Verifier turns a secret into what SetSecrets keeps. fs.ErrInvalid says in words what is wrong with it (a PIN has 4
// to 8 digits, a password 6 to 128 characters, pictures are three different numbers 0–11). It takes about 50 ms of
// one core and 7 MiB, two at a time.
func (k *Keeper) Verifier(ctx context.Context, kind learning.SecretKind, secret string) ([]byte, error) {
	return nil, errors.ErrUnsupported
}

// Sessions is how many sessions are open, for metrics.
func (k *Keeper) Sessions() int { return 0 }

// NewCard draws a card's code, printed in groups ("ABCDE-…") and as the link /card/CODE, and its verifier. The code is
// kept nowhere: printing again makes a new card and ends the old one.
func NewCard() (code string, verifier []byte) { return "", nil }

// NewPhone draws the random cookie of a phone.
func NewPhone() string { return "" }
