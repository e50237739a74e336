package starter

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"lamplight/content/marking"
)

var picture = regexp.MustCompile(`!\[([^\]]*)\]\(/file/[0-9a-f]{32}/([^)]+)\)`)

func TestEveryPictureAQuestionDrawsIsThere(t *testing.T) {
	drawn := 0
	for _, c := range Courses() {
		course := open(t, c)
		for _, e := range course.exercises {
			for _, it := range e.Items {
				for seed := range min(draws(it), 50) {
					v, err := marking.Draw(it, seed)
					if err != nil {
						t.Fatal(err)
					}
					if strings.Count(v.Item.Stem, "](") != len(picture.FindAllString(v.Item.Stem, -1)) {
						t.Fatalf("%s: %s: a picture is not one of the course's files: %s", c.Dir, it.ID, v.Item.Stem)
					}
					for _, m := range picture.FindAllStringSubmatch(v.Item.Stem, -1) {
						drawn++
						if _, err := course.reader.File(m[2]); err != nil || m[1] == "" {
							t.Fatalf("%s: %s shows %s, called %q: %v", c.Dir, it.ID, m[2], m[1], err)
						}
					}
				}
			}
		}
	}
	if drawn == 0 {
		t.Error("no question shows a picture: either they lost them or this test looks for the wrong shape")
	}
}

func TestPicturesAreSmallTitledAndTheirOwn(t *testing.T) {
	for _, c := range Courses() {
		err := fs.WalkDir(c.FS, ".", func(p string, e fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(p, ".svg") {
				return err
			}
			b, err := fs.ReadFile(c.FS, p)
			s := strings.ReplaceAll(string(b), `xmlns="http://www.w3.org/2000/svg"`, "")
			if len(b) > 3<<10 || !strings.Contains(s, "<title>") || strings.Contains(s, "http") || strings.Contains(s, "<script") {
				t.Errorf("%s/%s: %d bytes; want at most 3 KiB, a title, no outside address, no script", c.Dir, p, len(b))
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}
