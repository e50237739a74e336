package exchange_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"time"

	"lamplight/sync/clustertest"
	"lamplight/sync/exchange"
)

// invite is a box with a school that has an invitation open, and a newcomer.
func invite(t *testing.T) (n *clustertest.Network, inviter, newcomer *clustertest.Box, code string) {
	t.Helper()
	n = clustertest.NewNetwork(1)
	inviter, newcomer = clustertest.NewBox(t, n, "inviter", nil), clustertest.NewBox(t, n, "newcomer", nil)
	clustertest.Found(t, inviter)
	return n, inviter, newcomer, open(t, inviter)
}

func open(t *testing.T, b *clustertest.Box) string {
	t.Helper()
	inv, err := b.Node.Invite(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return inv.Code
}

func accept(b *clustertest.Box, code string, addrs ...string) (exchange.Paired, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	return b.Node.Accept(ctx, code, addrs)
}

func TestANewBoxJoinsTheSchoolByTheCode(t *testing.T) {
	n, inviter, newcomer, code := invite(t)
	third := clustertest.NewBox(t, n, "third", nil)
	if err := third.Registry.SetSchool(inviter.Registry.School()); err != nil {
		t.Fatal(err)
	}
	if err := inviter.Registry.Add(*third.Registry.Own()); err != nil {
		t.Fatal(err)
	}
	inviter.MustWrite(inviter.Registry.School().Roster(), 30)

	typed := strings.ToLower(strings.ReplaceAll(code, "-", " ")) // as people type
	got, err := accept(newcomer, typed, "inviter")
	if err != nil {
		t.Fatal(err)
	}
	want := exchange.Paired{Device: inviter.Device.ID(), Name: "inviter", School: inviter.Registry.School().ID(), Joined: true}
	if got != want {
		t.Errorf("paired %+v, want %+v", got, want)
	}
	if newcomer.Registry.School().Name != "Kikelelwa" {
		t.Errorf("school %q", newcomer.Registry.School().Name)
	}
	if _, known := newcomer.Registry.Peer(third.Device.ID()); !known {
		t.Error("the newcomer was not told of the third box")
	}
	newcomer.MustMeet(inviter)
	newcomer.MustMeet(third) // whom nobody has told of the newcomer
	inStep(t, newcomer, inviter)
}

func TestABoxKilledRightAfterPairingKnowsWhereTheOtherIs(t *testing.T) {
	_, inviter, newcomer, code := invite(t)
	if _, err := accept(newcomer, code, "inviter"); err != nil {
		t.Fatal(err)
	}
	newcomer.Stop()
	newcomer.Start() // from what is on its card
	if _, err := newcomer.Node.Call(context.Background(), inviter.Device.ID()); err != nil {
		t.Error(err)
	}
}

func TestACodeIsGoodForOneBox(t *testing.T) {
	n, _, newcomer, code := invite(t)
	if _, err := accept(newcomer, code, "inviter"); err != nil {
		t.Fatal(err)
	}
	second := clustertest.NewBox(t, n, "second", nil)
	if _, err := accept(second, code, "inviter"); err == nil || second.Registry.School() != nil {
		t.Fatalf("a used code let a second box in (%v)", err)
	}
}

func TestFiveWrongGuessesCloseTheInvitation(t *testing.T) {
	n, _, newcomer, code := invite(t)
	guesser := clustertest.NewBox(t, n, "guesser", nil)
	for i := range 5 {
		if _, err := accept(guesser, fmt.Sprintf("0000000000000%03d", i), "inviter"); !errors.Is(err, fs.ErrPermission) {
			t.Fatalf("a wrong guess gives %v, want fs.ErrPermission", err)
		}
	}
	if _, err := accept(newcomer, code, "inviter"); err == nil {
		t.Fatal("the code still works after five wrong guesses")
	}
}

func TestFourWrongGuessesDoNot(t *testing.T) {
	_, _, newcomer, code := invite(t)
	for i := range 4 {
		if _, err := accept(newcomer, fmt.Sprintf("0000000000000%03d", i), "inviter"); err == nil {
			t.Fatal("a guess was right")
		}
	}
	if _, err := accept(newcomer, code, "inviter"); err != nil {
		t.Fatalf("the right code after four wrong ones: %v", err)
	}
}

func TestNothingIsHandedOverWithoutAnInvitation(t *testing.T) {
	_, inviter, newcomer, code := invite(t)
	inviter.Node.Uninvite()
	if _, err := accept(newcomer, code, "inviter"); err == nil || newcomer.Registry.School() != nil {
		t.Fatalf("a closed invitation let a box in (%v)", err)
	}
	if _, known := inviter.Registry.Peer(newcomer.Device.ID()); known {
		t.Error("the inviter enrolled a box that had no right code")
	}
}

func TestAnImpostorInTheLobbyGetsNothingAndGivesNothing(t *testing.T) {
	n, inviter, newcomer, code := invite(t)
	impostor := clustertest.NewBox(t, n, "impostor", nil)
	clustertest.Found(t, impostor)
	open(t, impostor)
	got, err := accept(newcomer, code, "impostor", "nobody", "inviter")
	if err != nil {
		t.Fatal(err)
	}
	if got.Device != inviter.Device.ID() {
		t.Errorf("paired with %s", got.Device)
	}
	if _, known := newcomer.Registry.Peer(impostor.Device.ID()); known {
		t.Error("the impostor was believed")
	}
}

func TestAClaimedBoxOfAnotherSchoolBecomesAContentPeer(t *testing.T) {
	_, inviter, newcomer, code := invite(t)
	school := clustertest.Found(t, newcomer)
	got, err := accept(newcomer, code, "inviter")
	if err != nil {
		t.Fatal(err)
	}
	if got.Joined || newcomer.Registry.School().ID() != school.ID() {
		t.Errorf("a claimed box changed schools: %+v", got)
	}
	inviter.MustWrite("pub", 4)
	inviter.MustWrite(inviter.Registry.School().Learn(), 40)
	newcomer.MustWrite("pub", 5)
	if sum := newcomer.MustMeet(inviter); sum.Standing != exchange.ContentPeer || sum.EventsIn != 4 {
		t.Errorf("first session: %+v", sum)
	}
	if _, events := inviter.Log.State(); events != 49 {
		t.Errorf("the inviter holds %d events, want its 44 and the peer's 5", events)
	}
}

func TestAPairingCutAnywhereCanBeTriedAgainWithTheSameCode(t *testing.T) {
	cuts := 0
	for quota := int64(300); ; quota += 97 {
		n, inviter, newcomer, code := invite(t)
		n.Set(clustertest.Weather{Quota: quota})
		_, err := accept(newcomer, code, "inviter")
		n.Set(clustertest.Weather{})
		if err != nil {
			cuts++
		}
		if newcomer.Registry.School() == nil { // else the operator sees that it has joined
			if _, err := accept(newcomer, code, "inviter"); err != nil {
				t.Fatalf("cut after %d bytes, then tried again: %v", quota, err)
			}
		}
		newcomer.MustMeet(inviter)
		newcomer.Stop()
		inviter.Stop()
		if err == nil {
			break
		}
	}
	if cuts < 10 {
		t.Errorf("only %d cuts tried", cuts)
	}
}

func TestABoxWithoutASchoolCannotInvite(t *testing.T) {
	b := clustertest.NewBox(t, clustertest.NewNetwork(1), "b", nil)
	if _, err := b.Node.Invite(context.Background()); !errors.Is(err, fs.ErrPermission) {
		t.Fatalf("got %v, want fs.ErrPermission", err)
	}
}

func TestACodeThatIsNoneIsSaidSo(t *testing.T) {
	_, _, newcomer, _ := invite(t)
	for _, code := range []string{"", "ABCD", "ABCD-EFGH-JKMN-PQR!", strings.Repeat("A", 17)} {
		if _, err := accept(newcomer, code, "inviter"); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("code %q: %v, want fs.ErrInvalid", code, err)
		}
	}
}
