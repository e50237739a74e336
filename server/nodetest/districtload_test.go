package nodetest

import (
	"context"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"lamplight/server"
	"lamplight/server/config"
	"lamplight/server/web"
)

// openLoad is a district's node with n simulated schools.
func openLoad(t *testing.T, n int) (*Node, *DistrictLoad) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "district")
	cfg := config.Default()
	cfg.Node.Role = "district"
	s, err := server.Open(server.Options{Dir: dir, Config: cfg, Log: Logger(t)})
	if err != nil {
		t.Fatal(err)
	}
	code, err := s.ClaimCode()
	if err == nil {
		_, err = s.Claim(context.Background(), web.Claim{Code: code, School: "District", Language: "en", Name: "Head", Password: "lamp-light"})
	}
	var load *DistrictLoad
	if err == nil {
		load, err = NewDistrictLoad(s, t.TempDir(), n, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return Start(t, Options{Dir: dir, Config: func(c *config.Config) { c.Node.Role = "district" }}), load
}

// What a school costs a district does not depend on how many there are.
func TestASchoolCostsADistrictTheSameHoweverManyThereAre(t *testing.T) {
	var bytes []int64
	sizes := []int{5, 60}
	if os.Getenv("LAMPLIGHT_SOAK") != "" {
		sizes = []int{10, 100, 1000}
	}
	for _, n := range sizes {
		node, load := openLoad(t, n)
		before := cpu()
		f := load.Visit(context.Background(), node.ExchangeAddr(), 200, 50)
		if f.Failed > 0 {
			t.Fatalf("%d of %d sessions failed: %v", f.Failed, f.Sessions, f.Why)
		}
		bytes = append(bytes, f.Bytes/int64(n))
		t.Logf("%d schools, 50 at once: %d bytes and %v of CPU a school (both ends in one process, %d MB at most), %v together, %d logs stay open",
			n, f.Bytes/int64(n), ((cpu() - before) / time.Duration(n)).Round(100*time.Microsecond), peakMB(), f.Took.Round(time.Millisecond), node.Schools.OpenNow())
		if open := node.Schools.OpenNow(); open > 8+50 {
			t.Errorf("%d logs are open", open)
		}
		node.Stop()
	}
	if last := bytes[len(bytes)-1]; last > bytes[0]*11/10 {
		t.Errorf("%d bytes a school of few, %d a school of many", bytes[0], last)
	}
}

// peakMB is the most memory that this process ever had.
func peakMB() int64 {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return u.Maxrss >> 10
}

func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
