package web

import "testing"

func TestARefusalNamesAnUploadByItsName(t *testing.T) {
	s := &Server{Options: Options{UploadDir: "/data/run/uploads"}}
	for text, want := range map[string]string{
		"/data/run/uploads/upload-123/broken.pdf":                         "broken.pdf",
		"pdf: /data/run/uploads/upload-123/a/b.pdf: no pages":             "pdf: a/b.pdf: no pages",
		"/media/stick/broken.pdf":                                         "/media/stick/broken.pdf",
		"/data/run/uploads/upload-1/a: /data/run/uploads/upload-1/a: bad": "a: a: bad",
	} {
		if got := s.shownPath(text); got != want {
			t.Errorf("%q is shown as %q, want %q", text, got, want)
		}
	}
}
