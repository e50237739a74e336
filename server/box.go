package server

import (
	"net"
	"time"

	"lamplight/hardware/disk"
	"lamplight/server/web"
)

// Version is the release and commit, set by the command that opened the node.
func (s *Server) Version() string { return Version }

// Version is what this program calls itself; package cli sets it.
var Version = "unknown"

// DeviceID is this box's id, 16 hex digits.
func (s *Server) DeviceID() string { return s.Device.ID() }

// Uptime is how long the node has its folder open, in seconds.
func (s *Server) Uptime() float64 { return s.uptime().Seconds() }

// Events is how many are held.
func (s *Server) Events() uint64 { return s.Records.Events() }

// Trouble is what the record could not make use of: events that were not folded since the start, and segments from peers
// that wait for those before them.
func (s *Server) Trouble() (unread uint64, parked int) {
	for _, n := range s.Records.Refused() {
		unread += n
	}
	return unread, s.Records.Parked()
}

// FreeSpace is the data folder's disk in bytes; −1 when it cannot be measured.
func (s *Server) FreeSpace() (free, total int64) {
	space, err := disk.Of(s.dir)
	if err != nil {
		return -1, -1
	}
	return space.Free, space.Total
}

// Addresses are the URLs under which phones on the local networks reach the pages, loopback left out.
func (s *Server) Addresses() []string {
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	var out []string
	for _, a := range addresses {
		if ip, ok := a.(*net.IPNet); ok && !ip.IP.IsLoopback() && ip.IP.To4() != nil {
			out = append(out, "http://"+net.JoinHostPort(ip.IP.String(), s.run.httpPort))
		}
	}
	return out
}

// Health is how the box is, a line each; see the messages "health.KEY.STATE".
func (s *Server) Health() []web.Condition {
	return []web.Condition{s.diskHealth(), s.clockHealth(), s.networkHealth(), s.peerHealth(), s.languageHealth()}
}

// lowSpace is from where on a card is called nearly full: room for a few lessons, and for months of learners' work.
const lowSpace = 1 << 30

func (s *Server) diskHealth() web.Condition {
	free, _ := s.FreeSpace()
	c := web.Condition{Key: "disk", State: "good", Bytes: free}
	switch {
	case free >= 0 && free < lowSpace/8:
		c.State = "wrong"
	case free < lowSpace:
		c.State = "careful"
	}
	return c
}

func (s *Server) clockHealth() web.Condition {
	_, believed := s.wall.Now()
	if believed {
		return web.Condition{Key: "clock", State: "good"}
	}
	return web.Condition{Key: "clock", State: "careful"}
}

// languageHealth names the first line of the school's own language files that cannot be used.
func (s *Server) languageHealth() web.Condition {
	if len(s.lines) == 0 {
		return web.Condition{Key: "languages", State: "good"}
	}
	return web.Condition{Key: "languages", State: "careful", Name: s.lines[0].String()}
}

func (s *Server) networkHealth() web.Condition {
	if s.run.network == nil { // nothing runs, so nothing is wrong with it
		return web.Condition{Key: "network", State: "good"}
	}
	if err := s.run.network.trouble(); err != nil {
		return web.Condition{Key: "network", State: "careful"}
	}
	return web.Condition{Key: "network", State: "good"}
}

// quietFor is after how long without contact a peer is worth a line.
const quietFor = 7 * 24 * time.Hour

func (s *Server) peerHealth() web.Condition {
	now, _ := s.wall.Now()
	for _, p := range s.Peers() {
		if p.OwedOut > 0 && !p.Last.IsZero() && now.Sub(p.Last) > quietFor {
			return web.Condition{Key: "peers", State: "careful", Name: p.Name}
		}
	}
	return web.Condition{Key: "peers", State: "good"}
}

// Owed is how many boxes are paired, and how many events the one that lacks most lacks.
func (s *Server) Owed() (peers, events int) {
	for _, p := range s.Peers() {
		peers++
		events = max(events, p.OwedOut)
	}
	return peers, events
}
