package server

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"lamplight/content"
	"lamplight/content/library"
	"lamplight/server/web"
)

// An importJob is an import that somebody started on a page and may watch there.
type importJob struct {
	what  string
	done  atomic.Int64
	total atomic.Int64

	mu      sync.Mutex
	ended   bool
	problem string
	refused []library.Refusal
}

// maxJobs is how many imports the page remembers, ended ones included.
const maxJobs = 20

// Import starts installing what lies at path and returns; Jobs tells how it goes. What was uploaded is deleted
// afterwards. A power cut ends it with nothing half-installed.
func (s *Server) Import(path, licence, owner string) error {
	path = filepath.Clean(path)
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("server: import: %w", err)
	}
	j := &importJob{what: filepath.Base(path)}
	s.run.mu.Lock()
	s.run.jobs = append(s.run.jobs, j)
	if len(s.run.jobs) > maxJobs {
		s.run.jobs = s.run.jobs[1:]
	}
	s.run.mu.Unlock()
	s.run.imports.Go(func() { // waited for by Close
		s.runImport(s.run.ctx, j, path, library.ImportOptions{ImportOptions: content.ImportOptions{Licence: licence, Owner: owner}})
	})
	return nil
}

func (s *Server) runImport(ctx context.Context, j *importJob, path string, o library.ImportOptions) {
	s.run.importing.Lock() // one after the other: a card is slow enough for one
	defer s.run.importing.Unlock()
	o.Progress = func(done, total int64, _ string) { j.done.Store(done); j.total.Store(total) }
	report, err := s.Library.Import(ctx, []string{path}, o)
	if err == nil {
		err = s.OfferCourses(ctx)
	}
	if dir := filepath.Dir(path); filepath.Dir(dir) == s.uploads() { // path is clean: nothing but one upload's own folder
		os.RemoveAll(dir) // swept at the next start if it stays
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.ended, j.refused = true, report.Refused
	if err != nil {
		j.problem = err.Error()
		s.log.Warn("import", "path", path, "err", err)
	}
}

// Jobs lists imports under way, and ended ones that refused something.
func (s *Server) Jobs() []web.Job {
	s.run.mu.Lock()
	defer s.run.mu.Unlock()
	var out []web.Job
	for _, j := range s.run.jobs {
		j.mu.Lock()
		if !j.ended || j.problem != "" || len(j.refused) > 0 {
			out = append(out, web.Job{What: j.what, Done: j.done.Load(), Total: j.total.Load(), Problem: j.problem, Refused: j.refused})
		}
		j.mu.Unlock()
	}
	return out
}
