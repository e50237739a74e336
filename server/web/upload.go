package web

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"

	"lamplight/content"
	"lamplight/server/intake"
	"lamplight/server/learning"
	"lamplight/server/queue"
	"lamplight/ui"
	"lamplight/ui/view"
)

// addPath takes a file in a form of parts; piecesPath takes one in pieces, from the script.
const (
	addPath    = "/teach/add"
	piecesPath = addPath + "/piece"
)

// who is asking, as the files on their way know people.
func (r *request) who() intake.Who { return intake.Who{Person: r.person.ID, Role: r.person.Role} }

// showAdding is where a file is chosen, and what was sent before.
func (s *Server) showAdding(w http.ResponseWriter, r *request) error {
	return s.renderAdding(w, r, view.Adding{Done: oneOf(r.URL.Query().Get("did"), []string{"removed"})}, http.StatusOK)
}

func (s *Server) renderAdding(w http.ResponseWriter, r *request, v view.Adding, status int) error {
	s.Intake.Sweep()
	v.Frame, v.Room, v.Most = s.frame(r, "teach", &view.Link{URL: "/teach"}), s.courseRoom(), intake.MaxFile
	busy := false
	for _, x := range s.Intake.List(r.who()) {
		f := s.sentView(r, x)
		busy = busy || moves(f.State)
		v.Files = append(v.Files, f)
	}
	if busy && status == http.StatusOK {
		w.Header().Set("Refresh", refreshEvery)
	}
	return s.render(w, r, status, ui.Adding(v))
}

// moves says whether a file goes on by itself.
func moves(state string) bool {
	return slices.Contains([]string{"looking", "waiting", "running"}, state)
}

func (s *Server) sentView(r *request, x intake.Sent) view.SentFile {
	v := view.SentFile{ID: x.ID, Name: x.Name, URL: addPath + "/" + x.ID, Size: x.Size, Have: x.Have, State: "coming", Stamp: x.Stamp}
	if x.By != r.person.ID {
		v.By = string(x.By)
		if p, err := s.Store.Person(r.actor(), x.By); err == nil {
			v.By = p.Name
		}
	}
	if now, believed := s.Now(); believed && !x.Whole {
		v.Days = max(1, intake.ExpireDays-int(now.Sub(x.Touched)/(24*time.Hour)))
	}
	if x.Whole {
		v.State = "failed"
		if t, err := s.Queue.Task(x.Task); err == nil {
			v.State, v.Trouble, v.Done = string(t.State), t.Trouble, min(t.Done, x.Size)
		} else if len(x.Courses) > 0 {
			v.State = "done"
		}
	}
	if v.State == "done" {
		for _, c := range x.Courses {
			v.Courses = append(v.Courses, s.cameView(r, x, c))
		}
	}
	return v
}

// cameView is a course that came of a file, as it stands now.
func (s *Server) cameView(r *request, x intake.Sent, c intake.Came) view.SentCourse {
	v := view.SentCourse{ID: string(c.Course), Title: c.Title, Lang: c.Lang, URL: "/course/" + string(c.Course), State: "gone", Mine: s.mayUndo(r, x, c.Course)}
	if _, err := s.Library.Course(c.Course); err == nil {
		v.State = "there"
	} else {
		for _, t := range s.Library.Trashed() {
			if t.Course.ID == c.Course {
				v.State = "trash"
			}
		}
	}
	return v
}

// mayUndo says whether the person may remove a course that came of a file: who brought it first, and administrators.
func (s *Server) mayUndo(r *request, x intake.Sent, id content.CourseID) bool {
	return r.person.Role == learning.Administrator || x.By == r.person.ID && slices.ContainsFunc(x.Courses, func(c intake.Came) bool { return c.Course == id && c.Own })
}

// addByForm takes one file of a form in parts, for browsers without the script. It goes to the card as it comes; what is cut
// stays unfinished, and nothing is added.
func (s *Server) addByForm(w http.ResponseWriter, r *request) error {
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(6 * time.Hour))
	r.Body = http.MaxBytesReader(w, r.Body, intake.MaxFile+maxStaffForm)
	parts, err := r.MultipartReader()
	if err != nil {
		return errors.Join(err, fs.ErrInvalid)
	}
	checked := false
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return errForeign
		}
		if err != nil {
			return errors.Join(err, fs.ErrInvalid)
		}
		switch part.FormName() {
		case "token": // stands before the file in our form
			token, err := io.ReadAll(io.LimitReader(part, 200))
			if err != nil {
				return err
			}
			checked = s.Auth.Check(r.session.Token, string(token))
		case "file":
			if !checked {
				return errForeign
			}
			return s.takeWhole(w, r, part.FileName(), part)
		}
	}
}

// takeWhole keeps the file of a form and goes on to its page.
func (s *Server) takeWhole(w http.ResponseWriter, r *request, name string, from io.Reader) error {
	if r.ContentLength > intake.MaxFile+maxForm {
		return s.refuseSent(w, r, name, "", intake.ErrLarge)
	}
	begun, err := s.Intake.Begin(r.who(), name, -1, "")
	if err == nil && r.ContentLength > 0 {
		err = s.Intake.Fits(r.ContentLength)
	}
	if err == nil {
		_, err = s.Intake.Append(r.who(), begun.ID, 0, from)
	}
	if err == nil {
		var x intake.Sent
		if x, err = s.Intake.Finish(r.who(), begun.ID); err == nil {
			err = s.look(r, x)
		}
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.Join(err, s.Intake.Cut(r.who(), begun.ID)) // nobody hears this; the list says what to do
	}
	if err != nil {
		return s.refuseSent(w, r, name, begun.ID, err)
	}
	return see(w, r, addPath+"/"+begun.ID)
}

// refuseSent says why a file was not taken, and leaves nothing of it.
func (s *Server) refuseSent(w http.ResponseWriter, r *request, name, id string, why error) error {
	if id != "" {
		if err := s.Intake.Remove(r.who(), id); err != nil && !errors.Is(err, fs.ErrNotExist) {
			s.Log.Warn("what came of a file stays", "err", err)
		}
	}
	_, _ = io.CopyN(io.Discard, r.Body, maxDrained) // so that the browser reads the answer; what follows is cut
	problem, code := sendProblem(why)
	if problem == "" {
		return why
	}
	if name == "" {
		problem = "name"
	}
	return s.renderAdding(w, r, view.Adding{Problem: problem, About: name}, code)
}

// maxDrained is how much of a refused file is read to its end.
const maxDrained = 64 << 20

// sendProblem is the message "add.problem.KEY" and the status of an error; "" for one that is ours.
func sendProblem(err error) (key string, code int) {
	tooBig := new(http.MaxBytesError)
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return "full", http.StatusInsufficientStorage
	case errors.Is(err, intake.ErrLarge), errors.As(err, &tooBig):
		return "large", http.StatusRequestEntityTooLarge
	case errors.Is(err, intake.ErrFull), errors.Is(err, queue.ErrFull):
		return "many", http.StatusConflict
	case errors.Is(err, errPhoto):
		return "photo", http.StatusUnprocessableEntity
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, fs.ErrInvalid):
		return "cut", http.StatusBadRequest
	}
	return "", 0
}

// errPhoto says that a file is a lone picture, which is no course.
var errPhoto = fmt.Errorf("web: a photo belongs on a page: %w", fs.ErrInvalid)

// isPhoto tells a phone's photo by how it begins: JPEG, PNG, WebP, HEIC.
func isPhoto(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	var head [12]byte
	_, _ = io.ReadFull(f, head[:])
	b := string(head[:])
	return strings.HasPrefix(b, "\xff\xd8\xff") || strings.HasPrefix(b, "\x89PNG") || strings.HasPrefix(b, "RIFF") && b[8:] == "WEBP" ||
		slices.Contains([]string{"ftypheic", "ftypheix", "ftypmif1", "ftypavif"}, b[4:])
}

// look has the queue find out what a file would add, with what its sender said of the one before.
func (s *Server) look(r *request, x intake.Sent) error {
	if isPhoto(s.Intake.File(x)) {
		return errors.Join(errPhoto, s.Intake.Remove(r.who(), x.ID))
	}
	said := s.Intake.Remembered(r.who())
	t, err := s.Node.Ask(queue.Task{Kind: queue.Import, State: queue.Looking, Path: s.Intake.File(x), Title: x.Name, Licence: said.Licence, Owner: said.Owner})
	if err != nil {
		return err
	}
	return s.Intake.Change(r.who(), x.ID, func(x *intake.Sent) {
		x.Task, x.Licence, x.Owner = t.ID, said.Licence, said.Owner
	})
}

// removeSent forgets a file that is not added, and what waits for it.
func (s *Server) removeSent(r *request, x intake.Sent) error {
	if x.Task != "" {
		if err := s.Queue.Cancel(x.Task); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return s.Intake.Remove(r.who(), x.ID)
}

// plainTitle is what letters and digits a title or a file's name has: by that a title made of the name is told.
func plainTitle(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" _-.,()", r) {
			return -1
		}
		return r
	}, strings.ToLower(s))
}
