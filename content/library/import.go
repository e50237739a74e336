package library

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"lamplight/content"
)

// ImportOptions say how to import.
type ImportOptions struct {
	content.ImportOptions
	DryRun bool // plan and report, write nothing
	Link   bool // leave files where they are; the course leaves with the stick
	// Own says that the files were gathered on the store's disk for this import and are never written again: those told by
	// their names are kept by a second name (link(2)), not copied.
	Own bool
	// OwnAll says the same of files that are not told by their names.
	OwnAll bool
	// Progress is told bytes done of the total of the course named what, often, from one goroutine. May be nil.
	Progress func(done, total int64, what string)
}

// A Report says what an import did.
type Report struct {
	Courses  []content.Course `json:"courses"` // never nil; also those that were installed already
	Refused  []Refusal        `json:"refused"` // never nil
	Warnings []string         `json:"warnings,omitempty"`
	// Changes say what an update changes, or with DryRun would.
	Changes []Change `json:"changes,omitempty"`
	// Topics are, with DryRun, what may be chosen of courses of many parts.
	Topics []CourseTopics `json:"topics,omitempty"`
}

// A Change is what an import changes of a course that is installed.
type Change struct {
	Course content.CourseID `json:"course"`
	Title  string           `json:"title"`
	content.Diff
}

// CourseTopics are the topics of a course that may be chosen, with sizes.
type CourseTopics struct {
	Course content.CourseID    `json:"course"`
	Title  string              `json:"title"`
	Topics []content.TopicSize `json:"topics"`
}

// A Refusal is a path that was not imported, and why, in English.
type Refusal struct {
	Path   string `json:"path"`
	Reason string `json:"reason"`
	Err    error  `json:"-"`
}

const (
	maxRefused  = 1000
	maxWarnings = 1000
)

func (r *Report) refuse(path string, err error) {
	if len(r.Refused) < maxRefused {
		r.Refused = append(r.Refused, Refusal{Path: path, Reason: reason(err), Err: err})
	} else if len(r.Refused) == maxRefused {
		r.Refused = append(r.Refused, Refusal{Path: "…", Reason: "and more", Err: err})
	}
}

func (r *Report) warn(text string) {
	if len(r.Warnings) < maxWarnings {
		r.Warnings = append(r.Warnings, clip(text, 2000))
	}
}

// reason is an error's text, without line ends or the control characters a hostile name may hold.
func reason(err error) string {
	return clip(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, err.Error()), 2000)
}

// Import installs what lies at paths: each container is a course; a folder with course.md or
// databases/ is that format; a lone file is a course of one resource; the loose media of a folder form one course. One
// bad file never stops the others and leaves nothing behind. The error is for what stops everything: ctx ended.
func (l *Library) Import(ctx context.Context, paths []string, o ImportOptions) (Report, error) {
	report := Report{Courses: []content.Course{}, Refused: []Refusal{}}
	seen := map[content.CourseID]string{} // where each came from
	for _, path := range paths {
		for _, found := range l.discover(ctx, path) {
			if err := ctx.Err(); err != nil {
				return report, fmt.Errorf("library: import: %w", err)
			}
			if found.err != nil {
				report.refuse(found.path, found.err)
				continue
			}
			c, plan, refused, err := l.importOne(ctx, found, o)
			if err != nil {
				if ctx.Err() != nil {
					return report, fmt.Errorf("library: import of %s: %w", found.path, ctx.Err())
				}
				report.refuse(found.path, err)
				continue
			}
			report.note(found.path, c, plan, o.DryRun)
			for _, f := range append(slices.Clone(plan.Refused), refused...) {
				report.refuse(f.Path, f.Err)
			}
			report.add(c, found.path, seen)
		}
	}
	return report, nil
}

// add lists a course, once. Of two files that are one course the later has taken the place of the other.
func (r *Report) add(c content.Course, path string, seen map[content.CourseID]string) {
	first, twice := seen[c.ID]
	seen[c.ID] = path
	if !twice {
		r.Courses = append(r.Courses, c)
		return
	}
	i := slices.IndexFunc(r.Courses, func(o content.Course) bool { return o.ID == c.ID })
	if r.Courses[i].Edition != c.Edition || r.Courses[i].Bytes != c.Bytes {
		r.warn(fmt.Sprintf("%s: it is another edition of the same course as %s, and has taken its place", path, first))
	}
	r.Courses[i] = c
}

// note lists what a plan says beside its course.
func (r *Report) note(path string, c content.Course, p *content.Plan, dry bool) {
	for _, w := range p.Warnings {
		r.warn(path + ": " + w)
	}
	if p.Diff != nil {
		r.Changes = append(r.Changes, Change{c.ID, c.Title, *p.Diff})
	}
	if dry && len(p.Topics) > 0 {
		r.Topics = append(r.Topics, CourseTopics{c.ID, c.Title, p.Topics})
	}
}

// importOne plans and installs one course. Panics of a reader over a hostile file are its refusal.
func (l *Library) importOne(ctx context.Context, found candidate, o ImportOptions) (c content.Course, plan *content.Plan, refused []content.RefusedFile, err error) {
	o.Installed = l.Reader
	err = survive(func() error {
		var err error
		plan, err = found.format.Plan(ctx, found.path, o.ImportOptions)
		if err != nil {
			return err
		}
		if err := checkPlan(plan, found.format); err != nil {
			return err
		}
		if c = plan.Course; o.DryRun {
			return nil
		}
		c, refused, err = l.installPlan(ctx, plan, o)
		return err
	})
	return c, plan, refused, err
}

// survive runs fn and makes a panic an error: one file must not stop a box. No trace goes to people.
func survive(fn func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the reader failed over it (%v): %w", r, fs.ErrInvalid)
		}
	}()
	return fn()
}

// checkPlan finds a reader's mistakes before they are stored.
func checkPlan(p *content.Plan, f content.Format) error {
	m := Manifest{Course: p.Course, Format: f.Name(), Index: p.Index}
	for _, file := range p.Files {
		m.Files = append(m.Files, ManifestFile{Name: file.Name, Size: max(file.Size, 0)})
	}
	if err := m.check(); err != nil {
		return fmt.Errorf("library: %s planned what cannot be kept: %w: %w", f.Name(), err, fs.ErrInvalid)
	}
	if p.Course.Format != f.Name() {
		return errors.New("library: the plan is of another format")
	}
	return nil
}
