package files

import "runtime"

// A Shelf keeps a few buffers for good, which a sync.Pool does not: it loses them at every second collection, and a small
// box collects many times a second when it is busy. Buffers longer than most are left to the collector.
type Shelf struct {
	kept chan []byte
	most int // bytes
}

// NewShelf has room for a buffer of at most so many bytes for each of four requests a processor, made when first wanted: a
// collection that runs stops some requests with a buffer in hand.
func NewShelf(most int) Shelf { return Shelf{make(chan []byte, 4*runtime.GOMAXPROCS(0)), most} }

// Take gives an empty buffer, which may have no room yet.
func (s Shelf) Take() []byte {
	select {
	case b := <-s.kept:
		return b[:0]
	default:
		return nil
	}
}

// Leave puts a buffer back; nothing may use it any more.
func (s Shelf) Leave(b []byte) {
	if cap(b) == 0 || cap(b) > s.most {
		return
	}
	select {
	case s.kept <- b:
	default:
	}
}
