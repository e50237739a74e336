package server

import (
	"cmp"
	"slices"
	"time"

	"lamplight/server/api"
	"lamplight/server/web"
	"lamplight/sync/eventlog"
)

// peerStates is the page's word for the exchange's.
var peerStates = map[string]string{
	"in step": "together", "behind": "behind", "talking": "meeting", "away": "away", "not reached": "unreachable",
	"never met": "away", "revoked": "revoked",
}

// Peers is SyncStatus for the page.
func (s *Server) Peers() []web.PeerStatus {
	var out []web.PeerStatus
	for _, p := range s.SyncStatus() {
		v := web.PeerStatus{
			Device: p.Device, Name: p.Name, Role: p.Role, State: peerStates[p.State], Address: p.Address, OwedIn: int(p.OwedIn), OwedOut: int(p.OwedOut),
			BytesIn: p.BytesIn, BytesOut: p.BytesOut, Takes: -1, Via: p.Transport, Why: p.Why, Detail: p.LastError,
		}
		if p.Seconds != nil {
			v.Takes = int(*p.Seconds)
		}
		if p.LastContact != nil {
			v.Last = *p.LastContact
		}
		if p.NextTry != nil {
			v.Next = *p.NextTry
		}
		if v.Why == "" && v.Detail != "" { // of a contacts file from before there were codes
			v.Why = "other"
		}
		out = append(out, v)
	}
	return out
}

// Standings is SyncStatus for graphs.
func (s *Server) Standings() (out []api.Peer) {
	for _, p := range s.SyncStatus() {
		if p.State == "revoked" {
			continue
		}
		v := api.Peer{Device: p.Device, OwedIn: p.OwedIn, OwedOut: p.OwedOut, BytesIn: p.BytesIn, BytesOut: p.BytesOut, Rate: p.Rate, Failing: p.Why != ""}
		if p.LastContact != nil {
			v.LastContact = p.LastContact.Unix()
		}
		out = append(out, v)
	}
	return out
}

// CallNow has a box called as soon as can be, whatever was tried before.
func (s *Server) CallNow(device string) {
	if s.run.network == nil {
		return
	}
	s.run.network.exchange.Urge(device)
	s.run.network.exchange.CallUpstream() // it may be the district; the hours and the budget of the line hold
}

// Contradictions are the streams that forked, by the name of the box whose card was copied, and how many events since the
// start are of a kind this box knows and cannot read.
func (s *Server) Contradictions() (forks []web.Fork, unread int) {
	for _, f := range s.Records.Forks() {
		x := web.Fork{Box: s.BoxName(cmp.Or(f.Device, f.Stream.String())), Branches: []string{f.Branches[0].String(), f.Branches[1].String()}}
		x.Seen = s.Store.SeenTo(x.Branches...)
		forks = append(forks, x)
	}
	n, _ := s.Trouble()
	return forks, int(n)
}

// BoxName is the name of this box or of another, as people know it.
func (s *Server) BoxName(device string) string {
	if device == s.DeviceID() {
		return cmp.Or(s.Name(), device)
	}
	return s.peerName(device)
}

// Oddities are what boxes wrote that looks wrong, once a box and kind, the latest first. A fork whose beginning is here is
// among Contradictions.
func (s *Server) Oddities() []web.Oddity {
	var out []web.Oddity
	for _, o := range slices.Backward(s.Records.Oddities()) {
		x := web.Oddity{Key: cmp.Or(oddKeys[o.Reason], "held"), Box: s.BoxName(cmp.Or(o.Device, o.Stream.String()))}
		if !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	return out
}

// oddKeys is the page's word for the record's.
var oddKeys = map[string]string{
	eventlog.WildLamport: "held", eventlog.WildSequence: "held", eventlog.OddLamport: "taken", eventlog.UnplacedFork: "fork",
}

// Now is this box's time, right or wrong.
func (s *Server) Now() time.Time {
	now, _ := s.wall.Now()
	return now
}

// Line is what the link to the district has carried of what it may.
func (s *Server) Line() []web.LineUse {
	u, ok := s.Upstream()
	if !ok {
		return nil
	}
	var out []web.LineUse
	if u.MonthLimit > 0 {
		out = append(out, web.LineUse{Key: "month", Used: u.Spent, Size: u.MonthLimit})
	}
	if u.WindowLimit > 0 {
		out = append(out, web.LineUse{Key: "window", Used: u.Window, Size: u.WindowLimit})
	}
	return out
}
