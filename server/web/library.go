package web

import (
	"cmp"
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"lamplight/content"
	"lamplight/content/arrange"
	"lamplight/content/library"
	"lamplight/server/files"
	"lamplight/server/learning"
	"lamplight/ui"
	"lamplight/ui/view"
)

// showLibrary is every course, or what of all courses is as somebody chose.
func (s *Server) showLibrary(w http.ResponseWriter, r *request) error {
	v := view.Library{Frame: s.frame(r, "library", nil), CanAdd: r.person.Role == learning.Administrator}
	if err := s.fillLibrary(&v, r); err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, ui.Library(v))
}

// coursesFor lists what is installed, courses in the language the person learns in first, each part by title; not, for
// learners, those whose every resource is for teachers alone.
func (s *Server) coursesFor(r *request) []content.Course {
	p := s.preferences(r)
	lang := baseOf(cmp.Or(p.Content, p.Language))
	speaks := func(c content.Course) int {
		for _, l := range c.Languages {
			if baseOf(l) == lang {
				return 0
			}
		}
		return 1
	}
	courses := slices.Clone(s.Library.Courses())
	if !r.teaches() {
		courses = slices.DeleteFunc(courses, func(c content.Course) bool { _, all := s.Library.ForStaff(c.ID); return all })
	}
	arrange.Stably(courses, func(a, b content.Course) int { return speaks(a) - speaks(b) })
	return courses
}

// toBegin is coursesFor in the order in which courses are offered unasked: after those in the language the person learns in
// those in the school's, then the rest; for who does not teach, those for people at work, as teachers' own courses are, last.
func (s *Server) toBegin(r *request) []content.Course {
	school, err := s.Store.School()
	if err != nil {
		school.Language = "" // the order is all that it changes
	}
	return inTurn(s.coursesFor(r), !r.teaches(), s.contentLanguage(r), school.Language)
}

// inTurn orders courses by the first of the languages that they are in and, if workLast, by whether they are for work alone.
func inTurn(courses []content.Course, workLast bool, languages ...string) []content.Course {
	piles := make([][]content.Course, 2*(len(languages)+1))
	for _, c := range courses {
		at := slices.IndexFunc(languages, func(l string) bool {
			return slices.ContainsFunc(c.Languages, func(x string) bool { return baseOf(x) == baseOf(l) })
		})
		if at < 0 {
			at = len(languages)
		}
		if workLast && forWork(c) {
			at += len(piles) / 2
		}
		piles[at] = append(piles[at], c)
	}
	return slices.Concat(piles...)
}

func baseOf(tag string) string {
	base, _, _ := strings.Cut(tag, "-")
	return base
}

var professional = content.LabelCode(content.LevelFacet, "professional")

// forWork says whether a course is for people at work and for nobody else.
func forWork(c content.Course) bool {
	levels := c.Labels.Levels
	return len(levels) > 0 && !slices.ContainsFunc(levels, func(l string) bool { return l != professional })
}

// courseProgress is how much of each course the person has finished: resources complete, by course last met in.
func (s *Server) courseProgress(r *request) (map[content.CourseID]int, error) {
	done := map[content.CourseID]int{}
	if !r.signedIn() {
		return done, nil
	}
	all, err := s.Store.ProgressOf(r.actor(), r.person.ID)
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		if p.Complete {
			done[p.Course]++
		}
	}
	return done, nil
}

func courseCard(c content.Course, complete int) view.Card {
	card := view.Card{
		Title: c.Title, URL: courseURL(c.ID), Kind: "course", Lang: first(c.Languages), About: c.Description,
		Resources: c.Resources, Bytes: c.Bytes,
	}
	if c.Resources > 0 {
		card.Percent = min(100, 100*complete/c.Resources)
		card.Complete = complete >= c.Resources
	}
	if c.Thumbnail != "" {
		card.Thumbnail = "/thumbnail/" + string(c.ID)
	}
	return card
}

func first(s []string) string {
	switch len(s) {
	case 0:
		return ""
	case 1:
		return s[0]
	}
	return "mul"
}

func courseURL(id content.CourseID) string { return "/course/" + string(id) }

// resourceURL is where a node is opened. A path inside a container may hold anything, so it is escaped whole.
func resourceURL(course content.CourseID, n content.Node) string {
	switch n.Kind {
	case content.Topic:
		return courseURL(course) + "?topic=" + url.QueryEscape(string(n.ID))
	case content.Practice:
		return "/exercise/" + string(n.ID)
	}
	return (&url.URL{Path: "/resource/" + string(n.ID)}).EscapedPath()
}

// nodesPerPage keeps a topic's page under its weight on a slow phone: a ZIM has thousands of articles.
const nodesPerPage = 50

// showCourse is one place of a course's tree.
func (s *Server) showCourse(w http.ResponseWriter, r *request) error {
	id := content.CourseID(r.PathValue("id"))
	course, err := s.Library.Course(id)
	if err != nil {
		return err
	}
	v := view.Course{
		Frame: s.frame(r, "library", &view.Link{URL: "/library"}), Course: courseCard(course, 0), About: course.Description,
		Licence: licenceView(course.Licence), Language: first(course.Languages), Lacks: course.Missing, Level: course.Level,
	}
	v.Licence.Within = s.licencesIn(course)
	v.Levels = content.LabelNames(content.LevelFacet, course.Labels.Levels)
	if course.Resources > nodesPerPage && course.Format != "zim" {
		v.Look = "/library?course=" + string(id)
	}
	reader, release, err := s.Library.Reader(id)
	if err != nil {
		s.Log.Warn("course cannot be opened", "course", id, "err", err)
		v.Missing = true
		return s.render(w, r, http.StatusOK, ui.Course(v))
	}
	defer release()
	if err := s.fillCourse(&v, r, reader); err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, ui.Course(v))
}

func (s *Server) fillCourse(v *view.Course, r *request, reader content.Reader) error {
	q := r.URL.Query()
	topic := content.ResourceID(q.Get("topic"))
	course := reader.Course()
	if topic != "" {
		n, err := reader.Node(topic)
		if err != nil {
			return err
		}
		if n.Kind != content.Topic {
			return errNotFound(r.URL.Path)
		}
		v.Topic, v.About = n.Title, n.Description
		v.Crumbs = crumbs(reader, n)
		v.Back = &v.Crumbs[len(v.Crumbs)-1]
		if n.Licence != nil {
			v.Licence = licenceView(*n.Licence)
		}
		if course.Format == "lamplight" { // others hold no pages of ours
			v.Take = s.takeAddress(r, course.ID, topic)
		}
	}
	from, _ := strconv.Atoi(q.Get("from"))
	from = max(0, from)
	nodes, total, err := s.childrenOf(r, reader, topic, from, r.perPage())
	if err != nil {
		return err
	}
	v.Pager = pager(r, from, len(nodes), total)
	progress, err := s.progressIn(r, nodes)
	if err != nil {
		return err
	}
	for _, n := range nodes {
		v.Nodes = append(v.Nodes, s.nodeCard(course, n, progress[n.ID]))
	}
	if err := s.countTopics(r, course, nodes, v.Nodes); err != nil {
		return err
	}
	s.lighten(r, v.Nodes)
	v.Next = nextCard(v.Nodes)
	if front, ok := s.frontPage(r, reader); ok && topic == "" {
		v.Next = &front
	}
	return nil
}

// licencesIn are the families of licences of a course's resources, most first, where the course states none and some do.
func (s *Server) licencesIn(course content.Course) (out []string) {
	if course.Licence.ID != "" {
		return nil
	}
	found, err := s.Library.Browse(library.Wanted{Courses: []content.CourseID{course.ID}, Staff: true}, 0, 0)
	if err != nil {
		s.Log.Warn("licences of a course", "course", course.ID, "err", err)
		return nil
	}
	all := found.Counts[content.LicenceFacet]
	arrange.Stably(all, func(a, b library.Count) int { return b.Resources - a.Resources })
	stated := false
	for _, c := range all {
		out = append(out, c.Value)
		stated = stated || c.Value != content.Unstated
	}
	if !stated {
		return nil
	}
	return out
}

// countTopics fills in how much lies in each topic of a list, and how much of it the person has finished.
func (s *Server) countTopics(r *request, course content.Course, nodes []content.Node, cards []view.Card) error {
	var topics, done []content.ResourceID
	var at []int
	for i, n := range nodes {
		if n.Kind == content.Topic {
			topics, at = append(topics, n.ID), append(at, i)
		}
	}
	if len(topics) == 0 {
		return nil
	}
	if r.signedIn() {
		all, err := s.Store.ProgressOf(r.actor(), r.person.ID)
		if err != nil {
			return err
		}
		for _, p := range all {
			if p.Complete {
				done = append(done, p.Resource)
			}
		}
	}
	counts, err := s.Library.Topics(course.ID, topics, done, r.teaches())
	if err != nil {
		return err
	}
	for i, c := range counts {
		card := &cards[at[i]]
		card.Resources, card.Finished = c.Resources, c.Marked
		if c.Resources > 0 {
			card.Percent, card.Complete = 100*c.Marked/c.Resources, c.Marked >= c.Resources
		}
	}
	return nil
}

// frontPage is the page that a package begins with, when it names one.
func (s *Server) frontPage(r *request, reader content.Reader) (view.Card, bool) {
	m, ok := reader.(content.FrontReader)
	if !ok {
		return view.Card{}, false
	}
	path, ok := m.MainPage()
	if !ok {
		return view.Card{}, false
	}
	course := reader.Course()
	n, err := reader.Node(content.ResourceID(string(course.ID) + ":" + path))
	if err != nil {
		return view.Card{}, false
	}
	return s.nodeCard(course, n, s.progressOf(r, n.ID)), true
}

// nextCard is the first resource that is not finished, but for topics, whose state a list does not tell.
func nextCard(cards []view.Card) *view.Card {
	for i := range cards {
		if cards[i].Kind != "topic" && !cards[i].Complete && !cards[i].Broken {
			return &cards[i]
		}
	}
	return nil
}

func (s *Server) progressIn(r *request, nodes []content.Node) (map[content.ResourceID]learning.Progress, error) {
	if !r.signedIn() {
		return nil, nil
	}
	ids := make([]content.ResourceID, 0, len(nodes))
	for _, n := range nodes {
		if n.Kind != content.Topic {
			ids = append(ids, n.ID)
		}
	}
	return s.Store.ProgressIn(r.actor(), r.person.ID, ids)
}

func (s *Server) nodeCard(course content.Course, n content.Node, p learning.Progress) view.Card {
	c := view.Card{
		Title: n.Title, URL: resourceURL(course.ID, n), Kind: string(n.Kind), Lang: n.Language, About: n.Description,
		Bytes: n.Bytes, Seconds: n.Seconds, Pages: n.Pages, Percent: p.Percent / 100, Complete: p.Complete, Broken: n.Broken != "", Staff: n.Staff,
	}
	if c.Lang == "" {
		c.Lang = first(course.Languages)
	}
	if p.Exercise != nil && p.Exercise.Need > 0 && !p.Complete {
		c.Percent = min(99, 100*p.Exercise.Have/p.Exercise.Need)
	}
	if n.Thumbnail != "" {
		c.Thumbnail = "/thumbnail/" + string(course.ID) + "?of=" + url.QueryEscape(n.Thumbnail)
	}
	return c
}

// crumbs lead from the course down to, not with, n.
func crumbs(reader content.Reader, n content.Node) []view.Link {
	course := reader.Course()
	var up []view.Link
	for parent, depth := n.Parent, 0; parent != "" && depth < 16; depth++ {
		p, err := reader.Node(parent)
		if err != nil {
			break
		}
		up = append([]view.Link{{Text: p.Title, URL: resourceURL(course.ID, p)}}, up...)
		parent = p.Parent
	}
	return append([]view.Link{{Text: course.Title, URL: courseURL(course.ID)}}, up...)
}

func pager(r *request, from, n, total int) view.Pager { return pagerBy(r, from, n, total, r.perPage()) }

// pagerBy leads to the pages before and after n of a total, from the from'th, a page having so many.
func pagerBy(r *request, from, n, total, page int) view.Pager {
	p := view.Pager{Total: total}
	if total <= n {
		return p
	}
	p.From, p.To = from+1, from+n
	if from > 0 {
		p.Previous = withQuery(r.URL, "from", strconv.Itoa(max(0, from-page)))
	}
	if from+n < total {
		p.Next = withQuery(r.URL, "from", strconv.Itoa(from+n))
	}
	return p
}

func withQuery(u *url.URL, key, value string) string {
	q := u.Query()
	q.Set(key, value)
	return (&url.URL{Path: u.Path, RawQuery: q.Encode()}).String()
}

func licenceView(l content.Licence) view.Licence {
	return view.Licence{ID: l.ID, Owner: l.Owner, Author: l.Author, Source: l.Source, Terms: l.Terms, URL: "/licence/" + url.PathEscape(l.ID)}
}

func fileURL(course content.CourseID, p string) string {
	return (&url.URL{Path: "/file/" + string(course) + "/" + p}).EscapedPath()
}

// sendFile sends a picture, video, sound, caption or document of a course: things that do nothing by themselves.
// Whatever could act (pages, scripts) is served by the player alone.
func (s *Server) sendFile(w http.ResponseWriter, r *request) error {
	err := s.send(w, r, content.CourseID(r.PathValue("course")), r.PathValue("path"))
	if errors.Is(err, fs.ErrNotExist) && r.teaches() {
		return s.sendOwnPicture(w, r, r.PathValue("path"))
	}
	return err
}

func (s *Server) send(w http.ResponseWriter, r *request, id content.CourseID, name string) error {
	reader, release, err := s.Library.Reader(id)
	if err != nil {
		return err
	}
	defer release()
	f, err := s.granted(r, reader, name)
	if err != nil {
		return err
	}
	policy, ok := inert(f.MIME)
	if !ok {
		return errNotFound(r.URL.Path)
	}
	w.Header().Set("Content-Security-Policy", policy)
	if strings.HasPrefix(f.MIME, "image/") && s.savesData(r) {
		w.Header().Set("Vary", "Cookie, Save-Data")
		f = s.smaller.small(f)
	}
	return files.Serve(w, r.Request, f, files.Revalidate)
}

// savesData says whether the person wishes to save data, or the phone does (the Save-Data hint).
func (s *Server) savesData(r *request) bool {
	return s.preferences(r).Data == "low" || strings.EqualFold(r.Header.Get("Save-Data"), "on")
}

// lighten takes the pictures from cards for who saves data.
func (s *Server) lighten(r *request, cards []view.Card) {
	if !s.savesData(r) {
		return
	}
	for i := range cards {
		cards[i].Thumbnail = ""
	}
}

// inert says whether a type may be served beside our own pages, and under which policy. A browser's own PDF viewer does
// not start inside a sandbox.
func inert(mimeType string) (policy string, ok bool) {
	kind, _, _ := strings.Cut(mimeType, ";")
	switch major, _, _ := strings.Cut(kind, "/"); {
	case kind == "application/pdf":
		return "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; img-src 'self' data:", true
	case major == "image", major == "video", major == "audio", kind == "text/vtt":
		return "default-src 'none'; style-src 'unsafe-inline'; sandbox", true
	}
	return "", false
}

// title is what to call a node that has no title of its own.
func title(n content.Node) string {
	if n.Title != "" {
		return n.Title
	}
	return path.Base(n.Path)
}

// openResource finds the course a resource is opened in: the one asked for, else the first that holds it. What is for
// teachers alone is found by them and by those whom it is set for.
func (s *Server) openResource(r *request, id content.ResourceID) (content.Reader, func(), content.Node, error) {
	var wanted content.CourseID
	if r.URL.RawQuery != "" {
		wanted = content.CourseID(r.URL.Query().Get("course"))
	}
	reader, release, n, err := s.openAny(id, wanted)
	if err == nil && s.hidden(r, n) {
		release()
		return nil, nil, content.Node{}, errNotFound(string(id))
	}
	return reader, release, n, err
}

// openAny opens a resource in the course that is wanted, else in the first that holds it.
func (s *Server) openAny(id content.ResourceID, wanted content.CourseID) (content.Reader, func(), content.Node, error) {
	courses, err := s.Library.Resource(id)
	if err != nil {
		return nil, nil, content.Node{}, err
	}
	if i := slices.Index(courses, wanted); i > 0 {
		courses = slices.Concat(courses[i:], courses[:i])
	}
	for _, c := range courses {
		reader, release, openErr := s.Library.Reader(c)
		if openErr != nil {
			err = openErr
			continue
		}
		n, nodeErr := reader.Node(id)
		if nodeErr == nil {
			return reader, release, n, nil
		}
		release()
		err = nodeErr
	}
	if err == nil || errors.Is(err, fs.ErrNotExist) && !errors.Is(err, library.ErrAway) {
		err = errNotFound(string(id))
	}
	return nil, nil, content.Node{}, err
}
