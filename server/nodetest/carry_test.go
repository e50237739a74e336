package nodetest

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Two boxes of a school that are never on at once, as two villages are never on one network.
func TestBoxesThatAreNeverOnTogetherAgreeByAStickAndByAPhone(t *testing.T) {
	a := Start(t, Options{})
	school(t, a)
	b := Start(t, Options{Join: []string{a.Listening.Sync}})
	pair(t, a, b)
	Eventually(t, 60*time.Second, "b has every course", func() bool {
		n := len(a.Library.Courses())
		return n > 0 && len(b.Library.Courses()) == n
	})
	together(t, 30*time.Second, a, b)
	b.Stop()
	stick := t.TempDir()
	plug := func(n *Node) {
		t.Helper()
		r, err := n.VisitStick(context.Background(), stick)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("stick: %+v", r)
	}
	answerOn(t, a)
	plug(a)
	if page := a.Browser(); !strings.Contains(carryPage(t, page), "0 came") {
		t.Error("the page does not tell what went along")
	}
	a.Stop()
	b = b.Restart()
	plug(b)
	if got := aminasAnswers(t, b); got != 1 {
		t.Errorf("the stick brought %d answers, want 1", got)
	}
	answerOn(t, b)
	parcel := takeParcel(t, b, "")
	if bytes.Contains(parcel, []byte("Amina")) {
		t.Error("a parcel names a learner")
	}
	b.Stop()
	a = a.Restart()
	if page := bringParcel(t, a, parcel); !strings.Contains(page, "came") {
		t.Error("the page does not tell what came")
	}
	if got := aminasAnswers(t, a); got != 2 {
		t.Errorf("the phone brought %d answers, want 2", got-1)
	}
	if page := bringParcel(t, a, parcel); !strings.Contains(page, "Nothing new") {
		t.Error("a parcel that is brought twice is not told as nothing new")
	}
	if page := bringParcel(t, a, []byte("a photo")); !strings.Contains(page, "That is no parcel") {
		t.Error("what is no parcel is not told as such")
	}
	if page := bringParcel(t, a, parcel[:len(parcel)/2]); strings.Contains(page, "did not work") {
		t.Error("half a parcel is an error")
	}
	plug(a)
}

func carryPage(t *testing.T, b *Browser) string {
	t.Helper()
	b.SignIn("Grace", "lamp-light")
	return b.Get("/carry").Body
}

func takeParcel(t *testing.T, n *Node, device string) []byte {
	t.Helper()
	b := n.Browser()
	carryPage(t, b)
	answer, err := b.http.Get(n.Listening.HTTP + "/carry/parcel?most=8388608&for=" + device)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	parcel, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK || int64(len(parcel)) != answer.ContentLength {
		t.Fatalf("%s, %d bytes, %v", answer.Status, len(parcel), err)
	}
	return parcel
}

// bringParcel sends the page's form and gives the page that follows.
func bringParcel(t *testing.T, n *Node, parcel []byte) string {
	t.Helper()
	b := n.Browser()
	b.SignIn("Grace", "lamp-light")
	token := b.Get("/carry").Fields().Get("token")
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	err := form.WriteField("token", token)
	if err == nil {
		var file io.Writer
		if file, err = form.CreateFormFile("file", "lamplight-1.parcel"); err == nil {
			_, err = file.Write(parcel)
		}
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	answer, err := b.http.Post(n.Listening.HTTP+"/carry", form.FormDataContentType(), &body)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	page, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("bringing: %s, %v: %s", answer.Status, err, page)
	}
	_, results, _ := strings.Cut(string(page), "What came and went")
	line, _, _ := strings.Cut(results, "</li>")
	return line
}

func TestAStickWithOtherThingsIsLeftAlone(t *testing.T) {
	n := Start(t, Options{})
	school(t, n)
	stick := t.TempDir()
	if err := os.WriteFile(filepath.Join(stick, "holiday.mp4"), []byte("film"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := n.UseStick(context.Background(), stick); err == nil {
		t.Error("a folder where no stick is plugged in was used as one")
	}
	if all, _ := os.ReadDir(stick); len(all) != 1 {
		t.Errorf("there is more on it now: %v", all)
	}
}
