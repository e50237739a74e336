package device

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
)

func TestTheWordsOfASheetBringItsSchoolBack(t *testing.T) {
	school, err := NewSchool("Hill School")
	if err != nil {
		t.Fatal(err)
	}
	r := NewRecovery()
	sealed, err := ParseSealedSchool(school.Seal(r).Marshal())
	if err != nil {
		t.Fatal(err)
	}
	words := r.Words()
	if n := len(strings.Fields(words)); n != 9 {
		t.Fatalf("%q are %d words, want 9", words, n)
	}
	for _, typed := range []string{words, strings.ToUpper(words), strings.ReplaceAll(words, " ", "-"), strings.ReplaceAll(words, " ", ""), "  " + words + "\n"} {
		got, err := ParseRecovery(typed)
		if err != nil || got != r {
			t.Fatalf("%q: %v", typed, err)
		}
		if back, err := sealed.Open(got); err != nil || back.ID() != school.ID() || back.Name != school.Name {
			t.Fatalf("%q opens %v (%v)", typed, back, err)
		}
	}
	if _, err := sealed.Open(NewRecovery()); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("another sheet opened it: %v", err)
	}
}

func TestAWordThatIsWrongIsSaid(t *testing.T) {
	r := NewRecovery()
	words := strings.Fields(r.Words())
	for i := range words {
		other := append([]string{}, words...)
		if other[i] = "babab"; words[i] == "babab" {
			other[i] = "zuzuz"
		}
		if _, err := ParseRecovery(strings.Join(other, " ")); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("word %d was changed and nobody noticed: %v", i+1, err)
		}
	}
	for _, s := range []string{"", "babab", strings.Join(words[:8], " "), strings.Repeat("x", 45), strings.Repeat("babab ", 90)} {
		if _, err := ParseRecovery(s); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("%q was taken: %v", s, err)
		}
	}
}

func TestASealedSchoolIsItsSchoolsOwn(t *testing.T) {
	one, _ := NewSchool("One")
	two, _ := NewSchool("Two")
	r := NewRecovery()
	c := two.Seal(r)
	c.Public = one.Public()
	if _, err := ParseSealedSchool(c.Marshal()); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("what another school signed was taken: %v", err)
	}
	if _, err := ParseSealedSchool([]byte{0xa0}); !errors.Is(err, fs.ErrInvalid) {
		t.Errorf("an empty one was taken: %v", err)
	}
}
