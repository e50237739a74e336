package nodetest

import (
	"crypto/ecdh"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"lamplight/sync/bundle"
	"lamplight/sync/clock"
	"lamplight/sync/device"
	"lamplight/sync/segment"
)

// A status is what `sync status --json` says of what is odd.
type oddStatus struct {
	Odd []struct {
		Reason, Device, Name, Do string
		Times                    int
	}
	Forks []struct {
		Device, Name, Do string
		Events           [2]int
	}
}

// officeOf is a child that was claimed, and its administrator's phone.
func officeOf(t *testing.T, dir string) (*child, *Browser) {
	t.Helper()
	c := serveChild(t, dir, free()...)
	b := (&Node{t: t, Listening: c.Listening}).Browser()
	form := b.Get("/claim").Fields()
	for k, v := range map[string]string{"code": c.Claim, "school": "Lakeside", "lang": "en", "name": "Grace", "secret": "lamp-light"} {
		form.Set(k, v)
	}
	if p := b.Post("/claim", form); p.Status != 200 || p.URL.Path == "/claim" {
		t.Fatalf("claiming: %d at %s", p.Status, p.URL)
	}
	return c, b
}

var branchField = regexp.MustCompile(`name="branch" value="([0-9a-f]{16})"`)

// settles is what the page says that needs a person.
func settles(t *testing.T, b *Browser, words ...string) {
	t.Helper()
	body := b.Get("/admin/settle").Body
	body = body[strings.Index(body, "<main"):]
	for _, w := range words {
		if !strings.Contains(body, w) {
			t.Errorf("the page does not say %q:\n%.3000s", w, body)
		}
	}
}

// A card was copied and both boxes ran; a stick brings a third what they wrote. It keeps both, and says so by name.
// Whoever saw to it says so, and takes it back.
func TestACopiedCardIsShownByNameWithWhatToDo(t *testing.T) {
	dir := t.TempDir()
	a, grace := officeOf(t, filepath.Join(dir, "a"))
	if body := grace.Get("/admin/boxes").Body; strings.Contains(body, `<a href="/admin/settle">`) {
		t.Error("a new box calls for a person")
	}
	b := serveChild(t, filepath.Join(dir, "b"), append(free(), "--join", a.Sync)...)
	pairChildren(t, a, b)
	childrenTogether(t, 30*time.Second, a, b)
	ask(t, b.data, nil, "class", "add", "Before")
	childrenTogether(t, 30*time.Second, a, b)
	b.stop()
	copied, stick := filepath.Join(dir, "copied"), filepath.Join(dir, "stick")
	if err := os.CopyFS(copied, os.DirFS(b.data)); err != nil {
		t.Fatal(err)
	}
	carry := func(mark string) {
		for _, data := range []string{b.data, copied} {
			ask(t, data, nil, "class", "add", "Written by "+filepath.Base(data)+mark)
			if err := os.MkdirAll(filepath.Join(stick, filepath.Base(data)), 0o700); err != nil {
				t.Fatal(err)
			}
			ask(t, data, nil, "bundle", "export", filepath.Join(stick, filepath.Base(data)))
			ask(t, a.data, nil, "bundle", "import", filepath.Join(stick, filepath.Base(data)))
		}
	}
	carry("")
	var s oddStatus
	ask(t, a.data, &s, "sync", "status")
	if len(s.Forks) == 0 || s.Forks[0].Name == "" || !strings.Contains(s.Forks[0].Do, "only once") {
		t.Fatalf("sync status says %+v", s)
	}
	t.Logf("%+v", s.Forks)
	settles(t, grace, s.Forks[0].Name, "A card was copied")
	if body := grace.Get("/admin/boxes").Body; !strings.Contains(body, `<a href="/admin/settle">`) {
		t.Error("the page of other boxes does not call for a person")
	}
	seen := func(do string, shown bool) {
		t.Helper()
		page := grace.Get("/admin/settle")
		form := page.Fields()
		form.Del("branch")
		for _, m := range branchField.FindAllStringSubmatch(page.Body, -1) {
			form.Add("branch", m[1])
		}
		if form.Get("do") != do || len(form["branch"]) < 2 {
			t.Fatalf("the page offers %v, want %s", form, do)
		}
		if page = grace.Post("/admin/settle", form); page.Status != 200 {
			t.Fatalf("the answer to %s is %d", do, page.Status)
		}
		if calls := strings.Contains(grace.Get("/admin/boxes").Body, `<a href="/admin/settle">`); calls != shown {
			t.Errorf("after %s: the page of other boxes calls for a person: %v", do, calls)
		}
	}
	seen("seen", false)
	seen("unseen", true)
	seen("seen", false)
	if s := run(t, "--data", a.data, "sync", "status"); !strings.Contains(s.Out, "let each box run only once") {
		t.Errorf("the command says %s", s.Out)
	}
	carry(", and again")
	var classes struct{ Classes []struct{ Name string } }
	ask(t, a.data, &classes, "class", "list")
	both := 0
	for _, c := range classes.Classes {
		if strings.HasPrefix(c.Name, "Written by ") {
			both++
		}
	}
	if both != 4 {
		t.Errorf("of 4 things that both wrote %d are there: %+v", both, classes)
	}
}

// A rogue carries what a box's key signed with counters of its choice.
type rogue struct{ *device.Device }

// jumps are three answers of one new stream: as they should be, numbered far ahead, and wild.
func (r rogue) jumps(t *testing.T) (raws [][]byte) {
	t.Helper()
	if err := r.BumpEpoch(); err != nil {
		t.Fatal(err)
	}
	before := segment.StartOf(r.Stream("pub"))
	for i, lamport := range []uint64{1000, 2000 + clock.OddJump, 1 << 61} {
		e := &segment.Event{Lamport: lamport, Stamp: clock.Stamp{Boot: r.Boot(), MS: 1000}, Kind: "weather/7"}
		at := segment.Place{Stream: r.Stream("pub"), Epoch: r.Epoch(), Scope: "pub", First: uint64(i + 1), Before: before}
		raw, after, err := segment.Encode(at, []*segment.Event{e}, &segment.Past{}, r.Sign)
		if err != nil {
			t.Fatal(err)
		}
		raws, before = append(raws, raw), after
	}
	return raws
}

// A crafted log holds these segments and no others.
type crafted struct {
	stream clock.Stream
	raws   [][]byte
}

func (c crafted) Vector() clock.Vector        { return clock.Vector{c.stream: uint64(len(c.raws))} }
func (c crafted) Receive([]byte) (int, error) { return 0, nil }
func (c crafted) Segments(_ clock.Vector, _ func(segment.Scope) bool, fn func([]byte) error) error {
	for _, raw := range c.raws {
		if err := fn(raw); err != nil {
			return err
		}
	}
	return nil
}

// What a box numbered far ahead is taken and calls nobody; what it numbered wildly is held back, and a person is told.
func TestWildCountersAreHeldBackAndShownToAPerson(t *testing.T) {
	dir := t.TempDir()
	a, grace := officeOf(t, filepath.Join(dir, "a"))
	b := serveChild(t, filepath.Join(dir, "b"), append(free(), "--join", a.Sync)...)
	pairChildren(t, a, b)
	childrenTogether(t, 30*time.Second, a, b)
	b.stop()
	d, err := device.Open(filepath.Join(b.data, "keys"))
	if err != nil {
		t.Fatal(err)
	}
	reg, err := device.OpenRegistry(filepath.Join(b.data, "keys"), d)
	if err != nil {
		t.Fatal(err)
	}
	raws := rogue{d}.jumps(t)
	brings := func(n int) oddStatus {
		t.Helper()
		stick := t.TempDir()
		carry, err := bundle.OpenCarry(filepath.Join(t.TempDir(), "carry"), 0)
		if err != nil {
			t.Fatal(err)
		}
		porter := bundle.New(bundle.Options{
			Device: d, Registry: reg, Log: crafted{d.Stream("pub"), raws[:n]}, Carry: carry,
			To: func(segment.Scope) []*ecdh.PublicKey { return nil }, Keys: func() []*ecdh.PrivateKey { return nil },
		})
		disk, err := bundle.OpenFolder(stick, true)
		if err == nil {
			_, err = porter.Leave(t.Context(), disk, bundle.Trip{})
			disk.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
		ask(t, a.data, nil, "bundle", "import", stick)
		var s oddStatus
		ask(t, a.data, &s, "sync", "status")
		return s
	}
	s := brings(2)
	if len(s.Odd) != 1 || s.Odd[0].Reason != "odd-lamport" || !strings.Contains(s.Odd[0].Do, "nothing is lost") {
		t.Fatalf("after a number far ahead: %+v", s)
	}
	settles(t, grace, "numbered far ahead", "You need do nothing now")
	if body := grace.Get("/admin/boxes").Body; strings.Contains(body, `<a href="/admin/settle">`) {
		t.Error("what needs nobody calls for a person")
	}
	s = brings(3)
	if len(s.Odd) != 2 || s.Odd[1].Reason != "wild-lamport" || s.Odd[1].Name == "" || !strings.Contains(s.Odd[1].Do, "set it up anew") {
		t.Fatalf("after a wild number: %+v", s)
	}
	t.Logf("%+v", s.Odd)
	settles(t, grace, "held back", "set it up anew")
	if body := grace.Get("/admin/boxes").Body; !strings.Contains(body, `<a href="/admin/settle">`) {
		t.Error("what is held back calls for nobody")
	}
}
