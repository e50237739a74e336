package api

import (
	"fmt"
	"strings"
)

// A Peer is how it stands with one paired box, for a graph. Nothing in it tells of a person.
type Peer struct {
	Device            string // id, 16 hex digits
	OwedIn, OwedOut   uint64 // events
	BytesIn, BytesOut int64
	Rate              int64 // bytes a second, 0 not known
	LastContact       int64 // Unix seconds, 0 never
	Failing           bool  // the last meeting failed
}

// writePeers writes the lines of the paired boxes, a label a box.
func writePeers(b *strings.Builder, peers []Peer) {
	for _, m := range []struct {
		name, help string
		value      func(Peer) float64
	}{
		{"peer_owed_in_events", "Events that the box had when last heard, and this one lacks.", func(p Peer) float64 { return float64(p.OwedIn) }},
		{"peer_owed_out_events", "Events that this box has and the other lacked when last heard.", func(p Peer) float64 { return float64(p.OwedOut) }},
		{"peer_owed_in_bytes", "About what is owed to this box, files with it.", func(p Peer) float64 { return float64(p.BytesIn) }},
		{"peer_owed_out_bytes", "About what is owed to the other box.", func(p Peer) float64 { return float64(p.BytesOut) }},
		{"peer_rate_bytes", "Bytes a second of the last sessions that carried much; 0 not known.", func(p Peer) float64 { return float64(p.Rate) }},
		{"peer_last_contact_seconds", "When it was met last, in Unix seconds by this box's clock; 0 never.", func(p Peer) float64 { return float64(p.LastContact) }},
		{"peer_failing", "1 when the last meeting failed.", func(p Peer) float64 { return map[bool]float64{true: 1}[p.Failing] }},
	} {
		if len(peers) == 0 {
			return
		}
		fmt.Fprintf(b, "# HELP lamplight_%s %s\n# TYPE lamplight_%s gauge\n", m.name, m.help, m.name)
		for _, p := range peers {
			fmt.Fprintf(b, "lamplight_%s{device=%q} %.15g\n", m.name, p.Device, m.value(p))
		}
	}
}
