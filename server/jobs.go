package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"lamplight/content"
	"lamplight/content/library"
	"lamplight/content/opds"
	"lamplight/server/queue"
)

// openQueue reads what was asked for before the last stop, and deletes uploads that nobody waits for any more.
func (s *Server) openQueue() (err error) {
	if s.Queue, err = queue.Open(filepath.Join(s.dir, "queue.json"), curator{s}, s.log); err != nil {
		return err
	}
	wanted := map[string]bool{}
	for _, t := range s.Queue.Tasks() {
		if t.Upload && t.State != queue.Done {
			wanted[filepath.Base(filepath.Dir(t.Path))] = true
		}
	}
	if err := s.openIntake(); err != nil {
		return err
	}
	old, err := os.ReadDir(s.uploads())
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	for _, f := range old {
		if !wanted[f.Name()] && !s.Intake.Holds(f.Name()) {
			err = errors.Join(err, os.RemoveAll(filepath.Join(s.uploads(), f.Name())))
		}
	}
	err = errors.Join(err, s.sweepFetched())
	if err = errors.Join(err, os.MkdirAll(s.uploads(), 0o700)); err != nil {
		return fmt.Errorf("server: %w", err)
	}
	return nil
}

// Import asks for what lies at path to be installed and returns; Queue tells how it goes. What was uploaded is deleted
// afterwards.
func (s *Server) Import(path, licence, owner string) error {
	_, err := s.Ask(queue.Task{Kind: queue.Import, Path: path, Licence: licence, Owner: owner})
	return err
}

// Ask puts a task into the queue, once what it names is there. With state Looking it is first looked at.
func (s *Server) Ask(t queue.Task) (queue.Task, error) {
	switch t.Kind {
	case queue.Import:
		t.Path = filepath.Clean(t.Path)
		if _, err := os.Stat(t.Path); err != nil {
			return t, fmt.Errorf("server: import: %w", err)
		}
		if t.Title == "" {
			t.Title = filepath.Base(t.Path)
		}
		// The path is clean: of all that is deleted afterwards nothing is but one upload's own folder.
		t.Upload = filepath.Dir(filepath.Dir(t.Path)) == s.uploads()
	case queue.Fetch:
		if !opds.IsAddress(t.Path) || t.Ending == "" || strings.ContainsAny(t.Ending, `/\`) {
			return t, fmt.Errorf("server: %.200q cannot be fetched: %w", t.Path, fs.ErrInvalid)
		}
		t.State = queue.Waiting
	case queue.Move:
		course, err := s.Library.Course(t.Course)
		if err != nil {
			return t, err
		}
		t.Title, t.State = course.Title, queue.Waiting
	case queue.Verify:
		if t.Course != "" {
			c, err := s.Library.Course(t.Course)
			if err != nil {
				return t, err
			}
			t.Title = c.Title
		}
	default:
		return t, fmt.Errorf("server: no task is called %.20q: %w", t.Kind, fs.ErrInvalid)
	}
	return s.Queue.Add(t)
}

// A curator does what the queue of a node holds.
type curator struct{ s *Server }

var _ queue.Worker = curator{}

func importOptions(t queue.Task) library.ImportOptions {
	o := library.ImportOptions{ImportOptions: content.ImportOptions{Licence: t.Licence, Owner: t.Owner, Title: t.Name, Topics: t.Topics}, Link: t.Link}
	o.Own, o.OwnAll = t.Upload, t.Upload // it lies on our disk, and goes afterwards
	return o
}

// Look implements queue.Worker.
func (c curator) Look(ctx context.Context, t queue.Task) (*queue.Plan, error) {
	o := importOptions(t)
	o.DryRun = true
	report, err := c.s.Library.Import(ctx, []string{t.Path}, o)
	if err == nil {
		err = onlyRefused(report)
	}
	if err != nil {
		return nil, err
	}
	plan := c.s.plan(report, t.Link)
	if fi, err := os.Stat(t.Path); t.Upload && err == nil {
		plan.Need = max(0, plan.Need-fi.Size()) // it is kept where it lies
	}
	return plan, nil
}

// Work implements queue.Worker.
func (c curator) Work(ctx context.Context, t queue.Task, progress func(done, total int64, what string)) (queue.Result, error) {
	switch t.Kind {
	case queue.Verify:
		return c.verify(ctx, t, progress)
	case queue.Fetch:
		return c.fetch(ctx, t, progress)
	case queue.Move:
		return c.move(ctx, t, progress)
	}
	o := importOptions(t)
	o.Progress = progress
	return c.install(ctx, []string{t.Path}, o)
}

// onlyRefused is why nothing was installed of all that was there.
func onlyRefused(r library.Report) error {
	if len(r.Courses) > 0 || len(r.Refused) == 0 {
		return nil
	}
	return fmt.Errorf("server: import: %w", r.Refused[0].Err)
}

// verify reads what is installed again. What is damaged is set aside, and made anew from where it came or fetched from
// another box.
func (c curator) verify(ctx context.Context, t queue.Task, progress func(done, total int64, what string)) (r queue.Result, err error) {
	s := c.s
	if r.Problems, err = s.Library.Verify(ctx, t.Course, progress); err != nil {
		return r, err
	}
	if err = s.Library.SetAside(r.Problems); err != nil {
		return r, err
	}
	r.Mended, err = s.Library.Mend(ctx)
	s.lookForBlobs()
	return r, err
}

// lookForBlobs has other boxes asked for what is wanted now.
func (s *Server) lookForBlobs() {
	if s.run.network != nil {
		s.run.network.exchange.Look()
	}
}

// Drop implements queue.Worker: an upload that is done or given up is deleted, and what was half installed.
func (c curator) Drop(t queue.Task, givenUp bool) {
	if dir := filepath.Dir(t.Path); t.Upload && filepath.Dir(dir) == c.s.uploads() {
		os.RemoveAll(dir) // swept at the next start if it stays
	}
	if dir, _ := c.s.fetched(t); t.Kind == queue.Fetch {
		os.RemoveAll(dir)
	}
	if !givenUp || t.Kind != queue.Import && t.Kind != queue.Fetch || t.At == "" {
		return
	}
	c.s.Library.ForgetHalves()
	for _, x := range c.s.Library.Interrupted() {
		if x.Title == t.At {
			if err := c.s.Library.GiveUp(x.Course); err != nil {
				c.s.log.Warn("giving up an import", "course", x.Course, "err", err)
			}
		}
	}
}

// Trouble implements queue.Worker.
func (c curator) Trouble(t queue.Task, err error) string {
	if t.Kind == queue.Import {
		if _, gone := os.Stat(t.Path); gone != nil {
			return "gone"
		}
	}
	if t.Kind == queue.Fetch {
		if trouble := fetchTrouble(err); trouble != "" {
			return trouble
		}
	}
	for _, x := range []struct {
		kind    error
		trouble string
	}{
		{library.ErrAway, "unplugged"},
		{syscall.ENOSPC, "full"},
		{syscall.EIO, "card"},
		{syscall.EROFS, "card"},
		{fs.ErrPermission, "locked"},
		{errors.ErrUnsupported, "unknown"},
		{fs.ErrInvalid, "broken"},
		{fs.ErrNotExist, "missing"},
	} {
		if errors.Is(err, x.kind) {
			return x.trouble
		}
	}
	return "ours"
}

// plan says what installing what a report of a dry run lists would mean for this box.
func (s *Server) plan(r library.Report, link bool) *queue.Plan {
	p := &queue.Plan{Refused: r.Refused[:min(len(r.Refused), 50)], Warnings: r.Warnings[:min(len(r.Warnings), 50)], Room: s.roomLeft()}
	for _, c := range r.Courses {
		x := queue.Planned{Course: c, State: "new", Need: c.Bytes}
		if _, err := s.Library.Course(c.ID); err == nil {
			x.State = "update"
		}
		if s.Library.Holds(c, link) {
			x.State, x.Need = "same", 0
		}
		for _, d := range r.Changes {
			if d.Course == c.ID {
				x.Change, x.Need = &d.Diff, d.Copy
			}
		}
		for _, t := range r.Topics {
			if t.Course == c.ID {
				x.Topics = t.Topics
			}
		}
		if link {
			x.Need = 0
		}
		p.Courses, p.Need = append(p.Courses, x), p.Need+x.Need
	}
	return p
}

// roomLeft is how many bytes an import may write, what the trash would give up included; −1 when it cannot be measured.
func (s *Server) roomLeft() int64 {
	left, err := s.Blobs.Left()
	if err != nil {
		return -1
	}
	for _, t := range s.Library.Trashed() {
		left += t.Frees
	}
	return max(0, left)
}
