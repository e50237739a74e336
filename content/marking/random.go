package marking

import "math/bits"

// A source is xoshiro256** 1.0 (Blackman and Vigna, 2018, public domain), seeded by splitmix64.
type source struct{ s [4]uint64 }

func newSource(seed uint64, id string) *source {
	x := seed ^ fnv1a(id)
	var r source
	for i := range r.s { // splitmix64
		x += 0x9e3779b97f4a7c15
		z := x
		z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
		z = (z ^ z>>27) * 0x94d049bb133111eb
		r.s[i] = z ^ z>>31
	}
	return &r
}

func (r *source) next() uint64 {
	s := &r.s
	out := bits.RotateLeft64(s[1]*5, 7) * 9
	t := s[1] << 17
	s[2] ^= s[0]
	s[3] ^= s[1]
	s[1] ^= s[2]
	s[0] ^= s[3]
	s[2] ^= t
	s[3] = bits.RotateLeft64(s[3], 45)
	return out
}

// below gives a number from 0 to n-1, each as likely. n is at least 1.
func (r *source) below(n uint64) uint64 {
	limit := -n % n // 2^64 mod n: so many of the highest outputs are thrown away
	for {
		if v := r.next(); v <= ^limit {
			return v % n
		}
	}
}

// shuffle is Fisher and Yates, from the end.
func shuffle[T any](r *source, s []T) {
	for i := len(s) - 1; i > 0; i-- {
		j := int(r.below(uint64(i + 1)))
		s[i], s[j] = s[j], s[i]
	}
}

// fnv1a is the 64-bit FNV-1a hash.
func fnv1a(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := 0; i < len(s); i++ {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}
