package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"sync"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/server/nodetest/netlab"
	"lamplight/server/store"
	"lamplight/sync/device"
	"lamplight/sync/eventlog"
	"lamplight/sync/exchange"
)

// syncPast measures what a new box of a school is sent until its pages say who there is and how far everybody got, and all
// that it is sent until it holds every event: 216 learners with PINs, of whom each practised 120 exercises.
func (b *bench) syncPast(ctx context.Context, lab *netlab.Lab) error {
	exercises := 120
	if b.tiny {
		exercises = 40
	}
	school, err := device.NewSchool("Kikelelwa")
	if err != nil {
		return err
	}
	old, err := b.pastBox(lab, netlab.A, school)
	if err != nil {
		return err
	}
	defer old.stop()
	if err := fillPast(ctx, old.store, exercises); err != nil {
		return err
	}
	fresh, err := b.pastBox(lab, netlab.B, school)
	if err != nil {
		return err
	}
	defer fresh.stop()
	fresh.lab = lab
	if err := errors.Join(old.reg.Add(*fresh.reg.Own()), fresh.reg.Add(*old.reg.Own())); err != nil {
		return err
	}
	if err := lab.Rate(500_000); err != nil { // else what is sent behind it has arrived too before anybody looks
		return err
	}
	if fresh.before, err = lab.Count(netlab.B); err != nil {
		return err
	}
	var sum exchange.Summary
	all, err := moved(lab, func() (err error) { sum, err = fresh.meet(ctx, addressAt(netlab.A)); return err })
	switch {
	case err != nil:
		return err
	case !sum.Snapshot || !sum.InStep:
		return fmt.Errorf("a snapshot: %t, in step: %t: %+v", sum.Snapshot, sum.InStep, sum)
	case fresh.people != 216:
		return fmt.Errorf("%d people are known by the snapshot", fresh.people)
	}
	return b.sayPast(old, fresh, exercises, all)
}

func (b *bench) sayPast(old, fresh *pastBox, exercises int, all netlab.Count) error {
	fresh.store.ForgetPast()
	mine, events := old.log.(*eventlog.Log).State()
	if theirs, _ := fresh.log.(*eventlog.Log).State(); mine != theirs {
		return errors.New("both hold the same events and do not say the same")
	}
	b.table.addBytes(fmt.Sprintf("sync: a new box of 216 learners with PINs and %d exercises each is usable", exercises),
		fmt.Sprintf("%s bytes with TLS and TCP", grouped(float64(fresh.usable))),
		fmt.Sprintf("all %s events: %s", grouped(float64(events)), grouped(float64(all.All()))), float64(fresh.usable), " bytes", 60_000)
	return nil
}

// A pastBox is a box with the school's folds, which goes by a snapshot.
type pastBox struct {
	*syncBox
	store *store.Store

	mu     sync.Mutex
	lab    *netlab.Lab
	school string
	before netlab.Count
	usable int64 // bytes on the road when the snapshot had come
	people int   // that it told of
}

func (b *bench) pastBox(lab *netlab.Lab, at netlab.Place, school *device.School) (*pastBox, error) {
	p := &pastBox{school: school.ID()}
	p.store = store.New(store.Options{School: school.ID(), Logger: silent()})
	var log *eventlog.Log
	var dir string
	open := func(dev *device.Device, reg *device.Registry) exchange.Log {
		var err error
		if dir, err = os.MkdirTemp("/dev/shm", "lamplight"); err == nil {
			log, err = eventlog.Open(eventlog.Options{
				Dir: dir + "/journal", DB: dir + "/records.db", Device: dev, Registry: reg, Applier: p.store, Logger: silent(), Clock: &school0{},
			})
		}
		if err != nil {
			slog.Error("a log for the measurement", "err", err)
			return nil
		}
		p.store.UseLog(log)
		return log
	}
	box, err := b.syncBox(lab, at, school, open, func(o *exchange.Options) { o.Snapshots = p })
	if err != nil {
		return nil, err
	}
	stop := box.stop
	box.stop = func() { stop(); _ = log.Close(); _ = os.RemoveAll(dir) }
	p.syncBox = box
	return p, nil
}

// Make implements exchange.Snapshots.
func (p *pastBox) Make(who bool) (learn, roster []byte, err error) { return p.store.Snapshot(who) }

// Wish implements exchange.Snapshots.
func (p *pastBox) Wish() exchange.Wish {
	if p.store.ShowsPast() {
		return exchange.HasSnapshot
	}
	return exchange.WantSnapshot
}

// Met implements exchange.Snapshots.
func (p *pastBox) Met(exchange.Meeting) {}

// Take implements exchange.Snapshots: it looks at the road and shows it.
func (p *pastBox) Take(got exchange.Snapshot) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	now, err := p.lab.Count(netlab.B)
	if err == nil {
		err = p.store.ShowPast(p.school, got.Learn, got.Who, got.At)
	}
	if err != nil {
		return err
	}
	p.usable = now.Since(p.before).All()
	people, err := p.store.People(learning.Box(), store.PeopleFilter{Role: learning.Learner})
	p.people = len(people)
	return err
}

// fillPast makes a school up: classes of 27 work through the exercises, each learner until four of the last five answers
// are right or ten are given; one in four is up to a third behind.
func fillPast(ctx context.Context, s *store.Store, exercises int) error {
	r := rand.New(rand.NewPCG(3, 4))
	box := learning.Box()
	for c := range 8 {
		class, err := s.AddClass(ctx, box, fmt.Sprintf("Standard %d %c", c/2+1, 'A'+c%2), "")
		if err != nil {
			return err
		}
		ids, err := s.AddPeople(ctx, box, namesFor(r, class)...)
		if err != nil {
			return err
		}
		var secrets []store.NewSecret
		for _, id := range ids {
			secrets = append(secrets, store.NewSecret{Person: id, Kind: learning.PIN, Verifier: madeUpPIN(r)})
		}
		if err := s.SetSecrets(ctx, box, secrets...); err != nil {
			return err
		}
		for n := range exercises {
			if err := s.RecordBatch(ctx, box, practice(r, ids, n, exercises), nil); err != nil {
				return err
			}
		}
	}
	return nil
}

func namesFor(r *rand.Rand, class learning.ClassID) (out []store.NewPerson) {
	first := []string{"Amina", "Juma", "Neema", "Baraka", "Zawadi", "Rehema", "Omari", "Salome", "Daudi", "Upendo", "Godfrey", "Happiness", "Elia"}
	last := []string{"Mushi", "Kileo", "Massawe", "Lyimo", "Mrema", "Swai", "Temu", "Moshi", "Urassa", "Shayo", "Ngowi"}
	for range 27 {
		out = append(out, store.NewPerson{Role: learning.Learner, Name: first[r.IntN(len(first))] + " " + last[r.IntN(len(last))], Class: class})
	}
	return out
}

// madeUpPIN is of the shape that auth makes.
func madeUpPIN(r *rand.Rand) []byte {
	b := make([]byte, 48)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	b64 := base64.RawStdEncoding
	return []byte("$argon2id$v=19$m=7168,t=5,p=1$" + b64.EncodeToString(b[:16]) + "$" + b64.EncodeToString(b[16:]))
}

func practice(r *rand.Rand, ids []learning.PersonID, n, exercises int) (out []learning.Attempt) {
	for i, id := range ids {
		if i%4 == 3 && n > exercises*(2+i%5)/6 {
			continue
		}
		skill := 0.55 + 0.4*r.Float64()
		for right, k := 0, 0; right < 4 && k < 10; k++ {
			ok := r.Float64() < skill
			if ok {
				right++
			}
			out = append(out, learning.Attempt{
				ID: learning.NewAttemptID(), Learner: id, Resource: content.NewResourceID("past", fmt.Sprint(n)), Item: content.ItemID(fmt.Sprint("item-", k%7)),
				Seed: uint64(k), Type: content.Choice, Given: fmt.Sprint(r.IntN(4)), Criterion: content.Criterion{Type: "m_of_n", M: 4, N: 5},
				Correct: ok, By: id, Tenths: 60 + r.Uint64N(200),
			})
		}
	}
	return out
}
