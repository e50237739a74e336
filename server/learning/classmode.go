package learning

import (
	"encoding/hex"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/zeebo/blake3"

	"lamplight/content"
	"lamplight/sync/clock"
)

// A ClassMode is what a class looks at together, on every phone of it: a resource, or a question in one or two rounds. It is
// of one box, whose phones the class holds: another box of the school keeps it and shows it to nobody.
type ClassMode struct {
	Class  ClassID
	Box    string // the device's id
	State  ClassState
	At     Ref
	Item   content.ItemID // of the question; "" a resource
	Seed   uint64         // of the question's variant
	Rounds []string       // of the question, oldest first: the BASE of the ids of its answers
	By     PersonID       // who changed it last
	Since  clock.Stamp    // when
}

// A ClassState says what phones do.
type ClassState string

const (
	ClassOff      ClassState = ""         // each for themselves; what was looked at last is kept
	ClassLooks    ClassState = "looks"    // at a resource
	ClassAnswers  ClassState = "answers"  // the last round takes answers, which nobody sees
	ClassClosed   ClassState = "closed"   // it takes none; the teacher sees them
	ClassRevealed ClassState = "revealed" // and each learner what was right
)

const (
	// ClassModeHours is how long a class that nobody changes anything of goes on: two lessons and a break.
	ClassModeHours = 4
	// MaxRounds is how often one question is asked: alone, after talking in pairs, and once more.
	MaxRounds = 3
)

// AnswerID is the id of each learner's answer in a round: one a learner and round.
func AnswerID(round string) AttemptID { return AttemptID(round + ".1") }

// Round is the round that is going on or was last, "" none.
func (m *ClassMode) Round() string {
	if len(m.Rounds) == 0 {
		return ""
	}
	return m.Rounds[len(m.Rounds)-1]
}

// On says whether the class looks at something now. It ends by itself ClassModeHours after the last change by the box's own
// count; where the box was switched off meanwhile on another day, or so long after it was switched on again. A clock that
// is wrong ends nothing early.
func (m *ClassMode) On(t Today) bool {
	const most = ClassModeHours * dayMS / 24
	if m.State == ClassOff {
		return false
	}
	if m.Since.Boot == t.Now.Boot {
		return t.Now.MS-m.Since.MS < most
	}
	days, known := t.Since(m.Since)
	return t.Now.MS < most && !(known && days > 0)
}

// Subject is what its register is kept under: the class, on the box.
func (m *ClassMode) Subject() (s Subject) {
	s.ID, _ = Raw(m.Class)
	h := blake3.Sum256([]byte(m.Box))
	copy(s.Second[:], h[:])
	return s
}

// Check reports what is wrong with one that is to be saved, as fs.ErrInvalid.
func (m *ClassMode) Check() error {
	asks := m.Item != ""
	switch m.State {
	case ClassOff:
		return nil
	case ClassLooks:
		if asks || len(m.Rounds) > 0 {
			return fmt.Errorf("class %s looks at a question: %w", m.Class, fs.ErrInvalid)
		}
	case ClassAnswers, ClassClosed, ClassRevealed:
		if !asks || len(m.Rounds) == 0 || len(m.Rounds) > MaxRounds {
			return fmt.Errorf("class %s answers in %d rounds, 1 to %d fit: %w", m.Class, len(m.Rounds), MaxRounds, fs.ErrInvalid)
		}
		if _, err := CleanText("item id", string(m.Item), 1, maxItem); err != nil {
			return err
		}
	default:
		return fmt.Errorf("class %s in state %.20q: %w", m.Class, string(m.State), fs.ErrInvalid)
	}
	for _, r := range m.Rounds {
		if err := word("round", r, 13, 13); err != nil {
			return err
		}
	}
	return m.At.check()
}

// Values are its fields as the register keeps them.
func (m *ClassMode) Values() []Value {
	return []Value{
		{NowState, string(m.State)},
		{NowCourse, string(m.At.Course)},
		{NowResource, string(m.At.Resource)},
		{NowItem, string(m.Item)},
		{NowSeed, strconv.FormatUint(m.Seed, 10)},
		{NowRounds, strings.Join(m.Rounds, " ")},
		{NowBy, string(m.By)},
		{NowBoot, hex.EncodeToString(m.Since.Boot[:])},
		{NowMS, strconv.FormatInt(m.Since.MS, 10)},
	}
}

// ReadClassMode reads what Values wrote.
func ReadClassMode(class ClassID, box string, r *Record) ClassMode {
	m := ClassMode{
		Class: class, Box: box, State: ClassState(r.Get(NowState)), Item: content.ItemID(r.Get(NowItem)), Rounds: strings.Fields(r.Get(NowRounds)),
		At: Ref{content.CourseID(r.Get(NowCourse)), content.ResourceID(r.Get(NowResource))}, By: PersonID(r.Get(NowBy)),
	}
	m.Seed, _ = strconv.ParseUint(r.Get(NowSeed), 10, 64)
	m.Since.MS, _ = strconv.ParseInt(r.Get(NowMS), 10, 64)
	_, _ = hex.Decode(m.Since.Boot[:], []byte(r.Get(NowBoot))[:min(16, len(r.Get(NowBoot)))])
	if m.Check() != nil {
		m.State = ClassOff
	}
	return m
}
