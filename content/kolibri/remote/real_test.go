package remote

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"lamplight/content"
	"lamplight/content/kolibri"
	"lamplight/content/kolibri/sqlite/sqlitetest"
	"lamplight/content/library"
	"lamplight/content/pack"
)

// These tests run a real Kolibri: LAMPLIGHT_KOLIBRI, or the kolibri on the path. Where there is none they are skipped, unless
// LAMPLIGHT_REQUIRE_KOLIBRI is 1. Its home is a folder of the test's own, and it listens on the loopback alone.

// A realKolibri is one, with a home of its own.
type realKolibri struct {
	t          *testing.T
	path, home string
}

func findKolibri(t *testing.T) string {
	t.Helper()
	path := os.Getenv("LAMPLIGHT_KOLIBRI")
	if path == "" {
		path, _ = exec.LookPath("kolibri")
	}
	if path == "" {
		if os.Getenv("LAMPLIGHT_REQUIRE_KOLIBRI") == "1" {
			t.Fatal("no kolibri: pip install kolibri==0.19.5, and name it in LAMPLIGHT_KOLIBRI")
		}
		t.Skip("no kolibri here: LAMPLIGHT_KOLIBRI names none and none is on the path")
	}
	return path
}

func corpusDrive(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("LAMPLIGHT_CORPUS")
	if dir == "" {
		dir = "../../../../shared/corpus"
	}
	dir, err := filepath.Abs(filepath.Join(dir, "kolibri", "lamplight-export"))
	if err == nil {
		_, err = os.Stat(dir)
	}
	if err != nil {
		if os.Getenv("LAMPLIGHT_REQUIRE_CORPUS") == "1" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	return dir
}

func (k *realKolibri) command(args ...string) *exec.Cmd {
	c := exec.Command(k.path, args...)
	c.Dir = k.home
	c.Env = append(os.Environ(), "KOLIBRI_HOME="+k.home, "KOLIBRI_LISTEN_ADDRESS=127.0.0.1", "KOLIBRI_ZEROCONF_ENABLED=False", "KOLIBRI_DISABLE_PING=True", "KOLIBRI_RUN_MODE=dev-ci", "PYTHONWARNINGS=ignore")
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	return c
}

func (k *realKolibri) manage(args ...string) {
	k.t.Helper()
	if out, err := k.command(append([]string{"manage"}, args...)...).CombinedOutput(); err != nil {
		k.t.Fatalf("kolibri manage %s: %v\n%s", args, err, out[max(0, len(out)-3000):])
	}
}

// take imports a channel from a drive.
func (k *realKolibri) take(drive, channel string) {
	k.t.Helper()
	k.manage("importchannel", "disk", channel, drive)
	k.manage("importcontent", "disk", channel, drive)
}

// serve starts it and answers its address.
func (k *realKolibri) serve() string {
	k.t.Helper()
	var ports [2]string
	for i := range ports {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			k.t.Fatal(err)
		}
		_, ports[i], _ = net.SplitHostPort(l.Addr().String())
		l.Close()
	}
	c := k.command("start", "--foreground", "--port="+ports[0], "--zip-port="+ports[1])
	out, err := c.StderrPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		k.t.Fatal(err)
	}
	go io.Copy(io.Discard, out) // until it ends; Wait, below, sees to it
	k.t.Cleanup(func() {
		c.Process.Signal(syscall.SIGTERM)
		late := time.AfterFunc(20*time.Second, func() { c.Process.Kill() })
		c.Wait()
		late.Stop()
	})
	address := "http://127.0.0.1:" + ports[0]
	for start := time.Now(); time.Since(start) < 2*time.Minute; time.Sleep(100 * time.Millisecond) {
		if r, err := visitor.Get(address + "/api/public/info/"); err == nil {
			r.Body.Close()
			if r.StatusCode == http.StatusOK {
				return address
			}
		}
	}
	k.t.Fatal("kolibri does not answer")
	return ""
}

var visitor = &http.Client{Timeout: 5 * time.Second}

// counts says of a channel in Kolibri: nodes, those available, files, those available.
func (k *realKolibri) counts(channel string) (n [4]int) {
	k.t.Helper()
	for i, v := range sqlitetest.Do(k.t, filepath.Join(k.home, "db.sqlite3"), strings.ReplaceAll(`SELECT (SELECT count(*) FROM content_contentnode WHERE channel_id = $1),
(SELECT count(*) FROM content_contentnode WHERE channel_id = $1 AND available),
count(*), coalesce(sum(available), 0) FROM content_localfile WHERE id IN
(SELECT local_file_id FROM content_file f JOIN content_contentnode n ON n.id = f.contentnode_id WHERE n.channel_id = $1)`, "$1", "'"+channel+"'"))[0] {
		n[i] = int(v.(float64))
	}
	return n
}

// schema5 asks Kolibri's own models what they think of a database.
func (k *realKolibri) schema5(database string) {
	k.t.Helper()
	c := exec.Command(filepath.Join(filepath.Dir(k.path), "python"), "testdata/schema5.py", database)
	c.Env = append(os.Environ(), "KOLIBRI_HOME="+k.home, "PYTHONWARNINGS=ignore")
	out, err := c.CombinedOutput()
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if err != nil || len(lines) != 1 || !strings.HasPrefix(lines[0], "rows ") || lines[0] == "rows 0" {
		k.t.Errorf("%s: %v\n%s", filepath.Base(database), err, out)
		return
	}
	k.t.Logf("%s keeps the rules of Kolibri's schema 5 in %s", filepath.Base(database), lines[0])
}

const (
	hadithi = "ecce1c20d0f35cdba4cee40e22b1c531"
	shelf   = "6cf8e440ab1556be86f817f0c17a5e78"
)

func TestKolibriTakesOurDrivesAndWeTakeFromKolibri(t *testing.T) {
	path, corpus := findKolibri(t), corpusDrive(t)
	k := &realKolibri{t, path, t.TempDir()}
	disk, ours := newBox(t), filepath.Join(t.TempDir(), "KOLIBRI_DATA")
	if _, err := disk.Import(t.Context(), []string{corpus}, library.ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, c := range disk.Courses() {
		if err := disk.Export(t.Context(), c.ID, ours); err != nil {
			t.Fatal(err)
		}
	}
	own := writeOwn(t, ours)
	k.take(ours, hadithi) // the corpus's own drive has a date that Kolibri 0.19.5 cannot read; our export mends it
	k.take(ours, shelf)
	k.take(ours, own)
	for channel, want := range map[string][4]int{hadithi: {28, 27, 46, 46}, shelf: {11, 9, 7, 6}, own: {5, 5, 3, 3}} {
		if got := k.counts(channel); got != want {
			t.Errorf("%s: nodes, available, files, available: %v, want %v", channel, got, want)
		}
		k.schema5(filepath.Join(ours, "content", "databases", channel+".sqlite3"))
	}
	address := k.serve()
	net := newBox(t)
	if r, err := net.take(t.Context(), address+"/"+hadithi+"/"+shelf, library.ImportOptions{}); err != nil || len(r.Refused) > 0 {
		t.Fatal(err, r.Refused)
	}
	if got, want := listed(net), listed(disk); got != want {
		t.Errorf("from Kolibri\n%sfrom the drive\n%s", got, want)
	}
	all, err := net.take(t.Context(), address, library.ImportOptions{})
	if err != nil || len(all.Channels) != 3 {
		t.Errorf("%v, it lists %+v", err, all.Channels)
	}
}

// listed is what is installed, whatever Kolibri has changed in the databases.
func listed(b *box) string {
	var s strings.Builder
	for _, c := range b.Courses() {
		fmt.Fprintln(&s, c.Title, c.Edition, c.Resources, c.Items, c.Missing, c.Languages, c.Licence)
		r, release, err := b.Reader(c.ID)
		if err != nil {
			b.t.Fatal(err)
		}
		outline(b.t, r, "", &s)
		release()
	}
	return s.String()
}

func outline(t *testing.T, r content.Reader, parent content.ResourceID, s *strings.Builder) {
	t.Helper()
	nodes, _, err := r.Children(parent, 0, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range nodes {
		fmt.Fprintln(s, n.ID, n.Kind, n.Title, n.Path, n.Broken, n.Licence)
		if n.Kind == content.Topic {
			outline(t, r, n.ID, s)
		}
	}
}

// writeOwn writes a course of our own onto the drive, and answers its channel.
func writeOwn(t *testing.T, drive string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"course.md":       "---\nid: test.own\ntitle: " + strings.Repeat("Länge ", 40) + "\nlanguage: en\nlicence: CC-BY-4.0\nowner: Us\n---\nAbout it.\n",
		"01-a/01-page.md": "---\ntitle: Page\n---\nWords.\n",
		"01-a/02-ask.md":  "---\nkind: exercise\ntitle: Ask\n---\n## choice q1\n? Which is ten?\n(x) 10\n( ) 9\n",
	} {
		to := filepath.Join(dir, name)
		os.MkdirAll(filepath.Dir(to), 0o755)
		if err := os.WriteFile(to, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b := newBox(t, pack.Format{})
	report, err := b.Import(t.Context(), []string{dir}, library.ImportOptions{})
	if err != nil || len(report.Courses) != 1 {
		t.Fatal(err, report)
	}
	r, release, err := b.Reader(report.Courses[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	if left, err := kolibri.Write(context.Background(), r, drive, time.Unix(1e9, 0)); err != nil || len(left) > 0 {
		t.Fatal(err, left)
	}
	return string(report.Courses[0].ID)
}
