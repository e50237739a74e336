package media

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/content/importtest"
)

// lay writes files below a new folder called name.
func lay(t *testing.T, name string, files map[string][]byte) string {
	t.Helper()
	root := filepath.Join(t.TempDir(), name)
	for file, b := range files {
		at := filepath.Join(root, filepath.FromSlash(file))
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestAFolderIsACourseItsFoldersTopicsAndWhatLiesBesideAFileBelongsToIt(t *testing.T) {
	srt := []byte("1\r\n00:00:01,000 --> 00:00:02,000\r\nHabari\r\n")
	root := lay(t, "Sayansi ya 4", map[string][]byte{
		"film 10.mp4": tinyMP4(10, "", "und"), "film 2.mp4": tinyMP4(2, "", "und"), "film 2.sw.srt": srt, "film 2.vtt": []byte("WEBVTT\n\n00:01.000 --> 00:02.000\nx\n"),
		"film 2.jpg": []byte("\xff\xd8\xff\xe0 a picture"), "Maji/Mto/sauti.mp3": tinyMP3(50, "Mto", "swa"), "Maji/soma.pdf": tinyPDF(2, "(Soma)", true),
		"Maji/bad.mp4": []byte("not a film"), "other/course.md": []byte("---"), "other/x.mp3": tinyMP3(50, "no", "swa"), "notes.txt": []byte("x"), ".hidden.mp3": tinyMP3(9, "", "eng"),
	})
	importtest.Run(t, Format{}, []importtest.Sample{{
		Path: root, Title: "Sayansi ya 4", Resources: 4, Languages: []string{"sw"}, Silent: true,
		More: func(t *testing.T, p *content.Plan, r content.Reader) {
			top, _, _ := r.Children("", 0, 10)
			var names []string
			for _, n := range top {
				names = append(names, n.Title)
			}
			if got := strings.Join(names, ", "); got != "film 2, film 10, Maji" && got != "Maji, film 2, film 10" {
				t.Errorf("at the top: %s", got)
			}
			for _, n := range top {
				if n.Title == "film 2" && (len(n.Captions) != 2 || n.Thumbnail != "film 2.jpg") {
					t.Errorf("film 2: captions %+v, picture %q", n.Captions, n.Thumbnail)
				}
			}
			if f, err := r.File("film 2.sw.srt"); err != nil || f.MIME != "text/vtt; charset=utf-8" || !strings.Contains(string(f.Bytes), "00:00:01.000 --> 00:00:02.000\nHabari") {
				t.Errorf("captions: %s, %v", f.Bytes, err)
			}
			if len(p.Warnings) != 1 || !strings.Contains(p.Warnings[0], "Maji/bad.mp4 left out") {
				t.Errorf("warnings %q", p.Warnings)
			}
		},
	}}, nil)
}

func TestTheSameFilmIsTheSameResourceInEveryCourse(t *testing.T) {
	film := tinyMP4(3, "F", "und")
	one := lay(t, "one", map[string][]byte{"a.mp4": film, "b.mp3": tinyMP3(9, "", "eng")})
	node := func(path string) content.Node {
		p, err := Format{}.Plan(context.Background(), path, content.ImportOptions{})
		if err != nil {
			t.Fatal(err)
		}
		r, err := Format{}.Open(p.Course, importtest.Install(t, p), p.Index)
		if err != nil {
			t.Fatal(err)
		}
		n, _, _ := r.Children("", 0, 1)
		return n[0]
	}
	if a, b := node(one), node(filepath.Join(one, "a.mp4")); a.ID != b.ID || a.Path != b.Path {
		t.Errorf("in the folder %s, alone %s", a.ID, b.ID)
	}
}

func TestAFolderWithNothingUsableIsRefusedWithItsFirstReason(t *testing.T) {
	root := lay(t, "films", map[string][]byte{"a.mp4": []byte("no"), "b.avi": []byte("RIFF")})
	_, err := Format{}.Plan(context.Background(), root, content.ImportOptions{})
	if err == nil || !strings.Contains(err.Error(), "a.mp4") {
		t.Errorf("%v", err)
	}
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if _, err := (Format{}).Plan(ctx, lay(t, "x", map[string][]byte{"a.mp3": tinyMP3(9, "", "eng")}), content.ImportOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
}
