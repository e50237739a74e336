package kolibri

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"lamplight/content"
)

// Write makes a channel of a course that is none, and writes it to the drive at dir as Export does: films, sounds, PDFs and
// books as they are, our own pages as HTML packages, exercises as .perseus archives of such questions as Kolibri can ask.
// What it leaves out it names. The channel's id is the course's; when says its version and date.
func Write(ctx context.Context, r content.Reader, dir string, when time.Time) (leftOut []string, err error) {
	to, ok := contentFolder(dir)
	if !ok {
		to = filepath.Join(dir, "content")
	}
	m, err := readManifest(to)
	if err != nil {
		return nil, err
	}
	c := r.Course()
	w := &channelWriter{driveWriter: driveWriter{ctx: ctx, to: to}, r: r, course: c, languages: map[string]bool{}, locals: map[string]int64{}, nodes: map[content.ResourceID]string{}, tags: map[string]bool{}}
	defer func() {
		if err != nil {
			w.undo()
			err = fmt.Errorf("kolibri: writing %s: %w", c.Title, err)
		}
	}()
	if err := w.folder(filepath.Join(to, "databases")); err != nil {
		return nil, err
	}
	version := when.Unix() / 60 // Kolibri takes a channel again only when this grows
	if n, err := strconv.ParseInt(c.Edition, 10, 31); err == nil {
		version = n
	}
	path := filepath.Join(to, "databases", string(c.ID)+".sqlite3")
	_, errStat := os.Stat(path)
	err = w.write(path, errStat != nil, func(f *os.File) error { return w.channel(f.Name(), version, when) })
	if err != nil {
		return nil, err
	}
	m.add(index{Channel: string(c.ID), Root: string(c.ID)}, version)
	return w.leftOut, w.finish(m)
}

// A channelWriter writes one course.
type channelWriter struct {
	driveWriter
	r         content.Reader
	course    content.Course
	db        *tables
	languages map[string]bool
	locals    map[string]int64              // files of the storage, by name
	counter   int                           // of lft and rght
	nodes     map[content.ResourceID]string // ids of nodes that were written
	requires  [][2]content.ResourceID
	tags      map[string]bool
	leftOut   []string
}

func (w *channelWriter) leave(format string, args ...any) {
	if len(w.leftOut) < 1000 {
		w.leftOut = append(w.leftOut, fmt.Sprintf(format, args...))
	}
}

func (w *channelWriter) channel(path string, version int64, when time.Time) (err error) {
	if w.db, err = newTables(path); err != nil {
		return err
	}
	defer func() {
		if errClose := w.db.close(); err == nil {
			err = errClose
		}
	}()
	c := w.course
	w.db.insert("content_channelmetadata", values{
		"id": string(c.ID), "name": cut(c.Title, 200), "description": cut(c.Description, 400), "tagline": nil, "author": cut(cmp.Or(c.Licence.Author, c.Licence.Owner), 400),
		"version": version, "thumbnail": w.channelPicture(), "last_updated": when.UTC().Format(kolibriDate), "min_schema_version": "5", "root_id": string(c.ID),
	})
	root := content.Node{ID: content.ResourceID(c.ID), Kind: content.Topic, Title: c.Title, Description: c.Description}
	if err := w.node(root, "", 0, 1); err != nil {
		return err
	}
	for _, r := range w.requires {
		if before, ok := w.nodes[r[1]]; ok {
			w.db.link("content_contentnode_has_prerequisite", "from_contentnode_id", w.nodes[r[0]], "to_contentnode_id", before)
		}
	}
	return w.db.err()
}

// node writes a node and all below it.
func (w *channelWriter) node(n content.Node, parent string, level, order int) error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	var files []written
	if n.Kind != content.Topic {
		var err error
		if files, err = w.contents(n); err != nil {
			return err
		}
		if len(files) == 0 {
			return nil // named already
		}
	}
	id := string(w.course.ID)
	if level > 0 {
		id = hexOfKey(string(w.course.ID) + " " + string(n.ID))
	}
	w.counter++
	left := w.counter
	if n.Kind == content.Topic {
		if err := w.children(n, id, level); err != nil {
			return err
		}
	}
	w.counter++
	w.row(n, id, parent, level, order, left)
	w.files(n, id, files)
	w.beside(n, id)
	return w.db.err()
}

// beside writes tags, and notes what comes before what.
func (w *channelWriter) beside(n content.Node, id string) {
	w.nodes[n.ID] = id
	for _, before := range n.Requires {
		w.requires = append(w.requires, [2]content.ResourceID{n.ID, before})
	}
	done := map[string]bool{}
	for _, tag := range n.Labels.Tags {
		tag = cut(tag, 30)
		tagID := hexOfKey("tag " + tag)
		if !w.tags[tagID] {
			w.tags[tagID] = true
			w.db.insert("content_contenttag", values{"id": tagID, "tag_name": tag})
		}
		if !done[tagID] {
			done[tagID] = true
			w.db.link("content_contentnode_tags", "contentnode_id", id, "contenttag_id", tagID)
		}
	}
}

func (w *channelWriter) children(n content.Node, id string, level int) error {
	parent := n.ID
	if level == 0 {
		parent = ""
	}
	for offset := 0; ; offset += 200 {
		nodes, total, err := w.r.Children(parent, offset, 200)
		if err != nil {
			return err
		}
		for i, child := range nodes {
			if child.Broken != "" {
				w.leave("%s: %s", child.Title, child.Broken)
				continue
			}
			if err := w.node(child, id, level+1, offset+i+1); err != nil {
				return err
			}
		}
		if offset+len(nodes) >= total || len(nodes) == 0 {
			return nil
		}
	}
}

// kolibriKinds are our kinds in Kolibri's words.
var kolibriKinds = map[content.Kind]string{
	content.Topic: "topic", content.Video: "video", content.Audio: "audio", content.Document: "document", content.Book: "document",
	content.Page: "html5", content.Practice: "exercise",
}

func (w *channelWriter) row(n content.Node, id, parent string, level, order, left int) {
	l := w.course.Licence
	if n.Licence != nil {
		l = *n.Licence
	}
	lang := w.language(cmp.Or(n.Language, first(w.course.Languages)))
	v := values{
		"id": id, "title": cut(n.Title, 200), "coach_content": n.Staff, "content_id": contentID(w.course.ID, n), "channel_id": string(w.course.ID),
		"description": n.Description, "sort_order": float64(order), "license_owner": cut(cmp.Or(l.Owner, l.Author), 200), "author": cut(l.Author, 200),
		"kind": kolibriKinds[n.Kind], "available": false, "options": "{}", "grade_levels": joined(n.Labels.Levels), "resource_types": joined(n.Labels.Types),
		"learning_activities": joined(n.Labels.Activities), "accessibility_labels": joined(n.Labels.Accessibility), "categories": joined(n.Labels.Subjects),
		"learner_needs": joined(n.Labels.Needs), "duration": nil, "lft": left, "rght": w.counter, "tree_id": 1, "level": level, "lang_id": lang, "parent_id": nil,
		"license_name": nil, "license_description": nil,
	}
	if n.Kind != content.Topic {
		v["license_name"], v["license_description"] = licenceName(l)
	}
	if parent != "" {
		v["parent_id"] = parent
	}
	if n.Seconds > 0 {
		v["duration"] = int64(n.Seconds)
	}
	w.db.insert("content_contentnode", v)
}

// contentID is the resource's own id, so that progress is the same in the channel.
func contentID(c content.CourseID, n content.Node) string {
	if id, ok := hexID(string(n.ID)); ok {
		return id
	}
	return string(content.NewResourceID(c, string(n.ID)))
}

func first(s []string) string {
	if len(s) == 0 {
		return ""
	}
	return s[0]
}

func joined(codes []string) any {
	if len(codes) == 0 {
		return nil
	}
	return strings.Join(codes, ",")
}

var ccBY = regexp.MustCompile(`^CC-(BY(?:-NC)?(?:-SA|-ND)?)-[0-9.]+$`)

// licenceName gives le-utils' name of a licence; one that it has no name for is a special permission, described.
func licenceName(l content.Licence) (name, description any) {
	switch {
	case l.ID == "" && l.Terms == "":
		return nil, nil
	case ccBY.MatchString(l.ID):
		return "CC " + ccBY.FindStringSubmatch(l.ID)[1], nil
	case l.ID == "CC0-1.0" || l.ID == "CC-PDM-1.0":
		return "Public Domain", nil
	case l.ID == "LicenseRef-All-Rights-Reserved":
		return "All Rights Reserved", nil
	}
	return "Special Permissions", strings.TrimSpace(strings.TrimPrefix(l.ID, "LicenseRef-Special-Permissions") + "\n" + l.Terms)
}

var rightToLeft = []string{"ar", "fa", "he", "ur", "ps", "dv", "yi", "ug", "sd", "ckb"}

// language notes a language and answers its id, nil of none.
func (w *channelWriter) language(tag string) any {
	if tag == "" || tag == "und" || tag == "mul" || len(tag) > 14 {
		return nil
	}
	if !w.languages[tag] {
		w.languages[tag] = true
		code, sub, _ := strings.Cut(tag, "-")
		v := values{"id": tag, "lang_code": cut(code, 3), "lang_subcode": nil, "lang_name": tag, "lang_direction": "ltr"}
		if sub != "" {
			v["lang_subcode"] = cut(sub, 10)
		}
		if slices.Contains(rightToLeft, code) {
			v["lang_direction"] = "rtl"
		}
		w.db.insert("content_language", v)
	}
	return tag
}
