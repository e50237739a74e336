package web

import (
	"net/http"
	"strconv"
	"strings"

	"lamplight/content"
	"lamplight/content/media"
	"lamplight/server/files"
	"lamplight/server/learning"
	"lamplight/ui"
	"lamplight/ui/view"
)

// showFilm shows a video or sound with its captions and words: ?t=SECONDS is where it begins, ?words=LANGUAGE in which
// language its words are written below, ?size=N another size of the film.
func (s *Server) showFilm(w http.ResponseWriter, r *request, reader content.Reader, n content.Node) error {
	course := reader.Course()
	v := s.mediaView(r, reader, n)
	v.Seconds = n.Seconds
	v.At = s.filmPlace(r, course.ID, n)
	s.chooseFilm(&v, r, course.ID, n)
	if s.savesData(r) {
		v.Data = "low"
	} else if n.Thumbnail != "" {
		v.Poster = fileURL(course.ID, n.Thumbnail)
	}
	chosen := chooseCaption(n.Captions, r.URL.Query().Get("words"), v.Frame.Lang, s.contentLanguage(r), v.Lang)
	for i, c := range n.Captions {
		v.Captions = append(v.Captions, view.Caption{Lang: c.Language, URL: fileURL(course.ID, c.Path), Default: i == chosen, Words: addressWith(r.URL, "words", c.Language)})
	}
	if chosen >= 0 {
		v.Transcript, v.TranscriptLang = transcript(reader, n.Captions[chosen].Path), n.Captions[chosen].Language
		v.CueURL = addressWith(r.URL, "t", "")
	}
	v.Twin, v.TwinSigned = twinLink(reader, n, askedLesson(r))
	return s.render(w, r, http.StatusOK, ui.Resource(v))
}

// mediaView is what the pages of films, sounds and documents share.
func (s *Server) mediaView(r *request, reader content.Reader, n content.Node) view.Resource {
	course, p := reader.Course(), s.progressOf(r, n.ID)
	v := view.Resource{
		Frame: s.resourceFrame(r, reader, n), Kind: string(n.Kind), Heading: title(n), Lang: language(course, n), About: n.Description,
		Crumbs: crumbs(reader, n), Source: fileURL(course.ID, n.Path), MIME: n.MIME, Bytes: n.Bytes, Pages: n.Pages,
		Percent: p.Percent / 100, Complete: p.Complete, Licence: nodeLicence(course, n), Keep: s.keepOf(r, course.ID, n.ID),
	}
	v.Reads = v.Lang
	v.Previous, v.Next = s.neighbours(r, reader, n)
	v.Siblings = s.siblings(r, reader, n)
	if p := s.passage(r, n.ID); p != nil {
		v.Back, v.Previous, v.Next, v.Siblings = p.back(), nil, p.next, nil
	}
	v.Banner = keptBanner(r)
	return v
}

// filmPlace is where a film goes on, in seconds: where the address says, else where the person stopped, unless that was at
// its end. What the address says is kept as the place, since a browser without scripts tells of no other.
func (s *Server) filmPlace(r *request, course content.CourseID, n content.Node) float64 {
	if t, err := strconv.ParseFloat(r.URL.Query().Get("t"), 64); err == nil && t >= 0 && t < 1e6 {
		if r.signedIn() {
			s.views.add(learning.View{Learner: r.person.ID, Course: course, Resource: n.ID, Action: learning.Moved, Position: uint64(10 * t)})
		}
		return t
	}
	at := float64(s.placeOf(r, n.ID)) / 10
	if at < 5 || n.Seconds > 0 && at > n.Seconds-10 {
		return 0
	}
	return at
}

// placeOf is where the person stopped in a resource: see learning.View.
func (s *Server) placeOf(r *request, id content.ResourceID) uint64 {
	if !r.signedIn() {
		return 0
	}
	if at, ok := s.views.position(r.person.ID, id); ok {
		return at
	}
	return s.progressOf(r, id).Position
}

// chooseFilm picks the size of a film: the one asked for, the smallest for who saves data, else the best; and offers the
// others.
func (s *Server) chooseFilm(v *view.Resource, r *request, course content.CourseID, n content.Node) {
	if len(n.Renditions) == 0 {
		return
	}
	all := append(append([]content.Rendition(nil), n.Renditions...), content.Rendition{Path: n.Path, MIME: n.MIME, Bytes: n.Bytes})
	chosen := len(all) - 1
	if s.savesData(r) {
		chosen = 0
	}
	if asked, err := strconv.Atoi(r.URL.Query().Get("size")); err == nil && asked >= 0 && asked < len(all) {
		chosen = asked
	}
	v.Source, v.MIME, v.Bytes = fileURL(course, all[chosen].Path), all[chosen].MIME, all[chosen].Bytes
	for i, x := range all {
		v.Films = append(v.Films, view.Film{Bytes: x.Bytes, URL: addressWith(r.URL, "size", strconv.Itoa(i)), Here: i == chosen})
	}
}

// chooseCaption takes the track in the first language wanted for which there is one, of whatever region; else the first; −1
// when there is none.
func chooseCaption(tracks []content.Caption, wanted ...string) int {
	for _, lang := range wanted {
		for _, same := range []func(a, b string) bool{strings.EqualFold, sameLanguage} {
			for i, t := range tracks {
				if lang != "" && same(t.Language, lang) {
					return i
				}
			}
		}
	}
	return min(0, len(tracks)-1)
}

func sameLanguage(a, b string) bool {
	a, _, _ = strings.Cut(a, "-")
	b, _, _ = strings.Cut(b, "-")
	return strings.EqualFold(a, b)
}

// transcript is a caption track as text. A track that cannot be read is left out: the video still plays.
func transcript(reader content.Reader, path string) []view.Cue {
	f, err := reader.File(path)
	if err != nil {
		return nil
	}
	text, err := files.ReadAll(f, 4<<20)
	if err != nil {
		return nil
	}
	var cues []view.Cue
	for _, c := range media.Cues(text) {
		cues = append(cues, view.Cue{Start: c.Start, Text: c.Text})
	}
	return cues
}
