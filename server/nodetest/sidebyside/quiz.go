package main

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

const (
	quizLearners  = 60
	quizQuestions = 2 * courseExercises * exerciseItems // more than anybody gets to
	quizEvery     = 5 * time.Second                     // how often each learner answers
	quizAbove     = 100.0                               // milliseconds that the box may take beyond the disk
)

// A sitter is one learner with a quiz: what the box acknowledged, and what it was asked when it was killed.
type sitter struct {
	person
	quiz  string // its address
	kept  map[int]string
	doubt map[int]string
	took  []time.Duration
}

// quizzes lets 60 learners sit a quiz for ten minutes, pulls the plug under them, and looks for every answer that had
// been acknowledged. As phones with the script do, each posts what was filled in, presses "next", and reads the next
// question. Beside it, in the same minutes on the same file system, somebody else syncs small writes.
func (b *bench) quizzes(ctx context.Context) error {
	sitters, err := b.setQuiz(ctx)
	if err != nil {
		return err
	}
	n, err := b.serve(b.data(), "")
	if err != nil {
		return err
	}
	defer func() { n.stop() }()
	if err := b.beginAll(ctx, n, sitters); err != nil {
		return err
	}
	d := 10 * time.Minute
	switch {
	case b.tiny:
		d = 6 * time.Second
	case b.short:
		d = time.Minute
	}
	syncs := b.syncBeside(filepath.Dir(b.data()), 100*time.Millisecond)
	err = sitAll(ctx, n, sitters, d)
	beside := syncs()
	if err != nil {
		return err
	}
	if n, err = b.serve(b.data(), ""); err != nil {
		return fmt.Errorf("after the kill: %w", err)
	}
	lost, err := lostOf(n, sitters)
	if err != nil {
		return err
	}
	b.sayQuiz(sitters, beside, lost, d)
	return nil
}

func (b *bench) sayQuiz(sitters []*sitter, beside []time.Duration, lost int, d time.Duration) {
	var took []time.Duration
	acknowledged := 0
	for _, s := range sitters {
		took = append(took, s.took...)
		acknowledged += len(s.kept)
	}
	ours, theirs := p95(took), p95(beside)
	b.table.add(fmt.Sprintf("%d learners in a quiz for %v, p95 of an answer", len(sitters), d),
		fmt.Sprintf("%d answers, p50 %.1f ms, p95 %.1f ms", len(took), milliseconds(median(took)), ours),
		fmt.Sprintf("fsync: p50 %.1f ms, p95 %.1f ms", milliseconds(median(beside)), theirs),
		fmt.Sprintf("%.1f ms above the fsync", ours-theirs), fmt.Sprintf("≤ %.0f ms", quizAbove), len(took) > 0 && ours-theirs <= quizAbove)
	b.table.add("  of the acknowledged, lost by kill -9 at the end", fmt.Sprintf("%d acknowledged", acknowledged), "", strconv.Itoa(lost), "0", acknowledged > 0 && lost == 0)
}

// p95 in milliseconds, 0 of nothing.
func p95(v []time.Duration) float64 {
	if len(v) == 0 {
		return 0
	}
	return milliseconds(slices.Sorted(slices.Values(v))[len(v)*95/100])
}

// setQuiz composes the same quiz in each class of the first learners, and opens it for them.
func (b *bench) setQuiz(ctx context.Context) ([]*sitter, error) {
	many := quizLearners
	if b.tiny {
		many = 12
	}
	address := map[string]string{}
	var sitters []*sitter
	for _, p := range b.people[:min(many, len(b.people))] {
		if address[p.Class] == "" {
			var made struct{ ID string }
			args := []string{"quiz", "add", "Sixty at once", "--class", p.Class, "--open", "--report"}
			for i := range 2 * len(b.course.exercises) {
				args = append(args, "--from", string(b.course.exercises[i%len(b.course.exercises)]))
			}
			if err := b.command(ctx, b.data(), &made, args...); err != nil {
				return nil, err
			}
			if err := b.command(ctx, b.data(), &struct{}{}, "assign", made.ID, "--class", p.Class); err != nil {
				return nil, err
			}
			address[p.Class] = "/quiz/" + made.ID
		}
		sitters = append(sitters, &sitter{person: p, quiz: address[p.Class], kept: map[int]string{}, doubt: map[int]string{}})
	}
	return sitters, nil
}

// beginAll signs everybody in and begins.
func (b *bench) beginAll(ctx context.Context, n *node, sitters []*sitter) error {
	people := make([]person, len(sitters))
	for i, s := range sitters {
		people[i] = s.person
	}
	if err := b.signIn(ctx, n, people); err != nil {
		return err
	}
	for i, s := range sitters {
		s.person = people[i]
		c := client{addr: n.addr}
		a, err := c.do(s.post(n.addr, "", url.Values{"try": {"1"}}), false)
		c.close()
		if err != nil || a.status != 303 {
			return fmt.Errorf("%s begins: %w", s.Name, cmp.Or(err, fmt.Errorf("status %d", a.status)))
		}
	}
	return nil
}

// sitAll lets everybody answer, at times spread over the interval, and kills the node under their hands after d.
func sitAll(ctx context.Context, n *node, sitters []*sitter, d time.Duration) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var over atomic.Bool
	var wg sync.WaitGroup
	start := time.Now()
	for i, s := range sitters {
		wg.Go(func() {
			c := client{addr: n.addr}
			defer c.close()
			for k := range quizQuestions {
				at := start.Add(time.Duration(k)*quizEvery + quizEvery*time.Duration(i)/time.Duration(len(sitters)))
				if !until(ctx, at) {
					return
				}
				if err := s.sit(&c, k+1, strconv.Itoa(1000*(i+1)+k)); err != nil {
					if !over.Load() {
						cancel(fmt.Errorf("question %d of %s: %w", k+1, s.Name, err))
					}
					return
				}
			}
		})
	}
	until(ctx, start.Add(d))
	over.Store(true)
	n.kill()
	cancel(nil)
	wg.Wait()
	if err := context.Cause(ctx); err != nil && err != context.Canceled {
		return err
	}
	return nil
}

// until waits for a time; false when ctx ended first.
func until(ctx context.Context, at time.Time) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(time.Until(at)):
		return true
	}
}

// sit reads question k, has what is filled in saved, and goes on. Its time is from sending until it is acknowledged.
func (s *sitter) sit(c *client, k int, given string) error {
	c.sent = 0 // a deadline for each question: a client sets one every 256 requests, which here take minutes
	page, err := c.do(s.page(c.addr, k), true)
	if err != nil {
		return err
	}
	m := attemptField.FindSubmatch(page.body)
	if page.status != 200 || m == nil {
		return fmt.Errorf("the page: status %d", page.status)
	}
	form := url.Values{"attempt": {string(m[1])}, "n": {strconv.Itoa(k)}, "try": {"1"}, "tenths": {"43"}, "r": {given}, "auto": {"1"}}
	s.doubt[k] = given
	sent := time.Now()
	a, err := c.do(s.post(c.addr, "/answer", form), false)
	if err != nil {
		return err
	}
	if a.status != 204 {
		return fmt.Errorf("saved with status %d", a.status)
	}
	s.took = append(s.took, time.Since(sent))
	s.kept[k] = given
	delete(s.doubt, k)
	form.Del("auto")
	if a, err = c.do(s.post(c.addr, "/answer", form), false); err == nil && a.status != 303 {
		err = fmt.Errorf("next: status %d", a.status)
	}
	return err
}

var (
	attemptField = regexp.MustCompile(`name="attempt" value="([^"]+)"`)
	givenField   = regexp.MustCompile(`name="r" value="([^"]*)"`)
)

// page asks for question k, unpacked.
func (s *sitter) page(addr string, k int) []byte {
	return []byte("GET " + s.quiz + "/" + strconv.Itoa(k) + " HTTP/1.1\r\nHost: " + addr + "\r\nCookie: " + s.cookie + "\r\n\r\n")
}

func (s *sitter) post(addr, tail string, form url.Values) []byte {
	form.Set("token", s.token)
	body := form.Encode()
	return []byte("POST " + s.quiz + tail + " HTTP/1.1\r\nHost: " + addr + "\r\nAccept-Encoding: gzip, deflate\r\nCookie: " + s.cookie +
		"\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n" + body)
}

// lostOf counts the acknowledged answers that are not in the sitting any more, as the child would see them.
func lostOf(n *node, sitters []*sitter) (lost int, err error) {
	for _, s := range sitters {
		c := client{addr: n.addr}
		for k, given := range s.kept {
			page, err := c.do(s.page(n.addr, k), true)
			if err != nil || page.status != 200 {
				return lost, fmt.Errorf("question %d of %s after the kill: status %d, %w", k, s.Name, page.status, err)
			}
			if m := givenField.FindSubmatch(page.body); m == nil || string(m[1]) != given {
				lost++
			}
		}
		c.close()
	}
	return lost, nil
}

// syncBeside appends 2 KB to a file of its own and syncs it, again and again, until the function it returns is called;
// that gives the times.
func (b *bench) syncBeside(dir string, every time.Duration) func() []time.Duration {
	var took []time.Duration
	stop, done := make(chan struct{}), make(chan struct{})
	go func() { // ends when its function is called, which waits for it
		defer close(done)
		f, err := os.CreateTemp(dir, "beside")
		if err != nil {
			b.table.note("no fsync beside the quiz: %v", err)
			return
		}
		defer func() { f.Close(); os.Remove(f.Name()) }()
		for block := make([]byte, 2048); ; {
			select {
			case <-stop:
				return
			case <-time.After(every):
			}
			start := time.Now()
			if _, err := f.Write(block); err != nil || f.Sync() != nil {
				return
			}
			took = append(took, time.Since(start))
		}
	}()
	return func() []time.Duration {
		close(stop)
		<-done
		return took
	}
}
