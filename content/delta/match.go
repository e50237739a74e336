package delta

import (
	"encoding/binary"
	"math/bits"
)

// Copies shorter than these cost more than the bytes they save: one from where the last left off costs two or three bytes,
// one from elsewhere about five.
const (
	leastOn   = 8
	leastElse = 14
)

// match adds what makes new of old, which begins at offset at of the old file, and gives the literals to emit in order.
// on is where in old the copy before ended. The bytes of new are passed on, not kept.
func match(s *Script, old, new []byte, at int64, on int, emit func([]byte) error) error {
	t := newTable(old)
	start := 0 // of literals
	for i := 0; i+8 <= len(new); {
		from, n, least := on+i-start, 0, leastOn // as many bytes replaced
		if from+8 <= len(old) {
			n = same(old[from:], new[i:])
		}
		if n < leastElse { // some put in, or something from elsewhere
			for _, other := range [2]int{on, t.find(new[i:])} {
				if other < 0 || other+8 > len(old) {
					continue
				}
				if m := same(old[other:], new[i:]); m > n+3 {
					from, n, least = other, m, leastElse
				}
			}
		}
		back := 0
		for n > 0 && i-back > start && from-back > 0 && new[i-back-1] == old[from-back-1] {
			back++
		}
		if n+back < least {
			i++
			continue
		}
		if err := literal(s, new[start:i-back], emit); err != nil {
			return err
		}
		s.copy(at+int64(from-back), int64(n+back))
		i += n
		start, on = i, from+n
	}
	return literal(s, new[start:], emit)
}

func literal(s *Script, b []byte, emit func([]byte) error) error {
	if len(b) == 0 {
		return nil
	}
	s.tail += int64(len(b))
	return emit(b)
}

// same is how many bytes a and b begin with in common.
func same(a, b []byte) (n int) {
	most := min(len(a), len(b))
	for n+8 <= most {
		if x := binary.LittleEndian.Uint64(a[n:]) ^ binary.LittleEndian.Uint64(b[n:]); x != 0 {
			return n + bits.TrailingZeros64(x)/8
		}
		n += 8
	}
	for n < most && a[n] == b[n] {
		n++
	}
	return n
}

// A table finds where eight bytes are in a file: every place of a small file, every n-th of a larger, the last of several.
type table struct {
	at    []int32 // place+1 by hash
	shift int
}

// maxPlaces is how many places of a file are in a table: 16 MiB of memory.
const maxPlaces = 4 << 20

func newTable(old []byte) *table {
	step := 1 + len(old)/maxPlaces
	size := bits.Len(uint(len(old)/step)) + 1
	t := &table{make([]int32, 1<<size), 64 - size}
	for i := 0; i+8 <= len(old); i += step {
		t.at[t.hash(old[i:])] = int32(i) + 1
	}
	return t
}

func (t *table) hash(b []byte) uint64 {
	return binary.LittleEndian.Uint64(b) * 0x9e3779b97f4a7c15 >> t.shift // Fibonacci hashing
}

// find gives the place where eight bytes may be, −1 none.
func (t *table) find(b []byte) int { return int(t.at[t.hash(b)]) - 1 }
