package district

import (
	"cmp"
	"time"

	"lamplight/content/arrange"
	"lamplight/sync/clock"
)

// A Weight is how much a trouble asks of people.
type Weight uint8

const (
	Note    Weight = iota // to be known
	Careful               // to be watched
	Red                   // somebody can do something about it now
)

// A Trouble is one thing that is not as it should be. Key names the message that says it and what to do.
type Trouble struct {
	Key    string
	Weight Weight
	Box    string    // its name, "" the school's
	N      int64     // days, events, bytes or times, as the message says
	When   time.Time // by the box's clock or the district's, as the message says
}

// The troubles, worst first.
const (
	Cloned   = "cloned"  // two machines write under one key. N: none
	NeverMet = "never"   // nothing came since it joined. N: days
	Silent   = "silent"  // last contact N days ago
	CardFull = "full"    // N bytes free
	CardLow  = "low"     // N bytes free
	Clock    = "clock"   // what it says is When
	Unclean  = "unclean" // N times stopped by the plug
	Unsent   = "unsent"  // N events wait, the oldest of When
	StickNow = "stick"   // met by sticks alone
)

// From where on things are said.
const (
	quietDays   = 14
	freshDays   = 3
	fullBytes   = 128 << 20
	lowBytes    = 1 << 30
	uncleanMany = 3
	unsentDays  = 7
	clockSlack  = time.Hour
	firstYear   = 2024 // no box that says less has the right time
)

// A Health is how a school or one of its boxes is, as tables show it.
type Health struct {
	Last     time.Time // contact, by the district's clock; zero never
	Way      string    // of that
	Told     bool      // a box has reported; else what follows is not known
	Waiting  int       // events that wait; of a school, at the box where most do
	Oldest   time.Time // the oldest of them, by the box's clock; zero none
	Free     int64     // of the fullest card; −1 not known
	Unclean  int       // stops by the plug, of all boxes
	ClockOff bool      // what a clock says cannot be: Wall
	Wall     time.Time
	Version  string // the lowest
}

// A State is a school as the table shows it.
type State struct {
	Summary
	Health
	Boxes    []BoxState
	Troubles []Trouble // worst first
}

// A BoxState is a box as a school's page shows it.
type BoxState struct {
	Box
	Health
	Heard    clock.Vector // how far it held each stream when it was last met
	Troubles []Trouble
}

// count is how many troubles of a weight there are.
func (s *State) count(w Weight) (n int) {
	for _, t := range s.Troubles {
		if t.Weight == w {
			n++
		}
	}
	return n
}

// judge makes a school's state of its row and the contacts with its boxes.
func judge(sum Summary, contact func(device string) Contact, now time.Time) State {
	s := State{Summary: sum, Health: Health{Free: -1}}
	for _, b := range sum.Boxes {
		if b.Revoked {
			continue
		}
		x := b.state(contact(b.Device))
		x.judge(now)
		s.take(&x)
	}
	switch {
	case s.Last.IsZero():
		if days := int64(now.Sub(time.Unix(s.Joined, 0)) / (24 * time.Hour)); days >= freshDays || s.Joined == 0 {
			s.Troubles = append(s.Troubles, Trouble{Key: NeverMet, Weight: Red, N: days})
		} else {
			s.Troubles = append(s.Troubles, Trouble{Key: NeverMet, Weight: Note, N: days})
		}
	default:
		if days := int64(now.Sub(s.Last) / (24 * time.Hour)); days >= quietDays {
			s.Troubles = append(s.Troubles, Trouble{Key: Silent, Weight: Red, N: days, When: s.Last})
		}
	}
	worstFirst(s.Troubles)
	return s
}

func worstFirst(t []Trouble) {
	arrange.Stably(t, func(a, b Trouble) int { return int(b.Weight) - int(a.Weight) })
}

// state is a box with when it was met.
func (b *Box) state(c Contact) BoxState {
	x := BoxState{Box: *b, Heard: c.Heard}
	x.Health = Health{Last: c.Last, Way: c.Way, Told: b.Told, Waiting: b.Waiting, Free: -1, Unclean: b.Unclean, Version: b.Version}
	if b.Told {
		x.Health.Free, x.Health.Wall, x.ClockOff = b.Free, time.Unix(b.Wall, 0), b.clockOff()
	}
	if b.Oldest != 0 {
		x.Health.Oldest = time.Unix(b.Oldest, 0)
	}
	return x
}

// take adds a box to its school.
func (s *State) take(x *BoxState) {
	h := &x.Health
	s.Boxes = append(s.Boxes, *x)
	if h.Last.After(s.Last) {
		s.Last, s.Way = h.Last, h.Way
	}
	if h.Free >= 0 && (s.Free < 0 || h.Free < s.Free) {
		s.Free = h.Free
	}
	s.Told, s.Waiting, s.Unclean = s.Told || h.Told, max(s.Waiting, h.Waiting), s.Unclean+h.Unclean
	if !h.Oldest.IsZero() && (s.Oldest.IsZero() || h.Oldest.Before(s.Oldest)) {
		s.Oldest = h.Oldest
	}
	if h.Version != "" && (s.Version == "" || h.Version < s.Version) {
		s.Version = h.Version
	}
	if h.ClockOff {
		s.ClockOff, s.Wall = true, h.Wall
	}
	s.Troubles = append(s.Troubles, x.Troubles...)
}

// clockOff says whether the box's clock is wrong: it said a time that cannot be, before there were boxes, before the report
// before it came here, or after it came itself. A clock that the box has no reason to believe may be right all the same.
func (b *Box) clockOff() bool {
	at := time.Unix(b.Wall, 0)
	return at.UTC().Year() < firstYear || b.Received != 0 && at.After(time.Unix(b.Received, 0).Add(clockSlack)) ||
		b.Before != 0 && at.Before(time.Unix(b.Before, 0).Add(-24*time.Hour))
}

// judge finds what is not as it should be.
func (x *BoxState) judge(now time.Time) {
	h := &x.Health
	add := func(key string, w Weight, n int64, at time.Time) {
		x.Troubles = append(x.Troubles, Trouble{Key: key, Weight: w, Box: cmp.Or(x.Name, x.Device), N: n, When: at})
	}
	if x.Cloned {
		add(Cloned, Red, 0, time.Time{})
	}
	if x.Way == byStick {
		add(StickNow, Note, 0, h.Last)
	}
	switch {
	case h.Free >= 0 && h.Free < fullBytes:
		add(CardFull, Red, h.Free, time.Time{})
	case h.Free >= 0 && h.Free < lowBytes:
		add(CardLow, Careful, h.Free, time.Time{})
	}
	if h.ClockOff {
		add(Clock, Red, 0, h.Wall)
	}
	if h.Unclean >= uncleanMany {
		add(Unclean, Careful, int64(h.Unclean), time.Time{})
	}
	if h.Waiting > 0 && !h.Oldest.IsZero() && !h.ClockOff && now.Sub(h.Oldest) >= unsentDays*24*time.Hour {
		add(Unsent, Careful, int64(h.Waiting), h.Oldest)
	}
}

// States are all schools, who needs help first: by how much is red, then by how much is to be watched, then by how long
// nothing was heard.
func (s *Schools) States() []State {
	s.mu.Lock()
	rows := make([]Summary, 0, len(s.known))
	for _, e := range s.known {
		rows = append(rows, e.summary)
	}
	s.mu.Unlock()
	now := s.now()
	out := make([]State, len(rows))
	for i, sum := range rows {
		out[i] = judge(sum, s.o.Contact, now)
	}
	arrange.Stably(out, func(a, b State) int {
		return cmp.Or(b.count(Red)-a.count(Red), b.count(Careful)-a.count(Careful), a.Last.Compare(b.Last), cmp.Compare(a.Name, b.Name), cmp.Compare(a.School, b.School))
	})
	return out
}

// State is one school; false when there is none of that id.
func (s *Schools) State(id string) (State, bool) {
	s.mu.Lock()
	e := s.known[id]
	var sum Summary
	if e != nil {
		sum = e.summary
	}
	s.mu.Unlock()
	if e == nil {
		return State{}, false
	}
	return judge(sum, s.o.Contact, s.now()), true
}
