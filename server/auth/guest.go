package auth

import (
	"time"

	"lamplight/server/learning"
)

// guestPatience slows down an address that becomes one guest after another: a program that keeps no cookie. A class may
// share an address.
var guestPatience = patience{free: 100, first: 2 * time.Second, most: 20 * time.Second}

// Guest opens a session for somebody nobody knows, under an id drawn at random: what they do is kept under it until they
// sign in and take it over, or go. Its token is a cookie of its own, GuestCookie. *WaitError: too many guests came from
// this address; nothing need be kept of this one.
func (k *Keeper) Guest(from Phone) (Session, error) {
	if err := k.asksAgain(suspect{"g" + from.Address, guestPatience}); err != nil {
		return Session{}, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.begin(&held{person: learning.NewID[learning.PersonID](), shared: true, guest: true})
}

// GuestOf finds whose guest session a token is of and notes that they are still here; ErrNoSession when it is of none, or
// was idle for as long as ends one on a shared phone.
func (k *Keeper) GuestOf(token string) (learning.PersonID, error) {
	if token == "" || len(token) > 64 {
		return "", ErrNoSession
	}
	h := hashToken(token)
	k.mu.Lock()
	s := k.open[h]
	ok := s != nil && s.guest && k.now()-s.used <= k.idle[shared]
	var who learning.PersonID
	if ok {
		who = s.person
	}
	k.mu.Unlock()
	if !ok {
		return "", ErrNoSession
	}
	k.use(h)
	return who, nil
}
