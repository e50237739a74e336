// Package logtest is the contract of an eventlog.Engine: every engine runs it, so that another may take the place of the first without a change above it.
package logtest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"testing"

	"lamplight/sync/clock"
	"lamplight/sync/device"
	"lamplight/sync/eventlog"
	"lamplight/sync/segment"
)

// An Opener opens an engine that keeps its data in dir, an empty folder or one that it was closed with before.
type Opener func(dir string, d *device.Device, reg *device.Registry, a eventlog.Applier) (eventlog.Engine, error)

// Run runs the suite.
func Run(t *testing.T, open Opener) {
	for _, c := range []struct {
		name string
		test func(t *testing.T, open Opener)
	}{
		{"WhatIsAppendedIsNumberedAndFolded", appended},
		{"WhatIsClosedIsThereWhenOpenedAgain", reopened},
		{"ASegmentCountsOnceHoweverOftenItComes", twice},
		{"SegmentsMayComeInAnyOrder", shuffled},
		{"AStrangersSegmentIsRefused", stranger},
		{"NonsenseIsRefusedAndChangesNothing", nonsense},
		{"OnlyAllowedScopesAreHandedOut", scopes},
		{"AChangeIsTold", told},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, open) })
	}
}

// A box is one device with its engine.
type box struct {
	eventlog.Engine
	dev *device.Device
	reg *device.Registry
	dir string
}

func newBox(t *testing.T, open Opener, school *device.School) *box {
	t.Helper()
	b := &box{dir: t.TempDir()}
	b.open(t, open, school)
	return b
}

func (b *box) open(t *testing.T, open Opener, school *device.School) {
	t.Helper()
	var err error
	if b.dev, err = device.Open(b.dir + "/keys"); err == nil {
		b.reg, err = device.OpenRegistry(b.dir+"/keys", b.dev)
	}
	if err == nil {
		err = b.reg.SetSchool(school)
	}
	if err == nil {
		b.Engine, err = open(b.dir, b.dev, b.reg, counter{})
	}
	check(t, err)
	t.Cleanup(func() { _ = b.Close() })
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func school(t *testing.T) *device.School {
	t.Helper()
	s, err := device.NewSchool("Contract")
	check(t, err)
	return s
}

// counter folds each event into a key of its own, so that any order gives the same.
type counter struct{}

func (counter) Version() uint32   { return 1 }
func (counter) Buckets() []string { return []string{"seen"} }

func (counter) Apply(kv eventlog.KV, e *segment.Event) error {
	kv.Put("seen", fmt.Appendf(nil, "%s %d", e.Stream, e.Seq), e.Bytes(1))
	return nil
}

func seen(t *testing.T, e eventlog.Engine) (n int) {
	t.Helper()
	check(t, e.View(func(kv eventlog.KV) error {
		kv.Scan("seen", nil, func([]byte, []byte) bool { n++; return true })
		return nil
	}))
	return n
}

func (b *box) writes(t *testing.T, scope segment.Scope, n int) {
	t.Helper()
	for i := range n {
		_, err := b.Append(context.Background(), eventlog.Draft{Scope: scope, Kind: "test/1", Fields: []segment.Field{{Col: 1, Type: segment.Bytes, Data: fmt.Appendf(nil, "%d", i)}}})
		check(t, err)
	}
}

// all is every segment, as often cut as sealed asks for.
func (b *box) all(t *testing.T, allow func(segment.Scope) bool) (out [][]byte) {
	t.Helper()
	check(t, b.Segments(clock.Vector{}, allow, func(raw []byte) error {
		out = append(out, raw)
		return nil
	}))
	return out
}

func (b *box) knows(t *testing.T, o *box) {
	t.Helper()
	check(t, b.reg.Add(*o.reg.Own()))
}

func appended(t *testing.T, open Opener) {
	b := newBox(t, open, school(t))
	dots, err := b.Append(context.Background(), eventlog.Draft{Scope: "pub", Kind: "test/1"}, eventlog.Draft{Scope: "ops", Kind: "test/1"}, eventlog.Draft{Scope: "pub", Kind: "test/1"})
	check(t, err)
	pub := b.dev.Stream("pub")
	if len(dots) != 3 || dots[0] != (clock.Dot{Stream: pub, Seq: 1}) || dots[2] != (clock.Dot{Stream: pub, Seq: 2}) || seen(t, b) != 3 {
		t.Errorf("dots %v, %d folded", dots, seen(t, b))
	}
	if v := b.Vector(); v[pub] != 2 || len(b.Streams()) != 2 {
		t.Errorf("vector %v, %d streams", v, len(b.Streams()))
	}
}

func reopened(t *testing.T, open Opener) {
	s := school(t)
	b := newBox(t, open, s)
	b.writes(t, "pub", 7)
	hash, _ := b.State()
	digest := b.Digest()
	check(t, b.Close())
	check(t, b.Close())
	b.open(t, open, s)
	if again, _ := b.State(); again != hash || b.Digest() != digest || seen(t, b) != 7 {
		t.Errorf("state %s, was %s; %d folded", again, hash, seen(t, b))
	}
}

func twice(t *testing.T, open Opener) {
	s := school(t)
	a, b := newBox(t, open, s), newBox(t, open, s)
	b.knows(t, a)
	a.writes(t, s.Learn(), 5)
	for range 2 {
		for i, raw := range a.all(t, nil) {
			if n, err := b.Receive(raw); err != nil || seen(t, b) != 5 {
				t.Fatalf("segment %d: %d new, %v, %d folded", i, n, err, seen(t, b))
			}
		}
	}
	if a.Digest() != b.Digest() {
		t.Error("equal records have two digests")
	}
}

func shuffled(t *testing.T, open Opener) {
	s := school(t)
	a, b := newBox(t, open, s), newBox(t, open, s)
	b.knows(t, a)
	var pieces [][]byte
	after := clock.Vector{}
	for range 4 {
		a.writes(t, s.Learn(), 3)
		check(t, a.Segments(after, nil, func(raw []byte) error {
			pieces = append(pieces, raw)
			return nil
		}))
		after = a.Vector()
	}
	for i := len(pieces) - 1; i >= 0; i-- {
		_, err := b.Receive(pieces[i])
		check(t, err)
	}
	ours, _ := a.State()
	if theirs, _ := b.State(); theirs != ours || seen(t, b) != 12 {
		t.Errorf("%d of 12 folded, state %s, the writer's %s", seen(t, b), theirs, ours)
	}
}

func stranger(t *testing.T, open Opener) {
	a, b := newBox(t, open, school(t)), newBox(t, open, school(t))
	a.writes(t, "pub", 1)
	for _, raw := range a.all(t, nil) {
		if n, err := b.Receive(raw); !errors.Is(err, fs.ErrNotExist) || n != 0 {
			t.Errorf("%d events of a stranger: %v", n, err)
		}
	}
}

func nonsense(t *testing.T, open Opener) {
	s := school(t)
	a, b := newBox(t, open, s), newBox(t, open, s)
	b.knows(t, a)
	a.writes(t, "pub", 3)
	before := b.Digest()
	for _, raw := range a.all(t, nil) {
		for at := 0; at < len(raw); at += 7 {
			bad := append([]byte(nil), raw...)
			bad[at] ^= 0x20
			if n, err := b.Receive(bad); err == nil && n > 0 {
				t.Fatalf("byte %d changed: %d events were taken", at, n)
			}
			if n, err := b.Receive(raw[:at]); err == nil || n > 0 {
				t.Fatalf("cut at %d: %d events, %v", at, n, err)
			}
		}
	}
	if b.Digest() != before || seen(t, b) != 0 {
		t.Error("nonsense changed the record")
	}
}

func scopes(t *testing.T, open Opener) {
	s := school(t)
	b := newBox(t, open, s)
	b.writes(t, "pub", 1)
	b.writes(t, s.Roster(), 1)
	for _, raw := range b.all(t, func(scope segment.Scope) bool { return scope == "pub" }) {
		h, err := segment.ParseHeader(raw)
		if err != nil || h.Scope != "pub" {
			t.Errorf("scope %s was handed out: %v", h.Scope, err)
		}
	}
	if n := len(b.all(t, nil)); n != 2 {
		t.Errorf("%d segments of 2 scopes", n)
	}
}

func told(t *testing.T, open Opener) {
	b := newBox(t, open, school(t))
	changed := b.Changed()
	b.writes(t, "pub", 1)
	select {
	case <-changed:
	default:
		t.Error("nobody was told of a change")
	}
}
