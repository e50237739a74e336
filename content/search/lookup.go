package search

// find looks terms up, which are in order, each once. out[i] is where the list of the i-th is; short ones are kept in room.
func (s *segment) find(terms []string, out []posting, block []byte, room *arena) (buf []byte, err error) {
	at := -1
	var r blockReader
	for i, term := range terms {
		n := s.blockOf(term)
		if n < 0 {
			continue
		}
		if n != at {
			where, _ := s.block(n)
			if block, err = s.read(where, block, true); err != nil {
				return block, err
			}
			r.reset(block)
			at = n
		}
		for r.ok && string(r.term) < term {
			r.next()
		}
		if r.err != nil {
			return block, r.err
		}
		if r.ok && string(r.term) == term {
			out[i] = r.posting
			if r.list != nil {
				out[i].list = room.keep(r.list)
			}
		}
	}
	return block, nil
}

// each calls fn with the entries from the first that is not before from on, until it says false.
func (s *segment) each(from string, fn func(e *entry) (bool, error)) error {
	var block []byte
	var r blockReader
	for n := max(s.blockOf(from), 0); n < len(s.starts); n++ {
		where, _ := s.block(n)
		var err error
		if block, err = s.read(where, block, true); err != nil {
			return err
		}
		for r.reset(block); r.ok; r.next() {
			if string(r.term) < from {
				continue
			}
			if more, err := fn(&r.entry); err != nil || !more {
				return err
			}
		}
		if r.err != nil {
			return r.err
		}
	}
	return nil
}

// An arena is room for bytes that are all done with at once.
type arena struct{ b []byte }

// keptArena is how much of it is kept for the next search.
const keptArena = 512 << 10

func (a *arena) take(n int) []byte {
	if cap(a.b)-len(a.b) < n {
		a.b = make([]byte, 0, max(n, 2*cap(a.b), 16<<10))
	}
	from := len(a.b)
	a.b = a.b[:from+n]
	return a.b[from : from+n : from+n]
}

func (a *arena) keep(b []byte) []byte {
	out := a.take(len(b))
	copy(out, b)
	return out
}

func (a *arena) reset() {
	if cap(a.b) > keptArena {
		a.b = nil
	}
	a.b = a.b[:0]
}
