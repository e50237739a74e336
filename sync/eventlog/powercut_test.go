package eventlog

import (
	"context"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"lamplight/sync/clock"
)

// A tape is a disk in memory that remembers every write and sync in order, so that any power cut can be played.
type tape struct {
	mu    sync.Mutex
	files map[string]*tapeFile
	ops   []tapeOp
}

type tapeOp struct {
	what string // "create", "write", "cut", "sync", "ack", "db"
	name string
	off  int64
	data []byte
	dots []clock.Dot
}

type tapeFile struct {
	tape *tape
	name string
	data []byte
}

func newTape() *tape { return &tape{files: map[string]*tapeFile{}} }

func (t *tape) record(op tapeOp) { t.ops = append(t.ops, op) }

func (t *tape) note(op tapeOp) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.record(op)
}

func (t *tape) open(name string) (file, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	f := t.files[name]
	if f == nil {
		return nil, fs.ErrNotExist
	}
	return f, nil
}

func (t *tape) create(name string, data []byte) (file, error) {
	t.write(name, data)
	return t.open(name)
}

func (t *tape) write(name string, data []byte) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.files[name] = &tapeFile{tape: t, name: name, data: slices.Clone(data)}
	t.record(tapeOp{what: "create", name: name, data: slices.Clone(data)})
	return nil
}

func (t *tape) remove(name string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.files, name)
	return nil
}

func (t *tape) names() ([]string, error) { return slices.Sorted(maps.Keys(t.files)), nil }

func (f *tapeFile) ReadAt(b []byte, off int64) (int, error) {
	f.tape.mu.Lock()
	defer f.tape.mu.Unlock()
	if off >= int64(len(f.data)) {
		return 0, io.EOF
	}
	n := copy(b, f.data[off:])
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

func (f *tapeFile) WriteAt(b []byte, off int64) (int, error) {
	f.tape.mu.Lock()
	defer f.tape.mu.Unlock()
	f.tape.record(tapeOp{what: "write", name: f.name, off: off, data: slices.Clone(b)})
	f.data = patched(f.data, b, off)
	return len(b), nil
}

func patched(data, b []byte, off int64) []byte {
	if need := int(off) + len(b); need > len(data) {
		data = append(data, make([]byte, need-len(data))...)
	}
	copy(data[off:], b)
	return data
}

func (f *tapeFile) Truncate(n int64) error {
	f.tape.mu.Lock()
	defer f.tape.mu.Unlock()
	f.tape.record(tapeOp{what: "cut", name: f.name, off: n})
	f.data = cutTo(f.data, n)
	return nil
}

func cutTo(data []byte, n int64) []byte {
	if n <= int64(len(data)) {
		return data[:n:n]
	}
	return patched(data, nil, n)
}

func (f *tapeFile) sync() error { f.tape.note(tapeOp{what: "sync", name: f.name}); return nil }
func (f *tapeFile) size() (int64, error) {
	f.tape.mu.Lock()
	defer f.tape.mu.Unlock()
	return int64(len(f.data)), nil
}
func (f *tapeFile) Close() error { return nil }

// A cut is what is on the card after the power went at some operation.
type cut struct {
	files map[string][]byte
	acked []clock.Dot
	db    []byte // of the last commit before; nil for none
	next  []byte // of the commit after that; nil for none
}

// play plays the first n operations: what was synced is there; of what was not, each 512-byte sector is or is not.
func (t *tape) play(n int, r *rand.Rand) cut {
	c := cut{files: map[string][]byte{}}
	pending := map[string][]tapeOp{}
	for _, op := range t.ops[:n] {
		switch op.what {
		case "create":
			c.files[op.name], pending[op.name] = slices.Clone(op.data), nil
		case "sync":
			for _, p := range pending[op.name] {
				c.files[op.name] = p.whole(c.files[op.name])
			}
			pending[op.name] = nil
		case "ack":
			c.acked = append(c.acked, op.dots...)
		case "db":
			c.db = op.data
		default:
			pending[op.name] = append(pending[op.name], op)
		}
	}
	if i := slices.IndexFunc(t.ops[n:], func(op tapeOp) bool { return op.what == "db" }); i >= 0 {
		c.next = t.ops[n+i].data
	}
	for _, name := range slices.Sorted(maps.Keys(pending)) {
		for _, p := range pending[name] {
			c.files[name] = p.torn(c.files[name], r)
		}
	}
	return c
}

func (op tapeOp) whole(data []byte) []byte {
	if op.what == "cut" {
		return cutTo(data, op.off)
	}
	return patched(data, op.data, op.off)
}

func (op tapeOp) torn(data []byte, r *rand.Rand) []byte {
	if op.what == "cut" {
		if r.IntN(2) == 0 {
			return data
		}
		return cutTo(data, op.off)
	}
	for at := 0; at < len(op.data); {
		end := min(len(op.data), at+512-int(op.off+int64(at))%512)
		if r.IntN(2) == 0 {
			data = patched(data, op.data[at:end], op.off+int64(at))
		}
		at = end
	}
	return data
}

// tornCommit is records.db when the power went during the commit from a to b: bbolt writes new pages beside those in use,
// syncs, then one of the two meta pages. A card that lies may have any of it.
func tornCommit(a, b []byte, r *rand.Rand, lies bool) []byte {
	if a == nil || b == nil {
		return a
	}
	out := slices.Clone(a)
	if r.IntN(4) > 0 && len(b) > len(out) {
		out = append(out, make([]byte, len(b)-len(out))...)
	}
	for at := 0; at < len(out) && at < len(b); at += 512 {
		if (at >= 8192 || lies) && r.IntN(2) == 0 {
			copy(out[at:], b[at:min(at+512, len(b))])
		}
	}
	return out
}

// life records a working box: answers and names from several goroutines, seals, commits, segments of another box.
func life(t *testing.T) (*box, *tape) {
	school := newSchool(t)
	other, b, tp := newBox(t, school).open(), newBox(t, school), newTape()
	b.setup = func(o *Options) { o.disk, o.tailSize = tp, 16<<10 }
	b.open()
	know(b, other)
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := range 60 {
				drafts := []Draft{answer(byte(g), uint64(i))}
				if i%9 == 0 {
					drafts = append(drafts, person(byte(g), "Amina"), answer(byte(g), 1))
				}
				dots, err := b.log.Append(context.Background(), drafts...)
				if err != nil {
					t.Error(err)
					return
				}
				tp.note(tapeOp{what: "ack", dots: dots})
			}
		})
	}
	for i := range 6 {
		other.add(answer(50, uint64(i)), person(byte(50+i), "Musa"))
		must(t, other.log.Segments(b.log.Vector(), nil, func(raw []byte) error {
			if n, err := b.log.Receive(raw); err != nil || n != 2 {
				t.Errorf("received %d, %v", n, err)
			}
			v := b.log.Vector()[other.dev.Stream("pub")]
			tp.note(tapeOp{what: "ack", dots: []clock.Dot{{Stream: other.dev.Stream("pub"), Seq: v - 1}, {Stream: other.dev.Stream("pub"), Seq: v}}})
			return nil
		}))
		must(t, b.log.Seal())
		must(t, b.log.commit())
		db, err := os.ReadFile(filepath.Join(b.dir, "records.db"))
		must(t, err)
		tp.note(tapeOp{what: "db", data: db})
	}
	wg.Wait()
	b.log.crash()
	return b, tp
}

func TestNoPowerCutLosesWhatWasAcknowledged(t *testing.T) {
	states := 150
	if os.Getenv("LAMPLIGHT_SOAK") == "1" {
		states = 10000
	} else if testing.Short() {
		states = 20
	}
	b, tp := life(t)
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 1))
	for i := range states {
		c := tp.play(1+r.IntN(len(tp.ops)), r)
		db := [][]byte{c.db, nil, tornCommit(c.db, c.next, r, false), tornCommit(c.db, c.next, r, true), c.next}[i%5]
		lies := i%5 == 3
		first := survives(t, b, c, db, seed, lies || i%2 == 0, lies)
		if i%10 == 0 {
			if second := survives(t, b, c, nil, seed, false, false); second != first {
				t.Fatalf("seed %d, cut %d: state %s with records.db, %s without", seed, i, first, second)
			}
		}
	}
	t.Logf("%d cuts of %d operations", states, len(tp.ops))
}

// survives opens what the cut left, lazily or not, and looks for every acknowledged event; in a records.db that lies only
// once it was proved.
func survives(t *testing.T, b *box, c cut, db []byte, seed uint64, lazy, lies bool) string {
	t.Helper()
	tp := newTape()
	for name, data := range c.files {
		tp.files[name] = &tapeFile{tape: tp, name: name, data: slices.Clone(data)}
	}
	o := b.options()
	o.DB = filepath.Join(t.TempDir(), "records.db")
	o.disk, o.Lazy = tp, lazy
	if db != nil {
		must(t, os.WriteFile(o.DB, db, 0o600))
	}
	l, err := Open(o)
	if err != nil {
		t.Fatalf("seed %d: %v", seed, err)
	}
	defer l.crash()
	if lies {
		must(t, l.prove(nil))
	}
	must(t, l.View(func(kv KV) error {
		for _, d := range c.acked {
			if kv.Get("events", seqKey(d.Stream, d.Seq)) == nil {
				t.Fatalf("seed %d: acknowledged event %v is gone", seed, d)
			}
		}
		return nil
	}))
	report, err := l.Check(context.Background(), false)
	if err != nil || len(report.Problems) > 0 || report.Erased > 0 {
		t.Fatalf("seed %d: check: %+v, %v", seed, report, err)
	}
	return report.State
}
