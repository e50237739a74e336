package main

import (
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"

	"lamplight/content/kolibri/sqlite"
)

// A channel is a made-up one of Kolibri's on a drive: topics of fifty resources each, nine in ten a document and the tenth a
// film, with seven tenths of all bytes in films.
type channel struct {
	id     string // 32 hexadecimal digits, as are those of topics
	drive  string // what both import from
	topics []string
	nodes  int
}

// channelTables are those of content schema 5.
var channelTables = []string{
	"CREATE TABLE content_language (id VARCHAR(14) PRIMARY KEY, lang_code VARCHAR(3) NOT NULL, lang_subcode VARCHAR(10), lang_name VARCHAR(100), lang_direction VARCHAR(3) NOT NULL)",
	"CREATE TABLE content_localfile (id VARCHAR(32) PRIMARY KEY, extension VARCHAR(40) NOT NULL, available BOOLEAN NOT NULL, file_size INTEGER)",
	"CREATE TABLE content_contentnode (id CHAR(32) PRIMARY KEY, license_name VARCHAR(50), license_description TEXT, title VARCHAR(200) NOT NULL, coach_content BOOLEAN NOT NULL, content_id CHAR(32) NOT NULL, channel_id CHAR(32) NOT NULL, description TEXT, sort_order FLOAT, license_owner VARCHAR(200) NOT NULL, author VARCHAR(200) NOT NULL, kind VARCHAR(200) NOT NULL, available BOOLEAN NOT NULL, options TEXT, grade_levels TEXT, resource_types TEXT, learning_activities TEXT, accessibility_labels TEXT, categories TEXT, learner_needs TEXT, duration INTEGER, lft INTEGER NOT NULL, rght INTEGER NOT NULL, tree_id INTEGER NOT NULL, level INTEGER NOT NULL, lang_id VARCHAR(14), parent_id CHAR(32))",
	"CREATE TABLE content_assessmentmetadata (id CHAR(32) PRIMARY KEY, assessment_item_ids TEXT NOT NULL, number_of_assessments INTEGER NOT NULL, mastery_model TEXT NOT NULL, randomize BOOLEAN NOT NULL, is_manipulable BOOLEAN NOT NULL, contentnode_id CHAR(32) NOT NULL)",
	"CREATE TABLE content_channelmetadata (id CHAR(32) PRIMARY KEY, name VARCHAR(200) NOT NULL, description VARCHAR(400) NOT NULL, tagline VARCHAR(150), author VARCHAR(400) NOT NULL, version INTEGER NOT NULL, thumbnail TEXT NOT NULL, last_updated VARCHAR, min_schema_version VARCHAR(50) NOT NULL, root_id CHAR(32) NOT NULL)",
	"CREATE TABLE content_contentnode_has_prerequisite (id INTEGER PRIMARY KEY, from_contentnode_id CHAR(32) NOT NULL, to_contentnode_id CHAR(32) NOT NULL)",
	"CREATE TABLE content_contentnode_related (id INTEGER PRIMARY KEY, from_contentnode_id CHAR(32) NOT NULL, to_contentnode_id CHAR(32) NOT NULL)",
	"CREATE TABLE content_contenttag (id CHAR(32) PRIMARY KEY, tag_name VARCHAR(30) NOT NULL)",
	"CREATE TABLE content_contentnode_tags (id INTEGER PRIMARY KEY, contentnode_id CHAR(32) NOT NULL, contenttag_id CHAR(32) NOT NULL)",
	"CREATE TABLE content_file (id CHAR(32) PRIMARY KEY, preset VARCHAR(150) NOT NULL, supplementary BOOLEAN NOT NULL, thumbnail BOOLEAN NOT NULL, priority INTEGER, contentnode_id CHAR(32) NOT NULL, lang_id VARCHAR(14), local_file_id VARCHAR(32) NOT NULL)",
}

const topicResources = 50

// A channelMaker writes a channel.
type channelMaker struct {
	channel
	db    *sqlite.Writer
	known map[string]bool // files that content_localfile has
	block []byte
	one   bool // every resource has the same file
	err   error
}

// makeChannel writes a channel of so many resources and bytes; with 0 bytes all share one small file.
func makeChannel(drive string, resources int, total int64) (c channel, err error) {
	m := &channelMaker{channel: channel{id: hexOf(fmt.Sprint("channel", resources)), drive: drive}, block: make([]byte, 1<<20), one: total == 0, known: map[string]bool{}}
	chance := rand.New(rand.NewPCG(1, 1))
	for i := range m.block {
		m.block[i] = byte(chance.Uint32())
	}
	path := filepath.Join(drive, "content", "databases", m.id+".sqlite3")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return c, err
	}
	if m.db, err = sqlite.Create(path); err != nil {
		return c, err
	}
	for _, t := range channelTables {
		m.db.Table(t)
	}
	m.db.Insert("content_language", columns{"id": "en", "lang_code": "en", "lang_name": "English", "lang_direction": "ltr"})
	m.tree(resources, total)
	m.db.Insert("content_channelmetadata", columns{
		"id": m.id, "name": "Side by side", "description": "", "tagline": "", "author": "Lamplight", "version": 1, "thumbnail": "", "min_schema_version": "5", "root_id": m.id,
	})
	return m.channel, errors.Join(m.err, m.db.Close())
}

// columns are a row by column.
type columns = map[string]any

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
	m.db.Insert("content_contentnode", columns{
		"id": id, "license_name": "CC BY", "title": title, "coach_content": false, "content_id": hexOf("content" + id), "channel_id": m.id,
		"description": "What it is about, in a sentence or two.", "sort_order": float64(left), "license_owner": "Owner", "author": "Author", "kind": kind,
		"available": false, "options": "{}", "lft": left, "rght": right, "tree_id": 1, "level": level, "lang_id": "en", "parent_id": parent,
	})
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
	if !m.known[hash] {
		m.known[hash] = true
		m.db.Insert("content_localfile", columns{"id": hash, "extension": ext, "available": false, "file_size": max(size, 64)})
	}
	m.db.Insert("content_file", columns{
		"id": hexOf(node + preset), "preset": preset, "supplementary": false, "thumbnail": false, "priority": 1, "contentnode_id": node, "local_file_id": hash,
	})
}
