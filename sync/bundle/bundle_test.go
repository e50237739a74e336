package bundle_test

import (
	"bytes"
	"context"
	"crypto/ecdh"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lamplight/sync/bundle"
	"lamplight/sync/clustertest"
	"lamplight/sync/device"
	"lamplight/sync/exchange"
	"lamplight/sync/segment"
)

// A carrierBox is a box with a real log, and what it does at carriers.
type carrierBox struct {
	*clustertest.Box
	*bundle.Porter
	Carry *bundle.Carry
	t     *testing.T
	edit  func(*bundle.Options) // nil: nothing
}

func newBox(t *testing.T, name string, school *device.School) *carrierBox {
	t.Helper()
	b := &carrierBox{Box: clustertest.NewDiskBox(t, clustertest.NewNetwork(1), name, nil, nil), t: t}
	if err := b.Registry.SetSchool(school); err != nil {
		t.Fatal(err)
	}
	b.open()
	return b
}

func sealKey(s *device.School) *ecdh.PrivateKey {
	k, err := ecdh.X25519().NewPrivateKey(s.Secret("test seal"))
	if err != nil {
		panic(err)
	}
	return k
}

func (b *carrierBox) open() {
	b.t.Helper()
	var err error
	if b.Carry, err = bundle.OpenCarry(filepath.Join(b.Dir, "carry"), 0); err != nil {
		b.t.Fatal(err)
	}
	o := bundle.Options{
		Device: b.Device, Registry: b.Registry, Log: b.Log, Carry: b.Carry, Blobs: b.Blobs, Wants: b.Blobs,
		To: func(segment.Scope) []*ecdh.PublicKey {
			return []*ecdh.PublicKey{sealKey(b.Registry.School()).PublicKey()}
		},
		Keys:   func() []*ecdh.PrivateKey { return []*ecdh.PrivateKey{sealKey(b.Registry.School())} },
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	if b.edit != nil {
		b.edit(&o)
	}
	b.Porter = bundle.New(o)
}

// plug puts the stick into the box and pulls it when all is done.
func (b *carrierBox) plug(stick string) bundle.Result {
	b.t.Helper()
	d, err := bundle.OpenFolder(stick, true)
	if err != nil {
		b.t.Fatal(err)
	}
	defer d.Close()
	r, err := b.Visit(context.Background(), d, bundle.Trip{})
	if err != nil {
		b.t.Fatalf("%s: %v", b.Name, err)
	}
	return r
}

func school(t *testing.T, name string) *device.School {
	t.Helper()
	s, err := device.NewSchool(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// write is a week of a school: in the roster every event has a body that names a child.
func (b *carrierBox) write(n int) {
	s := b.Registry.School()
	b.MustWrite("pub", 3)
	b.MustWrite(s.Roster(), n/4)
	for ; n > 0; n -= 1000 {
		b.MustWrite(s.Learn(), min(n, 1000))
	}
}

func bytesOf(t *testing.T, dir string) (all []byte) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() {
			b, err := os.ReadFile(path)
			all = append(append(all, path...), b...)
			return err
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func differ(t *testing.T, a, b *carrierBox) {
	t.Helper()
	if d := clustertest.Differ(a.Box, b.Box); d != "" {
		t.Fatal(d)
	}
}

func TestTwoBoxesThatNeverMeetAgreeThroughAStickCarriedTwiceAndANeighbourReadsNothing(t *testing.T) {
	ours, theirs := school(t, "Kikelelwa"), school(t, "Next village")
	a, b, n := newBox(t, "a", ours), newBox(t, "b", ours), newBox(t, "n", theirs)
	a.write(1000)
	b.write(600)
	n.write(200)
	stick := t.TempDir()
	t.Logf("a, first time: %+v", a.plug(stick))
	onN := n.plug(stick)
	t.Logf("the neighbour: %+v", onN)
	t.Logf("b, first time: %+v", b.plug(stick))
	back := a.plug(stick)
	t.Logf("a, second time: %+v", back)
	differ(t, a, b)
	if back.EventsIn == 0 || back.Dropped == 0 {
		t.Errorf("b's work came, and its receipt took off what it has: %+v", back)
	}
	if onN.EventsIn != 0 || onN.CarriedIn == 0 || len(n.Carry.List(ours.ID())) == 0 {
		t.Errorf("the neighbour carries and takes nothing: %+v", onN)
	}
	for where, dir := range map[string]string{"the stick": stick, "the neighbour's folder": filepath.Join(n.Dir, "carry")} {
		if all := bytesOf(t, dir); bytes.Contains(all, []byte("Amina")) {
			t.Errorf("a learner's name can be read on %s", where)
		}
	}
	if !bytes.Contains(bytesOf(t, filepath.Join(a.Dir, "journal")), []byte("Amina")) {
		t.Error("the search above finds nothing anywhere")
	}
}

func TestANeighbourBringsWhatItCannotReadOnAStickOfItsOwnUntilItHasArrived(t *testing.T) {
	ours, theirs := school(t, "Kikelelwa"), school(t, "Next village")
	a, b, n := newBox(t, "a", ours), newBox(t, "b", ours), newBox(t, "n", theirs)
	a.write(300)
	first, second := t.TempDir(), t.TempDir()
	a.plug(first)
	n.plug(first)
	n.plug(second)
	b.plug(second)
	differ(t, a, b)
	if n.plug(second); len(n.Carry.List(ours.ID())) != 0 {
		t.Error("the neighbour goes on carrying what has arrived")
	}
	if all := bytesOf(t, second); bytes.Contains(all, []byte("LENV")) {
		t.Error("what has arrived stays on the stick")
	}
}

func TestPluggingInTwiceChangesNothing(t *testing.T) {
	ours := school(t, "Kikelelwa")
	a, b := newBox(t, "a", ours), newBox(t, "b", ours)
	a.write(200)
	stick := t.TempDir()
	a.plug(stick)
	before := bytesOf(t, stick)
	if r := a.plug(stick); r.Did() || !bytes.Equal(before, bytesOf(t, stick)) {
		t.Errorf("a second time: %+v", r)
	}
	b.plug(stick)
	if r := b.plug(stick); r.Did() {
		t.Errorf("a second time: %+v", r)
	}
	differ(t, a, b)
}

func TestWhatLacksWhatComesBeforeIsParkedAndOutlivesThePlug(t *testing.T) {
	ours := school(t, "Kikelelwa")
	a, b := newBox(t, "a", ours), newBox(t, "b", ours)
	early, late := t.TempDir(), t.TempDir()
	a.write(300)
	a.plug(early)
	if err := os.CopyFS(late, os.DirFS(early)); err != nil {
		t.Fatal(err)
	}
	a.write(300)
	a.plug(late) // adds only what is new
	olds, err := filepath.Glob(filepath.Join(late, bundle.FolderName, a.Device.ID(), "seg-00000001-*"))
	if err != nil || len(olds) == 0 {
		t.Fatal("no first parcel", err)
	}
	for _, at := range olds {
		if err := os.Remove(at); err != nil {
			t.Fatal(err)
		}
	}
	if r := b.plug(late); r.Parked == 0 || r.EventsIn != 0 {
		t.Errorf("parked: %+v", r)
	}
	b.Crash()
	b.open()
	if r := b.plug(early); r.EventsIn == 0 {
		t.Errorf("the rest: %+v", r)
	}
	differ(t, a, b)
	if n := len(b.Carry.List(ours.ID())); n != 0 {
		t.Errorf("%d pieces are parked yet", n)
	}
}

func TestBlobsThatAreWantedComeWithTheNextVisit(t *testing.T) {
	ours := school(t, "Kikelelwa")
	a, b := newBox(t, "a", ours), newBox(t, "b", ours)
	course := a.Blobs.Put(bytes.Repeat([]byte("page "), 100_000))
	b.Blobs.Want(course)
	stick := t.TempDir()
	b.plug(stick)
	if r := a.plug(stick); r.BlobsOut != 1 {
		t.Errorf("given: %+v", r)
	}
	if r := b.plug(stick); r.BlobsIn != 1 || !b.Blobs.Has(course.Hash) {
		t.Errorf("came: %+v", r)
	}
	if a.plug(stick); bytes.Contains(bytesOf(t, stick), []byte("page page")) {
		t.Error("what has arrived stays on the stick")
	}
}

func TestAParcelOfOneFileGoesByPhoneBothWays(t *testing.T) {
	ours := school(t, "Kikelelwa")
	a, b := newBox(t, "a", ours), newBox(t, "b", ours)
	a.write(400)
	b.write(100)
	course := a.Blobs.Put(bytes.Repeat([]byte("page "), 50_000))
	b.Blobs.Want(course)
	phone := t.TempDir()
	carry := func(from, to *carrierBox) (bundle.Result, bundle.Result) {
		t.Helper()
		file := filepath.Join(phone, "parcel")
		left, err := from.Save(context.Background(), bundle.Trip{Most: 8 << 20}, from.Dir, file)
		if err != nil {
			t.Fatal(err)
		}
		took, err := to.TakeFile(context.Background(), file)
		if err != nil {
			t.Fatal(err)
		}
		return left, took
	}
	carry(b, a)
	left, took := carry(a, b)
	t.Logf("left %+v\ntook %+v", left, took)
	differ(t, a, b)
	if !b.Blobs.Has(course.Hash) {
		t.Error("the course did not come, though its want was brought by the phone before")
	}
	if left, _ := carry(b, a); left.EventsOut != 0 {
		t.Errorf("b sends again what a's parcel was a receipt for: %+v", left)
	}
}

func TestAParcelKeepsToItsBound(t *testing.T) {
	ours := school(t, "Kikelelwa")
	a, b := newBox(t, "a", ours), newBox(t, "b", ours)
	a.write(4000)
	stick := t.TempDir()
	d, err := bundle.OpenFolder(stick, true)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	const most = 16 << 10
	for rounds := 0; clustertest.Differ(a.Box, b.Box) != ""; rounds++ {
		r, err := a.Visit(context.Background(), d, bundle.Trip{Most: most})
		if err != nil || r.BytesOut > most+64 {
			t.Fatalf("%+v, %v", r, err)
		}
		b.plug(stick)
		if rounds > 100 {
			t.Fatal("it never ends")
		}
	}
}

func TestReceiptsAndCertificatesOfOthersAreNotBelieved(t *testing.T) {
	ours := school(t, "Kikelelwa")
	a, x := newBox(t, "a", ours), newBox(t, "x", school(t, "Elsewhere"))
	a.write(100)
	stick := t.TempDir()
	a.plug(stick)
	x.write(10)
	x.plug(stick)
	forged := filepath.Join(stick, bundle.FolderName, a.Device.ID(), "ack.cbor")
	b, err := os.ReadFile(filepath.Join(stick, bundle.FolderName, x.Device.ID(), "ack.cbor"))
	if err == nil {
		err = os.WriteFile(forged, b, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	if r := a.plug(stick); r.Dropped != 0 || r.Damaged == 0 {
		t.Errorf("%+v", r)
	}
	for _, p := range a.Registry.Peers() {
		t.Errorf("%s is trusted now", p.Name)
	}
}

func TestNoLinkLeadsOffTheStick(t *testing.T) {
	a := newBox(t, "a", school(t, "Kikelelwa"))
	stick, victim := t.TempDir(), t.TempDir()
	keep := filepath.Join(victim, "who.cbor")
	if err := os.WriteFile(keep, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(stick, bundle.FolderName), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(victim, filepath.Join(stick, bundle.FolderName, a.Device.ID())); err != nil {
		t.Fatal(err)
	}
	d, err := bundle.OpenFolder(stick, false)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if _, err := a.Visit(context.Background(), d, bundle.Trip{}); err == nil {
		t.Error("it wrote somewhere")
	}
	if b, _ := os.ReadFile(keep); string(b) != "precious" {
		t.Error("a file beside the stick was written")
	}
	if _, err := bundle.OpenFolder(strings.TrimSuffix(stick, "/")+"/none", false); err == nil {
		t.Error("a folder that is not there was opened")
	}
}

var _ exchange.Wants = (*clustertest.Blobs)(nil)
