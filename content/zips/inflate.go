package zips

import (
	"fmt"
	"io"
	"io/fs"
	"math/bits"
)

// An inflater unpacks a deflate stream (RFC 1951) and can be stopped and begun again at any symbol, which the standard
// library's cannot: that is how a film inside a zip is begun in its middle.
type inflater struct {
	src   io.ReaderAt
	next  int64 // of the byte to load next
	end   int64
	in    []byte // loaded and not yet in acc
	buf   [4096]byte
	acc   uint64 // bits, lowest first
	n     uint   // of acc
	out   [2 * window]byte
	from  int   // of what Read gives out next
	to    int   // of what is written next
	total int64 // bytes unpacked, with those not yet given out
	block block
	raw   [maxLit + maxDist]uint8 // code lengths of the block
	lit   code
	dist  code
	err   error
}

const (
	window  = 32 << 10
	full    = 2*window - 258 // of out: the longest copy still fits
	maxLit  = 288
	maxDist = 32
)

// A block is where in its block an inflater is.
type block struct {
	kind   uint8 // outside, asIs, coded
	last   bool
	remain int   // bytes of a stored block
	lits   int16 // code lengths in raw that are of literals
	dists  int16
}

const (
	outside uint8 = iota
	asIs
	coded
)

// A restart is all that an inflater needs to go on from a place.
type restart struct {
	at     int64 // bytes unpacked before it
	bit    int64 // of the source
	block  block
	raw    []uint8
	window []byte // the last bytes before it, up to 32 KiB
}

func (f *inflater) errorf(format string, args ...any) error {
	return fmt.Errorf("zip: damaged: %s: %w", fmt.Sprintf(format, args...), fs.ErrInvalid)
}

// begin starts at the beginning of the stream at [offset, offset+packed).
func (f *inflater) begin(src io.ReaderAt, offset, packed int64) {
	f.src, f.next, f.end = src, offset, offset+packed
	f.in, f.acc, f.n, f.from, f.to, f.total, f.block, f.err = nil, 0, 0, 0, 0, 0, block{}, nil
}

// resume goes on from p of the stream that begins at offset.
func (f *inflater) resume(src io.ReaderAt, offset, packed int64, p *restart) error {
	f.begin(src, offset, packed)
	f.next = offset + p.bit/8
	if skip := uint(p.bit % 8); skip > 0 {
		if !f.need(8) {
			return f.err
		}
		f.drop(skip)
	}
	f.to = copy(f.out[:], p.window)
	f.from, f.total, f.block = f.to, p.at, p.block
	copy(f.raw[:], p.raw)
	if f.block.kind == coded {
		f.buildCodes()
	}
	return f.err
}

// mark is where the inflater is now: behind all that is unpacked, whether given out or not.
func (f *inflater) mark(offset int64) *restart {
	p := &restart{at: f.total, bit: (f.next-int64(len(f.in))-offset)*8 - int64(f.n), block: f.block}
	p.window = append(p.window, f.out[max(0, f.to-window):f.to]...)
	if f.block.kind == coded {
		p.raw = append(p.raw, f.raw[:int(f.block.lits)+int(f.block.dists)]...)
	}
	return p
}

// Read gives out what is unpacked, and unpacks on when there is none. io.EOF is behind the last block.
func (f *inflater) Read(p []byte) (int, error) {
	for f.from == f.to && f.err == nil {
		f.fill()
	}
	n := copy(p, f.out[f.from:f.to])
	if f.from += n; n > 0 || len(p) == 0 {
		return n, nil
	}
	return 0, f.err
}

// fill unpacks until there is much to give out or the stream ends.
func (f *inflater) fill() {
	if f.to >= full {
		keep := copy(f.out[:], f.out[f.to-window:f.to])
		f.from, f.to = keep, keep
	}
	before := f.to
	for f.err == nil && f.to < full && f.to-before < window/2 {
		switch f.block.kind {
		case outside:
			f.header()
		case asIs:
			f.copyStored()
		default:
			f.decode()
		}
	}
	f.total += int64(f.to - before)
}

// need loads at least n ≤ 56 bits, or fewer where the source ends; false is an error.
func (f *inflater) need(n uint) bool {
	for f.n <= 56 {
		if len(f.in) == 0 && !f.load() {
			break
		}
		f.acc |= uint64(f.in[0]) << f.n
		f.in, f.n = f.in[1:], f.n+8
	}
	if f.n < n && f.err == nil {
		f.err = f.errorf("cut short")
	}
	return f.n >= n
}

func (f *inflater) load() bool {
	want := min(int64(len(f.buf)), f.end-f.next)
	if want <= 0 || f.err != nil {
		return false
	}
	n, err := f.src.ReadAt(f.buf[:want], f.next)
	if int64(n) < want {
		f.err = err
		if err == nil || err == io.EOF {
			f.err = f.errorf("cut short")
		}
		return false
	}
	f.in, f.next = f.buf[:n], f.next+int64(n)
	return true
}

func (f *inflater) drop(n uint) { f.acc, f.n = f.acc>>n, f.n-n }

func (f *inflater) take(n uint) int {
	if !f.need(n) {
		return 0
	}
	v := int(f.acc & (1<<n - 1))
	f.drop(n)
	return v
}

// header begins a block (3.2.3), or ends the stream.
func (f *inflater) header() {
	if f.block.last {
		f.err = io.EOF
		return
	}
	f.block = block{last: f.take(1) == 1}
	switch kind := f.take(2); {
	case f.err != nil:
	case kind == 0:
		f.drop(f.n % 8)
		size, not := f.take(16), f.take(16)
		if size != ^not&0xFFFF && f.err == nil {
			f.err = f.errorf("a stored block of two lengths")
		}
		f.block.kind, f.block.remain = asIs, size
	case kind == 1:
		f.fixed()
	case kind == 2:
		f.dynamic()
	default:
		f.err = f.errorf("a block of no kind")
	}
}

func (f *inflater) copyStored() {
	for f.block.remain > 0 && f.to < full {
		if f.n >= 8 { // whole bytes: a stored block begins at one
			f.out[f.to] = byte(f.acc)
			f.drop(8)
			f.to, f.block.remain = f.to+1, f.block.remain-1
			continue
		}
		if len(f.in) == 0 && !f.load() {
			if f.err == nil {
				f.err = f.errorf("cut short")
			}
			return
		}
		n := copy(f.out[f.to:full], f.in[:min(len(f.in), f.block.remain)])
		f.in, f.to, f.block.remain = f.in[n:], f.to+n, f.block.remain-n
	}
	if f.block.remain == 0 {
		f.block.kind = outside
	}
}

// Base lengths and distances and their extra bits (3.2.5).
var (
	lengthBase = [29]int{3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258}
	lengthBits = [29]uint{0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0}
	distBase   = [30]int{1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577}
	distBits   = [30]uint{0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13}
)

// decode unpacks symbols until out is full enough or the block ends.
func (f *inflater) decode() {
	for f.to < full {
		if f.n < 48 {
			f.need(0)
		}
		symbol := f.symbol(&f.lit)
		switch {
		case f.err != nil:
			return
		case symbol < 256:
			f.out[f.to] = byte(symbol)
			f.to++
		case symbol == 256:
			f.block.kind = outside
			return
		default:
			f.copyBack(symbol - 257)
		}
	}
}

// copyBack repeats what came before: length code l, and a distance.
func (f *inflater) copyBack(l int) {
	if l >= len(lengthBase) {
		f.err = f.errorf("a length of no code")
		return
	}
	length := lengthBase[l] + f.take(lengthBits[l])
	d := f.symbol(&f.dist)
	if f.err != nil || d >= len(distBase) {
		if f.err == nil {
			f.err = f.errorf("a distance of no code")
		}
		return
	}
	from := f.to - distBase[d] - f.take(distBits[d])
	if from < 0 || f.err != nil {
		if f.err == nil {
			f.err = f.errorf("a reference to before the beginning")
		}
		return
	}
	for length > 0 {
		n := copy(f.out[f.to:f.to+length], f.out[from:f.to])
		f.to, length = f.to+n, length-n
	}
}

// A code is a canonical prefix code (3.2.2): symbols of up to fast bits by table, longer ones by counting.
type code struct {
	table  [1 << fast]uint16 // symbol << 4 | length by the next bits; 0 for longer codes
	count  [16]uint16
	symbol [maxLit]uint16
}

const fast = 9

func (f *inflater) symbol(c *code) int {
	if f.n < 15 {
		f.need(0)
	}
	if v := c.table[f.acc&(1<<fast-1)]; v != 0 && uint(v&15) <= f.n {
		f.drop(uint(v & 15))
		return int(v >> 4)
	}
	sum, first, index := 0, 0, 0
	for length := uint(1); length <= 15 && length <= f.n; length++ {
		sum |= int(f.acc>>(length-1)) & 1
		n := int(c.count[length])
		if sum-n < first {
			f.drop(length)
			return int(c.symbol[index+sum-first])
		}
		index, first, sum = index+n, (first+n)<<1, sum<<1
	}
	if f.err == nil {
		f.err = f.errorf("cut short, or bits of no code")
	}
	return 0
}

// build makes the code of the given lengths. false: more codes than there can be. A code with too few is taken: the bits
// it leaves unused are an error where they occur.
func (c *code) build(lengths []uint8) bool {
	*c = code{}
	for _, l := range lengths {
		c.count[l]++
	}
	c.count[0] = 0
	left := 1
	var offset, next [16]int
	for l := 1; l < 16; l++ {
		if left = left<<1 - int(c.count[l]); left < 0 {
			return false
		}
		if l < 15 {
			offset[l+1] = offset[l] + int(c.count[l])
			next[l+1] = (next[l] + int(c.count[l])) << 1
		}
	}
	for s, l := range lengths {
		if l == 0 {
			continue
		}
		c.symbol[offset[l]] = uint16(s)
		offset[l]++
		if l <= fast {
			reversed := int(bits.Reverse16(uint16(next[l])) >> (16 - l))
			for i := reversed; i < 1<<fast; i += 1 << l {
				c.table[i] = uint16(s)<<4 | uint16(l)
			}
		}
		next[l]++
	}
	return true
}

func (f *inflater) buildCodes() {
	lits, dists := int(f.block.lits), int(f.block.dists)
	if !f.lit.build(f.raw[:lits]) || !f.dist.build(f.raw[lits:lits+dists]) {
		f.err = f.errorf("a code of too many symbols")
	}
}

// fixed begins a block in the fixed code (3.2.6).
func (f *inflater) fixed() {
	for i := range maxLit {
		f.raw[i] = 8
		if i >= 144 && i < 256 {
			f.raw[i] = 9
		}
		if i >= 256 && i < 280 {
			f.raw[i] = 7
		}
	}
	for i := range 30 {
		f.raw[maxLit+i] = 5
	}
	f.block.kind, f.block.lits, f.block.dists = coded, maxLit, 30
	f.buildCodes()
}

var codeOrder = [19]int{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// dynamic begins a block that brings its own code (3.2.7).
func (f *inflater) dynamic() {
	lits, dists, codes := f.take(5)+257, f.take(5)+1, f.take(4)+4
	if f.err != nil || lits > 286 || dists > 30 {
		if f.err == nil {
			f.err = f.errorf("a code of %d literals and %d distances", lits, dists)
		}
		return
	}
	var lengths [19]uint8
	for _, at := range codeOrder[:codes] {
		lengths[at] = uint8(f.take(3))
	}
	if f.err == nil && !f.lit.build(lengths[:]) {
		f.err = f.errorf("a code of too many symbols")
	}
	f.block.kind, f.block.lits, f.block.dists = coded, int16(lits), int16(dists)
	f.codeLengths(f.raw[:lits+dists])
	if f.err == nil && f.raw[256] == 0 {
		f.err = f.errorf("a block without an end")
	}
	if f.err == nil {
		f.buildCodes()
	}
}

// codeLengths reads run-length coded code lengths; f.lit is their own code.
func (f *inflater) codeLengths(to []uint8) {
	for i := 0; i < len(to) && f.err == nil; {
		symbol, value, times := f.symbol(&f.lit), uint8(0), 1
		switch {
		case f.err != nil:
			return
		case symbol < 16:
			value = uint8(symbol)
		case symbol == 16 && i == 0:
			f.err = f.errorf("a repetition of nothing")
			return
		case symbol == 16:
			value, times = to[i-1], 3+f.take(2)
		case symbol == 17:
			times = 3 + f.take(3)
		default:
			times = 11 + f.take(7)
		}
		if times > len(to)-i {
			f.err = f.errorf("too many code lengths")
			return
		}
		for range times {
			to[i] = value
			i++
		}
	}
}
