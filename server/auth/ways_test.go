package auth

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
	"time"

	"lamplight/server/learning"
)

func TestACardsCodeIsShortAndOldOnesStillOpen(t *testing.T) {
	d := newDesk(t)
	ada := d.add("Ada", learning.Learner)
	seen := map[string]bool{}
	for range 200 {
		code, _ := NewCard()
		if len(code) != 14 || seen[code] || strings.Count(code, "-") != 2 {
			t.Fatalf("code %q", code)
		}
		seen[code] = true
	}
	const old = "7C9KD4WXPM3T0123456789ABCD"
	d.secrets[string(ada)+"card"] = cardVerifier(old)
	if _, err := d.try(learning.Card, "", old); err != nil {
		t.Errorf("a card of an earlier release: %v", err)
	}
}

func TestLookingAtACardSignsNobodyIn(t *testing.T) {
	d := newDesk(t)
	ada := d.add("Ada", learning.Learner)
	code, verifier := NewCard()
	d.secrets[string(ada)+"card"] = verifier
	p, err := d.Card(Phone{"10.0.0.7", "c"}, code)
	if err != nil || p != ada || d.Sessions() != 0 {
		t.Errorf("whose card: %v, %v; %d sessions", p, err, d.Sessions())
	}
	var wait *WaitError
	for range 20 {
		other, _ := NewCard()
		if _, err = d.Card(Phone{"10.0.0.7", "d"}, other); errors.As(err, &wait) {
			break
		}
	}
	if wait == nil {
		t.Error("a phone may try codes for ever")
	}
	if _, err := d.Card(Phone{"10.0.0.7", "e"}, code); err != nil {
		t.Errorf("another phone of the same address: %v", err)
	}
}

func TestANewCardEndsWhatTheOldOneOpened(t *testing.T) {
	d := newDesk(t)
	ada := d.add("Ada", learning.Learner)
	code, verifier := NewCard()
	d.secrets[string(ada)+"card"] = verifier
	d.set(t, d.Keeper, ada, learning.PIN, "2468")
	byCard, err1 := d.try(learning.Card, "", code)
	byPIN, err2 := d.try(learning.PIN, "Ada", "2468")
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	d.edits++ // somebody else's page was edited
	if !d.in(byCard.Token) || !d.in(byPIN.Token) {
		t.Fatal("an edit of nothing of hers signs Ada out")
	}
	_, verifier = NewCard() // on another box, say: nobody tells this keeper
	d.secrets[string(ada)+"card"] = verifier
	d.edits++
	if d.in(byCard.Token) || !d.in(byPIN.Token) {
		t.Error("a new card: the old card's session goes on, or the PIN's ended")
	}
	if _, err := d.try(learning.Card, "", code); !errors.Is(err, ErrWrong) {
		t.Errorf("the old card: %v", err)
	}
}

func TestAResetElsewhereEndsEverySessionHereThroughARestart(t *testing.T) {
	d := newDesk(t)
	ada := d.add("Ada", learning.Learner)
	code, verifier := NewCard()
	d.secrets[string(ada)+"card"] = verifier
	d.set(t, d.Keeper, ada, learning.PIN, "2468")
	byCard, _ := d.try(learning.Card, "", code)
	byPIN, _ := d.try(learning.PIN, "Ada", "2468")
	musa, _ := d.SignInAs(d.add("Musa", learning.Learner), learning.PIN, false)
	d.start(t)
	if !d.in(byCard.Token) || !d.in(byPIN.Token) || !d.in(musa.Token) {
		t.Fatal("a restart signs people out")
	}
	d.set(t, d.Keeper, ada, learning.PIN, "1357")
	d.edits++
	d.start(t)
	if d.in(byCard.Token) || d.in(byPIN.Token) || !d.in(musa.Token) {
		t.Error("after a reset Ada's old sessions go on, or Musa's ended")
	}
	// Who changes their own secret stays, here and after a restart.
	mine, _ := d.try(learning.PIN, "Ada", "1357")
	other, _ := d.try(learning.PIN, "Ada", "1357")
	d.set(t, d.Keeper, ada, learning.PIN, "9753")
	d.edits++
	if err := d.SignOutPerson(ada, mine.Token); err != nil || !d.in(mine.Token) || d.in(other.Token) {
		t.Errorf("changing one's own secret: %v", err)
	}
	d.start(t)
	if !d.in(mine.Token) {
		t.Error("who changed their own secret is signed out by a restart")
	}
}

func TestALostCardEndsWithItsSessions(t *testing.T) {
	d := newDesk(t)
	ada := d.add("Ada", learning.Learner)
	code, verifier := NewCard()
	d.secrets[string(ada)+"card"] = verifier
	byCard, _ := d.try(learning.Card, "", code)
	other, _ := d.SignInAs(ada, learning.PIN, true)
	delete(d.secrets, string(ada)+"card")
	if err := d.SignOutCard(ada); err != nil || d.in(byCard.Token) || !d.in(other.Token) {
		t.Errorf("the card's session goes on, or another ended: %v", err)
	}
}

func TestAClassBehindOneAddressNeverWaitsForItsNeighbour(t *testing.T) {
	d := newDesk(t)
	ada, musa := d.add("Ada", learning.Learner), d.add("Musa", learning.Learner)
	d.set(t, d.Keeper, ada, learning.PIN, "2468")
	d.set(t, d.Keeper, musa, learning.PIN, "1111")
	try := func(cookie string, p learning.PersonID, pin string) error {
		_, err := d.SignIn(ctx, SignIn{From: Phone{"10.0.0.1", cookie}, Kind: learning.PIN, Person: p, Secret: pin})
		return err
	}
	var wait *WaitError
	for range 60 { // one phone without a cookie, and one with, hammer at Musa
		if err := try("", musa, "0000"); err != nil && !errors.Is(err, ErrWrong) && !errors.As(err, &wait) {
			t.Fatal(err)
		}
		_ = try("bad", musa, "0000")
	}
	if err := try("ada's", ada, "2468"); err != nil {
		t.Errorf("Ada behind the same address: %v", err)
	}
	// A farm of made-up cookies guesses at everybody.
	d.elapsed += time.Hour
	waited, guesses := time.Duration(0), 0
	for i := range 150 {
		p := d.add(fmt.Sprint("P", i), learning.Learner)
		err := try(fmt.Sprint("farm", i), p, "0000")
		for errors.As(err, &wait) {
			waited += wait.Wait
			d.elapsed += wait.Wait
			err = try(fmt.Sprint("farm", i), p, "0000")
		}
		guesses++
	}
	if waited < 40*addressPatience.most {
		t.Errorf("%d guesses from one address waited %v only", guesses, waited)
	}
	if err := try("ada's", ada, "2468"); err != nil {
		t.Errorf("Ada's own phone waits for strangers: %v", err)
	}
	code, verifier := NewCard()
	d.secrets[string(musa)+"card"] = verifier
	if _, err := d.SignIn(ctx, SignIn{From: Phone{"10.0.0.1", "new"}, Kind: learning.Card, Secret: code}); err != nil {
		t.Errorf("a card waits for strangers: %v", err)
	}
	if err := try("new phone", ada, "2468"); !errors.As(err, &wait) || wait.Wait > addressPatience.most {
		t.Errorf("a new phone's PIN: %v, want a wait of %v at most", err, addressPatience.most)
	}
}

func TestAGuessSpreadOverAddressesSlowsTheBox(t *testing.T) {
	d := newDesk(t)
	blocked := 0
	for i := range 2 * boxPatience.free {
		k := d.suspectsOf(Phone{fmt.Sprintf("10.%d.%d.1", i/200, i%200), fmt.Sprint("c", i)})
		if d.waits.begin(d.now(), k) > 0 {
			blocked++
			continue
		}
		d.waits.failed(d.now(), k...)
		d.waits.end(k)
	}
	if blocked < boxPatience.free-5 {
		t.Errorf("%d of %d tries had to wait", blocked, 2*boxPatience.free)
	}
}

func TestFriendsAreFewAPerson(t *testing.T) {
	f := newFriends()
	for i := range 10 {
		f.meet(fmt.Sprint("c", i), "ada")
	}
	if f.know("c0", "") || !f.know("c9", "ada") || f.know("c9", "musa") || f.know("", "ada") || len(f.people) != maxPhones {
		t.Errorf("%v", f.people)
	}
	for i := range maxFriends + 10 {
		f.meet(fmt.Sprint("x", i), learning.PersonID(fmt.Sprint(i)))
	}
	if len(f.people) > maxFriends {
		t.Errorf("%d friends", len(f.people))
	}
}

func TestClassHoursHoldForLearnersAndOnlyByABelievedClock(t *testing.T) {
	d := newDesk(t)
	ada, okello := d.add("Ada", learning.Learner), d.add("Okello", learning.Teacher)
	d.set(t, d.Keeper, ada, learning.PIN, "2468")
	d.set(t, d.Keeper, okello, learning.PIN, "1111")
	d.facts = learning.School{Zone: 180, Hours: "12345/08:00-15:00"}
	for _, c := range []struct {
		utc      string
		believed bool
		child    bool
	}{
		{"2026-03-04 04:59", true, false}, // 07:59 there, a Wednesday
		{"2026-03-04 05:00", true, true},
		{"2026-03-04 11:59", true, true},
		{"2026-03-04 12:00", true, false},
		{"2026-03-07 09:00", true, false}, // a Saturday
		{"2026-03-07 09:00", false, true},
	} {
		d.date, _ = time.Parse("2006-01-02 15:04", c.utc)
		d.believed = c.believed
		_, err := d.try(learning.PIN, "Ada", "2468")
		if (err == nil) != c.child {
			t.Errorf("Ada at %s (believed %v): %v", c.utc, c.believed, err)
		}
		var closed *ClosedError
		if err != nil && (!errors.As(err, &closed) || closed.Opens.Format("15:04") != "08:00" || !errors.Is(err, fs.ErrPermission)) {
			t.Errorf("Ada at %s: %v", c.utc, err)
		}
		if _, err := d.try(learning.PIN, "Okello", "1111"); err != nil {
			t.Errorf("the teacher at %s: %v", c.utc, err)
		}
	}
	d.facts.Hours, d.believed = "nonsense", true
	if _, err := d.try(learning.PIN, "Ada", "2468"); err != nil {
		t.Errorf("hours that cannot be read keep Ada out: %v", err)
	}
}

func TestAGuestIsNobodyAndKeepsAnID(t *testing.T) {
	d := newDesk(t)
	g, err := d.Guest(Phone{Address: "10.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	if id, err := d.GuestOf(g.Token); err != nil || id != g.Person || id == "" {
		t.Errorf("the guest is %q, %v", id, err)
	}
	if d.in(g.Token) {
		t.Error("a guest's token opens a person's session")
	}
	ada, _ := d.SignInAs(d.add("Ada", learning.Learner), learning.PIN, true)
	if _, err := d.GuestOf(ada.Token); !errors.Is(err, ErrNoSession) {
		t.Errorf("a person's token is a guest's: %v", err)
	}
	d.start(t)
	if id, _ := d.GuestOf(g.Token); id != g.Person {
		t.Error("a restart loses the guest")
	}
	for i := range 3 * maxGuests {
		d.elapsed++
		if _, err := d.Guest(Phone{Address: fmt.Sprint("10.0.1.", i)}); err != nil {
			t.Fatal(err)
		}
	}
	if d.Sessions() > maxGuests+1 || !d.in(ada.Token) {
		t.Errorf("%d sessions; guests push people out", d.Sessions())
	}
	last, _ := d.Guest(Phone{Address: "10.0.0.1"})
	d.elapsed += 61 * time.Minute
	if _, err := d.GuestOf(last.Token); !errors.Is(err, ErrNoSession) {
		t.Errorf("an idle guest: %v", err)
	}
}

// A program that keeps no cookie is a new guest at each request.
func TestOnePhoneIsNotHundredsOfGuests(t *testing.T) {
	d := newDesk(t)
	first, err := d.Guest(Phone{Address: "10.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	var wait *WaitError
	made := 0
	for range 5 * maxGuests {
		d.elapsed++
		if _, err := d.Guest(Phone{Address: "10.0.0.66"}); err == nil {
			made++
		} else if !errors.As(err, &wait) {
			t.Fatal(err)
		}
	}
	if made > guestPatience.free+1 {
		t.Errorf("one phone was %d guests", made)
	}
	if _, err := d.GuestOf(first.Token); err != nil {
		t.Errorf("it pushed out another phone's guest: %v", err)
	}
	if _, err := d.Guest(Phone{Address: "10.0.0.2"}); err != nil {
		t.Errorf("another phone waits for it: %v", err)
	}
}

func TestTheFileStaysSmallWhileEverybodyIsHere(t *testing.T) {
	d := newDesk(t)
	d.believed = true
	var tokens []string
	for i := range 50 {
		s, err := d.SignInAs(d.add(fmt.Sprint("P", i), learning.Learner), learning.PIN, false)
		if err != nil {
			t.Fatal(err)
		}
		tokens = append(tokens, s.Token)
	}
	largest := int64(0)
	for range 100 { // lessons long, nobody leaves
		d.elapsed += noteEvery
		for _, token := range tokens {
			if !d.in(token) {
				t.Fatal("signed out")
			}
		}
		fi, err := os.Stat(d.path)
		if err != nil {
			t.Fatal(err)
		}
		largest = max(largest, fi.Size())
	}
	if largest > headLen+recordLen*260 {
		t.Errorf("the file grew to %d bytes for 50 sessions", largest)
	}
	d.start(t)
	for _, token := range tokens {
		if !d.in(token) {
			t.Fatal("a restart after it signs people out")
		}
	}
}

func TestAFileThatCannotBeMadeAfreshGoesOn(t *testing.T) {
	d := newDesk(t)
	p := d.add("Ada", learning.Learner)
	whole := d.file.path
	d.file.path = "/nowhere/sessions"
	for range 400 {
		s, err := d.SignInAs(p, learning.PIN, false)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.SignOut(s.Token); err != nil {
			t.Fatalf("signing out while the file cannot be made afresh: %v", err)
		}
	}
	last, _ := d.SignInAs(p, learning.PIN, false)
	d.file.path = whole
	d.start(t)
	if !d.in(last.Token) || d.Sessions() != 1 {
		t.Errorf("%d sessions after it", d.Sessions())
	}
}
