package learning

import (
	"cmp"
	"encoding/hex"

	"github.com/zeebo/blake3"

	"lamplight/content"
	"lamplight/content/arrange"
)

// A MistakeStep says what a mistake asks for.
type MistakeStep uint8

const (
	Look  MistakeStep = iota + 1 // read the worked answer, then try variants until one is right
	Check                        // one was right: it is asked again on a later day
)

// SpacedRights are needed for a mistake to leave the book: right first tries without a hint, each at least SpacedDays after
// the wrong answer or the one before.
const (
	SpacedRights = 2
	SpacedDays   = 2
)

// A Mistake is an item in a learner's mistakes book.
type Mistake struct {
	ID       string // 32 hex digits, the same for ever: "/mistakes/{id}"
	Course   content.CourseID
	Resource content.ResourceID // the exercise
	Item     content.ItemID
	Skill    string
	Error    string // code of the known mistake, "" unknown
	Seed     uint64 // of the variant answered wrong last
	Given    string // what was answered; "" typed words
	Step     MistakeStep
	Rights   int  // of SpacedRights
	Due      int  // of Check: the day on which it is asked again
	DueKnown bool // that day is known
	Now      bool // it waits today: it is at Look, or its check has come
	Why      Reason
}

// Mistakes is the learner's mistakes book: what waits now first, of that Look before Check, then by the day it is due, then
// by id.
func (p *Practice) Mistakes(t Today) []Mistake {
	var out []Mistake
	for k, m := range p.items {
		if m.erred {
			if mi, ok := m.mistake(k, t); ok {
				out = append(out, mi)
			}
		}
	}
	arrange.By(out, func(a, b Mistake) int {
		return cmp.Or(bitOrder(b.Now, a.Now), cmp.Compare(a.Step, b.Step), bitOrder(b.DueKnown, a.DueKnown), cmp.Compare(a.Due, b.Due), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// bitOrder compares two truths; false comes first.
func bitOrder(a, b bool) int { return cmp.Compare(bit(a), bit(b)) }

// Mistake finds one of the book by its ID.
func (p *Practice) Mistake(id string, t Today) (Mistake, bool) {
	for k, m := range p.items {
		if m.erred && mistakeID(k) == id {
			return m.mistake(k, t)
		}
	}
	return Mistake{}, false
}

// MistakeAt finds the mistake that an item of an exercise is in the book for.
func (p *Practice) MistakeAt(r content.ResourceID, item content.ItemID, t Today) (Mistake, bool) {
	k := itemKey{r, item}
	if m := p.items[k]; m != nil && m.erred {
		return m.mistake(k, t)
	}
	return Mistake{}, false
}

func (m *met) mistake(k itemKey, t Today) (Mistake, bool) {
	e := m.entry(t.Calendar)
	if !e.open {
		return Mistake{}, false
	}
	out := Mistake{
		ID: mistakeID(k), Course: m.course, Resource: k.resource, Item: k.item, Skill: m.skill,
		Error: m.err, Seed: m.seed, Given: m.given, Step: Look, Rights: e.rights, Now: true, Why: because("mistake"),
	}
	if e.practised {
		w := t.waitFor(e.since, m.checkAfter(t.Calendar))
		out.Step, out.Due, out.DueKnown, out.Now = Check, w.day, w.known, w.now
		out.Why = t.since("check", e.since)
	}
	return out, true
}

// checkAfter is how many days after its last right answer a mistake is asked again: as its memory says, but at least
// SpacedDays so that it counts.
func (m *met) checkAfter(c Calendar) int { return max(SpacedDays, m.memory(c).interval()) }

// mistakeID says nothing of the item to who does not know it, and is no path.
func mistakeID(k itemKey) string {
	h := blake3.Sum256([]byte(string(k.resource) + "\x00" + string(k.item)))
	return hex.EncodeToString(h[:16])
}

// Mended counts how often an item has left the mistakes book.
func (p *Practice) Mended(c Calendar) (n int) {
	for _, m := range p.items {
		if m.erred {
			n += m.entry(c).mended
		}
	}
	return n
}
