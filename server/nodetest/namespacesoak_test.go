package nodetest

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lamplight/server/nodetest/netlab"
)

// TestBlackBoxesOnBadDays is a soak: two real boxes on one road that gets worse in every way it can. Each part prints what
// was sent and proves that both boxes hold and count every answer that was acknowledged.
func TestBlackBoxesOnBadDays(t *testing.T) {
	if !soak() {
		t.Skip("a soak: LAMPLIGHT_SOAK=1 runs it")
	}
	r := newRoad(t)
	for _, part := range []struct {
		name string
		run  func(*road)
	}{
		{"a third of all packets is lost, 20 kbit/s, 1 s late", (*road).lossy},
		{"windows of a minute", func(r *road) { r.windows(500, "", 0) }},
		{"all of it: lossy, slow and late, in windows of a minute", func(r *road) { r.windows(20_000, lossyRule, time.Second) }},
		{"a quota", (*road).quota},
		{"both sides work on while the road is away", (*road).partition},
		{"a parcel cut at every 4 KB", (*road).parcels},
		{"a stick pulled at every 4 KB", (*road).sticks},
		{"a backup of a month ago", (*road).restored},
		{"a cloned card", (*road).cloned},
	} {
		t.Run(part.name, func(t *testing.T) {
			r.t, r.a.t, r.b.t = t, t, t
			part.run(r)
			r.better()
			r.proved()
		})
	}
	r.t, r.a.t, r.b.t = t, t, t
}

// better gives the road back as it was and waits until both agree.
func (r *road) better() {
	r.t.Helper()
	r.must(r.Cut(false), r.Rate(0), r.Rules(""))
	r.relay(0)
	r.agree(2 * time.Minute)
}

// agree calls until both hold the same: the first box, and when that does not do it the second, for a box that was restored
// from a backup has forgotten where others are until one of them calls it.
func (r *road) agree(most time.Duration) time.Duration {
	r.t.Helper()
	return Eventually(r.t, most, "both agree", func() bool {
		for _, c := range []*child{r.a, r.b} {
			_ = r.nowOn(c) // it may fail while the road is bad
			if r.same() {
				return true
			}
		}
		return false
	})
}

func (r *road) same() bool {
	v := r.vector(r.a)
	return len(v) > 0 && maps.Equal(v, r.vector(r.b))
}

// say prints what went over the road since before.
func (r *road) say(what string, before netlab.Count, began time.Time) {
	n := r.count().Since(before)
	r.t.Logf("%s: %d bytes sent, %d received, %d packets, %v", what, n.Sent, n.Received, n.PacketsIn+n.PacketsOut, time.Since(began).Round(time.Second))
}

const lossyRule = "numgen random mod 100 < 30 drop"

func (r *road) lossy() {
	before, began := r.apart(40, 20_000, lossyRule, time.Second), time.Now()
	r.agree(4 * time.Minute)
	r.say("40 answers, 30 % of packets lost", before, began)
}

// windows opens the road for a minute at a time.
func (r *road) windows(rate int, rule string, delay time.Duration) {
	before, began := r.apart(300, rate, rule, delay), time.Now()
	opened := 0
	for !r.same() && opened < 6 {
		opened++
		r.must(r.Cut(false))
		for end := time.Now().Add(time.Minute); time.Now().Before(end) && !r.same(); {
			_ = r.now()
		}
		r.must(r.Cut(true))
		time.Sleep(5 * time.Second) // shut
	}
	if !r.same() {
		r.t.Errorf("after %d windows they do not hold the same", opened)
	}
	r.say(fmt.Sprintf("300 answers at %g kbit/s in %d windows of a minute", float64(rate)/1000, opened), before, began)
}

func (r *road) quota() {
	before, began := r.apart(100, 0, "quota over 3 kbytes drop", 0), time.Now()
	_ = r.now()
	if r.same() {
		r.t.Error("100 answers went through a quota of 3 KB")
	}
	r.say("100 answers, 3 KB let through", before, began)
	r.must(r.Rules(""))
	before = r.count()
	r.agree(2 * time.Minute)
	r.say("the rest", before, began)
}

func (r *road) partition() {
	r.must(r.Cut(true))
	r.answersOn(r.a, 30)
	r.answersOn(r.b, 20)
	r.must(r.Cut(false))
	before, began := r.count(), time.Now()
	r.agree(2 * time.Minute)
	r.say("30 answers here, 20 there", before, began)
}

// parcels carries a file from box to box without a road, cut at every 4 KB, then whole.
func (r *road) parcels() {
	r.must(r.Cut(true))
	r.answers(500)
	file := filepath.Join(r.t.TempDir(), "parcel")
	ask(r.t, r.a.data, nil, "bundle", "export", "--for", r.device(r.b), file)
	whole, err := os.ReadFile(file)
	if err != nil {
		r.t.Fatal(err)
	}
	cuts := 0
	for n := 0; n < len(whole); n += 4 << 10 {
		if err := os.WriteFile(file, whole[:n], 0o600); err != nil {
			r.t.Fatal(err)
		}
		_ = run(r.t, "--data", r.b.data, "bundle", "import", file) // what it says of a torn one is tried elsewhere
		cuts++
	}
	if err := os.WriteFile(file, whole, 0o600); err != nil {
		r.t.Fatal(err)
	}
	ask(r.t, r.b.data, nil, "bundle", "import", file)
	for stream, n := range r.vector(r.a) {
		if got := r.vector(r.b)[stream]; got < n {
			r.t.Errorf("stream %s: %d of %d came by the parcel", stream, got, n)
		}
	}
	r.t.Logf("a parcel of %d bytes with 500 answers, cut %d times", len(whole), cuts)
}

// restored loses the first box and brings it back from a backup that is older than what its peer has of it.
func (r *road) restored() {
	dir := r.t.TempDir()
	file, words := filepath.Join(dir, "backup"), filepath.Join(dir, "passphrase")
	if err := os.WriteFile(words, []byte("correct horse battery staple lamp\n"), 0o600); err != nil {
		r.t.Fatal(err)
	}
	ask(r.t, r.a.data, nil, "backup", file, "--records", "--passphrase-file", words)
	r.answers(50)
	r.agree(time.Minute)
	r.a.kill()
	fresh := filepath.Join(filepath.Dir(r.a.data), fmt.Sprintf("restored-%d", time.Now().UnixNano()))
	ask(r.t, fresh, nil, "restore", file, "--passphrase-file", words)
	r.a = r.start(netlab.A, fresh)
	r.a.t = r.t
	before, began := r.count(), time.Now()
	r.agree(2 * time.Minute)
	Eventually(r.t, 2*time.Minute, "the courses are back", func() bool { return courses(r.t, r.a.data) >= courses(r.t, r.b.data) })
	r.pupil = dialling(r.t, r.a, r.people)
	r.must(r.pupil.signIn())
	r.answers(10)
	r.agree(2 * time.Minute)
	r.say("restored from before 50 answers, 10 more", before, began)
}

// cloned lets a copy of the second box's card write in its place, then the card itself.
func (r *road) cloned() {
	r.b.stop()
	copied := filepath.Join(filepath.Dir(r.b.data), fmt.Sprintf("clone-%d", time.Now().UnixNano()))
	if err := os.CopyFS(copied, os.DirFS(r.b.data)); err != nil {
		r.t.Fatal(err)
	}
	for _, name := range []string{"device.key", "school.key"} { // CopyFS does not keep modes
		r.must(os.Chmod(filepath.Join(copied, "keys", name), 0o600))
	}
	card := r.b.data
	before, began := r.count(), time.Now()
	for _, dir := range []string{copied, card} {
		r.b = r.start(netlab.B, dir)
		r.b.t = r.t
		r.must(r.Cut(true))
		r.answersOn(r.b, 15)
		r.must(r.Cut(false))
		r.agree(2 * time.Minute)
		if dir == copied {
			r.b.stop()
		}
	}
	r.say("15 answers on the copy, 15 on the card", before, began)
}
