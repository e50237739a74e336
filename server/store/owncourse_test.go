package store

import (
	"errors"
	"io/fs"
	"strings"
	"testing"

	"lamplight/server/learning"
)

// An author is a village whose teacher has begun a course with one page.
type author struct {
	*village
	course learning.OwnID
	page   learning.PartID
}

func newAuthor(t testing.TB) *author {
	v := newVillage(t)
	w := &author{village: v, page: learning.NewID[learning.PartID]()}
	w.course = must[learning.OwnID](t)(v.store.AddOwnCourse(ctx, learning.As(v.teacher), learning.OwnCourse{Title: "Our well", Language: "en"}))
	w.save(t, v.teacher, "The well", "It is deep.", "")
	return w
}

func (w *author) save(t testing.TB, who learning.PersonID, title, text, seen string) (apart bool) {
	t.Helper()
	p := learning.OwnPart{ID: w.page, Course: w.course, Kind: learning.PartPage, PartText: learning.PartText{Title: title, Text: text}}
	return must[bool](t)(w.store.SaveOwnPart(ctx, learning.As(who), p, seen, 1000))
}

func (w *author) part(t testing.TB) OwnPage {
	t.Helper()
	return must[OwnPage](t)(w.store.OwnPart(box, w.course, w.page))
}

func TestOwnCoursesAreTheirTeachersAndAdministratorsAlone(t *testing.T) {
	for _, c := range []struct {
		what, want string // as the table of roles: box, head, teacher, other teacher, Ada, Musa, officer, guest, archived, unknown
		shared     bool
		ask        func(w *author, a learning.Actor) error
	}{
		{"read", "yyynnnnnnn", false, func(w *author, a learning.Actor) error { _, err := w.store.OwnCourse(a, w.course); return err }},
		{"read shared", "yyyynnnnnn", true, func(w *author, a learning.Actor) error { _, err := w.store.OwnCourse(a, w.course); return err }},
		{"parts", "yyynnnnnnn", false, func(w *author, a learning.Actor) error { _, err := w.store.OwnParts(a, w.course); return err }},
		{"versions", "yyynnnnnnn", false, func(w *author, a learning.Actor) error {
			_, err := w.store.OwnSavings(a, w.course, w.page)
			return err
		}},
		{"begin", "yyyyppppnp", false, func(w *author, a learning.Actor) error {
			_, err := w.store.AddOwnCourse(ctx, a, learning.OwnCourse{Title: "Mine", Language: "en"})
			return err
		}},
		{"rename", "yyynnnnnnn", false, func(w *author, a learning.Actor) error {
			return w.store.ChangeOwnCourse(ctx, a, w.course, func(c *learning.OwnCourse) error { c.Title = "Ours"; return nil })
		}},
		{"share another's", "yyypnnnnnn", true, func(w *author, a learning.Actor) error {
			return w.store.ChangeOwnCourse(ctx, a, w.course, func(c *learning.OwnCourse) error { c.Shared = !c.Shared; return nil })
		}},
		{"save a page", "yyynnnnnnn", false, func(w *author, a learning.Actor) error {
			_, err := w.store.SaveOwnPart(ctx, a, learning.OwnPart{ID: w.page, Course: w.course, PartText: learning.PartText{Title: "Theirs"}}, "", 1)
			return err
		}},
		{"throw it away", "yyynnnnnnn", false, func(w *author, a learning.Actor) error {
			return w.store.ThrowOwnPart(ctx, a, w.course, w.page, true)
		}},
		{"settle", "yyynnnnnnn", false, func(w *author, a learning.Actor) error {
			return w.store.SettleOwnPart(ctx, a, w.course, w.page, learning.PartText{Title: "Settled"}, 1)
		}},
	} {
		got := ""
		for i := range 10 {
			w := newAuthor(t)
			if c.shared {
				if err := w.store.ChangeOwnCourse(ctx, box, w.course, func(c *learning.OwnCourse) error { c.Shared = true; return nil }); err != nil {
					t.Fatal(err)
				}
			}
			who := []learning.Actor{
				box, learning.As(w.admin), learning.As(w.teacher), learning.As(w.other), learning.As(w.ada), learning.As(w.musa),
				learning.As(w.officer),
				{},
				learning.As(w.gone), learning.As(learning.NewID[learning.PersonID]()),
			}[i]
			got += verdict(c.ask(w, who))
		}
		if c.what == "begin" { // who is archived or unknown is nobody
			got = got[:8] + "np"
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.what, got, c.want)
		}
	}
	w := newAuthor(t)
	for who, want := range map[learning.PersonID]int{w.teacher: 1, w.admin: 1, w.other: 0, w.ada: 0} {
		if n := len(must[[]learning.OwnCourse](t)(w.store.OwnCourses(learning.As(who)))); n != want {
			t.Errorf("%s lists %d courses, want %d", who, n, want)
		}
	}
}

func TestASaveFromAnOldPageWritesNothingOverAndBothAreShown(t *testing.T) {
	w := newAuthor(t)
	seen := w.part(t).Seen
	if w.save(t, w.teacher, "The well", "It is deep and old.", seen) {
		t.Error("a save from the newest page is said to be apart")
	}
	if !w.save(t, w.admin, "The well", "It is shallow.", seen) {
		t.Error("a save from an old page is not said to be apart")
	}
	p := w.part(t)
	texts := p.Text
	for _, o := range p.Others {
		texts += "|" + o.Text
	}
	if len(p.Others) != 1 || !strings.Contains(texts, "It is deep and old.") || !strings.Contains(texts, "It is shallow.") {
		t.Fatalf("shown are %q", texts)
	}
	if err := w.store.SettleOwnPart(ctx, box, w.course, w.page, p.Others[0], 3); err != nil {
		t.Fatal(err)
	}
	if q := w.part(t); len(q.Others) != 0 || q.PartText != p.Others[0] {
		t.Errorf("after choosing: %+v", q)
	}
	if n := len(must[[]learning.Saving](t)(w.store.OwnSavings(box, w.course, w.page))); n != 4 {
		t.Errorf("%d versions are kept, want 4", n)
	}
}

func TestTwoBoxesThatWroteOnePageShowBothWhenTheyMeet(t *testing.T) {
	w := newAuthor(t)
	far := newMemLog(t, "B")
	far.receive(w.memLog, 1000)
	seen := w.part(t).Seen
	w.save(t, w.teacher, "The well", "Here.", seen)
	p := learning.OwnPart{ID: w.page, Course: w.course, PartText: learning.PartText{Title: "The well", Text: "There."}}
	if apart := must[bool](t)(far.store.SaveOwnPart(ctx, box, p, seen, 2)); apart {
		t.Error("the far box knows of a write it has not got")
	}
	far.receive(w.memLog, 1000)
	w.memLog.receive(far, 1000)
	a, b := w.part(t), must[OwnPage](t)(far.store.OwnPart(box, w.course, w.page))
	if len(a.Others) != 1 || len(b.Others) != 1 || a.Text != b.Text || a.Text == a.Others[0].Text {
		t.Errorf("here %q and %+v, there %q and %+v", a.Text, a.Others, b.Text, b.Others)
	}
	if n := len(must[[]learning.Saving](t)(w.store.OwnSavings(box, w.course, w.page))); n != 3 {
		t.Errorf("%d versions, want those of both boxes", n)
	}
}

func TestVersionsAreKeptNewestFirstAndNoMoreThanFit(t *testing.T) {
	w := newAuthor(t)
	for i := range learning.MaxOwnSaves + 5 {
		w.save(t, w.teacher, "The well", strings.Repeat("x", i), "")
	}
	all := must[[]learning.Saving](t)(w.store.OwnSavings(box, w.course, w.page))
	if len(all) != learning.MaxOwnSaves || len(all[0].Text) != learning.MaxOwnSaves+4 || len(all[1].Text) != learning.MaxOwnSaves+3 || all[0].By != w.teacher || all[0].At != 1000 {
		t.Errorf("%d versions, the newest %+v", len(all), all[0])
	}
	before := len(w.streams)
	w.save(t, w.teacher, "The well", all[0].Text, "")
	if n := len(must[[]learning.Saving](t)(w.store.OwnSavings(box, w.course, w.page))); n != learning.MaxOwnSaves || before != len(w.streams) {
		t.Errorf("saving the same again made %d versions", n)
	}
}

func TestPartsStandInOrderAndWhatIsThrownAwayComesBack(t *testing.T) {
	w := newAuthor(t)
	second := learning.NewID[learning.PartID]()
	p := learning.OwnPart{ID: second, Course: w.course, Kind: learning.PartQuestions, PartText: learning.PartText{Title: "Try it"}}
	must[bool](t)(w.store.SaveOwnPart(ctx, learning.As(w.teacher), p, "", 0))
	order := func(ids ...learning.PartID) {
		t.Helper()
		got := must[[]OwnPage](t)(w.store.OwnParts(box, w.course))
		for i, id := range ids {
			if len(got) != len(ids) || got[i].ID != id {
				t.Fatalf("the parts are %+v, want %v", got, ids)
			}
		}
	}
	if err := w.store.ChangeOwnCourse(ctx, box, w.course, func(c *learning.OwnCourse) error {
		c.Order = []learning.PartID{second, w.page}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	order(second, w.page)
	if err := w.store.ThrowOwnPart(ctx, box, w.course, second, true); err != nil {
		t.Fatal(err)
	}
	order(w.page, second)
	if err := w.store.ThrowOwnPart(ctx, box, w.course, second, false); err != nil {
		t.Fatal(err)
	}
	order(second, w.page)
}

func TestWhatCannotBeSavedIsRefused(t *testing.T) {
	w := newAuthor(t)
	other := must[learning.OwnID](t)(w.store.AddOwnCourse(ctx, learning.As(w.other), learning.OwnCourse{Title: "Other", Language: "en"}))
	fresh := learning.NewID[learning.PartID]()
	for what, c := range map[string]struct {
		p    learning.OwnPart
		seen string
		want error
	}{
		"no title":           {learning.OwnPart{ID: w.page, Course: w.course}, "", fs.ErrInvalid},
		"a text too long":    {learning.OwnPart{ID: w.page, Course: w.course, PartText: learning.PartText{Title: "T", Text: strings.Repeat("ሀ", learning.MaxOwnText/2)}}, "", fs.ErrInvalid},
		"control characters": {learning.OwnPart{ID: w.page, Course: w.course, PartText: learning.PartText{Title: "T", Text: "a\x00b"}}, "", fs.ErrInvalid},
		"a kind unknown":     {learning.OwnPart{ID: fresh, Course: w.course, Kind: "film", PartText: learning.PartText{Title: "T"}}, "", fs.ErrInvalid},
		"no id":              {learning.OwnPart{ID: "x", Course: w.course, Kind: learning.PartPage, PartText: learning.PartText{Title: "T"}}, "", fs.ErrNotExist},
		"seen that is none":  {learning.OwnPart{ID: w.page, Course: w.course, PartText: learning.PartText{Title: "T"}}, "zz", fs.ErrInvalid},
		"another's course":   {learning.OwnPart{ID: w.page, Course: other, PartText: learning.PartText{Title: "T"}}, "", fs.ErrNotExist},
		"a course not there": {learning.OwnPart{ID: fresh, Course: learning.OwnID(fresh), Kind: learning.PartPage, PartText: learning.PartText{Title: "T"}}, "", fs.ErrNotExist},
	} {
		if _, err := w.store.SaveOwnPart(ctx, learning.As(w.teacher), c.p, c.seen, 0); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", what, err, c.want)
		}
	}
	if got := w.part(t); got.Title != "The well" {
		t.Errorf("the page is now %+v", got)
	}
}
