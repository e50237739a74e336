package web

import (
	"time"

	"lamplight/server/learning"
	"lamplight/ui/view"
)

// practice is what the person's answers add up to, and the day it is asked on. It is nil for guests and when it cannot
// be read: pages then go by the author's order.
func (s *Server) practice(r *request) (*learning.Practice, learning.Today) {
	if r.actor().Person() == "" {
		return nil, learning.Today{}
	}
	p, err := s.Store.Practice(r.actor(), r.actor().Person())
	if err != nil {
		s.Log.Warn("practice", "err", err)
		return nil, learning.Today{}
	}
	return p, s.Store.Today()
}

// onDay is a day of the school's calendar as pages show it: noon of it, so that no zone moves it.
func (s *Server) onDay(day int, known bool) view.When {
	if !known {
		return view.When{}
	}
	now, _ := s.Now()
	y, m, d := time.Unix(int64(day)*86400, 0).UTC().Date()
	return view.When{Time: time.Date(y, m, d, 12, 0, 0, 0, now.Location())}
}

func reasonView(r learning.Reason) view.Reason { return view.Reason{Key: r.Key, Args: r.Args} }

// skillReason is a reason with its skills' titles in place of their ids.
func skillReason(r learning.Reason, skills learning.Skills) view.Reason {
	out := view.Reason{Key: r.Key, Args: append([]string(nil), r.Args...)}
	for i := 0; i+1 < len(out.Args); i += 2 {
		if out.Args[i] == "skill" || out.Args[i] == "for" {
			out.Args[i+1] = skills.Title(out.Args[i+1])
		}
	}
	return out
}
