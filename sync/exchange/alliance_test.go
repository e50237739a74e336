package exchange_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"testing"

	"lamplight/sync/bundle"
	"lamplight/sync/clustertest"
	"lamplight/sync/device"
	"lamplight/sync/exchange"
	"lamplight/sync/segment"
)

// aDistrict is a claimed box of role district that takes schools in.
func aDistrict(t *testing.T, n *clustertest.Network, edit ...func(*exchange.Options)) (*clustertest.Box, *schools) {
	t.Helper()
	carry, err := bundle.OpenCarry(t.TempDir(), -1)
	if err != nil {
		t.Fatal(err)
	}
	shelf := &schools{places: map[[8]byte]exchange.Place{}, carry: carry}
	var d *clustertest.Box
	d = clustertest.NewBox(t, n, "district", func(o *exchange.Options) {
		o.Schools, o.Carry = shelf, carry
		for _, e := range edit {
			e(o)
		}
		o.Adopt = func(a device.Authority, c device.Certificate) error { return shelf.adopter(t, d)(a, c) }
	})
	d.Registry.BeDistrict()
	clustertest.Found(t, d)
	return d, shelf
}

// adopter is what a district does when a pairing brings it a school.
func (s *schools) adopter(t *testing.T, d *clustertest.Box) func(device.Authority, device.Certificate) error {
	return func(a device.Authority, c device.Certificate) error {
		s.mu.Lock()
		p, known := s.places[exchange.SchoolTag(a.ID())]
		s.mu.Unlock()
		if !known {
			p = s.overseeKey(t, d, a.Public, a.Name)
		}
		return p.Registry.Add(c)
	}
}

func TestASchoolJoinsADistrictWhicheverOfTheTwoInvites(t *testing.T) {
	for _, districtInvites := range []bool{true, false} {
		n := clustertest.NewNetwork(1)
		d, shelf := aDistrict(t, n)
		box, second := clustertest.NewBox(t, n, "box", nil), clustertest.NewBox(t, n, "second", nil)
		school := clustertest.Found(t, box)
		if err := second.Registry.SetSchool(school); err != nil {
			t.Fatal(err)
		}
		inviter, newcomer, under := d, box, d.Registry.School().ID()
		if !districtInvites {
			inviter, newcomer, under = box, d, school.ID()
		}
		got, err := accept(newcomer, open(t, inviter), inviter.Name)
		if err != nil || got.Under != under || got.Joined {
			t.Fatalf("district invites %v: paired %+v, %v", districtInvites, got, err)
		}
		box.MustWrite(school.Roster(), 3)
		box.MustWrite(school.Learn(), 4)
		box.MustWrite("ops", 5)
		d.MustWrite("pub", 2)
		sum, err := box.Meet(d)
		if err != nil || sum.Standing != exchange.Overseer || sum.Refused != 0 {
			t.Fatalf("district invites %v: met %+v, %v", districtInvites, sum, err)
		}
		place := shelf.places[exchange.SchoolTag(school.ID())]
		v := place.Log.Vector()
		if v[box.Device.Stream(school.Learn())] != 4 || v[box.Device.Stream("ops")] != 5 || v[box.Device.Stream(school.Roster())] != 0 {
			t.Errorf("the district holds %v", v)
		}
		second.MustMeet(box) // tells of the district, and of its boxes
		second.MustMeet(box)
		if a := second.Registry.District(); a == nil || a.ID() != d.Registry.School().ID() {
			t.Fatalf("the school's second box names district %v", a)
		}
		second.MustWrite(school.Learn(), 6)
		if sum, err := second.Meet(d); err != nil || sum.Standing != exchange.Overseer {
			t.Fatalf("the school's second box meets the district: %+v, %v", sum, err)
		}
		if v := place.Log.Vector()[second.Device.Stream(school.Learn())]; v != 6 {
			t.Errorf("of the second box the district holds %d, want 6", v)
		}
	}
}

func TestASchoolOfOneDistrictJoinsNoOther(t *testing.T) {
	n := clustertest.NewNetwork(1)
	d, _ := aDistrict(t, n)
	box := clustertest.NewBox(t, n, "box", nil)
	clustertest.Found(t, box)
	other, err := device.NewSchool("Another district")
	if err != nil {
		t.Fatal(err)
	}
	if err := box.Registry.JoinDistrict(other.Authority(true)); err != nil {
		t.Fatal(err)
	}
	if got, err := accept(box, open(t, d), "district"); !errors.Is(err, fs.ErrExist) {
		t.Errorf("paired %+v, %v; want ErrExist", got, err)
	}
	if a := box.Registry.District(); a.ID() != other.ID() {
		t.Errorf("its district is %s now", a.ID())
	}
}

func TestAnUnclaimedBoxJoinsNoDistrictAndAnUnclaimedDistrictNoSchool(t *testing.T) {
	n := clustertest.NewNetwork(1)
	d, _ := aDistrict(t, n)
	fresh := clustertest.NewBox(t, n, "fresh", nil)
	if got, err := accept(fresh, open(t, d), "district"); err == nil || fresh.Registry.School() != nil {
		t.Errorf("an unclaimed box was handed a district's key: %+v, %v", got, err)
	}
	box, empty := clustertest.NewBox(t, n, "box", nil), clustertest.NewBox(t, n, "empty", nil)
	clustertest.Found(t, box)
	empty.Registry.BeDistrict()
	if got, err := accept(empty, open(t, box), "box"); err == nil || empty.Registry.School() != nil {
		t.Errorf("an unclaimed district was handed a school's key: %+v, %v", got, err)
	}
	relief := clustertest.NewBox(t, n, "relief", nil)
	relief.Registry.BeDistrict()
	if got, err := accept(relief, open(t, d), "district"); err != nil || !got.Joined {
		t.Errorf("a second box of the district: %+v, %v", got, err)
	}
}

func TestOfARosterADistrictGetsEnvelopesAlone(t *testing.T) {
	n := clustertest.NewNetwork(1)
	d, shelf := aDistrict(t, n)
	box := clustertest.NewBox(t, n, "box", nil)
	school := clustertest.Found(t, box)
	if _, err := accept(box, open(t, d), "district"); err != nil {
		t.Fatal(err)
	}
	box.MustWrite(school.Roster(), 20)
	box.MustWrite(school.Learn(), 30)
	for round := range 2 {
		sum, err := box.Meet(d)
		if err != nil || sum.Refused != 0 || !sum.InStep || sum.Unchanged != (round == 1) {
			t.Fatalf("round %d: %+v, %v", round, sum, err)
		}
	}
	roster := box.Device.Stream(school.Roster())
	place := shelf.places[exchange.SchoolTag(school.ID())]
	for _, log := range []exchange.Log{place.Log, d.Log} {
		if v := log.Vector(); v[roster] != 0 {
			t.Errorf("a roster lies in a log of the district: %v", v)
		}
	}
	if v := shelf.carry.Vector(school.ID()); v[roster] != 20 || len(v) != 1 {
		t.Errorf("the district keeps in envelopes %v, want 20 of the roster alone", v)
	}
	err := shelf.carry.After(school.ID(), nil, func(envelope []byte) error {
		if bytes.Contains(envelope, []byte("LSEG")) {
			t.Error("an envelope shows the segment in it")
		}
		if _, err := segment.OpenSealed(envelope, d.Registry.School().SealKey()); !errors.Is(err, fs.ErrPermission) {
			t.Errorf("the district opens it: %v", err)
		}
		_, err := segment.OpenSealed(envelope, school.SealKey())
		return err
	})
	if err != nil {
		t.Errorf("the school cannot open it: %v", err)
	}
}

func TestABoxThatHasNothingButItsSchoolGetsAllBackFromTheDistrict(t *testing.T) {
	n := clustertest.NewNetwork(1)
	d, _ := aDistrict(t, n)
	box := clustertest.NewBox(t, n, "box", nil)
	school := clustertest.Found(t, box)
	if _, err := accept(box, open(t, d), "district"); err != nil {
		t.Fatal(err)
	}
	box.MustWrite(school.Roster(), 20)
	box.MustWrite(school.Learn(), 300)
	box.MustWrite("ops", 4)
	box.MustWrite("pub", 5)
	if _, err := box.Meet(d); err != nil {
		t.Fatal(err)
	}
	box.Stop() // for ever

	heir := clustertest.NewBox(t, n, "heir", nil)
	if err := heir.Registry.SetSchool(school); err != nil { // as the recovery sheet gives it
		t.Fatal(err)
	}
	if err := heir.Registry.JoinDistrict(d.Registry.School().Authority(true)); err != nil {
		t.Fatal(err)
	}
	if err := heir.Registry.Add(*d.Registry.Own()); err != nil {
		t.Fatal(err)
	}
	sum, err := heir.Meet(d)
	if err != nil || sum.Refused != 0 || !sum.InStep {
		t.Fatalf("the heir meets the district: %+v, %v", sum, err)
	}
	if got, want := heir.Log.Vector(), box.Log.Vector(); !got.Covers(want) {
		t.Errorf("the heir holds %v, want %v", got, want)
	}
	t.Logf("%d events back in %d bytes", sum.EventsIn, sum.Received)
}

func TestAnEnvelopeIsTakenFromItsSchoolAlone(t *testing.T) {
	n := clustertest.NewNetwork(1)
	d, shelf := aDistrict(t, n)
	var boxes []*clustertest.Box
	for i := range 2 {
		b := clustertest.NewBox(t, n, fmt.Sprintf("box%d", i), nil)
		clustertest.Found(t, b)
		if _, err := accept(b, open(t, d), "district"); err != nil {
			t.Fatal(err)
		}
		boxes = append(boxes, b)
	}
	boxes[0].MustWrite(boxes[0].Registry.School().Roster(), 9)
	if _, err := boxes[0].Meet(d); err != nil {
		t.Fatal(err)
	}
	sum, err := boxes[1].Meet(d)
	if err != nil {
		t.Fatal(err)
	}
	if v := boxes[1].Log.Vector(); len(v) != 0 || sum.SegmentsIn != 0 {
		t.Errorf("one school was given another's: %v, %+v", v, sum)
	}
	stranger := clustertest.NewBox(t, n, "stranger", nil)
	clustertest.Found(t, stranger)
	if sum, err := stranger.Meet(d); err == nil || sum.SegmentsIn != 0 {
		t.Errorf("a stranger met the district: %+v, %v", sum, err)
	}
	if got := shelf.carry.Schools(); len(got) != 1 {
		t.Errorf("envelopes of %v", got)
	}
}
