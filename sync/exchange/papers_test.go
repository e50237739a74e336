package exchange

import (
	"errors"
	"io/fs"
	"testing"

	"lamplight/sync/device"
)

func TestNobodyJoinsByAnothersPapers(t *testing.T) {
	box, err := device.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	var schools []*device.School
	for range 2 {
		s, err := device.NewSchool("S")
		if err != nil {
			t.Fatal(err)
		}
		schools = append(schools, s)
	}
	authority := func(i int) []byte { return schools[i].Authority(true).Marshal() }
	certificate := func(i int, d *device.Device) []byte {
		return schools[i].Enrol(d.Public(), "box", 1, 1, device.RoleDistrict).Marshal()
	}
	other, err := device.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if a, _, err := readAlly(box.Public(), authority(0), certificate(0, box)); err != nil || a.ID() != schools[0].ID() {
		t.Fatalf("its own papers: %v", err)
	}
	for what, papers := range map[string][2][]byte{
		"a certificate of another school": {authority(0), certificate(1, box)},
		"another box's certificate":       {authority(0), certificate(0, other)},
	} {
		if _, _, err := readAlly(box.Public(), papers[0], papers[1]); !errors.Is(err, fs.ErrPermission) {
			t.Errorf("%s: %v, want ErrPermission", what, err)
		}
	}
}
