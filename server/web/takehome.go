package web

import (
	"encoding/base64"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"lamplight/content"
	"lamplight/server/files"
	"lamplight/server/learning"
	"lamplight/ui"
	"lamplight/ui/view"
)

// maxTakeFile is the largest file that is made for a phone; films and books are sent as they are, whatever their size.
const maxTakeFile = 3 << 20

// A taking is a file for somebody's phone while it is put together.
type taking struct {
	kind      string // of the address: exercise, resource, lesson
	media     *content.Node
	course    content.CourseID // of media
	heading   string
	about     string
	lang      string
	back      view.Link
	parts     []view.TakePart
	pages     int
	questions int
	each      int // questions of an exercise
	ticket    ticket
	without   []string
	pictures  pictures
	refused   string
}

// showTake says what would be in the file and how large it is, and with ?file sends it.
func (s *Server) showTake(w http.ResponseWriter, r *request) error {
	leave, err := s.takes.enter(r.Context())
	if err != nil {
		return err
	}
	r.composed = leave
	defer leave()
	t, err := s.take(r, r.PathValue("kind"), r.PathValue("id"))
	if err != nil {
		return err
	}
	if r.URL.Query().Has("file") && t.refused == "" {
		if t.media != nil {
			return s.sendMedia(w, r, t)
		}
		return s.sendTaken(w, r, t)
	}
	v := view.TakeHome{
		Frame: s.frame(r, "library", &t.back), Heading: t.heading, Lang: t.lang, Kind: t.kind, Pages: t.pages, Questions: t.questions,
		Without: t.without, Refused: t.refused, Returns: s.returns(r, t),
	}
	q := r.URL.Query()
	q.Set("file", "1")
	v.Get = r.URL.EscapedPath() + "?" + q.Encode()
	switch {
	case t.refused != "":
		v.Get = ""
	case t.media != nil:
		v.Kind, v.Bytes = string(t.media.Kind), t.media.Bytes
	default:
		page, err := s.takenFile(r, t)
		if err != nil {
			return err
		}
		v.Bytes, v.Smaller, v.Left = int64(len(page)), t.pictures.smaller, t.pictures.left
	}
	return s.render(w, r, http.StatusOK, ui.TakeHome(v))
}

// returns says whether the file's answers come back and count: of a guest nothing is kept.
func (s *Server) returns(r *request, t *taking) bool { return r.signedIn() && t.questions > 0 }

// take gathers what the address names. A lesson or topic brings its pages and exercises; what else it holds is named.
func (s *Server) take(r *request, kind, id string) (*taking, error) {
	t := &taking{kind: kind, each: 10}
	t.ticket.learner = r.actor().Person()
	switch kind {
	case "lesson":
		return t, s.takeLesson(r, t, id)
	case "exercise", "resource":
	default:
		return nil, errNotFound(r.URL.Path)
	}
	ref := learning.Ref{Course: content.CourseID(r.URL.Query().Get("course")), Resource: content.ResourceID(id)}
	reader, release, n, err := s.openRef(ref) // topics are found in their course alone
	if err != nil {
		return nil, err
	}
	defer release()
	if s.hidden(r, n) {
		return nil, errNotFound(r.URL.Path)
	}
	t.heading, t.lang, t.course = title(n), language(reader.Course(), n), reader.Course().ID
	t.back = view.Link{Text: t.heading, URL: resourceURL(t.course, n)}
	if p := s.passage(r, n.ID); p != nil {
		t.back.URL = withLesson(t.back.URL, string(p.lesson.ID))
	}
	if !s.mayTake(nodeLicence(reader.Course(), n)) {
		t.refused = s.takeRefusal()
		return t, nil
	}
	switch n.Kind {
	case content.Book, content.Document, content.Video, content.Audio:
		t.media = &n
		return t, nil
	case content.Topic:
		t.each = 5
		return t, s.takeTopic(r, t, reader, n.ID, 4)
	}
	if err := s.takeNode(r, t, reader, n); err != nil {
		return nil, err
	}
	if len(t.parts) == 0 {
		t.refused = "kind"
	}
	return t, nil
}

func (s *Server) takeLesson(r *request, t *taking, id string) error {
	set, err := s.lesson(r, id)
	if err != nil {
		return err
	}
	l := set.Lesson
	t.each, t.heading, t.about, t.back = 5, l.Title, l.About, view.Link{Text: l.Title, URL: "/lesson/" + string(l.ID)}
	if s.notYet(l.From) {
		return errNotFound("lesson " + id)
	}
	for _, ref := range l.Resources {
		if err := s.takeRef(r, t, ref); err != nil {
			return err
		}
	}
	if t.pages+t.questions == 0 {
		t.refused = "kind"
	}
	return nil
}

// takeRef adds one thing of a lesson; what is not on this box is left out, as on the lesson's own page.
func (s *Server) takeRef(r *request, t *taking, ref learning.Ref) error {
	reader, release, n, err := s.openRef(ref)
	if err != nil {
		return nil
	}
	defer release()
	return s.takeAllowed(r, t, reader, n)
}

// maxTakeParts are in one file.
const maxTakeParts = 40

// takeTopic adds what lies under a topic, deep folders down.
func (s *Server) takeTopic(r *request, t *taking, reader content.Reader, id content.ResourceID, deep int) error {
	nodes, _, err := s.childrenOf(r, reader, id, 0, maxTakeParts)
	if err != nil {
		return err
	}
	for _, n := range nodes {
		switch {
		case n.Kind == content.Topic && deep > 0:
			err = s.takeTopic(r, t, reader, n.ID, deep-1)
		case n.Kind != content.Topic:
			err = s.takeAllowed(r, t, reader, n)
		}
		if err != nil {
			return err
		}
	}
	if t.pages+t.questions == 0 {
		t.refused = "kind"
	} else {
		t.refused = ""
	}
	return nil
}

// takeAllowed adds a thing of many, or names it when it cannot go along.
func (s *Server) takeAllowed(r *request, t *taking, reader content.Reader, n content.Node) error {
	before := len(t.parts)
	if before >= maxTakeParts {
		t.without = append(t.without, title(n))
		return nil
	}
	if s.mayTake(nodeLicence(reader.Course(), n)) {
		if err := s.takeNode(r, t, reader, n); err != nil {
			return err
		}
	}
	if len(t.parts) == before {
		t.without = append(t.without, title(n))
		t.parts = append(t.parts, view.TakePart{Anchor: anchor(n.ID), Title: title(n), Lang: language(reader.Course(), n), Without: true})
	}
	return nil
}

func anchor(id content.ResourceID) string { return "r" + string(id) }

// takeNode adds a page or an exercise; anything else adds nothing.
func (s *Server) takeNode(r *request, t *taking, reader content.Reader, n content.Node) error {
	part := view.TakePart{
		Anchor: anchor(n.ID), Title: title(n), Lang: language(reader.Course(), n), Licence: nodeLicence(reader.Course(), n),
	}
	switch n.Kind {
	case content.Page:
		pages, ok := reader.(content.PageReader)
		if !ok {
			return nil
		}
		ready, err := pages.ReadyPage(n.ID)
		if err != nil {
			return err
		}
		text, err := files.ReadAll(content.File{Path: n.Path, Coding: "gzip", Bytes: ready.Gzip, Size: int64(len(ready.Gzip))}, maxTakeFile)
		if err != nil {
			return err
		}
		part.HTML = view.HTML(lowerHeadings.Replace(pageNavigation.ReplaceAllString(string(text), "")))
		t.pages++
	case content.Practice:
		turn, err := s.turnOf(r, reader, n)
		if err != nil || len(turn.exercise.Items) == 0 {
			return err
		}
		if err := t.addExercise(r, turn, &part); err != nil {
			return err
		}
		if len(part.Questions) == 0 {
			return nil
		}
	default:
		return nil
	}
	t.parts = append(t.parts, part)
	return nil
}

// takenFile is the file itself, with its pictures in it. Made twice it is the same as long as its learner did nothing.
func (s *Server) takenFile(r *request, t *taking) ([]byte, error) {
	v := view.TakeFile{Heading: t.heading, About: t.about, Parts: t.parts, Total: t.questions}
	v.Frame = s.frame(r, "", nil)
	if school, err := s.Store.School(); err == nil {
		v.School = school.Name
	}
	if s.returns(r, t) {
		var err error
		if v.Ticket, err = t.ticket.seal(s.takeKey()); err != nil {
			return nil, err
		}
		v.Returns = s.returnAddresses(r)
	}
	salt := ui.TakeSalt(v.Ticket)
	for _, p := range v.Parts {
		for i := range p.Questions {
			if q := &p.Questions[i]; q.Check != "" {
				q.Check = takenHash(salt, q.N, strings.TrimPrefix(q.Check, checkLine))
			}
		}
	}
	var b strings.Builder
	if err := ui.TakeFile(v).Render(r.Context(), &b); err != nil {
		return nil, fmt.Errorf("web: a take-home file: %w", err)
	}
	return t.pictures.embed(s, r, b.String(), t.anchors()), nil
}

func (t *taking) anchors() map[string]bool {
	out := map[string]bool{}
	for _, p := range t.parts {
		out[p.Anchor] = true
	}
	return out
}

// checkLine stands before a right answer until the file's ticket, and so its salt, is known.
const checkLine = "\x00"

// base64Text is what the file's script decodes.
func base64Text(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

// takeKey signs tickets: every box of the school has the same. nil on a box without a school, and then nothing passes.
func (s *Server) takeKey() []byte { return s.Node.SchoolSecret("take home 1") }

// returnAddresses are where a phone finds a box that takes its answers: as it was reached now, unless by the box itself.
func (s *Server) returnAddresses(r *request) []string {
	out := []string{s.phoneAddress(r) + returnPath}
	if as := "http://" + r.Host + returnPath; as != out[0] {
		out = append(out, as)
	}
	return out
}

func (s *Server) sendTaken(w http.ResponseWriter, r *request, t *taking) error {
	page, err := s.takenFile(r, t)
	if err != nil {
		return err
	}
	r.composed() // the next file may be made while this one gets out, however slowly
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Disposition", attachment(t.heading, ".html"))
	h.Set("Content-Length", strconv.Itoa(len(page)))
	h.Set("Cache-Control", "private, no-store")
	w.Write(page)
	return nil
}

// sendMedia sends a book, film, sound or document as it is, to be kept.
func (s *Server) sendMedia(w http.ResponseWriter, r *request, t *taking) error {
	reader, release, err := s.Library.Reader(t.course)
	if err != nil {
		return err
	}
	defer release()
	f, err := s.granted(r, reader, t.media.Path)
	if err != nil {
		return err
	}
	if f.Coding == "gzip" {
		return errors.ErrUnsupported
	}
	r.composed() // a film takes long to send and no memory
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Content-Disposition", attachment(t.heading, extension(f.MIME)))
	return files.Serve(w, r.Request, f, files.Revalidate)
}

// extensions are those that phones know.
var extensions = map[string]string{
	"application/epub+zip": ".epub", "application/pdf": ".pdf", "video/mp4": ".mp4", "video/webm": ".webm",
	"audio/mpeg": ".mp3", "audio/ogg": ".ogg", "audio/mp4": ".m4a", "audio/webm": ".weba",
}

func extension(mimeType string) string {
	kind, _, err := mime.ParseMediaType(mimeType)
	if err != nil {
		return ""
	}
	return extensions[kind]
}

// attachment names a download by its title, in the title's own script; for what knows no RFC 8187 in plain letters.
func attachment(title, ext string) string {
	clean := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|%;`, r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) && r != 0x200c && r != 0x200d {
			return ' '
		}
		return r
	}, title)
	clean = strings.Trim(strings.Join(strings.Fields(clean), " "), ". ")
	if runes := []rune(clean); len(runes) > 60 {
		clean = strings.TrimSpace(string(runes[:60]))
	}
	if clean == "" {
		clean = "lamplight"
	}
	plain := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '_'
		}
		return r
	}, clean)
	if strings.Trim(plain, "_ ") == "" {
		plain = "lamplight"
	}
	return `attachment; filename="` + plain + ext + `"; filename*=UTF-8''` + strings.ReplaceAll(url.QueryEscape(clean), "+", "%20") + ext
}
