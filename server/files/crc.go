package files

// combine returns the CRC-32 (IEEE) of a‖b from crc(a), crc(b) and len(b) alone: crc(a) is carried over len(b) zero
// bytes, which in GF(2)[x] modulo the polynomial is a product with x^(8·len(b)), found by squaring (the method of zlib
// since 1.2.12; RFC 1952 §8 has the polynomial).
func combine(a, b, lenB uint32) uint32 {
	return multiply(power(lenB), a) ^ b
}

// ieee is the reflected polynomial of RFC 1952.
const ieee = 0xedb88320

// squares[k] is x^(2^k) modulo the polynomial, reflected.
var squares = func() (t [32]uint32) {
	p := uint32(1) << 30 // x^1
	for k := range t {
		t[k] = p
		p = multiply(p, p)
	}
	return t
}()

// powers[k][b] is x^(8·b·256^k), so that any length is carried over by a few products.
var powers = func() (t [4][256]uint32) {
	for k := range t {
		t[k][0] = 1 << 31 // x^0
		for b := 1; b < 256; b++ {
			t[k][b] = multiply(t[k][b-1], squares[3+8*k])
		}
	}
	return t
}()

// power is x^(8n), for n of at most 32 bits: gzip's length has no more.
func power(n uint32) uint32 {
	p := powers[0][n&255]
	for k := 1; n>>(8*k) != 0; k++ {
		p = multiply(powers[k][n>>(8*k)&255], p)
	}
	return p
}

// multiply is the product of two polynomials modulo ieee, bit 31 holding x^0.
func multiply(a, b uint32) uint32 {
	by := factorOf(a)
	return by.times(b)
}

// A factor is a polynomial made ready to multiply others: its products with the sixteen polynomials below x^4, whose x^0 is
// bit 3. Four bits a step and no branch to guess: a page has some ten products.
type factor [16]uint32

func factorOf(a uint32) (f factor) {
	for bit := 8; bit > 0; bit >>= 1 {
		f[bit] = a
		a = a>>1 ^ ieee&-(a&1)
	}
	for n := 3; n < 16; n++ {
		low := n & -n
		f[n] = f[n^low] ^ f[low]
	}
	return f
}

// carry[n] is what the four bits n leave when they are shifted out, from x^28 and above to x^32 and above.
var carry = factorOf(shifted(1<<31, 32))

// times is the product with b.
func (f *factor) times(b uint32) uint32 {
	var p uint32
	for range 8 {
		p = p>>4 ^ carry[p&15] ^ f[b&15]
		b >>= 4
	}
	return p
}

// shifted is a·x^n.
func shifted(a uint32, n int) uint32 {
	for range n {
		a = a>>1 ^ ieee&-(a&1)
	}
	return a
}
