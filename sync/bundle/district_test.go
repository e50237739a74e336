package bundle_test

import (
	"bytes"
	"context"
	"crypto/ecdh"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"lamplight/sync/bundle"
	"lamplight/sync/clock"
	"lamplight/sync/clustertest"
	"lamplight/sync/device"
	"lamplight/sync/eventlog"
	"lamplight/sync/exchange"
	"lamplight/sync/segment"
)

// oneSchool is what a district holds in this test.
type oneSchool struct{ is exchange.Place }

func (s oneSchool) Place(_ context.Context, tag [8]byte) (exchange.Place, error) {
	if tag != exchange.SchoolTag(s.is.School) {
		return exchange.Place{}, fmt.Errorf("no such school: %w", fs.ErrNotExist)
	}
	return s.is, nil
}

func TestADistrictLearnsByAStickWhatItMayAndKeepsTheRosterSealed(t *testing.T) {
	ours, district := school(t, "Kikelelwa"), school(t, "Rombo")
	a, d := newBox(t, "a", ours), newBox(t, "d", district)
	a.edit = func(o *bundle.Options) {
		o.To = func(s segment.Scope) []*ecdh.PublicKey {
			to := []*ecdh.PublicKey{sealKey(ours).PublicKey()}
			if !strings.HasSuffix(string(s), "/roster") {
				to = append(to, sealKey(district).PublicKey())
			}
			return to
		}
	}
	a.open()
	registry, err := device.OpenRegistry(filepath.Join(d.Dir, "schools", ours.ID()), d.Device)
	if err == nil {
		err = registry.Oversee(ours.Public(), "Kikelelwa")
	}
	if err != nil {
		t.Fatal(err)
	}
	held := clustertest.NewMemory(d.Device, registry)
	seen := map[string]clock.Vector{}
	d.edit = func(o *bundle.Options) {
		o.Schools = oneSchool{exchange.Place{School: ours.ID(), Log: held, Registry: registry}}
		o.Seen = func(id string, v clock.Vector) { seen[id] = v }
	}
	d.open()
	a.write(400)
	stick := t.TempDir()
	a.plug(stick)
	r := d.plug(stick)
	t.Logf("the district: %+v", r)
	for s, last := range a.Log.Vector() {
		o, _ := a.Registry.Owner(s)
		got, sealed := held.Vector()[s], d.Carry.Vector(ours.ID())[s]
		if roster := o.Scope == ours.Roster(); roster && (got != 0 || sealed != last) || !roster && (got != last || sealed != 0) {
			t.Errorf("%s: %d of %d can be read, %d are kept sealed", o.Scope, got, last, sealed)
		}
	}
	if seen[a.Device.ID()] == nil {
		t.Error("nobody is told that a box was seen by stick")
	}
	if bytes.Contains(bytesOf(t, filepath.Join(d.Dir, "carry")), []byte("Amina")) {
		t.Error("the district can read a learner's name")
	}
	if again := d.plug(stick); again.EventsIn != 0 || again.CarriedIn != 0 {
		t.Errorf("a second time: %+v", again)
	}
}

// A card was copied and both boxes ran; each hands its stick to the district, which the network does not reach.
func TestADistrictTakesWhatACopiedCardWroteThoughItHoldsAsManyEvents(t *testing.T) {
	ours, district := school(t, "Kikelelwa"), school(t, "Rombo")
	a, d := newBox(t, "a", ours), newBox(t, "d", district)
	to := func(segment.Scope) []*ecdh.PublicKey { return []*ecdh.PublicKey{sealKey(district).PublicKey()} }
	a.edit = func(o *bundle.Options) { o.To = to }
	a.open()
	dir := t.TempDir()
	held, registry := districtLog(t, d.Device, ours, filepath.Join(dir, "held"))
	d.edit = func(o *bundle.Options) {
		o.Schools = oneSchool{exchange.Place{School: ours.ID(), Log: held, Registry: registry}}
	}
	d.open()
	copied, err := eventlog.Open(eventlog.Options{Dir: filepath.Join(dir, "copy"), DB: filepath.Join(dir, "copy.db"), Device: a.Device, Registry: a.Registry, Applier: oneBucket{}})
	if err != nil {
		t.Fatal(err)
	}
	defer copied.Close()
	b := &carrierBox{Box: &clustertest.Box{Name: "copy", Dir: filepath.Join(dir, "b"), Device: a.Device, Registry: a.Registry, Log: clustertest.Disk{Log: copied}, Blobs: clustertest.NewBlobs()}, t: t, edit: a.edit}
	b.open()
	for round, box := range []*carrierBox{a, b, a, b} {
		scope := []segment.Scope{ours.Learn(), "pub"}
		for i := range scope { // in another order, so that equal numbers are of other events
			if err := box.Log.(clustertest.Disk).Write(scope[(i+round)%2], 10); err != nil {
				t.Fatal(err)
			}
		}
		stick := t.TempDir()
		box.plug(stick)
		if r := d.plug(stick); r.EventsIn != 20 {
			t.Errorf("stick %d: %d of 20 events were taken: %+v", round+1, r.EventsIn, r)
		}
	}
}

// districtLog is a real log of a school that a district oversees.
func districtLog(t *testing.T, own *device.Device, of *device.School, dir string) (*eventlog.Log, *device.Registry) {
	t.Helper()
	registry, err := device.OpenRegistry(filepath.Join(dir, "keys"), own)
	if err == nil {
		err = registry.Oversee(of.Public(), of.Name)
	}
	if err != nil {
		t.Fatal(err)
	}
	log, err := eventlog.Open(eventlog.Options{Dir: filepath.Join(dir, "journal"), DB: filepath.Join(dir, "records.db"), Device: own, Registry: registry, Applier: oneBucket{}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = log.Close() })
	return log, registry
}

// oneBucket folds nothing.
type oneBucket struct{}

func (oneBucket) Version() uint32                         { return 1 }
func (oneBucket) Buckets() []string                       { return nil }
func (oneBucket) Apply(eventlog.KV, *segment.Event) error { return nil }

// What all boxes of a school hold needs no carrier any more; the district is none, and lacks it.
func TestADistrictTakesWhatAllBoxesOfASchoolHold(t *testing.T) {
	ours, rombo := school(t, "Kikelelwa"), school(t, "Rombo")
	a, b, d := newBox(t, "a", ours), newBox(t, "b", ours), newBox(t, "d", rombo)
	for _, x := range []*carrierBox{a, b} {
		x.edit = func(o *bundle.Options) {
			o.To = func(segment.Scope) []*ecdh.PublicKey {
				return []*ecdh.PublicKey{sealKey(ours).PublicKey(), sealKey(rombo).PublicKey()}
			}
		}
		x.open()
	}
	held, registry := districtLog(t, d.Device, ours, t.TempDir())
	d.edit = func(o *bundle.Options) {
		o.Schools = oneSchool{exchange.Place{School: ours.ID(), Log: held, Registry: registry}}
	}
	d.open()
	knowEachOther(t, a, b)
	a.write(100)
	stick := t.TempDir()
	a.plug(stick)
	b.plug(stick)
	d.plug(stick)
	if got := held.Vector()[a.Device.Stream(ours.Learn())]; got != 100 {
		t.Errorf("%d of 100 events", got)
	}
}
