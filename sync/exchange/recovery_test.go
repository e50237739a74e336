package exchange_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"testing"

	"lamplight/sync/clustertest"
	"lamplight/sync/device"
	"lamplight/sync/exchange"
)

// keeper is a box that keeps sheets for whoever asks.
type keeper struct {
	sheets []exchange.Sheet
	asked  [][]byte
}

func (k *keeper) find(locator []byte) []exchange.Sheet {
	k.asked = append(k.asked, bytes.Clone(locator))
	return k.sheets
}

// aLostSchool is a district that holds all of a school whose only box is gone, and the school's sheet.
func aLostSchool(t *testing.T) (n *clustertest.Network, d, lost *clustertest.Box, k *keeper, words device.Recovery) {
	t.Helper()
	n, k = clustertest.NewNetwork(1), &keeper{}
	d, shelf := aDistrict(t, n, func(o *exchange.Options) { o.Sheets = k.find })
	lost = clustertest.NewBox(t, n, "lost", nil)
	school := clustertest.Found(t, lost)
	if _, err := accept(lost, open(t, d), "district"); err != nil {
		t.Fatal(err)
	}
	lost.MustWrite(school.Roster(), 40)
	lost.MustWrite(school.Learn(), 500)
	lost.MustWrite("pub", 3)
	if _, err := lost.Meet(d); err != nil {
		t.Fatal(err)
	}
	lost.Stop()
	words = device.NewRecovery()
	sheet := exchange.Sheet{Sealed: school.Seal(words).Marshal()}
	for _, p := range shelf.places[exchange.SchoolTag(school.ID())].Registry.Peers() {
		sheet.Certificates = append(sheet.Certificates, p.Certificate.Marshal())
	}
	k.sheets = []exchange.Sheet{sheet}
	return n, d, lost, k, words
}

func TestADeadBoxComesBackFromTheDistrictByItsSheet(t *testing.T) {
	n, d, lost, k, words := aLostSchool(t)
	heir := clustertest.NewBox(t, n, "heir", nil)
	typed, err := device.ParseRecovery(words.Words()) // as they stand on the sheet
	if err != nil {
		t.Fatal(err)
	}
	got, err := heir.Node.Recover(context.Background(), "district", typed)
	if err != nil || got.School != lost.Registry.School().ID() || got.Under != d.Registry.School().ID() || !got.Joined {
		t.Fatalf("came back as %+v, %v", got, err)
	}
	if len(k.asked) != 1 || bytes.Contains(typed[:], k.asked[0]) {
		t.Errorf("asked with %x", k.asked)
	}
	sum, err := heir.Meet(d)
	if err != nil || !sum.InStep || sum.Refused != 0 {
		t.Fatalf("met %+v, %v", sum, err)
	}
	if v := heir.Log.Vector(); !v.Covers(lost.Log.Vector()) {
		t.Errorf("came back with %v, want %v", v, lost.Log.Vector())
	}
	t.Logf("%d events in %d bytes", sum.EventsIn, sum.Received)
}

func TestWithoutTheSheetNobodyGetsASchool(t *testing.T) {
	n, _, _, k, _ := aLostSchool(t)
	thief := clustertest.NewBox(t, n, "thief", nil)
	if _, err := thief.Node.Recover(context.Background(), "district", device.NewRecovery()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("other words: %v, want ErrNotExist", err)
	}
	k.sheets = nil
	if _, err := thief.Node.Recover(context.Background(), "district", device.NewRecovery()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no such sheet: %v, want ErrNotExist", err)
	}
	if thief.Registry.School() != nil {
		t.Error("the thief has a school")
	}
}

func TestNobodyButItsDistrictGivesASchoolBack(t *testing.T) {
	n, _, _, k, words := aLostSchool(t)
	liar := clustertest.NewBox(t, n, "liar", func(o *exchange.Options) { o.Sheets = k.find })
	liar.Registry.BeDistrict()
	clustertest.Found(t, liar)
	heir := clustertest.NewBox(t, n, "heir", nil)
	if _, err := heir.Node.Recover(context.Background(), "liar", words); err == nil || heir.Registry.School() != nil {
		t.Errorf("another district gave the school back (%v)", err)
	}
}
