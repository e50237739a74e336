package eventlog

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
	"testing"

	"pgregory.net/rapid"

	"lamplight/sync/clock"
	"lamplight/sync/device"
	"lamplight/sync/segment"
)

// TestAnyOrderOfArrivalGivesOneState has three boxes write and seal as drawn, and passes their segments to others in
// any order, some twice, with stops between.
func TestAnyOrderOfArrivalGivesOneState(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		school, err := device.NewSchool("S")
		must(t, err)
		writers := []*box{newBox(t, school).open(), newBox(t, school).open(), newBox(t, school).open()}
		readers := []*box{newBox(t, school).open(), newBox(t, school).open()}
		know(append(writers, readers...)...)
		for range rapid.IntRange(1, 8).Draw(rt, "rounds") {
			w := writers[rapid.IntRange(0, 2).Draw(rt, "writer")]
			for i := range rapid.IntRange(1, 30).Draw(rt, "events") {
				w.add(answer(byte(i), uint64(i)), person(byte(i), fmt.Sprint(i)))
			}
			if rapid.Bool().Draw(rt, "seal") {
				must(t, w.log.Seal())
			}
		}
		var raws [][]byte
		for _, w := range writers {
			must(t, w.log.Segments(nil, nil, func(raw []byte) error { raws = append(raws, raw); return nil }))
		}
		for _, r := range readers {
			order := append(rapid.Permutation(raws).Draw(rt, "order"), rapid.SliceOfN(rapid.SampledFrom(raws), 0, 5).Draw(rt, "again")...)
			for _, raw := range order {
				if _, err := r.log.Receive(raw); err != nil {
					t.Fatal(err)
				}
				if rapid.IntRange(0, 9).Draw(rt, "stop") == 0 {
					r.again(rapid.Bool().Draw(rt, "clean"))
				}
			}
			for _, w := range writers { // what was parked when it stopped
				w.give(r)
			}
			r.clean()
		}
		names := func(b *box) (out string) {
			must(t, b.log.View(func(kv KV) error {
				kv.Scan("events", nil, func(k, v []byte) bool { out += fmt.Sprintf("%x=%x ", k, v); return true })
				return nil
			}))
			return out
		}
		if a, b := names(readers[0]), names(readers[1]); a != b || !readers[0].log.Vector().Equal(readers[1].log.Vector()) {
			t.Fatalf("two states:\n%s\n%s", a, b)
		}
		for _, b := range append(writers, readers...) {
			b.log.crash()
		}
	})
}

// A fullDisk has room for the tail alone once full is set.
type fullDisk struct {
	osDisk
	full *bool
}

type fullFile struct {
	file
	full *bool
	tail bool
}

func (d fullDisk) open(name string) (file, error) {
	f, err := d.osDisk.open(name)
	if err != nil {
		return nil, err
	}
	return fullFile{f, d.full, strings.HasPrefix(name, "tail")}, nil
}

func (d fullDisk) create(name string, data []byte) (file, error) {
	if *d.full {
		return nil, syscall.ENOSPC
	}
	if err := d.osDisk.write(name, data); err != nil {
		return nil, err
	}
	return d.open(name)
}

func (f fullFile) WriteAt(b []byte, off int64) (int, error) {
	if *f.full && !f.tail {
		n, _ := f.file.WriteAt(b[:len(b)/2], off)
		return n, syscall.ENOSPC
	}
	return f.file.WriteAt(b, off)
}

func TestOnAFullCardAnswersAreStillTakenAndNothingIsHalfKept(t *testing.T) {
	full := false
	b := newBox(t, nil)
	b.setup = func(o *Options) { o.disk, o.tailSize = fullDisk{osDisk{o.Dir}, &full}, 64<<10 }
	b.open()
	b.add(person(1, "Amina"))
	full = true
	if _, err := b.log.Append(context.Background(), answer(2, 2), person(2, "Musa")); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("a name on a full card: %v, want ENOSPC", err)
	}
	if v := b.log.Vector()[b.dev.Stream("pub")]; v != 1 || b.name(2) != "" {
		t.Fatalf("half of it was kept: vector %d, name %q", v, b.name(2))
	}
	taken := uint64(0)
	for {
		_, err := b.log.Append(context.Background(), answer(3, taken), answer(3, taken))
		if errors.Is(err, syscall.ENOSPC) {
			break
		}
		must(t, err)
		taken += 2
	}
	if taken < 400 {
		t.Fatalf("only %d answers fitted into the tail", taken)
	}
	if err := b.log.Seal(); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("sealing on a full card: %v", err)
	}
	full = false
	b.add(person(2, "Musa"), answer(4, 4))
	want := b.state()
	must(t, b.log.Seal())
	if b.again(false); b.state() != want || b.log.Vector()[b.dev.Stream("pub")] != taken+3 || b.name(2) != "Musa" {
		t.Fatalf("after room was made: %v, %d taken", b.log.Vector(), taken)
	}
	b.clean()
}

func TestSegmentsGoOnlyWhereTheyMay(t *testing.T) {
	school := newSchool(t)
	b := newBox(t, school).open()
	roster := answer(1, 1)
	roster.Scope = school.Roster()
	b.add(answer(1, 1), roster)
	n := 0
	must(t, b.log.Segments(nil, func(s segment.Scope) bool { return s == "pub" }, func(raw []byte) error { n++; return nil }))
	if n != 1 || b.dev.Exported(b.dev.Stream("pub")) != 1 || b.dev.Exported(b.dev.Stream(school.Roster())) != 0 {
		t.Fatalf("%d segments; marks %v", n, b.dev.Exports())
	}
	if err := b.log.Segments(clock.Vector{}, nil, func([]byte) error { return fs.ErrClosed }); !errors.Is(err, fs.ErrClosed) {
		t.Fatalf("fn's error: %v", err)
	}
}
