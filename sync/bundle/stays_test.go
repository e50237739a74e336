package bundle_test

import (
	"bytes"
	"crypto/ecdh"
	"crypto/ed25519"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"lamplight/sync/bundle"
	"lamplight/sync/clock"
	"lamplight/sync/device"
	"lamplight/sync/exchange"
	"lamplight/sync/segment"
)

// knowEachOther makes boxes know each other's certificates.
func knowEachOther(t *testing.T, boxes ...*carrierBox) {
	t.Helper()
	for _, a := range boxes {
		for _, b := range boxes {
			if err := a.Registry.Add(*b.Registry.Own()); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// turn makes boxes hear that, since one was shut out, those alone stay whom a letter names.
func turn(t *testing.T, generation uint32, hear []*carrierBox, named ...*carrierBox) {
	t.Helper()
	turned := device.Turned{Generation: generation, Secret: bytes.Repeat([]byte{byte(generation)}, 32)}
	var keys []ed25519.PublicKey
	for _, b := range named {
		keys = append(keys, b.Device.Public())
	}
	for _, b := range hear {
		_, err := b.Registry.HearTurned([]device.Turned{turned})
		letters, err2 := b.Registry.School().Letters(keys, nil)
		if err := errors.Join(err, err2, b.Registry.HearLetters(letters)); err != nil {
			t.Fatal(err)
		}
	}
}

// learnt is how many events of what a box's learners did are held.
func learnt(at, of *carrierBox) uint64 {
	return at.Log.Vector()[of.Device.Stream(of.Registry.School().Learn())]
}

// of is the folder of a box on a stick.
func of(stick string, b *carrierBox) string {
	return filepath.Join(stick, bundle.FolderName, b.Device.ID())
}

// filesOn are the files of a box on a stick.
func filesOn(t *testing.T, stick string, b *carrierBox, pattern string) []string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(of(stick, b), pattern))
	if err != nil || len(all) == 0 {
		t.Fatalf("no %s: %v", pattern, err)
	}
	return all
}

func TestWorkThatNobodyAliveVouchesForComesByStickFromABoxThatStaysAndByNoOther(t *testing.T) {
	ours := school(t, "Kikelelwa")
	a, b, d := newBox(t, "a", ours), newBox(t, "b", ours), newBox(t, "d", ours)
	knowEachOther(t, a, b, d)
	d.write(50)
	first := t.TempDir()
	d.plug(first)
	if a.plug(first); learnt(a, d) != 50 {
		t.Fatal("a holds nothing of it")
	}
	turn(t, 1, []*carrierBox{a, b}, a, b)
	if a.Registry.Trusted(d.Device.ID()) || b.Registry.Trusted(d.Device.ID()) {
		t.Fatal("who is named by nobody is trusted")
	}
	if r := b.plug(first); learnt(b, d) != 0 || r.Parked == 0 {
		t.Errorf("its own word is taken: %+v", r)
	}
	a.plug(first) // though it lies there already, with no word but its writer's
	if b.plug(first); learnt(b, d) != 50 {
		t.Errorf("%d of 50 events came by the stick of a box that stays and holds them", learnt(b, d))
	}
	differ(t, a, b)
	if n := len(b.Carry.List(ours.ID())); n != 0 {
		t.Errorf("%d pieces are parked yet", n)
	}

	// What it writes now a box that stays carries, and gives no word for.
	d.write(30)
	third, fourth := t.TempDir(), t.TempDir()
	d.plug(third)
	if r := a.plug(third); learnt(a, d) != 50 || r.Parked == 0 {
		t.Errorf("what it writes after is taken: %+v", r)
	}
	a.plug(fourth)
	b.plug(fourth)
	for _, at := range filesOn(t, third, d, "*.lseg") { // nor does a folder that somebody else writes in
		raw, err := os.ReadFile(at)
		if err == nil {
			err = os.WriteFile(filepath.Join(of(fourth, a), "seg-00000077-"+filepath.Base(at)[13:]), raw, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if b.plug(fourth); learnt(b, d) != 50 {
		t.Errorf("%d events of a box that does not stay came by way of one that does not hold them", learnt(b, d))
	}

	// Vouched for, it is heard without another stick.
	turn(t, 2, []*carrierBox{a, b}, a, b, d)
	if b.Settle(); learnt(b, d) != 80 {
		t.Errorf("%d of 80 events are here after somebody vouched for their writer", learnt(b, d))
	}
}

func TestWorkThatCameTooEarlyWithTheWordOfABoxThatStaysIsTakenWhenItFits(t *testing.T) {
	ours := school(t, "Kikelelwa")
	a, b, d := newBox(t, "a", ours), newBox(t, "b", ours), newBox(t, "d", ours)
	knowEachOther(t, a, b, d)
	between, early, late := t.TempDir(), t.TempDir(), t.TempDir()
	d.write(50)
	d.plug(between)
	a.plug(between)
	a.plug(early)
	if err := os.CopyFS(late, os.DirFS(early)); err != nil {
		t.Fatal(err)
	}
	d.write(50)
	d.plug(between)
	a.plug(between)
	a.plug(late)
	for _, at := range filesOn(t, late, a, "seg-00000001-*") {
		if err := os.Remove(at); err != nil {
			t.Fatal(err)
		}
	}
	turn(t, 1, []*carrierBox{a, b}, a, b)
	if r := b.plug(late); r.Parked == 0 || learnt(b, d) != 0 {
		t.Errorf("%+v", r)
	}
	b.Crash()
	b.open()
	if b.plug(early); learnt(b, d) != 100 {
		t.Errorf("%d of 100 events", learnt(b, d))
	}
}

func TestTheLastNumberOfARevokedBoxRulesWhoeverGivesAWordForMore(t *testing.T) {
	ours := school(t, "Kikelelwa")
	a, b, d := newBox(t, "a", ours), newBox(t, "b", ours), newBox(t, "d", ours)
	knowEachOther(t, a, b, d)
	stick := t.TempDir()
	for range 2 {
		d.write(50)
		d.plug(stick)
		a.plug(stick)
	}
	stream := d.Device.Stream(ours.Learn())
	if err := b.Registry.Revoke(d.Device.ID(), clock.Vector{stream: 50}); err != nil {
		t.Fatal(err)
	}
	turn(t, 1, []*carrierBox{a, b}, a, b)
	fresh := t.TempDir()
	a.plug(fresh)
	if b.plug(fresh); learnt(b, d) != 50 {
		t.Errorf("%d events of a revoked box, and 50 count", learnt(b, d))
	}
}

func TestABoxThatLearnsByStickAloneHearsOfThoseWhoDoNotStayAndOfThoseShutOut(t *testing.T) {
	ours := school(t, "Kikelelwa")
	a, b, d, e := newBox(t, "a", ours), newBox(t, "b", ours), newBox(t, "d", ours), newBox(t, "e", ours)
	knowEachOther(t, a, d, e)
	knowEachOther(t, a, b)
	between, stick := t.TempDir(), t.TempDir()
	for _, x := range []*carrierBox{d, e} {
		x.write(50)
		x.plug(between)
	}
	a.plug(between)
	if err := a.Registry.Revoke(e.Device.ID(), a.Log.Vector()); err != nil {
		t.Fatal(err)
	}
	turn(t, 1, []*carrierBox{a}, a, b)
	a.plug(stick)
	for range 2 {
		b.plug(stick)
	}
	if learnt(b, d) != 50 || learnt(b, e) != 50 {
		t.Errorf("%d of 50 events of a box that does not stay, %d of 50 of one that was shut out", learnt(b, d), learnt(b, e))
	}
	p, known := b.Registry.Peer(e.Device.ID())
	if !known || !p.Revoked || p.Certificate == nil {
		t.Errorf("who was shut out is %+v", p)
	}
	differ(t, a, b)
	// A box that nobody vouches for says who is shut out to nobody.
	c, x := newBox(t, "c", ours), newBox(t, "x", ours)
	knowEachOther(t, c, a, x)
	turn(t, 1, []*carrierBox{c}, a, c)
	hostile := t.TempDir()
	if err := x.Registry.Add(*e.Registry.Own()); err != nil {
		t.Fatal(err)
	}
	if err := x.Registry.Revoke(e.Device.ID(), nil); err != nil {
		t.Fatal(err)
	}
	x.plug(hostile)
	if c.plug(hostile); func() bool { _, known := c.Registry.Peer(e.Device.ID()); return known }() {
		t.Error("a stranger's word of who was shut out is heeded")
	}
}

func TestWhatCannotBeOpenedIsTriedAgainWhenASecretComesAndNotBefore(t *testing.T) {
	ours := school(t, "Kikelelwa")
	a, b := newBox(t, "a", ours), newBox(t, "b", ours)
	knowEachOther(t, a, b)
	tries, asked := 0, 0
	for _, x := range []*carrierBox{a, b} {
		x.edit = func(o *bundle.Options) {
			o.To = func(segment.Scope) []*ecdh.PublicKey {
				return []*ecdh.PublicKey{x.Registry.School().SealKeys()[0].PublicKey()}
			}
			o.Keys = func() []*ecdh.PrivateKey { tries++; return x.Registry.School().SealKeys() }
			o.Turned = func() bool { asked++; return false }
		}
		x.open()
	}
	turn(t, 1, []*carrierBox{a}, a, b)
	a.write(100)
	stick := t.TempDir()
	a.plug(stick)
	r := b.plug(stick)
	if r.Parked == 0 || learnt(b, a) != 0 {
		t.Fatalf("nothing is parked: %+v", r)
	}
	b.Settle()
	tries, asked = 0, 0
	for range 20 {
		b.Settle()
	}
	if tries > 0 || asked > 20 {
		t.Errorf("tried %d times and asked for secrets %d times at 20 changes that brought none", tries, asked)
	}
	turn(t, 1, []*carrierBox{b}, a, b)
	if b.Settle(); learnt(b, a) != 100 || tries == 0 {
		t.Errorf("%d of 100 events once the secret is here, after %d tries", learnt(b, a), tries)
	}
	differ(t, a, b)
}

// A fullLog has no room while full.
type fullLog struct {
	bundle.Log
	full bool
}

func (l *fullLog) Receive(raw []byte) (int, error) {
	if l.full {
		return 0, fmt.Errorf("test: %w", syscall.ENOSPC)
	}
	return l.Log.Receive(raw)
}

func TestWhatCameWhileTheCardWasFullIsTakenOnceThereIsRoom(t *testing.T) {
	ours := school(t, "Kikelelwa")
	a, b := newBox(t, "a", ours), newBox(t, "b", ours)
	knowEachOther(t, a, b)
	log := &fullLog{Log: b.Log, full: true}
	b.edit = func(o *bundle.Options) { o.Log = log }
	b.open()
	a.write(100)
	stick := t.TempDir()
	a.plug(stick)
	if r := b.plug(stick); r.Parked == 0 || r.EventsIn > 0 || learnt(b, a) != 0 {
		t.Fatalf("with a full card: %+v", r)
	}
	for range 3 { // and nothing of it is given up
		b.Settle()
	}
	log.full = false
	if n := b.Settle(); n == 0 || learnt(b, a) != 100 {
		t.Errorf("%d events came, and %d of 100 are here", n, learnt(b, a))
	}
	differ(t, a, b)
}

func TestAHostileStickDoesNotPushOutWhatHonestBoxesBrought(t *testing.T) {
	ours, next := school(t, "Kikelelwa"), school(t, "Next village")
	a, b, n := newBox(t, "a", ours), newBox(t, "b", ours), newBox(t, "n", next)
	knowEachOther(t, a, b)
	turn(t, 1, []*carrierBox{a, b}, a, b)
	b.edit = func(o *bundle.Options) {
		var err error
		if b.Carry, err = bundle.OpenCarry(filepath.Join(b.Dir, "carry"), 64<<10); err != nil {
			t.Fatal(err)
		}
		o.Carry = b.Carry
	}
	b.open()
	early, late := t.TempDir(), t.TempDir()
	a.write(40)
	a.plug(early)
	if err := os.CopyFS(late, os.DirFS(early)); err != nil {
		t.Fatal(err)
	}
	a.write(40)
	a.plug(late)
	for _, at := range filesOn(t, late, a, "seg-00000001-*") {
		if err := os.Remove(at); err != nil {
			t.Fatal(err)
		}
	}
	n.write(20)
	n.plug(late)
	if r := b.plug(late); r.Parked == 0 || r.CarriedIn == 0 {
		t.Fatalf("%+v", r)
	}
	honest, neighbours := b.Carry.List(ours.ID()), b.Carry.List(next.ID())
	hostile := t.TempDir()
	for range 2 { // devices that nobody knows, who seal to a key that nobody has
		x := newBox(t, "x", ours)
		x.edit = func(o *bundle.Options) {
			other := school(t, "Nowhere")
			o.To = func(segment.Scope) []*ecdh.PublicKey { return []*ecdh.PublicKey{sealKey(other).PublicKey()} }
		}
		x.open()
		for range 12 {
			x.MustWrite(ours.Learn(), 50)
			x.plug(hostile)
		}
		if err := os.Remove(filepath.Join(of(hostile, x), "who.cbor")); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		r := b.plug(hostile)
		t.Logf("%+v, %d bytes are kept", r, b.Carry.Bytes())
	}
	if b.Carry.Bytes() > 64<<10 {
		t.Errorf("%d bytes are kept", b.Carry.Bytes())
	}
	for _, school := range []string{ours.ID(), next.ID()} {
		was := honest
		if school == next.ID() {
			was = neighbours
		}
		now := map[bundle.Carried]bool{}
		for _, x := range b.Carry.List(school) {
			now[x] = true
		}
		for _, x := range was {
			if !now[x] {
				t.Errorf("%+v was pushed out", x)
			}
		}
	}
	if b.plug(early); learnt(b, a) != 80 {
		t.Errorf("%d of 80 events", learnt(b, a))
	}
}

func TestADistrictTakesWorkThatNobodyVouchesForFromTheStickOfABoxThatStays(t *testing.T) {
	ours, rombo := school(t, "Kikelelwa"), school(t, "Rombo")
	a, d, district := newBox(t, "a", ours), newBox(t, "d", ours), newBox(t, "district", rombo)
	for _, x := range []*carrierBox{a, d} {
		x.edit = func(o *bundle.Options) {
			o.To = func(segment.Scope) []*ecdh.PublicKey {
				return []*ecdh.PublicKey{sealKey(ours).PublicKey(), sealKey(rombo).PublicKey()}
			}
		}
		x.open()
	}
	knowEachOther(t, a, d)
	held, registry := districtLog(t, district.Device, ours, t.TempDir())
	district.edit = func(o *bundle.Options) {
		o.Schools = oneSchool{exchange.Place{School: ours.ID(), Log: held, Registry: registry}}
	}
	district.open()
	gone := newBox(t, "gone", ours) // who was shut out, so that the district heeds letters
	stick, own := t.TempDir(), t.TempDir()
	d.write(50)
	d.plug(own)
	a.plug(own)
	if err := a.Registry.RevokeKey(gone.Device.Public(), nil); err != nil {
		t.Fatal(err)
	}
	if err := registry.RevokeKey(gone.Device.Public(), nil); err != nil {
		t.Fatal(err)
	}
	turn(t, 1, []*carrierBox{a}, a)
	letters, err := a.Registry.School().Letters([]ed25519.PublicKey{a.Device.Public()}, nil)
	if err := errors.Join(err, registry.HearLetters(letters)); err != nil {
		t.Fatal(err)
	}
	stream := d.Device.Stream(ours.Learn())
	onlyItsOwn := t.TempDir()
	d.plug(onlyItsOwn)
	if district.plug(onlyItsOwn); held.Vector()[stream] != 0 {
		t.Error("its own word is taken")
	}
	a.plug(stick)
	if district.plug(stick); held.Vector()[stream] != 50 {
		t.Errorf("%d of 50 events", held.Vector()[stream])
	}
}
