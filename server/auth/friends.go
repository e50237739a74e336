package auth

import (
	"slices"
	"sync"

	"lamplight/server/learning"
)

// friends are the phones that people signed in with, by their cookies: they do not wait for what strangers do. In memory
// alone, as the waits are. A person makes a few phones friends, so that who can sign in cannot vouch for a farm of them.
type friends struct {
	mu     sync.Mutex
	people map[string][]learning.PersonID // by cookie
	phones map[learning.PersonID][]string // the last ones
}

const (
	maxPhones  = 4    // of one person
	maxFriends = 4096 // phones; past that all are met anew
)

func newFriends() *friends {
	return &friends{people: map[string][]learning.PersonID{}, phones: map[learning.PersonID][]string{}}
}

// know reports whether p signed in with this phone lately; with p "" whether anybody did.
func (f *friends) know(cookie string, p learning.PersonID) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	people := f.people[cookie]
	return cookie != "" && (p == "" && len(people) > 0 || slices.Contains(people, p))
}

// meet notes that p signed in with this phone.
func (f *friends) meet(cookie string, p learning.PersonID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.people) >= maxFriends {
		clear(f.people)
		clear(f.phones)
	}
	mine := slices.DeleteFunc(f.phones[p], func(c string) bool { return c == cookie })
	if len(mine) >= maxPhones {
		f.forget(mine[0], p)
		mine = mine[1:]
	}
	f.phones[p] = append(mine, cookie)
	if !slices.Contains(f.people[cookie], p) {
		f.people[cookie] = append(f.people[cookie], p)
	}
}

func (f *friends) forget(cookie string, p learning.PersonID) {
	f.people[cookie] = slices.DeleteFunc(f.people[cookie], func(q learning.PersonID) bool { return q == p })
	if len(f.people[cookie]) == 0 {
		delete(f.people, cookie)
	}
}
