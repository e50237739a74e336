package nodetest

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"lamplight/server/config"
	"lamplight/server/queue"
)

// TestACourseIsMovedToADiskThatIsPulledAndPutBack does it on the pages.
func TestACourseIsMovedToADiskThatIsPulledAndPutBack(t *testing.T) {
	n := Start(t, Options{})
	school(t, n)
	b := n.Browser()
	b.SignIn("Grace", "lamp-light")
	disk := t.TempDir()
	page := b.Get("/admin/content")
	token := page.Fields().Get("token")
	post := func(do string, more ...string) Page {
		form := url.Values{"token": {token}, "do": {do}}
		for i := 0; i+1 < len(more); i += 2 {
			form.Set(more[i], more[i+1])
		}
		return b.Post("/admin/content", form)
	}
	reads(t, "a folder that is not there", post("place", "folder", filepath.Join(disk, "none")), http.StatusBadRequest, "Nothing can be written there")
	reads(t, "the box's own", post("place", "folder", filepath.Join(n.opts.Dir, "blobs")), http.StatusBadRequest, "own folder")
	page = post("place", "folder", disk)
	reads(t, "the page", page, http.StatusOK, filepath.Base(disk), "0 courses")
	if again := post("place", "folder", disk); again.Status != http.StatusOK || len(n.Places()) != 1 {
		t.Errorf("the same place twice: %d, %d places", again.Status, len(n.Places()))
	}
	course := n.Library.Courses()[0]
	place := n.Places()[0].ID
	post("move", "course", string(course.ID), "to", place)
	Eventually(t, 20*time.Second, "it lies there", func() bool {
		tasks := n.Queue.Tasks()
		return len(tasks) > 0 && tasks[0].State == queue.Done && n.Library.PlaceOf(course.ID) == place
	})
	reads(t, "who would leave the place", post("unplace", "place", place), http.StatusConflict, "Move them first")
	first := regexp.MustCompile(`href="(/(?:resource|exercise)/[^"]+)"`).FindStringSubmatch(b.Get("/course/" + string(course.ID)).Body)
	if first == nil {
		t.Fatal("the course lists nothing")
	}
	if p := b.Get(first[1]); p.Status != http.StatusOK {
		t.Errorf("it opens with %d", p.Status)
	}
	pulled := disk + "-pulled"
	if err := os.Rename(disk, pulled); err != nil {
		t.Fatal(err)
	}
	reads(t, "the page", b.Get("/admin/content"), http.StatusOK, "its disk is not there", "Its courses come back")
	reads(t, "the course", b.Get("/course/"+string(course.ID)), http.StatusOK, "not plugged in")
	reads(t, "what is in it", b.Get(first[1]), http.StatusServiceUnavailable, "Its disk is not there")
	if err := os.Rename(pulled, disk); err != nil {
		t.Fatal(err)
	}
	b.Get("/admin/content")
	if p := b.Get(first[1]); p.Status != http.StatusOK {
		t.Errorf("with its disk back it opens with %d", p.Status)
	}
	n = n.Restart()
	if n.Library.PlaceOf(course.ID) != place || n.Library.Away(course.ID) {
		t.Error("after a start it is not where it was")
	}
}

// TestPlacesOfTheSettingsAreUsed names one in config.toml.
func TestPlacesOfTheSettingsAreUsed(t *testing.T) {
	disk := t.TempDir()
	o := Options{Dir: filepath.Join(t.TempDir(), "data"), Config: func(c *config.Config) { c.Content.Places = []string{disk, "/not-there-at-all"} }}
	n := Start(t, o)
	if all := n.Places(); len(all) != 1 || all[0].Path != disk || !all[0].There || all[0].Total == 0 {
		t.Errorf("the places are %+v", all)
	}
	n = n.Restart()
	if all := n.Places(); len(all) != 1 {
		t.Errorf("after a start the places are %+v", all)
	}
}
