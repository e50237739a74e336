package main

import (
	"crypto/md5"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	_ "modernc.org/sqlite"
)

// A channel is a made-up one of Kolibri's on a drive: topics of fifty resources each, nine in ten a document and the tenth a
// film, with seven tenths of all bytes in films.
type channel struct {
	id     string // 32 hexadecimal digits, as are those of topics
	drive  string // what both import from
	topics []string
	nodes  int
}

// channelTables are those of content schema 5 that a channel without tags and exercises fills.
const channelTables = `CREATE TABLE content_language (id VARCHAR(14) PRIMARY KEY, lang_code VARCHAR(3) NOT NULL, lang_subcode VARCHAR(10), lang_name VARCHAR(100), lang_direction VARCHAR(3) NOT NULL);
CREATE TABLE content_localfile (id VARCHAR(32) PRIMARY KEY, extension VARCHAR(40) NOT NULL, available BOOLEAN NOT NULL, file_size INTEGER);
CREATE TABLE content_contentnode (id CHAR(32) PRIMARY KEY, license_name VARCHAR(50), license_description TEXT, title VARCHAR(200) NOT NULL, coach_content BOOLEAN NOT NULL, content_id CHAR(32) NOT NULL, channel_id CHAR(32) NOT NULL, description TEXT, sort_order FLOAT, license_owner VARCHAR(200) NOT NULL, author VARCHAR(200) NOT NULL, kind VARCHAR(200) NOT NULL, available BOOLEAN NOT NULL, options TEXT, grade_levels TEXT, resource_types TEXT, learning_activities TEXT, accessibility_labels TEXT, categories TEXT, learner_needs TEXT, duration INTEGER, lft INTEGER NOT NULL, rght INTEGER NOT NULL, tree_id INTEGER NOT NULL, level INTEGER NOT NULL, lang_id VARCHAR(14), parent_id CHAR(32));
CREATE TABLE content_assessmentmetadata (id CHAR(32) PRIMARY KEY, assessment_item_ids TEXT NOT NULL, number_of_assessments INTEGER NOT NULL, mastery_model TEXT NOT NULL, randomize BOOLEAN NOT NULL, is_manipulable BOOLEAN NOT NULL, contentnode_id CHAR(32) NOT NULL);
CREATE TABLE content_channelmetadata (id CHAR(32) PRIMARY KEY, name VARCHAR(200) NOT NULL, description VARCHAR(400) NOT NULL, tagline VARCHAR(150), author VARCHAR(400) NOT NULL, version INTEGER NOT NULL, thumbnail TEXT NOT NULL, last_updated VARCHAR, min_schema_version VARCHAR(50) NOT NULL, root_id CHAR(32) NOT NULL);
CREATE TABLE content_contentnode_has_prerequisite (id INTEGER PRIMARY KEY, from_contentnode_id CHAR(32) NOT NULL, to_contentnode_id CHAR(32) NOT NULL);
CREATE TABLE content_contentnode_related (id INTEGER PRIMARY KEY, from_contentnode_id CHAR(32) NOT NULL, to_contentnode_id CHAR(32) NOT NULL);
CREATE TABLE content_contenttag (id CHAR(32) PRIMARY KEY, tag_name VARCHAR(30) NOT NULL);
CREATE TABLE content_contentnode_tags (id INTEGER PRIMARY KEY, contentnode_id CHAR(32) NOT NULL, contenttag_id CHAR(32) NOT NULL);
CREATE TABLE content_file (id CHAR(32) PRIMARY KEY, preset VARCHAR(150) NOT NULL, supplementary BOOLEAN NOT NULL, thumbnail BOOLEAN NOT NULL, priority INTEGER, contentnode_id CHAR(32) NOT NULL, lang_id VARCHAR(14), local_file_id VARCHAR(32) NOT NULL);
INSERT INTO content_language VALUES ('en', 'en', NULL, 'English', 'ltr')`

const topicResources = 50

// A channelMaker writes a channel.
type channelMaker struct {
	channel
	tx    *sql.Tx
	block []byte
	one   bool // every resource has the same file
	err   error
}

// makeChannel writes a channel of so many resources and bytes; with 0 bytes all share one small file.
func makeChannel(drive string, resources int, total int64) (c channel, err error) {
	m := &channelMaker{channel: channel{id: hexOf(fmt.Sprint("channel", resources)), drive: drive}, block: make([]byte, 1<<20), one: total == 0}
	chance := rand.New(rand.NewPCG(1, 1))
	for i := range m.block {
		m.block[i] = byte(chance.Uint32())
	}
	path := filepath.Join(drive, "content", "databases", m.id+".sqlite3")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return c, err
	}
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(off)&_pragma=synchronous(off)")
	if err != nil {
		return c, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	if m.tx, err = db.Begin(); err != nil {
		return c, err
	}
	for s := range strings.SplitSeq(channelTables, ";") {
		m.do(s)
	}
	m.tree(resources, total)
	m.do("INSERT INTO content_channelmetadata VALUES (?, 'Side by side', '', '', 'Lamplight', 1, '', NULL, '5', ?)", m.id, m.id)
	if m.err != nil {
		return c, m.err
	}
	return m.channel, m.tx.Commit()
}

func (m *channelMaker) do(query string, args ...any) {
	if m.err == nil {
		_, m.err = m.tx.Exec(query, args...)
	}
}

func hexOf(s string) string {
	sum := md5.Sum([]byte(s))
	return hex.EncodeToString(sum[:])
}

func (m *channelMaker) tree(resources int, total int64) {
	films := max(resources/10, 1)
	film, paper := total*7/10/int64(films), total*3/10/int64(max(resources-films, 1))
	topics := (resources + topicResources - 1) / topicResources
	m.node(m.id, nil, "topic", "Side by side", 0, 1, 2*(resources+topics)+2)
	left, n := 2, 0
	for t := range topics {
		topic := hexOf(fmt.Sprint(m.id, "topic", t))
		m.topics = append(m.topics, topic)
		in := min(topicResources, resources-n)
		m.node(topic, m.id, "topic", fmt.Sprint("Topic ", t+1), 1, left, left+2*in+1)
		left++
		for range in {
			n++
			id := hexOf(fmt.Sprint(m.id, "node", n))
			if n%10 == 0 && !m.one {
				m.node(id, topic, "video", fmt.Sprint("Film ", n), 2, left, left+1)
				m.file(id, "high_res_video", "mp4", film, n)
			} else {
				m.node(id, topic, "document", fmt.Sprint("Document ", n), 2, left, left+1)
				m.file(id, "document", "pdf", paper, n)
			}
			left += 2
		}
		left++
	}
	m.nodes = resources + topics + 1
}

func (m *channelMaker) node(id string, parent any, kind, title string, level, left, right int) {
	m.do(`INSERT INTO content_contentnode (id, license_name, title, coach_content, content_id, channel_id, description, sort_order, license_owner, author, kind, available, options, lft, rght, tree_id, level, lang_id, parent_id)
VALUES (?, 'CC BY', ?, 0, ?, ?, 'What it is about, in a sentence or two.', ?, 'Owner', 'Author', ?, 0, '{}', ?, ?, 1, ?, 'en', ?)`,
		id, title, hexOf("content"+id), m.id, left, kind, left, right, level, parent)
}

// file stores size bytes that no other file has, and gives them to a node.
func (m *channelMaker) file(node, preset, ext string, size int64, seed int) {
	if m.one {
		size, seed = 1000, 0
	}
	if m.err != nil {
		return
	}
	head := fmt.Appendf(nil, "%%PDF-1.4\n%% %d\n", seed)
	copy(m.block, head)
	sum := md5.New()
	name := filepath.Join(m.drive, "making")
	f, err := os.Create(name)
	if err != nil {
		m.err = err
		return
	}
	for left := max(size, 64); left > 0; {
		b := m.block[:min(left, int64(len(m.block)))]
		sum.Write(b)
		_, err = f.Write(b)
		left -= int64(len(b))
		if err != nil {
			break
		}
	}
	hash := hex.EncodeToString(sum.Sum(nil))
	to := filepath.Join(m.drive, "content", "storage", hash[:1], hash[1:2], hash+"."+ext)
	m.err = errors.Join(err, f.Close(), os.MkdirAll(filepath.Dir(to), 0o755))
	if m.err == nil {
		m.err = os.Rename(name, to)
	}
	m.do("INSERT OR IGNORE INTO content_localfile VALUES (?, ?, 0, ?)", hash, ext, max(size, 64))
	m.do("INSERT INTO content_file VALUES (?, ?, 0, 0, 1, ?, NULL, ?)", hexOf(node+preset), preset, node, hash)
}
