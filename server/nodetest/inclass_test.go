package nodetest

import (
	"context"
	"errors"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"lamplight/content/marking"
	"lamplight/server/auth"
	"lamplight/server/learning"
	"lamplight/server/store"
)

// A liveClass is the class of forty with a card each to sign in by.
type liveClass struct {
	*paperClass
	cards []string // by learner
	pick  string   // what puts the question on the phones
}

func openLiveClass(t testing.TB) *liveClass {
	c := &liveClass{paperClass: openPaperClass(t)}
	secrets := make([]store.NewSecret, len(c.learners))
	for i, p := range c.learners {
		code, verifier := auth.NewCard()
		c.cards = append(c.cards, code)
		secrets[i] = store.NewSecret{Person: p, Kind: learning.Card, Verifier: verifier}
	}
	if err := c.Store.SetSecrets(context.Background(), learning.Box(), secrets...); err != nil {
		t.Fatal(err)
	}
	quiz, err := c.Store.Quiz(learning.Box(), c.quiz)
	if err != nil {
		t.Fatal(err)
	}
	x := quiz.Sections[0].Questions[0]
	c.pick = string(x.Course) + "/" + string(x.Resource) + " " + string(x.Item)
	return c
}

func (c *liveClass) now() string { return "/teach/class/" + string(c.class) + "/now" }

// A hand is a phone of the class: a learner's or the teacher's.
type hand struct {
	*phone
	form url.Values // what was filled in, "" nothing yet
	kept bool
}

func (h *hand) byCard(code string) error {
	page, err := h.get("/card/" + code)
	if err != nil {
		return err
	}
	form := fill(page, "/card", h.rng)
	_, _, err = h.do(http.MethodPost, "/card", form)
	return err
}

// press sends a form of a page by what it does, as the teacher's finger.
func (h *hand) press(page, do string, more ...string) error {
	body, err := h.get(page)
	if err != nil {
		return err
	}
	form := url.Values{"token": {valueOf(body, "token")}, "key": {valueOf(body, "key")}, "do": {do}, do: {"1"}}
	for i := 0; i+1 < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	status, body, err := h.do(http.MethodPost, page, form)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("%s: %d %.300s", do, status, between(body, "<main", "</main>"))
	}
	return err
}

func valueOf(page, field string) string {
	m := regexp.MustCompile(`name="` + field + `" value="([^"]*)"`).FindStringSubmatch(page)
	if m == nil {
		return ""
	}
	return html.UnescapeString(m[1])
}

// Forty learners answer at once while the box is killed; each sends again what was not acknowledged. Three rounds.
func TestFortyAnswerAtOnceWhileTheBoxIsKilledAndEachCountsOnce(t *testing.T) {
	c := openLiveClass(t)
	c.Stop()
	n := seed(t)
	box := serveChild(t, c.opts.Dir, free()...)
	defer func() { box.kill() }()
	teacher := &hand{phone: newPhone("Grace", "mango-river-7", box.HTTP, n)}
	learners := make([]*hand, len(c.learners))
	for i := range learners {
		learners[i] = &hand{phone: newPhone("", "", box.HTTP, n+uint64(i))}
	}
	all := func(what string, do func(i int, h *hand) error) {
		t.Helper()
		var wait sync.WaitGroup
		for i, h := range learners {
			wait.Go(func() {
				if err := do(i, h); err != nil {
					t.Errorf("%s, learner %d: %v", what, i+1, err)
				}
			})
		}
		if wait.Wait(); t.Failed() {
			t.Fatalf("the node said:\n%s", box.errs)
		}
	}
	if err := teacher.signIn(); err != nil {
		t.Fatal(err)
	}
	all("signing in", func(i int, h *hand) error { return h.byCard(c.cards[i]) })
	for round := 1; round <= 3; round++ {
		page, step, more := c.now()+"/pick", "done", []string{"pick", c.pick}
		if round > 1 {
			page, step, more = c.now(), "again", nil
		}
		if err := teacher.press(page, step, more...); err != nil {
			t.Fatal(err)
		}
		all("looking", func(_ int, h *hand) error {
			body, err := h.get("/now")
			h.form, h.kept = fill(body, "/now/answer", h.rng), false
			if err == nil && (h.form.Get("round") == "" || h.form.Get("r") == "") {
				err = fmt.Errorf("no question in %.600s", between(body, "<main", "</main>"))
			}
			return err
		})
		acked := killUnder(learners, box, int64(3+8*round))
		box = serveChild(t, c.opts.Dir, free()...)
		teacher.move(box.HTTP)
		for _, h := range learners {
			h.move(box.HTTP)
		}
		all("sending again", func(_ int, h *hand) error { return h.answer() })
		t.Logf("round %d: killed after %d of 40 were acknowledged", round, acked)
		c.proveRound(t, teacher, learners, round)
	}
	all("the record", func(_ int, h *hand) error {
		n, err := (&pupil{phone: h.phone}).attempts()
		if err == nil && n != 3 {
			err = fmt.Errorf("%d answers count, want 3", n)
		}
		return err
	})
}

// killUnder lets everybody answer at once and kills the box when so many are acknowledged; it returns how many were in the end.
func killUnder(learners []*hand, box *child, until int64) int64 {
	var acked atomic.Int64
	var wait sync.WaitGroup
	var once sync.Once
	for _, h := range learners {
		wait.Go(func() {
			if err := h.answer(); err == nil && acked.Add(1) >= until {
				once.Do(box.kill)
			}
		})
	}
	wait.Wait()
	once.Do(box.kill)
	return acked.Load()
}

// answer sends the answer, unless the box has said that it keeps it.
func (h *hand) answer() error {
	if h.kept {
		return nil
	}
	status, body, err := h.do(http.MethodPost, "/now/answer", h.form)
	if err == nil && (status != http.StatusOK || !strings.Contains(body, "Your answer is in.")) {
		err = fmt.Errorf("%d %.300s", status, between(body, "<main", "</main>"))
	}
	h.kept = err == nil
	return err
}

var (
	answeredOf = regexp.MustCompile(`(\d+) of (\d+) have answered`)
	barCell    = regexp.MustCompile(`<td data-column="Round (\d)">.*?<span>(\d+)</span>`)
)

// proveRound closes the round and holds what the teacher's page says to what the learners sent.
func (c *liveClass) proveRound(t *testing.T, teacher *hand, learners []*hand, round int) {
	t.Helper()
	body, err := teacher.get(c.now())
	if m := answeredOf.FindStringSubmatch(body); err != nil || m == nil || m[1] != "40" || m[2] != "40" {
		t.Fatalf("round %d: %v of 40 have answered (%v)", round, m, err)
	}
	if err := teacher.press(c.now(), "close"); err != nil {
		t.Fatal(err)
	}
	if body, err = teacher.get(c.now()); err != nil {
		t.Fatal(err)
	}
	sent := map[string]int{}
	for _, h := range learners {
		sent[h.form.Get("r")]++
	}
	var got, want []string
	for _, m := range barCell.FindAllStringSubmatch(body, -1) {
		if m[1] == strconv.Itoa(round) {
			got = append(got, m[2])
		}
	}
	for _, key := range marking.Keys([]string{"one half", "one third", "one quarter"}) {
		want = append(want, strconv.Itoa(sent[key]))
	}
	slices.Sort(got)
	slices.Sort(want)
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatalf("round %d: the bars are %v, the learners sent %v (%v)", round, got, want, sent)
	}
}

// Until the round is closed nothing that anybody can fetch depends on what was answered.
func TestAnOpenQuestionTellsNobodyWhatWasAnswered(t *testing.T) {
	c := openLiveClass(t)
	n := seed(t)
	open := func(i int) *hand {
		h := &hand{phone: newPhone("Grace", "mango-river-7", c.Listening.HTTP, n+uint64(i))}
		var err error
		if i < 0 {
			err = h.signIn()
		} else {
			err = h.byCard(c.cards[i])
		}
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	teacher, one, two, idle := open(-1), open(0), open(1), open(2)
	var seen []string
	for i, choice := range []string{"one half", "one third"} {
		page, step := c.now()+"/pick", "done"
		if i > 0 { // the same, in the same order
			page, step = c.now(), "again"
		}
		err := teacher.press(page, step, "pick", c.pick)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range []*hand{one, two} {
			body, err := h.get("/now")
			if err != nil {
				t.Fatal(err)
			}
			h.form, h.kept = fill(body, "/now/answer", h.rng), false
			h.form.Set("r", marking.Keys([]string{choice})[0])
			if err := h.answer(); err != nil {
				t.Fatal(err)
			}
		}
		all := ""
		for _, at := range []struct {
			who  *hand
			path string
		}{{teacher, c.now()}, {teacher, c.now() + "?cards=1"}, {idle, "/now"}, {idle, "/now/at?k=x"}} {
			body, err := at.who.get(at.path)
			if err != nil {
				t.Fatal(err)
			}
			for _, bare := range []string{valueOf(body, "key"), valueOf(body, "round")} {
				if bare != "" {
					body = strings.ReplaceAll(body, strings.SplitN(bare, ".", 2)[0], "ROUND")
				}
			}
			all += regexp.MustCompile(`data-now="[^"]*"`).ReplaceAllString(body, "") + "\n----\n"
		}
		seen = append(seen, all)
		for _, word := range []string{"Right:", "data-column", "most chosen"} {
			if strings.Contains(all, word) {
				t.Errorf("a page of an open question says %q", word)
			}
		}
	}
	if seen[0] != seen[1] {
		at := 0
		for at < min(len(seen[0]), len(seen[1])) && seen[0][at] == seen[1][at] {
			at++
		}
		t.Fatalf("pages differ by what was answered:\n%.300s\n%.300s", seen[0][max(0, at-100):], seen[1][max(0, at-100):])
	}
}

// What two hundred phones that ask every five seconds cost: forty of these a second. The figure is with its own client.
func BenchmarkPhonesAsk(b *testing.B) {
	c := openLiveClass(b)
	h := &hand{phone: newPhone("", "", c.Listening.HTTP, 1)}
	if err := h.byCard(c.cards[0]); err != nil {
		b.Fatal(err)
	}
	ask := func(b *testing.B, key string, want int) {
		for b.Loop() {
			if status, body, err := h.do(http.MethodGet, "/now/at?k="+key, nil); err != nil || status != want {
				b.Fatalf("%d %q %v, want %d", status, body, err, want)
			}
		}
	}
	b.Run("where no class looks", func(b *testing.B) { ask(b, ".", http.StatusNoContent) })
	teacher := &hand{phone: newPhone("Grace", "mango-river-7", c.Listening.HTTP, 2)}
	if err := errors.Join(teacher.signIn(), teacher.press(c.now()+"/pick", "done", "pick", c.pick)); err != nil {
		b.Fatal(err)
	}
	page, err := h.get("/now")
	if err != nil {
		b.Fatal(err)
	}
	b.Run("who sees it already", func(b *testing.B) { ask(b, valueOf(page, "round"), http.StatusNoContent) })
}
