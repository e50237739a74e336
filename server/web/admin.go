package web

import (
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"lamplight/server/queue"
	"lamplight/server/store"
	"lamplight/ui"
	"lamplight/ui/view"
)

// mendAt is where a condition is mended.
var mendAt = map[string]string{"disk": contentPath, "peers": boxesPath, "network": boxesPath, "clock": clockPath}

// showAdmin is how the box is.
func (s *Server) showAdmin(w http.ResponseWriter, r *request) error {
	people, err := s.Store.People(r.actor(), store.PeopleFilter{})
	if err != nil {
		return err
	}
	free, total := s.Node.FreeSpace()
	v := view.AdminHome{
		Frame: s.frame(r, "box", nil), Carried: s.carriedNow(), Claimed: true, People: len(people), Courses: len(s.Library.Courses()),
		Version: s.Node.Version(), Device: s.Node.DeviceID(), Address: s.Node.Addresses(), DiskUsed: total - free, DiskSize: total,
	}
	if school, err := s.Store.School(); err == nil {
		v.School, v.Hours, v.Take = school.Name, school.Hours != "", school.Take
	}
	v.Backup = s.backupState()
	for _, p := range s.Node.Peers() {
		v.Peers++
		v.Owed += p.OwedOut
	}
	for _, h := range s.Node.Health() {
		line := view.Health{Key: h.Key, State: h.State, Bytes: h.Bytes, Name: h.Name}
		if h.State != "good" {
			line.URL = mendAt[h.Key]
		}
		v.Health = append(v.Health, line)
	}
	return s.render(w, r, http.StatusOK, ui.AdminHome(v))
}

// maxUpload is the largest file a browser may send; larger ones come by stick.
const maxUpload = 4 << 30

// upload takes one file from the phone's own picker, writes it beside the data and imports it like any other.
func (s *Server) upload(w http.ResponseWriter, r *request) error {
	http.NewResponseController(w).SetReadDeadline(time.Now().Add(6 * time.Hour))
	r.Body = http.MaxBytesReader(w, r.Body, maxUpload)
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
			return s.takeUpload(w, r, part.FileName(), part)
		}
	}
}

func (s *Server) takeUpload(w http.ResponseWriter, r *request, name string, from io.Reader) error {
	name = filepath.Base(filepath.Clean("/" + strings.ReplaceAll(name, "\\", "/")))
	if name == "/" || name == "." || len(name) > 200 {
		return s.renderContent(w, r, view.AdminContent{Problem: "path"}, http.StatusBadRequest)
	}
	dir, err := os.MkdirTemp(s.UploadDir, "upload-*")
	if err != nil {
		return err
	}
	path := filepath.Join(dir, name)
	if err := s.writeUpload(path, from); err != nil {
		if err = errors.Join(err, os.RemoveAll(dir)); errors.Is(err, syscall.ENOSPC) {
			return s.renderContent(w, r, view.AdminContent{Problem: "full"}, http.StatusInsufficientStorage)
		}
		return err
	}
	if _, err := s.Node.Ask(queue.Task{Kind: queue.Import, Path: path}); err != nil {
		return errors.Join(err, os.RemoveAll(dir))
	}
	http.Redirect(w, r.Request, contentPath, http.StatusSeeOther)
	return nil
}

// writeUpload writes what comes, and leaves learners' work its room. It is on the card when it returns: the queue counts on it.
func (s *Server) writeUpload(path string, from io.Reader) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	for err == nil {
		if err = s.Library.MakeRoom(uploadPiece); err == nil {
			_, err = io.CopyN(f, from, uploadPiece)
		}
	}
	if errors.Is(err, io.EOF) {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// uploadPiece is how many bytes come between two looks at the card.
const uploadPiece = 8 << 20
