package main

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"lamplight/content"
)

// answerEvery is how often each learner answers.
const answerEvery = 2 * time.Second

// answers lets 200 learners answer every two seconds and counts what it costs the card. An answer page comes only when
// the answer lies on the disk, so its time is the time until it is acknowledged. Each question's page is read before; its
// work is in the CPU time.
func (b *bench) answers(ctx context.Context) error {
	n, err := b.serve(b.data(), "")
	if err != nil {
		return err
	}
	defer n.stop()
	people := b.people
	seconds := 60
	if b.short {
		seconds = 20
	}
	if b.tiny {
		people, seconds = people[:20], 4
	}
	if err := b.signIn(ctx, n, people); err != nil {
		return err
	}
	unix.Sync()
	cpu := n.cpu()
	var before traffic
	if b.loop != nil {
		before = b.loop.traffic()
	}
	took, err := b.answer(ctx, n, people, time.Duration(seconds)*time.Second)
	if err != nil {
		return err
	}
	cpu = n.cpu() - cpu
	n.stop() // what bbolt still holds back is part of the price
	unix.Sync()
	b.sayAnswers(took, before, cpu)
	return nil
}

func (b *bench) sayAnswers(took []time.Duration, before traffic, cpu time.Duration) {
	slices.Sort(took)
	each := float64(len(took))
	p99 := milliseconds(took[len(took)*99/100])
	b.table.add("200 learners answering every 2 s, on disk", fmt.Sprintf("%d answers, p50 %.0f ms, %.2f CPU s/1k", len(took), milliseconds(took[len(took)/2]), 1000*cpu.Seconds()/each), "",
		fmt.Sprintf("p99 %.0f ms", p99), "≤ 300 ms", p99 <= 300)
	if b.loop == nil {
		b.table.skip("  device writes an answer", fmt.Errorf("no file system of its own"))
		return
	}
	t := b.loop.traffic().since(before)
	writes, bytes := float64(t.writes)/each, float64(t.writtenBytes)/each
	b.table.add("  device writes an answer, ext4 journal included", fmt.Sprintf("%d writes", t.writes), "", fmt.Sprintf("%.2f", writes), "≤ 0.3", writes <= 0.3)
	b.table.add("  bytes to the device an answer", fmt.Sprintf("%d KB", t.writtenBytes/1000), "", fmt.Sprintf("%.2f KB", bytes/1000), "≤ 1.8 KB", bytes <= 1800)
}

// answer makes each learner answer one question after the other, at times spread over the two seconds.
func (b *bench) answer(ctx context.Context, n *node, people []person, d time.Duration) ([]time.Duration, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wg sync.WaitGroup
	each := make([][]time.Duration, len(people))
	start := time.Now()
	for i, p := range people {
		wg.Go(func() {
			c := client{addr: n.addr}
			defer c.close()
			for k := 0; ; k++ {
				at := start.Add(time.Duration(k)*answerEvery + answerEvery*time.Duration(i)/time.Duration(len(people)))
				if at.Sub(start) >= d {
					return
				}
				select {
				case <-ctx.Done():
					return
				case <-time.After(time.Until(at)):
				}
				asked, err := b.ask(&c, p, k)
				if err != nil {
					cancel(fmt.Errorf("question %d of %s: %w", k, p.Name, err))
					return
				}
				sent := time.Now()
				a, err := c.do(b.answerRequest(n.addr, p, i, k, asked), false)
				if err == nil && a.status != 200 {
					err = fmt.Errorf("status %d", a.status)
				}
				if err != nil {
					cancel(fmt.Errorf("answer %d of %s: %w", k, p.Name, err))
					return
				}
				each[i] = append(each[i], time.Since(sent))
			}
		})
	}
	wg.Wait()
	return slices.Concat(each...), context.Cause(ctx)
}

var askedField = regexp.MustCompile(`name="(attempt|item|seed)" value="([^"]+)"`)

// ask reads the k'th question's page: six questions of one exercise, then of the next. A box takes answers only to what
// it asked.
func (b *bench) ask(c *client, p person, k int) (url.Values, error) {
	a, err := c.do([]byte("GET /exercise/"+string(b.exerciseAt(k))+" HTTP/1.1\r\nHost: "+c.addr+"\r\nCookie: "+p.cookie+"\r\n\r\n"), true)
	if err != nil {
		return nil, err
	}
	asked := url.Values{}
	for _, m := range askedField.FindAllSubmatch(a.body, -1) {
		asked.Set(string(m[1]), string(m[2]))
	}
	if a.status != 200 || len(asked) != 3 {
		return nil, fmt.Errorf("status %d, a form with %v", a.status, asked)
	}
	return asked, nil
}

func (b *bench) exerciseAt(k int) content.ResourceID {
	return b.course.exercises[k/exerciseItems%len(b.course.exercises)]
}

// answerRequest is learner i's k'th answer, to what was asked: two in three right.
func (b *bench) answerRequest(addr string, p person, i, k int, asked url.Values) []byte {
	item, _ := strconv.Atoi(strings.TrimPrefix(asked.Get("item"), "item-"))
	given := item + 2
	if (i+k)%3 == 0 {
		given = item + 1
	}
	asked.Set("token", p.token)
	asked.Set("r", strconv.Itoa(given))
	asked.Set("tenths", strconv.Itoa(20+(i*k)%300))
	form := asked.Encode()
	return []byte("POST /exercise/" + string(b.exerciseAt(k)) + "/attempt HTTP/1.1\r\nHost: " + addr + "\r\nAccept-Encoding: gzip, deflate\r\nCookie: " + p.cookie +
		"\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " + strconv.Itoa(len(form)) + "\r\n\r\n" + form)
}
