package segment

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"

	"lamplight/sync/clock"
)

// school makes up attempts: 216 learners in 8 classes, lessons of half an hour, exercises by Zipf,
// 60/25/15 % choice, number and text answers.
type school struct {
	r         *rand.Rand
	learners  [][]byte
	exercises []string
	pages     map[string]page
	zipf      *rand.Zipf
	lesson    int
	at        int64
	lamport   uint64
	boot      clock.Boot
}

type page struct {
	base []byte
	n    uint64
}

const (
	colLearner = 1 + iota
	colExercise
	colItem
	colChoice
	colNumber
	colText
	colCorrect
	colDuration
	colHints
	colSeed
	colBase
	colN
)

func newSchool(seed uint64) *school {
	s := &school{r: rand.New(rand.NewPCG(seed, 7)), pages: map[string]page{}}
	for range 216 {
		s.learners = append(s.learners, s.bytes(16))
	}
	for i := range 120 {
		s.exercises = append(s.exercises, fmt.Sprintf("numeracy-1:%02d-topic/%02d-practice", i/10, i))
	}
	s.zipf = rand.NewZipf(s.r, 1.3, 3, 119)
	copy(s.boot[:], s.bytes(8))
	return s
}

func (s *school) bytes(n int) []byte {
	var b []byte
	for len(b) < n {
		b = binary.BigEndian.AppendUint64(b, s.r.Uint64())
	}
	return b[:n]
}

// next is one attempt: a class works for about 400 attempts, on three exercises, then another does.
func (s *school) next() *Event {
	if s.lamport%400 == 0 {
		s.lesson++
		s.at += 600
	}
	s.lamport++
	s.at += int64(s.r.ExpFloat64() * 4.5)
	learner := s.learners[(s.lesson%8)*27+s.r.IntN(27)]
	ex := int(s.zipf.Uint64()+uint64(s.lesson*7)) % 120
	item := s.r.IntN(10)
	e := &Event{Lamport: s.lamport, Stamp: clock.Stamp{Boot: s.boot, MS: s.at * 1000}, Kind: "attempt/1"}
	num := func(c uint16, v uint64) { e.Fields = append(e.Fields, Field{Col: c, Type: Uint, Num: v}) }
	id := func(c uint16, v []byte) { e.Fields = append(e.Fields, Field{Col: c, Type: Bytes, Data: v}) }
	id(colLearner, learner)
	id(colExercise, []byte(s.exercises[ex]))
	id(colItem, fmt.Appendf(nil, "item-%d", item))
	right := s.r.Float64() < 0.72
	s.answer(e, right)
	if right {
		num(colCorrect, 1)
	} else {
		num(colCorrect, 0)
	}
	num(colDuration, uint64(math.Min(3000, 120*math.Exp(0.6*s.r.NormFloat64()))))
	hints := uint64(0)
	if s.r.Float64() < 0.08 {
		hints = 1 + s.r.Uint64N(3)
	}
	num(colHints, hints)
	return e
}

func (s *school) answer(e *Event, right bool) {
	switch x := s.r.Float64(); {
	case x < 0.60:
		e.Fields = append(e.Fields, Field{Col: colChoice, Type: Uint, Num: s.r.Uint64N(4)})
	case x < 0.85:
		e.Fields = append(e.Fields, Field{Col: colNumber, Type: Int, Num: uint64(s.r.IntN(100))})
	default:
		words := []string{"mango", "the cow", "river", "seven", "nairobi", "east", "a leaf", "twelve"}
		w := words[s.r.IntN(len(words))]
		if !right {
			w = w[:1+s.r.IntN(len(w))]
		}
		e.Fields = append(e.Fields, Field{Col: colText, Type: Text, Data: []byte(w)})
	}
}

// withPage adds what the page carries: a random base for each learner's half hour, a small counter, a small seed.
func (s *school) withPage(e *Event) *Event {
	who := fmt.Sprintf("%x/%d", e.Bytes(colLearner), s.lesson)
	p := s.pages[who]
	if p.base == nil {
		p.base = s.bytes(8)
	}
	p.n++
	s.pages[who] = p
	e.Fields = append(e.Fields, Field{Col: colSeed, Type: Uint, Num: s.r.Uint64N(64)},
		Field{Col: colBase, Type: Bytes, Data: p.base}, Field{Col: colN, Type: Uint, Num: p.n})
	return e
}
