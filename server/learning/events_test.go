package learning

import (
	"bytes"
	"errors"
	"io/fs"
	"reflect"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

// event makes of a draft what the log would.
func event(d Draft) *segment.Event {
	e := &segment.Event{Dot: clock.Dot{Seq: 1}, Scope: d.Scope, Kind: d.Kind, Fields: d.Fields}
	if d.Body != nil {
		e.Body = append(make([]byte, saltLen), d.Body...)
	}
	return e
}

func someAttempt() Attempt {
	return Attempt{
		ID: "abcdefghijklm.12", Learner: NewID[PersonID](), Course: content.NewCourseID("a", "b"),
		Resource: "0123456789abcdef0123456789abcdef:A/Water", Item: "add-two", Type: content.Choice,
		Criterion: content.Criterion{Type: "m_of_n", M: 4, N: 5}, Seed: 77, Given: "b", Score: 5000, Error: "carried-twice", Tenths: 123, Hints: 2,
	}
}

func TestAttemptComesBackFromItsEvent(t *testing.T) {
	for _, id := range []AttemptID{"abcdefghijklm.12", "abcdefghijklm.0", "plain", "a.b.c", "x.007", "x.99999999999", "."} {
		a := someAttempt()
		a.ID = id
		ds := a.Drafts("s")
		if len(ds) != 1 {
			t.Fatalf("%d drafts of a choice", len(ds))
		}
		got, err := ParseAttempt(event(ds[0]))
		a.Type = ""
		if err != nil || !reflect.DeepEqual(got, a) {
			t.Errorf("%s: %v\n got %+v\nwant %+v", id, err, got, a)
		}
	}
}

func TestTypedWordsNeverReachTheLearnScope(t *testing.T) {
	const word = "Nairobi"
	for _, c := range []struct {
		typ   content.ItemType
		given string
		apart bool
	}{
		{content.Text, word, true},
		{content.Cloze, word, true},
		{"", word, true},
		{content.Number, "my name is " + word, true},
		{content.Number, "-3.5", false},
		{content.Choice, "b", false},
		{content.Order, "3 1 2", false},
		{content.Choice, "ünïcode " + word, true},
		{content.Text, "", false},
	} {
		a := someAttempt()
		a.Type, a.Given = c.typ, c.given
		ds := a.Drafts("s")
		if got := len(ds) == 2; got != c.apart {
			t.Errorf("%s %q: kept apart %v, want %v", c.typ, c.given, got, c.apart)
		}
		last := ds[len(ds)-1]
		if last.Scope != "school/s/learn" || last.Body != nil {
			t.Errorf("attempt in %s with body %q", last.Scope, last.Body)
		}
		for _, f := range last.Fields {
			if bytes.Contains(f.Data, []byte(word)) {
				t.Errorf("%s: column %d says %q", c.typ, f.Col, f.Data)
			}
		}
		if c.apart {
			who, id, text, err := ParseAnswer(event(ds[0]))
			if err != nil || who != a.Learner || id != a.ID || text != c.given || ds[0].Scope != "school/s/roster" {
				t.Errorf("answer: %v %s %s %q", err, who, id, text)
			}
			for _, f := range ds[0].Fields {
				if bytes.Contains(f.Data, []byte(word)) {
					t.Errorf("answer's column %d says %q outside its body", f.Col, f.Data)
				}
			}
		}
	}
}

func TestNamesAndVerifiersLieInTheBody(t *testing.T) {
	id, _ := Raw(NewID[PersonID]())
	for _, e := range []Edit{
		{KindPerson, Subject{ID: id}, nil, []Value{{PersonRole, "learner"}, {PersonName, "secretword"}, {PersonLogin, "secretword"}, {PersonNumber, "secretword"}}},
		{KindSecret, Subject{ID: id}, nil, []Value{{Field(PIN), "secretword"}}},
	} {
		d := e.Draft("s")
		for _, f := range d.Fields {
			if bytes.Contains(f.Data, []byte("secretword")) {
				t.Errorf("%s: column %d", e.Kind, f.Col)
			}
		}
		got, err := ParseEdit(event(d))
		if err != nil || !reflect.DeepEqual(got, e) {
			t.Errorf("%v\n got %+v\nwant %+v", err, got, e)
		}
		erased := event(d)
		erased.Body = nil
		got, err = ParseEdit(erased)
		if err != nil || len(got.Values) != len(e.Values) || got.Values[len(got.Values)-1].Value != "" {
			t.Errorf("erased: %v %+v", err, got)
		}
	}
}

func TestHostileEventsAreRefusedNotBelieved(t *testing.T) {
	good := func(k string) *segment.Event {
		a := someAttempt()
		switch k {
		case KindAttempt:
			return event(a.Drafts("s")[0])
		case KindView:
			v := View{Learner: a.Learner, Resource: "x", Action: Opened}
			return event(v.Draft("s"))
		}
		return event(Edit{Kind: k, Subject: Subject{ID: [16]byte{1}}, Values: []Value{{1, "x"}}}.Draft("s"))
	}
	parse := func(e *segment.Event) (err error) {
		switch e.Kind {
		case KindAttempt:
			_, err = ParseAttempt(e)
		case KindView:
			_, err = ParseView(e)
		default:
			_, err = ParseEdit(e)
		}
		return err
	}
	for _, k := range []string{KindAttempt, KindView, KindPerson, KindClass, KindSecret} {
		if err := parse(good(k)); err != nil {
			t.Fatalf("%s: %v", k, err)
		}
		e := good(k)
		e.Fields = e.Fields[1:] // about nobody
		if err := parse(e); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("%s about nobody: %v", k, err)
		}
		for i := range good(k).Fields { // every column in turn far too long or large
			e := good(k)
			e.Fields[i].Num, e.Fields[i].Data = 1<<63, bytes.Repeat([]byte{0xff}, 5000)
			_ = parse(e) // must not panic
		}
	}
	e := good(KindPerson)
	e.Body = append(make([]byte, saltLen), []byte{0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}...)
	e.Fields = append(e.Fields, segment.Field{Col: colField + 30, Type: segment.Text, Data: []byte(strings.Repeat("x", 2000))})
	e.Fields[1].Num |= 1 << 30
	if err := parse(e); !errors.Is(err, fs.ErrInvalid) {
		t.Errorf("a value of 2000 bytes: %v", err)
	}
}

func TestScopesAreTakenApart(t *testing.T) {
	for s, want := range map[segment.Scope]struct {
		p      Place
		school string
		ok     bool
	}{
		"pub": {Pub, "", true}, "school/a/roster": {Roster, "a", true}, "school/a/learn": {Learn, "a", true},
		"ops": {Health, "", true}, "school//learn": {}, "school/a/b/learn": {}, "": {}, "school/a": {},
	} {
		p, school, ok := ReadScope(s)
		if ok != want.ok || ok && (p != want.p || school != want.school) {
			t.Errorf("%s: %v %q %v", s, p, school, ok)
		}
	}
}
