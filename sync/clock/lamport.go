package clock

// A Lamport is the highest Lamport number seen or given. It orders events so that what was known comes before what was
// made knowing it; it says nothing of time. The zero value is a fresh device. Not safe for concurrent use.
type Lamport uint64

// Tick gives the number of a new event: one above everything seen.
func (l *Lamport) Tick() uint64 { *l++; return uint64(*l) }

// See raises the counter to n, the number of an event that came from elsewhere.
func (l *Lamport) See(n uint64) {
	if Lamport(n) > *l {
		*l = Lamport(n)
	}
}

// MaxJump is how far above everything seen an event's number may lie before it is held back: a number near the top of
// the range would end the counter for everybody. 2^32 is centuries of a busy school. (2^20 is two months
// of one: a box that joins later, or holds scope "pub" only, would refuse honest devices.)
const MaxJump = 1 << 32

// OddJump is a growth that honest devices rarely show: two months of a busy school, all at once. It is taken, since a box
// that joins later, or holds scope "pub" only, meets it without anybody's fault, and held work would be lost work; but it
// is shown.
const OddJump = 1 << 20

// Odd reports whether n lies further above the counter than is usual.
func (l Lamport) Odd(n uint64) bool { return n > uint64(l)+OddJump }

// Wild reports whether n lies further above the counter than honest devices get.
func (l Lamport) Wild(n uint64) bool { return n > uint64(l)+MaxJump || n > 1<<62 }
