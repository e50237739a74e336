package kolibri

import (
	"maps"
	"slices"

	"lamplight/content/kolibri/sqlite"
)

// tables are a channel's database being written, in Kolibri's content schema 5. The first error stays.
type tables struct {
	w   *sqlite.Writer
	ids int // of rows that have no id of their own
}

type values map[string]any

// schema are the tables of content schema 5: their columns, types, keys and what may not be NULL.
var schema = []string{
	`content_contenttag (id CHAR(32) NOT NULL PRIMARY KEY, tag_name VARCHAR(30) NOT NULL)`,
	`content_language (id VARCHAR(14) NOT NULL PRIMARY KEY, lang_code VARCHAR(3) NOT NULL, lang_subcode VARCHAR(10), lang_name VARCHAR(100), lang_direction VARCHAR(3) NOT NULL)`,
	`content_localfile (id VARCHAR(32) NOT NULL PRIMARY KEY, extension VARCHAR(40) NOT NULL, available BOOLEAN NOT NULL, file_size INTEGER)`,
	`content_contentnode (id CHAR(32) NOT NULL PRIMARY KEY, license_name VARCHAR(50), license_description TEXT, title VARCHAR(200) NOT NULL, coach_content BOOLEAN NOT NULL, content_id CHAR(32) NOT NULL, channel_id CHAR(32) NOT NULL, description TEXT, sort_order FLOAT, license_owner VARCHAR(200) NOT NULL, author VARCHAR(200) NOT NULL, kind VARCHAR(200) NOT NULL, available BOOLEAN NOT NULL, options TEXT, grade_levels TEXT, resource_types TEXT, learning_activities TEXT, accessibility_labels TEXT, categories TEXT, learner_needs TEXT, duration INTEGER, lft INTEGER NOT NULL, rght INTEGER NOT NULL, tree_id INTEGER NOT NULL, level INTEGER NOT NULL, lang_id VARCHAR(14) REFERENCES content_language (id), parent_id CHAR(32) REFERENCES content_contentnode (id))`,
	`content_assessmentmetadata (id CHAR(32) NOT NULL PRIMARY KEY, assessment_item_ids TEXT NOT NULL, number_of_assessments INTEGER NOT NULL, mastery_model TEXT NOT NULL, randomize BOOLEAN NOT NULL, is_manipulable BOOLEAN NOT NULL, contentnode_id CHAR(32) NOT NULL REFERENCES content_contentnode (id))`,
	`content_channelmetadata (id CHAR(32) NOT NULL PRIMARY KEY, name VARCHAR(200) NOT NULL, description VARCHAR(400) NOT NULL, tagline VARCHAR(150), author VARCHAR(400) NOT NULL, version INTEGER NOT NULL, thumbnail TEXT NOT NULL, last_updated VARCHAR, min_schema_version VARCHAR(50) NOT NULL, root_id CHAR(32) NOT NULL REFERENCES content_contentnode (id))`,
	`content_contentnode_has_prerequisite (id INTEGER NOT NULL PRIMARY KEY, from_contentnode_id CHAR(32) NOT NULL REFERENCES content_contentnode (id), to_contentnode_id CHAR(32) NOT NULL REFERENCES content_contentnode (id), UNIQUE (from_contentnode_id, to_contentnode_id))`,
	`content_contentnode_related (id INTEGER NOT NULL PRIMARY KEY, from_contentnode_id CHAR(32) NOT NULL REFERENCES content_contentnode (id), to_contentnode_id CHAR(32) NOT NULL REFERENCES content_contentnode (id), UNIQUE (from_contentnode_id, to_contentnode_id))`,
	`content_contentnode_tags (id INTEGER NOT NULL PRIMARY KEY, contentnode_id CHAR(32) NOT NULL REFERENCES content_contentnode (id), contenttag_id CHAR(32) NOT NULL REFERENCES content_contenttag (id), UNIQUE (contentnode_id, contenttag_id))`,
	`content_file (id CHAR(32) NOT NULL PRIMARY KEY, preset VARCHAR(150) NOT NULL, supplementary BOOLEAN NOT NULL, thumbnail BOOLEAN NOT NULL, priority INTEGER, contentnode_id CHAR(32) NOT NULL REFERENCES content_contentnode (id), lang_id VARCHAR(14) REFERENCES content_language (id), local_file_id VARCHAR(32) NOT NULL REFERENCES content_localfile (id))`,
}

// indexed are the columns that Kolibri looks rows up by, by table.
var indexed = map[string][]string{
	"content_contentnode":                  {"content_id", "channel_id", "lft", "rght", "tree_id", "level", "lang_id", "parent_id"},
	"content_assessmentmetadata":           {"contentnode_id"},
	"content_file":                         {"contentnode_id", "local_file_id", "lang_id", "priority"},
	"content_contentnode_has_prerequisite": {"from_contentnode_id", "to_contentnode_id"},
	"content_contentnode_tags":             {"contentnode_id", "contenttag_id"},
}

// newTables begins a database in the file at path.
func newTables(path string) (*tables, error) {
	w, err := sqlite.Create(path)
	if err != nil {
		return nil, err
	}
	for _, s := range schema {
		w.Table("CREATE TABLE " + s)
	}
	for _, table := range slices.Sorted(maps.Keys(indexed)) {
		for _, column := range indexed[table] {
			w.Index("ix_"+table+"_"+column, table, column)
		}
	}
	return &tables{w: w}, nil
}

// insert adds a row.
func (t *tables) insert(table string, v values) { t.w.Insert(table, v) }

// link adds a row of a table of pairs.
func (t *tables) link(table, from, a, to, b string) {
	t.ids++
	t.insert(table, values{"id": t.ids, from: a, to: b})
}

// err is the first error.
func (t *tables) err() error { return t.w.Err() }

// close ends the database; nothing of it holds if there was an error.
func (t *tables) close() error { return t.w.Close() }
