package sqlite

import (
	"encoding/binary"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// survey reads all that a file may be asked for.
func survey(t testing.TB, path string, tables ...string) error {
	t.Helper()
	f, err := Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	var first error
	for _, name := range tables {
		table, err := f.Table(name)
		if err != nil {
			first = errors.Join(first, err)
			continue
		}
		c := table.Rows("id", "long", "number", "bytes", Rowid)
		for c.Next(t.Context()) {
			_, _ = c.Value(1).Text(), c.Value(2).Number()
		}
		err = c.Err()
		c = table.Rows("id", "bytes")
		for id := range int64(50) {
			if e := c.Find(id); e != nil && !errors.Is(e, fs.ErrNotExist) {
				err = errors.Join(err, e)
			}
		}
		first = errors.Join(first, err)
	}
	return first
}

func TestASpoiltFileEndsInRowsOrAnErrorThatNamesThePage(t *testing.T) {
	whole, err := os.ReadFile(made(t, 400, ""))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "spoilt.sqlite3")
	chance := rand.New(rand.NewPCG(3, 4))
	said, rounds := 0, 600
	if testing.Short() {
		rounds = 200
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range rounds {
		b := append([]byte(nil), whole...)
		for range 1 + chance.IntN(4) {
			page := chance.IntN(len(b)/pageSize) * pageSize
			at := page + chance.IntN(24) // where headers and pointers are
			if chance.IntN(4) == 0 {
				at = page + chance.IntN(pageSize)
			}
			b[at] = byte(chance.Uint32())
		}
		if chance.IntN(8) == 0 {
			b = b[:chance.IntN(len(b))]
		}
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		err := survey(t, path, "main", "pair", "empty")
		if took := time.Since(start); took > 2*time.Second {
			t.Fatalf("%v for an answer", took)
		}
		if err == nil {
			continue
		}
		said++
		if !errors.Is(err, fs.ErrInvalid) && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, errors.ErrUnsupported) || !strings.Contains(err.Error(), "spoilt.sqlite3") {
			t.Fatalf("an error without kind or name: %v", err)
		}
	}
	runtime.ReadMemStats(&after)
	t.Logf("%d of %d spoilt files were refused; %d kB allocated for each", said, rounds, (after.TotalAlloc-before.TotalAlloc)/uint64(rounds)/1024)
	if said < rounds/5 {
		t.Errorf("only %d of %d spoilt files were refused", said, rounds)
	}
}

// crafted is a file of few pages whose table main begins on page 2, after fill has written them.
func crafted(t *testing.T, fill func(page func(n int) []byte)) string {
	t.Helper()
	b, err := os.ReadFile(made(t, 0, ""))
	if err != nil {
		t.Fatal(err)
	}
	const pages = 40
	b = append(b[:2*pageSize:2*pageSize], make([]byte, (pages-2)*pageSize)...)
	touch(b, pages)
	fill(func(n int) []byte { return b[(n-1)*pageSize : n*pageSize] })
	path := filepath.Join(t.TempDir(), "crafted.sqlite3")
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// inner makes a page of children with keys 1, 2, ….
func inner(b []byte, children ...uint32) {
	clear(b)
	p := &filling{}
	for i, c := range children[:len(children)-1] {
		p.add(append(binary.BigEndian.AppendUint32(nil, c), byte(i+1)))
	}
	p.lay(b, 0, 5, children[len(children)-1])
}

func TestTrapsInATreeAreNamed(t *testing.T) {
	wide := make([]uint32, 300)
	for says, fill := range map[string]func(page func(n int) []byte){
		"the tree of main is": func(page func(n int) []byte) { inner(page(2), 2, 2) },
		"deeper than": func(page func(n int) []byte) {
			for n := 2; n < 39; n++ {
				inner(page(n), uint32(n+1))
			}
			inner(page(39), 39)
		},
		"page 39: pages": func(page func(n int) []byte) { // a leaf that stands in the tree again and again, and has no rows
			for i := range wide {
				wide[i] = 39
			}
			inner(page(2), wide...)
			(&filling{}).lay(page(39), 0, 13, 0)
		},
		"no such page":       func(page func(n int) []byte) { inner(page(2), 4_000_000_000) },
		"no page of a table": func(page func(n int) []byte) { page(2)[0] = 10 },
		"do not fit":         func(page func(n int) []byte) { page(2)[3] = 0xff },
		"outside":            func(page func(n int) []byte) { page(2)[4], page(2)[8], page(2)[9] = 1, 0xff, 0xff },
		"longer than": func(page func(n int) []byte) {
			p := &filling{}
			p.add(append(appendVarint(nil, 1<<62), 1, 2, 3, 4, 5, 6))
			p.lay(page(2), 0, 13, 0)
		},
		"more than once": func(page func(n int) []byte) { // an overflow page that is followed by itself
			p := &filling{}
			cell := append(appendVarint(nil, 8<<20), 1)
			cell = append(cell, append([]byte{11, 13, 13, 0x83, 0xff, 0xff, 0x7f, 0, 0, 0, 0}, make([]byte, 4085)...)...)
			n := localSize(8<<20, pageSize, false)
			cell = binary.BigEndian.AppendUint32(cell[:5+n], 30)
			p.add(cell)
			p.lay(page(2), 0, 13, 0)
			binary.BigEndian.PutUint32(page(30), 30)
		},
		"is no record": func(page func(n int) []byte) {
			p := &filling{}
			p.add([]byte{4, 1, 4, 0x7f, 0x7f, 0x7f})
			p.lay(page(2), 0, 13, 0)
		},
		"comes after row": func(page func(n int) []byte) {
			p := &filling{}
			p.add([]byte{2, 9, 2, 0})
			p.add([]byte{2, 9, 2, 0})
			p.lay(page(2), 0, 13, 0)
		},
	} {
		err := survey(t, crafted(t, fill), "main")
		if !errors.Is(err, fs.ErrInvalid) || !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), "crafted.sqlite3: page ") {
			t.Errorf("%s: %v", says, err)
		}
	}
}

func FuzzOpen(f *testing.F) {
	whole, err := os.ReadFile(made(f, 3, ""))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole, []byte(nil))
	f.Fuzz(func(t *testing.T, b, log []byte) {
		path := filepath.Join(t.TempDir(), "x")
		os.WriteFile(path, b, 0o644)
		if len(log) > 0 {
			os.WriteFile(path+"-wal", log, 0o644)
		}
		if err := survey(t, path, "main", "pair"); err != nil && !errors.Is(err, fs.ErrInvalid) && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, errors.ErrUnsupported) {
			t.Error(err)
		}
		_ = Change(t.Context(), path, "main", "long", func(string) (string, bool) { return "anew", true })
	})
}
