package kolibri_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lamplight/content"
	"lamplight/content/importtest"
	"lamplight/content/kolibri"
	"lamplight/content/kolibri/sqlite/sqlitetest"
	"lamplight/content/library"
	"lamplight/content/pack"
)

// folder makes a course folder of our own.
func folder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"course.md":               "---\nid: test.counting\ntitle: Counting\nlanguage: en\nlicence: CC-BY-SA-4.0\nowner: Us\n---\nAbout it.\n",
		"01-first/01-ten.md":      "---\ntitle: Ten\n---\nTen is ten.\n\n![a dot](dot.svg)\n\n[about](02-practice.md)\n",
		"01-first/dot.svg":        `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle cx="4" cy="4" r="4"/></svg>`,
		"01-first/02-practice.md": "---\nkind: exercise\ntitle: Practice\nmastery: m_of_n 2/3\n---\n" + "## choice q1\n? Which is ten?\n(x) 10\n( ) 9\n\n## number q2\n? Five and five?\n= 10\n",
	} {
		path := filepath.Join(dir, name)
		os.MkdirAll(filepath.Dir(path), 0o755)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestACourseOfOursIsWrittenAsAChannel(t *testing.T) {
	f := pack.Format{}
	p, err := f.Plan(context.Background(), folder(t), content.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := f.Open(p.Course, importtest.Install(t, p), p.Index)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	drive := filepath.Join(t.TempDir(), "KOLIBRI_DATA")
	left, err := kolibri.Write(context.Background(), r, drive, time.Unix(1e9, 0))
	if err != nil || len(left) > 0 {
		t.Fatalf("%v, left out %q", err, left)
	}
	b := newBox(t, t.TempDir())
	if r := b.take(drive, library.ImportOptions{}); len(r.Refused) > 0 || len(r.Warnings) > 0 {
		t.Fatalf("%+v", r)
	}
	c := b.Courses()[0]
	if c.Title != "Counting" || c.Licence.ID != "CC-BY-SA-4.0" || c.Licence.Owner != "Us" || c.Items != 2 {
		t.Errorf("%+v", c)
	}
	back, release, err := b.Reader(c.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	found := map[content.Kind]string{}
	for _, n := range resources(t, back, "") {
		found[n.Kind] = openKind(t, back, n)
		if _, err := r.Node(n.ID); err != nil {
			t.Errorf("%s has another id, so its progress is lost: %v", n.Title, err)
		}
	}
	if found[content.App] == "" || !strings.HasPrefix(found[content.Practice], "2 questions, 0 left out, {Type:m_of_n M:2 N:3}") {
		t.Errorf("%v", found)
	}
	checkSchema(t, filepath.Join(drive, "content", "databases", string(p.Course.ID)+".sqlite3"))
}

// checkSchema asks SQLite whether the rows keep the rules of their tables, and MPTT whether it is a tree.
func checkSchema(t *testing.T, path string) {
	t.Helper()
	sqlitetest.Sound(t, path)
	for query, what := range map[string]string{
		"SELECT count(*) FROM content_contentnode WHERE lft >= rght OR length(title) > 200 OR length(id) != 32 OR length(content_id) != 32":                                   "nodes",
		"SELECT count(*) FROM content_contentnode a JOIN content_contentnode b ON a.parent_id = b.id WHERE NOT (b.lft < a.lft AND a.rght < b.rght AND a.level = b.level + 1)": "the tree",
		"SELECT count(*) FROM content_localfile WHERE length(id) != 32 OR file_size IS NULL":                                                                                  "files",
	} {
		if rows := sqlitetest.Do(t, path, query); rows[0][0] != 0.0 {
			t.Errorf("%s: %v wrong", what, rows[0][0])
		}
	}
}
