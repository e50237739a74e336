package rtc

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

var march = time.Date(2026, 3, 12, 9, 0, 0, 0, time.UTC)

func at(t time.Time) func() time.Time   { return func() time.Time { return t } }
func still() time.Duration              { return 0 }
func sure() (time.Duration, bool)       { return time.Second, true }
func nobody() (d time.Duration, _ bool) { return d, false }

func TestTheClockNeverShowsATimeBeforeTheFloor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run", "floor")
	good := open(path, at(march), still, sure)
	if got, believed := good.Now(); !got.Equal(march) || !believed {
		t.Fatalf("a disciplined clock: got %v, %v", got, believed)
	}
	if source, within := good.Source(); source != "ntp" || within != time.Second {
		t.Errorf("it comes from %s within %v", source, within)
	}
	if err := good.Save(); err != nil {
		t.Fatal(err)
	}
	up := time.Duration(0)
	woke := open(path, at(time.Unix(0, 0)), func() time.Duration { return up }, sure)
	for _, up = range []time.Duration{0, time.Hour} {
		if got, believed := woke.Now(); !got.Equal(march.Add(up)) || believed {
			t.Errorf("%v after a start in 1970: got %v believed=%v, want the floor and what went by, not believed", up, got, believed)
		}
	}
	if err := woke.Save(); err != nil {
		t.Fatal(err)
	}
	if got, _ := open(path, at(time.Unix(0, 0)), still, nobody).Now(); !got.Equal(march.Add(time.Hour)) {
		t.Errorf("after the next start in 1970: %v", got)
	}
}

func TestAFloorThatWasTooHighComesDownWhenSomebodyKnows(t *testing.T) {
	path := filepath.Join(t.TempDir(), "floor")
	far := open(path, at(time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC)), still, sure)
	if err := far.Save(); err != nil {
		t.Fatal(err)
	}
	c := open(path, at(march), still, nobody)
	if got, _ := c.Now(); got.Year() != 2099 {
		t.Fatalf("got %v", got)
	}
	c.Raise(march)
	if got, _ := c.Now(); !got.Equal(march) {
		t.Errorf("told that it is %v the clock says %v", march, got)
	}
}

func TestAnUndisciplinedClockIsNotBelieved(t *testing.T) {
	if _, believed := open(filepath.Join(t.TempDir(), "floor"), time.Now, still, nobody).Now(); believed {
		t.Error("believed a clock that nothing disciplines")
	}
}

func FuzzFloor(f *testing.F) {
	f.Add([]byte{0, 0, 0, 0, 0x69, 0xb2, 0, 0})
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(t.TempDir(), "floor")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if got, _ := open(path, at(march), still, sure).Now(); got.Before(march) {
			t.Fatalf("floor %x makes it %v", b, got)
		}
	})
}
