package kolibri_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lamplight/content"
	"lamplight/content/importtest"
	"lamplight/content/kolibri"
	"lamplight/content/kolibri/sqlite/sqlitetest"
	"lamplight/content/pack"
)

// schema5 is what Kolibri's content schema 5 asks of each column: the longest it may be in characters, 0 any; ! after what
// may not be NULL, # after what is unique, > and the table whose id it must be.
var schema5 = map[string]string{
	"content_contenttag":                   "id 32!# tag_name 30!",
	"content_language":                     "id 14!# lang_code 3! lang_subcode 10 lang_name 100 lang_direction 3!",
	"content_localfile":                    "id 32!# extension 40! available 1! file_size 0",
	"content_contentnode":                  "id 32!# license_name 50 license_description 0 title 200! coach_content 1! content_id 32! channel_id 32! description 0 sort_order 0 license_owner 200! author 200! kind 200! available 1! options 0 grade_levels 0 resource_types 0 learning_activities 0 accessibility_labels 0 categories 0 learner_needs 0 duration 0 lft 0! rght 0! tree_id 0! level 0! lang_id 14>content_language parent_id 32>content_contentnode",
	"content_assessmentmetadata":           "id 32!# assessment_item_ids 0! number_of_assessments 0! mastery_model 0! randomize 1! is_manipulable 1! contentnode_id 32!>content_contentnode",
	"content_channelmetadata":              "id 32!# name 200! description 400! tagline 150 author 400! version 0! thumbnail 0! last_updated 0 min_schema_version 50! root_id 32!>content_contentnode",
	"content_contentnode_has_prerequisite": "id 0!# from_contentnode_id 32!>content_contentnode to_contentnode_id 32!>content_contentnode",
	"content_contentnode_related":          "id 0!# from_contentnode_id 32!>content_contentnode to_contentnode_id 32!>content_contentnode",
	"content_contentnode_tags":             "id 0!# contentnode_id 32!>content_contentnode contenttag_id 32!>content_contenttag",
	"content_file":                         "id 32!# preset 150! supplementary 1! thumbnail 1! priority 0 contentnode_id 32!>content_contentnode lang_id 14>content_language local_file_id 32!>content_localfile",
}

// brokenRules lists what of a database breaks schema 5.
func brokenRules(t *testing.T, path string) (out []string) {
	t.Helper()
	var questions []string
	ask := func(rule, query string) {
		questions = append(questions, "+SELECT '"+rule+"', ("+query+")")
	}
	for table, columns := range schema5 {
		words := strings.Fields(columns)
		for i := 0; i < len(words); i += 2 {
			column, rule := words[i], words[i+1]
			rule, other, _ := strings.Cut(rule, ">")
			at := table + "." + column
			count := "SELECT count(*) FROM " + table + " WHERE "
			if strings.Contains(rule, "!") {
				ask(at+" is NULL", count+column+" IS NULL")
			}
			if strings.Contains(rule, "#") {
				ask(at+" twice", "SELECT count("+column+") - count(DISTINCT "+column+") FROM "+table)
			}
			if length := strings.TrimRight(rule, "!#"); length != "0" {
				ask(at+" too long", count+"length("+column+") > "+length)
			} else {
				ask(at, count+column+" IS NULL AND 0") // it is there
			}
			if other != "" {
				ask(at+" of nothing", count+column+" IS NOT NULL AND "+column+" NOT IN (SELECT id FROM "+other+")")
			}
		}
	}
	for _, row := range sqlitetest.Do(t, path, questions...) {
		if row[1] != 0.0 {
			out = append(out, fmt.Sprintf("%s: %v rows", row...))
		}
	}
	return out
}

func TestAChannelOfOursKeepsEveryRuleOfSchema5(t *testing.T) {
	dir := t.TempDir()
	long := strings.Repeat("Überlänge ", 7)
	for name, text := range map[string]string{
		"course.md":               "---\nid: test.rules\ntitle: " + long + "\nlanguage: sr-Latn-RS\nlicence: CC-BY-SA-4.0\nowner: " + strings.Repeat("Owner ", 30) + "\n---\n" + strings.Repeat("About it. ", 100) + "\n",
		"01-first/01-page.md":     "---\ntitle: " + long + "\n---\nWords.\n",
		"01-first/02-other.md":    "---\ntitle: Two\n---\nWords.\n",
		"01-first/03-practice.md": "---\nkind: exercise\ntitle: Practice\n---\n## choice q1\n? Which is ten?\n(x) 10\n( ) 9\n",
	} {
		path := filepath.Join(dir, name)
		os.MkdirAll(filepath.Dir(path), 0o755)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	f := pack.Format{}
	p, err := f.Plan(context.Background(), dir, content.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := f.Open(p.Course, importtest.Install(t, p), p.Index)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	drive := filepath.Join(t.TempDir(), "KOLIBRI_DATA")
	if _, err := kolibri.Write(context.Background(), r, drive, time.Unix(1e9, 0)); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(drive, "content", "databases", string(p.Course.ID)+".sqlite3")
	if broken := brokenRules(t, path); len(broken) > 0 {
		t.Errorf("%s", strings.Join(broken, "\n"))
	}
	sqlitetest.Do(t, path, "PRAGMA foreign_keys = off", // so that the check is known to see
		"UPDATE content_contentnode SET title = title || hex(zeroblob(200)) WHERE level = 0", "DELETE FROM content_localfile")
	if broken := brokenRules(t, path); len(broken) < 2 {
		t.Errorf("of two broken rules it sees %q", broken)
	}
}
