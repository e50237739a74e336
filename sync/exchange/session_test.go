package exchange_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"lamplight/sync/clustertest"
	"lamplight/sync/device"
	"lamplight/sync/exchange"
)

// pair is two boxes of one school on a perfect network.
func pair(t *testing.T) (n *clustertest.Network, a, b *clustertest.Box, school *device.School) {
	t.Helper()
	n = clustertest.NewNetwork(1)
	a, b = clustertest.NewBox(t, n, "a", nil), clustertest.NewBox(t, n, "b", nil)
	return n, a, b, clustertest.Found(t, a, b)
}

func inStep(t *testing.T, boxes ...*clustertest.Box) {
	t.Helper()
	if d := clustertest.Differ(boxes...); d != "" {
		t.Fatalf("not in step: %s", d)
	}
}

func TestTwoBoxesThatHoldTheSameStopAfterOneRound(t *testing.T) {
	_, a, b, school := pair(t)
	a.MustWrite(school.Learn(), 3)
	a.MustMeet(b)
	sum := a.MustMeet(b)
	if !sum.Unchanged || !sum.InStep {
		t.Fatalf("second meeting: %+v", sum)
	}
	total := sum.Sent + sum.Received
	t.Logf("nothing changed: %d bytes out, %d in, %d together, TLS with them, TCP/IP without", sum.Sent, sum.Received, total)
	if total > 2000 {
		t.Errorf("a session with nothing to say moved %d bytes", total)
	}
}

func TestOneSessionCarriesBothWays(t *testing.T) {
	_, a, b, school := pair(t)
	a.MustWrite(school.Learn(), 1000)
	a.MustWrite("pub", 5)
	b.MustWrite(school.Learn(), 500)
	b.MustWrite(school.Roster(), 40)
	sum := a.MustMeet(b)
	inStep(t, a, b)
	if !sum.InStep || sum.EventsIn != 540 || sum.Refused != 0 {
		t.Errorf("summary: %+v", sum)
	}
	t.Logf("1,545 events: %d bytes out, %d in: %.1f a event, TLS and signatures with them", sum.Sent, sum.Received, float64(sum.Sent+sum.Received)/1545)
}

func TestAThousandAnswersCostFewBytes(t *testing.T) {
	_, a, b, school := pair(t)
	a.MustMeet(b)
	a.MustWrite(school.Learn(), 1000)
	sum := a.MustMeet(b)
	inStep(t, a, b)
	each := float64(sum.Sent+sum.Received) / 1000
	t.Logf("1,000 events in one session: %d out, %d in, %.2f bytes an event", sum.Sent, sum.Received, each)
	if each > 16 {
		t.Errorf("%.1f bytes an event, want at most 16", each)
	}
}

func TestAStrangerGetsNothing(t *testing.T) {
	n, a, b, school := pair(t)
	a.MustWrite(school.Learn(), 100)
	a.MustWrite("pub", 100)
	stranger := clustertest.NewBox(t, n, "stranger", nil)
	before := n.Moved()
	for _, other := range []*clustertest.Box{a, b} {
		if _, err := stranger.Meet(other); err == nil {
			t.Errorf("a stranger met %s", other.Name)
		}
		if _, err := other.Meet(stranger); !errors.Is(err, fs.ErrPermission) {
			t.Errorf("%s met a stranger: %v", other.Name, err)
		}
	}
	if v := stranger.Log.Vector(); len(v) != 0 {
		t.Errorf("the stranger holds %v", v)
	}
	if each := (n.Moved() - before) / 4; each > 2000 {
		t.Errorf("a refusal took %d bytes", each)
	}
}

func TestABoxOfTheSchoolThatJoinedElsewhereIsKnownByItsCertificate(t *testing.T) {
	n, a, b, school := pair(t)
	late := clustertest.NewBox(t, n, "late", nil)
	if err := late.Registry.SetSchool(school); err != nil {
		t.Fatal(err)
	}
	if err := late.Registry.Add(*b.Registry.Own()); err != nil {
		t.Fatal(err)
	}
	if err := b.Registry.Add(*late.Registry.Own()); err != nil {
		t.Fatal(err)
	}
	late.MustWrite(school.Learn(), 10)
	a.MustWrite(school.Learn(), 20)
	late.MustMeet(a) // neither has heard of the other
	inStep(t, late, a)
}

func TestCertificatesTravelBeforeTheSegmentsThatNeedThem(t *testing.T) {
	n, a, b, school := pair(t)
	c := clustertest.NewBox(t, n, "c", nil)
	if err := c.Registry.SetSchool(school); err != nil {
		t.Fatal(err)
	}
	for _, box := range []*clustertest.Box{b, c} { // b has met c; a has not
		for _, other := range []*clustertest.Box{b, c} {
			if err := box.Registry.Add(*other.Registry.Own()); err != nil {
				t.Fatal(err)
			}
		}
	}
	c.MustWrite(school.Learn(), 30)
	c.MustMeet(b)
	if sum := b.MustMeet(a); sum.Refused != 0 {
		t.Errorf("refused: %+v", sum)
	}
	inStep(t, a, b, c)
}

func TestContentPeersShareCoursesAndNothingElse(t *testing.T) {
	n, a, b, school := pair(t)
	x := clustertest.NewBox(t, n, "x", nil)
	other := clustertest.Found(t, x)
	for _, p := range [][2]*clustertest.Box{{a, x}, {x, a}} {
		if err := p[0].Registry.AddContentPeer(p[1].Device.Public(), p[1].Name); err != nil {
			t.Fatal(err)
		}
	}
	a.MustWrite("pub", 3)
	a.MustWrite(school.Learn(), 50)
	a.MustWrite(school.Roster(), 50)
	b.MustWrite("pub", 4)
	x.MustWrite("pub", 5)
	x.MustWrite(other.Learn(), 60)
	a.MustMeet(b)
	sum := a.MustMeet(x)
	if sum.Standing != exchange.ContentPeer {
		t.Fatalf("standing %v", sum.Standing)
	}
	if _, events := x.Log.State(); events != 5+60+3+4 {
		t.Errorf("the content peer holds %d events, want its 65 and the 7 of scope pub", events)
	}
	if _, events := a.Log.State(); events != 3+4+100+5 {
		t.Errorf("a holds %d events, want its own 107 and the peer's 5", events)
	}
	a.MustWrite("pub", 1)
	if sum := a.MustMeet(b); !sum.InStep || sum.Refused != 0 || sum.SegmentsOut != 1 {
		t.Errorf("what the content peer wrote came between the school's own boxes: %+v", sum)
	}
	if a.Node.Digest() != b.Node.Digest() {
		t.Error("boxes of one school that hold the same tell gossip different digests")
	}
}

func TestAForkIsNoticedWhenVectorsAreEqual(t *testing.T) {
	n, a, b, school := pair(t)
	a.MustWrite(school.Learn(), 5)
	a.MustMeet(b)
	// The card of a is cloned, and both copies write on.
	clone := clustertest.NewClone(t, n, a, "clone")
	a.MustWrite(school.Learn(), 1)
	clone.MustWriteOther(school.Learn(), 1)
	a.MustMeet(b)
	if sum := clone.MustMeet(b); !sum.DifferentChains {
		t.Errorf("two different events of one name went unnoticed: %+v", sum)
	}
	said := func() string { return b.Node.Status()[0].LastError }
	for end := time.Now().Add(5 * time.Second); !strings.Contains(said(), "fork"); time.Sleep(time.Millisecond) { // b notes it when its side has ended
		if time.Now().After(end) {
			t.Fatalf("status says %q", said())
		}
	}
}

func TestARevokedBoxIsAStranger(t *testing.T) {
	_, a, b, school := pair(t)
	a.MustMeet(b)
	if err := a.Registry.Revoke(b.Device.ID(), nil); err != nil {
		t.Fatal(err)
	}
	a.MustWrite(school.Learn(), 10)
	if sum, err := b.Meet(a); err == nil {
		t.Errorf("a revoked box was met: %+v", sum)
	}
	if _, events := b.Log.State(); events != 0 {
		t.Errorf("a revoked box holds %d new events", events)
	}
}

func random(seed uint64, size int) []byte {
	r := rand.NewChaCha8([32]byte{byte(seed)})
	data := make([]byte, size)
	_, _ = r.Read(data)
	return data
}

func TestBlobsFollowWhenTheyAreWanted(t *testing.T) {
	_, a, b, _ := pair(t)
	var wants []exchange.Want
	for i := range 40 {
		wants = append(wants, a.Blobs.Put(random(uint64(i), i*i*500+1)))
	}
	b.Blobs.Want(wants...)
	sum := b.MustMeet(a)
	if sum.BlobsIn != len(wants) || len(b.Blobs.Wanted()) != 0 {
		t.Fatalf("summary %+v; still wanted %d", sum, len(b.Blobs.Wanted()))
	}
	var size int64
	for _, w := range wants {
		size += w.Size
	}
	if sum.BlobBytesIn != size || b.Blobs.Written() != size {
		t.Errorf("%d bytes came for %d", sum.BlobBytesIn, size)
	}
	t.Logf("40 blobs of %d bytes: %d on the wire, %.2f %% more", size, sum.Received+sum.Sent, 100*float64(sum.Received+sum.Sent-size)/float64(size))
	if sum := a.MustMeet(b); !sum.Unchanged {
		t.Errorf("afterwards: %+v", sum)
	}
}

func TestACutBlobGoesOnWhereItBroke(t *testing.T) {
	n, a, b, _ := pair(t)
	want := a.Blobs.Put(random(9, 5<<20+77))
	b.Blobs.Want(want)
	n.Set(clustertest.Weather{Quota: 700 << 10})
	cuts := 0
	for ; b.Blobs.Wanted() != nil && cuts < 50; cuts++ {
		if _, err := b.Meet(a); err == nil {
			break
		}
	}
	if len(b.Blobs.Wanted()) != 0 {
		t.Fatalf("not whole after %d meetings", cuts)
	}
	came, asked := b.Blobs.Written()-want.Size, b.Node.Moved().Asked-want.Size
	t.Logf("%d bytes over a link that breaks each 700 KiB: %d cuts, %d bytes came twice, %d were asked for twice", want.Size, cuts, came, asked)
	if most := int64(cuts) * 256 << 10; came > asked || asked > most || asked == 0 {
		t.Errorf("%d bytes came twice and %d were asked for twice, at most 256 KiB a cut is %d", came, asked, most)
	}
}

func TestTheByteBudgetIsNeverPassedByMoreThanAFrame(t *testing.T) {
	n := clustertest.NewNetwork(1)
	const budget = 1 << 20
	a := clustertest.NewBox(t, n, "a", func(o *exchange.Options) { o.Budget = func() int64 { return budget } })
	b := clustertest.NewBox(t, n, "b", nil)
	school := clustertest.Found(t, a, b)
	want := b.Blobs.Put(random(3, 3<<20))
	a.Blobs.Want(want)
	a.MustWrite(school.Learn(), 50)
	sessions := 0
	for ; len(a.Blobs.Wanted()) > 0 && sessions < 10; sessions++ {
		before := n.Moved()
		sum := b.MustMeet(a)
		if moved := n.Moved() - before; moved > budget+exchange.MaxFrame {
			t.Fatalf("session %d moved %d bytes, the budget is %d: %+v", sessions, moved, budget, sum)
		}
	}
	inStep(t, a, b)
	t.Logf("a blob of 3 MiB within 1 MiB a session took %d sessions, %d bytes of it came twice", sessions, a.Blobs.Written()-want.Size)
	if len(a.Blobs.Wanted()) > 0 || a.Blobs.Written() != want.Size {
		t.Errorf("%d bytes came for %d", a.Blobs.Written(), want.Size)
	}
}

func TestRecordsComeInAsManySessionsAsTheBudgetNeeds(t *testing.T) {
	n := clustertest.NewNetwork(1)
	const budget = 12_000
	a := clustertest.NewBox(t, n, "a", func(o *exchange.Options) { o.Budget = func() int64 { return budget } })
	b := clustertest.NewBox(t, n, "b", nil)
	school := clustertest.Found(t, a, b)
	a.MustWrite(school.Learn(), 8000)
	for sessions := 1; clustertest.Differ(a, b) != ""; sessions++ {
		before := n.Moved()
		sum := b.MustMeet(a)
		if moved := n.Moved() - before; moved > budget || sessions > 20 {
			t.Fatalf("session %d moved %d bytes of a budget of %d: %+v", sessions, moved, budget, sum)
		}
		if clustertest.Differ(a, b) != "" && sum.EventsIn == 0 {
			t.Fatalf("session %d brought nothing: %+v", sessions, sum)
		}
	}
}

func TestAForgedBlobIsNotAskedOfTheSamePeerAgain(t *testing.T) {
	_, a, b, _ := pair(t)
	good := random(4, 600<<10)
	want := clustertest.NewBlobs().Put(good)
	forged := bytes.Clone(good)
	forged[300<<10] ^= 1
	a.Blobs.PutAs(want.Hash, forged)
	b.Blobs.Want(want)
	sum := b.MustMeet(a)
	if sum.BlobsIn != 0 || b.Blobs.Has(want.Hash) {
		t.Fatalf("a forged blob was kept: %+v", sum)
	}
	came := b.Blobs.Written()
	for range 3 {
		b.MustMeet(a)
	}
	if b.Blobs.Written() != came {
		t.Errorf("%d more bytes of it were fetched from who forged it", b.Blobs.Written()-came)
	}
}

func TestClocksDoNotMatter(t *testing.T) {
	n := clustertest.NewNetwork(1)
	at := func(year int) func(*exchange.Options) {
		return func(o *exchange.Options) {
			o.Now = func() time.Time { return time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC) }
		}
	}
	a, b := clustertest.NewBox(t, n, "a", at(1970)), clustertest.NewBox(t, n, "b", at(2099))
	school := clustertest.Found(t, a, b)
	a.MustWrite(school.Learn(), 10)
	b.MustWrite(school.Learn(), 10)
	a.MustMeet(b)
	inStep(t, a, b)
}

func TestAPeerIsCalledByItsIdWhereItWasLastFound(t *testing.T) {
	_, a, b, school := pair(t)
	if _, err := a.Node.Call(context.Background(), b.Device.ID()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("before any meeting: %v, want fs.ErrNotExist", err)
	}
	a.MustMeet(b)
	b.MustWrite(school.Learn(), 3)
	if sum, err := a.Node.Call(context.Background(), b.Device.ID()); err != nil || sum.EventsIn != 3 {
		t.Errorf("called by id: %+v, %v", sum, err)
	}
}

func TestStatusSaysWhatIsOwed(t *testing.T) {
	_, a, b, school := pair(t)
	if st := a.Node.Status(); len(st) != 1 || st[0].State != "never met" || st[0].LastContact != nil {
		t.Errorf("before the first meeting: %+v", st)
	}
	a.MustMeet(b)
	a.MustWrite(school.Learn(), 7)
	st := a.Node.Status()[0]
	if st.OwedOut != 7 || st.OwedIn != 0 || st.LastContact == nil || st.Device != b.Device.ID() || st.Name != "b" {
		t.Errorf("after writing 7: %+v", st)
	}
	a.MustMeet(b)
	if st := a.Node.Status()[0]; st.OwedOut != 0 || st.State != "in step" {
		t.Errorf("after meeting again: %+v", st)
	}
}

// busyWants are wants that somebody looks up at the very moment at which a session asks for them.
type busyWants struct {
	exchange.Wants
	meanwhile func()
}

func (w *busyWants) Wanted() []exchange.Want {
	if f := w.meanwhile; f != nil {
		w.meanwhile = nil
		f()
	}
	return w.Wants.Wanted()
}

// An answer is given after a box has said what it holds and before the two part.
func TestWhatIsWrittenDuringASessionIsOwedAndGoesWithTheNext(t *testing.T) {
	n, wants := clustertest.NewNetwork(1), &busyWants{}
	a, b := clustertest.NewBox(t, n, "a", func(o *exchange.Options) {
		o.Pace.Away = time.Hour
		wants.Wants, o.Wants = o.Wants, wants
	}), clustertest.NewBox(t, n, "b", nil)
	school := clustertest.Found(t, a, b)
	a.MustMeet(b)
	wants.meanwhile = func() { a.MustWrite(school.Learn(), 1) }
	if sum := a.MustMeet(b); !sum.Unchanged {
		t.Fatalf("the session was to be over after the hellos: %+v", sum)
	}
	if st := a.Node.Status()[0]; st.OwedOut != 1 {
		t.Errorf("the status says that %d events are owed, want 1", st.OwedOut)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = a.Node.Run(ctx) }()
	defer func() { cancel(); <-done }()
	eventually(t, "the peer has it", func() bool { return clustertest.Differ(a, b) == "" })
}

func TestOnlyOneSessionRunsWithAPeer(t *testing.T) {
	_, a, b, school := pair(t)
	for range 30 {
		a.MustWrite(school.Learn(), 200)
		b.MustWrite(school.Learn(), 200)
		done := make(chan error, 2)
		go func() { _, err := a.Meet(b); done <- err }()
		go func() { _, err := b.Meet(a); done <- err }()
		if err, other := <-done, <-done; err != nil && other != nil {
			t.Fatalf("both calls failed: %v; %v", err, other)
		}
		inStep(t, a, b)
	}
}
