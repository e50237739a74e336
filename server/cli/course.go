package cli

import (
	"context"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"lamplight/content"
	"lamplight/content/pack"
)

func newCourse(_ context.Context, c *call) error {
	var id, title, lang string
	words, err := c.flags(func(f *flag.FlagSet) {
		f.StringVar(&id, "id", "", "")
		f.StringVar(&title, "title", "", "")
		f.StringVar(&lang, "lang", "en", "")
	})
	if err != nil {
		return err
	}
	if len(words) != 2 || words[0] != "course" {
		return usage("say `lamplight new course DIR`")
	}
	dir := c.path(words[1])
	if id == "" {
		id = strings.ToLower(filepath.Base(dir))
	}
	if title == "" {
		title = filepath.Base(dir)
	}
	if err := pack.New(dir, id, title, lang); err != nil {
		return err
	}
	fmt.Fprintf(c.Out, "Wrote a course to start from in %s. Edit it while `lamplight preview %s` shows it; `lamplight lint %s` says what is wrong, `lamplight import %s` installs it.\n", dir, words[1], words[1], words[1])
	return nil
}

func buildCourse(ctx context.Context, c *call) error {
	var out string
	words, err := c.flags(func(f *flag.FlagSet) { f.StringVar(&out, "o", "", "") })
	if err != nil {
		return err
	}
	if len(words) != 1 {
		return usage("name one course folder")
	}
	if out == "" {
		out = filepath.Base(filepath.Clean(words[0])) + ".lamp"
	}
	course, err := pack.Build(ctx, c.path(words[0]), c.path(out))
	if err != nil {
		return err
	}
	return c.print(course, func(w io.Writer) {
		fmt.Fprintf(w, "Wrote %s: %s, %d resources, %d questions, %s\n", out, course.Title, course.Resources, course.Items, bytesInWords(course.Bytes))
	})
}

func lintCourse(ctx context.Context, c *call) error {
	words, err := c.flags(func(*flag.FlagSet) {})
	if err != nil {
		return err
	}
	if len(words) != 1 {
		return usage("name one course folder")
	}
	problems, err := pack.Lint(ctx, c.path(words[0]))
	if err != nil {
		return err
	}
	broken := 0
	for _, p := range problems {
		if !p.Warning {
			broken++
		}
	}
	v := struct {
		OK       bool           `json:"ok"`
		Problems []pack.Problem `json:"problems"`
	}{broken == 0, problems}
	if v.Problems == nil {
		v.Problems = []pack.Problem{}
	}
	err = c.print(v, func(w io.Writer) {
		for _, p := range problems {
			fmt.Fprintln(w, p)
		}
		fmt.Fprintf(w, "%d errors, %d warnings\n", broken, len(problems)-broken)
	})
	if err == nil && broken > 0 {
		return errSaid
	}
	return err
}

// exportFolder writes a course of ours, or a bank that was made one, as a course folder, and says what could not be written.
func (c *call) exportFolder(ctx context.Context, id content.CourseID, dir string) error {
	r, release, err := c.Node.Library.Reader(id)
	if err != nil {
		return err
	}
	defer release()
	v := struct {
		Dir     string   `json:"dir"`
		LeftOut []string `json:"left_out"`
	}{Dir: dir}
	if v.LeftOut, err = pack.Folder(ctx, r, dir); err != nil {
		return err
	}
	if v.LeftOut == nil {
		v.LeftOut = []string{}
	}
	return c.print(v, func(w io.Writer) {
		fmt.Fprintf(w, "Wrote %s as a folder: %s. `lamplight build %s` makes one file of it.\n", r.Course().Title, dir, dir)
		for _, s := range v.LeftOut {
			fmt.Fprintf(w, "left out: %s\n", s)
		}
	})
}
