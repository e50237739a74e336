package district

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/sync/clock"
	"lamplight/sync/device"
	"lamplight/sync/eventlog"
	"lamplight/sync/exchange"
	"lamplight/sync/segment"
)

// A box is a real one of a school: device, log and folds, without pages.
type box struct {
	*device.Device
	reg    *device.Registry
	log    *eventlog.Log
	store  *store.Store
	school *device.School
}

func newBox(t testing.TB, school *device.School, name string) *box {
	t.Helper()
	return openBox(t, t.TempDir(), school, name)
}

func openBox(t testing.TB, dir string, school *device.School, name string) *box {
	t.Helper()
	keys := filepath.Join(dir, "keys")
	d, err := device.Open(keys)
	must(t, err)
	must(t, d.SetName(name))
	reg, err := device.OpenRegistry(keys, d)
	must(t, err)
	must(t, reg.SetSchool(school))
	b := &box{Device: d, reg: reg, school: school, store: store.New(store.Options{School: school.ID()})}
	b.log, err = eventlog.Open(eventlog.Options{Dir: filepath.Join(dir, "journal"), DB: filepath.Join(dir, "records.db"), Device: d, Registry: reg, Applier: b.store})
	must(t, err)
	t.Cleanup(func() { b.log.Close() })
	b.store.UseLog(b.log)
	return b
}

// brings is what the box hands to its district: everything but the roster.
func (b *box) brings(t testing.TB, s *Schools) {
	t.Helper()
	cert := b.reg.Own()
	must(t, s.Use(b.school.ID(), func(x *School) error { return x.Registry.Add(*cert) }))
	err := b.log.Segments(clock.Vector{}, func(scope segment.Scope) bool { return scope != b.school.Roster() }, func(raw []byte) error {
		_, err := s.Receive(b.school.ID(), raw)
		return err
	})
	must(t, err)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newSchool(t testing.TB, name string) *device.School {
	t.Helper()
	s, err := device.NewSchool(name)
	must(t, err)
	return s
}

// A hand is a clock that stands.
type hand struct{ at time.Time }

func (h *hand) Now() (time.Time, bool) { return h.at, true }

func open(t testing.TB, o Options) *Schools {
	t.Helper()
	if o.Dir == "" {
		o.Dir = filepath.Join(t.TempDir(), "schools")
	}
	o.Logger = slog.New(slog.DiscardHandler)
	s, err := Open(o)
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	return s
}

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func well(b *box) learning.Ops {
	return learning.Ops{Device: b.ID(), Wall: noon, Believed: true, Free: 20 << 30, Total: 32 << 30, Version: "1"}
}

func (b *box) reports(t testing.TB, o learning.Ops) {
	t.Helper()
	must(t, b.store.ReportOps(context.Background(), learning.Box(), o))
}

func keysOf(all []Trouble) string {
	var out []string
	for _, t := range all {
		out = append(out, t.Key)
	}
	return strings.Join(out, " ")
}

func TestEachSchoolIsShownForWhatItIs(t *testing.T) {
	wall := &hand{noon}
	met := map[string]Contact{}
	s := open(t, Options{Wall: wall, Contact: func(id string) Contact { return met[id] }})
	good, old, stick, silent := newSchool(t, "Good"), newSchool(t, "Old"), newSchool(t, "Stick"), newSchool(t, "Silent")
	for _, school := range []*device.School{good, old, stick, silent} {
		_, err := s.Join(school.Public(), school.Name)
		must(t, err)
	}
	a, b, c := newBox(t, good, "A"), newBox(t, old, "B"), newBox(t, stick, "C")
	a.reports(t, well(a))
	o := well(b)
	o.Wall, o.Believed, o.Free, o.Unclean = time.Unix(3600, 0), false, 100<<20, 5
	b.reports(t, o)
	c.reports(t, well(c))
	for _, x := range []*box{a, b, c} {
		x.brings(t, s)
	}
	met[a.ID()], met[b.ID()] = Contact{Last: noon, Way: "lan"}, Contact{Last: noon, Way: "upstream"}
	met[c.ID()] = Contact{Last: noon, Way: "stick"}
	wall.at = noon.AddDate(0, 0, 5)
	got := ""
	for _, st := range s.States() {
		got += st.Name + ": " + keysOf(st.Troubles) + " (" + st.Way + ")\n"
	}
	want := "Old: full clock unclean (upstream)\nSilent: never ()\nGood:  (lan)\nStick: stick (stick)\n"
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestACopiedCardIsSeen(t *testing.T) {
	school := newSchool(t, "Hill")
	s := open(t, Options{Wall: &hand{noon}})
	_, err := s.Join(school.Public(), school.Name)
	must(t, err)
	dir := filepath.Join(t.TempDir(), "one")
	one := openBox(t, dir, school, "One")
	one.reports(t, well(one))
	must(t, one.log.Close())
	copied := filepath.Join(t.TempDir(), "two")
	must(t, os.CopyFS(copied, os.DirFS(dir)))
	one, two := openBox(t, dir, school, "One"), openBox(t, copied, school, "One")
	_, err = two.Settle(device.Board{Serial: "a"})
	must(t, err)
	must(t, two.BumpEpoch()) // as Settle does when it knows both boards
	one.reports(t, well(one))
	two.brings(t, s)
	st, _ := s.State(school.ID())
	if keys := keysOf(st.Troubles); strings.Contains(keys, Cloned) {
		t.Fatalf("one machine that moved is called cloned: %s", keys)
	}
	two.reports(t, well(two))
	one.reports(t, well(one))
	two.reports(t, well(two))
	one.brings(t, s)
	two.brings(t, s)
	if st, _ = s.State(school.ID()); !strings.Contains(keysOf(st.Troubles), Cloned) {
		t.Errorf("two machines under one key: %q", keysOf(st.Troubles))
	}
}

func TestAForkIsACopiedCard(t *testing.T) {
	school := newSchool(t, "Hill")
	s := open(t, Options{Wall: &hand{noon}})
	_, err := s.Join(school.Public(), school.Name)
	must(t, err)
	dir := filepath.Join(t.TempDir(), "one")
	one := openBox(t, dir, school, "One")
	must(t, one.log.Close())
	copied := filepath.Join(t.TempDir(), "two")
	must(t, os.CopyFS(copied, os.DirFS(dir)))
	one, two := openBox(t, dir, school, "One"), openBox(t, copied, school, "One")
	one.reports(t, well(one))
	o := well(two)
	o.Unclean = 1
	two.reports(t, o)
	one.brings(t, s)
	_ = two.log.Segments(clock.Vector{}, func(scope segment.Scope) bool { return scope == "ops" }, func(raw []byte) error {
		_, err := s.Receive(school.ID(), raw)
		return err
	})
	one.reports(t, well(one)) // the row is made anew
	one.brings(t, s)
	if st, _ := s.State(school.ID()); !strings.Contains(keysOf(st.Troubles), Cloned) {
		t.Errorf("a fork: %q", keysOf(st.Troubles))
	}
}

func TestFewLogsStayOpenHoweverManySchoolsThereAre(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "schools")
	s := open(t, Options{Dir: dir, Wall: &hand{noon}, Idle: 3})
	var boxes []*box
	for range 12 {
		school := newSchool(t, "School")
		_, err := s.Join(school.Public(), school.Name)
		must(t, err)
		b := newBox(t, school, "Box")
		b.reports(t, well(b))
		b.brings(t, s)
		boxes = append(boxes, b)
		if n := s.OpenNow(); n > 3 {
			t.Fatalf("%d logs are open", n)
		}
	}
	p, err := s.Place(context.Background(), exchange.SchoolTag(boxes[0].school.ID()))
	must(t, err)
	for _, b := range boxes[1:] {
		b.brings(t, s)
	}
	if n := len(p.Log.Vector()); n == 0 { // in use, so not closed under the session's feet
		t.Error("a school in use was closed")
	}
	p.Leave()
	if _, err := s.Place(context.Background(), exchange.SchoolTag("0123456789abcdef")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a school of nobody: %v", err)
	}
	must(t, s.Close())
	again := open(t, Options{Dir: dir, Wall: &hand{noon}})
	if n := len(again.States()); n != 12 || again.OpenNow() != 0 {
		t.Errorf("%d schools after a restart, %d open for their table", n, again.OpenNow())
	}
	if st := again.States()[0]; st.Version != "1" {
		t.Errorf("the table forgot what it knew: %+v", st.Health)
	}
}

func TestWhatWasSentIsSeenToArriveOrWhyNot(t *testing.T) {
	dot := clock.Dot{Stream: clock.Stream{1}, Seq: 7}
	offer := learning.Offer{Course: "00112233445566778899aabbccddeeff", Manifest: strings.Repeat("ab", 32), Bytes: 5}
	push := &store.Pushed{Push: learning.Push{ID: "00112233445566778899aabbccddee00", What: learning.PushCourse, Offer: offer}, Dot: dot}
	held := []Held{{Device: "b", Course: string(offer.Course), Manifest: offer.Manifest}}
	knows := clock.Vector{dot.Stream: 7}
	for want, st := range map[string]State{
		Arrived:  {Summary: Summary{Courses: held}, Boxes: []BoxState{{Box: Box{Device: "b"}}}},
		Coming:   {Boxes: []BoxState{{Box: Box{Device: "b"}, Heard: knows}}},
		Waiting:  {Boxes: []BoxState{{Box: Box{Device: "b"}, Health: Health{Last: noon}}}},
		NotMet:   {Boxes: []BoxState{{Box: Box{Device: "b"}}}},
		ByStick:  {Boxes: []BoxState{{Box: Box{Device: "b"}, Health: Health{Last: noon, Way: "stick"}}}},
		NoRoom:   {Boxes: []BoxState{{Box: Box{Device: "b", NotTaken: map[string]int{string(push.ID): 1}}, Heard: knows}}},
		Unwanted: {Boxes: []BoxState{{Box: Box{Device: "b", NotTaken: map[string]int{string(push.ID): 2}}, Heard: knows}}},
	} {
		if got := st.Sent(push); got.Key != want {
			t.Errorf("want %s, got %+v", want, got)
		}
	}
	push.Schools = []string{"0011223344556677"}
	if got := (&State{}).Sent(push); got.Key != NotForYou {
		t.Errorf("a school that it was not sent to: %+v", got)
	}
}
