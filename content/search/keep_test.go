package search

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lamplight/content"
)

// loaded is what the index holds now.
func loaded(t testing.TB, x *Index) *view {
	t.Helper()
	v, err := x.ready()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// whole reads every byte that an index names, and answers how many headings it keeps.
func whole(t testing.TB, x *Index) (headings int) {
	t.Helper()
	v := loaded(t, x)
	for _, s := range v.segments {
		n, err := wholeSegment(x, v, s.segment)
		if err != nil {
			t.Fatalf("segment %d: %v", s.listed.N, err)
		}
		headings += n
	}
	return headings
}

func wholeSegment(x *Index, v *view, s *segment) (headings int, err error) {
	for i := range columns {
		if _, err := s.columnOf(i); err != nil {
			return 0, err
		}
	}
	for i := range int(s.footer.resources) {
		b, err := s.item(headColumn, s.heads, i, nil)
		if err != nil {
			return 0, err
		}
		if b == nil {
			continue
		}
		headings++
		if _, err := parseHead(b); err != nil {
			return 0, err
		}
	}
	for i, r := range s.rows {
		b, err := s.item(bodyColumn, s.bodies, i, nil)
		if err != nil || (b == nil) != (r&heading != 0) {
			return 0, fmt.Errorf("row %d of resource %x: %d bytes: %w", i, r, len(b), err)
		}
	}
	last := ""
	err = s.each("", func(e *entry) (bool, error) {
		b := e.list
		if b == nil {
			var err error
			if b, err = s.read(e.where, nil, true); err != nil {
				return false, err
			}
		}
		rows := uint32(0)
		for c := newCursor(b); c.ok; c.next() {
			rows++
			if int(c.row) >= len(s.rows) {
				return false, fmt.Errorf("%q stands in row %d of %d", e.term, c.row, len(s.rows))
			}
		}
		if rows != e.rows || string(e.term) <= last && last != "" {
			return false, fmt.Errorf("%q after %q: %d rows, want %d", e.term, last, rows, e.rows)
		}
		last = string(e.term)
		return true, nil
	})
	if err != nil {
		return 0, err
	}
	_, err = s.eachWord(func(rune) bool { return true }, nil, func([]byte, uint64, int) {})
	return headings, err
}

func files(t *testing.T, dir string) (out []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

func TestWhatIsNotListedIsSweptAway(t *testing.T) {
	dir := t.TempDir()
	x, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	add(t, x, "a", []string{"en"}, page{"en", "Water", "x"})
	x.Close()
	kept := files(t, dir)
	for _, name := range []string{"search.db", "search.db-wal", "search.db-shm", "77.seg", "78.seg.new", "listing.new"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("left"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if x, err = Open(dir); err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	if got := files(t, dir); !slices.Equal(got, kept) {
		t.Errorf("left %v, want %v", got, kept)
	}
	if out := ask(t, x, Query{Text: "water"}); out.Total != 1 {
		t.Errorf("found %d", out.Total)
	}
}

// What nobody searches costs a box nothing but the list of courses.
func TestOpeningReadsNoSegment(t *testing.T) {
	dir := t.TempDir()
	x, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	add(t, x, "a", []string{"en"}, page{"en", "Water", "x"})
	x.Close()
	if x, err = Open(dir); err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	s, ok := x.State("a")
	if !ok || !s.Read || len(x.Courses()) != 1 {
		t.Errorf("course a is %+v, %v", s, ok)
	}
	if err := x.Flush(); err != nil {
		t.Fatal(err)
	}
	if x.peek().loaded {
		t.Error("segments were loaded though nobody searched or wrote")
	}
	if out := ask(t, x, Query{Text: "water"}); out.Total != 1 || !x.peek().loaded {
		t.Errorf("found %d", out.Total)
	}
}

// A search goes on in the files that it began with, whatever becomes of them meanwhile.
func TestASearchOutlivesItsFiles(t *testing.T) {
	x := testIndex(t)
	add(t, x, "a", []string{"en"}, page{"en", "Water", "deep water"})
	v, err := x.hold()
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Remove("a"); err != nil {
		t.Fatal(err)
	}
	if got := files(t, x.dir); !slices.Equal(got, []string{listingName}) {
		t.Errorf("%v are left of a course that was removed", got)
	}
	s := v.segments[0].segment
	if _, err := wholeSegment(x, v, s); err != nil {
		t.Errorf("held, and cannot be read: %v", err)
	}
	x.let(v)
	if _, err := s.f.Stat(); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("nobody holds the file, and it is open: %v", err)
	}
}

// Many search while segments are written, joined and removed. Nobody is told of a file that is not there any more.
func TestManySearchWhileOneWrites(t *testing.T) {
	x := testIndex(t)
	add(t, x, "first", []string{"en"}, page{"en", "Water", "deep water"})
	written := make(chan struct{})
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for last := 1; ; {
				select {
				case <-written:
					return
				default:
				}
				out, err := x.Search(context.Background(), Query{Text: "deep water", Limit: 5, Counts: true})
				if err != nil || out.Total < last-1 || len(out.Hits) == 0 { // one may be removed
					t.Errorf("found %d after %d: %v", out.Total, last, err)
					return
				}
				last = out.Total
				if _, err := x.Suggest(context.Background(), Query{Text: "wate", Limit: 5}); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for i := range 3 * mergeFan {
		add(t, x, fmt.Sprint("c", i), []string{"en"}, page{"en", fmt.Sprint("Water ", i), "deep water"})
		if i%5 == 4 {
			if err := x.Remove(content.CourseID(fmt.Sprint("c", i-2))); err != nil {
				t.Fatal(err)
			}
		}
	}
	close(written)
	all.Wait()
}

// Numbers of resources that are gone must not be given to others: rows of text still bear them.
func TestNumbersOfWhatIsGoneAreNotGivenAgain(t *testing.T) {
	dir := t.TempDir()
	x, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	add(t, x, "a", []string{"en"}, page{"en", "Water", "x"})
	add(t, x, "b", []string{"en"}, page{"en", "Fire", "x"})
	next := len(loaded(t, x).resources)
	if err := x.Remove("b"); err != nil {
		t.Fatal(err)
	}
	x.Close()
	if x, err = Open(dir); err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	if n := len(loaded(t, x).resources); n != next {
		t.Errorf("%d resources were numbered, now %d", next, n)
	}
	add(t, x, "c", []string{"en"}, page{"en", "Earth", "dry"})
	if got := titles(ask(t, x, Query{Text: "dry"})); !slices.Equal(got, []string{"Earth"}) {
		t.Errorf("found %v", got)
	}
}

func TestHalfEmptySegmentsAreWrittenAgain(t *testing.T) {
	x := testIndex(t)
	for _, c := range []string{"a", "b", "c"} {
		if err := x.Begin(content.Course{ID: content.CourseID(c), Edition: "1", Title: "C", Languages: []string{"en"}}); err != nil {
			t.Fatal(err)
		}
		for i := range 20 {
			d := Document{Course: content.CourseID(c), Resource: content.ResourceID(fmt.Sprint(c, i)), Kind: content.Page, Title: fmt.Sprintf("Water %s%d", c, i), Language: "en"}
			if err := x.AddWhole(d, func(yield func(content.Passage) bool) error {
				yield(content.Passage{Text: strings.Repeat("text of "+c+" ", 50)})
				return nil
			}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := x.Flush(); err != nil {
		t.Fatal(err)
	}
	before := whole(t, x)
	if err := errorsOnly(x.Remove("a"), x.Remove("b")); err != nil {
		t.Fatal(err)
	}
	if after := whole(t, x); before != 63 || after != 21 {
		t.Errorf("%d headings kept, then %d, want 63 and 21", before, after)
	}
	out := ask(t, x, Query{Text: "water", Counts: true})
	if out.Total != 20 || out.Counts[content.CourseFacet]["c"] != 20 {
		t.Errorf("found %d, %v", out.Total, out.Counts)
	}
	if got := ask(t, x, Query{Text: "c7 text"}).Hits[0]; got.Title != "Water c7" || !strings.Contains(got.Snippet.Text, "text of c") {
		t.Errorf("found %q, %q", got.Title, got.Snippet.Text)
	}
}

func errorsOnly(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// Damage is noticed wherever it lies, and told as such; what was not damaged is still found right.
func TestADamagedIndexIsNoticedAndMadeAnew(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, listingName), []byte(strings.Repeat("no listing ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	x, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	add(t, x, "a", []string{"en"}, page{"en", "Water", strings.Repeat("Deep water. ", 100)}, page{"en", "Fire", "Hot flames"})
	x.Close()
	whole := map[string][]byte{}
	for _, name := range files(t, dir) {
		if whole[name], err = os.ReadFile(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if len(whole) != 2 {
		t.Fatalf("files %v", files(t, dir))
	}
	noticed := 0
	for name, b := range whole {
		for at := 0; at < len(b); at += 1 + len(b)/200 {
			for other, b := range whole {
				if err := os.WriteFile(filepath.Join(dir, other), b, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			bad := slices.Clone(b)
			bad[at] ^= 0x10
			if err := os.WriteFile(filepath.Join(dir, name), bad, 0o600); err != nil {
				t.Fatal(err)
			}
			if damagedFound(t, dir, name, at) {
				noticed++
			}
		}
	}
	if noticed < 100 {
		t.Errorf("%d bits turned were noticed, want most", noticed)
	}
	for name, b := range whole { // cut short, and gone
		for _, cut := range [][]byte{b[:len(b)/2], nil} {
			for other, b := range whole {
				if err := os.WriteFile(filepath.Join(dir, other), b, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.WriteFile(filepath.Join(dir, name), cut, 0o600); err != nil {
				t.Fatal(err)
			}
			if !damagedFound(t, dir, name, len(cut)) {
				t.Errorf("%s cut to %d bytes was not noticed", name, len(cut))
			}
		}
	}
}

// damagedFound searches an index of which one byte is wrong. It says whether that was noticed.
func damagedFound(t *testing.T, dir, name string, at int) bool {
	t.Helper()
	x, err := Open(dir)
	if err != nil {
		t.Fatalf("%s damaged at %d: %v", name, at, err)
	}
	defer x.Close()
	if len(x.Courses()) == 0 {
		return true // made anew at once
	}
	for _, q := range []string{"water", "flames", "watre", "deep"} {
		out, err := x.Search(context.Background(), Query{Text: q, Limit: 5})
		if err != nil {
			if !x.Broken() || !errors.Is(err, fs.ErrInvalid) {
				t.Errorf("%s damaged at %d: %v, and not told as broken", name, at, err)
			}
			return true
		}
		if len(out.Hits) != 1 {
			t.Errorf("%s damaged at %d: %s found %v", name, at, q, titles(out))
		}
	}
	return false
}

func TestAnIndexOfAnotherFormIsMadeAnew(t *testing.T) {
	dir := t.TempDir()
	for _, magic := range []string{"LampIdx6", "LampIdx4"} {
		if err := os.WriteFile(filepath.Join(dir, listingName), []byte(magic+"something else"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := readListing(dir); !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("%s: %v", magic, err)
		}
		x, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		if len(x.Courses()) != 0 {
			t.Errorf("%s: courses %v", magic, x.Courses())
		}
		x.Close()
	}
}

// TestAKilledWriterLeavesAnIndex kills a process that writes, at moments it does not choose, and opens what is left.
func TestAKilledWriterLeavesAnIndex(t *testing.T) {
	if dir := os.Getenv("LAMPLIGHT_SEARCH_WRITER"); dir != "" {
		writeForEver(dir)
	}
	if testing.Short() {
		t.Skip("kills processes: not with -short")
	}
	dir := t.TempDir()
	last, removed := 0, 0
	for round := range 24 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestAKilledWriterLeavesAnIndex$")
		cmd.Env = append(os.Environ(), "LAMPLIGHT_SEARCH_WRITER="+dir)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		for begun := last; begun == last && round%2 == 0; { // every other time not before something was written
			time.Sleep(5 * time.Millisecond)
			if l, err := readListing(dir); err == nil {
				begun = l.NextCourse
			}
		}
		time.Sleep(time.Duration(rand.IntN(150)) * time.Millisecond) // of a kill: no clock of ours
		cmd.Process.Kill()
		cmd.Wait()
		x, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		v := loaded(t, x)
		if whole(t, x); len(files(t, dir)) != 1+len(v.segments) && len(v.segments) > 0 {
			t.Errorf("round %d: files %v of %d segments", round, files(t, dir), len(v.segments))
		}
		pages := 0
		for _, s := range x.Courses() {
			if s.Headed {
				pages += 40
			}
		}
		if out := ask(t, x, Query{Text: "water"}); out.Total != pages {
			t.Errorf("round %d: %d pages are in, %d found", round, pages, out.Total)
		}
		if len(v.courses) < last {
			t.Errorf("round %d: %d courses were begun, now %d", round, last, len(v.courses))
		}
		last, removed = len(v.courses), len(v.courses)-1-len(x.Courses())
		x.Close()
	}
	if last < 20 || removed < 2 {
		t.Errorf("%d courses were begun, %d removed: the test proves nothing", last, removed)
	}
}

// writeForEver adds courses of 40 pages and takes every fourth away.
func writeForEver(dir string) {
	x, err := Open(dir)
	if err != nil {
		panic(err)
	}
	v, err := x.ready()
	if err != nil {
		panic(err)
	}
	for i := len(v.courses); ; i++ {
		c := content.Course{ID: content.CourseID(fmt.Sprint("c", i)), Edition: "1", Title: "C", Languages: []string{"en"}}
		if err := x.Begin(c); err != nil {
			panic(err)
		}
		for j := range 40 {
			d := Document{Course: c.ID, Resource: content.ResourceID(fmt.Sprintf("r%d-%d", i, j)), Kind: content.Page, Title: "Water", Language: "en"}
			if err := x.AddWhole(d, func(yield func(content.Passage) bool) error {
				yield(content.Passage{Text: fmt.Sprintf("page%d words%d", j, i)})
				return nil
			}); err != nil {
				panic(err)
			}
		}
		err := errorsOnly(x.Headed(c.ID), x.Flush())
		if err == nil && i%4 == 0 {
			err = x.Remove(content.CourseID(fmt.Sprint("c", i-2)))
		}
		if err != nil {
			panic(err)
		}
	}
}

// FuzzParsers gives every parser of the files bytes that were never written by us.
func FuzzParsers(f *testing.F) {
	var block []byte
	block = appendEntry(block, nil, []byte("water"), posting{rows: 1, list: []byte{1, 5}})
	block = appendEntry(block, []byte("water"), []byte("watering"), posting{rows: 40, where: stretch{8, 80, 1}})
	l, err := listing{NextCourse: 2, NextResource: 2, NextSegment: 2, Courses: []listedCourse{{N: 1, ID: "a"}}, Segments: []listedSegment{{N: 1, Bytes: 1000}}}.encode()
	if err != nil {
		f.Fatal(err)
	}
	for _, b := range [][]byte{block, l, footer{}.encode(), {0, 5, 'w', 'a', 't', 'e', 'r', 1}, head{"id", "title", "about"}.append(nil), {1, 5, 200, 1, 6}, {3, 'a', 'b', 'c'}} {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 0 { // a sum that is right lets more of it through
			_, _ = parseListing(binary.LittleEndian.AppendUint32(slices.Clone(b), sumOf(b)))
		}
		if n := 28 + 16*columns; len(b) >= n {
			end := binary.LittleEndian.AppendUint32(slices.Clone(b[:n]), sumOf(b[:n]))
			if f, err := parseFooter(append(end, segmentMagic...), 1<<20); err == nil && f.check(1<<20) != nil {
				t.Fatal("a footer that does not hold")
			}
		}
		if starts, err := parseBlocks(b); err == nil {
			s := segment{blocks: b, starts: starts}
			for i := range starts {
				s.block(i)
			}
			s.blockOf("water")
		}
		_, _ = parseValues(b)
		_, _ = parseHead(b)
		_ = eachOf(b, func([]byte, uint64, int) {})
		rows := 0
		for c := newCursor(b); c.ok; c.next() {
			if rows++; c.row > maxRows {
				t.Fatalf("row %d", c.row)
			}
		}
		var r blockReader
		for r.reset(b); r.ok; r.next() {
			if len(r.term) > len(b)+maxTerm {
				t.Fatalf("a term of %d bytes", len(r.term))
			}
		}
	})
}
