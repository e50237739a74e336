package device

import (
	"os"
	"path/filepath"
	"testing"
)

func TestACopiedCardBeginsAnEpochOfItsOwn(t *testing.T) {
	dir := t.TempDir()
	d := opened(t, dir)
	first := Board{Serial: "10000000abcdef01", Card: "035344534c333247"}
	settle := func(d *Device, b Board, want bool) {
		t.Helper()
		if cloned, err := d.Settle(b); err != nil || cloned != want {
			t.Fatalf("%+v: cloned %v, %v", b, cloned, err)
		}
	}
	settle(d, first, false)
	settle(opened(t, dir), first, false)
	if d.Epoch() != 1 {
		t.Fatalf("epoch %d on its own board", d.Epoch())
	}
	copied := t.TempDir()
	if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	clone := opened(t, copied)
	settle(clone, Board{Serial: first.Serial, Card: "275048534433324701"}, true)
	if clone.Epoch() == 1 || clone.ID() != d.ID() {
		t.Fatalf("the copy writes on in epoch %d", clone.Epoch())
	}
	again := opened(t, copied)
	settle(again, Board{Serial: first.Serial, Card: "275048534433324701"}, false)
	settle(again, Board{Serial: "another board"}, true) // a card in another board, whose reader says no id
	if again.Epoch() == clone.Epoch() {
		t.Fatal("a card in another board writes on")
	}
}

func TestUnknownHardwareIsNeverAnEpoch(t *testing.T) {
	dir := t.TempDir()
	for _, b := range []Board{{}, {Serial: "a"}, {}, {Card: "c"}, {Serial: "a"}, {Serial: "a", Card: "c"}, {}} {
		d := opened(t, dir)
		if cloned, err := d.Settle(b); cloned || err != nil || d.Epoch() != 1 {
			t.Fatalf("%+v: cloned %v, epoch %d, %v", b, cloned, d.Epoch(), err)
		}
	}
}

func TestAnUnchangedBoardCostsNoWrite(t *testing.T) {
	dir := t.TempDir()
	b := Board{Serial: "a", Card: "c"}
	d := opened(t, dir)
	if _, err := d.Settle(b); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "device.key")
	before, _ := os.Stat(path)
	if _, err := opened(t, dir).Settle(b); err != nil {
		t.Fatal(err)
	}
	if after, _ := os.Stat(path); !os.SameFile(before, after) {
		t.Error("the key file was written again")
	}
}

func TestTwoCopiesThatLeapDoNotMeetAgain(t *testing.T) {
	epochs := map[uint32]bool{}
	for range 64 {
		d := opened(t, t.TempDir())
		if err := d.Leap(); err != nil || d.Epoch() < 3 || d.Epoch() > 9 {
			t.Fatalf("epoch %d, %v", d.Epoch(), err)
		}
		epochs[d.Epoch()] = true
	}
	if len(epochs) < 4 {
		t.Errorf("%d epochs of 64 leaps", len(epochs))
	}
}

func opened(t *testing.T, dir string) *Device {
	t.Helper()
	d, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
