package store

import (
	"errors"
	"io/fs"
	"testing"

	"lamplight/server/learning"
)

func TestAdministratorsAloneChangeTheSchoolYear(t *testing.T) {
	v := newVillage(t)
	s := v.store
	p := learning.Period{Title: "Harvest", Holiday: true, From: schoolDay, Until: schoolDay + 2}
	for who, want := range map[learning.PersonID]string{v.admin: "y", v.teacher: "p", v.ada: "p", v.officer: "p", "": "p"} {
		a := learning.As(who)
		if who == "" {
			a = learning.Actor{}
		}
		_, err := s.SavePeriod(ctx, a, p)
		if got := verdict(err); got != want {
			t.Errorf("a period by %q: %s, want %s", who, got, want)
		}
		country := "ET"
		if got := verdict(s.EditSchool(ctx, a, learning.SchoolEdit{Country: &country})); got != want {
			t.Errorf("the country by %q: %s, want %s", who, got, want)
		}
		if got := verdict(s.EditClass(ctx, a, v.first, learning.ClassEdit{Shift: ptr("morning")})); got == "y" != (want == "y") {
			t.Errorf("a shift by %q: %s", who, got)
		}
	}
	if y := s.Year(); len(y.Periods) != 1 || y.School(schoolDay+1) || !y.School(schoolDay+3) {
		t.Errorf("the year is %+v", y)
	}
	school := must[learning.School](t)(s.School())
	class := must[learning.Class](t)(s.Class(box, v.first))
	if school.Country != "ET" || school.First != 1 || class.Shift != "morning" {
		t.Errorf("%+v, %+v", school, class)
	}
	bad := learning.Period{Title: "x", From: schoolDay, Until: schoolDay - 1}
	if _, err := s.SavePeriod(ctx, box, bad); !errors.Is(err, fs.ErrInvalid) {
		t.Errorf("a period that ends before it begins: %v", err)
	}
	for _, e := range []learning.SchoolEdit{{Country: ptr("et")}, {Calendar: ptr("mayan")}, {Days: ptr("19")}, {First: ptr(7)}} {
		if err := s.EditSchool(ctx, box, e); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("%+v: %v", e, err)
		}
	}
	if err := s.EditClass(ctx, box, v.first, learning.ClassEdit{Shift: ptr("night")}); !errors.Is(err, fs.ErrInvalid) {
		t.Errorf("a shift there is not: %v", err)
	}
}

// Days without school count for nobody: not as absent, and not as days on which others worked.
func TestTheWatchListSkipsHolidays(t *testing.T) {
	v := newVillage(t)
	s, teacher := v.store, learning.As(v.teacher)
	for i := range 3 {
		if err := s.SaveRoll(ctx, teacher, v.roll(schoolDay+i), marks{v.ada: learning.Absent, v.musa: learning.Present}, learning.ByHand); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.EditCare(ctx, teacher, v.ada, CareEdit{Repeated: ptr(true)}); err != nil {
		t.Fatal(err)
	}
	if got := must[ClassWatch](t)(s.Watch(teacher, v.first)); len(got.Listed) != 1 {
		t.Fatalf("listed are %+v, want Ada", got.Listed)
	}
	id := must[learning.PeriodID](t)(s.SavePeriod(ctx, box, learning.Period{Title: "Rain", Holiday: true, From: schoolDay + 1, Until: schoolDay + 2}))
	if got := must[ClassWatch](t)(s.Watch(teacher, v.first)); len(got.Listed) != 0 || got.Rolls != 3 {
		t.Errorf("with two of three days a holiday: %+v", got.Listed)
	}
	if got := must[[]ChildWeek](t)(s.ClassWeek(teacher, v.first, schoolDay+2)); got[0].Of != 1 {
		t.Errorf("the slip counts %d days, want one", got[0].Of)
	}
	gone := learning.Period{ID: id, Title: "Rain", Holiday: true, Removed: true, From: schoolDay + 1, Until: schoolDay + 2}
	must[learning.PeriodID](t)(s.SavePeriod(ctx, box, gone))
	if got := must[ClassWatch](t)(s.Watch(teacher, v.first)); len(got.Listed) != 1 {
		t.Error("a holiday that was taken out counts for nothing")
	}
}

// Two boxes that do not know of each other: what each wrote is kept and shown.
func TestAHolidayThatTwoBoxesMovedShowsBoth(t *testing.T) {
	v := newVillage(t)
	other := newMemLog(t, "B")
	id := must[learning.PeriodID](t)(v.store.SavePeriod(ctx, box, learning.Period{Title: "Fair", Holiday: true, From: schoolDay, Until: schoolDay}))
	other.receive(v.memLog, 1<<30)
	here, there := learning.Period{ID: id, Title: "Fair", Holiday: true, From: schoolDay + 1, Until: schoolDay + 1}, learning.Period{ID: id, Title: "Fair", Holiday: true, From: schoolDay + 2, Until: schoolDay + 2}
	must[learning.PeriodID](t)(v.store.SavePeriod(ctx, box, here))
	must[learning.PeriodID](t)(other.store.SavePeriod(ctx, box, there))
	v.receive(other, 1<<30)
	other.receive(v.memLog, 1<<30)
	for _, s := range []*Store{v.store, other.store} {
		y := s.Year()
		if len(y.Periods) != 1 || !y.Periods[0].Conflict || len(y.Periods[0].Also) == 0 {
			t.Fatalf("%+v", y.Periods)
		}
		if y.School(schoolDay+1) || y.School(schoolDay+2) {
			t.Error("a day that either box calls a holiday has no school")
		}
	}
}
