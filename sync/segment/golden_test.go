package segment

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lamplight/sync/clock"
)

// goldens are segments of every version that was ever released, as files testdata/golden/vVERSION-NAME.lseg, each with
// its dump beside it. What a release wrote every later one reads: a file is never written again once it is there; a new
// version gets new ones. NAME-2 follows NAME-1 and refers to it.
const goldens = "testdata/golden"

func TestSegmentsOfEveryVersionAreStillRead(t *testing.T) {
	if *update {
		writeGoldens(t)
	}
	for v := 1; v <= Version; v++ {
		paths, err := filepath.Glob(filepath.Join(goldens, fmt.Sprintf("v%d-*.lseg", v)))
		if err != nil || len(paths) < 5 {
			t.Fatalf("version %d has %d golden segments, %v", v, len(paths), err)
		}
		var past Past
		for _, path := range paths { // in order of name
			if !strings.HasSuffix(path, "-2.lseg") {
				past = Past{}
			}
			readGolden(t, path, &past)
		}
	}
}

func readGolden(t *testing.T, path string, past *Past) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(path + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	s, err := Parse(raw)
	if err != nil || s.Verify(public()) != nil {
		t.Fatalf("%s: %v", path, err)
	}
	var out strings.Builder
	if err := DumpAfter(&out, raw, past); err != nil || out.String() != string(want) {
		t.Fatalf("%s: %v\n%s", path, err, out.String())
	}
}

// golden is events that go into one file, or two that follow each other.
func golden(s *school, name string) (events []*Event, at Place, cuts []int) {
	at = Place{Stream: clock.Stream{4}, Epoch: 2, Scope: "school/0123456789abcdef/roster", First: 1, Before: StartOf(clock.Stream{4})}
	switch name {
	case "later": // columns, types of columns and kinds that this version does not know
		for i := range 3 {
			e := s.next()
			e.Fields = append(e.Fields, Field{Col: 900, Type: 9, Data: []byte{byte(i), 0, 255}}, Field{Col: 901, Type: Text, Data: []byte("сообщение")})
			events = append(events, e, &Event{Lamport: s.lamport, Kind: "weather/7", Fields: []Field{{Col: 65535, Type: 200, Data: []byte("later")}}})
		}
		at.Scope = "a scope of a later release"
	case "boots": // two boots, one in which the clock went back to nothing, and numbers at the ends of their ranges
		other := clock.Boot{9, 9}
		events = []*Event{
			s.next(), s.next(),
			{Lamport: 1 << 40, Stamp: clock.Stamp{Boot: other, MS: 1}, Kind: "view/1", Fields: []Field{{Col: 1, Type: Uint, Num: 1<<64 - 1}, {Col: 2, Type: Int, Num: 1 << 63}}},
			{Lamport: 1<<40 + 1, Stamp: clock.Stamp{Boot: other, MS: -7}, Kind: "view/1"},
		}
		at.Scope = "ops"
	case "run":
		for range 12 {
			events = append(events, s.withPage(s.next()))
		}
		at.Scope = "school/0123456789abcdef/learn"
		return events, at, []int{7, 5}
	}
	return events, at, []int{len(events)}
}

// writeGoldens writes those that are not there.
func writeGoldens(t *testing.T) {
	for _, name := range []string{"later", "boots", "run"} {
		events, at, cuts := golden(newSchool(21), name)
		var past, dumped Past
		for i, n := range cuts {
			file := name
			if len(cuts) > 1 {
				file = fmt.Sprintf("%s-%d", name, i+1)
			}
			signed, after, err := Encode(at, events[:n], &past, sign)
			if err != nil {
				t.Fatal(err)
			}
			at.First, at.Before, events = at.First+uint64(n), after, events[n:]
			path := filepath.Join(goldens, fmt.Sprintf("v%d-%s.lseg", Version, file))
			var out strings.Builder
			if err := DumpAfter(&out, signed, &dumped); err != nil {
				t.Fatal(err)
			}
			if _, err := os.Stat(path); err == nil {
				continue
			}
			if err := errors.Join(os.WriteFile(path, signed, 0o644), os.WriteFile(path+".txt", []byte(out.String()), 0o644)); err != nil {
				t.Fatal(err)
			}
		}
	}
}
