package device

import (
	"crypto/ed25519"
	"testing"

	"lamplight/sync/clock"
)

func TestHeadersThatAnybodyMadeUpAreForgottenAndWhatTheLogHoldsIsNot(t *testing.T) {
	s, _ := NewSchool("Hill")
	own, a := boxOf(t, s)
	other, _, _ := ed25519.GenerateKey(nil)
	if err := a.Add(s.Enrol(other, "b", 1, 1)); err != nil {
		t.Fatal(err)
	}
	held := StreamOf(other, 1, s.Learn())
	if _, err := a.Keep(held, 1, s.Learn()); err != nil {
		t.Fatal(err)
	}
	ours := StreamOf(own.Public(), own.Epoch(), s.Roster())
	if _, known := a.Owner(ours); !known {
		t.Fatal("a stream of our own is not known")
	}
	for epoch := range uint32(3 * maxAsked) {
		if _, err := a.Claim(StreamOf(other, epoch, s.Learn()), epoch, s.Learn()); err != nil {
			t.Fatal(err)
		}
		if len(a.claims) > maxAsked+2 || len(a.owners) > maxAsked+2 {
			t.Fatalf("after %d headers %d streams are remembered", epoch+1, len(a.claims))
		}
	}
	last := uint32(3*maxAsked - 1)
	for _, stream := range []clock.Stream{held, ours, StreamOf(other, last, s.Learn())} {
		if _, known := a.Owner(stream); !known {
			t.Errorf("%s is forgotten", stream)
		}
	}
	if _, known := a.Owner(StreamOf(other, 2, s.Learn())); known {
		t.Error("a header that nobody sent anything of is remembered")
	}
}
