package cli

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/server/report"
	"lamplight/server/store"
	"lamplight/server/web"
	"lamplight/ui/locale"
	"lamplight/ui/view"
)

// A reportOrder is what a report is to be of, and how it is written.
type reportOrder struct {
	of, class    string
	format, file string
	lang         string
	noMark       bool
}

func reportCommand(ctx context.Context, c *call) error {
	o := reportOrder{}
	words, err := c.flags(func(f *flag.FlagSet) {
		f.StringVar(&o.format, "format", "", "")
		f.StringVar(&o.file, "o", "", "")
		f.StringVar(&o.lang, "lang", "", "")
		f.BoolVar(&o.noMark, "no-bom", false, "")
	})
	switch {
	case err != nil:
		return err
	case len(words) == 1 && (words[0] == "school" || words[0] == "district"), len(words) == 2 && words[0] == "class":
	default:
		return usage("say `report class CLASS`, `report school` or `report district`")
	}
	if len(words) == 2 {
		o.class = words[1]
	}
	o.of, o.format = words[0], cmp.Or(o.format, "table")
	tables, err := c.reportTables(o)
	if err != nil {
		return err
	}
	return c.writeReport(o, tables)
}

func (c *call) reportTables(o reportOrder) ([]view.Table, error) {
	switch o.of {
	case "school":
		return c.schoolTables()
	case "district":
		return c.districtTables()
	}
	id, err := c.findClass(o.class)
	if err != nil {
		return nil, err
	}
	w, err := c.Node.Store.ClassWork(learning.Box(), id, nil)
	if err != nil {
		return nil, err
	}
	n, err := c.reportNames(id)
	if err != nil {
		return nil, err
	}
	t := report.Learners(&w, n, noTile)
	t.Title = view.Words{Text: w.Class.Name}
	return []view.Table{t, report.Resources(&w, n, false)}, nil
}

func noTile(int) string { return "" }

func (c *call) schoolTables() ([]view.Table, error) {
	classes, err := c.Node.Store.Classes(learning.Box())
	if err != nil {
		return nil, err
	}
	all := make([]store.ClassWork, len(classes))
	for i, k := range classes {
		if all[i], err = c.Node.Store.ClassWork(learning.Box(), k.ID, nil); err != nil {
			return nil, err
		}
	}
	return []view.Table{report.School(all, func(learning.ClassID) string { return "" })}, nil
}

// districtTables is how the schools of this district are; errors.ErrUnsupported on a box.
func (c *call) districtTables() ([]view.Table, error) {
	d := c.Node.District()
	if d == nil {
		return nil, fmt.Errorf("this box oversees no schools; ask the district's (serve --role district): %w", errors.ErrUnsupported)
	}
	all, err := c.Node.Store.Sites(learning.Box())
	sites := make(map[string]store.Site, len(all))
	for _, x := range all {
		sites[x.School] = x
	}
	return []view.Table{web.SchoolsTable(d.States(), sites)}, err
}

// reportNames says what things are called.
func (c *call) reportNames(class learning.ClassID) (report.Names, error) {
	quizzes, err := c.Node.Store.Quizzes(learning.Box(), class)
	titles := map[learning.QuizID]string{}
	for _, q := range quizzes {
		titles[q.ID] = q.Title
	}
	return report.Names{Resource: func(r content.ResourceID, course content.CourseID) report.Thing {
		if q := learning.QuizOf(r); q != "" {
			return report.Thing{Title: titles[q]}
		}
		return report.Thing{Title: c.resourceTitle(course, r)}
	}}, err
}

func (c *call) resourceTitle(course content.CourseID, r content.ResourceID) string {
	reader, release, err := c.Node.Library.Reader(course)
	if err != nil {
		return string(r)
	}
	defer release()
	n, err := reader.Node(r)
	if err != nil {
		return string(r)
	}
	return cmp.Or(n.Title, string(r))
}

// writeReport writes to the file that was named, else to the terminal or pipe.
func (c *call) writeReport(o reportOrder, tables []view.Table) (err error) {
	style := report.Style{Locale: locale.For(cmp.Or(o.lang, c.schoolLanguage())), BOM: !o.noMark, Zone: c.schoolZone()}
	if c.Node.Store.ShowsPast() {
		tables = report.Arriving(tables)
	}
	out := c.Out
	if o.file != "" {
		f, openErr := os.OpenFile(c.path(o.file), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if openErr != nil {
			return openErr
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		out = f
	}
	if c.JSON {
		o.format = "json"
	}
	switch o.format {
	case "table":
		err = report.WriteText(out, style, tables...)
	case "csv":
		err = report.WriteCSV(out, style, tables...)
	case "json":
		err = report.WriteJSON(out, style, tables...)
	case "xlsx":
		err = c.writeWorkbook(out, o, style, tables)
	default:
		return usage("--format is table, csv, json or xlsx, not %q", o.format)
	}
	if err == nil && o.file != "" && !c.JSON {
		fmt.Fprintf(c.Err, "written to %s\n", filepath.Base(o.file))
	}
	return err
}

func (c *call) writeWorkbook(out io.Writer, o reportOrder, style report.Style, tables []view.Table) error {
	if o.file == "" && c.TTY {
		return fmt.Errorf("a workbook is not for a terminal; name a file with -o: %w", fs.ErrInvalid)
	}
	return report.WriteXLSX(out, style, tables...)
}

func (c *call) schoolLanguage() string {
	if school, err := c.Node.Store.School(); err == nil && school.Language != "" {
		return school.Language
	}
	return locale.English
}

func (c *call) schoolZone() *time.Location {
	school, err := c.Node.Store.School()
	if err != nil {
		return time.UTC
	}
	return time.FixedZone("", school.Zone*60)
}
