package eventlog

import (
	"context"
	"encoding/binary"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"

	"lamplight/sync/clock"
	"lamplight/sync/device"
	"lamplight/sync/segment"
)

// tally is an Applier: every event by name, sums by kind, a highest value, names from bodies.
type tally struct{ version uint32 }

func (a tally) Version() uint32   { return max(a.version, 1) }
func (a tally) Buckets() []string { return []string{"events", "sums", "names"} }

func (a tally) Apply(kv KV, e *segment.Event) error {
	if e.Kind == "bad/1" {
		return fmt.Errorf("never folds")
	}
	if e.Kind == "panic/1" {
		panic("on purpose")
	}
	kv.Put("events", seqKey(e.Stream, e.Seq), segment.AppendCanonical(nil, e))
	n := uint64(0)
	if v := kv.Get("sums", []byte(e.Kind)); v != nil {
		n = binary.BigEndian.Uint64(v)
	}
	kv.Put("sums", []byte(e.Kind), binary.BigEndian.AppendUint64(nil, n+e.Uint(2)+1))
	if e.Body != nil {
		kv.Put("names", e.Bytes(1), e.Body[BodySalt:])
	}
	if e.Kind == "forget/1" {
		kv.Delete("names", e.Bytes(1))
	}
	return nil
}

// A box is a device with its log in a folder.
type box struct {
	t     testing.TB
	dir   string
	dev   *device.Device
	reg   *device.Registry
	log   *Log
	setup func(*Options)
}

func newBox(t testing.TB, school *device.School) *box {
	b := &box{t: t, dir: t.TempDir()}
	b.keys()
	if school != nil {
		must(t, b.reg.SetSchool(school))
	}
	return b
}

func (b *box) keys() {
	b.t.Helper()
	var err error
	b.dev, err = device.Open(filepath.Join(b.dir, "keys"))
	must(b.t, err)
	b.reg, err = device.OpenRegistry(filepath.Join(b.dir, "keys"), b.dev)
	must(b.t, err)
}

func (b *box) options() Options {
	o := Options{
		Dir: filepath.Join(b.dir, "journal"), DB: filepath.Join(b.dir, "records.db"), Device: b.dev, Registry: b.reg,
		Applier: tally{}, Logger: slog.New(slog.DiscardHandler), eager: true,
	}
	if b.setup != nil {
		b.setup(&o)
	}
	return o
}

func (b *box) open() *box {
	b.t.Helper()
	l, err := Open(b.options())
	must(b.t, err)
	b.log = l
	b.t.Cleanup(func() { l.Close() })
	return b
}

// again opens the folder anew, as after a start; close says whether the stop was clean.
func (b *box) again(clean bool) *box {
	b.t.Helper()
	if clean {
		must(b.t, b.log.Close())
	} else {
		b.log.crash()
	}
	b.keys()
	return b.open()
}

// crash lets go of the files and brings nothing to the card.
func (l *Log) crash() {
	l.queue.close()
	l.swap.Lock()
	defer l.swap.Unlock()
	l.journal.Lock()
	defer l.journal.Unlock()
	l.committing.Lock()
	defer l.committing.Unlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return
	}
	l.closed = true
	l.closeFiles()
	l.closeDB()
}

func (b *box) add(drafts ...Draft) []clock.Dot {
	b.t.Helper()
	dots, err := b.log.Append(context.Background(), drafts...)
	must(b.t, err)
	return dots
}

func (b *box) state() string {
	b.t.Helper()
	s, _ := b.log.State()
	if s == "" {
		b.t.Fatal("no state")
	}
	return s
}

func (b *box) clean() {
	b.t.Helper()
	r, err := b.log.Check(context.Background(), false)
	must(b.t, err)
	if len(r.Problems) > 0 {
		b.t.Fatalf("check: %q", r.Problems)
	}
}

// know makes boxes of one school know each other.
func know(boxes ...*box) {
	for _, a := range boxes {
		for _, b := range boxes {
			must(a.t, a.reg.Add(*b.reg.Own()))
		}
	}
}

// give passes to o all that it lacks.
func (b *box) give(o *box) (n int) {
	b.t.Helper()
	must(b.t, b.log.Segments(o.log.Vector(), nil, func(raw []byte) error {
		k, err := o.log.Receive(raw)
		n += k
		return err
	}))
	return n
}

func newSchool(t testing.TB) *device.School {
	s, err := device.NewSchool("Test")
	must(t, err)
	return s
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func answer(who byte, n uint64) Draft {
	return Draft{Scope: "pub", Kind: "attempt/1", Fields: []segment.Field{
		{Col: 1, Type: segment.Bytes, Data: []byte{who, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}},
		{Col: 2, Type: segment.Uint, Num: n},
	}}
}

func person(who byte, name string) Draft {
	d := answer(who, 0)
	d.Kind, d.Body = "person/1", []byte(name)
	return d
}

func (b *box) name(who byte) (name string) {
	b.t.Helper()
	must(b.t, b.log.View(func(kv KV) error {
		name = string(kv.Get("names", answer(who, 0).Fields[0].Data))
		return nil
	}))
	return name
}

// many appends n answers from several goroutines.
func (b *box) many(n int) {
	b.t.Helper()
	var wg sync.WaitGroup
	errs := make([]error, 8)
	for g := range errs {
		wg.Go(func() {
			for i := g; i < n; i += len(errs) {
				if _, err := b.log.Append(context.Background(), answer(byte(g), uint64(i))); err != nil {
					errs[g] = err
				}
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		must(b.t, err)
	}
}
