package cli

import (
	"context"
	"flag"
	"fmt"
	"io"
	"time"

	"lamplight/content"
	"lamplight/content/kolibri"
	"lamplight/content/library"
)

func libraryCommand(ctx context.Context, c *call) error {
	asKolibri, asFolder, mend := false, false, false
	words, err := c.flags(func(f *flag.FlagSet) {
		f.BoolVar(&asKolibri, "kolibri", false, "")
		f.BoolVar(&asFolder, "folder", false, "")
		f.BoolVar(&mend, "mend", false, "")
	})
	if err != nil {
		return err
	}
	verb, id := "list", content.CourseID("")
	if len(words) > 0 {
		verb = words[0]
	}
	if len(words) > 1 {
		id = content.CourseID(words[1])
	}
	lib := c.Node.Library
	switch {
	case verb == "list":
		return c.listCourses(lib.Courses())
	case verb == "verify" && len(words) <= 2:
		return c.verifyCourses(ctx, id, mend)
	case verb == "queue":
		return c.libraryQueue(words[1:])
	case verb == "trash":
		return c.libraryTrash(ctx, words[1:])
	case verb == "catalogue":
		return c.libraryCatalogue(ctx, words[1:])
	case verb == "offers":
		return c.libraryOffers(words[1:])
	case verb == "show" && len(words) == 2:
		course, err := lib.Course(id)
		if err != nil {
			return err
		}
		return c.print(course, func(w io.Writer) { sayCourse(w, course) })
	case verb == "remove" && len(words) == 2:
		course, err := lib.Course(id)
		if err != nil {
			return err
		}
		if err := c.Node.RemoveCourse(ctx, id); err != nil {
			return err
		}
		return c.print(struct {
			Removed content.CourseID `json:"removed"`
		}{id}, func(w io.Writer) {
			fmt.Fprintf(w, "Removed %s. It is in the trash for 30 days; learners' progress in it is kept.\n", course.Title)
		})
	case verb == "export" && len(words) == 3:
		if asFolder {
			return c.exportFolder(ctx, id, c.path(words[2]))
		}
		if course, err := lib.Course(id); err == nil && asKolibri && course.Format != (kolibri.Format{}).Name() {
			return c.exportChannel(ctx, id, c.path(words[2]))
		}
		return lib.Export(ctx, id, c.path(words[2]))
	}
	return usage("library does not take these words: %v", words)
}

// exportChannel writes a course that is no channel as one, and says what Kolibri cannot show of it.
func (c *call) exportChannel(ctx context.Context, id content.CourseID, dir string) error {
	r, release, err := c.Node.Library.Reader(id)
	if err != nil {
		return err
	}
	defer release()
	v := struct {
		LeftOut []string `json:"left_out"`
	}{}
	if v.LeftOut, err = kolibri.Write(ctx, r, dir, time.Now()); err != nil {
		return err
	}
	return c.print(v, func(w io.Writer) {
		for _, s := range v.LeftOut {
			fmt.Fprintf(w, "left out: %s\n", s)
		}
	})
}

func (c *call) listCourses(courses []content.Course) error {
	v := struct {
		Courses []content.Course `json:"courses"`
	}{courses}
	if v.Courses == nil {
		v.Courses = []content.Course{}
	}
	return c.print(v, func(w io.Writer) {
		if len(courses) == 0 {
			fmt.Fprintln(w, "Nothing is installed. `lamplight import FILE` installs a course.")
		}
		for _, x := range courses {
			fmt.Fprintf(w, "%s  %-8s %9s  %s\n", x.ID, x.Format, bytesInWords(x.Bytes), x.Title)
		}
	})
}

func (c *call) verifyCourses(ctx context.Context, id content.CourseID, mend bool) error {
	problems, err := c.Node.Library.Verify(ctx, id, c.progress())
	if err != nil {
		return err
	}
	v := struct {
		OK       bool              `json:"ok"`
		Problems []library.Problem `json:"problems"`
	}{len(problems) == 0, problems}
	if v.Problems == nil {
		v.Problems = []library.Problem{}
	}
	err = c.print(v, func(w io.Writer) {
		if v.OK {
			fmt.Fprintln(w, "Every file is as it was installed.")
		}
		for _, p := range problems {
			fmt.Fprintf(w, "%s %s: %s\n", p.Course, p.File, p.Reason)
		}
	})
	if err == nil && mend {
		err = c.mend(ctx, problems)
	}
	if err == nil && !v.OK {
		return errSaid
	}
	return err
}

func sayCourse(w io.Writer, x content.Course) {
	licence := x.Licence.ID
	if licence == "" {
		licence = "not stated"
	}
	fmt.Fprintf(w, "%s\n  id         %s\n  format     %s\n  edition    %s\n  languages  %v\n  licence    %s\n  owner      %s\n  resources  %d\n  items      %d\n  size       %s\n",
		x.Title, x.ID, x.Format, x.Edition, x.Languages, licence, x.Licence.Owner, x.Resources, x.Items, bytesInWords(x.Bytes))
	if x.Entries > 0 {
		fmt.Fprintf(w, "  entries    %d\n", x.Entries)
	}
}
