package nodetest

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/content/library"
	"lamplight/server/learning"
	"lamplight/ui/locale"
)

// head is a page's <html> tag: how its reader likes it.
func (p Page) head() string {
	start := strings.Index(p.Body, "<html")
	if start < 0 {
		return ""
	}
	return p.Body[start : start+strings.IndexByte(p.Body[start:], '>')]
}

// wears fails the test unless the page's <html> has all the words given; one that begins with ! it must not have.
func wears(t *testing.T, what string, p Page, words ...string) {
	t.Helper()
	for _, w := range words {
		without := strings.HasPrefix(w, "!")
		if has := strings.Contains(p.head(), strings.TrimPrefix(w, "!")); has == without {
			t.Errorf("%s: %s, want %s", what, p.head(), w)
		}
	}
}

var allWishes = url.Values{
	"lang": {"ar"}, "content": {"fr"}, "theme": {"night"}, "text": {"larger"}, "letters": {"clear"}, "spacing": {"wide"}, "motion": {"less"},
	"data": {"low"}, "digits": {"latn"}, "aloud": {"on"},
}

func TestWishesFollowAChildToAnyPhone(t *testing.T) {
	d := newDay(t)
	form := url.Values{"token": {d.amina.Get("/settings").Fields().Get("token")}}
	for k, v := range allWishes {
		form[k] = v
	}
	if p := d.amina.Post("/settings", form); p.Status != 200 || p.URL.Path != "/settings" {
		t.Fatalf("saving: %d at %s", p.Status, p.URL)
	}
	other := d.Browser()
	other.SignIn("Amina", "4711")
	all := []string{`lang="ar"`, `dir="rtl"`, "theme-night", "text-larger", "letters-clear", "spacing-wide", "motion-less", "data-low"}
	page := other.Get("/settings")
	wears(t, "her other phone", page, all...)
	for name, want := range allWishes {
		if name == "lang" || name == "content" {
			if !strings.Contains(page.Body, `value="`+want[0]+`" lang="`+want[0]+`" selected`) {
				t.Errorf("%s is not shown as %s", name, want[0])
			}
		} else if !strings.Contains(page.Body, `name="`+name+`" value="`+want[0]+`" checked`) {
			t.Errorf("%s is not shown as %s", name, want[0])
		}
	}
	wears(t, "after a restart", d.Restart().again(t, "Amina", "4711").Get("/library"), all...)
}

// again is a new phone on the node after a restart.
func (n *Node) again(t *testing.T, name, secret string) *Browser {
	t.Helper()
	b := n.Browser()
	b.SignIn(name, secret)
	return b
}

func TestAGuestsWishesStayOnThePhone(t *testing.T) {
	d := newDay(t)
	guest := d.Browser()
	guest.Post("/settings", allWishes)
	wears(t, "the guest", guest.Get("/library"), `lang="ar"`, "theme-night", "text-larger", "letters-clear", "data-low")
	wears(t, "another phone", d.Browser().Get("/library"), `lang="en"`, "!theme-night", "!data-low")
	p := guest.Post("/settings", url.Values{"theme": {"<b>"}, "text": {"9"}, "lang": {"xx"}, "content": {"../.."}, "digits": {"roman"}, "data": {"x"}})
	wears(t, "nonsense", p, `lang="en"`, "theme-auto", "!text-", "!data-low")
}

func TestCoursesOfTheLanguageToLearnInComeFirst(t *testing.T) {
	d := newDay(t)
	for _, lang := range []string{"fr", "ar", "en"} {
		d.amina.Post("/settings", url.Values{"token": {d.amina.Get("/settings").Fields().Get("token")}, "lang": {"en"}, "content": {lang}})
		page := d.amina.Get("/library")
		wears(t, "the library", page, `lang="en"`)
		first := page.Body[strings.Index(page.Body, `class="card-title"`):]
		if tag := first[:strings.IndexByte(first, '>')]; !strings.Contains(tag, `lang="`+lang+`"`) {
			t.Errorf("who learns in %s sees first %s", lang, tag)
		}
	}
}

func TestWhoSavesDataGetsNoPicturesUnasked(t *testing.T) {
	d := newDay(t)
	pictures := strings.Count(d.amina.Get("/library").Body, "/thumbnail/")
	d.amina.Post("/settings", url.Values{"token": {d.amina.Get("/settings").Fields().Get("token")}, "data": {"low"}})
	if got := strings.Count(d.amina.Get("/library").Body, "/thumbnail/"); got != 0 || pictures == 0 {
		t.Errorf("%d pictures, before %d", got, pictures)
	}
}

func TestATeacherSetsWhatALearnerNeeds(t *testing.T) {
	d := newDay(t)
	okello := d.again(t, "Okello", "lamp-light")
	reads(t, "the teacher's page of her", okello.Get("/teach/learner/"+string(d.learner)), 200, "What they need")
	address := "/accommodation/" + string(d.learner)
	page := okello.Get(address)
	reads(t, "the page", page, 200, "never why", "Extra time")
	token := page.Fields().Get("token")
	reads(t, "setting it", okello.Post(address, url.Values{
		"token": {token}, "time": {"100"}, "large": {"1"}, "contrast": {"1"}, "fewer": {"1"}, "aloud": {"1"},
	}), 200, "Saved.")
	wears(t, "her page", d.amina.Get("/"), "text-large", "theme-sunlight")
	reads(t, "her settings", d.amina.Get("/settings"), 200, "Your teacher set this for you", "Large letters", "100%")
	wish := func(v url.Values) { // her own wishes stay hers
		v.Set("token", d.amina.Get("/settings").Fields().Get("token"))
		d.amina.Post("/settings", v)
	}
	wish(url.Values{"theme": {"dark"}, "text": {"larger"}})
	wears(t, "who likes it dark and larger", d.amina.Get("/"), "text-larger", "theme-night")
	id := d.quiz(2, func(q *learning.Quiz) { q.Minutes = 2 })
	reads(t, "a quiz", d.amina.Get("/quiz/"+string(id)), 200, "<b>4</b>", "<b>1</b>")
	okello.Post(address, url.Values{"token": {token}, "time": {"0"}})
	reads(t, "the quiz without needs", d.amina.Get("/quiz/"+string(id)), 200, "<b>2</b>")
	wears(t, "her page without needs", d.amina.Get("/"), "theme-dark")

	reads(t, "no time that is", okello.Post(address, url.Values{"token": {token}, "time": {"1000"}}), 400)
	reads(t, "of a teacher", okello.Get("/accommodation/"+string(d.again(t, "Okello", "lamp-light").id(t))), 404)
	reads(t, "by herself", d.amina.Get(address), 404)
	reads(t, "set by herself", d.amina.Post(address, url.Values{"token": {d.amina.Get("/settings").Fields().Get("token")}, "time": {"100"}}), 404)
	if p := d.Browser().Get(address); p.URL.Path != "/login" {
		t.Errorf("a guest is at %s", p.URL)
	}
}

// id is the person signed in on the phone.
func (b *Browser) id(t *testing.T) learning.PersonID {
	t.Helper()
	head := b.Get("/settings").head()
	_, rest, ok := strings.Cut(head, `data-person="`)
	if !ok {
		t.Fatal("nobody is signed in")
	}
	return learning.PersonID(rest[:strings.IndexByte(rest, '"')])
}

func TestTheSignedFilmComesFirstForWhoNeedsIt(t *testing.T) {
	d := newDay(t)
	dir := filepath.Join(t.TempDir(), "Water")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{"boil.en.mp4", "boil.xki.mp4", "carry.en.mp4"} {
		if err := writeFilm(filepath.Join(dir, name), 20_000, byte(i)); err != nil {
			t.Fatal(err)
		}
	}
	report, err := d.Library.Import(context.Background(), []string{dir}, library.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	films := map[string]content.Node{}
	for _, c := range report.Courses {
		reader, release, err := d.Library.Reader(c.ID)
		if err != nil {
			t.Fatal(err)
		}
		nodes, _, err := reader.Children("", 0, 10)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range nodes {
			films[n.Path] = n
		}
		release()
	}
	spoken, signed, alone := films["boil.en.mp4"], films["boil.xki.mp4"], films["carry.en.mp4"]
	reads(t, "the spoken film", d.amina.Get("/resource/"+string(spoken.ID)), 200, "In sign language", "/resource/"+string(signed.ID))
	reads(t, "the signed film", d.amina.Get("/resource/"+string(signed.ID)), 200, "With sound")
	if err := d.Store.SetAccommodation(context.Background(), learning.Box(), d.learner, learning.Accommodation{SignFirst: true}); err != nil {
		t.Fatal(err)
	}
	if p := d.amina.Get("/resource/" + string(spoken.ID)); p.URL.Path != "/resource/"+string(signed.ID) {
		t.Errorf("who needs sign language is at %s", p.URL)
	}
	if p := d.amina.Get("/resource/" + string(spoken.ID) + "?sound"); p.URL.Path != "/resource/"+string(spoken.ID) {
		t.Errorf("who asks for sound is at %s", p.URL)
	}
	if p := d.amina.Get("/resource/" + string(alone.ID)); p.Status != 200 || p.URL.Path != "/resource/"+string(alone.ID) {
		t.Errorf("a film without a signed one: %d at %s", p.Status, p.URL)
	}
}

func TestASchoolsOwnWordsAndVoices(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	for name, text := range map[string]string{
		"languages/fr.txt": "library.title = Nos livres\nbad line\n", "languages/yo.txt": "library.title = Ilé ìkàwé\n",
		"voices/en/exercise.answer.mp3": "ID3 our own voice", "voices/en/../../secret.mp3": "secret", "voices/en/long.mp3": strings.Repeat("x", 300_000),
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { locale.Overlay(nil) })
	d := newDayOn(t, Options{Dir: dir})
	guest := d.Browser()
	guest.Post("/settings", url.Values{"lang": {"fr"}})
	reads(t, "the library in French", guest.Get("/library"), 200, "Nos livres")
	reads(t, "the languages", guest.Get("/languages"), 200, "Yorùbá", "/languages/yo.txt")
	reads(t, "a language's file", guest.Get("/languages/fr.txt"), 200)
	reads(t, "a file of none", guest.Get("/languages/xx.txt"), 404)
	grace := d.again(t, "Grace", "lamp-light")
	reads(t, "the box", grace.Get("/admin"), 200, "fr.txt line 2")

	if p := guest.Get("/voice/en/exercise.answer"); p.Status != 200 || p.Body != "ID3 our own voice" || p.Header.Get("Content-Type") != "audio/mpeg" {
		t.Errorf("the school's voice: %d, %s %.40q", p.Status, p.Header.Get("Content-Type"), p.Body)
	}
	for _, path := range []string{"/voice/en/long", "/voice/en/..%2F..%2Fsecret", "/voice/xx/exercise.answer", "/voice/..%2Fen/exercise.answer", "/voice/en/nothing"} {
		if p := guest.Get(path); p.Status != 404 {
			t.Errorf("%s: %d %.40q", path, p.Status, p.Body)
		}
	}
	d.amina.Post("/settings", url.Values{"token": {d.amina.Get("/settings").Fields().Get("token")}, "aloud": {"on"}})
	page := d.amina.Get("/exercise/" + string(exercise(t, d.Node)))
	reads(t, "an exercise read aloud", page, 200, `href="/voice/en/exercise.answer"`, "data-read")
	if strings.Contains(guest.Get("/exercise/"+string(exercise(t, d.Node))).Body, "/voice/") {
		t.Error("a speaker stands where nobody asked for one")
	}
}
