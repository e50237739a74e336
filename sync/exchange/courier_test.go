package exchange_test

import (
	"bytes"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"lamplight/sync/clustertest"
	"lamplight/sync/device"
	"lamplight/sync/exchange"
)

func courier(b *clustertest.Box, shelf *schools, t *testing.T) *exchange.Courier {
	c := &exchange.Courier{Device: b.Device, Registry: b.Registry, Open: filepath.Join(b.Dir, "keys", "invited.cbor")}
	if shelf != nil {
		c.Adopt = shelf.adopter(t, b)
	}
	return c
}

func TestTwoBoxesPairByAStickWithoutAnyNetwork(t *testing.T) {
	n := clustertest.NewNetwork(1)
	inviter, newcomer := clustertest.NewBox(t, n, "inviter", nil), clustertest.NewBox(t, n, "newcomer", nil)
	school := clustertest.Found(t, inviter)
	file, code, err := courier(inviter, nil, t).Invite()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("an invitation is %d bytes", len(file))
	if bytes.Contains(file, []byte(strings.ReplaceAll(code, "-", ""))) || bytes.Contains(file, school.Export()[10:30]) {
		t.Error("the file shows the code or the school's key")
	}
	for _, wrong := range []string{"", "0000-0000-0000-0000"} {
		if _, _, err := courier(newcomer, nil, t).Accept(file, wrong); err == nil || newcomer.Registry.School() != nil {
			t.Fatalf("joined with the code %q (%v)", wrong, err)
		}
	}
	got, answer, err := courier(newcomer, nil, t).Accept(file, strings.ToLower(code))
	if err != nil || !got.Joined || got.School != school.ID() || got.Device != inviter.Device.ID() {
		t.Fatalf("paired %+v, %v", got, err)
	}
	t.Logf("the answer is %d bytes", len(answer))
	if got, _, err := courier(inviter, nil, t).Accept(answer, ""); err != nil || got.Device != newcomer.Device.ID() {
		t.Fatalf("the answer: %+v, %v", got, err)
	}
	if _, _, err := courier(inviter, nil, t).Accept(answer, ""); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("an answer counts twice: %v", err)
	}
	if p, known := inviter.Registry.Peer(newcomer.Device.ID()); !known || p.Certificate == nil {
		t.Error("the inviter does not know its guest")
	}
	inviter.MustWrite(school.Roster(), 3)
	newcomer.MustMeet(inviter)
	inStep(t, newcomer, inviter)
}

func TestASchoolJoinsADistrictByAStick(t *testing.T) {
	for _, districtInvites := range []bool{true, false} {
		n := clustertest.NewNetwork(1)
		d, shelf := aDistrict(t, n)
		box := clustertest.NewBox(t, n, "box", nil)
		school := clustertest.Found(t, box)
		inviter, guest := courier(d, shelf, t), courier(box, nil, t)
		if !districtInvites {
			inviter, guest = guest, inviter
		}
		file, _, err := inviter.Invite()
		if err != nil {
			t.Fatal(err)
		}
		_, answer, err := guest.Accept(file, "")
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := inviter.Accept(answer, ""); err != nil {
			t.Fatal(err)
		}
		if a := box.Registry.District(); a == nil || a.ID() != d.Registry.School().ID() {
			t.Fatalf("district invites %v: the school names district %v", districtInvites, a)
		}
		box.MustWrite(school.Learn(), 4)
		if sum, err := box.Meet(d); err != nil || sum.Standing != exchange.Overseer || !sum.InStep {
			t.Errorf("district invites %v: met %+v, %v", districtInvites, sum, err)
		}
	}
}

func TestNoChangedPairingFileIsTaken(t *testing.T) {
	n := clustertest.NewNetwork(1)
	inviter := clustertest.NewBox(t, n, "inviter", nil)
	clustertest.Found(t, inviter)
	file, code, err := courier(inviter, nil, t).Invite()
	if err != nil {
		t.Fatal(err)
	}
	guest := clustertest.NewBox(t, n, "guest", nil)
	for i := range file {
		changed := bytes.Clone(file)
		changed[i] ^= 1
		if _, _, err := courier(guest, nil, t).Accept(changed, code); err == nil {
			t.Fatalf("byte %d of %d changed, and the guest joined", i, len(file))
		}
	}
	_, answer, err := courier(guest, nil, t).Accept(file, code)
	if err != nil {
		t.Fatal(err)
	}
	for i := range answer {
		changed := bytes.Clone(answer)
		changed[i] ^= 1
		if _, _, err := courier(inviter, nil, t).Accept(changed, ""); err == nil {
			t.Fatalf("byte %d of %d of the answer changed, and it was taken", i, len(answer))
		}
	}
}

func FuzzPairingFile(f *testing.F) {
	couriers := make([]*exchange.Courier, 2)
	for i := range couriers {
		dir := f.TempDir()
		d, err := device.Open(dir)
		if err != nil {
			f.Fatal(err)
		}
		r, err := device.OpenRegistry(dir, d)
		if err != nil {
			f.Fatal(err)
		}
		couriers[i] = &exchange.Courier{Device: d, Registry: r, Open: filepath.Join(dir, "invited.cbor")}
	}
	school, err := device.NewSchool("S")
	if err != nil {
		f.Fatal(err)
	}
	if err := couriers[0].Registry.SetSchool(school); err != nil {
		f.Fatal(err)
	}
	file, code, err := couriers[0].Invite()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(file)
	f.Add([]byte("LPAIR\x01\xa0"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if p, _, err := couriers[1].Accept(b, code); err == nil && !bytes.Equal(b, file) {
			t.Fatalf("took %+v", p)
		}
	})
}
