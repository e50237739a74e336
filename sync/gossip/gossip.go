// Package gossip is the memberlist pools (school LAN, lobby): who is near and what digest each holds; hints only, a packet big.
//
// Two pools, each a memberlist of its own:
//
//	school  encrypted with a key derived from the school's, label lamplight/SCHOOL; runs while the box has a school
//	lobby   without a key, label lamplight/lobby; runs only while the box has no school or an invitation is open
//
// Memberlist's key proves membership of a school and nothing else, so nobody believes what comes out of here: a hint is
// worth a call to the exchange, where keys are proved. Failure is a line of Health, never an exit.
package gossip

import (
	"log/slog"
	"time"

	"github.com/hashicorp/memberlist"
)

// A School is what the school pool needs of one.
type School struct {
	ID  string
	Key []byte // 32 bytes: device.School.Secret("gossip"), or what the school turned to since
}

// A Peer is a box of the school that is near, as it says itself.
type Peer struct {
	Device string  // id, 16 hex digits
	Addr   string  // HOST:PORT of its exchange
	Gossip string  // HOST:PORT of its memberlist
	Role   Role    // what it is there for
	Digest [8]byte // of what it holds: exchange.Node.Digest
	Gone   bool    // only in OnPeer: it is not seen any more (maybe)
}

// A Role is what a box is there for.
type Role uint8

const (
	Box      Role = 0
	District Role = 1
)

// A Visitor is somebody in the lobby. Anybody can be in the lobby under any name.
type Visitor struct {
	Device string `json:"device"`
	Name   string `json:"name"`
	Addr   string `json:"addr"`  // of its exchange
	Opens  bool   `json:"opens"` // it says that it has an invitation open
}

// Options is what Pools are made of. Device and Exchange are needed.
type Options struct {
	Device string        // own id, 16 hex digits
	Name   func() string // shown in the lobby; nil: no name
	Role   Role
	// Port is the school pool's, for TCP and UDP; 0 is any. The lobby's is Port+2, or any if that is taken or Port is 0.
	Port int
	// Exchange is the TCP port on which the exchange listens (Port+1, or any if that was taken).
	Exchange int
	// Seeds are HOST:PORT of other boxes' school pools, from --join. The lobby is tried two ports above.
	Seeds []string
	// Remembered lists where school pools were found before: exchange.Node.GossipAddrs. May be nil.
	Remembered func() []string
	// OnPeer is called when a peer came, changed its digest or address, or went. It must not block. May be nil.
	OnPeer func(Peer)
	Logger *slog.Logger
	// Address finds the address to be known by; nil is Address. An error means none: then 127.0.0.1 serves.
	Address func() (string, error)
	// Multicast lets pools on one link find each other without any address, by knocks.
	Multicast bool
	Pace      Pace
}

// A Pace is how often what is done. Zero fields are set to those of the lamp profile.
type Pace struct {
	Look   time.Duration // at the box's own addresses; 5 s
	Tell   time.Duration // least time between two announcements of a digest; 500 ms
	Meta   time.Duration // least time between two updates that go to everybody; 10 s (1 s with many peers)
	Rejoin time.Duration // between tries to reach those who are not seen; 20 s
	Rest   time.Duration // between visits to a seed that answered and is not seen under its address; 10 min
	// Tune changes the memberlist profile, in tests.
	Turn time.Duration // between understanding a new key, speaking it and forgetting the old one; 30 s
	Tune func(*memberlist.Config)
}

func (p Pace) orLamp() Pace {
	for _, f := range []struct {
		field *time.Duration
		value time.Duration
	}{
		{&p.Look, 5 * time.Second},
		{&p.Tell, 500 * time.Millisecond},
		{&p.Meta, 10 * time.Second},
		{&p.Rejoin, 20 * time.Second},
		{&p.Rest, 10 * time.Minute},
		{&p.Turn, 30 * time.Second},
	} {
		if *f.field <= 0 {
			*f.field = f.value
		}
	}
	return p
}

// lamp is the profile measured for village links: 1.6 MB a day and box of 30 where memberlist's LAN profile takes 26 to
// 39, and no false deaths at 30 % loss and 1.5 s delay. A real cut is noticed after about 100 s.
func lamp() *memberlist.Config {
	c := memberlist.DefaultWANConfig()
	c.ProbeInterval, c.ProbeTimeout = 15*time.Second, 5*time.Second
	c.SuspicionMult, c.SuspicionMaxTimeoutMult, c.IndirectChecks = 5, 3, 2
	c.RetransmitMult, c.GossipNodes, c.GossipInterval = 3, 2, time.Second
	c.PushPullInterval, c.GossipToTheDeadTime = 10*time.Minute, 10*time.Minute
	c.TCPTimeout, c.DeadNodeReclaimTime = 20*time.Second, 30*time.Second
	c.UDPBufferSize, c.HandoffQueueDepth, c.AwarenessMaxMultiplier = 1200, 256, 4
	c.EnableCompression = false // what goes over it is packed already; LZW made it longer
	c.DNSConfigPath = ""
	c.RequireNodeNames = false
	return c
}
