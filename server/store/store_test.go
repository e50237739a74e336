package store

import (
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"strings"
	"testing"
	"time"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/sync/clock"
)

func TestAnAttemptCountsOnceHoweverOftenItComes(t *testing.T) {
	v := newVillage(t)
	ada := learning.As(v.ada)
	first := must[Recorded](t)(v.store.RecordAttempt(ctx, ada, v.attempt(v.ada, "base.1", true)))
	again := must[Recorded](t)(v.store.RecordAttempt(ctx, ada, v.attempt(v.ada, "base.1", false)))
	if !first.Counted || again.Counted || !reflect.DeepEqual(first.Progress, again.Progress) {
		t.Errorf("first %+v\nagain %+v", first, again)
	}
	// The same id of another learner, or of a posting that reached another box, is another matter.
	if r := must[Recorded](t)(v.store.RecordAttempt(ctx, learning.As(v.musa), v.attempt(v.musa, "base.1", true))); !r.Counted {
		t.Error("Musa's answer did not count")
	}
	b := newMemLog(t, "B")
	b.receive(v.memLog, 100)
	// Two boxes take the same posting before they meet: the one earlier in order counts.
	at := v.attempt(v.ada, "base.2", true)
	at.Tenths = 10
	must[Recorded](t)(v.store.RecordAttempt(ctx, ada, at))
	at.Correct, at.Score, at.Tenths = false, 0, 990
	b.lamport += 5
	must[Recorded](t)(b.store.RecordAttempt(ctx, ada, at))
	v.receive(b, 100)
	b.receive(v.memLog, 100)
	for _, s := range []*Store{v.store, b.store} {
		p := must[[]learning.Progress](t)(s.ProgressOf(ada, v.ada))
		if len(p) != 1 || p[0].Attempts != 2 || p[0].Right != 2 || p[0].Seconds != 1 {
			t.Errorf("progress %+v", p)
		}
		list := must[[]AttemptRecord](t)(s.Attempts(ada, v.ada, v.exercise, 9))
		if len(list) != 2 || list[0].ID != "base.2" || !list[0].Correct {
			t.Errorf("attempts %+v", list)
		}
	}
	c := must[Counts](t)(v.store.Counts())
	if c.Attempts != 3 || c.Right != 3 || c.Started != 2 || c.Learners != 3 || c.Teachers != 2 || c.Administrators != 1 || c.Classes != 2 {
		t.Errorf("counts %+v", c)
	}
}

// A page draws a fresh id each time, so a diligent learner's unit has hundreds of them, none of a row.
func TestManyAttemptIDsAreStillToldApart(t *testing.T) {
	v := newVillage(t)
	ada := learning.As(v.ada)
	id := func(i int) string { return fmt.Sprintf("base%d.1", i) }
	for i := range 300 {
		if r := must[Recorded](t)(v.store.RecordAttempt(ctx, ada, v.attempt(v.ada, id(i), true))); !r.Counted || r.Progress.Attempts != i+1 {
			t.Fatalf("attempt %d: %+v", i, r)
		}
	}
	for i := range 300 {
		at := v.attempt(v.ada, id(i), true)
		if r := must[Recorded](t)(v.store.RecordAttempt(ctx, ada, at)); r.Counted {
			t.Fatalf("attempt %d counted twice", i)
		}
		for _, d := range at.Drafts(testSchool) { // as from another box, which did not know
			e := eventOf(d)
			e.Lamport, e.Seq = 1<<40, uint64(i+1)
			if err := v.store.Apply(v.kv, e); err != nil {
				t.Fatal(err)
			}
		}
	}
	if p := must[[]learning.Progress](t)(v.store.ProgressOf(ada, v.ada)); p[0].Attempts != 300 {
		t.Errorf("%d attempts after all came twice", p[0].Attempts)
	}
	total := placeOf(v.kv, testSchool, v.ada, v.exercise).total()
	if n := len(total.Unit); n > 800 {
		t.Errorf("the unit takes %d bytes", n)
	}
}

func TestALateAttemptChangesWhatFollowed(t *testing.T) {
	v := newVillage(t)
	ada := learning.As(v.ada)
	b := newMemLog(t, "B")
	b.receive(v.memLog, 100)
	attempt := func(l *memLog, id string, right bool) {
		at := v.attempt(v.ada, id, right)
		at.Criterion = content.Criterion{Type: "num_correct_in_a_row_2"}
		at.Seed = uint64(len(id)) * 100
		must[Recorded](t)(l.store.RecordAttempt(ctx, ada, at))
	}
	attempt(v.memLog, "a", true)
	attempt(b, "bbb", false) // the same moment on another box, unknown here
	b.lamport = v.lamport
	attempt(v.memLog, "cc", true)
	if st := must[learning.ExerciseState](t)(v.store.ExerciseState(ada, v.ada, v.exercise)); !st.Mastered || st.Streak != 2 {
		t.Fatalf("before: %+v", st)
	}
	v.receive(b, 100)
	b.receive(v.memLog, 100)
	for _, l := range []*memLog{v.memLog, b} {
		st := must[learning.ExerciseState](t)(l.store.ExerciseState(ada, v.ada, v.exercise))
		if want := []learning.Dot{learning.DotRight, learning.DotWrong, learning.DotRight}; !reflect.DeepEqual(st.Dots, want) || st.Mastered {
			t.Errorf("%s: %+v, want dots %v", l.name, st, want)
		}
	}
}

func TestProgressCompletesByViewFinishAndMastery(t *testing.T) {
	v := newVillage(t)
	ada := learning.As(v.ada)
	view := func(act learning.Action, percent int, pos uint64) learning.Progress {
		return must[learning.Progress](t)(v.store.RecordView(ctx, ada, learning.View{Resource: v.page, Action: act, Percent: percent, Position: pos, Tenths: 100}))
	}
	if p := view(learning.Opened, 0, 0); p.Complete || p.Percent != 0 {
		t.Errorf("opened: %+v", p)
	}
	if p := view(learning.Moved, 4000, 77); p.Complete || p.Percent != 4000 || p.Position != 77 || p.Seconds != 20 {
		t.Errorf("moved: %+v", p)
	}
	if p := view(learning.Opened, 0, 0); p.Position != 77 || p.Percent != 4000 {
		t.Errorf("opened again: %+v", p)
	}
	if p := view(learning.Moved, 1000, 5); p.Position != 5 || p.Percent != 4000 {
		t.Errorf("moved back: %+v", p)
	}
	if p := view(learning.Moved, 9600, 99); !p.Complete || p.Percent != 10000 {
		t.Errorf("to the end: %+v", p)
	}
	v.page = "other"
	if p := view(learning.Finished, 0, 0); !p.Complete {
		t.Errorf("finished: %+v", p)
	}
	for i := range 4 {
		at := v.attempt(v.ada, fmt.Sprint("x.", i), true)
		at.Seed = uint64(i)
		r := must[Recorded](t)(v.store.RecordAttempt(ctx, ada, at))
		if got, want := r.Progress.Complete, i == 3; got != want {
			t.Errorf("after %d right complete %v", i+1, got)
		}
	}
	recent := must[[]learning.Progress](t)(v.store.RecentActivity(ada, v.ada, 2))
	if len(recent) != 2 || recent[0].Resource != v.exercise || recent[1].Resource != "other" {
		t.Errorf("recent %+v", recent)
	}
	d := must[LearnerDetail](t)(v.store.LearnerDetail(learning.As(v.teacher), v.ada))
	if d.Started != 3 || d.Finished != 3 || d.Mastered != 1 || d.Attempts != 4 || len(d.Progress) != 3 || len(d.Classes) != 1 {
		t.Errorf("detail %+v", d)
	}
}

type fixedWall struct {
	t  time.Time
	ok bool
}

func (w *fixedWall) Now() (time.Time, bool) { return w.t, w.ok }

func TestTheTeacherSeesTodayOnlyWhereTheDayIsKnown(t *testing.T) {
	v := newVillage(t) // three hours east
	w := &fixedWall{time.Date(2026, 3, 5, 6, 0, 0, 0, time.UTC), true}
	v.store.wall = w
	record := func(hours int64, id string, right bool) {
		v.ms = hours * 3600 * 1000
		at := v.attempt(v.ada, id, right)
		at.Seed, at.Tenths = 1, 600
		must[Recorded](t)(v.store.RecordAttempt(ctx, learning.As(v.ada), at))
	}
	record(1, "a.1", true)  // 4 March 21:00 in the school
	record(5, "a.2", true)  // 5 March 01:00
	record(6, "a.3", false) // four wrong tries at one item
	record(6, "a.4", false)
	record(6, "a.5", false)
	record(6, "a.6", false)
	ask := func() LearnerSummary {
		s := must[ClassSummary](t)(v.store.ClassSummary(learning.As(v.teacher), v.first))
		if len(s.Learners) != 2 || len(s.Teachers) != 1 || s.Class.Name != "Primary 1" || s.Learners[1].Last != nil {
			t.Fatalf("summary %+v", s)
		}
		return s.Learners[0]
	}
	if l := ask(); !l.TodayKnown || l.AttemptsToday != 0 || l.Last == nil || l.Last.Known {
		t.Errorf("before any calibration: %+v", l)
	}
	calibrate := func(believed bool) {
		c := learning.Calibration{Boot: v.boot, Start: time.Date(2026, 3, 4, 17, 0, 0, 0, time.UTC), Believed: believed, Source: "phone"}
		if err := v.store.Calibrate(ctx, box, c); err != nil {
			t.Fatal(err)
		}
	}
	calibrate(false)
	if l := ask(); l.AttemptsToday != 0 || !l.Last.Known || l.Last.Believed {
		t.Errorf("with a clock that is not believed: %+v", l)
	}
	calibrate(true)
	l := ask()
	if l.AttemptsToday != 5 || l.RightToday != 1 || l.SecondsToday != 300 || l.Attempts != 6 || l.Right != 2 {
		t.Errorf("today: %+v", l)
	}
	if want := time.Date(2026, 3, 4, 23, 0, 0, 0, time.UTC); !l.Last.Time.Equal(want) || !l.Last.Believed {
		t.Errorf("last seen %v, want %v", l.Last, want)
	}
	if len(l.NeedsHelp) != 1 || l.NeedsHelp[0] != v.exercise {
		t.Errorf("needs help %v", l.NeedsHelp)
	}
	w.ok = false
	if l := ask(); l.TodayKnown || l.AttemptsToday != 0 {
		t.Errorf("on a day nobody knows: %+v", l)
	}
}

func TestTypedWordsAreJoinedForWhoMayReadThem(t *testing.T) {
	v := newVillage(t)
	at := v.attempt(v.ada, "x.1", false)
	at.Type, at.Given = content.Text, "Mombasa maybe"
	must[Recorded](t)(v.store.RecordAttempt(ctx, learning.As(v.ada), at))
	list := must[[]AttemptRecord](t)(v.store.Attempts(learning.As(v.teacher), v.ada, v.exercise, 5))
	if len(list) != 1 || list[0].Given != at.Given || !list[0].Apart {
		t.Errorf("%+v", list)
	}
	v.kv.Scan(attemptBucket, nil, func(_, b []byte) bool {
		if strings.Contains(string(b), "Mombasa") {
			t.Error("the learn fold quotes the learner")
		}
		return true
	})
}

func TestNamesNeedNotBeUniqueAndFindWhoeverBearsThem(t *testing.T) {
	v := newVillage(t)
	twin := must[[]learning.PersonID](t)(v.store.AddPeople(ctx, box, NewPerson{Role: learning.Learner, Name: "ADA"}))[0]
	find := func(name string) int { return len(must[[]learning.PersonID](t)(v.store.FindLogin(name))) }
	if n := find(" ada "); n != 2 {
		t.Errorf("%d people answer to ada, want 2", n)
	}
	if n := find("ａｄａ"); n != 2 { // full-width letters of an East Asian keyboard
		t.Errorf("%d people answer to full-width ada", n)
	}
	if err := v.store.EditPerson(ctx, box, twin, learning.PersonEdit{Name: ptr("Zed")}); err != nil {
		t.Fatal(err)
	}
	if find("ada") != 1 || find("zed") != 1 || find("gone") != 0 || find("") != 0 || find("ad") != 0 {
		t.Error("names after an edit are found wrongly")
	}
	// Ada is found by login when her name is another.
	if err := v.store.EditPerson(ctx, box, v.ada, learning.PersonEdit{Name: ptr("Adaeze")}); err != nil {
		t.Fatal(err)
	}
	if find("ada") != 1 || find("adaeze") != 1 {
		t.Error("login is lost with the name")
	}
}

func TestSecretsAndCards(t *testing.T) {
	v := newVillage(t)
	set := func(p learning.PersonID, k learning.SecretKind, s string) {
		t.Helper()
		if err := v.store.SetSecrets(ctx, box, NewSecret{p, k, []byte(s)}); err != nil {
			t.Fatal(err)
		}
	}
	set(v.ada, learning.Card, "one")
	set(v.ada, learning.PIN, "pin")
	if p := must[learning.PersonID](t)(v.store.CardOwner([]byte("one"))); p != v.ada {
		t.Errorf("card of %s", p)
	}
	tiles := must[[]Tile](t)(v.store.Tiles(v.first))
	if len(tiles) != 2 || tiles[0].Name != "Ada" || !reflect.DeepEqual(tiles[0].Methods, []learning.SecretKind{learning.Card, learning.PIN}) || tiles[1].Methods != nil {
		t.Errorf("tiles %+v", tiles)
	}
	set(v.ada, learning.Card, "two")
	set(v.ada, learning.PIN, "")
	if _, err := v.store.CardOwner([]byte("one")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the old card: %v", err)
	}
	if _, err := v.store.Secret(v.ada, learning.PIN); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the removed PIN: %v", err)
	}
	if b := must[[]byte](t)(v.store.Secret(v.ada, learning.Card)); string(b) != "two" {
		t.Errorf("card %q", b)
	}
	if err := v.store.EditPerson(ctx, box, v.ada, learning.PersonEdit{Archived: ptr(true)}); err != nil {
		t.Fatal(err)
	}
	if _, err := v.store.CardOwner([]byte("two")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an archived learner's card: %v", err)
	}
	if _, err := v.store.Secret(v.ada, learning.Card); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an archived learner's secret: %v", err)
	}
	if _, err := v.store.RecordAttempt(ctx, learning.As(v.ada), v.attempt(v.ada, "x.1", true)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an archived learner records: %v", err)
	}
}

func TestTwoBoxesDisagreeingOnANameIsShown(t *testing.T) {
	v := newVillage(t)
	b := newMemLog(t, "B")
	b.receive(v.memLog, 100)
	name := func(l *memLog, s string) {
		if err := l.store.EditPerson(ctx, box, v.ada, learning.PersonEdit{Name: ptr(s)}); err != nil {
			t.Fatal(err)
		}
	}
	name(v.memLog, "Ada A")
	name(b, "Ada B")
	v.receive(b, 100)
	b.receive(v.memLog, 100)
	pa, pb := must[learning.Person](t)(v.store.Person(box, v.ada)), must[learning.Person](t)(b.store.Person(box, v.ada))
	if !reflect.DeepEqual(pa, pb) || !reflect.DeepEqual(pa.Conflicts, []string{"name"}) {
		t.Errorf("A shows %+v, B %+v", pa, pb)
	}
	name(b, "Ada A") // somebody chooses
	v.receive(b, 100)
	if p := must[learning.Person](t)(v.store.Person(box, v.ada)); p.Name != "Ada A" || p.Conflicts != nil {
		t.Errorf("after choosing: %+v", p)
	}
	// Enrolled here while taken out there: stays in.
	if err := v.store.Unenrol(ctx, box, v.first, v.musa); err != nil {
		t.Fatal(err)
	}
	if err := b.store.Unenrol(ctx, box, v.first, v.musa); err != nil {
		t.Fatal(err)
	}
	if err := b.store.Enrol(ctx, box, learning.Enrolment{Class: v.first, Person: v.musa, Role: learning.Learner}); err != nil {
		t.Fatal(err)
	}
	v.receive(b, 100)
	if _, learners, err := v.store.ClassRoster(box, v.first); err != nil || len(learners) != 2 {
		t.Errorf("roster %v %v", learners, err)
	}
}

func TestNewestOfferOfACourseIsShown(t *testing.T) {
	v := newVillage(t)
	b := newMemLog(t, "B")
	b.receive(v.memLog, 100)
	id := content.NewCourseID("zim", "wikipedia")
	offer := func(l *memLog, edition, manifest string) {
		err := l.store.OfferCourse(ctx, box, learning.Offer{Course: id, Edition: edition, Format: "zim", Title: "Water", Language: "en", Manifest: strings.Repeat(manifest, 64), Size: 5, Bytes: 99})
		if err != nil {
			t.Fatal(err)
		}
	}
	offer(v.memLog, "1", "a")
	offer(b, "1", "a")
	b.receive(v.memLog, 100)
	offer(b, "2", "b")
	v.receive(b, 100)
	got := must[[]learning.Offer](t)(v.store.OfferedCourses(nil))
	if len(got) != 1 || got[0].Edition != "2" || len(got[0].Streams) != 1 || got[0].Bytes != 99 || got[0].School != testSchool {
		t.Errorf("offers %+v", got)
	}
	if err := b.store.WithdrawCourse(ctx, box, id); err != nil {
		t.Fatal(err)
	}
	v.receive(b, 100)
	if got := must[[]learning.Offer](t)(v.store.OfferedCourses(nil)); len(got) != 1 || got[0].Edition != "1" {
		t.Errorf("after withdrawal %+v", got)
	}
	if got := must[[]learning.Offer](t)(v.store.OfferedCourses(func(clock.Stream) bool { return false })); len(got) != 0 {
		t.Errorf("whom nobody trusts offers %+v", got)
	}
}

func TestUnknownKindsAreLeftForALaterRelease(t *testing.T) {
	v := newVillage(t)
	before := v.kv.hash(v.store.Buckets())
	for _, kind := range []string{"attempt/2", "", "lesson/2", strings.Repeat("x", 1000)} {
		e := eventOf(learning.Draft{Scope: learning.Learn.Scope(testSchool), Kind: kind})
		if err := v.store.Apply(v.kv, e); err != nil {
			t.Errorf("%.20q: %v", kind, err)
		}
	}
	if v.kv.hash(v.store.Buckets()) != before {
		t.Error("an unknown kind changed the folds")
	}
}

func TestSettingsAreKeptAndChecked(t *testing.T) {
	v := newVillage(t)
	ada := learning.As(v.ada)
	want := learning.Settings{Language: "ar", Theme: "night", TextSize: "xl", Data: "low", Font: "dyslexia", Content: "fr", Digits: "latn", Aloud: "on"}
	if err := v.store.SetSettings(ctx, ada, v.ada, want); err != nil {
		t.Fatal(err)
	}
	if got := must[learning.Settings](t)(v.store.Settings(ada, v.ada)); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	events := v.lamport
	if err := v.store.SetSettings(ctx, ada, v.ada, want); err != nil || v.lamport != events {
		t.Errorf("setting the same again wrote an event (%v)", err)
	}
	for _, bad := range []learning.Settings{{Theme: "pink"}, {Language: "en<script>"}, {TextSize: "9"}, {Content: "<b>"}, {Digits: "roman"}, {Aloud: "loud"}} {
		if err := v.store.SetSettings(ctx, ada, v.ada, bad); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

func TestAnUnclaimedBoxHasNoSchoolToAskOrWrite(t *testing.T) {
	l := newMemLog(t, "A")
	l.store.UseSchool("")
	if _, err := l.store.School(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("school: %v", err)
	}
	if _, err := l.store.AddPeople(ctx, box, NewPerson{Role: learning.Learner, Name: "A"}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("people: %v", err)
	}
	if ids, err := l.store.FindLogin("a"); err != nil || len(ids) != 0 {
		t.Errorf("find: %v %v", ids, err)
	}
}
