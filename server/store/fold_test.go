package store

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lamplight/content"
	"lamplight/server/learning"
)

// life draws what happens on one device next.
func life(t *rapid.T, l *memLog, people []learning.PersonID, classes []learning.ClassID) {
	s := l.store
	l.ms += rapid.Int64Range(0, 40*60*1000).Draw(t, "ms")
	p := rapid.SampledFrom(people).Draw(t, "person")
	c := rapid.SampledFrom(classes).Draw(t, "class")
	r := content.NewResourceID("c", fmt.Sprint(rapid.IntRange(0, 2).Draw(t, "resource")))
	if rapid.IntRange(0, 5).Draw(t, "long") == 0 {
		r = "00112233445566778899aabbccddeeff:A/Water cycle"
	}
	check := func(err error) {
		if err != nil {
			t.Fatalf("%+v", err)
		}
	}
	switch rapid.IntRange(0, 11).Draw(t, "what") {
	case 0, 1, 2, 3, 4, 5:
		right := rapid.Bool().Draw(t, "right")
		_, err := s.RecordAttempt(ctx, box, learning.Attempt{
			ID: learning.AttemptID(fmt.Sprintf("%s.%d", rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "base"), rapid.IntRange(0, 12).Draw(t, "n"))), Learner: p, Resource: r,
			Item: content.ItemID(rapid.SampledFrom([]string{"i", "j"}).Draw(t, "item")), Seed: rapid.Uint64Range(0, 5).Draw(t, "seed"),
			Type: rapid.SampledFrom([]content.ItemType{content.Choice, content.Text}).Draw(t, "type"), Given: rapid.StringMatching("[a-z]{0,5}").Draw(t, "given"),
			Criterion: rapid.SampledFrom([]content.Criterion{{Type: "m_of_n", M: 2, N: 3}, {Type: "num_correct_in_a_row_2"}}).Draw(t, "criterion"),
			Correct:   right, Score: content.Score(boolBit(right)) * content.FullScore, Tenths: rapid.Uint64Range(0, 900).Draw(t, "tenths"), Hints: rapid.IntRange(0, 1).Draw(t, "hints"),
		})
		check(err)
	case 6:
		_, err := s.RecordView(ctx, box, learning.View{
			Learner: p, Resource: r, Action: learning.Action(rapid.IntRange(1, 3).Draw(t, "action")),
			Percent: rapid.IntRange(0, 10000).Draw(t, "percent"), Position: rapid.Uint64Range(0, 99).Draw(t, "position"), Tenths: 7,
		})
		check(err)
	case 7:
		check(s.EditPerson(ctx, box, p, learning.PersonEdit{
			Name: ptr(rapid.SampledFrom([]string{"Ada", "Musa", "Lin"}).Draw(t, "name")), Login: ptr(rapid.SampledFrom([]string{"", "ada", "x"}).Draw(t, "login")),
		}))
	case 8:
		check(s.Enrol(ctx, box, learning.Enrolment{Class: c, Person: p, Role: learning.Learner}))
	case 9:
		check(s.Unenrol(ctx, box, c, p))
	case 10:
		check(s.SetSecrets(ctx, box, NewSecret{p, learning.Card, []byte(string(p) + rapid.SampledFrom([]string{"", "1", "2"}).Draw(t, "card"))}))
	default:
		check(s.Calibrate(ctx, box, learning.Calibration{
			Boot: l.boot, Start: time.UnixMilli(rapid.Int64Range(0, 1e12).Draw(t, "start")), Believed: rapid.Bool().Draw(t, "believed"), Source: "rtc",
		}))
		check(s.OfferCourse(ctx, box, learning.Offer{Course: content.NewCourseID("x", "y"), Edition: "1", Manifest: fmt.Sprintf("%064x", rapid.IntRange(0, 3).Draw(t, "manifest"))}))
	}
}

// Boxes live apart, meet now and then, and hear of each other's events in whatever order: in the end all hold the same
// bytes, and any replay gives those bytes again.
func TestAnyArrivalOrderGivesTheSameState(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		boxes := []*memLog{newMemLog(t, "A"), newMemLog(t, "B"), newMemLog(t, "C")}
		var classes []learning.ClassID
		for i := range 2 {
			classes = append(classes, must[learning.ClassID](t)(boxes[0].store.AddClass(ctx, box, fmt.Sprint("Class ", i), "")))
		}
		people := must[[]learning.PersonID](t)(boxes[0].store.AddPeople(ctx, box,
			NewPerson{Role: learning.Learner, Name: "Ada", Class: classes[0]}, NewPerson{Role: learning.Learner, Name: "Musa"}))
		boxes[1].receive(boxes[0], 99)
		boxes[2].receive(boxes[0], 99)
		for range rapid.IntRange(1, 60).Draw(rt, "steps") {
			at := rapid.SampledFrom(boxes).Draw(rt, "box")
			if rapid.IntRange(0, 5).Draw(rt, "meet") == 0 {
				at.receive(rapid.SampledFrom(boxes).Draw(rt, "peer"), rapid.IntRange(1, 20).Draw(rt, "much"))
				continue
			}
			life(rt, at, people, classes)
		}
		for range 3 {
			for _, a := range boxes {
				for _, b := range boxes {
					a.receive(b, 1000)
				}
			}
		}
		want := boxes[0].kv.hash(boxes[0].store.Buckets())
		for _, b := range boxes[1:] {
			if got := b.kv.hash(b.store.Buckets()); got != want {
				diff(rt, boxes[0], b)
				rt.Fatalf("box %s holds other folds than A", b.name)
			}
		}
		for i := range 4 {
			got := boxes[0].replay(func(n int) int { return rapid.IntRange(0, n-1).Draw(rt, "next") })
			if got != want {
				rt.Fatalf("replay %d gives other folds", i)
			}
		}
	})
}

func diff(t *rapid.T, a, b *memLog) {
	for _, bucket := range a.store.Buckets() {
		for k, v := range a.kv[bucket] {
			if w, ok := b.kv[bucket][k]; !ok || string(w) != string(v) {
				t.Logf("%s %x: %x / %x", bucket, k, v, w)
			}
		}
		for k, w := range b.kv[bucket] {
			if _, ok := a.kv[bucket][k]; !ok {
				t.Logf("%s %x: none / %x", bucket, k, w)
			}
		}
	}
}
