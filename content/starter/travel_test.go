package starter

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lamplight/content/pack"
)

func TestEveryStarterCourseTravelsInFewerBytes(t *testing.T) {
	ctx := context.Background()
	var plain, travel int64
	var making, unmaking time.Duration
	for _, c := range Courses() {
		dir := filepath.Join(t.TempDir(), c.Dir)
		if err := os.CopyFS(dir, c.FS); err != nil {
			t.Fatal(err)
		}
		path := dir + ".lamp"
		if _, err := pack.Build(ctx, dir, path); err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var trip bytes.Buffer
		start := time.Now()
		if err := pack.Travel(ctx, path, &trip, int64(len(want))); err != nil {
			t.Errorf("%s: %v", c.Dir, err)
			continue
		}
		making += time.Since(start)
		start = time.Now()
		size := trip.Len()
		if err := pack.FromTravel(ctx, &trip, dir+".again", int64(len(want))); err != nil {
			t.Errorf("%s: %v", c.Dir, err)
			continue
		}
		unmaking += time.Since(start)
		if got, err := os.ReadFile(dir + ".again"); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: another file arrived (%v)", c.Dir, err)
		}
		t.Logf("%-24s %7d bytes travel as %7d, %.2f", c.Dir, len(want), size, float64(size)/float64(len(want)))
		plain, travel = plain+int64(len(want)), travel+int64(size)
	}
	t.Logf("all: %d bytes travel as %d, %.2f; made in %v, unmade in %v", plain, travel, float64(travel)/float64(plain), making, unmaking)
	if travel*4 > plain*3 {
		t.Errorf("%d bytes travel as %d: want a quarter less at least", plain, travel)
	}
}
