package nodetest

import (
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"lamplight/server/auth"
	"lamplight/sync/device"
)

// sheetWords makes a recovery sheet on its page and reads the words off it.
func sheetWords(t *testing.T, b *Browser) string {
	t.Helper()
	form := b.Get("/admin/recovery").Fields()
	page := b.Post("/admin/recovery", url.Values{"token": form["token"]})
	var words []string
	for _, m := range regexp.MustCompile(`<li><bdi>([a-z]{5})</bdi>`).FindAllStringSubmatch(page.Body, -1) {
		words = append(words, m[1])
	}
	if page.Status != http.StatusOK || len(words) != 9 {
		t.Fatalf("a recovery sheet: %d, words %q", page.Status, words)
	}
	return strings.Join(words, " ")
}

// A form that is sent twice, by a second tap, makes one sheet; opened anew it makes another, and ends the first.
func TestASecondTapGivesTheSameRecoverySheet(t *testing.T) {
	n := Start(t, Options{})
	school(t, n)
	grace := n.Browser()
	grace.SignIn("Grace", "lamp-light")
	words := func(f url.Values) string {
		t.Helper()
		found := regexp.MustCompile(`<li><bdi>[a-z]{5}</bdi>`).FindAllString(grace.Post("/admin/recovery", f).Body, -1)
		if len(found) != 9 {
			t.Fatalf("%d words on the sheet, want 9", len(found))
		}
		return strings.Join(found, "")
	}
	first := grace.Get("/admin/recovery")
	if !strings.Contains(first.Body, "Make the sheet") {
		t.Errorf("the first sheet is not offered")
	}
	one := words(first.Fields())
	if words(first.Fields()) != one {
		t.Error("a second tap makes another sheet, which ends the first")
	}
	again := grace.Get("/admin/recovery")
	if !strings.Contains(again.Body, "Make a new one") || !strings.Contains(again.Body, "A new one ends it") {
		t.Error("a new sheet does not say that it ends the old one")
	}
	if words(again.Fields()) == one {
		t.Error("a new sheet is the old one")
	}
	if words(first.Fields()) == one {
		t.Error("a form of long ago shows words that are ended")
	}
}

// recoverAs sends the form of /recover from a phone of its own.
func recoverAs(n *Node, words, person, secret string) (*Browser, Page) {
	b := n.Browser()
	form := b.Get("/recover").Fields()
	return b, b.Post("/recover", url.Values{"token": form["token"], "words": {words}, "person": {person}, "secret": {secret}})
}

func TestTheWordsOfTheRecoverySheetGiveAnAdministratorANewPassword(t *testing.T) {
	n := Start(t, Options{})
	school(t, n)
	grace := n.Browser()
	grace.SignIn("Grace", "lamp-light")
	old := sheetWords(t, grace)
	words := sheetWords(t, grace)
	if _, page := recoverAs(n, old, "", ""); page.Status != http.StatusForbidden {
		t.Errorf("the words of a sheet that a newer one ended: %d, want 403", page.Status)
	}
	if _, page := recoverAs(n, device.NewRecovery().Words(), "", ""); page.Status != http.StatusForbidden {
		t.Errorf("words of no sheet: %d, want 403", page.Status)
	}
	if _, page := recoverAs(n, strings.Repeat("lusab ", 9), "", ""); page.Status != http.StatusBadRequest {
		t.Errorf("words that no sheet can have: %d, want 400", page.Status)
	}
	_, page := recoverAs(n, strings.ToUpper(words), "", "")
	who := regexp.MustCompile(`name="person" value="([^"]+)"`).FindStringSubmatch(page.Body)
	if page.Status != http.StatusOK || who == nil || !strings.Contains(page.Body, "Grace") {
		t.Fatalf("the words of the sheet: %d, administrators %q", page.Status, who)
	}
	if _, page := recoverAs(n, words, who[1], "short"); page.Status != http.StatusBadRequest {
		t.Errorf("a short password: %d, want 400", page.Status)
	}
	back, page := recoverAs(n, words, who[1], "a lamp at noon")
	if page.Status != http.StatusOK || back.cookie(auth.SessionCookie) == "" || back.Get("/admin").Status != http.StatusOK {
		t.Errorf("the new password: %d, and the administrator's pages %d", page.Status, back.Get("/admin").Status)
	}
	if page := n.Browser().Post("/login", url.Values{"name": {"Grace"}, "secret": {"lamp-light"}}); page.URL.Path == "/" {
		t.Error("the old password still opens")
	}
	holdsNothingOf(t, n.Dir(), words)
}

// holdsNothingOf looks for the words of a sheet, and for the secret they stand for, in every file of a data folder.
func holdsNothingOf(t *testing.T, dir, words string) {
	t.Helper()
	secret, err := device.ParseRecovery(words)
	if err != nil {
		t.Fatal(err)
	}
	looked := 0
	err = filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // the node that runs has put it in its place meanwhile
		}
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		looked++
		for _, s := range []string{words, strings.ReplaceAll(words, " ", "-"), string(secret[:])} {
			if strings.Contains(string(b), s) {
				t.Errorf("%s holds the words of the recovery sheet", path)
			}
		}
		return nil
	})
	if err != nil || looked < 3 {
		t.Errorf("looked into %d files: %v", looked, err)
	}
}

func TestOnlyAnAdministratorMakesARecoverySheet(t *testing.T) {
	n := Start(t, Options{})
	school(t, n)
	teacher := n.Browser()
	teacher.SignIn("Okello", "lamp-light")
	for _, b := range []*Browser{n.Browser(), teacher} {
		form := b.Get("/").Fields()
		if page := b.Post("/admin/recovery", url.Values{"token": form["token"]}); strings.Contains(page.Body, `class="words"`) {
			t.Errorf("a recovery sheet for whoever asks: %d", page.Status)
		}
	}
	if n.Server.HasSheet() {
		t.Error("a sheet was made")
	}
}

func TestGuessesAtTheRecoverySheetHaveToWait(t *testing.T) {
	n := Start(t, Options{})
	school(t, n)
	b := n.Browser()
	form := b.Get("/recover").Fields()
	last := 0
	for range 20 {
		last = b.Post("/recover", url.Values{"token": form["token"], "words": {device.NewRecovery().Words()}}).Status
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("the twentieth guess: %d, want 429", last)
	}
}
