package kolibri_test

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lamplight/content/kolibri/sqlite"
)

// A made is a channel made for a test.
type made struct {
	t    testing.TB
	dir  string // holds content/databases and content/storage
	id   string
	path string // of the database
	lft  int

	creates []string         // CREATE TABLE of each table
	rows    map[string][]row // by table
	locals  map[string]bool  // files that content_localfile has
}

// Columns of the tables as Kolibri makes them (content schema 5), and as its oldest release did.
var schemas = map[int]string{
	5: `CREATE TABLE content_channelmetadata (id CHAR(32) PRIMARY KEY, name VARCHAR(200), description VARCHAR(400), author VARCHAR(400), version INTEGER, thumbnail TEXT, last_updated VARCHAR, min_schema_version VARCHAR(50), root_id CHAR(32));
CREATE TABLE content_contentnode (id CHAR(32) PRIMARY KEY, parent_id CHAR(32), content_id CHAR(32), channel_id CHAR(32), kind VARCHAR(200), title VARCHAR(200), description TEXT, sort_order FLOAT, license_name VARCHAR(50), license_description TEXT, license_owner VARCHAR(200), author VARCHAR(200), coach_content BOOLEAN, available BOOLEAN, lang_id VARCHAR(14), options TEXT, duration INTEGER, grade_levels TEXT, resource_types TEXT, learning_activities TEXT, accessibility_labels TEXT, categories TEXT, learner_needs TEXT, lft INTEGER, rght INTEGER, tree_id INTEGER, level INTEGER);
CREATE TABLE content_file (id CHAR(32) PRIMARY KEY, contentnode_id CHAR(32), local_file_id CHAR(32), preset VARCHAR(150), supplementary BOOLEAN, thumbnail BOOLEAN, priority INTEGER, lang_id VARCHAR(14));
CREATE TABLE content_localfile (id VARCHAR(32) PRIMARY KEY, extension VARCHAR(40), available BOOLEAN, file_size INTEGER);
CREATE TABLE content_assessmentmetadata (id CHAR(32) PRIMARY KEY, contentnode_id CHAR(32), assessment_item_ids TEXT, number_of_assessments INTEGER, mastery_model TEXT, randomize BOOLEAN, is_manipulable BOOLEAN);
CREATE TABLE content_language (id VARCHAR(14) PRIMARY KEY, lang_code VARCHAR(3), lang_name VARCHAR(100), lang_direction VARCHAR(3));
CREATE TABLE content_contenttag (id CHAR(32) PRIMARY KEY, tag_name VARCHAR(30));
CREATE TABLE content_contentnode_tags (id INTEGER PRIMARY KEY, contentnode_id CHAR(32), contenttag_id CHAR(32));
CREATE TABLE content_contentnode_has_prerequisite (id INTEGER PRIMARY KEY, from_contentnode_id CHAR(32), to_contentnode_id CHAR(32));`,
	1: `CREATE TABLE content_channelmetadata (id CHAR(32) PRIMARY KEY, name VARCHAR(200), description VARCHAR(400), author VARCHAR(400), version INTEGER, thumbnail TEXT, root_pk CHAR(32));
CREATE TABLE content_license (id INTEGER PRIMARY KEY, license_name VARCHAR(50), license_description TEXT);
CREATE TABLE content_contentnode (id CHAR(32) PRIMARY KEY, parent_id CHAR(32), content_id CHAR(32), channel_id CHAR(32), kind VARCHAR(200), title VARCHAR(200), description TEXT, sort_order FLOAT, license_id INTEGER, license_owner VARCHAR(200), author VARCHAR(200), available BOOLEAN, lang_id VARCHAR(14), stemmed_metaphone TEXT, lft INTEGER, rght INTEGER, tree_id INTEGER, level INTEGER);
CREATE TABLE content_file (id CHAR(32) PRIMARY KEY, contentnode_id CHAR(32), checksum CHAR(32), extension VARCHAR(40), file_size INTEGER, available BOOLEAN, preset VARCHAR(150), supplementary BOOLEAN, thumbnail BOOLEAN, priority INTEGER, lang_id VARCHAR(14));`,
}

// newChannel begins a channel on a drive of its own.
func newChannel(t testing.TB, dir, id string, schema int) *made {
	t.Helper()
	if dir == "" {
		dir = t.TempDir()
	}
	m := &made{t: t, dir: dir, id: id, rows: map[string][]row{}, locals: map[string]bool{}, path: filepath.Join(dir, "content", "databases", id+".sqlite3")}
	if err := os.MkdirAll(filepath.Dir(m.path), 0o755); err != nil {
		t.Fatal(err)
	}
	for c := range strings.SplitSeq(schemas[schema], ";") {
		if c = strings.TrimSpace(c); c != "" {
			m.creates = append(m.creates, c)
		}
	}
	root := "root_id"
	if schema == 1 {
		root = "root_pk"
	}
	m.insert("content_channelmetadata", row{"id": id, "name": "Lessons", "description": "All of them", "author": "A. Author", "version": 3, root: id})
	m.insert("content_contentnode", row{"id": id, "content_id": id, "kind": "topic", "title": "Lessons", "lft": m.left(), "lang_id": "en"})
	return m
}

type row map[string]any

func (m *made) insert(table string, r row) { m.rows[table] = append(m.rows[table], r) }

// drop takes a table away with its rows; create, "" for none, makes another in its place.
func (m *made) drop(table, create string) {
	delete(m.rows, table)
	m.creates = slices.DeleteFunc(m.creates, func(c string) bool { return strings.HasPrefix(c, "CREATE TABLE "+table+" ") })
	if create != "" {
		m.creates = append(m.creates, create)
	}
}

func (m *made) left() int { m.lft++; return m.lft }

// hexOf makes an id of a word.
func hexOf(word string) string {
	h := md5.Sum([]byte(word))
	return hex.EncodeToString(h[:])
}

// node adds a node under a parent, "" the root; its id is made of name.
func (m *made) node(name, parent, kind string, more row) string {
	m.t.Helper()
	id := hexOf("node " + name)
	if parent == "" {
		parent = m.id
	}
	r := row{"id": id, "content_id": hexOf("content " + name), "parent_id": parent, "kind": kind, "title": name, "lft": m.left(), "lang_id": "en"}
	for k, v := range more {
		r[k] = v
	}
	m.insert("content_contentnode", r)
	return id
}

// file gives a node a file of these bytes and stores it; it answers the name in the storage.
func (m *made) file(node, preset, ext string, b []byte) string {
	m.t.Helper()
	sum := md5.Sum(b)
	hash := hex.EncodeToString(sum[:])
	name := hash + "." + ext
	m.fileRow(node, preset, ext, hash, int64(len(b)))
	path := m.stored(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		m.t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o644); err != nil {
		m.t.Fatal(err)
	}
	return name
}

func (m *made) fileRow(node, preset, ext, hash string, size int64) {
	m.t.Helper()
	aside := strings.HasSuffix(preset, "_thumbnail")
	id := hexOf(fmt.Sprint("file", node, preset, hash, m.left()))
	if !m.locals[hash] {
		m.locals[hash] = true
		m.insert("content_localfile", row{"id": hash, "extension": ext, "available": 0, "file_size": size})
	}
	m.insert("content_file", row{"id": id, "contentnode_id": node, "local_file_id": hash, "preset": preset, "supplementary": aside || preset == "video_subtitle", "thumbnail": aside, "priority": 1})
}

func (m *made) stored(name string) string {
	return filepath.Join(m.dir, "content", "storage", name[:1], name[1:2], name)
}

// done writes it as it is now.
func (m *made) done() string {
	m.t.Helper()
	w, err := sqlite.Create(m.path)
	if err != nil {
		m.t.Fatal(err)
	}
	for _, c := range m.creates {
		w.Table(c)
	}
	for table, rows := range m.rows {
		for _, r := range rows {
			w.Insert(table, r)
		}
	}
	if err := w.Close(); err != nil {
		m.t.Fatal(err)
	}
	return m.path
}

// aPDF is the least that is a PDF, told from others by a word.
func aPDF(word string) []byte {
	return []byte("%PDF-1.4\n% " + word + "\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
}
