package kolibri_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"lamplight/content"
	"lamplight/content/importtest"
	"lamplight/content/kolibri"
	"lamplight/content/kolibri/sqlite/sqlitetest"
)

const channelID = "0123456789abcdef0123456789abcdef"

// opened plans, installs and opens a channel.
func opened(t testing.TB, path string, o content.ImportOptions) (*content.Plan, content.Reader) {
	t.Helper()
	p, err := kolibri.Format{}.Plan(context.Background(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	r, err := kolibri.Format{}.Open(p.Course, importtest.Install(t, p), p.Index)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return p, r
}

// outline lists titles, a topic's children in brackets.
func outline(t testing.TB, r content.Reader, parent content.ResourceID) string {
	t.Helper()
	nodes, _, err := r.Children(parent, 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, n := range nodes {
		s := n.Title
		if n.Kind == content.Topic {
			s += "(" + outline(t, r, n.ID) + ")"
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

func TestANodeSaysAllThatTheChannelDoes(t *testing.T) {
	m := newChannel(t, "", channelID, 5)
	topic := m.node("topic", "", "topic", nil)
	first := m.node("first", topic, "document", row{"license_name": "CC BY-SA", "license_owner": "Owner", "author": "Author", "license_description": "as written"})
	m.file(first, "document", "pdf", aPDF("first"))
	film := m.node("film", topic, "video", row{
		"lang_id": "sw", "duration": 61, "coach_content": 1, "categories": "d&WXdXWF.qs0Xlaxq,BCG3&slG", "grade_levels": "wnarlxKo",
		"options": `{"completion_criteria":{"model":"time","threshold":90,"learner_managed":false}}`, "license_name": "Special Permissions", "license_description": "ask first",
	})
	low := m.file(film, "low_res_video", "mp4", []byte("low"))
	high := m.file(film, "high_res_video", "mp4", []byte("high"))
	words := m.file(film, "video_subtitle", "vtt", []byte("WEBVTT\n\n00:01.000 --> 00:02.000\nHabari\n"))
	picture := m.file(film, "video_thumbnail", "png", []byte("\x89PNG\r\n\x1a\n"))
	m.insert("content_contentnode_has_prerequisite", row{"from_contentnode_id": film, "to_contentnode_id": first})
	m.insert("content_contenttag", row{"id": "t", "tag_name": "water"})
	m.insert("content_contentnode_tags", row{"contentnode_id": film, "contenttag_id": "t"})
	quiz := m.node("quiz", topic, "exercise", row{"options": `{"modality":"QUIZ"}`})
	m.file(quiz, "exercise", "perseus", []byte("no zip"))
	m.insert("content_assessmentmetadata", row{"id": "a", "contentnode_id": quiz, "assessment_item_ids": `["q1","q2"]`, "number_of_assessments": 2, "mastery_model": `{"type":"m_of_n","m":2,"n":3}`})
	p, r := opened(t, m.done(), content.ImportOptions{})

	if p.Course.Items != 2 || p.Course.Resources != 3 || p.Course.Edition != "3" || p.Course.Licence.ID != "" {
		t.Errorf("course %+v", p.Course)
	}
	n, err := r.Node(content.ResourceID(hexOf("content film")))
	if err != nil {
		t.Fatal(err)
	}
	want := content.Node{
		ID: n.ID, Parent: content.ResourceID(topic), Kind: content.Video, Title: "film", Language: "sw", Path: high, MIME: "video/mp4", Bytes: 4, Seconds: 61,
		Licence:  &content.Licence{ID: "LicenseRef-Special-Permissions", Terms: "ask first"},
		Captions: []content.Caption{{Path: words}}, Renditions: []content.Rendition{{Path: low, MIME: "video/mp4", Bytes: 3}}, Thumbnail: picture,
		Requires: []content.ResourceID{content.ResourceID(hexOf("content first"))}, Completion: content.Completion{By: content.ByTime, Amount: 2}, Staff: true,
		Labels: content.Labels{Activities: []string{"UD5UGM0z"}, Subjects: []string{"d&WXdXWF.qs0Xlaxq", "BCG3&slG"}, Levels: []string{"wnarlxKo"}, Tags: []string{"water"}},
	}
	if !reflect.DeepEqual(n, want) {
		t.Errorf("got  %+v\nwant %+v", n, want)
	}
	if n, _ = r.Node(content.ResourceID(hexOf("content first"))); n.Licence == nil || *n.Licence != (content.Licence{ID: "CC-BY-SA-4.0", Owner: "Owner", Author: "Author", Terms: "as written"}) {
		t.Errorf("licence %+v", n.Licence)
	}
	if n, _ = r.Node(content.ResourceID(hexOf("content quiz"))); n.Modality != "QUIZ" || n.Licence == nil || n.Licence.ID != "" {
		t.Errorf("a quiz without a licence: %+v, %+v", n, n.Licence)
	}
}

func TestTheOldestSchemaIsRead(t *testing.T) {
	m := newChannel(t, "", channelID, 1)
	m.insert("content_license", row{"id": 7, "license_name": "CC BY-NC", "license_description": "old words"})
	doc := m.node("doc", "", "document", row{"license_id": 7, "license_owner": "Owner"})
	b := aPDF("old")
	hash := hexOf(string(b))
	m.insert("content_file", row{"id": "f", "contentnode_id": doc, "checksum": hash, "extension": "pdf", "file_size": len(b), "preset": "document", "supplementary": 0, "thumbnail": 0})
	os.MkdirAll(filepath.Dir(m.stored(hash+".pdf")), 0o755)
	os.WriteFile(m.stored(hash+".pdf"), b, 0o644)
	p, r := opened(t, m.done(), content.ImportOptions{})
	n, err := r.Node(content.ResourceID(hexOf("content doc")))
	if err != nil || n.Broken != "" || n.Path != hash+".pdf" || p.Course.Licence.ID != "CC-BY-NC-4.0" || p.Course.Licence.Terms != "old words" {
		t.Errorf("%+v, %v; licence %+v", n, err, p.Course.Licence)
	}
	if len(n.Labels.Activities) != 1 {
		t.Errorf("a document of a channel without labels is for reading: %v", n.Labels)
	}
}

func TestNodesComeInCourseOrderWhateverTheTree(t *testing.T) {
	m := newChannel(t, "", channelID, 5)
	b := m.node("b", "", "topic", row{"lft": 50})
	a := m.node("a", "", "topic", row{"lft": 20})
	m.node("a2", a, "document", row{"lft": 30})
	m.node("a1", a, "document", row{"lft": 21})
	m.node("b1", b, "document", row{"lft": 51})
	ring := m.node("ring", hexOf("node ring2"), "topic", row{"lft": 1})
	m.node("ring2", ring, "topic", row{"lft": 2})
	m.node("in ring", ring, "document", row{"lft": 3})
	m.node("self", hexOf("node self"), "topic", nil)
	m.node("orphan", hexOf("nobody"), "document", row{"lft": 10})
	m.node("under a document", hexOf("node a1"), "document", row{"lft": 11})
	p, r := opened(t, m.done(), content.ImportOptions{})
	want := "a(a1 a2) b(b1) ring(ring2() in ring) self() orphan under a document"
	if got := outline(t, r, ""); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if p.Course.Resources != 6 || len(p.Warnings) == 0 {
		t.Errorf("%d resources, warnings %q", p.Course.Resources, p.Warnings)
	}
}

func TestDeepChainsAndDuplicateIDsAreServed(t *testing.T) {
	m := newChannel(t, "", channelID, 5)
	m.drop("content_contentnode", strings.TrimSpace(strings.Replace(strings.Split(schemas[5], ";")[1], "PRIMARY KEY", "", 1)))
	m.insert("content_contentnode", row{"id": m.id, "content_id": m.id, "kind": "topic", "title": "Lessons", "lft": 1})
	up := ""
	for i := range 300 {
		up = m.node(fmt.Sprint("deep", i), up, "topic", nil)
	}
	m.node("leaf", up, "document", nil)
	m.node("leaf", "", "document", nil)
	m.node("../../etc/passwd", "", "document", row{"id": "../../etc/passwd", "content_id": "../../etc/passwd"})
	p, r := opened(t, m.done(), content.ImportOptions{})
	if p.Course.Resources != 2 {
		t.Errorf("%d resources, want the leaf once and the stranger", p.Course.Resources)
	}
	depth := 0
	for n, err := r.Node(content.ResourceID(hexOf("content leaf"))); ; n, err = r.Node(n.Parent) {
		if err != nil {
			t.Fatal(err)
		}
		if depth++; n.Parent == "" {
			break
		}
	}
	if depth > 45 {
		t.Errorf("the leaf is %d deep", depth)
	}
}

func TestOneResourceInTwoTopicsIsOneResource(t *testing.T) {
	m := newChannel(t, "", channelID, 5)
	a, b := m.node("a", "", "topic", nil), m.node("b", "", "topic", nil)
	for _, at := range []string{a, b} {
		id := m.node("film in "+at, at, "video", row{"title": "film", "content_id": hexOf("the film")})
		m.file(id, "high_res_video", "mp4", []byte("film"))
	}
	p, r := opened(t, m.done(), content.ImportOptions{})
	if got := outline(t, r, ""); got != "a(film) b(film)" {
		t.Errorf("outline %s", got)
	}
	n, err := r.Node(content.ResourceID(hexOf("the film")))
	if err != nil || n.Parent != content.ResourceID(a) {
		t.Errorf("%+v, %v", n, err)
	}
	if p.Course.Resources != 1 {
		t.Errorf("%d resources, want the film once: it can be finished once", p.Course.Resources)
	}
	if len(p.Files) != 3 {
		t.Errorf("%d files, want the database, the tree and one film", len(p.Files))
	}
}

func TestHostileDatabasesAreRefusedByName(t *testing.T) {
	huge := newChannel(t, "", channelID, 5)
	huge.node("huge", "", "document", nil)
	sqlitetest.Do(t, huge.done(), "UPDATE content_contentnode SET description = hex(zeroblob(5000000)) WHERE title = 'huge'")
	cutShort := newChannel(t, "", channelID, 5)
	for i := range 500 {
		cutShort.node(fmt.Sprint(i), "", "document", nil)
	}
	cutShort.done()
	whole, _ := os.ReadFile(cutShort.path)
	os.WriteFile(cutShort.path, whole[:len(whole)/2], 0o644)
	view := newChannel(t, "", channelID, 5)
	view.drop("content_contentnode", "")
	sqlitetest.Do(t, view.done(), "CREATE VIEW content_contentnode AS WITH RECURSIVE c(id) AS (SELECT 1 UNION ALL SELECT id+1 FROM c) SELECT id, id AS kind FROM c")
	noID := newChannel(t, "", "not an id", 5)
	empty := filepath.Join(t.TempDir(), channelID+".sqlite3")
	os.WriteFile(empty, nil, 0o644)
	for says, path := range map[string]string{
		"longer than": huge.path, "cut short": cutShort.path, "no table content_contentnode": view.path, "not 32 hex digits": noID.done(), "the file is empty": empty,
	} {
		_, err := kolibri.Format{}.Plan(context.Background(), path, content.ImportOptions{})
		if err == nil || !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), filepath.Base(path)) {
			t.Errorf("%s: %v", says, err)
		}
	}
}

func TestAComputedColumnIsNotRun(t *testing.T) {
	m := newChannel(t, "", channelID, 5)
	m.drop("content_contentnode", "")
	sqlitetest.Do(t, m.done(), "CREATE TABLE content_contentnode (id CHAR(32) PRIMARY KEY, parent_id CHAR(32), kind TEXT, title TEXT AS (hex(zeroblob(4000000))), lft INTEGER)",
		fmt.Sprintf("INSERT INTO content_contentnode (id, kind) VALUES ('%s', 'topic')", m.id),
		fmt.Sprintf("INSERT INTO content_contentnode (id, parent_id, kind) VALUES ('%s', '%s', 'document')", hexOf("x"), m.id))
	_, r := opened(t, m.path, content.ImportOptions{})
	nodes, _, err := r.Children("", 0, 10)
	if err != nil || len(nodes) != 1 || len(nodes[0].Title) > 100 {
		t.Errorf("%d nodes, %v", len(nodes), err)
	}
}

func TestATopicOfTwentyThousandNodesIsQuick(t *testing.T) {
	m := newChannel(t, "", channelID, 5)
	var topic string
	for i := range 20_000 {
		if i%200 == 0 {
			topic = m.node(fmt.Sprint("topic ", i), "", "topic", nil)
		}
		id := m.node(fmt.Sprint("node ", i), topic, "document", row{"description": strings.Repeat("words ", 40), "license_name": "CC BY", "license_owner": "Owner"})
		m.fileRow(id, "document", "pdf", hexOf(fmt.Sprint(i)), 1000)
	}
	path := m.done()
	start := time.Now()
	p, r := opened(t, path, content.ImportOptions{})
	t.Logf("planned, installed and opened in %v; tree of %d bytes", time.Since(start), p.Files[1].Size)
	start = time.Now()
	const rounds = 50
	for i := range rounds {
		nodes, total, err := r.Children(content.ResourceID(hexOf(fmt.Sprint("node topic ", 200*i))), 50, 50)
		if err != nil || len(nodes) != 50 || total != 200 {
			t.Fatalf("%d of %d nodes, %v", len(nodes), total, err)
		}
	}
	// A tenth of a second is what reading the whole tree would take: no measure of speed, which a busy machine would fail.
	if each := time.Since(start) / rounds; each > 100*time.Millisecond {
		t.Errorf("a page of fifty takes %v", each)
	} else {
		t.Logf("a page of fifty takes %v", each)
	}
}

func TestGeneratedChannelsPassTheSuite(t *testing.T) {
	odd := newChannel(t, "", channelID, 5)
	words := []string{"<script>alert(1)</script>", "\u202eevil", strings.Repeat("long ", 2000), "", "नमस्ते", "ﷺ 漢字 👩‍🏫", "a\x00b\nc", "\xff\xfe broken", "'; DROP TABLE x; --"}
	topic := ""
	for i, w := range words {
		topic = odd.node(fmt.Sprint("topic", i), topic, "topic", row{"title": w, "description": w})
		for _, kind := range []string{"video", "audio", "document", "html5", "exercise", "slideshow", "h5p", "zim", "quiz", "no such kind", w} {
			id := odd.node(fmt.Sprint(kind, i), topic, kind, row{
				"title": w, "description": w, "license_name": w, "license_owner": w, "options": w, "lang_id": w, "categories": w,
			})
			odd.file(id, w, "pdf", aPDF(w))
			odd.fileRow(id, kind, w, w, -5)
			odd.insert("content_assessmentmetadata", row{"id": hexOf(id), "contentnode_id": id, "assessment_item_ids": w, "mastery_model": w, "number_of_assessments": "many"})
		}
	}
	odd.node("twice", topic, "document", row{"content_id": hexOf("content document1")})
	old := newChannel(t, "", hexOf("old"), 1)
	old.node("only", "", "video", nil)
	wal := lessons(t)
	sqlitetest.Do(t, wal.done(), "PRAGMA journal_mode = wal")
	importtest.Run(t, kolibri.Format{}, []importtest.Sample{
		{Path: odd.done(), Silent: true}, {Path: old.done(), Silent: true}, {Path: wal.path, Licence: "CC-BY-4.0", Resources: 4},
	}, nil)
}
