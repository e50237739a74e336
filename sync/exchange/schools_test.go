package exchange_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"lamplight/sync/bundle"
	"lamplight/sync/clock"
	"lamplight/sync/clustertest"
	"lamplight/sync/device"
	"lamplight/sync/exchange"
)

// schools is a district's shelf: a log and a registry a school, all in one process.
type schools struct {
	mu     sync.Mutex
	places map[[8]byte]exchange.Place
	carry  *bundle.Carry // where the district keeps what it cannot read
	open   int           // entered and not left
	asked  int
}

func (s *schools) Place(_ context.Context, tag [8]byte) (exchange.Place, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	p, ok := s.places[tag]
	if !ok {
		return p, fmt.Errorf("no such school: %w", fs.ErrNotExist)
	}
	s.open++
	p.Leave = func() { s.mu.Lock(); s.open--; s.mu.Unlock() }
	return p, nil
}

// oversee puts what the district holds of a school on the shelf.
func (s *schools) oversee(t *testing.T, district *clustertest.Box, school *device.School) exchange.Place {
	t.Helper()
	return s.overseeKey(t, district, school.Public(), school.Name)
}

func (s *schools) overseeKey(t *testing.T, district *clustertest.Box, school ed25519.PublicKey, name string) exchange.Place {
	t.Helper()
	dir := filepath.Join(t.TempDir(), device.ID(school))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	registry, err := device.OpenRegistry(dir, district.Device)
	if err != nil {
		t.Fatal(err)
	}
	if err := registry.Oversee(school, name); err != nil {
		t.Fatal(err)
	}
	log := clustertest.NewMemory(district.Device, registry)
	ours := func(id clock.Stream) bool { return id == district.Device.Stream("pub") }
	p := exchange.Place{School: device.ID(school), Log: exchange.Together(log, district.Log, ours), Registry: registry}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.places[exchange.SchoolTag(device.ID(school))] = p
	return p
}

func TestOneListenerServesTheLogsOfSeveralSchools(t *testing.T) {
	n := clustertest.NewNetwork(1)
	carry, err := bundle.OpenCarry(t.TempDir(), -1)
	if err != nil {
		t.Fatal(err)
	}
	shelf := &schools{places: map[[8]byte]exchange.Place{}}
	district := clustertest.NewBox(t, n, "district", func(o *exchange.Options) { o.Schools, o.Carry = shelf, carry })
	authority := clustertest.Found(t, district)
	district.MustWrite("pub", 2)
	var boxes []*clustertest.Box
	var places []exchange.Place
	for i := range 3 {
		b := clustertest.NewBox(t, n, fmt.Sprintf("box%d", i), nil)
		school := clustertest.Found(t, b)
		place := shelf.oversee(t, district, school)
		if err := place.Registry.Add(*b.Registry.Own()); err != nil {
			t.Fatal(err)
		}
		places = append(places, place)
		obey(t, b, district, authority)
		b.MustWrite(school.Learn(), 10+i)
		b.MustWrite(school.Roster(), 5)
		b.MustWrite("ops", 3)
		boxes = append(boxes, b)
	}
	for i, b := range boxes {
		for round := range 2 {
			sum, err := b.Meet(district)
			if err != nil {
				t.Fatalf("box %d, round %d: %v", i, round, err)
			}
			if sum.Standing != exchange.Overseer || !sum.InStep || sum.Refused != 0 || sum.Unchanged != (round == 1) {
				t.Errorf("box %d, round %d: %+v", i, round, sum)
			}
		}
	}
	for i, p := range places {
		v := p.Log.Vector()
		school := boxes[i].Registry.School()
		want := clock.Vector{
			boxes[i].Device.Stream(school.Learn()): uint64(10 + i), boxes[i].Device.Stream("ops"): 3,
			district.Device.Stream("pub"): 2,
		}
		if !v.Equal(want) {
			t.Errorf("the district holds of school %d %v, want %v", i, v, want)
		}
		if got := boxes[i].Log.Vector()[district.Device.Stream("pub")]; got != 2 {
			t.Errorf("box %d holds %d of the district's own events, want 2", i, got)
		}
	}
	if own := district.Log.Vector(); len(own) != 1 {
		t.Errorf("a school's events came into the district's own log: %v", own)
	}
	district.Stop()
	if shelf.open != 0 || shelf.asked != 6 {
		t.Errorf("%d places are still open after %d sessions", shelf.open, shelf.asked)
	}
}

func TestABoxOfAnUnknownSchoolFindsNothingAtADistrict(t *testing.T) {
	n := clustertest.NewNetwork(1)
	shelf := &schools{places: map[[8]byte]exchange.Place{}}
	district := clustertest.NewBox(t, n, "district", func(o *exchange.Options) { o.Schools = shelf })
	authority := clustertest.Found(t, district)
	b := clustertest.NewBox(t, n, "b", nil)
	school := clustertest.Found(t, b)
	obey(t, b, district, authority)
	b.MustWrite(school.Learn(), 10)
	if sum, err := b.Meet(district); err == nil {
		t.Errorf("met: %+v", sum)
	}
	if v := district.Log.Vector(); len(v) != 0 {
		t.Errorf("the district holds %v", v)
	}
	impostor := clustertest.NewBox(t, n, "impostor", nil)
	other := clustertest.Found(t, impostor)
	place := shelf.oversee(t, district, school) // the school is known now; the impostor says that it is of it
	if err := impostor.Registry.Add(impostor.Registry.School().Enrol(b.Device.Public(), "b", 1, 1, "box")); err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(other.Public(), school.Public()) {
		t.Fatal("one school")
	}
	if _, err := impostor.Meet(district); err == nil {
		t.Error("an impostor met the district")
	}
	if v := place.Log.Vector(); len(v) != 0 {
		t.Errorf("the place holds %v", v)
	}
}
