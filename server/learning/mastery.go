package learning

import (
	"fmt"
	"io/fs"
	"math/bits"
	"strconv"
	"strings"

	"lamplight/content"
	"lamplight/sync/clock"
)

// maxWindow is how many first tries a Mastery remembers, and so the largest N of m_of_n with M < N.
const maxWindow = 64

// Goal is how many first tries must be right, among how many of the last, as Kolibri's mastery models say:
// do_all all of the exercise's items in a row (the item count is c.N), num_correct_in_a_row_K K in a row, m_of_n M
// of the last N, where fewer than N tries suffice when M are right already; and as ours does: spaced_m_of_n as m_of_n,
// and then once more on a later day (see spaced.go). fs.ErrInvalid for any other type.
func Goal(c content.Criterion) (m, n int, err error) {
	switch c.Type {
	case "do_all":
		m, n = c.N, c.N
	case "num_correct_in_a_row_2":
		m, n = 2, 2
	case "num_correct_in_a_row_3":
		m, n = 3, 3
	case "num_correct_in_a_row_5":
		m, n = 5, 5
	case "num_correct_in_a_row_10":
		m, n = 10, 10
	case "m_of_n", spacedMofN:
		m, n = c.M, c.N
	}
	if m < 1 || n < m || n > 10000 || (m < n && n > maxWindow) {
		return 0, 0, fmt.Errorf("criterion %.40q %d/%d: %w", c.Type, c.M, c.N, fs.ErrInvalid)
	}
	return m, n, nil
}

// CriterionOf is an exercise's criterion as attempts carry it: do_all with its item count; what cannot be read, and an
// m_of_n wider than 64 tries, becomes the default m_of_n 4/5.
func CriterionOf(ex content.Exercise) content.Criterion {
	c := ex.Criterion
	if c.Type == "do_all" {
		c.N = len(ex.Items)
	}
	if _, _, err := Goal(c); err != nil {
		return content.Criterion{Type: "m_of_n", M: 4, N: 5}
	}
	return c
}

func packCriterion(c content.Criterion) string {
	switch c.Type {
	case "m_of_n", spacedMofN:
		return fmt.Sprintf("%s %d/%d", c.Type, c.M, c.N)
	case "do_all":
		return "do_all " + strconv.Itoa(c.N)
	}
	return c.Type
}

func unpackCriterion(s string) (c content.Criterion) {
	name, rest, _ := strings.Cut(s, " ")
	c.Type = name
	first, second, both := strings.Cut(rest, "/")
	if both {
		c.M, _ = strconv.Atoi(first)
		c.N, _ = strconv.Atoi(second)
	} else if rest != "" {
		c.N, _ = strconv.Atoi(rest)
	}
	return c
}

// A Mastery is the fold of one learner's counted attempts at one exercise, in Order. Its zero value has seen none.
//
// A try is the first answer to one variant (item and seed); more answers to the same variant are tries again, which
// never count towards mastery. A hint before the first answer makes it a try that is not right.
type Mastery struct {
	Attempts uint64 // all answers
	Correct  uint64 // of them right
	Tries    uint64 // first answers
	Right    uint64 // of them right without a hint
	Streak   uint64 // of them the last ones in a row
	Rights   uint64 // bit i: the try i ago was right without a hint
	Hinted   uint64 // bit i: the try i ago was right with one
	Mastered bool   // never of spaced_m_of_n, which MasteredBy knows
	Help     bool   // HelpAfter wrong answers in a row, and none right since
	Item     string // the last answered, its seed, and whether that variant has been answered right
	Seed     uint64
	ItemOK   bool
	Wrong    uint64 // wrong answers since the last right one
	Missed   uint64 // tries not right in a row at Item
	Turn     uint64 // moved on to another item, counting
	M, N     uint64 // the last attempt's goal
	Shown    []Variant

	Spaced spaced // of spaced_m_of_n alone
}

// A Variant is an item with its seed. Shown keeps the last few so that an answer posted late to one of them is not
// taken for a new try.
type Variant struct {
	Item uint32 // a hash of the item's id
	Seed uint64
}

const maxShown = 4

// Step folds the next attempt, made at st.
func (m *Mastery) Step(a *Attempt, st clock.Stamp) {
	m.Attempts++
	if a.Correct {
		m.Correct++
	}
	if string(a.Item) != m.Item {
		m.Missed = 0
	}
	v := Variant{hashItem(a.Item), a.Seed}
	if !m.wasShown(v) {
		m.try(a, v, st)
	}
	sameVariant := string(a.Item) == m.Item && a.Seed == m.Seed
	m.ItemOK = a.Correct || sameVariant && m.ItemOK
	m.Item, m.Seed = string(a.Item), a.Seed
	if a.Correct {
		m.Wrong, m.Help = 0, false
		return
	}
	m.Wrong++
	m.Help = m.Help || m.Wrong >= HelpAfter
}

func (m *Mastery) try(a *Attempt, v Variant, st clock.Stamp) {
	m.Shown = append(m.Shown, v)
	if len(m.Shown) > maxShown {
		m.Shown = m.Shown[1:]
	}
	right, hinted := a.Correct && a.Hints == 0, a.Correct && a.Hints > 0
	m.Tries++
	m.Rights, m.Hinted = m.Rights<<1|bit(right), m.Hinted<<1|bit(hinted)
	if right {
		m.Right++
		m.Streak++
		m.Missed = 0
		m.Turn++
	} else {
		m.Streak = 0
		m.Missed++
		if m.Missed >= maxMissed {
			m.Missed = 0
			m.Turn++
		}
	}
	if need, window, err := Goal(a.Criterion); err == nil {
		m.M, m.N = uint64(need), uint64(window)
		m.meet(a.Criterion.Type == spacedMofN, right, st)
	}
}

// meet notes that the last try, right or not, may have met the criterion.
func (m *Mastery) meet(isSpaced, right bool, st clock.Stamp) {
	m.Spaced.Asked = isSpaced
	switch {
	case isSpaced && m.Spaced.Practised:
		if right {
			m.Spaced.check(st)
		}
	case m.have() < m.M:
	case isSpaced:
		m.Spaced.Practised, m.Spaced.At = true, st
	default:
		m.Mastered = true
	}
}

// maxMissed variants of one item not right in a row, the exercise moves on to another item.
const maxMissed = 2

// have is how many right tries count now.
func (m *Mastery) have() uint64 {
	if m.M == m.N {
		return min(m.Streak, m.M)
	}
	return uint64(bits.OnesCount64(m.Rights & (1<<m.N - 1)))
}

func (m *Mastery) wasShown(v Variant) bool {
	for _, s := range m.Shown {
		if s == v {
			return true
		}
	}
	return false
}

// MasteredBy reports whether the criterion was met once, by what a calendar knows of the days.
func (m *Mastery) MasteredBy(c Calendar) bool { return m.Mastered || m.Spaced.met(c) }

// State is what pages show of it. c is for spaced_m_of_n, and may be nil.
func (m *Mastery) State(c Calendar) ExerciseState {
	s := ExerciseState{
		FirstTries: int(m.Tries), Right: int(m.Right), Streak: int(m.Streak), Mastered: m.MasteredBy(c),
		Have: int(m.have()), Need: int(m.M), Window: int(m.N),
		Item: content.ItemID(m.Item), Seed: m.Seed, ItemRight: m.ItemOK,
		Wrong: int(m.Wrong), NeedsHelp: m.Help, Turn: int(m.Turn), Again: m.Missed > 0,
	}
	s.Practised = s.Mastered || m.Spaced.Practised
	if m.Spaced.Asked && m.Spaced.Practised && !s.Mastered {
		s.PractisedAt = m.Spaced.At
		s.CheckDue, s.CheckDueKnown = m.Spaced.due(c)
	}
	for i := int(min(m.Tries, 10)) - 1; i >= 0; i-- {
		switch {
		case m.Rights>>i&1 == 1:
			s.Dots = append(s.Dots, DotRight)
		case m.Hinted>>i&1 == 1:
			s.Dots = append(s.Dots, DotHinted)
		default:
			s.Dots = append(s.Dots, DotWrong)
		}
	}
	return s
}

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// hashItem is FNV-1a, 32 bits: it only tells the last few variants of one exercise apart.
func hashItem(id content.ItemID) uint32 {
	h := uint32(2166136261)
	for i := range len(id) {
		h = (h ^ uint32(id[i])) * 16777619
	}
	return h
}

// Encode writes it as folds keep it.
func (m *Mastery) Encode(e *Encoder) {
	for _, n := range []uint64{m.Attempts, m.Correct, m.Tries, m.Right, m.Streak, m.Rights, m.Hinted, m.Seed, m.Wrong, m.Missed, m.Turn, m.M, m.N} {
		e.Uint(n)
	}
	e.Uint(bit(m.Mastered) | bit(m.Help)<<1 | bit(m.ItemOK)<<2 | m.Spaced.flags())
	e.String(m.Item)
	e.Uint(uint64(len(m.Shown)))
	for _, v := range m.Shown {
		e.Uint(uint64(v.Item))
		e.Uint(v.Seed)
	}
	m.Spaced.encode(e)
}

// Decode reads what Encode wrote.
func (m *Mastery) Decode(d *Decoder) {
	for _, n := range []*uint64{&m.Attempts, &m.Correct, &m.Tries, &m.Right, &m.Streak, &m.Rights, &m.Hinted, &m.Seed, &m.Wrong, &m.Missed, &m.Turn, &m.M, &m.N} {
		*n = d.Uint()
	}
	flags := d.Uint()
	m.Mastered, m.Help, m.ItemOK = flags&1 != 0, flags&2 != 0, flags&4 != 0
	m.Item = d.String()
	n := d.Uint()
	m.Shown = nil
	for range min(n, maxShown) {
		m.Shown = append(m.Shown, Variant{uint32(d.Uint()), d.Uint()})
	}
	m.Spaced.decode(d, flags)
}

// DecodeSums reads what Encode wrote, but for which variants were shown: what reports sum up over thousands of these.
func (m *Mastery) DecodeSums(d *Decoder) {
	for _, n := range []*uint64{&m.Attempts, &m.Correct, &m.Tries, &m.Right, &m.Streak, &m.Rights, &m.Hinted, &m.Seed, &m.Wrong, &m.Missed, &m.Turn, &m.M, &m.N} {
		*n = d.Uint()
	}
	flags := d.Uint()
	m.Mastered, m.Help, m.ItemOK = flags&1 != 0, flags&2 != 0, flags&4 != 0
	d.Raw(d.Uint())
	for n := min(d.Uint(), maxShown); n > 0; n-- {
		d.Uint()
		d.Uint()
	}
	m.Spaced.decode(d, flags)
}

// Level is how well the exercise goes, as reports say it: "can" once mastered, "nearly" from half of what the criterion asks
// on, else, and while help is needed, "notyet"; "notmet" where nothing was tried.
func (m *Mastery) Level(c Calendar) string {
	switch {
	case m.Attempts == 0:
		return "notmet"
	case m.MasteredBy(c):
		return "can"
	case m.Help || 2*m.have() < m.M:
		return "notyet"
	}
	return "nearly"
}
