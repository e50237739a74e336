package nodetest

import (
	"bytes"
	"context"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lamplight/content"
	"lamplight/server/config"
	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/sync/bundle"
	"lamplight/sync/device"
)

// A province is a district's node with an officer, and schools that joined it.
type province struct {
	*Node
	officer *Browser
}

func openProvince(t *testing.T, more ...func(*config.Config)) *province {
	t.Helper()
	n := Start(t, Options{Config: func(c *config.Config) {
		c.Node.Role, c.Node.Name = "district", "Moshi District"
		for _, m := range more {
			m(c)
		}
	}})
	claimAs(t, n, "Moshi District")
	ids, err := n.Store.AddPeople(context.Background(), learning.Box(), store.NewPerson{Role: learning.Officer, Name: "Neema"})
	if err == nil {
		var verifier []byte
		if verifier, err = n.Auth.Verifier(context.Background(), learning.Password, "lamp-light"); err == nil {
			err = n.Store.SetSecrets(context.Background(), learning.Box(), store.NewSecret{Person: ids[0], Kind: learning.Password, Verifier: verifier})
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	p := &province{Node: n, officer: n.Browser()}
	p.officer.SignIn("Neema", "lamp-light")
	return p
}

// school starts a box of a school of its own that joined the district.
func (p *province) school(t *testing.T, name string, o Options) *Node {
	t.Helper()
	inner := o.Config
	o.Config = func(c *config.Config) {
		c.Node.Name, c.Sync.Upstream = name+" box", p.Sync
		if inner != nil {
			inner(c)
		}
	}
	box := Start(t, o)
	claimAs(t, box, name)
	code, _, err := p.Invite(context.Background())
	if err == nil {
		_, err = box.Accept(context.Background(), code, nil)
	}
	if err != nil {
		t.Fatalf("%s joins the district: %v", name, err)
	}
	return box
}

// has waits until a page of the officer's says something.
func (p *province) has(t *testing.T, path, words string) string {
	t.Helper()
	var body string
	Eventually(t, 20*time.Second, path+" says "+words, func() bool {
		body = p.officer.Get(path).Body
		return strings.Contains(body, words)
	})
	return body
}

// epoch is a clock that begins in 1970, as that of a board without a battery, and knows it.
type epoch struct{ began time.Time }

func (e epoch) Now() (time.Time, bool) { return time.Unix(3600, 0).Add(time.Since(e.began)), false }

func board(serial string) func() device.Board {
	return func() device.Board { return device.Board{Serial: serial} }
}

// A threesome is a district and three schools: one whose card was copied, one whose clock says 1970, one that no network
// reaches.
type threesome struct {
	*province
	hill, twin, lake, river *Node
	stick                   string
}

const learnersName = "Amina Mwangaza"

func openThreesome(t *testing.T, more ...func(*config.Config)) *threesome {
	t.Helper()
	x := &threesome{province: openProvince(t, more...), stick: t.TempDir()}
	x.hill = x.school(t, "Hill School", Options{Board: board("one")})
	x.works(t, x.hill)
	x.has(t, x.page(x.hill), "Hill School box")
	x.hill.Stop()
	copied := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(copied, os.DirFS(x.hill.Dir())); err != nil {
		t.Fatal(err)
	}
	x.hill = Start(t, x.hill.opts)
	o := x.hill.opts
	o.Dir, o.Board = copied, board("two")
	x.twin = Start(t, o)
	for _, n := range []*Node{x.hill, x.twin, x.hill} { // as they do every day
		report := learning.Ops{Device: n.DeviceID(), Wall: time.Now(), Believed: true, Free: 9 << 30, Total: 16 << 30}
		if err := n.Store.ReportOps(context.Background(), learning.Box(), report); err != nil {
			t.Fatal(err)
		}
	}
	x.lake = x.school(t, "Lake School", Options{Wall: epoch{time.Now()}})
	x.works(t, x.lake)
	x.river = Start(t, Options{Config: func(c *config.Config) { c.Node.Name = "River School box" }})
	claimAs(t, x.river, "River School")
	x.works(t, x.river)
	x.joinByStick(t, x.river)
	x.carries(t, x.river)
	return x
}

// page is a school's.
func (p *province) page(n *Node) string { return "/district/school/" + n.Registry.School().ID() }

// works has a learner do something.
func (p *province) works(t *testing.T, n *Node) {
	t.Helper()
	ids, err := n.Store.AddPeople(context.Background(), learning.Box(), store.NewPerson{Role: learning.Learner, Name: learnersName})
	if err == nil {
		_, err = n.Store.RecordView(context.Background(), learning.Box(), learning.View{Learner: ids[0], Resource: "00112233445566778899aabbccddeeff", Action: learning.Opened, Percent: 4000})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// joinByStick has a school join the district by files alone.
func (p *province) joinByStick(t *testing.T, n *Node) {
	t.Helper()
	ctx := context.Background()
	file, code, err := p.InviteByFile()
	var answer []byte
	if err == nil {
		_, answer, err = n.AcceptFile(ctx, file, code)
	}
	if err == nil {
		_, _, err = p.AcceptFile(ctx, answer, "")
	}
	if err != nil {
		t.Fatal(err)
	}
	saidHowItIs(t, n)
}

// saidHowItIs waits until a box under a district has reported itself.
func saidHowItIs(t *testing.T, n *Node) {
	t.Helper()
	Eventually(t, 10*time.Second, "the box has said how it is", func() bool {
		all, err := n.Store.Boxes()
		return err == nil && len(all) > 0
	})
}

// carries takes a stick from a box to the district and back.
func (x *threesome) carries(t *testing.T, n *Node) {
	t.Helper()
	for _, at := range []*Node{n, x.Node, n, x.Node} {
		disk, err := bundle.OpenFolder(x.stick, true)
		if err == nil {
			_, err = at.Carrying().Visit(context.Background(), disk, bundle.Trip{})
			disk.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestADistrictSeesItsSchoolsAndWhatItSentArrive(t *testing.T) {
	x := openThreesome(t)
	x.meet()
	x.has(t, x.page(x.hill), "two machines write under its name")
	x.has(t, x.page(x.lake), "Ask a teacher there to set it")
	x.has(t, x.page(x.river), "is met by sticks alone")
	if work := x.has(t, x.page(x.lake)+"/work", "Learner 1"); strings.Contains(work, "Amina") {
		t.Errorf("a name in the district's report:\n%s", work)
	}
	x.sendCourse(t)
	for _, n := range []*Node{x.hill, x.lake} {
		Eventually(t, 10*time.Second, "the setting was taken over", func() bool {
			school, err := n.Store.School()
			return err == nil && school.Take == learning.TakeAll
		})
		if p := n.Pushes(); len(p) != 3 {
			t.Errorf("%s knows of %d things that were sent", n.Name(), len(p))
		}
	}
	if err := inClear(x.Dir(), learnersName, "Amina"); err != nil {
		t.Error(err)
	}
}

// meet has the boxes call their district now, as "sync now" does; a call that comes while another runs does no harm.
func (x *threesome) meet() {
	for range 2 {
		for _, n := range []*Node{x.hill, x.twin, x.lake} {
			_, _ = n.Meet(context.Background(), "")
		}
	}
}

// sendCourse installs a course at the district and sends it to all schools; its id.
func (x *threesome) sendCourse(t *testing.T) content.CourseID {
	t.Helper()
	if _, err := x.InstallStarter(context.Background()); err != nil {
		t.Fatal(err)
	}
	c := x.Library.Courses()[0]
	form := x.officer.Get("/district/send")
	page := x.officer.Post("/district/send", url.Values{"token": {form.Fields().Get("token")}, "course": {string(c.ID)}, "notice": {"The examination is on Monday."}, "take": {"all"}, "to": {"all"}})
	pushes, err := x.DistrictPushes()
	if err != nil || len(pushes) != 3 {
		t.Fatalf("%d things were sent: %v; %d %s\n%.3000s", len(pushes), err, page.Status, page.URL, page.Body[strings.Index(page.Body, "<main"):])
	}
	for _, p := range pushes {
		if p.What != learning.PushCourse {
			continue
		}
		path := "/district/send/" + string(p.ID)
		Eventually(t, 30*time.Second, "the course is at two schools, and why not at the third", func() bool {
			x.meet()
			body := x.officer.Get(path).Body
			return strings.Count(body, "It has arrived.") == 2 && strings.Contains(body, "met by sticks alone")
		})
	}
	return c.ID
}

// inClear reads every byte of a folder and tells where one of the names stands.
func inClear(dir string, names ...string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		for _, name := range names {
			if bytes.Contains(b, []byte(name)) || bytes.Contains([]byte(path), []byte(name)) {
				return &fs.PathError{Op: "a name stands in clear in", Path: path, Err: os.ErrPermission}
			}
		}
		return err
	})
}
