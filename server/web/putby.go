package web

import (
	"crypto/rand"
	"encoding/hex"
	"slices"
	"sync"
	"time"

	"lamplight/server/learning"
	"lamplight/ui/view"
)

// putFor is how long what was made for one person waits to be looked at: sign-ins to be told or printed, a list to be
// brought in. A phone that drops the page gets it again by going back; nobody else does.
const putFor = 20 * time.Minute

// maxPutBy is how many wait at most; of more the oldest go.
const maxPutBy = 32

// A putBy is what waits, in memory alone, for whom it was made.
type putBy struct {
	mu  sync.Mutex
	all []putThing
}

type putThing struct {
	key   string
	whose learning.PersonID
	at    time.Time
	thing any
}

// keep puts something by and returns its key.
func (o *putBy) keep(whose learning.PersonID, thing any) string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	k := putThing{hex.EncodeToString(b[:]), whose, time.Now(), thing}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.sweep()
	if o.all = append(o.all, k); len(o.all) > maxPutBy {
		o.all = o.all[1:]
	}
	return k.key
}

// get finds what was put by for this person, nil when it is gone or somebody else's.
func (o *putBy) get(whose learning.PersonID, key string) any {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.sweep()
	for _, k := range o.all {
		if k.key == key && key != "" && k.whose == whose {
			return k.thing
		}
	}
	return nil
}

func (o *putBy) sweep() {
	o.all = slices.DeleteFunc(o.all, func(k putThing) bool { return time.Since(k.at) > putFor })
}

// freshFor are the sign-ins that wait under a key.
func (s *Server) freshFor(r *request, key string) []view.Fresh {
	all, _ := s.putBy.get(r.person.ID, key).(*signIns)
	if all == nil {
		return nil
	}
	return all.fresh
}
