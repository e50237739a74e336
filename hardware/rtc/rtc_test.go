package rtc

import (
	"path/filepath"
	"testing"
	"time"
)

func TestTheClockNeverShowsATimeBeforeTheFloor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run", "floor")
	march := time.Date(2026, 3, 12, 9, 0, 0, 0, time.UTC)
	good := open(path, func() time.Time { return march }, func() bool { return true })
	if got, believed := good.Now(); !got.Equal(march) || !believed {
		t.Fatalf("a disciplined clock: got %v, %v", got, believed)
	}
	if err := good.Save(); err != nil {
		t.Fatal(err)
	}
	woke := open(path, func() time.Time { return time.Unix(0, 0) }, func() bool { return true })
	if got, believed := woke.Now(); !got.Equal(march) || believed {
		t.Errorf("after a start in 1970: got %v believed=%v, want the floor, not believed", got, believed)
	}
}

func TestAnUndisciplinedClockIsNotBelieved(t *testing.T) {
	c := open(filepath.Join(t.TempDir(), "floor"), time.Now, func() bool { return false })
	if _, believed := c.Now(); believed {
		t.Error("believed a clock that nothing disciplines")
	}
}
