package learning

import (
	"slices"
	"sort"

	"lamplight/content"
	"lamplight/sync/clock"
)

// A Standing is how well a learner can do one skill. Learners and teachers are shown this and never a number.
type Standing uint8

const (
	Unknown Standing = iota // fewer than three first tries
	NotYet                  // fewer than one in two come out right
	Nearly
	Can // four in five or more come out right
)

func (s Standing) String() string {
	return [...]string{"unknown", "not-yet", "nearly", "can"}[min(s, Can)]
}

const (
	fewTries = 3 // a standing needs
	canFrom  = 800_000
	nearFrom = 500_000
)

// FastTenths is under how many tenths of a second an answer is Attempt.Fast; 0 tenths is unknown and not fast.
const FastTenths = 20

// fastRun answers in a row that are all Fast are guesses: none of them moves ratings.
const fastRun = 3

// A Practice is the fold of one learner's counted attempts in Order: how well they do each skill, what they got wrong and
// when they last met each item. It is never stored. It holds no dates, only stamps. The zero value has seen nothing and is
// ready; a Practice may be read by many at once and stepped by one alone.
type Practice struct {
	// Question finds what a quiz asked under a key, so that a mistake made there comes into the book; nil or false leaves
	// it out, as it must for a quiz whose results learners may not see. Set it before the first Step.
	Question func(q QuizID, key string) (QuizQuestion, bool)

	all     theta
	skills  map[string]*skilled
	drills  map[content.ResourceID]*variants
	items   map[itemKey]*met
	quizzes map[tryKey]*sat
	asked   map[askedKey]bool
	guesses []rated // Fast tries that may yet turn out to be guesses
	run     int     // Fast tries in a row
	tries   int
	visits  []clock.Stamp // one an hour of a boot in which something was answered
}

// skilled is what a learner's tries at one skill add up to.
type skilled struct {
	theta
	tries  int
	items  int64 // distinct items met,
	levels int64 // and the sum of their levels
}

type itemKey struct {
	resource content.ResourceID
	item     content.ItemID
}

// rated is one first try as ratings see it.
type rated struct {
	skill  string
	rating int
	right  bool
}

// variants are the last few answered of an exercise: another answer to one of them is no first try. It is the same
// rule as Mastery's.
type variants struct {
	n    int
	last [maxShown]Variant
}

func (s *variants) first(v Variant) bool {
	if slices.Contains(s.last[:min(s.n, maxShown)], v) {
		return false
	}
	s.last[s.n%maxShown] = v
	s.n++
	return true
}

// Step folds the next attempt in Order, made at st. Each attempt id is to come once. Answers to a quiz wait for its HandIn.
func (p *Practice) Step(a *Attempt, st clock.Stamp) {
	p.visit(st)
	if a.Quiz != "" {
		p.answerQuiz(a, st)
		return
	}
	d := p.drills[a.Resource]
	if d == nil {
		d = &variants{}
		put(&p.drills, a.Resource, d)
	}
	if d.first(Variant{hashItem(a.Item), a.Seed}) {
		p.try(itemKey{a.Resource, a.Item}, a, st)
	}
}

// try folds a first try.
func (p *Practice) try(k itemKey, a *Attempt, st clock.Stamp) {
	p.tries++
	skill := a.Skill
	if skill == "" {
		skill = string(a.Resource)
	}
	it := p.items[k]
	if it == nil {
		it = &met{}
		put(&p.items, k, it)
		s := p.skill(skill)
		s.items++
		s.levels += levelOf(a.Rating)
	}
	it.review(a, skill, st)
	p.rate(rated{skill, a.Rating, a.Correct && a.Hints == 0}, a.Fast)
}

func (p *Practice) skill(id string) *skilled {
	s := p.skills[id]
	if s == nil {
		s = &skilled{}
		put(&p.skills, id, s)
	}
	return s
}

// rate moves the ratings by a try, unless it turns out to be one of a run of guesses.
func (p *Practice) rate(r rated, fast bool) {
	if fast {
		p.run++
		if p.run < fastRun {
			p.guesses = append(p.guesses, r)
		} else {
			p.guesses = p.guesses[:0]
		}
		return
	}
	for _, g := range p.guesses {
		p.move(g)
	}
	p.guesses, p.run = p.guesses[:0], 0
	p.move(r)
}

func (p *Practice) move(r rated) {
	s := p.skill(r.skill)
	err := -chance(p.all.value + s.value - levelOf(r.rating))
	if r.right {
		err += million
	}
	p.all.move(err)
	s.move(err)
	s.tries++
}

// Chance is how likely, in basis points, the learner's first try at an item is right: skill as SkillOf says, rating as the
// item's, 0 unrated.
func (p *Practice) Chance(skill string, rating int) int {
	return int(p.chance(skill, levelOf(rating)) * 10000 / million)
}

func (p *Practice) chance(skill string, level int64) int64 {
	x := p.all.value - level
	if s := p.skills[skill]; s != nil {
		x += s.value
	}
	return chance(x)
}

// Standing is how well the learner does a skill, measured at the middle of its items that they have met.
func (p *Practice) Standing(skill string) Standing {
	s := p.skills[skill]
	if s == nil || s.tries < fewTries {
		return Unknown
	}
	switch c := p.reference(skill); {
	case c >= canFrom:
		return Can
	case c >= nearFrom:
		return Nearly
	}
	return NotYet
}

// reference is the chance at the middle of a skill's items met, in millionths; that of an unrated item where none was.
func (p *Practice) reference(skill string) int64 {
	level := int64(0)
	if s := p.skills[skill]; s != nil && s.items > 0 {
		level = s.levels / s.items
	}
	return p.chance(skill, level)
}

// hourMS is an hour's milliseconds.
const hourMS = 60 * 60 * 1000

func (p *Practice) visit(st clock.Stamp) {
	if n := len(p.visits); n > 0 && p.visits[n-1].Boot == st.Boot && p.visits[n-1].MS/hourMS == st.MS/hourMS {
		return
	}
	p.visits = append(p.visits, st)
}

// put writes into a map that may not be there yet.
func put[K comparable, V any](m *map[K]V, k K, v V) {
	if *m == nil {
		*m = map[K]V{}
	}
	(*m)[k] = v
}

// SkillOf is the skill under which an item's attempts are rated: its own, else its exercise's, else the exercise's id.
func SkillOf(ex content.Exercise, it content.Item) string {
	switch {
	case it.Skill != "":
		return it.Skill
	case ex.Skill != "":
		return ex.Skill
	}
	return string(ex.ID)
}

// Skills lists the ids of the skills of which anything was tried, ascending.
func (p *Practice) Skills() []string {
	out := make([]string, 0, len(p.skills))
	for id := range p.skills {
		out = append(out, id)
	}
	sort.Strings(out)
	return out
}
