package store

import (
	"lamplight/server/learning"
	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

func firstKey(t schoolTag, d learning.Milestone, of id16) []byte {
	return join(t[:], []byte{byte(d)}, of[:])
}

// noteMilestone keeps the first of each milestone, whatever the order in which events come.
func noteMilestone(kv KV, t schoolTag, e *segment.Event) {
	d, of := learning.MilestoneOf(e)
	if d == 0 || of == (id16{}) {
		return
	}
	key, order := firstKey(t, d, of), learning.OrderOf(e)
	if held := kv.Get(firstBucket, key); len(held) >= len(order) && string(held[:len(order)]) <= string(order[:]) {
		return
	}
	var b learning.Encoder
	b.Raw(order[:])
	b.Raw(e.Stamp.Boot[:])
	b.Uint(uint64(max(e.Stamp.MS, 0)))
	kv.Put(firstBucket, key, b.B)
}

// began is when something was done first; false: never.
func (v viewer) began(d learning.Milestone, of id16) (w learning.When, done bool) {
	held := v.kv.Get(firstBucket, firstKey(v.tag, d, of))
	if held == nil {
		return w, false
	}
	b := learning.Decoder{B: held}
	b.Raw(24)
	var st clock.Stamp
	copy(st.Boot[:], b.Raw(8))
	st.MS = int64(b.Uint())
	return when(v.kv, st), !b.Bad
}
