package segment

// A Scribe writes or reads numbers and texts one after the other, each by a model that learns as it goes, so that a format is
// written down once for both ways: each method takes a value to write and returns it, or ignores what it is given and
// returns what it read. Models are numbered by the format. What is read beyond the end are zeros, and what a hostile writer
// made reads as anything: whoever reads bounds what it asks for. Not safe for concurrent use.
type Scribe struct {
	c       coder
	out     *encoder
	in      *bitReader
	numbers map[int]*numbers
	letters map[int]*letters
}

// NewScribe writes.
func NewScribe() *Scribe {
	out := newEncoder()
	return &Scribe{c: writing{out}, out: out, numbers: map[int]*numbers{}, letters: map[int]*letters{}}
}

// ReadScribe reads what Finish gave.
func ReadScribe(b []byte) *Scribe {
	in := newBitReader(b)
	return &Scribe{c: reading{in}, in: in, numbers: map[int]*numbers{}, letters: map[int]*letters{}}
}

// Reads says whether it reads.
func (s *Scribe) Reads() bool { return s.in != nil }

// Number is any number; small ones of a model that are often the same cost little.
func (s *Scribe) Number(model int, v uint64) uint64 {
	m := s.numbers[model]
	if m == nil {
		m = &numbers{}
		s.numbers[model] = m
	}
	return m.code(s.c, v)
}

// Flag is a yes or no.
func (s *Scribe) Flag(model int, v bool) bool {
	n := uint64(0)
	if v {
		n = 1
	}
	return s.Number(model, n) != 0
}

// Text is at most so many bytes, each guessed from the one before it; longer ones are cut.
func (s *Scribe) Text(model int, v string, most int) string {
	n := min(s.Number(model, uint64(min(len(v), most))), uint64(most))
	m := s.letters[model]
	if m == nil {
		m = &letters{}
		s.letters[model] = m
	}
	out, before := make([]byte, 0, min(n, 64)), byte(0)
	for i := range int(n) {
		var b byte
		if s.in == nil {
			b = v[i]
		}
		before = m.code(s.c, before, b)
		out = append(out, before)
	}
	return string(out)
}

// Raw fills b with bytes that nothing tells of beforehand, or writes them as they are.
func (s *Scribe) Raw(b []byte) {
	for i := range b {
		b[i] = byte(s.c.direct(uint64(b[i]), 8))
	}
}

// Finish is what was written.
func (s *Scribe) Finish() []byte { return s.out.finish() }
