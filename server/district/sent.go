package district

import (
	"lamplight/server/learning"
	"lamplight/server/store"
)

// byStick is the way of a box that was heard of last by a stick.
const byStick = "stick"

// How a push stands at a school. Each is a message "district.sent.…".
const (
	Arrived   = "arrived"   // at N of its boxes
	Coming    = "coming"    // a box knows of it and fetches it
	Waiting   = "waiting"   // nothing was heard from the school since
	NotMet    = "never"     // the school was never met
	ByStick   = "stick"     // the school is met by sticks alone
	NoRoom    = "room"      // the card is too full
	Unwanted  = "unwanted"  // somebody at the school removed it
	NotForYou = "elsewhere" // it was sent to others
)

// A Sent is how a push stands at one school.
type Sent struct {
	Key      string
	Here, Of int // boxes that have it, boxes there are
}

// Sent says how a push stands at a school.
func (s *State) Sent(p *store.Pushed) Sent {
	out := Sent{Key: NotMet, Of: len(s.Boxes)}
	if !p.For(s.School) {
		return Sent{Key: NotForYou, Of: len(s.Boxes)}
	}
	rank := map[string]int{NotMet: 0, ByStick: 1, Waiting: 2, Coming: 3, Unwanted: 4, NoRoom: 5}
	for i := range s.Boxes {
		key := s.Boxes[i].sent(&s.Summary, p)
		if key == Arrived {
			out.Here++
		} else if rank[key] > rank[out.Key] {
			out.Key = key
		}
	}
	if out.Here > 0 {
		out.Key = Arrived
	}
	return out
}

func (x *BoxState) sent(sum *Summary, p *store.Pushed) string {
	knows := x.Heard[p.Dot.Stream] >= p.Dot.Seq
	switch why := learning.PushTrouble(x.NotTaken[string(p.ID)]); {
	case p.What == learning.PushCourse && sum.Holds(x.Device, &p.Offer):
		return Arrived
	case p.What != learning.PushCourse && knows:
		return Arrived
	case why == learning.PushNoRoom:
		return NoRoom
	case why == learning.PushUnwanted:
		return Unwanted
	case knows:
		return Coming
	case x.Way == byStick:
		return ByStick
	case x.Last.IsZero():
		return NotMet
	}
	return Waiting
}
