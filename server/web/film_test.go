package web

import (
	"net/http/httptest"
	"net/url"
	"testing"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/ui/view"
)

func TestTheCaptionsAreInALanguageThePersonReads(t *testing.T) {
	tracks := []content.Caption{{Language: "en"}, {Language: "pt-BR"}, {Language: "fr"}, {Language: "pt"}}
	for _, c := range []struct {
		wanted []string
		want   int
	}{
		{[]string{"", "fr"}, 2}, {[]string{"pt"}, 3}, {[]string{"pt-PT"}, 1}, {[]string{"sw", "FR"}, 2}, {[]string{"sw"}, 0}, {nil, 0},
	} {
		if got := chooseCaption(tracks, c.wanted...); got != c.want {
			t.Errorf("%v takes track %d, want %d", c.wanted, got, c.want)
		}
	}
	if chooseCaption(nil, "en") != -1 {
		t.Error("a film without captions has some")
	}
}

func TestWhoSavesDataGetsTheSmallestFilm(t *testing.T) {
	n := content.Node{Path: "high.mp4", MIME: "video/mp4", Bytes: 900, Renditions: []content.Rendition{{Path: "low.webm", MIME: "video/webm", Bytes: 100}, {Path: "mid.mp4", MIME: "video/mp4", Bytes: 500}}}
	for _, c := range []struct{ query, hint, want string }{
		{"", "", "high.mp4"}, {"", "on", "low.webm"}, {"?size=1", "on", "mid.mp4"}, {"?size=9", "", "high.mp4"}, {"?size=-1", "on", "low.webm"}, {"?size=2", "on", "high.mp4"},
	} {
		r := &request{Request: httptest.NewRequest("GET", "/resource/x"+c.query, nil)}
		r.person.Role, r.settings.Language = learning.Learner, "en"
		r.Header.Set("Save-Data", c.hint)
		var v view.Resource
		(&Server{}).chooseFilm(&v, r, "c", n)
		if v.Source != fileURL("c", c.want) || len(v.Films) != 3 {
			t.Errorf("%q, Save-Data %q: %s of %d, want %s", c.query, c.hint, v.Source, len(v.Films), c.want)
		}
		here := 0
		for _, f := range v.Films {
			if f.Here && f.Bytes == v.Bytes {
				here++
			}
		}
		if here != 1 {
			t.Errorf("%q: %d of %v are the one shown", c.query, here, v.Films)
		}
	}
}

func TestAPlaceInABookIsWhereTheAddressSaysElseWhereOneStopped(t *testing.T) {
	for _, c := range []struct {
		query string
		was   uint64
		want  bookPlace
	}{
		{"", 0, bookPlace{resumed: true}},
		{"", 20_500, bookPlace{chapter: 2, piece: content.PiecePlace{Share: 500}, share: 500, resumed: true}},
		{"", 990_000, bookPlace{}},
		{"?chapter=1", 20_500, bookPlace{chapter: 1}},
		{"?chapter=2&piece=3&near=x-a", 20_500, bookPlace{chapter: 2, piece: content.PiecePlace{Number: 3, Near: "x-a"}, share: 500}},
	} {
		u, err := url.Parse("/resource/x" + c.query)
		if err != nil {
			t.Fatal(err)
		}
		r := &request{Request: httptest.NewRequest("GET", u.String(), nil)}
		if got := placeInBook(r, c.was, 5); got != c.want {
			t.Errorf("%q from %d: %+v, want %+v", c.query, c.was, got, c.want)
		}
	}
	if got := placed("/resource/x?course=c", "?page=4"); got != "/resource/x?course=c&page=4" {
		t.Error(got)
	}
}
