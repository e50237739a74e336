package nodetest

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lamplight/server"
	"lamplight/server/config"
)

// A stick that boxes see as plugged in: a folder that is mounted where systems mount sticks. There is something else on it,
// so that no box carries with it.
type stick struct{ name, path string }

func plugStick(t *testing.T) stick {
	t.Helper()
	holds := t.TempDir()
	if err := os.WriteFile(filepath.Join(holds, "photo.jpg"), []byte("somebody's"), 0o600); err != nil {
		t.Fatal(err)
	}
	at, err := os.MkdirTemp("/mnt", "spare")
	if err == nil {
		err = quietly("mount", "--bind", holds, at)
	}
	t.Cleanup(func() { _, _ = quietly("umount", "-l", at), os.Remove(at) })
	if err != nil {
		t.Skipf("a stick has to be mounted: %v", err)
	}
	return stick{filepath.Base(at), at}
}

// holdsNow is the state of a data folder that nobody serves.
func holdsNow(t *testing.T, dir string) string {
	t.Helper()
	s, err := server.Open(server.Options{Dir: dir, Config: config.Default(), Log: Logger(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	state, _ := s.Records.State()
	return state
}

// An administrator makes the sheet and taps once; the box is stolen; on another, one command and the nine words bring back
// the same state, and everybody signs in.
func TestOneTapSavesToAStickWhatANewBoxComesBackFrom(t *testing.T) {
	s := plugStick(t)
	a := Start(t, Options{})
	school(t, a)
	for range 3 {
		answerOn(t, a)
	}
	grace := a.Browser()
	grace.SignIn("Grace", "lamp-light")
	if body := grace.Get("/admin/backup").Body; !strings.Contains(body, "Make the recovery sheet first") {
		t.Error("without a sheet the page does not say what to do first")
	}
	words := sheetWords(t, grace)
	page := grace.Get("/admin/backup")
	if !strings.Contains(page.Body, "Save to "+s.name) {
		t.Fatalf("the stick is not offered:\n%.2000s", page.Body[strings.Index(page.Body, "<main"):])
	}
	before, _ := a.Records.State()
	grace.Post("/admin/backup", url.Values{"token": page.Fields()["token"], "stick": {s.path}})
	Eventually(t, 20*time.Second, "the page says that it is saved", func() bool {
		return strings.Contains(grace.Get("/admin/backup").Body, "Saved to "+s.name)
	})
	if after, _ := a.Records.State(); after != before {
		t.Fatal("something was written meanwhile: this shows nothing")
	}
	files, err := filepath.Glob(filepath.Join(s.path, "lamplight-*.age"))
	if err != nil || len(files) != 1 {
		t.Fatalf("on the stick lie %q: %v", files, err)
	}
	if report := grace.Post("/admin/backup", url.Values{"token": page.Fields()["token"], "stick": {"/mnt/elsewhere"}}); report.URL.Path != "/admin/backup" {
		t.Errorf("a stick that is not there leads to %s", report.URL)
	}
	a.Stop()

	fresh := filepath.Join(t.TempDir(), "fresh")
	var back struct {
		OK     bool
		Events int
	}
	ask(t, fresh, &back, "restore", "--words", words, files[0])
	if got := holdsNow(t, fresh); got != before || !back.OK {
		t.Errorf("it came back as %s, ok %v, want %s", got, back.OK, before)
	}
	t.Logf("%d events, state %.16s…", back.Events, before)
	r := Start(t, Options{Dir: fresh})
	r.Browser().SignIn("Grace", "lamp-light")
	if got := aminasAnswers(t, r); got != 3 {
		t.Errorf("Amina has %d answers, want 3", got)
	}
}
