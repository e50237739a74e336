package kolibri_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/content/importtest"
	"lamplight/content/kolibri/sqlite/sqlitetest"
	"lamplight/content/library"
)

// all lists every node of the only course, in order.
func (b *box) all() (out []content.Node) {
	b.t.Helper()
	r, release, err := b.Reader(b.Courses()[0].ID)
	if err != nil {
		b.t.Fatal(err)
	}
	defer release()
	var walk func(parent content.ResourceID)
	walk = func(parent content.ResourceID) {
		nodes, _, err := r.Children(parent, 0, 10_000)
		if err != nil {
			b.t.Fatal(err)
		}
		for _, n := range nodes {
			out = append(out, n)
			if n.Kind == content.Topic {
				walk(n.ID)
			}
		}
	}
	walk("")
	return out
}

// roundTrip imports, exports, and imports what was exported into another box: both must hold the same course, of the same
// edition if its database needs no mending.
func roundTrip(t *testing.T, path string, mended bool, o library.ImportOptions) string {
	t.Helper()
	one := newBox(t, t.TempDir())
	one.take(path, o)
	drive := filepath.Join(t.TempDir(), "KOLIBRI_DATA")
	if err := one.Export(context.Background(), one.Courses()[0].ID, drive); err != nil {
		t.Fatal(err)
	}
	two := newBox(t, t.TempDir())
	if r := two.take(drive, library.ImportOptions{}); len(r.Refused) > 0 {
		t.Fatalf("%+v", r.Refused)
	}
	if a, b := one.Courses()[0], two.Courses()[0]; !reflect.DeepEqual(a, b) {
		t.Errorf("the course came back as %+v, was %+v", b, a)
	}
	if a, b := one.all(), two.all(); !reflect.DeepEqual(a, b) {
		t.Errorf("the nodes came back as %+v, were %+v", b, a)
	}
	h1, _, _ := one.Manifest(one.Courses()[0].ID)
	if h2, _, _ := two.Manifest(two.Courses()[0].ID); h1 != h2 && !mended {
		t.Errorf("another edition came back: %s, was %s", h2, h1)
	}
	return drive
}

func TestAnExportedDriveIsReadBackTheSame(t *testing.T) {
	m := lessons(t)
	path := m.done()
	drive := roundTrip(t, m.dir, false, library.ImportOptions{})
	was, _ := os.ReadFile(path)
	is, err := os.ReadFile(filepath.Join(drive, "content", "databases", channelID+".sqlite3"))
	if err != nil || !bytes.Equal(was, is) {
		t.Errorf("the database is another: %v", err)
	}
	b, err := os.ReadFile(filepath.Join(drive, "content", "manifest.json"))
	if err != nil || !strings.Contains(string(b), `"include_node_ids": [
                "`+channelID+`"`) {
		t.Errorf("all of a channel is its root: %s, %v", b, err)
	}
}

func TestTheCorpusIsExportedAndReadBack(t *testing.T) {
	dir := filepath.Join(importtest.Corpus(t), "kolibri", "lamplight-export", "content", "databases")
	for _, id := range []string{"ecce1c20d0f35cdba4cee40e22b1c531", "6cf8e440ab1556be86f817f0c17a5e78"} {
		roundTrip(t, filepath.Join(dir, id+".sqlite3"), true, library.ImportOptions{})
	}
}

// TestADateThatKolibriRefusesIsWrittenAnew: Kolibri 0.19.5 reads "2025-01-01 00:00:00.000000(UTC)" and fails over a T.
func TestADateThatKolibriRefusesIsWrittenAnew(t *testing.T) {
	m := lessons(t)
	m.rows["content_channelmetadata"][0]["last_updated"] = "2025-03-01T10:00:00+02:00"
	m.done()
	drive := roundTrip(t, m.dir, true, library.ImportOptions{})
	path := filepath.Join(drive, "content", "databases", channelID+".sqlite3")
	if rows := sqlitetest.Do(t, path, "SELECT last_updated FROM content_channelmetadata"); len(rows) != 1 || rows[0][0] != "2025-03-01 08:00:00.000000(UTC)" {
		t.Errorf("%q", rows)
	}
	sqlitetest.Sound(t, path)
}

func TestWhatWasChosenIsWhatIsExported(t *testing.T) {
	m := lessons(t)
	m.done()
	o := library.ImportOptions{}
	o.Topics = []string{hexOf("node b"), hexOf("node a1")}
	drive := roundTrip(t, m.dir, false, o)
	b, err := os.ReadFile(filepath.Join(drive, "content", "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Channels []struct {
			ID      string
			Version int
			Nodes   []string `json:"include_node_ids"`
		}
		Hash string `json:"channel_list_hash"`
	}
	if err := json.Unmarshal(b, &got); err != nil || len(got.Channels) != 1 || len(got.Channels[0].Nodes) != 2 || got.Channels[0].Version != 3 {
		t.Errorf("%s, %v", b, err)
	}
	// Python: hashlib.md5(json.dumps(channels, sort_keys=True).encode()).hexdigest()
	want := hexOf(`[{"id": "` + channelID + `", "include_node_ids": ["` + hexOf("node b") + `", "` + hexOf("node a1") + `"], "version": 3}]`)
	if hexOf("node b") > hexOf("node a1") {
		want = hexOf(`[{"id": "` + channelID + `", "include_node_ids": ["` + hexOf("node a1") + `", "` + hexOf("node b") + `"], "version": 3}]`)
	}
	if got.Hash != want {
		t.Errorf("hash %s, want %s", got.Hash, want)
	}
}

func TestADriveTakesSeveralChannelsAndWhatFailsIsTakenAway(t *testing.T) {
	one := lessons(t)
	one.done()
	two := newChannel(t, one.dir, hexOf("another"), 5)
	two.file(two.node("other", "", "document", nil), "document", "pdf", aPDF("other"))
	two.done()
	b := newBox(t, t.TempDir())
	b.take(one.dir, library.ImportOptions{})
	drive := t.TempDir()
	for _, c := range b.Courses() {
		if err := b.Export(context.Background(), c.ID, drive); err != nil {
			t.Fatal(err)
		}
	}
	again := newBox(t, t.TempDir())
	if r := again.take(drive, library.ImportOptions{}); len(r.Courses) != 2 || len(r.Warnings) != 0 {
		t.Errorf("%+v", r)
	}
	stopped, stop := context.WithCancel(context.Background())
	stop()
	empty := filepath.Join(t.TempDir(), "new")
	if err := b.Export(stopped, b.Courses()[0].ID, empty); err == nil {
		t.Error("a stopped export must say so")
	}
	if _, err := os.Stat(empty); err == nil {
		t.Error("a stopped export left something")
	}
}

// TestWhatKolibriLeftInItsLogIsImportedAndKept: a drive pulled while Kolibri held the channel open has its last changes in
// ID.sqlite3-wal alone.
func TestWhatKolibriLeftInItsLogIsImportedAndKept(t *testing.T) {
	m := lessons(t)
	sqlitetest.Do(t, m.done(), "PRAGMA journal_mode = wal", "PRAGMA wal_autocheckpoint = 0", "UPDATE content_contentnode SET title = 'b1 anew' WHERE title = 'b1'", "UPDATE content_channelmetadata SET version = 9",
		"INSERT INTO content_contenttag SELECT hex(randomblob(16)), hex(zeroblob(900)) FROM content_contentnode a, content_contentnode b", ".leave")
	drive := roundTrip(t, m.dir, false, library.ImportOptions{})
	path := filepath.Join(drive, "content", "databases", channelID+".sqlite3")
	sqlitetest.Sound(t, path)
	if rows := sqlitetest.Do(t, path, "SELECT title, version FROM content_contentnode, content_channelmetadata WHERE title LIKE 'b1%'"); len(rows) != 1 || rows[0][0] != "b1 anew" || rows[0][1] != 9.0 {
		t.Errorf("%v", rows)
	}
	b := newBox(t, t.TempDir())
	if r := b.take(m.dir, library.ImportOptions{}); len(r.Refused)+len(r.Warnings) > 0 || b.outline() != "a(a1 a2) b(b1 anew b2)" || b.Courses()[0].Edition != "9" {
		t.Errorf("%s of edition %s, %+v", b.outline(), b.Courses()[0].Edition, r)
	}
}
