package files

// combine returns the CRC-32 (IEEE) of a‖b from crc(a), crc(b) and len(b) alone: crc(a) is carried over len(b) zero
// bytes, which in GF(2)[x] modulo the polynomial is a product with x^(8·len(b)), found by squaring (the method of zlib
// since 1.2.12; RFC 1952 §8 has the polynomial).
func combine(a, b uint32, lenB int64) uint32 {
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

// power is x^(8n).
func power(n int64) uint32 {
	p := uint32(1) << 31 // x^0
	for k := 3; n > 0; k++ {
		if n&1 == 1 {
			p = multiply(squares[k&31], p)
		}
		n >>= 1
	}
	return p
}

// multiply is the product of two polynomials modulo ieee, bit 31 holding x^0.
func multiply(a, b uint32) uint32 {
	var p uint32
	for m := uint32(1) << 31; m != 0; m >>= 1 {
		if a&m != 0 {
			p ^= b
			if a&(m-1) == 0 {
				break
			}
		}
		if b&1 != 0 {
			b = b>>1 ^ ieee
		} else {
			b >>= 1
		}
	}
	return p
}
