package auth

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/zeebo/blake3"

	"lamplight/server/learning"
)

// maxCandidates people of one name are checked; of more the tile is asked for.
const maxCandidates = 6

// SignIn checks one try and opens a session, with a token made anew. Errors: ErrWrong, ErrAmbiguous, *WaitError,
// *ClosedError, fs.ErrInvalid for a secret that cannot be one, ctx's when the queue for checking was too long.
func (k *Keeper) SignIn(ctx context.Context, s SignIn) (Session, error) {
	tries, err := triesOf(s)
	if err != nil {
		return Session{}, err
	}
	if s.Kind == learning.Card {
		return k.signInByCard(s, tries[0].secret)
	}
	candidates, err := k.candidates(s)
	if err != nil {
		return Session{}, err
	}
	if len(candidates) > maxCandidates {
		return Session{}, ErrAmbiguous
	}
	suspects := k.suspectsOf(s.From)
	for _, p := range candidates {
		if !k.friends.know(s.From.Cookie, p) {
			suspects = append(suspects, suspect{personKey(p), personPatience})
		}
	}
	if len(candidates) == 0 { // a name nobody has waits like one that somebody has
		suspects = append(suspects, suspect{nameKey(cmp.Or(string(s.Person), s.Name)), personPatience})
	}
	if wait := k.waits.begin(k.now(), suspects); wait > 0 {
		return Session{}, &WaitError{wait}
	}
	defer k.waits.end(suspects)
	matched, err := k.matching(ctx, candidates, tries)
	if err != nil {
		return Session{}, err
	}
	switch len(matched) {
	case 0:
		k.waits.failed(k.now(), suspects...)
		return Session{}, ErrWrong
	case 1:
		k.passed(s.From, matched[0].person)
		return k.enter(s, matched[0].person, matched[0].kind)
	}
	return Session{}, ErrAmbiguous
}

func (k *Keeper) candidates(s SignIn) ([]learning.PersonID, error) {
	if s.Person != "" {
		if _, err := learning.ParseID[learning.PersonID](string(s.Person)); err != nil {
			return nil, nil // nobody, as an id that nobody has
		}
		return []learning.PersonID{s.Person}, nil
	}
	found, err := k.roster.FindLogin(s.Name)
	if err != nil {
		return nil, fmt.Errorf("auth: %w", err)
	}
	return found, nil
}

// A try is one kind that what was typed may be, in its normal form; of a match also whose it is.
type try struct {
	kind   learning.SecretKind
	secret string
	person learning.PersonID
}

// triesOf lists what a secret may be: of the kind named, or of those that are typed.
func triesOf(s SignIn) (out []try, err error) {
	kinds := []learning.SecretKind{s.Kind}
	if s.Kind == Typed {
		kinds = []learning.SecretKind{learning.PIN, learning.Password}
	}
	for _, kind := range kinds {
		var secret string
		if secret, err = normal(kind, s.Secret); err == nil {
			out = append(out, try{kind: kind, secret: secret})
		}
	}
	if len(out) > 0 {
		err = nil
	}
	return out, err
}

// matching is who of the candidates has this secret. It always hashes at least once, so that the time taken does not
// tell whether a name is known.
func (k *Keeper) matching(ctx context.Context, candidates []learning.PersonID, tries []try) (out []try, err error) {
	hashed := false
	for _, p := range candidates {
		for _, t := range tries {
			v, err := k.roster.Secret(p, t.kind)
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				return nil, fmt.Errorf("auth: %w", err)
			}
			hashed = true
			ok, err := k.hasher.matches(ctx, v, t.secret)
			if err != nil {
				return nil, fmt.Errorf("auth: %w", err)
			}
			if ok {
				t.person = p
				out = append(out, t)
				break
			}
		}
	}
	if !hashed {
		_, err = k.hasher.matches(ctx, nil, tries[0].secret)
	}
	return out, err
}

func (k *Keeper) signInByCard(s SignIn, code string) (Session, error) {
	p, err := k.cardOwner(s.From, code)
	if err != nil {
		return Session{}, err
	}
	k.passed(s.From, p)
	return k.enter(s, p, learning.Card)
}

// Card says whose card this is without signing anybody in: what a phone's camera opens may be opened by anything that
// looks at links. Errors as of SignIn.
func (k *Keeper) Card(from Phone, code string) (learning.PersonID, error) {
	code, err := normalCard(code)
	if err != nil {
		return "", err
	}
	return k.cardOwner(from, code)
}

// cardOwner finds who holds a card. Only the phone itself is made to wait: a code cannot be guessed, and a card must open
// the door whatever others try.
func (k *Keeper) cardOwner(from Phone, code string) (learning.PersonID, error) {
	suspects := suspectsOfPhone(from)
	if wait := k.waits.begin(k.now(), suspects); wait > 0 {
		return "", &WaitError{wait}
	}
	defer k.waits.end(suspects)
	p, err := k.roster.CardOwner(cardVerifier(code))
	if errors.Is(err, fs.ErrNotExist) {
		k.waits.failed(k.now(), suspects...)
		return "", ErrWrong
	}
	if err != nil {
		return "", fmt.Errorf("auth: %w", err)
	}
	return p, nil
}

// enter opens the session of somebody who has shown who they are, unless they come outside the school's hours.
func (k *Keeper) enter(s SignIn, p learning.PersonID, kind learning.SecretKind) (Session, error) {
	if err := k.closedFor(p); err != nil {
		return Session{}, err
	}
	if s.Queue != "" {
		session, err := k.beginTurn(s.Queue, p, kind)
		if !errors.Is(err, ErrNoQueue) && !errors.Is(err, fs.ErrNotExist) {
			return session, err
		}
	}
	return k.SignInAs(p, kind, s.Shared)
}

// suspectsOfPhone is what a phone is known by; those of one address that keep no cookie are one.
func suspectsOfPhone(p Phone) []suspect {
	if p.Cookie == "" {
		return []suspect{{"n" + p.Address, phonePatience}}
	}
	return []suspect{{"c" + p.Cookie, phonePatience}}
}

// suspectsOf is the phone and, unless somebody has signed in with it before, all strangers it may be one of.
func (k *Keeper) suspectsOf(p Phone) []suspect {
	out := suspectsOfPhone(p)
	if !k.friends.know(p.Cookie, "") {
		out = append(out, suspect{"a" + p.Address, addressPatience}, suspect{"b", boxPatience})
	}
	return out
}

func personKey(p learning.PersonID) string { return "p" + string(p) }

// nameKey stands for a name that nobody has, however long somebody wrote it.
func nameKey(name string) string {
	sum := blake3.Sum256([]byte(name))
	return "u" + string(sum[:16])
}

// passed forgets what was held against this phone and this person; not the address, which others may share.
func (k *Keeper) passed(from Phone, p learning.PersonID) {
	k.waits.passed(personKey(p))
	if from.Cookie != "" {
		k.waits.passed("c" + from.Cookie)
		k.friends.meet(from.Cookie, p)
	}
}
