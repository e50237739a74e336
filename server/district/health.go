package district

import (
	"cmp"
	"time"

	"lamplight/content/arrange"
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
	Cloned   = "cloned"   // two machines write under one key. N: none
	NeverMet = "never"    // nothing came since it joined. N: days
	Silent   = "silent"   // last contact N days ago
	CardFull = "full"     // N bytes free
	CardLow  = "low"      // N bytes free
	Clock    = "clock"    // what it says is When
	Unclean  = "unclean"  // N times stopped by the plug
	Unsent   = "unsent"   // N events wait, the oldest of When
	StickNow = "stick"    // met by sticks alone
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

// A State is a school as the table shows it.
type State struct {
	Summary
	Last     time.Time // contact with any of its boxes, by the district's clock; zero never
	Way      string    // of that
	Why      string    // why a meeting after it failed, a code; "" none did
	Waiting  int       // events that it says wait, of all boxes the most
	Oldest   time.Time // the oldest of them
	Free     int64     // of its fullest box; −1 not known
	Unclean  int       // of all boxes
	ClockOff bool
	Version  string // of its boxes, the lowest
	Boxes    []BoxState
	Troubles []Trouble // worst first
}

// A BoxState is a box as a school's page shows it.
type BoxState struct {
	Box
	Contact
	Stick    bool // met by sticks alone
	ClockOff bool
	Troubles []Trouble
}

// Worst is the weight of the worst trouble.
func (s *State) Worst() Weight {
	if len(s.Troubles) == 0 {
		return Note
	}
	return s.Troubles[0].Weight
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
	s := State{Summary: sum, Free: -1}
	for _, b := range sum.Boxes {
		if b.Revoked {
			continue
		}
		x := BoxState{Box: b, Contact: contact(b.Device)}
		x.meet(sum.Sticks[b.Device])
		x.ClockOff = b.Told && b.clockOff()
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
			s.Troubles = append(s.Troubles, Trouble{Key: Silent, Weight: Red, N: days})
		}
	}
	worstFirst(s.Troubles)
	return s
}

func worstFirst(t []Trouble) {
	arrange.Stably(t, func(a, b Trouble) int { return int(b.Weight) - int(a.Weight) })
}

// meet takes account of sticks: the last contact is the later of both ways.
func (x *BoxState) meet(stick int64) {
	if stick == 0 {
		return
	}
	at := time.Unix(stick, 0)
	x.Stick = x.Last.IsZero()
	if at.After(x.Last) {
		x.Last, x.Way = at, "stick"
	}
}

// take adds a box to its school.
func (s *State) take(x *BoxState) {
	s.Boxes = append(s.Boxes, *x)
	if x.Last.After(s.Last) {
		s.Last, s.Way, s.Why = x.Last, x.Way, x.Why
	}
	if x.Told && x.Box.Free >= 0 && (s.Free < 0 || x.Box.Free < s.Free) {
		s.Free = x.Box.Free
	}
	s.Waiting, s.Unclean = max(s.Waiting, x.Waiting), s.Unclean+x.Unclean
	if x.Box.Oldest != 0 {
		if at := time.Unix(x.Box.Oldest, 0); s.Oldest.IsZero() || at.Before(s.Oldest) {
			s.Oldest = at
		}
	}
	if x.Version != "" && (s.Version == "" || x.Version < s.Version) {
		s.Version = x.Version
	}
	s.ClockOff = s.ClockOff || x.ClockOff
	s.Troubles = append(s.Troubles, x.Troubles...)
}

// clockOff says whether the box's clock is wrong: it says so itself, or it said a time when its report came that cannot
// be: before the report before it came, or after it came itself.
func (b *Box) clockOff() bool {
	at := time.Unix(b.Wall, 0)
	return !b.Believed || at.UTC().Year() < firstYear || b.Received != 0 && at.After(time.Unix(b.Received, 0).Add(clockSlack)) ||
		b.Before != 0 && at.Before(time.Unix(b.Before, 0).Add(-24*time.Hour))
}

func (x *BoxState) judge(now time.Time) {
	add := func(key string, w Weight, n int64, at time.Time) {
		x.Troubles = append(x.Troubles, Trouble{Key: key, Weight: w, Box: cmp.Or(x.Name, x.Device), N: n, When: at})
	}
	if x.Cloned {
		add(Cloned, Red, 0, time.Time{})
	}
	if x.Stick {
		add(StickNow, Note, 0, x.Last)
	}
	if !x.Told {
		return
	}
	switch {
	case x.Box.Free >= 0 && x.Box.Free < fullBytes:
		add(CardFull, Red, x.Box.Free, time.Time{})
	case x.Box.Free >= 0 && x.Box.Free < lowBytes:
		add(CardLow, Careful, x.Box.Free, time.Time{})
	}
	if x.ClockOff {
		add(Clock, Red, 0, time.Unix(x.Wall, 0))
	}
	if x.Unclean >= uncleanMany {
		add(Unclean, Careful, int64(x.Unclean), time.Time{})
	}
	if x.Waiting > 0 && x.Box.Oldest != 0 && !x.ClockOff && now.Sub(time.Unix(x.Box.Oldest, 0)) >= unsentDays*24*time.Hour {
		add(Unsent, Careful, int64(x.Waiting), time.Unix(x.Box.Oldest, 0))
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
