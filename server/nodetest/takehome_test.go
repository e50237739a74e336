package nodetest

import (
	"bytes"
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"lamplight/server/learning"
	"lamplight/server/store"
)

// A taken is a file on a phone.
type taken struct {
	Page
	ticket string
}

// takeHome has a learner keep an exercise on their phone.
func takeHome(t *testing.T, b *Browser, path string) taken {
	t.Helper()
	ask := b.Get(path)
	if ask.Status != http.StatusOK || !strings.Contains(ask.Body, "file=1") {
		t.Fatalf("%s: %d %.600s", path, ask.Status, ask.main())
	}
	link := regexp.MustCompile(`href="(/take/[^"]*file=1[^"]*)"`).FindStringSubmatch(ask.Body)
	p := b.Get(unescape(link[1]))
	if p.Status != http.StatusOK || !strings.HasPrefix(p.Header.Get("Content-Disposition"), "attachment; filename=") {
		t.Fatalf("%s: %d, %q", link[1], p.Status, p.Header.Get("Content-Disposition"))
	}
	return taken{p, p.Fields().Get("ticket")}
}

// counted is how many answers of somebody the record holds, and how many are right.
func counted(t *testing.T, n *Node, who learning.PersonID) (all, right int) {
	t.Helper()
	progress, err := n.Store.ProgressOf(learning.Box(), who)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range progress {
		all, right = all+p.Attempts, right+p.Right
	}
	return all, right
}

// rightInFile finds right answers by trying: the file holds hashes of them.
var takenField = regexp.MustCompile(`name="(q(\d+))"`)

// numbers fills in every number field of a file, wrongly but readably, and takes the first of every list.
func (f taken) fill(t *testing.T) url.Values {
	t.Helper()
	out := url.Values{"ticket": {f.ticket}, "answers": {""}}
	doc, err := html.Parse(strings.NewReader(f.Body))
	if err != nil {
		t.Fatal(err)
	}
	var walk func(n *html.Node)
	attr := func(n *html.Node, name string) string {
		for _, a := range n.Attr {
			if a.Key == name {
				return a.Val
			}
		}
		return ""
	}
	place := map[string]int{}
	walk = func(n *html.Node) {
		name := attr(n, "name")
		switch {
		case n.Data == "input" && strings.HasPrefix(name, "q") && attr(n, "type") == "text":
			out.Set(name, "1")
		case n.Data == "input" && strings.HasPrefix(name, "q") && !out.Has(name):
			out.Set(name, attr(n, "value"))
		case n.Data == "select":
			question, _, _ := strings.Cut(name, ".")
			place[question]++
			out.Set(name, string(rune('0'+place[question])))
			if !strings.Contains(render(n), `value="`+out.Get(name)+`"`) {
				out.Set(name, "0")
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(doc)
	if !takenField.MatchString(f.Body) {
		t.Fatal("the file asks nothing")
	}
	return out
}

func render(n *html.Node) string {
	var b bytes.Buffer
	html.Render(&b, n)
	return b.String()
}

// send posts a file's form as a phone does: from nowhere, and without cookies, which browsers withhold then.
func (f taken) send(t *testing.T, n *Node, form url.Values) Page {
	t.Helper()
	b := n.Browser()
	b.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return b.Do(http.MethodPost, "/return", form, "Origin", "null")
}

// keep presses the button on the page that shows what came.
func keep(t *testing.T, b *Browser, shown Page) Page {
	t.Helper()
	form := shown.Fields()
	if form.Get("do") != "keep" {
		t.Fatalf("the page offers nothing to keep: %d %.800s", shown.Status, shown.main())
	}
	return b.Post("/return", form)
}

func TestATakenExerciseComesBackByFormAndByLinkAndCountsOnce(t *testing.T) {
	n := Start(t, Options{})
	amina := school(t, n)
	b := n.Browser()
	b.SignIn("Amina", "4711")
	file := takeHome(t, b, "/take/exercise/"+string(exercise(t, n)))
	if len(file.Body) > 3<<20 || strings.Contains(file.Body, `src="/`) || strings.Contains(file.Body, `href="/`) || strings.Contains(file.Body, "https:") {
		t.Error("the file leads out of itself")
	}
	if again := takeHome(t, b, "/take/exercise/"+string(exercise(t, n))); again.ticket != file.ticket {
		t.Error("fetched twice it asks something else")
	}
	form := file.fill(t)
	sent := file.send(t, n, form)
	if at := sent.Header.Get("Location"); sent.Status != http.StatusSeeOther || !strings.HasPrefix(at, "/return?k=") {
		t.Fatalf("the form: %d to %q %.500s", sent.Status, at, sent.Body)
	}
	if all, _ := counted(t, n, amina); all != 0 {
		t.Fatalf("%d answers counted without anybody's saying so", all)
	}
	shown := b.Get(sent.Header.Get("Location"))
	reads(t, "what came", shown, http.StatusOK, "came back from your file")
	done := keep(t, b, shown)
	reads(t, "what is kept", done, http.StatusOK, "saved on the box")
	all, _ := counted(t, n, amina)
	if all < 5 {
		t.Fatalf("%d answers counted: %.900s", all, done.main())
	}
	// The same again, by the link that the file's script makes.
	parcel := shown.Fields().Get("d")
	if len(parcel) > 1500 {
		t.Errorf("a link carries %d bytes", len(parcel))
	}
	second := keep(t, b, b.Get("/return?d="+url.QueryEscape(parcel)))
	reads(t, "twice", second, http.StatusOK, "before")
	if now, _ := counted(t, n, amina); now != all {
		t.Errorf("returned twice, %d answers became %d", all, now)
	}
	t.Logf("a file of %d bytes, %d answers, a link of %d bytes", len(file.Body), all, len(parcel))
}

func TestReturnedAnswersAreMarkedByTheBoxAlone(t *testing.T) {
	n := Start(t, Options{})
	amina := school(t, n)
	b := n.Browser()
	b.SignIn("Amina", "4711")
	file := takeHome(t, b, "/take/exercise/"+string(exercise(t, n)))
	form := url.Values{"ticket": {file.ticket}, "answers": {"1=999999\n"}, "correct": {"true"}, "score": {"10000"}}
	done := keep(t, b, b.Get(file.send(t, n, form).Header.Get("Location")))
	if done.Status != http.StatusOK {
		t.Fatalf("%d %.500s", done.Status, done.main())
	}
	if all, right := counted(t, n, amina); right != 0 {
		t.Errorf("%d of %d answers count as right", right, all)
	}
}

func TestNobodyButTheLearnerOrTheirTeacherKeepsAFilesAnswers(t *testing.T) {
	n := Start(t, Options{})
	ids, class := classroom(t, n)
	b := n.Browser()
	b.SignIn("Amina", "4711")
	file := takeHome(t, b, "/take/exercise/"+string(exercise(t, n)))
	at := file.send(t, n, file.fill(t)).Header.Get("Location")

	reads(t, "signed out", n.Browser().Get(at), http.StatusOK, "Sign in as", "Amina")
	musa := n.Browser()
	musa.Post("/login", url.Values{"card": {cardFor(t, n, ids["Musa"])}})
	page := musa.Get(at)
	reads(t, "somebody else", page, http.StatusOK, "Only", "Amina")
	if page.Fields().Get("do") == "keep" || strings.Contains(page.Body, "asked") {
		t.Error("another learner sees the answers or may keep them")
	}
	parcel := b.Get(at).Fields().Get("d")
	token := musa.Get("/settings").Fields().Get("token")
	if got := musa.Post("/return", url.Values{"do": {"keep"}, "d": {parcel}, "token": {token}}); got.Status != http.StatusForbidden {
		t.Errorf("another learner keeps them: %d", got.Status)
	}
	own := b.Get("/settings").Fields().Get("token")
	for what, form := range map[string]url.Values{
		"no token":        {"do": {"keep"}, "d": {parcel}},
		"another's token": {"do": {"keep"}, "d": {parcel}, "token": {token}},
	} {
		if got := b.Post("/return", form); got.Status != http.StatusForbidden && got.Status != http.StatusUnauthorized {
			t.Errorf("%s: %d", what, got.Status)
		}
	}
	if got := b.Do(http.MethodPost, "/return", url.Values{"do": {"keep"}, "d": {parcel}, "token": {own}}, "Origin", "null"); got.Status != http.StatusForbidden {
		t.Errorf("kept by a file itself: %d", got.Status)
	}
	if all, _ := counted(t, n, ids["Amina"]); all != 0 {
		t.Fatalf("%d answers counted", all)
	}
	// Her teacher may, from the code on her phone.
	ctx, box := context.Background(), learning.Box()
	added, err := n.Store.AddPeople(ctx, box, store.NewPerson{Role: learning.Teacher, Name: "Juma", Class: class})
	if err != nil {
		t.Fatal(err)
	}
	juma := n.Browser()
	juma.Post("/login", url.Values{"card": {cardFor(t, n, added[0])}})
	reads(t, "her teacher", keep(t, juma, juma.Get(at)), http.StatusOK, "Amina")
	all, _ := counted(t, n, ids["Amina"])
	reads(t, "and then she", keep(t, b, b.Get(at)), http.StatusOK, "before")
	if now, _ := counted(t, n, ids["Amina"]); all == 0 || now != all {
		t.Errorf("%d answers by the teacher, %d in the end", all, now)
	}
}

func TestReturnRefusesInWords(t *testing.T) {
	n := Start(t, Options{})
	amina := school(t, n)
	b := n.Browser()
	b.SignIn("Amina", "4711")
	file := takeHome(t, b, "/take/exercise/"+string(exercise(t, n)))
	other := Start(t, Options{})
	school(t, other)
	stranger := other.Browser()
	stranger.SignIn("Amina", "4711")
	raw, err := base64.RawURLEncoding.DecodeString(file.ticket)
	if err != nil {
		t.Fatal(err)
	}
	for i := range raw {
		bad := bytes.Clone(raw)
		bad[i] ^= 1
		got := file.send(t, n, url.Values{"ticket": {base64.RawURLEncoding.EncodeToString(bad)}, "answers": {"1=1\n"}})
		reads(t, "a changed ticket", got, http.StatusBadRequest, "not from your school")
	}
	reads(t, "another school's box", stranger.Get("/return?d="+file.ticket+".MT0xCg"), http.StatusBadRequest, "not from your school")
	for what, parcel := range map[string]string{
		"nothing": ".", "no answers": file.ticket, "half a letter": file.ticket + ".M", "no text": file.ticket + "._w",
		"a question too many": file.ticket + "." + base64.RawURLEncoding.EncodeToString([]byte("31=1\n")),
		"long":                file.ticket + "." + strings.Repeat("A", 11<<10),
	} {
		if got := b.Do(http.MethodPost, "/return", url.Values{"d": {parcel}}, "Origin", "null"); got.Status != http.StatusBadRequest {
			t.Errorf("%s: %d", what, got.Status)
		}
	}
	big := url.Values{"ticket": {file.ticket}, "q1": {strings.Repeat("7", 10<<20)}}
	if got := file.send(t, n, big); got.Status != http.StatusRequestEntityTooLarge {
		t.Errorf("ten megabytes: %d", got.Status)
	}
	reads(t, "an empty page", b.Get("/return"), http.StatusOK, "paste it here")
	reads(t, "put aside long ago", b.Get("/return?k=0011"), http.StatusOK, "cannot be read")
	unread := keep(t, b, b.Get("/return?d="+file.ticket+"."+base64.RawURLEncoding.EncodeToString([]byte("1=mango tree\n"))))
	reads(t, "no number", unread, http.StatusOK)
	if all, right := counted(t, n, amina); right != 0 || all > 1 {
		t.Errorf("%d answers counted, %d right", all, right)
	}
}

// Another box of the school, which never saw the file, takes its answers; what two boxes took counts once in the end.
func TestAFilesAnswersCountOnceOverTwoBoxes(t *testing.T) {
	a := Start(t, Options{})
	amina := school(t, a)
	second := Start(t, Options{Join: []string{a.Sync}})
	pair(t, a, second)
	together(t, 20*time.Second, a, second)
	b := a.Browser()
	b.SignIn("Amina", "4711")
	file := takeHome(t, b, "/take/exercise/"+string(exercise(t, a)))
	form := file.fill(t)
	there := second.Browser()
	there.SignIn("Amina", "4711")
	for _, x := range []struct {
		n *Node
		b *Browser
	}{{a, b}, {second, there}} {
		keep(t, x.b, x.b.Get(file.send(t, x.n, form).Header.Get("Location")))
	}
	want, _ := counted(t, a, amina)
	together(t, 20*time.Second, a, second)
	for _, n := range []*Node{a, second} {
		if got, _ := counted(t, n, amina); got != want || want == 0 {
			t.Errorf("%d answers on a box, %d came", got, want)
		}
	}
}

func TestASchoolSaysWhatMayBeTakenHome(t *testing.T) {
	n := Start(t, Options{})
	school(t, n)
	admin, b := n.Browser(), n.Browser()
	admin.SignIn("Grace", "lamp-light")
	b.SignIn("Amina", "4711")
	path := "/take/exercise/" + string(exercise(t, n))
	token := admin.Get("/admin/take").Fields().Get("token")
	reads(t, "the setting", admin.Post("/admin/take", url.Values{"token": {token}, "rule": {"none"}}), http.StatusOK, "saved")
	reads(t, "an exercise", b.Get(path), http.StatusOK, "Your school keeps")
	if got := b.Get(path + "?file=1"); got.Header.Get("Content-Disposition") != "" {
		t.Error("it is sent all the same")
	}
	admin.Post("/admin/take", url.Values{"token": {token}, "rule": {"open"}})
	takeHome(t, b, path)
	if got := admin.Post("/admin/take", url.Values{"token": {token}, "rule": {"some"}}); got.Status != http.StatusNotFound {
		t.Errorf("a rule that is none: %d", got.Status)
	}
}
