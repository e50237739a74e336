package web

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"lamplight/content"
	"lamplight/content/library"
	"lamplight/content/opds"
	"lamplight/server/queue"
	"lamplight/ui"
	"lamplight/ui/view"
)

// A Shelf is what the content manager asks of the node.
type Shelf interface {
	Ask(t queue.Task) (queue.Task, error) // fs.ErrNotExist when what it names is not there
	RemoveCourse(ctx context.Context, id content.CourseID) error
	RestoreCourse(ctx context.Context, id content.CourseID) error
	EmptyTrash(ids ...content.CourseID) error
	Offers() []Offer
	Fetch(id content.CourseID) error
	Unfetch(id content.CourseID) error
	Sticks() []Stick
	OnStick(path string) bool
	Forecast(more int64) (days int)
	Catalogue(ctx context.Context, at string) (*opds.Feed, error)
	Catalogues() []KnownCatalogue
	ForgetCatalogue(at string) error
	Places() []Place
	AddPlace(folder string) error
	ForgetPlace(id string) error
	FetchBook(ctx context.Context, page, file string) (queue.Task, error)
}

// An Offer is a course that another box has.
type Offer struct {
	Course                           content.CourseID
	Title, Language, Format, Licence string
	Bytes, Here                      int64
	From                             []string // names of boxes
	Coming                           bool     // wanted, so that it comes when one of them is met
	Update                           bool     // another edition of it is installed
}

// A Stick is a disk that is plugged in.
type Stick struct {
	Name, Path  string
	Free, Total int64
	Things      []library.Thing
	More        bool // Things are cut
}

// A Place is a folder on another disk where courses may lie.
type Place struct {
	ID, Name, Path string
	There          bool
	Free, Total    int64 // bytes, 0 when it is not there
	Courses        int
}

const contentPath = "/admin/content"

// showContent is the content manager. While something moves the page comes anew every few seconds, unless the person has
// stopped that.
func (s *Server) showContent(w http.ResponseWriter, r *request) error {
	return s.renderContent(w, r, view.AdminContent{}, http.StatusOK)
}

// moved leads on from an address that pages had before.
func (s *Server) moved(to string) page {
	return func(w http.ResponseWriter, r *request) error {
		http.Redirect(w, r.Request, to, http.StatusMovedPermanently)
		return nil
	}
}

// refreshEvery is seconds.
const refreshEvery = "5"

func (s *Server) renderContent(w http.ResponseWriter, r *request, v view.AdminContent, status int) error {
	q := r.URL.Query()
	v.Frame, v.Free = s.frame(r, "box", &view.Link{URL: "/admin"}), s.courseRoom()
	for _, t := range s.Library.Trashed() {
		v.Trash += t.Frees
		v.Trashed = append(v.Trashed, s.trashedView(t))
	}
	v.Forecast.Days, v.Still, v.Emptying = s.Node.Forecast(0), q.Get("still") != "", q.Get("empty") != ""
	s.fillInstalled(&v, content.CourseID(q.Get("remove")))
	if v.Confirm != nil || v.Emptying {
		v.Frame.Back = &view.Link{URL: contentPath}
		return s.render(w, r, status, ui.AdminContent(v))
	}
	v.Tasks, v.Busy = s.taskViews()
	for _, o := range s.Node.Offers() {
		v.Offers = append(v.Offers, view.ContentOffer{ID: string(o.Course), Title: o.Title, Lang: o.Language, Licence: o.Licence, Bytes: o.Bytes, Here: o.Here, From: o.From, Coming: o.Coming, Update: o.Update})
	}
	for _, d := range s.Node.Sticks() {
		x := view.Stick{Name: d.Name, Path: d.Path, Free: d.Free, Total: d.Total, More: d.More}
		for _, t := range d.Things {
			x.Things = append(x.Things, view.Thing(t))
		}
		v.Sticks = append(v.Sticks, x)
	}
	if v.Busy && !v.Still && status == http.StatusOK {
		w.Header().Set("Refresh", refreshEvery)
	}
	return s.render(w, r, status, ui.AdminContent(v))
}

// courseRoom is how many bytes courses may still take; −1 when it cannot be measured.
func (s *Server) courseRoom() int64 {
	left, err := s.Library.Left()
	if err != nil {
		return -1
	}
	return max(0, left)
}

// fillInstalled lists what is installed; the one that is to be removed is asked about.
func (s *Server) fillInstalled(v *view.AdminContent, ask content.CourseID) {
	places := map[string]string{}
	for _, p := range s.Node.Places() {
		places[p.ID] = p.Name
		v.Places = append(v.Places, view.ContentPlace(p))
	}
	damaged := map[content.CourseID]int{}
	for _, d := range s.Library.Damaged() {
		damaged[d.Course]++
	}
	for _, c := range s.Library.Courses() {
		row := view.InstalledCourse{
			Card: courseCard(c, 0), ID: string(c.ID), Format: c.Format, Edition: c.Edition, Licence: licenceView(c.Licence),
			Linked: s.Library.Linked(c.ID), Away: s.Library.Away(c.ID), Damaged: damaged[c.ID], Missing: c.Missing,
		}
		row.PlaceID = s.Library.PlaceOf(c.ID)
		row.Place = places[row.PlaceID]
		if c.ID == ask {
			v.Confirm = &row
		}
		v.Courses = append(v.Courses, row)
	}
}

func (s *Server) trashedView(t library.Trashed) view.TrashedCourse {
	v := view.TrashedCourse{ID: string(t.Course.ID), Title: t.Course.Title, Lang: first(t.Course.Languages), Frees: t.Frees, Days: -1}
	if now, believed := s.Now(); believed && !t.Since.IsZero() {
		v.Days = int(max(0, t.Since.Add(library.TrashFor).Sub(now)) / (24 * time.Hour))
	}
	return v
}

// taskViews are the tasks, and whether one of them moves.
func (s *Server) taskViews() (out []view.ContentTask, busy bool) {
	first := true
	for _, t := range s.Queue.Tasks() {
		v := s.taskView(t)
		if t.State == queue.Waiting {
			v.First, first = first, false
		}
		busy = busy || slices.Contains([]queue.State{queue.Looking, queue.Waiting, queue.Running}, t.State)
		out = append(out, v)
	}
	return out, busy
}

func (s *Server) taskView(t queue.Status) view.ContentTask {
	v := view.ContentTask{
		ID: t.ID, Kind: string(t.Kind), State: string(t.State), Title: t.Title, Doing: t.Doing, Done: t.Done, Total: t.Total,
		Trouble: t.Trouble, Why: s.shownPath(t.Why), Courses: t.Result.Courses, Problems: len(t.Problems), Mended: t.Mended,
	}
	if t.State != queue.Running {
		v.Doing = ""
	}
	v.Refused = s.refusedViews(t.Result.Refused)
	return v
}

func (s *Server) refusedViews(all []library.Refusal) (out []view.Refused) {
	for _, x := range all {
		out = append(out, view.Refused{Path: s.shownPath(x.Path), Reason: s.shownPath(x.Reason)})
	}
	return out
}

// shownPath leaves out where uploads lie for a while: the person knows the file by its name.
func (s *Server) shownPath(text string) string {
	for {
		before, rest, found := strings.Cut(text, s.UploadDir+string(filepath.Separator))
		if !found {
			return text
		}
		if _, name, ok := strings.Cut(rest, string(filepath.Separator)); ok {
			rest = name
		}
		text = before + rest
	}
}

// changeContent does what a button of the page says.
func (s *Server) changeContent(w http.ResponseWriter, r *request) error {
	f := r.PostForm
	to, err := contentPath, error(nil)
	switch do := f.Get("do"); do {
	case "look", "import":
		to, err = s.askImport(f.Get("path"), do == "look")
		if errors.Is(err, errNoPath) || errors.Is(err, fs.ErrNotExist) {
			return s.renderContent(w, r, view.AdminContent{Problem: "path"}, http.StatusBadRequest)
		}
	case "verify":
		_, err = s.Node.Ask(queue.Task{Kind: queue.Verify, Course: content.CourseID(f.Get("course"))})
	case "move":
		_, err = s.Node.Ask(queue.Task{Kind: queue.Move, Course: content.CourseID(f.Get("course")), To: f.Get("to")})
	case "place":
		if problem := placeProblem(s.Node.AddPlace(strings.TrimSpace(f.Get("folder")))); problem != "" {
			return s.renderContent(w, r, view.AdminContent{PlaceProblem: problem}, http.StatusBadRequest)
		}
	case "unplace":
		if err = s.Node.ForgetPlace(f.Get("place")); errors.Is(err, fs.ErrExist) {
			return s.renderContent(w, r, view.AdminContent{PlaceProblem: "used"}, http.StatusConflict)
		}
	case "pause", "go", "first", "cancel":
		err = s.changeTask(do, f.Get("task"))
	default:
		err = s.changeCourse(r, do, content.CourseID(f.Get("course")))
	}
	switch {
	case errors.Is(err, queue.ErrFull):
		return s.renderContent(w, r, view.AdminContent{Problem: "wait"}, http.StatusConflict)
	case errors.Is(err, fs.ErrExist):
		return s.renderContent(w, r, view.AdminContent{Problem: "late"}, http.StatusConflict)
	case err != nil:
		return err
	}
	http.Redirect(w, r.Request, to, http.StatusSeeOther)
	return nil
}

// placeProblem is the message "place.problem.KEY" of an error; a place that is one already is none.
func placeProblem(err error) string {
	switch {
	case err == nil, errors.Is(err, fs.ErrExist):
		return ""
	case errors.Is(err, fs.ErrInvalid):
		return "own"
	}
	return "path"
}

var errNoPath = errors.New("web: no path from the root")

// askImport asks for what lies at a path to be looked at, or added at once, and says where to go on.
func (s *Server) askImport(path string, look bool) (to string, err error) {
	if !filepath.IsAbs(path) {
		return "", errNoPath
	}
	t := queue.Task{Kind: queue.Import, Path: path}
	if look {
		t.State = queue.Looking
	}
	if t, err = s.Node.Ask(t); err != nil || !look {
		return contentPath, err
	}
	return contentPath + "/" + t.ID, nil
}

func (s *Server) changeTask(do, id string) error {
	switch do {
	case "pause":
		return s.Queue.Pause(id)
	case "go":
		return s.Queue.GoOn(id)
	case "first":
		return s.Queue.First(id)
	}
	return s.Queue.Cancel(id)
}

func (s *Server) changeCourse(r *request, do string, id content.CourseID) error {
	switch do {
	case "remove":
		return s.Node.RemoveCourse(r.Context(), id)
	case "restore":
		return s.Node.RestoreCourse(r.Context(), id)
	case "throw":
		if id == "" { // would be all of them
			return errNotFound("course")
		}
		return s.Node.EmptyTrash(id)
	case "empty":
		return s.Node.EmptyTrash()
	case "fetch":
		return s.Node.Fetch(id)
	case "unfetch":
		return s.Node.Unfetch(id)
	}
	return errNotFound("do=" + do)
}
