package store

import (
	"encoding/binary"
	"fmt"
	"io/fs"
	"slices"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

// A pastBook is how far each learner of a school got with each resource, as a snapshot tells it: coarser than a unit. Of an
// exercise that is mastered it holds the counts, of another how the last ten first tries went; when, to one of a few
// moments; no single answer, no time spent, and no quiz. It is coded by resource and, within one, by class, since those who
// sit together do the same at the same time: a byte a row.
type pastBook struct {
	learners  []pastLearner
	resources []pastResource
	moments   []pastMoment // ascending
}

type pastLearner struct {
	key learnerKey
	hot int // the resource used last; −1 none
	at  pastMoment
}

type pastResource struct {
	id     content.ResourceID
	course id16
	need   uint64 // of the criterion: M of N
	window uint64
	rows   []pastRow // ascending by learner
}

// A pastMoment is when something happened, and where that stands in the order of events.
type pastMoment struct {
	lamport uint64
	stamp   clock.Stamp
}

func (m pastMoment) order() (o learning.Order) {
	binary.BigEndian.PutUint64(o[:], m.lamport)
	return o
}

// A pastRow is one learner with one resource.
type pastRow struct {
	learner  int
	moment   int
	flags    uint64
	attempts uint64
	tries    uint64
	correct  uint64
	rights   uint64 // of the last pastDots tries; of what is not mastered
	wrong    uint64 // answers in a row
	percent  uint64 // whole ones
	position uint64
	best     uint64
	last     pastMoment // while the book is made
}

// Flags of a pastRow.
const (
	pastAnswered  = 1
	pastMastered  = 2
	pastHelp      = 4
	pastPractised = 8 // its criterion asks for a later day, which has not come
	pastViewed    = 16
	pastFinished  = 32

	pastDots    = 10
	pastMoments = 24
)

// Bounds of what is read: a school of 20,000 learners, and rows as many as so many bytes can tell of.
const (
	maxPastLearners  = 20_000
	maxPastResources = 20_000
	maxPastRows      = 400_000
	maxPastText      = 300 // bytes
)

// Models of the scribe.
const (
	modelCount = iota
	modelTime
	modelID
	modelText
	modelTouched                     // four
	modelFlags    = modelTouched + 4 // one for each flags of the row before
	modelMoment   = modelFlags + 64
	modelTries    = modelMoment + 1 // two: mastered or not
	modelExtra    = modelTries + 2  // two
	modelMissed   = modelExtra + 2  // by how many answers there are, to 15
	modelDot      = modelMissed + 16
	modelWrong    = modelDot + 2
	modelPercent  = modelWrong + 1
	modelPosition = modelPercent + 1
	modelBest     = modelPosition + 1
	modelRoster   = modelBest + 1
)

// code writes the book, or reads it, with at most so many rows.
func (b *pastBook) code(c *segment.Scribe, most int) error {
	b.learners = sized(c, b.learners, maxPastLearners)
	for i := range b.learners {
		c.Raw(b.learners[i].key[:])
	}
	b.codeMoments(c)
	b.resources = sized(c, b.resources, maxPastResources)
	if cells := len(b.learners) * len(b.resources); c.Reads() && cells > 2_000_000+16*most {
		return fmt.Errorf("store: a snapshot of %d learners and resources in so few bytes: %w", cells, fs.ErrInvalid)
	}
	before := make([]bool, len(b.learners))
	courses := pastTable{}
	for i := range b.resources {
		r := &b.resources[i]
		codeResource(c, r)
		courses.code(c, &r.course)
		if most -= b.codeRows(c, r, before); most < 0 {
			return fmt.Errorf("store: a snapshot with more rows than its size tells of: %w", fs.ErrInvalid)
		}
	}
	for i := range b.learners {
		l := &b.learners[i]
		l.hot = int(c.Number(modelID, uint64(l.hot+1))) - 1
		l.at.lamport = c.Number(modelTime, l.at.lamport)
		l.at.stamp.MS = int64(c.Number(modelTime, uint64(l.at.stamp.MS)))
		if l.hot >= len(b.resources) {
			return fmt.Errorf("store: a snapshot names resource %d of %d: %w", l.hot, len(b.resources), fs.ErrInvalid)
		}
	}
	b.codeBoots(c)
	return nil
}

// sized is a list to write as it is, or one to read into.
func sized[T any](c *segment.Scribe, list []T, most int) []T {
	n := int(min(c.Number(modelCount, uint64(len(list))), uint64(most)))
	if c.Reads() {
		return make([]T, n)
	}
	return list
}

func (b *pastBook) codeMoments(c *segment.Scribe) {
	b.moments = sized(c, b.moments, pastMoments)
	before := uint64(0)
	for i := range b.moments {
		m := &b.moments[i]
		before += c.Number(modelTime, m.lamport-before)
		m.lamport, m.stamp.MS = before, int64(c.Number(modelTime, uint64(m.stamp.MS)))
	}
}

// codeBoots codes which boots the stamps are of, which are few.
func (b *pastBook) codeBoots(c *segment.Scribe) {
	var boots pastTable
	code := func(st *clock.Stamp) {
		var wide id16
		copy(wide[:], st.Boot[:])
		boots.code(c, &wide)
		copy(st.Boot[:], wide[:])
	}
	for i := range b.moments {
		code(&b.moments[i].stamp)
	}
	for i := range b.learners {
		code(&b.learners[i].at.stamp)
	}
}

// A pastTable codes ids that come again: an index, or the next index and the id.
type pastTable struct{ known []id16 }

func (t *pastTable) code(c *segment.Scribe, id *id16) {
	at := slices.Index(t.known, *id)
	if at < 0 {
		at = len(t.known)
	}
	at = int(min(c.Number(modelID, uint64(at)), uint64(len(t.known))))
	if at == len(t.known) {
		c.Raw(id[:])
		t.known = append(t.known, *id)
	}
	*id = t.known[at]
}

func codeResource(c *segment.Scribe, r *pastResource) {
	raw, short := learning.Raw(r.id)
	if c.Flag(modelCount, short) {
		c.Raw(raw[:])
		r.id = hexID[content.ResourceID](raw[:])
	} else {
		r.id = content.ResourceID(c.Text(modelText, string(r.id), maxPastText))
	}
	r.need, r.window = c.Number(modelCount, r.need), c.Number(modelCount, r.window)
}

// codeRows codes who touched a resource and how far they got; before says who touched the one before.
func (b *pastBook) codeRows(c *segment.Scribe, r *pastResource, before []bool) int {
	next, last := 0, pastRow{}
	var rows []pastRow
	for l := range b.learners {
		has := next < len(r.rows) && r.rows[next].learner == l
		has = c.Flag(modelTouched+int(boolBit(before[l])<<1|boolBit(l > 0 && last.learner == l-1)), has)
		if before[l] = has; !has {
			continue
		}
		row := pastRow{learner: l}
		if !c.Reads() {
			row = r.rows[next]
			next++
		}
		row.code(c, &last)
		row.moment = min(row.moment, max(len(b.moments)-1, 0))
		rows, last = append(rows, row), row
	}
	if c.Reads() {
		r.rows = rows
	}
	return len(rows)
}

func (r *pastRow) code(c *segment.Scribe, last *pastRow) {
	r.flags = c.Number(modelFlags+int(last.flags&63), r.flags)
	r.moment = last.moment + unzigzag(c.Number(modelMoment, zigzag(r.moment-last.moment)))
	r.moment = min(max(r.moment, 0), pastMoments-1)
	if r.flags&pastAnswered != 0 {
		r.codeAnswers(c)
	}
	if r.flags&pastViewed != 0 {
		r.percent = min(c.Number(modelPercent, r.percent), 100)
		r.position = c.Number(modelPosition, r.position)
		r.best = c.Number(modelBest, r.best)
	}
}

func (r *pastRow) codeAnswers(c *segment.Scribe) {
	mastered := int(r.flags & pastMastered >> 1)
	r.tries = c.Number(modelTries+mastered, r.tries)
	r.attempts = r.tries + c.Number(modelExtra+mastered, r.attempts-r.tries)
	r.correct = r.attempts - min(c.Number(modelMissed+int(min(r.attempts, 15)), r.attempts-r.correct), r.attempts)
	if mastered != 0 {
		return
	}
	was := 0
	for i := int(min(r.tries, pastDots)) - 1; i >= 0; i-- {
		right := c.Flag(modelDot+was, r.rights>>i&1 == 1)
		was = int(boolBit(right))
		r.rights = r.rights&^(1<<i) | boolBit(right)<<i
	}
	r.wrong = c.Number(modelWrong, r.wrong)
}

func zigzag(n int) uint64   { return uint64(n<<1 ^ n>>63) }
func unzigzag(n uint64) int { return int(n>>1) ^ -int(n&1) }

// unit is a row as folds keep it; its attempts cannot be found.
func (b *pastBook) unit(r *pastResource, row *pastRow) (u unit) {
	at := b.moments[row.moment]
	if l := &b.learners[row.learner]; l.hot >= 0 && b.resources[l.hot].id == r.id {
		at = l.at
	} else if l.hot >= 0 && at.lamport >= l.at.lamport { // a moment is coarse
		at.lamport = l.at.lamport - min(1, l.at.lamport)
	}
	u.Last, u.Stamp, u.Course = at.order(), at.stamp, courseID(r.course[:])
	u.Finished, u.Percent, u.Best = row.flags&pastFinished != 0, row.percent*100, row.best
	if row.position > 0 {
		u.Placed, u.Position = u.Last, row.position
	}
	if row.flags&pastAnswered == 0 {
		return u
	}
	u.Tail = u.Last
	m := &u.Mastery
	m.Attempts, m.Correct, m.Tries, m.M, m.N = row.attempts, row.correct, row.tries, r.need, r.window
	m.Rights, m.Wrong, m.Turn = row.rights, row.wrong, row.tries
	m.Mastered, m.Help = row.flags&pastMastered != 0, row.flags&pastHelp != 0
	if m.Mastered {
		m.Rights = 1<<min(r.need, 63) - 1
	}
	for m.Streak < min(row.tries, 63) && m.Rights>>m.Streak&1 == 1 {
		m.Streak++
	}
	m.Right = min(row.tries, row.correct)
	if row.flags&pastPractised != 0 {
		m.Spaced.Asked, m.Spaced.Practised, m.Spaced.At = true, true, u.Stamp
	}
	return u
}

func (r *pastResource) row(learner int) *pastRow {
	i, ok := slices.BinarySearchFunc(r.rows, learner, func(a pastRow, l int) int { return a.learner - l })
	if !ok {
		return nil
	}
	return &r.rows[i]
}
