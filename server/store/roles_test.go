package store

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"time"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

// A village is a school with two classes: one teacher and two learners in the first, one of each in the second.
type village struct {
	*memLog
	admin, officer, teacher, other learning.PersonID
	ada, musa, lin, gone           learning.PersonID
	first, second                  learning.ClassID
	exercise, page                 content.ResourceID
}

func newVillage(t testing.TB) *village {
	v := &village{memLog: newMemLog(t, "A"), exercise: content.NewResourceID("c", "e"), page: content.NewResourceID("c", "p")}
	s := v.store
	if err := s.CreateSchool(ctx, box, learning.SchoolEdit{Name: ptr("Baobab School"), Language: ptr("en"), Zone: ptr(180)}); err != nil {
		t.Fatal(err)
	}
	v.first = must[learning.ClassID](t)(s.AddClass(ctx, box, "Primary 1", ""))
	v.second = must[learning.ClassID](t)(s.AddClass(ctx, box, "Primary 2", ""))
	ids := must[[]learning.PersonID](t)(s.AddPeople(ctx, box,
		NewPerson{Role: learning.Administrator, Name: "Head"}, NewPerson{Role: learning.Officer, Name: "Officer"},
		NewPerson{Role: learning.Teacher, Name: "Teacher", Class: v.first}, NewPerson{Role: learning.Teacher, Name: "Other", Class: v.second},
		NewPerson{Role: learning.Learner, Name: "Ada", Login: "ada", Class: v.first}, NewPerson{Role: learning.Learner, Name: "Musa", Class: v.first},
		NewPerson{Role: learning.Learner, Name: "Lin", Class: v.second}, NewPerson{Role: learning.Learner, Name: "Gone", Class: v.first}))
	v.admin, v.officer, v.teacher, v.other, v.ada, v.musa, v.lin, v.gone = ids[0], ids[1], ids[2], ids[3], ids[4], ids[5], ids[6], ids[7]
	if err := s.EditPerson(ctx, box, v.gone, learning.PersonEdit{Archived: ptr(true)}); err != nil {
		t.Fatal(err)
	}
	return v
}

func (v *village) attempt(who learning.PersonID, id string, right bool) learning.Attempt {
	return learning.Attempt{
		ID: learning.AttemptID(id), Learner: who, Resource: v.exercise, Item: "i", Type: content.Choice, Given: "b", Seed: uint64(len(id)),
		Criterion: content.Criterion{Type: "m_of_n", M: 4, N: 5}, Correct: right, Score: content.Score(boolBit(right)) * content.FullScore,
	}
}

// verdict says in one letter what came of a question: y done, n not found, p not allowed, i invalid.
func verdict(err error) string {
	switch {
	case err == nil:
		return "y"
	case errors.Is(err, fs.ErrNotExist):
		return "n"
	case errors.Is(err, fs.ErrPermission):
		return "p"
	case errors.Is(err, fs.ErrInvalid):
		return "i"
	}
	return err.Error()
}

// Every question and write against every kind of person. The columns: the box, the head, Ada's teacher, another
// teacher, Ada, Musa of the same class, the officer, a guest, an archived learner, somebody unknown.
func TestEverybodySeesAndChangesOnlyWhatIsTheirs(t *testing.T) {
	type question func(v *village, a learning.Actor) error
	n := 0
	fresh := func() string { n++; return fmt.Sprint("x.", n) }
	read := func(f func(s *Store, v *village, a learning.Actor) error) question {
		return func(v *village, a learning.Actor) error { return f(v.store, v, a) }
	}
	for _, c := range []struct {
		what, want string
		ask        question
	}{
		//                          box
		//                          |head
		//                          ||teacher
		//                          |||other teacher
		//                          ||||Ada
		//                          |||||Musa
		//                          ||||||officer
		//                          |||||||guest
		//                          ||||||||archived
		//                          |||||||||unknown
		{"Person Ada", "yyynynnnnn", read(func(s *Store, v *village, a learning.Actor) error { _, err := s.Person(a, v.ada); return err })},
		{"Person Teacher", "yyynnnnnnn", read(func(s *Store, v *village, a learning.Actor) error { _, err := s.Person(a, v.teacher); return err })},
		{"Who", "nyyyyyynnn", read(func(s *Store, v *village, a learning.Actor) error { _, err := s.Who(a); return err })},
		{"ProgressOf Ada", "yyynynnnnn", read(func(s *Store, v *village, a learning.Actor) error { _, err := s.ProgressOf(a, v.ada); return err })},
		{"ProgressIn Ada", "yyynynnnnn", read(func(s *Store, v *village, a learning.Actor) error { _, err := s.ProgressIn(a, v.ada, nil); return err })},
		{"ExerciseState Ada", "yyynynnnnn", read(func(s *Store, v *village, a learning.Actor) error {
			_, err := s.ExerciseState(a, v.ada, v.exercise)
			return err
		})},
		{"RecentActivity Ada", "yyynynnnnn", read(func(s *Store, v *village, a learning.Actor) error {
			_, err := s.RecentActivity(a, v.ada, 3)
			return err
		})},
		{"Attempts Ada", "yyynynnnnn", read(func(s *Store, v *village, a learning.Actor) error {
			_, err := s.Attempts(a, v.ada, v.exercise, 3)
			return err
		})},
		{"LearnerDetail Ada", "yyynynnnnn", read(func(s *Store, v *village, a learning.Actor) error { _, err := s.LearnerDetail(a, v.ada); return err })},
		{"Settings Ada", "yyynynnnnn", read(func(s *Store, v *village, a learning.Actor) error { _, err := s.Settings(a, v.ada); return err })},
		{"ClassesOf Ada", "yyynynnnnn", read(func(s *Store, v *village, a learning.Actor) error { _, err := s.ClassesOf(a, v.ada); return err })},
		{"Class first", "yyynyynnnn", read(func(s *Store, v *village, a learning.Actor) error { _, err := s.Class(a, v.first); return err })},
		{"ClassRoster first", "yyynppnnnn", read(func(s *Store, v *village, a learning.Actor) error { _, _, err := s.ClassRoster(a, v.first); return err })},
		{"ClassSummary first", "yyynppnnnn", read(func(s *Store, v *village, a learning.Actor) error { _, err := s.ClassSummary(a, v.first); return err })},
		{"School", "yyyyyyyyyy", read(func(s *Store, v *village, a learning.Actor) error { _, err := s.School(); return err })},

		{"Records Ada", "yyynynnnnn", read(func(s *Store, v *village, a learning.Actor) error { _, err := s.Records(a, v.ada); return err })},
		{"Join Ada and Musa", "yyynpnnnnn", read(func(s *Store, v *village, a learning.Actor) error {
			defer s.Split(ctx, box, v.musa)
			return s.Join(ctx, a, v.ada, v.musa)
		})},
		{"Join Ada and Lin", "yynnpnnnnn", read(func(s *Store, v *village, a learning.Actor) error {
			defer s.Split(ctx, box, v.lin)
			return s.Join(ctx, a, v.ada, v.lin)
		})},
		{"Split Ada", "yyynpnnnnn", read(func(s *Store, v *village, a learning.Actor) error { return s.Split(ctx, a, v.ada) })},
		{"ChangeRoster: a learner of the first class", "yyyppppppp", read(func(s *Store, v *village, a learning.Actor) error {
			return s.ChangeRoster(ctx, a, joining(v.first, learning.Learner))
		})},
		{"ChangeRoster: a teacher of the first class", "yypppppppp", read(func(s *Store, v *village, a learning.Actor) error {
			return s.ChangeRoster(ctx, a, joining(v.first, learning.Teacher))
		})},
		{"ChangeRoster: a class", "yypppppppp", read(func(s *Store, v *village, a learning.Actor) error {
			return s.ChangeRoster(ctx, a, RosterChange{Classes: []ClassChange{{ID: learning.NewID[learning.ClassID](), New: true, Edit: learning.ClassEdit{Name: ptr("New")}}}})
		})},
		{"ChangeRoster: Ada's name", "yyynpnnnnn", read(func(s *Store, v *village, a learning.Actor) error {
			return s.ChangeRoster(ctx, a, RosterChange{People: []PersonChange{{ID: v.ada, Edit: learning.PersonEdit{Name: ptr(fresh())}}}})
		})},
		{"ChangeRoster: Lin into the first class", "yynnppnnnn", read(func(s *Store, v *village, a learning.Actor) error {
			defer s.Unenrol(ctx, box, v.first, v.lin)
			return s.ChangeRoster(ctx, a, RosterChange{Places: []learning.Enrolment{{Class: v.first, Person: v.lin, Role: learning.Learner}}})
		})},

		{"CreateSchool", "yppppppppp", read(func(s *Store, v *village, a learning.Actor) error {
			return s.CreateSchool(ctx, a, learning.SchoolEdit{Name: ptr("B")})
		})},
		{"EditSchool", "yypppppppp", read(func(s *Store, v *village, a learning.Actor) error {
			return s.EditSchool(ctx, a, learning.SchoolEdit{Name: ptr("B")})
		})},
		{"AddPeople learner to first", "yyyppppppp", read(func(s *Store, v *village, a learning.Actor) error {
			_, err := s.AddPeople(ctx, a, NewPerson{Role: learning.Learner, Name: "New", Class: v.first})
			return err
		})},
		{"AddPeople learner to none", "yypppppppp", read(func(s *Store, v *village, a learning.Actor) error {
			_, err := s.AddPeople(ctx, a, NewPerson{Role: learning.Learner, Name: "New"})
			return err
		})},
		{"AddPeople teacher to first", "yypppppppp", read(func(s *Store, v *village, a learning.Actor) error {
			_, err := s.AddPeople(ctx, a, NewPerson{Role: learning.Teacher, Name: "New", Class: v.first})
			return err
		})},
		{"AddPeople with the id of another", "yypppppppp", read(func(s *Store, v *village, a learning.Actor) error {
			_, err := s.AddPeople(ctx, a, NewPerson{ID: v.lin, Role: learning.Learner, Name: "Mine now", Class: v.first})
			return err
		})},
		{"EditPerson Ada's name", "yyynpnnnnn", read(func(s *Store, v *village, a learning.Actor) error {
			return s.EditPerson(ctx, a, v.ada, learning.PersonEdit{Name: ptr("Ada B")})
		})},
		{"EditPerson Ada's role", "yypnpnnnnn", read(func(s *Store, v *village, a learning.Actor) error {
			return s.EditPerson(ctx, a, v.ada, learning.PersonEdit{Role: ptr(learning.Administrator)})
		})},
		{"EditPerson own role", "nypppppnnn", read(func(s *Store, v *village, a learning.Actor) error {
			return s.EditPerson(ctx, a, a.Person(), learning.PersonEdit{Role: ptr(learning.Administrator)})
		})},
		{"SetSecrets Ada's PIN", "yyynynnnnn", read(func(s *Store, v *village, a learning.Actor) error {
			return s.SetSecrets(ctx, a, NewSecret{v.ada, learning.PIN, []byte(fresh())})
		})},
		{"SetSecrets Ada's card", "yyynpnnnnn", read(func(s *Store, v *village, a learning.Actor) error {
			return s.SetSecrets(ctx, a, NewSecret{v.ada, learning.Card, []byte(fresh())})
		})},
		{"SetSecrets the head's password", "yynnnnnnnn", read(func(s *Store, v *village, a learning.Actor) error {
			return s.SetSecrets(ctx, a, NewSecret{v.admin, learning.Password, []byte(fresh())})
		})},
		{"SetSettings Ada", "yyynynnnnn", read(func(s *Store, v *village, a learning.Actor) error {
			return s.SetSettings(ctx, a, v.ada, learning.Settings{Theme: "dark"})
		})},
		{"AddClass", "yypppppppp", read(func(s *Store, v *village, a learning.Actor) error {
			_, err := s.AddClass(ctx, a, "New", "")
			return err
		})},
		{"EditClass first", "yypnppnnnn", read(func(s *Store, v *village, a learning.Actor) error {
			return s.EditClass(ctx, a, v.first, learning.ClassEdit{Name: ptr("X")})
		})},
		{"Enrol Lin in first", "yynnnnnnnn", read(func(s *Store, v *village, a learning.Actor) error {
			return s.Enrol(ctx, a, learning.Enrolment{Class: v.first, Person: v.lin, Role: learning.Learner})
		})},
		{"Enrol Ada in second", "yynnpnnnnn", read(func(s *Store, v *village, a learning.Actor) error {
			return s.Enrol(ctx, a, learning.Enrolment{Class: v.second, Person: v.ada, Role: learning.Learner})
		})},
		{"Enrol self as teacher of second", "nypppppnnn", read(func(s *Store, v *village, a learning.Actor) error {
			return s.Enrol(ctx, a, learning.Enrolment{Class: v.second, Person: a.Person(), Role: learning.Teacher})
		})},
		{"Unenrol Ada from first", "yyynpnnnnn", read(func(s *Store, v *village, a learning.Actor) error { return s.Unenrol(ctx, a, v.first, v.ada) })},
		{"RecordAttempt of Ada", "yyynynnpnn", read(func(s *Store, v *village, a learning.Actor) error {
			_, err := s.RecordAttempt(ctx, a, v.attempt(v.ada, fresh(), true))
			return err
		})},
		{"RecordAttempt of self", "nyyyyyypnn", read(func(s *Store, v *village, a learning.Actor) error {
			_, err := s.RecordAttempt(ctx, a, v.attempt(a.Person(), fresh(), true))
			return err
		})},
		{"RecordAttempt of Gone", "nnnnnnnpnn", read(func(s *Store, v *village, a learning.Actor) error {
			_, err := s.RecordAttempt(ctx, a, v.attempt(v.gone, fresh(), true))
			return err
		})},
		{"RecordView of Ada", "yyynynnpnn", read(func(s *Store, v *village, a learning.Actor) error {
			_, err := s.RecordView(ctx, a, learning.View{Learner: v.ada, Resource: v.page, Action: learning.Opened})
			return err
		})},
		{"RecordBatch of Ada and Lin", "yynnnnnpnn", read(func(s *Store, v *village, a learning.Actor) error {
			return s.RecordBatch(ctx, a, []learning.Attempt{v.attempt(v.ada, fresh(), true), v.attempt(v.lin, fresh(), true)}, nil)
		})},
		{"OfferCourse", "yypppppppp", read(func(s *Store, v *village, a learning.Actor) error {
			return s.OfferCourse(ctx, a, learning.Offer{Course: content.NewCourseID("a", "b"), Manifest: strings.Repeat("0", 64)})
		})},
		{"WithdrawCourse", "yypppppppp", read(func(s *Store, v *village, a learning.Actor) error {
			return s.WithdrawCourse(ctx, a, content.NewCourseID("a", "b"))
		})},
		{"NameDevice", "yypppppppp", read(func(s *Store, v *village, a learning.Actor) error { return s.NameDevice(ctx, a, "d", "Box") })},
		{"Calibrate", "yppppppppp", read(func(s *Store, v *village, a learning.Actor) error {
			return s.Calibrate(ctx, a, learning.Calibration{Boot: v.boot, Start: time.UnixMilli(0)})
		})},
	} {
		judged(t, c.what, c.want, c.ask)
	}
}

// judged asks as each kind of actor in turn: want has a letter of verdict for each. A refusal changes nothing.
func judged(t *testing.T, what, want string, ask func(v *village, a learning.Actor) error) {
	t.Helper()
	got := ""
	for i := range want {
		v := newVillage(t)
		actors := []learning.Actor{
			box, learning.As(v.admin), learning.As(v.teacher), learning.As(v.other), learning.As(v.ada), learning.As(v.musa),
			learning.As(v.officer),
			{},
			learning.As(v.gone), learning.As(learning.NewID[learning.PersonID]()),
		}
		before := v.kv.hash(v.store.Buckets())
		r := verdict(ask(v, actors[i]))
		if r != "y" && v.kv.hash(v.store.Buckets()) != before {
			t.Errorf("%s by %d was refused and changed something", what, i)
		}
		got += r
	}
	if got != want {
		t.Errorf("%s:\n got %s\nwant %s", what, got, want)
	}
}

// The lists show each only their own.
func TestListsHoldOnlyWhatOneMaySee(t *testing.T) {
	v := newVillage(t)
	names := func(a learning.Actor) (out string) {
		for _, p := range must[[]learning.Person](t)(v.store.People(a, PeopleFilter{})) {
			out += " " + p.Name
		}
		for _, c := range must[[]learning.Class](t)(v.store.Classes(a)) {
			out += " " + c.Name
		}
		return out
	}
	for who, want := range map[learning.Actor]string{
		learning.As(v.admin):   " Ada Head Lin Musa Officer Other Teacher Primary 1 Primary 2",
		learning.As(v.teacher): " Ada Musa Teacher Primary 1",
		learning.As(v.ada):     " Ada Primary 1",
		learning.As(v.officer): " Officer",
		{}:                     "",
		learning.As(v.gone):    "",
	} {
		if got := names(who); got != want {
			t.Errorf("%v sees%s, want%s", who, got, want)
		}
	}
	if got := must[[]learning.Person](t)(v.store.People(learning.As(v.admin), PeopleFilter{Archived: true})); len(got) != 1 || got[0].ID != v.gone {
		t.Errorf("archived: %v", got)
	}
	if got := must[[]learning.Person](t)(v.store.People(box, PeopleFilter{Query: "ÁDA"})); len(got) != 1 || got[0].ID != v.ada {
		t.Errorf("search: %v", got)
	}
}

func TestTheLastAdministratorStays(t *testing.T) {
	v := newVillage(t)
	head := learning.As(v.admin)
	for _, e := range []learning.PersonEdit{{Archived: ptr(true)}, {Role: ptr(learning.Teacher)}} {
		if err := v.store.EditPerson(ctx, head, v.admin, e); !errors.Is(err, fs.ErrPermission) {
			t.Errorf("%+v: %v", e, err)
		}
	}
	if err := v.store.EditPerson(ctx, head, v.teacher, learning.PersonEdit{Role: ptr(learning.Administrator)}); err != nil {
		t.Fatal(err)
	}
	if err := v.store.EditPerson(ctx, head, v.admin, learning.PersonEdit{Role: ptr(learning.Teacher)}); err != nil {
		t.Error(err)
	}
	if _, err := v.store.AddClass(ctx, head, "X", ""); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("the former head still adds classes: %v", err)
	}
}

// Whoever may write to pub, to another school's streams or to the learn scope may not thereby write to this roster.
func TestEventsOutsideTheirScopeAreNotFolded(t *testing.T) {
	v := newVillage(t)
	raw, _ := learning.Raw(v.ada)
	edit := learning.Edit{Kind: learning.KindPerson, Subject: learning.Subject{ID: raw}, Values: []learning.Value{{Field: learning.PersonRole, Value: "administrator"}}}
	at := v.attempt(v.ada, "x.1", true)
	for _, d := range []learning.Draft{edit.Draft(testSchool), at.Drafts(testSchool)[0]} {
		before := v.kv.hash([]string{recordBucket, unitBucket, totalBucket})
		for _, scope := range []string{"pub", "school/" + testSchool + "/other", "ops", "", "school/other/" + map[string]string{learning.KindPerson: "learn", learning.KindAttempt: "roster"}[d.Kind]} {
			e := eventOf(d)
			e.Lamport, e.Scope = 1000, segment.Scope(scope)
			if err := v.store.Apply(v.kv, e); !errors.Is(err, fs.ErrPermission) {
				t.Errorf("%s in %q: %v", d.Kind, scope, err)
			}
		}
		if v.kv.hash([]string{recordBucket, unitBucket, totalBucket}) != before {
			t.Errorf("%s was folded from a foreign scope", d.Kind)
		}
	}
	// Another school's own streams fold, but into that school's record alone.
	e := eventOf(edit.Draft("fedcba9876543210"))
	e.Lamport = 1000
	if err := v.store.Apply(v.kv, e); err != nil {
		t.Fatal(err)
	}
	if p := must[learning.Person](t)(v.store.Person(box, v.ada)); p.Role != learning.Learner {
		t.Errorf("another school made Ada %s", p.Role)
	}
}

func eventOf(d learning.Draft) *segment.Event {
	e := &segment.Event{Dot: clock.Dot{Stream: clock.Stream{9}, Seq: 1}, Scope: d.Scope, Kind: d.Kind, Fields: d.Fields}
	if d.Body != nil {
		e.Body = append(make([]byte, 16), d.Body...)
	}
	return e
}

// joining adds somebody new to a class.
func joining(class learning.ClassID, role learning.Role) RosterChange {
	id := learning.NewID[learning.PersonID]()
	return RosterChange{
		People: []PersonChange{{ID: id, New: true, Edit: learning.PersonEdit{Role: &role, Name: ptr("New")}}},
		Places: []learning.Enrolment{{Class: class, Person: id, Role: role}},
	}
}

// Nobody is left to look after the school: such a change is refused as a whole.
func TestAChangeThatLeavesNoAdministratorIsRefused(t *testing.T) {
	v := newVillage(t)
	err := v.store.ChangeRoster(ctx, box, RosterChange{People: []PersonChange{{ID: v.ada, Edit: learning.PersonEdit{Name: ptr("Other")}}, {ID: v.admin, Edit: learning.PersonEdit{Archived: ptr(true)}}}})
	if !errors.Is(err, fs.ErrPermission) {
		t.Error(err)
	}
	if p := must[learning.Person](t)(v.store.Person(box, v.ada)); p.Name != "Ada" {
		t.Errorf("half of it was written: %+v", p)
	}
}
