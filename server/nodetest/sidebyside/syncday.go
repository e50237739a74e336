package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net"

	"github.com/klauspost/compress/zstd"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/server/nodetest/netlab"
	"lamplight/sync/eventlog"
	"lamplight/sync/exchange"
)

// A schoolDay makes answers up as 216 learners of 8 classes give them: a class works for half an hour on three exercises,
// six of ten answers are chosen, a quarter numbers, the rest typed words, which travel apart from the rest.
type schoolDay struct {
	r         *rand.Rand
	school    string
	learners  []learning.PersonID
	exercises []content.ResourceID
	course    content.CourseID
	zipf      *rand.Zipf
	made      int
	typed     bool // some answers are words, which travel apart from the rest
	rows      []learning.Attempt
}

func newSchoolDay(school string) *schoolDay {
	d := &schoolDay{r: rand.New(rand.NewPCG(11, 7)), school: school, course: content.NewCourseID("sidebyside", "day")}
	for range 216 {
		d.learners = append(d.learners, learning.NewID[learning.PersonID]())
	}
	for i := range 120 {
		d.exercises = append(d.exercises, content.ResourceID(fmt.Sprintf("%02d-topic/%03d-practice", i/10, i)))
	}
	d.zipf = rand.NewZipf(d.r, 1.3, 3, 119)
	return d
}

func (d *schoolDay) next() []eventlog.Draft {
	lesson := d.made / 400
	d.made++
	right := d.r.Float64() < 0.72
	a := learning.Attempt{
		ID: learning.NewAttemptID(), Learner: d.learners[lesson%8*27+d.r.IntN(27)], Course: d.course,
		Resource: d.exercises[(int(d.zipf.Uint64())+lesson*7)%120], Item: content.ItemID(fmt.Sprintf("item-%d", d.r.IntN(10))),
		Seed: d.r.Uint64N(64), Correct: right, Tenths: uint64(min(3000, 120*math.Exp(0.6*d.r.NormFloat64()))),
		Criterion: content.Criterion{Type: "m_of_n", M: 8, N: 10},
	}
	if right {
		a.Score = content.FullScore
	}
	switch x := d.r.Float64(); {
	case x < 0.60 || x >= 0.85 && !d.typed:
		a.Type, a.Given = content.Choice, fmt.Sprint(d.r.IntN(4))
	case x < 0.85:
		a.Type, a.Given = content.Number, fmt.Sprint(d.r.IntN(100))
	default:
		a.Type, a.Given = content.Text, []string{"mango", "the cow", "river", "seven", "nairobi", "east", "a leaf", "twelve"}[d.r.IntN(8)]
	}
	a.By = a.Learner
	d.rows = append(d.rows, a)
	var out []eventlog.Draft
	for _, x := range a.Drafts(d.school) {
		out = append(out, eventlog.Draft{Scope: x.Scope, Kind: x.Kind, Fields: x.Fields, Body: x.Body})
	}
	return out
}

// write lets a box write n answers, one at a time as learners give them.
func (d *schoolDay) write(ctx context.Context, l *eventlog.Log, n int) error {
	for range n {
		if _, err := l.Append(ctx, d.next()...); err != nil {
			return err
		}
	}
	return nil
}

// asJSON is what the answers take as JSON rows in one zstd stream of the best level: what a program sends that knows no
// better.
func (d *schoolDay) asJSON() (int, error) {
	var rows []byte
	for i := range d.rows {
		b, err := json.Marshal(&d.rows[i])
		if err != nil {
			return 0, err
		}
		rows = append(append(rows, b...), '\n')
	}
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression))
	if err != nil {
		return 0, err
	}
	return len(enc.EncodeAll(rows, nil)), enc.Close()
}

// syncDay measures a day of 18,000 answers in one session, then that nothing changed, then the day once more over a link
// that breaks in the middle.
func (b *bench) syncDay(ctx context.Context, lab *netlab.Lab) error {
	n := 18_000
	if b.tiny {
		n = 600
	}
	var cut cutAfter
	one, two, school, err := b.pairOf(lab, nil, func(o *exchange.Options) { o.Dial = cut.dial(o.Dial) })
	if err != nil {
		return err
	}
	defer one.stop()
	defer two.stop()
	if _, err := one.meet(ctx, addressAt(netlab.B)); err != nil {
		return err
	}
	words := newSchoolDay(school.ID())
	words.typed = true
	if err := words.write(ctx, one.log.(*eventlog.Log), n); err != nil {
		return err
	}
	if _, err := b.sayDay(ctx, lab, one, words, n, ", of which one in seven is typed"); err != nil {
		return err
	}
	day := newSchoolDay(school.ID())
	if err := day.write(ctx, one.log.(*eventlog.Log), n); err != nil {
		return err
	}
	whole, err := b.sayDay(ctx, lab, one, day, n, ", chosen and numbers")
	if err != nil {
		return err
	}
	same, err := b.sayUnchanged(ctx, lab, one)
	if err != nil {
		return err
	}
	return b.sayCut(ctx, lab, one, day, &cut, n, whole.All(), same.All())
}

func (b *bench) sayDay(ctx context.Context, lab *netlab.Lab, one *syncBox, day *schoolDay, n int, which string) (netlab.Count, error) {
	var sum exchange.Summary
	whole, err := moved(lab, func() (err error) { sum, err = one.meet(ctx, addressAt(netlab.B)); return err })
	if err == nil && !sum.InStep {
		err = fmt.Errorf("not in step after it: %+v", sum)
	}
	if err != nil {
		return whole, err
	}
	rows, err := day.asJSON()
	if err != nil {
		return whole, err
	}
	each := float64(whole.All()) / float64(n)
	b.table.addBytes(fmt.Sprintf("sync: a day of %s answers%s", grouped(float64(n)), which),
		fmt.Sprintf("%s bytes, %d packets", grouped(float64(whole.All())), whole.PacketsIn+whole.PacketsOut),
		fmt.Sprintf("JSON rows and zstd, bare: %.1f", float64(rows)/float64(n)), each, " bytes each", 8)
	return whole, nil
}

func (b *bench) sayUnchanged(ctx context.Context, lab *netlab.Lab, one *syncBox) (netlab.Count, error) {
	var sum exchange.Summary
	same, err := moved(lab, func() (err error) { sum, err = one.meet(ctx, addressAt(netlab.B)); return err })
	if err == nil && !sum.Unchanged {
		err = fmt.Errorf("something changed: %+v", sum)
	}
	if err == nil {
		b.table.addBytes("sync: nothing changed, TLS session", fmt.Sprintf("%d packets", same.PacketsIn+same.PacketsOut), "git fetch 3,374; rsync: see below",
			float64(same.All()), " bytes", 3300)
	}
	return same, err
}

// sayCut sends another such day in two sessions, of which the first breaks at half of it.
func (b *bench) sayCut(ctx context.Context, lab *netlab.Lab, one *syncBox, day *schoolDay, cut *cutAfter, n int, whole, same int64) error {
	if err := day.write(ctx, one.log.(*eventlog.Log), n); err != nil {
		return err
	}
	if err := lab.Rate(1_000_000); err != nil { // else much waits in the sender's kernel, which no thin link has
		return err
	}
	both, err := moved(lab, func() error {
		cut.left = whole / 2
		if _, err := one.meet(ctx, addressAt(netlab.B)); err == nil {
			return errors.New("the link did not break")
		}
		cut.left = 0
		sum, err := one.meet(ctx, addressAt(netlab.B))
		if err == nil && !sum.InStep {
			err = fmt.Errorf("not in step after the cut: %+v", sum)
		}
		return err
	})
	if err != nil {
		return err
	}
	again := float64(both.All() - whole - same)
	b.table.addBytes("sync: sent again after a cut in the middle", fmt.Sprintf("%s bytes in two sessions", grouped(float64(both.All()))),
		"", max(again, 0), " bytes", 16<<10)
	return nil
}

// A cutAfter breaks a connection once it carried so many bytes; 0 never does.
type cutAfter struct{ left int64 }

func (c *cutAfter) dial(dial func(context.Context, string) (net.Conn, error)) func(context.Context, string) (net.Conn, error) {
	return func(ctx context.Context, addr string) (net.Conn, error) {
		conn, err := dial(ctx, addr)
		if err != nil || c.left == 0 {
			return conn, err
		}
		return &cutConn{Conn: conn, left: c.left}, nil
	}
}

type cutConn struct {
	net.Conn
	left int64 // of the writer alone
}

func (c *cutConn) Write(p []byte) (int, error) {
	if c.left -= int64(len(p)); c.left < 0 {
		return 0, errors.Join(net.ErrClosed, c.Conn.Close())
	}
	return c.Conn.Write(p)
}

// syncMillion lets two boxes that hold a million records of 30 others find the hundred that one lacks.
func (b *bench) syncMillion(ctx context.Context, lab *netlab.Lab) error {
	return b.million(ctx, lab, 30, 1_000_000)
}
