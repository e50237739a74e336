package nodetest

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lamplight/server"
	"lamplight/server/learning"
	"lamplight/sync/clock"
	"lamplight/sync/device"
	"lamplight/sync/exchange"
	"lamplight/sync/segment"
)

// A thief has all that lay on a stolen box's card.
type thief struct {
	school *device.School
	box    *device.Device
	held   clock.Vector
}

// rob copies the card of a box.
func rob(t *testing.T, n *Node) thief {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(n.opts.Dir, "keys", "school.key"))
	if err != nil {
		t.Fatal(err)
	}
	school, err := device.ImportSchool(raw)
	if err != nil {
		t.Fatal(err)
	}
	return thief{school, n.Device, n.Records.Vector()}
}

// opens says whether the thief opens an envelope.
func (x thief) opens(envelope []byte) bool {
	_, err := segment.OpenSealed(envelope, append(x.school.SealKeys(), x.box.BoxKey())...)
	return err == nil
}

// opensOf counts, of the envelopes under a folder that hold something after what the thief held, how many there are and how
// many the thief opens.
func (x thief) opensOf(t *testing.T, dir string) (later, open int) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		raw, err := os.ReadFile(path)
		for at := strings.Index(string(raw), "LENV\x01"); at >= 0 && err == nil; {
			next := strings.Index(string(raw[at+5:]), "LENV\x01")
			end := len(raw)
			if next >= 0 {
				end = at + 5 + next
			}
			for ; end > at; end-- { // frames have a checksum after them
				if info, bad := segment.SealedHeader(raw[at:end]); bad == nil {
					if info.Last() > x.held[info.Stream] {
						later++
						if x.opens(raw[at:end]) {
							open++
						}
					}
					break
				}
			}
			if next < 0 {
				break
			}
			at += 5 + next
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return later, open
}

// enrol makes a box of the thief's own, of the school as far as the school's key can say.
func (x thief) enrol(t *testing.T) (n *Node, calls *exchange.Node) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	if err := os.MkdirAll(filepath.Join(dir, "keys"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "keys", "school.key"), x.school.Export(), 0o600); err != nil {
		t.Fatal(err)
	}
	n = Start(t, Options{Dir: dir})
	calls, err := exchange.New(exchange.Options{Device: n.Device, Registry: n.Registry, Log: n.Records, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return n, calls
}

func TestAThiefWithAStolenBoxReadsNothingLaterAndEnrolsNothing(t *testing.T) {
	ctx := context.Background()
	d := districtNode(t)
	a := Start(t, Options{})
	school(t, a)
	b := Start(t, Options{Join: []string{a.Listening.Sync}})
	stolen := Start(t, Options{Join: []string{a.Listening.Sync}})
	pair(t, a, b)
	pair(t, a, stolen)
	pair(t, d, a)
	Eventually(t, 60*time.Second, "every course travelled", func() bool {
		n := len(a.Library.Courses())
		return n > 0 && len(stolen.Library.Courses()) == n && len(b.Library.Courses()) == n
	})
	together(t, 30*time.Second, a, b, stolen)
	x := rob(t, stolen)
	stolen.Stop()
	b.Stop() // away
	if err := a.Revoke(ctx, stolen.DeviceID()); err != nil {
		t.Fatal(err)
	}
	answerOn(t, a)
	if _, err := a.NewSheet(ctx); err != nil { // something more in every stream
		t.Fatal(err)
	}
	stick := t.TempDir()
	if _, err := a.VisitStick(ctx, stick); err != nil {
		t.Fatal(err)
	}
	if later, open := x.opensOf(t, stick); later == 0 || open > 0 {
		t.Errorf("of %d later envelopes on the stick the thief opens %d", later, open)
	}
	for range 2 {
		if _, err := a.Meet(ctx, d.DeviceID()); err != nil {
			t.Fatal(err)
		}
	}
	later, open := 0, 0
	err := d.Carry.After(a.Registry.School().ID(), clock.Vector{}, func(envelope []byte) error {
		if info, err := segment.SealedHeader(envelope); err == nil && info.Last() > x.held[info.Stream] {
			if later++; x.opens(envelope) {
				open++
			}
		}
		return nil
	})
	if err != nil || later == 0 || open > 0 {
		t.Errorf("of %d later envelopes in the vault the thief opens %d, %v", later, open, err)
	}

	// A device of the thief's own is nobody's.
	forged, node := x.enrol(t)
	for name, n := range map[string]*Node{"a box": a, "the district": d} {
		if sum, err := node.Meet(ctx, n.ExchangeAddr()); err == nil {
			t.Errorf("%s took a device that the thief enrolled: %+v", name, sum)
		}
	}

	// The box that was away learns by the stick alone; what it took for a box of the school until then is a stranger after.
	a.Stop()
	b = b.Restart()
	if _, err := node.Meet(ctx, b.ExchangeAddr()); err != nil || !b.Registry.Trusted(forged.DeviceID()) {
		t.Fatalf("a box that has heard nothing yet takes what the school's key has signed: %v", err)
	}
	if r, err := b.VisitStick(ctx, stick); err != nil || r.EventsIn == 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	if got := aminasAnswers(t, b); got != 1 {
		t.Errorf("the stick brought %d answers, want 1", got)
	}
	if string(b.Registry.School().Shared("gossip")) != string(a.Registry.School().Shared("gossip")) {
		t.Error("the box that was away has not learnt the new secret")
	}
	Eventually(t, 20*time.Second, "it has heard who stays", func() bool { return !b.Registry.Trusted(forged.DeviceID()) })
	if sum, err := node.Meet(ctx, b.ExchangeAddr()); err == nil {
		t.Errorf("the box that was away still takes a box that the thief enrolled: %+v", sum)
	}
	if !b.Registry.Trusted(a.DeviceID()) || !a.Registry.Trusted(b.DeviceID()) {
		t.Error("those who stay are strangers to each other")
	}
	if later, _ := x.opensOf(t, stick); later == 0 {
		t.Error("nothing is sealed")
	}
	if _, err := b.VisitStick(ctx, stick); err != nil {
		t.Fatal(err)
	}
	if _, open := x.opensOf(t, stick); open > 0 {
		t.Errorf("the thief opens %d of what the box wrote that was away", open)
	}
}

func TestASheetMadeBeforeBringsTheSchoolBackAfterTwoBoxesWereShutOut(t *testing.T) {
	ctx := context.Background()
	d := districtNode(t)
	a := Start(t, Options{})
	school(t, a)
	words, err := a.NewSheet(ctx)
	if err != nil {
		t.Fatal(err)
	}
	pair(t, d, a)
	var forged *exchange.Node
	for range 2 {
		stolen := Start(t, Options{Join: []string{a.Listening.Sync}})
		pair(t, a, stolen)
		Eventually(t, 60*time.Second, "the box is one of the school's", func() bool { return stolen.Registry.Trusted(a.DeviceID()) && len(namesAt(t, stolen)) > 0 })
		x := rob(t, stolen)
		stolen.Stop()
		if err := a.Revoke(ctx, stolen.DeviceID()); err != nil {
			t.Fatal(err)
		}
		_, forged = x.enrol(t)
	}
	answerOn(t, a)
	for range 2 {
		if _, err := a.Meet(ctx, d.DeviceID()); err != nil {
			t.Fatal(err)
		}
	}
	if turned := a.Registry.School().Turned(); len(turned) != 2 {
		t.Fatalf("%d secrets", len(turned))
	}
	known, dead := namesAt(t, a), a.Records.Vector()
	for stream := range dead { // those of the boxes that were shut out come with their certificates: another test's question
		if o, known := a.Registry.Owner(stream); !known || o.Device != a.DeviceID() {
			delete(dead, stream)
		}
	}
	path := filepath.Join(t.TempDir(), "box.age")
	if _, err := a.Backup(ctx, server.BackupOrder{Path: path}, nil); err != nil {
		t.Fatal(err)
	}
	if backup, _ := os.ReadFile(path); !bytes.Contains(backup[:200], []byte("-> lamplight-sheet ")) {
		t.Error("a backup is wrapped under what the thieves know")
	} else if _, err := restoreInto(t, backup, server.BackupKey{Words: words}); err != nil {
		t.Errorf("the words open the backup: %v", err)
	} else if _, err := restoreInto(t, backup, server.BackupKey{Words: device.NewRecovery().Words()}); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("other words: %v", err)
	}
	a.Stop()
	if sum, err := forged.Meet(ctx, d.ExchangeAddr()); err == nil {
		t.Errorf("the district took a box that the second thief enrolled, who knows the first secret: %+v", sum)
	}
	heir := Start(t, Options{})
	if _, err := heir.RecoverFrom(ctx, d.ExchangeAddr(), words); err != nil {
		t.Fatal(err)
	}
	if !heir.Records.Vector().Covers(dead) {
		t.Errorf("came back with %v of %v", heir.Records.Vector(), dead)
	}
	if got := namesAt(t, heir); strings.Join(got, " ") != strings.Join(known, " ") {
		t.Errorf("came back with %v, want %v", got, known)
	}
	if got := aminasAnswers(t, heir); got != 1 {
		t.Errorf("Amina has %d answers, want 1", got)
	}
	if _, err := heir.Meet(ctx, d.DeviceID()); err != nil {
		t.Errorf("the box that came back meets its district: %v", err)
	}
}

func TestASheetOfAnEarlierReleaseStillBringsTheSchoolBackAndANewOneIsAskedFor(t *testing.T) {
	ctx := context.Background()
	d := districtNode(t)
	a := Start(t, Options{})
	school(t, a)
	old := device.NewRecovery()
	if err := a.Store.SetSheet(ctx, learning.Box(), learning.RecoverySheet{Sealed: a.Registry.School().Seal(old)}); err != nil {
		t.Fatal(err)
	}
	pair(t, d, a)
	stolen := Start(t, Options{Join: []string{a.Listening.Sync}})
	pair(t, a, stolen)
	x := rob(t, stolen)
	stolen.Stop()
	if a.SheetIsOld() {
		t.Error("a sheet is old before any box was shut out")
	}
	if err := a.Revoke(ctx, stolen.DeviceID()); err != nil {
		t.Fatal(err)
	}
	if !a.SheetIsOld() {
		t.Error("nobody is told that a new sheet is needed")
	}
	grace := a.Browser()
	grace.SignIn("Grace", "lamp-light")
	if !strings.Contains(grace.Get("/admin/recovery").Body, "A box was lost.") {
		t.Error("the page does not tell it")
	}
	answerOn(t, a)
	for range 2 {
		if _, err := a.Meet(ctx, d.DeviceID()); err != nil {
			t.Fatal(err)
		}
	}
	heir := Start(t, Options{})
	if _, err := heir.RecoverFrom(ctx, d.ExchangeAddr(), old.Words()); err != nil {
		t.Fatal(err)
	}
	if got := aminasAnswers(t, heir); got != 1 {
		t.Errorf("Amina has %d answers, want 1", got)
	}
	heir.Stop()
	if _, err := a.NewSheet(ctx); err != nil {
		t.Fatal(err)
	}
	if turned := a.Registry.School().Turned(); a.SheetIsOld() || len(turned) != 2 {
		t.Errorf("after a new sheet: %d secrets", len(turned))
	}
	_, letters, err := a.Store.Heard(a.Registry)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range letters {
		if _, err := l.Open(append(x.school.SealKeys(), x.box.BoxKey())...); err == nil && a.Registry.School().Newest(l.Letter) {
			t.Error("the thief reads the secret that was drawn with the new sheet")
		}
	}
}

func TestTwoBoxesThatShutOutOneEachApartComeToShareASecretThatNeitherThiefReads(t *testing.T) {
	ctx := context.Background()
	a := Start(t, Options{})
	school(t, a)
	b := Start(t, Options{Join: []string{a.Listening.Sync}})
	pair(t, a, b)
	var thieves []thief
	var ids []string
	for range 2 {
		n := Start(t, Options{Join: []string{a.Listening.Sync}})
		pair(t, a, n)
		Eventually(t, 30*time.Second, "both know it", func() bool { return b.Registry.Trusted(n.DeviceID()) })
		thieves, ids = append(thieves, rob(t, n)), append(ids, n.DeviceID())
		n.Stop()
	}
	a.Stop()
	if err := b.Revoke(ctx, ids[1]); err != nil {
		t.Fatal(err)
	}
	b.Stop()
	a = a.Restart()
	if err := a.Revoke(ctx, ids[0]); err != nil {
		t.Fatal(err)
	}
	stick := t.TempDir()
	if _, err := a.VisitStick(ctx, stick); err != nil {
		t.Fatal(err)
	}
	a.Stop()
	b = b.Restart()
	if _, err := b.VisitStick(ctx, stick); err != nil {
		t.Fatal(err)
	}
	safe := func(n *Node) bool {
		_, letters, err := n.Store.Heard(n.Registry)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range letters {
			for _, x := range thieves {
				if _, err := l.Open(append(x.school.SealKeys(), x.box.BoxKey())...); err == nil && n.Registry.School().Newest(l.Letter) {
					return false
				}
			}
		}
		return len(letters) > 0
	}
	// Who shut out whom the other wrote to draws another secret, on whichever side that is.
	heard := func(n *Node) {
		Eventually(t, 20*time.Second, "it has heard of both", func() bool {
			x, _ := n.Registry.Peer(ids[0])
			y, _ := n.Registry.Peer(ids[1])
			return x.Revoked && y.Revoked
		})
	}
	for range 2 {
		heard(b)
		carryOver(t, stick, b)
		b.Stop()
		a = a.Restart()
		carryOver(t, stick, a)
		heard(a)
		Eventually(t, 20*time.Second, "a secret that neither thief reads", func() bool { return safe(a) })
		carryOver(t, stick, a)
		a.Stop()
		b = b.Restart()
		carryOver(t, stick, b)
	}
	Eventually(t, 20*time.Second, "both share one", func() bool {
		return safe(b) && string(a.Registry.School().Shared("gossip")) == string(b.Registry.School().Shared("gossip"))
	})
	if n := len(a.Registry.School().Turned()); n < 3 || n > 5 {
		t.Errorf("%d secrets were drawn", n)
	}
	if !b.Registry.Trusted(a.DeviceID()) || !a.Registry.Trusted(b.DeviceID()) {
		t.Error("those who stay are strangers to each other")
	}
}

// carryOver has a box visit a stick.
func carryOver(t *testing.T, stick string, n *Node) {
	t.Helper()
	if _, err := n.VisitStick(context.Background(), stick); err != nil {
		t.Fatal(err)
	}
}
