package learning

import (
	"cmp"
	"slices"
	"strings"

	"lamplight/content"
	"lamplight/content/arrange"
	"lamplight/sync/clock"
)

// FactSkill begins the id of a skill whose items are facts: words, number bonds, names. Facts come back for review in
// growing intervals; what takes several steps is practised instead.
const FactSkill = "fact-"

// IsFact reports whether a skill's items are facts.
func IsFact(skill string) bool { return strings.HasPrefix(skill, FactSkill) }

// MaxDue is how many cards a learner is asked to review a day.
const MaxDue = 10

// A DueCard is an item that is due for review.
type DueCard struct {
	Course   content.CourseID
	Resource content.ResourceID
	Item     content.ItemID
	Skill    string
	Due      int // day it became due
	Known    bool
	Mistake  string // its Mistake.ID when it is in the book, "" for a fact
	Why      Reason
}

// Due is what a learner is to review today: mistakes whose check has come, and facts; the longest due first, at most
// MaxDue less those reviewed today already. Days are the school's, from midnight to midnight: what fell due while there was
// no school waits for the next day that the learner comes.
func (p *Practice) Due(t Today) []DueCard {
	cards, reviewed, _ := p.cards(t)
	arrange.By(cards, func(a, b DueCard) int {
		return cmp.Or(bitOrder(b.Known, a.Known), cmp.Compare(a.Due, b.Due), cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.Item, b.Item))
	})
	return cards[:min(len(cards), max(MaxDue-reviewed, 0))]
}

// NextDue is the next day after today on which a card comes back; false when there is none or it is not known.
func (p *Practice) NextDue(t Today) (day int, ok bool) {
	_, _, later := p.cards(t)
	if len(later) == 0 {
		return 0, false
	}
	return slices.Min(later), true
}

// cards are those that are due, how many were reviewed today, and the days on which others come back.
func (p *Practice) cards(t Today) (due []DueCard, reviewed int, later []int) {
	for k, m := range p.items {
		fact := IsFact(m.skill)
		if !fact && !m.erred {
			continue
		}
		reviewed += int(bit(m.reviewed(t)))
		c := DueCard{Course: m.course, Resource: k.resource, Item: k.item, Skill: m.skill}
		var w wait
		if mi, open := m.mistake(k, t); open && m.erred {
			if mi.Step == Look {
				continue
			}
			c.Mistake, c.Why, w = mi.ID, mi.Why, wait{mi.Due, mi.DueKnown, mi.Now}
		} else if fact {
			w = t.waitFor(m.last().at, m.memory(t.Calendar).interval())
			c.Why = t.since("due", m.last().at)
		} else {
			continue
		}
		if c.Due, c.Known = w.day, w.known; w.now {
			due = append(due, c)
		} else if w.known {
			later = append(later, w.day)
		}
	}
	return due, reviewed, later
}

// reviewed reports whether an item met on an earlier day was answered today.
func (m *met) reviewed(t Today) bool {
	n := len(m.bouts)
	if n < 2 {
		return false
	}
	today, known := t.Since(m.last().at)
	before, apart := DaysBetween(t.Calendar, m.bouts[n-2].at, m.last().at)
	return known && today == 0 && (!apart || before > 0)
}

// since is the reason that days have passed since a stamp; KEY "-again" where nobody knows how many.
func (t Today) since(key string, from clock.Stamp) Reason {
	if days, known := t.Since(from); known {
		return because(key, "days", count(days))
	}
	return because(key + "-again")
}

// dueItem reports whether an item is to be asked again by its memory, fact or not.
func (m *met) dueItem(t Today) bool {
	return t.waitFor(m.last().at, m.memory(t.Calendar).interval()).now
}
