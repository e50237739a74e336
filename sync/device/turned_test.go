package device

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"io/fs"
	"os"
	"testing"

	"lamplight/sync/segment"
)

func TestADevicesBoxKeyIsTheOneThatGoesWithItsPublicKey(t *testing.T) {
	for range 20 {
		d, err := Open(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		public, err := BoxKeyOf(d.Public())
		if err != nil || !bytes.Equal(public.Bytes(), d.BoxKey().PublicKey().Bytes()) {
			t.Fatalf("%x, want %x, %v", public.Bytes(), d.BoxKey().PublicKey().Bytes(), err)
		}
	}
	neutral := make(ed25519.PublicKey, 32)
	neutral[0] = 1
	if _, err := BoxKeyOf(neutral); !errors.Is(err, fs.ErrInvalid) {
		t.Errorf("the neutral point: %v", err)
	}
}

func secretOf(generation uint32, b byte) Turned {
	return Turned{Generation: generation, Secret: bytes.Repeat([]byte{b}, 32)}
}

// boxOf is a device with a registry in a school, which is known to the others.
func boxOf(t *testing.T, s *School) (*Device, *Registry) {
	t.Helper()
	dir := t.TempDir()
	d, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	r, err := OpenRegistry(dir, d)
	if err == nil {
		err = r.SetSchool(s)
	}
	if err != nil {
		t.Fatal(err)
	}
	return d, r
}

func TestWhoStaysIsTrustedAndWhoIsEnrolledWithAStolenKeyIsNot(t *testing.T) {
	s, err := NewSchool("Hill")
	if err != nil {
		t.Fatal(err)
	}
	_, a := boxOf(t, s)
	b, rb := boxOf(t, s)
	x, rx := boxOf(t, s)   // the thief's
	y, ry := boxOf(t, s)   // known to nobody else before
	_, late := boxOf(t, s) // a district's registry would do as well
	add := func(r *Registry, of ...*Registry) {
		for _, o := range of {
			if err := r.Add(*o.Own()); err != nil {
				t.Fatal(err)
			}
		}
	}
	add(a, rb, rx)
	turned := secretOf(1, 7)
	letters, err := s.With([]Turned{turned}).Letters([]ed25519.PublicKey{a.own.Public(), b.Public()}, nil)
	if err != nil || len(letters) != 1 {
		t.Fatal(letters, err)
	}
	if !a.Trusted(x.ID()) {
		t.Fatal("before anything was said all are trusted")
	}
	for range 2 {
		if _, err := a.HearTurned([]Turned{turned}); err != nil {
			t.Fatal(err)
		}
		if err := a.HearLetters(letters); err != nil {
			t.Fatal(err)
		}
	}
	if !a.Trusted(b.ID()) || a.Trusted(x.ID()) || a.Speaks(x.ID()) || a.MayHold(x.Public(), s.Roster()) {
		t.Error("who stays is not told from who does not")
	}
	add(a, ry)
	if a.Trusted(y.ID()) {
		t.Error("a new device is trusted by the school's key alone")
	}
	if news, err := ry.HearTurned([]Turned{turned}); !news || err != nil {
		t.Fatal(news, err)
	}
	add(a, ry) // counter-signed now, and of the same generation
	if !a.Trusted(y.ID()) {
		t.Error("a device that knows the secret is not trusted")
	}
	if err := a.Vouch(x.ID()); err != nil || !a.Trusted(x.ID()) {
		t.Error("whom people paired here is not trusted")
	}
	if got := a.Unlettered(); len(got) != 1 || !got[0].Equal(x.Public()) {
		t.Errorf("%d want a letter", len(got))
	}
	again, err := OpenRegistry(a.dir, a.own)
	if err != nil || !again.Trusted(y.ID()) || !again.Trusted(x.ID()) || len(again.School().Turned()) != 1 {
		t.Errorf("after a restart it is forgotten: %v", err)
	}
	if got := late.Unlettered(); got != nil {
		t.Errorf("letters without a secret: %d", len(got))
	}
	// The next secret: who has not heard of it, and is named by nobody, stays no longer.
	next := secretOf(2, 3)
	letters, _ = a.School().With([]Turned{next}).Letters([]ed25519.PublicKey{a.own.Public(), b.Public()}, nil)
	_, _ = a.HearTurned([]Turned{next})
	if err := a.HearLetters(letters); err != nil || a.Trusted(y.ID()) || !a.Trusted(b.ID()) {
		t.Error("a counter-signature of an older secret counts")
	}
}

func TestADistrictJudgesWhoStaysWithoutTheSecret(t *testing.T) {
	s, _ := NewSchool("Hill")
	dir := t.TempDir()
	own, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	d, err := OpenRegistry(dir, own)
	if err == nil {
		err = d.Oversee(s.Public(), "Hill")
	}
	if err != nil {
		t.Fatal(err)
	}
	b, rb := boxOf(t, s)
	x, rx := boxOf(t, s)
	_ = d.Add(*rb.Own())
	_ = d.Add(*rx.Own())
	forged := func(generations ...uint32) (out []Letter) { // by a box that was stolen
		for _, g := range generations {
			more, _ := s.With([]Turned{secretOf(g, 66)}).Letters([]ed25519.PublicKey{x.Public()}, nil)
			out = append(out, more...)
		}
		return out
	}
	if err := d.HearLetters(forged(1, 60, 120, 180)); err != nil || !d.Trusted(b.ID()) {
		t.Fatalf("who stays is said before anybody was shut out: %v", err)
	}
	stolen, _ := boxOf(t, s)
	letters, _ := s.With([]Turned{secretOf(1, 9)}).Letters([]ed25519.PublicKey{b.Public()}, nil)
	for g := range uint32(20) {
		letters = append(letters, forged(20+g)...)
	}
	err = d.RevokeKey(stolen.Public(), nil)
	if err := errors.Join(err, d.HearLetters(letters)); err != nil {
		t.Fatal(err)
	}
	if !d.Trusted(b.ID()) || d.Trusted(x.ID()) {
		t.Error("the district does not see who stays")
	}
	_, _ = rx.HearTurned([]Turned{secretOf(1, 9)})
	if err := d.Add(*rx.Own()); err != nil || !d.Trusted(x.ID()) {
		t.Error("the district does not see a counter-signature")
	}
}

func TestOfTwoSecretsDrawnAtOnceOneCountsAndBothOpen(t *testing.T) {
	s, _ := NewSchool("Hill")
	one, two := s.With([]Turned{secretOf(1, 1)}), s.With([]Turned{secretOf(1, 2)})
	a, b := one.With(two.Turned()), two.With(one.Turned())
	if !bytes.Equal(a.Shared("gossip"), b.Shared("gossip")) || len(a.SealKeys()) != 3 {
		t.Error("the two do not agree")
	}
	for _, before := range []*School{s, one, two} {
		found := false
		for _, k := range a.SealKeys() {
			found = found || k.Equal(before.SealKeys()[0])
		}
		if !found {
			t.Error("what was sealed before is opened no longer")
		}
	}
	back, err := ImportSchool(a.Export())
	if err != nil || !bytes.Equal(back.Shared("seal"), a.Shared("seal")) || bytes.Equal(back.Shared("seal"), s.Shared("seal")) {
		t.Errorf("a pairing hands over something else: %v", err)
	}
}

func TestALetterIsReadByWhoStaysAndByTheSheetAlone(t *testing.T) {
	s, _ := NewSchool("Hill")
	b, _ := boxOf(t, s)
	x, _ := boxOf(t, s)
	sheet, other := NewRecovery(), NewRecovery()
	school := s.With([]Turned{secretOf(1, 1), secretOf(2, 5)})
	all := make([]ed25519.PublicKey, 100)
	for i := range all {
		all[i], _, _ = ed25519.GenerateKey(nil)
	}
	letters, err := school.Letters(append(all, b.Public()), sheet.SealKey().PublicKey())
	if err != nil || len(letters) != 2 {
		t.Fatal(len(letters), err)
	}
	for _, l := range letters {
		if _, err := ParseLetter(l.Marshal()); err != nil || !school.Newest(l) {
			t.Fatal(err)
		}
		if got, err := l.Open(sheet.SealKey()); err != nil || len(got) != 2 || got[0].Generation != 2 {
			t.Errorf("the sheet opens %v, %v", got, err)
		}
		if _, err := l.Open(append(s.SealKeys(), x.BoxKey(), other.SealKey())...); !errors.Is(err, fs.ErrPermission) {
			t.Errorf("the thief: %v", err)
		}
	}
	if got, err := letters[1].Open(b.BoxKey()); err != nil || len(got) != 2 {
		t.Errorf("a box that stays: %v, %v", got, err)
	}
	forged := letters[1]
	forged.Stays = append(forged.Stays, make([]byte, 8))
	if _, err := ParseLetter(forged.Marshal()); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("a name was added to a letter: %v", err)
	}
}

func FuzzLetter(f *testing.F) {
	s, _ := NewSchool("Hill")
	sheet := NewRecovery()
	public, _, _ := ed25519.GenerateKey(nil)
	letters, _ := s.With([]Turned{secretOf(1, 1)}).Letters([]ed25519.PublicKey{public}, sheet.SealKey().PublicKey())
	f.Add(letters[0].Marshal())
	f.Add(letters[0].Sealed)
	f.Fuzz(func(t *testing.T, b []byte) {
		if l, err := ParseLetter(b); err == nil {
			if _, err := ParseLetter(l.Marshal()); err != nil {
				t.Fatal(err)
			}
		}
		_ = segment.LetterTo(b)
		if text, err := segment.OpenLetter(b, sheet.SealKey()); err == nil && len(text) > segment.MaxLetter {
			t.Fatal(len(text))
		}
	})
}

func TestASecretFarAheadOfAllOthersIsNotTaken(t *testing.T) {
	s, _ := NewSchool("Hill")
	_, r := boxOf(t, s)
	list := []Turned{secretOf(1<<30, 9), secretOf(3, 3), secretOf(1, 1)}
	for g := range uint32(80) {
		list = append(list, secretOf(1<<30+g, 7))
	}
	if _, err := r.HearTurned(list); err != nil {
		t.Fatal(err)
	}
	if got := r.School().Turned(); len(got) != 2 || got[0].Generation != 3 {
		t.Errorf("%d taken, the first of generation %d", len(got), got[0].Generation)
	}
}

func TestASheetMadeAfterManyTurnsIsReadByEarlierReleases(t *testing.T) {
	s, _ := NewSchool("Hill")
	for g := range uint32(60) {
		s = s.With([]Turned{secretOf(g+1, byte(g))})
	}
	sheet := NewRecovery()
	sealed, err := ParseSealedSchool(s.Seal(sheet).Marshal())
	if err != nil {
		t.Fatal(err)
	}
	back, err := sealed.Open(sheet)
	if err != nil || !bytes.Equal(back.Shared("seal"), s.Shared("seal")) || len(s.Turned()) != 60 {
		t.Errorf("it holds another secret: %v", err)
	}
}

// Earlier releases did not keep whom people had paired here: they trusted everybody, and so does this one of those.
func TestABoxThatAnEarlierReleaseTrustedStaysThoughOthersNeverHeardOfIt(t *testing.T) {
	s, _ := NewSchool("Hill")
	b, a := boxOf(t, s)
	d, rd := boxOf(t, s)
	raw, err := deterministic.Marshal(registryFile{Version: 1, Peers: []peerEntry{{Public: d.Public(), Certificate: rd.Own()}}})
	if err == nil {
		err = os.WriteFile(a.path("peers.cbor"), raw, 0o600)
	}
	if err == nil {
		a, err = OpenRegistry(a.dir, b)
	}
	if err != nil {
		t.Fatal(err)
	}
	turned := secretOf(1, 7)
	letters, _ := s.With([]Turned{turned}).Letters([]ed25519.PublicKey{b.Public()}, nil)
	_, err = a.HearTurned([]Turned{turned})
	if err := errors.Join(err, a.HearLetters(letters)); err != nil || !a.Trusted(d.ID()) {
		t.Errorf("a box that was trusted before is not: %v", err)
	}
	if got := a.Unlettered(); len(got) != 1 || !got[0].Equal(d.Public()) {
		t.Errorf("%d want a letter", len(got))
	}
	if a, err = OpenRegistry(a.dir, b); err != nil || !a.Trusted(d.ID()) {
		t.Errorf("after a restart it is forgotten: %v", err)
	}
}

func TestWhoStaysIsNotForgottenWhenItsWriterIsShutOutOrOthersWriteAhead(t *testing.T) {
	s, _ := NewSchool("Hill")
	own, a := boxOf(t, s)
	b, rb := boxOf(t, s)
	x, rx := boxOf(t, s) // a thief's
	for _, r := range []*Registry{rb, rx} {
		if err := a.Add(*r.Own()); err != nil {
			t.Fatal(err)
		}
	}
	turned := secretOf(1, 7)
	letters, _ := s.With([]Turned{turned}).Letters([]ed25519.PublicKey{own.Public(), b.Public()}, nil)
	for i := range 20 { // letters of secrets that nobody knows
		more, _ := s.With([]Turned{secretOf(uint32(50+i), 1)}).Letters([]ed25519.PublicKey{x.Public()}, nil)
		letters = append(letters, more...)
	}
	_, err := a.HearTurned([]Turned{turned})
	hear := func(letters []Letter) {
		t.Helper()
		if err := errors.Join(err, a.HearLetters(letters)); err != nil || a.Trusted(x.ID()) || !a.Trusted(b.ID()) {
			t.Errorf("who stays is not told from who does not: %v", err)
		}
	}
	hear(letters)
	hear(nil) // who wrote them was shut out, or the log was lost
	_, err = a.HearTurned([]Turned{secretOf(2, 9)})
	hear(nil) // an earlier release drew another, which no letter names
	if got := a.Unlettered(); len(got) != 2 {
		t.Errorf("%d of this box and the one that stays want a letter of the new secret", len(got))
	}
}

func TestManySecretsOfAMemberThatMeansHarmPushOutNoneThatTheSchoolUsed(t *testing.T) {
	s, _ := NewSchool("Hill")
	own, r := boxOf(t, s)
	for g := range uint32(3) {
		if _, err := r.HearTurned([]Turned{secretOf(g+1, byte(g))}); err != nil {
			t.Fatal(err)
		}
	}
	used := r.School().Turned()
	var many []Turned
	for g := range uint32(200) { // in order and ahead, and beside the first
		many = append(many, Turned{g + 4, bytes.Repeat([]byte{byte(g)}, 32)}, Turned{1, bytes.Repeat([]byte{byte(g + 3)}, 32)})
	}
	for n := range many {
		if _, err := r.HearTurned(many[:n+1]); err != nil {
			t.Fatal(err)
		}
	}
	again, err := OpenRegistry(r.dir, own)
	if err != nil {
		t.Fatal(err)
	}
	got := again.School().Turned()
	if len(got) != maxTurned || got[0].Generation != 203 {
		t.Errorf("%d are kept, the first of generation %d", len(got), got[0].Generation)
	}
	for _, u := range used {
		if len(sortTurned(got, []Turned{u})) != len(got) {
			t.Errorf("generation %d was pushed out", u.Generation)
		}
	}
	if news, err := again.HearTurned(many); news || err != nil {
		t.Errorf("the same again is news: %v", err)
	}
}

func TestStrangersMakeRoomForOneThatIsNewUnlessTheirWorkIsHereAndComeToRest(t *testing.T) {
	s, _ := NewSchool("Hill")
	own, a := boxOf(t, s)
	turned := secretOf(1, 7)
	letters, _ := s.With([]Turned{turned}).Letters([]ed25519.PublicKey{own.Public()}, nil)
	_, err := a.HearTurned([]Turned{turned})
	if err := errors.Join(err, a.HearLetters(letters)); err != nil {
		t.Fatal(err)
	}
	var all []Certificate
	for range maxStrangers + 2 {
		public, _, _ := ed25519.GenerateKey(nil)
		all = append(all, s.Enrol(public, "stranger", 1, 1, "box"))
	}
	for i, c := range all {
		if err := a.Add(c); err != nil {
			t.Fatalf("stranger %d: %v", i, err)
		}
		asked := a.Claim // a header names it; whoever made that up
		if i == 0 {      // its work is here
			asked = a.Keep
		}
		if _, err := asked(StreamOf(c.Public, 1, s.Learn()), 1, s.Learn()); err != nil {
			t.Fatal(err)
		}
	}
	for i, c := range all {
		if _, known := a.Peer(c.ID()); known != (i != 1 && i != 2) {
			t.Errorf("stranger %d is known: %v", i, known)
		}
	}
	before := a.Changes()
	for _, c := range all {
		_ = a.Add(c)
	}
	if a.Changes() != before || len(a.Peers()) != maxStrangers {
		t.Errorf("%d changes by strangers that went before; %d are known", a.Changes()-before, len(a.Peers()))
	}
}
