package gossip

import (
	"time"
)

// turn moves a running pool to another key without leaving it, in steps of wait: from now on it understands both; then it
// speaks the new one, which by then the members have heard of by other ways; then it forgets the old. Who was away meanwhile is
// met by address, is told the key there, and comes back. It is called again and again until it is done.
func (q *pool) turn(key string, wait time.Duration, now time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.list == nil || q.ring == nil {
		return
	}
	if q.next != key {
		if q.next != "" {
			_ = q.ring.RemoveKey([]byte(q.next)) // turned again before the turn was over
		}
		if err := q.ring.AddKey([]byte(key)); err != nil {
			q.problem = err.Error()
			return
		}
		q.next, q.turned = key, now
	}
	alone, past := len(q.members) == 0, now.Sub(q.turned)
	if alone || past >= wait {
		_ = q.ring.UseKey([]byte(key)) // it is in the ring
	}
	if alone || past >= 2*wait {
		_ = q.ring.RemoveKey([]byte(q.setup.key))
		q.setup.key, q.next = key, ""
		q.logger.Info("gossip speaks another key", "pool", q.what)
	}
}

// turns says whether a pool that runs as now is to run as want by a turn of keys alone.
func turns(now, want setup) bool {
	return now.key != "" && want.key != "" && now.label == want.label && now.addr == want.addr
}
