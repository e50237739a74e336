package exchange

import "lamplight/sync/clock"

// Behind makes n events owed count as long ago, and gives back what puts it right.
func Behind(n uint64) (restore func()) {
	was := manyDays
	manyDays = n
	return func() { manyDays = was }
}

// Before is how many boxes near come before this one for a blob.
func Before(n *Node, hash string) int { return n.before(hash) }

// NotOurs says whether a snapshot tells of no more of this box's events than it wrote.
func NotOurs(n *Node, got Snapshot) error {
	return (&session{node: n, place: n.home, class: Member}).notOurs(got)
}

// StandsFor says whether a snapshot would be taken from a peer that told its vector.
func StandsFor(n *Node, of Standing, got Snapshot, theirs clock.Vector) error {
	return n.trust.standsFor(of, got, theirs)
}
