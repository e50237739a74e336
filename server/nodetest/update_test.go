package nodetest

import (
	"path/filepath"
	"testing"
	"time"

	"lamplight/content/delta/deltatest"
)

// One part in a hundred of a folder of 48 MB changes, as a teacher's web course does from one year to the next. A box that
// has the old edition gets the new one in one small file: what the figure is about.
func TestTheNextEditionTravelsAsWhatIsNewInIt(t *testing.T) {
	if testing.Short() {
		t.Skip("48 MB")
	}
	trees := t.TempDir()
	if err := deltatest.Tree(trees, 11); err != nil {
		t.Skip(err)
	}
	v := newTravel(t, 64<<20)
	edition := func(name string) (in, out int64, took time.Duration) {
		beforeIn, beforeOut := v.p.in.Load(), v.p.out.Load()
		var made struct{ Courses []struct{ Bytes int64 } }
		ask(t, v.dataA, &made, "import", filepath.Join(trees, name))
		if len(made.Courses) != 1 {
			t.Fatalf("%s became %+v", name, made)
		}
		took = v.arrived()
		return v.p.in.Load() - beforeIn, v.p.out.Load() - beforeOut, took
	}
	in, out, took := edition("v1")
	t.Logf("the first edition: %d bytes to the box and %d from it, %v", in, out, took.Round(time.Millisecond))
	in, out, took = edition("v2")
	// A TCP segment of 1,448 bytes has 66 bytes of headers, and every second is answered in 66.
	wire := in + out + (in+out)/1448*(66+33)
	t.Logf("the second edition: %d bytes to the box and %d from it, all sessions counted, about %d with TCP, IP and Ethernet; %v", in, out, wire, took.Round(time.Millisecond))
	if wire > 260_000 {
		t.Errorf("want at most 260,000")
	}
	v.prove()
}
