package auth

import (
	"errors"
	"fmt"

	"lamplight/server/learning"
)

// SignOut ends a session; an unknown token is no error.
func (k *Keeper) SignOut(token string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	h := hashToken(token)
	s := k.open[h]
	if s == nil {
		return nil
	}
	if q := k.running[s.queue]; q.isNow(h) {
		return k.endNow(q)
	}
	delete(k.open, h)
	return k.ended(h)
}

// SignOutPerson ends all sessions of a person but the one whose token is given ("" none): after their secret changed.
func (k *Keeper) SignOutPerson(p learning.PersonID, but string) error {
	return k.signOut(p, but, func(*held) bool { return true })
}

// SignOutCard ends the sessions that a person's card opened: after it was lost, or printed anew.
func (k *Keeper) SignOutCard(p learning.PersonID) error {
	return k.signOut(p, "", func(s *held) bool { return s.kind == learning.Card })
}

func (k *Keeper) signOut(p learning.PersonID, but string, which func(*held) bool) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	keep := hashToken(but)
	var err error
	for h, s := range k.open {
		switch {
		case s.person != p:
		case h == keep:
			var again error // they changed the secret themselves
			if s.mark, again = k.markOf(p, s.kind); again == nil {
				again = k.file.add(k.record(h, s))
			}
			err = errors.Join(err, again)
		case which(s):
			delete(k.open, h)
			err = errors.Join(err, k.ended(h))
		}
	}
	return err
}

func (k *Keeper) ended(h tokenHash) error {
	if err := k.file.end(h); err != nil {
		return fmt.Errorf("auth: end session: %w", err)
	}
	k.compact()
	return nil
}

// compact makes the file afresh when most of it is of the past. It holds all that is true before, so that it could not
// be is no reason to turn anybody away. The caller holds mu.
func (k *Keeper) compact() {
	if k.file.bloated(len(k.open)) && k.rewrite() != nil {
		k.file.later()
	}
}
