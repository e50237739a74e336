// Package auth says who is asking: sign-in by card, picture sequence, PIN or password, and the sessions that follow.
//
// What a person may then see and write is not decided here but by package store.
package auth

import (
	"errors"
	"fmt"
	"io/fs"
	"time"

	"lamplight/server/learning"
)

// ErrWrong is a sign-in that did not match. It wraps fs.ErrPermission and never says which part was wrong.
// ErrAmbiguous: several people have this name and this secret; ask them to tap their own tile, or for a card.
// ErrNoSession: the session ended or never was; show the sign-in page.
var (
	ErrWrong     = fmt.Errorf("auth: sign-in does not match: %w", fs.ErrPermission)
	ErrAmbiguous = fmt.Errorf("auth: several people match: %w", fs.ErrPermission)
	ErrNoSession = errors.New("auth: no such session")
)

// A WaitError asks a phone, or everybody trying to be one person, to wait before the next try. It wraps
// fs.ErrPermission. Waits grow but stay short, so nobody is locked out for good.
type WaitError struct{ Wait time.Duration }

func (e *WaitError) Error() string {
	return "auth: too many tries, wait " + e.Wait.Round(time.Second).String()
}

func (e *WaitError) Unwrap() error { return fs.ErrPermission }

// A ClosedError is a learner's right sign-in outside the school's hours. It wraps fs.ErrPermission.
type ClosedError struct{ Opens time.Time } // in the school's zone

func (e *ClosedError) Error() string {
	return "auth: learners sign in again at " + e.Opens.Format("2006-01-02 15:04")
}

func (e *ClosedError) Unwrap() error { return fs.ErrPermission }

// A Phone is what asks: its address without the port, and the random cookie it was given ("" on its first visit).
// Both are only used to slow down guessing.
type Phone struct{ Address, Cookie string }

// A SignIn is one try. Card: Secret is the code, alone. Otherwise either Person (a tapped tile) or Name (login or
// shown name) says who, and Secret is the PIN, the password, or the pictures' numbers 0–11 as "4-0-11". Where the page
// has one field for PIN and password, Kind is Typed, and that is one try.
type SignIn struct {
	From   Phone
	Kind   learning.SecretKind
	Person learning.PersonID
	Name   string
	Secret string
	Shared bool // several people use the phone: idle sign-out is that of shared phones
	// Queue is the token of the phone's queue, "" none. A learner of that queue is then signed in for one turn.
	Queue string
}

// Typed is a PIN or a password, whichever it is. Tapped is no secret: a teacher's queue opened the session.
const (
	Typed  learning.SecretKind = 0
	Tapped learning.SecretKind = 255
)

// A Session is a signed-in person on one phone.
type Session struct {
	Token  string // opaque 128-bit cookie value; the store keeps only its hash
	Person learning.PersonID
	Kind   learning.SecretKind
	Shared bool
	Idle   time.Duration // without a request for so long it ends
	Turn   *TurnLeft     // nil: not a turn of a phone that is passed round
}

// A TurnLeft says how long a turn still lasts. From 0 to −Late it is over and takes what was being written, no more.
type TurnLeft struct {
	Class learning.ClassID
	Left  time.Duration
}

// Over reports whether the turn has ended and takes only what was being written.
func (t *TurnLeft) Over() bool { return t.Left <= 0 }

// A Roster is what auth needs of the store.
type Roster interface {
	Who(a learning.Actor) (learning.Person, error)
	FindLogin(name string) ([]learning.PersonID, error)
	Secret(id learning.PersonID, k learning.SecretKind) ([]byte, error)
	CardOwner(verifier []byte) (learning.PersonID, error)
	School() (learning.School, error)
	Edits() uint64 // changes whenever a person, a secret or the school's facts may have changed
}

// Options of a Keeper. Idle times are of the box's running clock, never of its date; zero takes the default.
type Options struct {
	Path        string // file that sessions are kept in, such as DIR/keys/sessions; queues are kept in "turns" beside it
	Roster      Roster
	IdleShared  time.Duration            // learner on a shared phone; default 60 min
	IdleLearner time.Duration            // learner on their own phone; default 12 h
	IdleStaff   time.Duration            // teachers, administrators, officers; default 60 min
	Elapsed     func() time.Duration     // monotonic, since any start; nil: the process's own
	Wall        func() (time.Time, bool) // date and whether to believe it; nil: never believed
}
