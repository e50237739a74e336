package segment

import "math/bits"

// A coder is an encoder or a bitReader seen from a model: each method takes a value to write and returns it, or ignores
// what it is given and returns what it read. So a format is written down once, for both ways.
type coder interface {
	bit(p *bit, yes bool) bool
	direct(v uint64, n int) uint64
}

type writing struct{ *encoder }

func (w writing) bit(p *bit, yes bool) bool { w.encoder.bit(p, yes); return yes }
func (w writing) direct(v uint64, n int) uint64 {
	w.encoder.direct(v, n)
	return v
}

type reading struct{ *bitReader }

func (r reading) bit(p *bit, _ bool) bool       { return r.bitReader.bit(p) }
func (r reading) direct(_ uint64, n int) uint64 { return r.bitReader.direct(n) }

// numbers models one column of numbers: how many bits a number has, in unary; its next three bits by what came before
// them; the rest as they are.
type numbers struct {
	length [64]bit
	top    [65][8]bit
}

func (m *numbers) code(c coder, v uint64) uint64 {
	want, n := bits.Len64(v), 0
	for n < 64 && c.bit(&m.length[n], want > n) {
		n++
	}
	if n < 2 {
		return uint64(n) // 0 or 1
	}
	out, left, at := uint64(1), n-1, 1
	for ; left > 0 && at < 8; left-- {
		yes := c.bit(&m.top[n][at], v>>(left-1)&1 == 1)
		out, at = out<<1, at<<1
		if yes {
			out, at = out|1, at|1
		}
	}
	if left > 0 {
		out = out<<left | c.direct(v&(1<<left-1), left)
	}
	return out
}

// letters models text: each byte by the one before it, or, until that has been seen twice, by itself.
type letters struct {
	alone [256]bit
	after map[byte]*[256]bit
}

func (m *letters) code(c coder, before, v byte) byte {
	if m.after == nil {
		m.after = map[byte]*[256]bit{}
	}
	t := m.after[before]
	if t == nil {
		t = new([256]bit)
		m.after[before] = t
	}
	at := 1
	for i := 7; i >= 0; i-- {
		p, other := &t[at], &m.alone[at]
		if p.seen < 2 {
			p, other = other, p
		}
		yes := c.bit(p, v>>i&1 == 1)
		other.learn(yes)
		at <<= 1
		if yes {
			at |= 1
		}
	}
	return byte(at)
}
