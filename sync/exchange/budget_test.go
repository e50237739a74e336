package exchange

import (
	"path/filepath"
	"testing"
	"time"

	"lamplight/sync/segment"
)

func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, time.Local)
	if err != nil {
		panic(err)
	}
	return t
}

func TestALinkIsOpenInItsHoursAndSaysUntilWhen(t *testing.T) {
	night, err := ParseHours([]string{"19:00-06:00", "12:30-13:00", "12:45-13:15"})
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct{ now, since, until string }{
		{"2026-11-22 18:59", "", "2026-11-22 19:00"},
		{"2026-11-22 19:00", "2026-11-22 19:00", "2026-11-23 06:00"},
		{"2026-11-23 05:59", "2026-11-22 19:00", "2026-11-23 06:00"},
		{"2026-11-23 06:00", "", "2026-11-23 12:30"},
		{"2026-11-23 12:50", "2026-11-23 12:30", "2026-11-23 13:15"},
		{"2026-12-31 23:00", "2026-12-31 19:00", "2027-01-01 06:00"},
	} {
		since, until := night.At(at(step.now))
		if step.since == "" != since.IsZero() || step.since != "" && !since.Equal(at(step.since)) || !until.Equal(at(step.until)) {
			t.Errorf("at %s: since %v until %v, want %s and %s", step.now, since, until, step.since, step.until)
		}
	}
	if since, until := Hours(nil).At(at("2026-11-22 10:00")); !since.Equal(at("2026-11-22 00:00")) || !until.IsZero() {
		t.Errorf("without hours: since %v until %v", since, until)
	}
	for _, bad := range []string{"", "19:00", "19-06", "25:00-26:00", "19:00-19:00", "19:0-20:00", "24:00-01:00", "-1:00-02:00"} {
		if h, err := ParseHours([]string{bad}); err == nil {
			t.Errorf("%q is read as %v", bad, h)
		}
	}
}

func TestABudgetOutlivesARestartAndAPulledPlug(t *testing.T) {
	path := filepath.Join(t.TempDir(), "spent.cbor")
	limits := Limits{Month: 1 << 20, Window: 300 << 10}
	open := func() *Budget {
		t.Helper()
		b, err := OpenBudget(path, limits)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	b := open()
	noon := at("2026-11-22 12:00")
	b.At(noon, true, noon)
	spend := func(n int64) {
		t.Helper()
		if err := b.spend(n); err != nil {
			t.Fatal(err)
		}
	}
	spend(100_000)
	if left := b.Left(); left != limits.Window-100_000 {
		t.Errorf("left %d", left)
	}
	b = open() // the plug was pulled: a step is lost at most, and nothing is won
	b.At(noon, true, noon)
	if left := b.Left(); left > limits.Window-100_000 || left < limits.Window-100_000-budgetStep {
		t.Errorf("after a pulled plug %d are left of %d, of which 100000 were spent", left, limits.Window)
	}
	spend(10_000)
	before := b.Left()
	if err := b.Settle(); err != nil {
		t.Fatal(err)
	}
	if b = open(); b.Left() != before {
		t.Errorf("after a clean end %d are left, want %d", b.Left(), before)
	}
	evening := at("2026-11-22 19:00")
	b.At(evening, true, evening)
	if left := b.Left(); left != limits.Window {
		t.Errorf("a new window has %d", left)
	}
	spent := b.Spending().Spent
	for _, lie := range []string{"1970-01-01 00:00", "2030-05-01 00:00", "1970-01-02 00:00"} { // clocks that nobody believes
		b.At(at(lie), false, at(lie))
		if b.Spending().Spent != spent {
			t.Errorf("a clock that says %s changed what was spent from %d to %d", lie, spent, b.Spending().Spent)
		}
	}
	b.At(at("2026-12-01 00:00"), true, at("2026-12-01 00:00"))
	if s := b.Spending(); s.Spent != 0 || s.Before != spent {
		t.Errorf("in a new month: %+v", s)
	}
}

func TestABudgetThatCannotBeReadIsNoNewBudget(t *testing.T) {
	path := filepath.Join(t.TempDir(), "spent.cbor")
	b, err := OpenBudget(path, Limits{Month: 1000})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.spend(1); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenBudget(filepath.Dir(path), Limits{Month: 1000}); err == nil {
		t.Error("a folder was read as a budget")
	}
	blocked, err := OpenBudget(filepath.Join(path, "no", "folder"), Limits{Month: 1000})
	if err == nil {
		err = blocked.spend(1)
	}
	if err == nil {
		t.Error("what cannot be kept was spent")
	}
}

func TestTheLengthOfContactsIsLearned(t *testing.T) {
	c := contact{}
	for range 12 {
		c.lasted(40*time.Second, true)
	}
	if c.Length != 40_000 {
		t.Errorf("after twelve contacts of 40 s: %d ms", c.Length)
	}
	c.lasted(80*time.Second, true)
	if c.Length != 50_000 {
		t.Errorf("after one of 80 s: %d ms", c.Length)
	}
	c.lasted(70*time.Second, false)
	if c.Length != 70_000 {
		t.Errorf("after one that went on after 70 s: %d ms", c.Length)
	}
	s := session{line: line{expect: 40 * time.Second, rate: 4000}, meter: &meter{start: time.Now().Add(-30 * time.Second)}}
	if !s.fits(30_000) || s.fits(50_000) {
		t.Error("10 s at 4 kB/s are 40 kB")
	}
	s.meter.start = time.Now().Add(-time.Hour)
	if !s.fits(30_000) || s.fits(50_000) {
		t.Error("beyond what is usual a quarter of it may be left")
	}
	s.line = line{}
	if !s.fits(1 << 40) {
		t.Error("what is not known bounds nothing")
	}
}

func TestLevelsAreInTheOrderOfUrgency(t *testing.T) {
	for i, step := range []struct {
		scope string
		owed  uint64
		want  level
	}{
		{"pub", 3, 0},
		{"school/0011223344556677/roster", 200, 1},
		{"school/0011223344556677/learn", 18_000, 2},
		{"pub", 100_000, 3},
		{"school/0011223344556677/roster", 10_000, 3},
		{"ops", 1, levelOps},
		{"future", 1, levelOps},
		{"school/0011223344556677/learn", 1_000_000, levelBehind},
	} {
		if got := levelOf(segment.Scope(step.scope), step.owed); got != step.want {
			t.Errorf("%d: %d events of %s are of level %d, want %d", i, step.owed, step.scope, got, step.want)
		}
	}
}
