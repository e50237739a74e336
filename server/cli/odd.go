package cli

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"lamplight/sync/eventlog"
)

// doNext is what a person does about what the record found odd, by its reason.
var doNext = map[string]string{
	eventlog.WildLamport:  "It is held back and does not count. Look after that box first: its card may be worn out, or somebody changed it. If this stays, `lamplight peer revoke` it and set it up anew.",
	eventlog.WildSequence: "It is held back and does not count. Look after that box first: its card may be worn out, or somebody changed it. If this stays, `lamplight peer revoke` it and set it up anew.",
	eventlog.OddLamport:   "Nothing now: it was taken and nothing is lost. If it comes again, look at the card of that box.",
	eventlog.UnplacedFork: "Let the boxes meet: the beginning is asked for. A card was copied, or an old copy was started beside its box: let each box run only once.",
	"forked":              "Nothing is lost, both count. A card was copied, or an old copy was started beside its box: let each box run only once.",
}

// An oddJSON is an eventlog.Oddity as programs read it.
type oddJSON struct {
	Reason string `json:"reason"` // "wild-lamport", "odd-lamport", "wild-sequence", "fork"
	Device string `json:"device"`
	Name   string `json:"name"` // of the box, else its device
	Stream string `json:"stream"`
	First  uint64 `json:"first"`
	Value  uint64 `json:"value"`
	Times  int    `json:"times"`
	Do     string `json:"do"` // what a person does about it
}

// A forkJSON is an eventlog.Fork as programs read it.
type forkJSON struct {
	Device string    `json:"device"`
	Name   string    `json:"name"` // of the box, else its device
	Stream string    `json:"stream"`
	After  uint64    `json:"after"`  // the last event that both have
	Events [2]uint64 `json:"events"` // how many of each branch are held
	Do     string    `json:"do"`
}

// odd is what the record found odd, the latest last; never nil.
func (c *call) odd() []oddJSON {
	out := []oddJSON{}
	for _, o := range c.Node.Records.Oddities() {
		out = append(out, oddJSON{o.Reason, o.Device, c.Node.BoxName(cmp.Or(o.Device, o.Stream.String())), o.Stream.String(), o.First, o.Value, o.Times, doNext[o.Reason]})
	}
	return out
}

// forks are the streams that forked, the oldest first; never nil.
func (c *call) forks() []forkJSON {
	out := []forkJSON{}
	for _, f := range c.Node.Records.Forks() {
		out = append(out, forkJSON{f.Device, c.Node.BoxName(cmp.Or(f.Device, f.Stream.String())), f.Stream.String(), f.At, f.Events, doNext["forked"]})
	}
	return out
}

func sayOdd(w io.Writer, odd []oddJSON, forks []forkJSON) {
	for _, o := range odd {
		fmt.Fprintf(w, "odd       %s of box %s, stream %s from event %d: %d (%d times)\n          %s\n", o.Reason, o.Name, o.Stream, o.First, o.Value, o.Times, o.Do)
	}
	for _, f := range forks {
		fmt.Fprintf(w, "fork      box %s, stream %s after event %d: %d and %d events\n          %s\n", f.Name, f.Stream, f.After, f.Events[0], f.Events[1], f.Do)
	}
}

// distinct sorts words and leaves each once.
func distinct(words []string) []string {
	slices.Sort(words)
	return slices.Compact(words)
}
