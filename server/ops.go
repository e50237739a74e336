package server

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/zeebo/blake3"

	"lamplight/server/learning"
)

// ops is how this box is now.
func (s *Server) ops() learning.Ops {
	o := learning.Ops{Device: s.Device.ID(), Version: clip(Version, 100), Unclean: s.unclean, Machine: s.machine()}
	o.Wall, o.Believed = s.wall.Now()
	o.Free, o.Total = s.FreeSpace()
	for _, p := range s.SyncStatus() {
		if peer, ok := s.Registry.Peer(p.Device); !ok || peer.Certificate == nil || s.Registry.Member(p.Device) {
			continue
		}
		if n := int(p.OwedOut); o.Way == "" || n < o.Waiting {
			o.Waiting = n
		}
		o.Way = "upstream"
		if s.run.network == nil {
			continue
		}
		m := s.run.network.exchange.Met(p.Device)
		o.Way = m.Via
		if o.Waiting > 0 && !m.Last.IsZero() { // what was written after that is not there yet
			o.Oldest = m.Last
		}
	}
	o.NotTaken = s.notTaken()
	return o
}

// machine is 8 bytes that differ between boards and cards, "" where neither says anything of itself.
func (s *Server) machine() string {
	if s.board.Serial == "" && s.board.Card == "" {
		return ""
	}
	h := blake3.Sum256([]byte("lamplight machine " + s.board.Serial + "\x00" + s.board.Card))
	return string(h[:8])
}

// noteStart counts how often this box stopped without being told to: the file run/on says that it runs, and how often.
func (s *Server) noteStart() error {
	path := filepath.Join(s.dir, "run", "on")
	b, err := os.ReadFile(path)
	n, running := strings.CutSuffix(strings.TrimSpace(string(b)), " on")
	s.unclean, _ = strconv.Atoi(n)
	if err == nil && running {
		s.unclean++
	}
	return replaceFile(path, []byte(strconv.Itoa(s.unclean)+" on\n"))
}

// noteStop notes that this stop was in good order.
func (s *Server) noteStop() error {
	return replaceFile(filepath.Join(s.dir, "run", "on"), []byte(strconv.Itoa(s.unclean)+"\n"))
}
