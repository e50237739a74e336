package kolibri

import (
	"cmp"
	"context"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"

	"lamplight/content"
)

// A planner plans one channel.
type planner struct {
	src    source
	o      content.ImportOptions
	c      *channel
	old    *reader // what is installed, nil when nothing is
	chosen []string
	plan   *content.Plan
	tally  tally
	diff   *differ
}

func plan(ctx context.Context, src source, o content.ImportOptions) (*content.Plan, error) {
	d, err := openDatabase(src.database)
	if err != nil {
		return nil, err
	}
	defer d.close()
	c, err := readChannel(ctx, d)
	if err != nil {
		return nil, err
	}
	p := &planner{src: src, o: o, c: c, plan: &content.Plan{}, tally: newTally()}
	release := p.openOld()
	defer release()
	c.storage = src.find
	if err := p.choose(); err != nil {
		return nil, err
	}
	if err := p.files(ctx); err != nil {
		return nil, err
	}
	return p.plan, p.compile(ctx)
}

// openOld opens what is installed of the channel.
func (p *planner) openOld() (release func()) {
	release = func() {}
	if p.o.Installed == nil {
		return release
	}
	r, let, err := p.o.Installed(courseID(p.c.id))
	if err != nil {
		return release
	}
	if old, ok := r.(*reader); ok {
		p.old = old
		p.diff = &differ{old: old}
	}
	return let
}

func courseID(channel string) content.CourseID { return content.NewCourseID("kolibri", channel) }

// choose settles what of the channel is wanted: what was asked for, else what the drive's manifest says is there; and what
// is installed already.
func (p *planner) choose() error {
	ids, strict := p.o.Topics, true
	if len(ids) == 0 {
		m, err := readManifest(p.src.content)
		if err != nil {
			p.c.warn("%v; all of the channel is taken to be there", err)
		}
		ids, strict = m.chosen(p.c.id, p.c.row.version), false
	}
	keep, err := p.c.choose(ids, strict)
	if err != nil {
		return err
	}
	if keep != nil && p.old != nil {
		if len(p.old.index.Chosen) == 0 {
			keep = nil // all of it is installed
		} else if had, err := p.c.choose(p.old.index.Chosen, false); err == nil {
			for i := range had {
				keep[i] = keep[i] || had[i]
			}
		}
	}
	var sizesOf []int32
	defer func() { p.titles(sizesOf) }()
	if err := p.findFiles(); err != nil {
		return err
	}
	p.plan.Topics, sizesOf = p.c.topicSizes(keep)
	p.chosen = p.c.cover(keep)
	if p.chosen == nil {
		keep = nil
	}
	if keep != nil {
		p.c.tree = p.c.lay(keep)
	}
	return nil
}

// titles names the topics whose sizes were found, the first that can be.
func (p *planner) titles(twigs []int32) {
	s := newScribe(p.c)
	for i, twig := range twigs {
		if r, err := s.record(context.Background(), twig); err == nil {
			p.plan.Topics[i].Title = r.Title
		}
	}
}

// findFiles looks for all files of the channel in the storage.
func (p *planner) findFiles() error {
	for i := range p.c.locals {
		l := &p.c.locals[i]
		path, size, ok := p.src.find(l.name)
		if !ok {
			continue
		}
		stated := l.size
		l.path, l.size, l.here = path, size, true
		if stated >= 0 && stated != size {
			l.bad = checkMD5(path, l.name)
		}
	}
	return nil
}

// checkMD5 reads a file whose length is not the one stated.
func checkMD5(path, name string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	sum := md5.New()
	if _, err := io.Copy(sum, f); err != nil {
		return err
	}
	if want := plannedFile(local{name: name}).MD5; want != nil && hex.EncodeToString(sum.Sum(nil)) != hex.EncodeToString(want) {
		return fmt.Errorf("its MD5 is not that of its name: the file is damaged: %w", fs.ErrInvalid)
	}
	return nil
}

// files lists what is to be kept, in course order, so that what comes first can be used first.
func (p *planner) files(ctx context.Context) error {
	kept, err := p.database()
	if err != nil {
		return err
	}
	p.plan.Files = []content.PlanFile{kept, {Name: treeName}}
	seen := map[string]bool{}
	for _, twig := range p.c.tree.twigs {
		if err := ctx.Err(); err != nil {
			return err
		}
		for _, f := range p.c.filesOf(twig) {
			l := p.c.locals[f.local]
			if !seen[l.name] {
				seen[l.name] = true
				p.file(l)
			}
		}
	}
	if n := len(p.plan.Missing) - len(p.plan.Refused); n > 0 {
		p.c.warn("%d of its files are not on the drive; import it again with them to complete it", n)
	}
	return nil
}

// database is the database to keep: the file, or one made of it and the log that Kolibri left beside it.
func (p *planner) database() (content.PlanFile, error) {
	path := p.src.database
	info, err := os.Stat(path)
	if err != nil {
		return content.PlanFile{}, err
	}
	if !p.c.d.f.Logged() {
		return content.PlanFile{Name: databaseName, Size: info.Size(), Parts: []string{path}}, nil
	}
	return content.PlanFile{Name: databaseName, Size: p.c.d.f.Size(), Make: func(ctx context.Context, temp string) error {
		d, err := openDatabase(path)
		if err != nil {
			return err
		}
		defer d.close()
		return d.copyTo(ctx, temp)
	}}, nil
}

func (p *planner) file(l local) {
	f := plannedFile(l)
	switch {
	case l.bad != nil:
		p.plan.Refused = append(p.plan.Refused, content.RefusedFile{Path: l.path, Err: l.bad})
		p.plan.Missing = append(p.plan.Missing, f)
	case !l.here:
		p.plan.Missing = append(p.plan.Missing, f)
	default:
		p.plan.Files = append(p.plan.Files, f)
	}
}

// compile writes the tree, to be held or only measured, and describes the course by what it sees.
func (p *planner) compile(ctx context.Context) error {
	var tree compiled
	err := p.c.writeTree(ctx, &tree, func(place int32, r *record) {
		p.tally.see(place, p.c.key(p.c.tree.twigs[place]), r)
		if p.diff != nil && place > 0 {
			p.diff.see(p.c.key(p.c.tree.twigs[place]), r)
		}
	})
	if err != nil {
		return broken(err)
	}
	src, chosen := p.src, p.chosen
	p.plan.Files[1].Size = tree.size
	p.plan.Files[1].Make = func(ctx context.Context, temp string) error {
		return tree.makeTree(ctx, temp, func(ctx context.Context, w io.Writer) error { return writeAgain(ctx, src, chosen, w) })
	}
	p.describe()
	if p.diff != nil {
		if p.plan.Diff, err = p.diff.finish(p.plan); err != nil {
			p.c.warn("what changes cannot be said: %v", err)
		}
	}
	p.plan.Index, err = encoder.Marshal(index{Form: indexForm, Channel: p.c.id, Root: hex.EncodeToString(p.c.twigs[0].id[:]), Chosen: p.chosen})
	if err == nil && len(p.plan.Index) > 1<<20 {
		err = fmt.Errorf("%d topics and resources are chosen one by one, which is too many: choose whole topics: %w", len(p.chosen), fs.ErrInvalid)
	}
	p.plan.Warnings = p.c.warnings
	return err
}

// writeAgain writes the tree of a channel too large to be held.
func writeAgain(ctx context.Context, src source, chosen []string, w io.Writer) error {
	d, err := openDatabase(src.database)
	if err != nil {
		return err
	}
	defer d.close()
	c, err := readChannel(ctx, d)
	if err != nil {
		return err
	}
	keep, err := c.choose(chosen, false)
	if err != nil {
		return err
	}
	if keep != nil {
		c.tree = c.lay(keep)
	}
	c.storage = src.find
	for i := range c.locals { // lengths are those found, as when it was measured
		if _, size, ok := src.find(c.locals[i].name); ok {
			c.locals[i].size = size
		}
	}
	if err := c.writeTree(ctx, w, nil); err != nil {
		return broken(err)
	}
	return nil
}

func (p *planner) describe() {
	c, t := p.c, &p.tally
	course := content.Course{
		ID: courseID(c.id), Edition: strconv.FormatInt(c.row.version, 10), Format: "kolibri", Title: c.row.name,
		Description: cmp.Or(c.row.description, c.row.tagline), Languages: t.languages.most(8), Resources: t.resources, Items: t.items,
		Missing: len(p.plan.Missing), Labels: t.labels(), Licence: t.licence(),
	}
	if course.Title == "" {
		course.Title = cmp.Or(t.title, c.id)
	}
	if len(course.Languages) == 0 {
		course.Languages = []string{cmp.Or(t.language, "und")}
	}
	course.Licence.Author = cmp.Or(course.Licence.Author, c.row.author)
	course.Licence.ID = cmp.Or(course.Licence.ID, p.o.Licence)
	course.Licence.Owner = cmp.Or(course.Licence.Owner, p.o.Owner)
	if len(c.row.thumbnail) > 0 {
		course.Thumbnail = thumbnailPath
	} else {
		course.Thumbnail = t.thumbnail
	}
	for _, f := range p.plan.Files {
		course.Bytes += f.Size
	}
	p.plan.Course = course
}
