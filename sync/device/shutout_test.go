package device

import (
	"errors"
	"io/fs"
	"testing"

	"lamplight/sync/clock"
)

func TestWordOfARevokedBoxMakesNobodyMoreTrusted(t *testing.T) {
	school, err := NewSchool("Hill")
	must(t, err)
	foreign, err := NewSchool("Dale")
	must(t, err)
	_, reg := boxOf(t, school)
	gone, _ := boxOf(t, school)
	cert := school.Enrol(gone.Public(), "gone", 1, 1)
	stream := StreamOf(gone.Public(), 1, school.Learn())
	word := ShutOut{cert, clock.Vector{stream: 9}}

	if _, err := reg.HearShutOut(ShutOut{Certificate: foreign.Enrol(gone.Public(), "gone", 1, 1)}); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("a box of another school was taken: %v", err)
	}
	if news, err := reg.HearShutOut(word); err != nil || !news || reg.Trusted(gone.ID()) || !reg.Speaks(gone.ID()) {
		t.Fatalf("news %v, %v; trusted %v", news, err, reg.Trusted(gone.ID()))
	}
	if o, err := reg.Claim(stream, 1, school.Learn()); err != nil || o.Last != 9 {
		t.Errorf("of its stream %d events count (%v), want 9", o.Last, err)
	}
	word.Last = clock.Vector{stream: 99}
	if news, err := reg.HearShutOut(word); err != nil || news {
		t.Errorf("told twice it is news: %v", err)
	}
	if o, _ := reg.Claim(stream, 1, school.Learn()); o.Last != 9 {
		t.Errorf("by word alone more counts than before: %d", o.Last)
	}

	trusted, _ := boxOf(t, school)
	must(t, reg.Add(school.Enrol(trusted.Public(), "here", 1, 1)))
	if news, err := reg.HearShutOut(ShutOut{Certificate: school.Enrol(trusted.Public(), "here", 1, 1)}); news || err != nil || !reg.Trusted(trusted.ID()) {
		t.Errorf("word alone shut out a box that is known: %v", err)
	}

	heard, _ := boxOf(t, school) // only that it was revoked
	must(t, reg.RevokeKey(heard.Public(), clock.Vector{}))
	if err := reg.Add(school.Enrol(heard.Public(), "heard", 1, 1)); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("a revoked box was added: %v", err)
	}
	if p, _ := reg.Peer(heard.ID()); p.Certificate == nil || !p.Revoked {
		t.Errorf("its certificate was not kept with the revocation: %+v", p)
	}
}
