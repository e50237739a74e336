package qti

import (
	"bytes"
	"errors"
	"io/fs"
	"strings"
	"testing"

	"lamplight/content/marking"
)

// FuzzLone reads any bytes as a lone file: no panic, errors of a kind, items that can be drawn and marked, or named.
func FuzzLone(f *testing.F) {
	f.Add([]byte(digging))
	f.Add([]byte(twoFields(mapped("", "red", "1"), mapped("", "2.5", "3"), mapResponse)))
	f.Add([]byte(item(`cardinality="multiple" baseType="directedPair"`, correct("C M", "D K"), matching, matchCorrect)))
	f.Add([]byte(asThree(item(`cardinality="multiple" baseType="directedPair"`, correct("W G1", "S G2"), gaps, mapResponse))))
	f.Add([]byte(item(`cardinality="ordered" baseType="identifier"`, correct("C", "A", "B"), ordering, matchCorrect)))
	f.Add([]byte(item(`cardinality="multiple" baseType="identifier"`, correct("A"), spans, byChoice)))
	f.Add([]byte(oldItem("matching_question", says("Match")+list("r1", "Single", "hen", "clucks", "mews"), when(is("r1", "CLUCKS"), "Add", "50", ""))))
	f.Add([]byte(oldItem("numerical_question", says("?")+typedIn, when(`<vargte respident="r">3.9</vargte>`, "Set", "100", "good"))))
	f.Fuzz(func(t *testing.T, b []byte) {
		x, err := loneExercise(bytes.NewReader(b), "f.xml")
		if err != nil {
			if !errors.Is(err, fs.ErrInvalid) && !errors.Is(err, errors.ErrUnsupported) {
				t.Errorf("%v has no kind", err)
			}
			return
		}
		for _, it := range x.Items {
			if err := marking.Check(it); err != nil {
				t.Errorf("%s: %v", it.ID, err)
			}
			if _, err := marking.Draw(it, 5); err != nil {
				t.Errorf("%s: %v", it.ID, err)
			}
		}
		for _, l := range x.LeftOut {
			if l.Type == "" || strings.TrimSpace(l.Reason) == "" {
				t.Errorf("left out as %+v", l)
			}
		}
	})
}
