package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"lamplight/server/nodetest/netlab"
)

// A syncFigure measures a line or a few of what boxes say to each other.
type syncFigure struct {
	name string
	run  func(*bench, context.Context, *netlab.Lab) error
}

var syncFigures = []syncFigure{
	{"day", (*bench).syncDay},
	{"hello", (*bench).syncHello},
	{"million", (*bench).syncMillion},
	{"trips", (*bench).syncTrips},
	{"window", (*bench).syncWindow},
	{"cut", (*bench).syncCut},
	{"card", (*bench).syncCard},
	{"gossip", (*bench).syncGossip},
	{"tree", (*bench).syncTree},
	{"past", (*bench).syncPast},
	{"district", (*bench).syncDistrict},
}

// errNotBuilt is a figure whose part of the program is not there yet.
var errNotBuilt = errors.New("not built")

// sync measures on a road of its own between network namespaces: what is said of bytes are those that its interfaces
// counted, Ethernet's and TCP's headers among them. Rivals go over the same road.
func (b *bench) sync(ctx context.Context) error {
	for _, f := range syncFigures {
		if !chosen(b.only, "sync") && !chosen(b.only, "sync/"+f.name) {
			continue
		}
		fmt.Fprintln(os.Stderr, "measuring sync:", f.name)
		lab, err := netlab.New()
		if err == nil {
			err = errors.Join(f.run(b, ctx, lab), lab.Close())
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			b.table.skip("sync/"+f.name, err)
		}
	}
	return nil
}

// moved is how many bytes fn puts on A's interface, both ways.
func moved(lab *netlab.Lab, fn func() error) (netlab.Count, error) {
	before, err := lab.Count(netlab.A)
	if err != nil {
		return before, err
	}
	if err := fn(); err != nil {
		return before, err
	}
	after, err := lab.Count(netlab.A)
	return after.Since(before), err
}

// addBytes writes a line whose figure is bytes.
func (t *table) addBytes(work, ours, theirs string, got float64, unit string, most float64) {
	t.add(work, ours, theirs, grouped(got)+unit, "≤ "+grouped(most)+unit, got <= most)
}

// grouped writes 1234567 as 1,234,567, and small numbers with two digits behind the point.
func grouped(v float64) string {
	if v < 100 && v != float64(int64(v)) {
		return fmt.Sprintf("%.2f", v)
	}
	s := fmt.Sprintf("%.0f", v)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
