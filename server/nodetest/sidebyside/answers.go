package main

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// answerEvery is how often each learner answers.
const answerEvery = 2 * time.Second

// answers lets 200 learners answer every two seconds and counts what it costs the card. An answer page comes only when
// the answer lies on the disk, so its time is the time until it is acknowledged.
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
	b.sittings++
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
				sent := time.Now()
				a, err := c.do(b.answerRequest(n.addr, p, i, k), false)
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

// answerRequest is learner i's k'th answer: six questions of one exercise, then of the next, two in three right.
func (b *bench) answerRequest(addr string, p person, i, k int) []byte {
	exercise := b.course.exercises[k/exerciseItems%len(b.course.exercises)]
	item, right := k%exerciseItems, (i+k)%3 != 0
	given := item + 2
	if !right {
		given = item + 1
	}
	form := url.Values{
		"token": {p.token}, "attempt": {fmt.Sprintf("%013x.%d", uint64(b.sittings)<<40|uint64(i)<<20|uint64(k/exerciseItems), item+1)}, "item": {"item-" + strconv.Itoa(item)},
		"seed": {strconv.Itoa(k + 1)}, "r": {strconv.Itoa(given)}, "tenths": {strconv.Itoa(20 + (i*k)%300)},
	}.Encode()
	return []byte("POST /exercise/" + string(exercise) + "/attempt HTTP/1.1\r\nHost: " + addr + "\r\nAccept-Encoding: gzip, deflate\r\nCookie: " + p.cookie +
		"\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " + strconv.Itoa(len(form)) + "\r\n\r\n" + form)
}
