package device

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// A card that lied about a flush may leave a key file's name on bytes that never came: at every length of it the box starts,
// as itself, in the same school, and says what it found.
func TestABoxStartsThoughAKeyFileIsTorn(t *testing.T) {
	dir := t.TempDir()
	d, reg := open(t, dir)
	school, err := NewSchool("Kibera Primary")
	must(t, err)
	must(t, reg.SetSchool(school))
	peer, _ := open(t, t.TempDir())
	must(t, reg.Add(school.Enrol(peer.Public(), "b", 1, 1)))
	must(t, reg.Add(school.Enrol(peer.Public(), "b2", 1, 2)))
	must(t, d.SetName("first"))
	must(t, d.BumpEpoch())
	for _, name := range []string{"device.key", "school.key", "peers.cbor"} {
		path := filepath.Join(dir, name)
		whole, err := os.ReadFile(path)
		must(t, err)
		for _, torn := range [][]byte{nil, whole[:len(whole)/2], make([]byte, len(whole))} {
			must(t, os.WriteFile(path, torn, 0o600))
			again, reg := open(t, dir)
			if again.ID() != d.ID() || reg.School() == nil || reg.School().ID() != school.ID() || len(reg.Peers()) != 1 {
				t.Fatalf("%s of %d bytes: school %v, %d peers", name, len(torn), reg.School(), len(reg.Peers()))
			}
			if !slices.Equal(again.Mended(), []string{path}) {
				t.Fatalf("%s: it says that %v were damaged", name, again.Mended())
			}
			if name == "device.key" && again.Epoch() <= d.Epoch() {
				t.Fatalf("it goes on in epoch %d; the lost file may have been of %d", again.Epoch(), d.Epoch())
			}
			if again, _ := open(t, dir); len(again.Mended()) > 0 {
				t.Fatalf("%s: it is not whole after: %v", name, again.Mended())
			}
		}
	}
}

func TestAKeyFileOfANewerVersionIsNotPassedOverForTheOneBefore(t *testing.T) {
	dir := t.TempDir()
	d, _ := open(t, dir)
	f := d.file
	f.Version++
	b, err := deterministic.Marshal(f)
	must(t, err)
	must(t, os.WriteFile(filepath.Join(dir, "device.key"), b, 0o600))
	if _, err := Open(dir); err == nil {
		t.Fatal("it was opened")
	}
	if now, _ := os.ReadFile(filepath.Join(dir, "device.key")); !bytes.Equal(now, b) {
		t.Error("it was written")
	}
}

func TestWhoWasShutOutStaysSoThoughTheNewerKeyFileIsTorn(t *testing.T) {
	dir := t.TempDir()
	_, reg := open(t, dir)
	other, _ := open(t, t.TempDir())
	must(t, reg.AddContentPeer(other.Public(), "content"))
	must(t, reg.RevokeKey(other.Public(), nil))
	must(t, os.WriteFile(filepath.Join(dir, "peers.cbor"), nil, 0o600))
	_, reg = open(t, dir)
	if p, known := reg.Peer(other.ID()); !known || !p.Revoked {
		t.Errorf("the older copy brings it back: known %v, revoked %v", known, p.Revoked)
	}
}
