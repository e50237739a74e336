package device

import (
	"errors"
	"io/fs"
	"testing"

	"lamplight/sync/segment"
)

// aSchool is a new school with this many boxes, each knowing the others.
func aSchool(t *testing.T, name string, boxes int) (*School, []*Registry, []string) {
	t.Helper()
	s, err := NewSchool(name)
	must(t, err)
	var all []*Registry
	var dirs []string
	for range boxes {
		dir := t.TempDir()
		_, r := open(t, dir)
		must(t, r.SetSchool(s))
		all, dirs = append(all, r), append(dirs, dir)
	}
	meet(t, all...)
	return s, all, dirs
}

// meet shows every box the certificates of the others.
func meet(t *testing.T, all ...*Registry) {
	t.Helper()
	for range all {
		for _, a := range all {
			for _, b := range all {
				must(t, a.Add(*b.Own()))
			}
		}
	}
}

func TestEveryBoxOfASchoolFollowsItIntoADistrict(t *testing.T) {
	d, _ := NewSchool("Nairobi North")
	district := d.Authority(true)
	_, boxes, dirs := aSchool(t, "Kibera Primary", 3)
	must(t, boxes[0].JoinDistrict(district))
	if boxes[1].District() != nil {
		t.Fatal("a box knows of the district before it met one that does")
	}
	meet(t, boxes...)
	for i := range boxes {
		_, again := open(t, dirs[i])
		got := again.District()
		if got == nil || got.ID() != d.ID() || !got.SealKey().Equal(d.SealKey().PublicKey()) {
			t.Fatalf("box %d names district %+v after a restart, want %s", i, got, d.ID())
		}
	}
	must(t, boxes[2].LeaveDistrict())
	meet(t, boxes...)
	for i, b := range boxes {
		if b.District() != nil {
			t.Errorf("box %d still names a district that the school left", i)
		}
	}
}

func TestBoxesThatNamedTwoDistrictsAtOnceAgreeOnOne(t *testing.T) {
	one, _ := NewSchool("One")
	two, _ := NewSchool("Two")
	_, boxes, _ := aSchool(t, "S", 2)
	must(t, boxes[0].JoinDistrict(one.Authority(true)))
	must(t, boxes[1].JoinDistrict(two.Authority(true)))
	meet(t, boxes...)
	if a, b := boxes[0].District(), boxes[1].District(); a == nil || b == nil || a.ID() != b.ID() {
		t.Fatalf("one box names %v, the other %v", a, b)
	}
	if err := boxes[0].JoinDistrict(one.Authority(true)); (err == nil) != (boxes[0].District().ID() == one.ID()) {
		t.Errorf("joining a second district: %v", err)
	}
}

func TestOnlyADistrictCanBeJoinedAndOnlyByASchool(t *testing.T) {
	d, _ := NewSchool("District")
	other, _ := NewSchool("Another school")
	s, boxes, _ := aSchool(t, "S", 1)
	_, unclaimed := open(t, t.TempDir())
	forged := d.Authority(true)
	forged.Seal = other.SealKey().PublicKey().Bytes()
	for _, c := range []struct {
		what string
		r    *Registry
		a    Authority
		want error
	}{
		{"an unclaimed box", unclaimed, d.Authority(true), fs.ErrPermission},
		{"another school", boxes[0], other.Authority(false), fs.ErrInvalid},
		{"itself", boxes[0], s.Authority(true), fs.ErrInvalid},
		{"forged papers", boxes[0], forged, fs.ErrPermission},
	} {
		if err := c.r.JoinDistrict(c.a); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.what, err, c.want)
		}
	}
}

func TestADistrictsBoxesWriteForEverybodyAndNothingOfTheSchool(t *testing.T) {
	d, theirs, _ := aSchool(t, "District", 1)
	theirs[0].BeDistrict()
	s, boxes, _ := aSchool(t, "S", 2)
	if err := boxes[0].Add(*theirs[0].Own()); !errors.Is(err, fs.ErrPermission) {
		t.Fatalf("a district that was not joined: %v", err)
	}
	must(t, boxes[0].JoinDistrict(d.Authority(true)))
	must(t, boxes[0].Add(*theirs[0].Own()))
	own := theirs[0].own
	if _, err := boxes[0].Claim(own.Stream("pub"), 1, "pub"); err != nil {
		t.Errorf("the district publishes: %v", err)
	}
	if _, err := boxes[0].Claim(own.Stream(s.Learn()), 1, s.Learn()); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("the district writes attempts: %v, want ErrPermission", err)
	}
	if boxes[0].Member(own.ID()) || !boxes[0].Member(boxes[1].own.ID()) {
		t.Error("the district's box counts as the school's, or the school's does not")
	}
	for scope, may := range map[segment.Scope]bool{"pub": true, "ops": true, s.Learn(): true, s.Roster(): false, d.Learn(): false} {
		if boxes[0].MayHold(own.Public(), scope) != may {
			t.Errorf("the district may hold %s: %v, want %v", scope, !may, may)
		}
	}
	must(t, boxes[0].Revoke(own.ID(), nil))
	if err := boxes[0].Add(*theirs[0].Own()); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("a revoked box of the district comes back: %v", err)
	}
}

func TestNoChangedAuthorityIsRead(t *testing.T) {
	d, _ := NewSchool("District")
	b := d.Authority(true).Marshal()
	t.Logf("a district's papers are %d bytes", len(b))
	for i := range b {
		b[i] ^= 1
		if a, err := ParseAuthority(b); err == nil {
			t.Fatalf("byte %d can be changed: %+v", i, a)
		}
		b[i] ^= 1
	}
}

func FuzzAuthority(f *testing.F) {
	d, _ := NewSchool("District")
	f.Add(d.Authority(true).Marshal())
	f.Add(d.Authority(false).Marshal())
	f.Fuzz(func(t *testing.T, b []byte) {
		if a, err := ParseAuthority(b); err == nil {
			if a.Verify() != nil {
				t.Fatal("parsed but not verified")
			}
			a.SealKey()
		}
	})
}
