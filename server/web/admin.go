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
var mendAt = map[string]string{"disk": contentPath, "peers": "/admin/peers", "network": "/admin/peers", "clock": clockPath}

// showAdmin is how the box is.
func (s *Server) showAdmin(w http.ResponseWriter, r *request) error {
	people, err := s.Store.People(r.actor(), store.PeopleFilter{})
	if err != nil {
		return err
	}
	free, total := s.Node.FreeSpace()
	v := view.AdminHome{
		Frame: s.frame(r, "box", nil), Claimed: true, People: len(people), Courses: len(s.Library.Courses()),
		Version: s.Node.Version(), Device: s.Node.DeviceID(), Address: s.Node.Addresses(), DiskUsed: total - free, DiskSize: total,
	}
	if school, err := s.Store.School(); err == nil {
		v.School, v.Hours, v.Take = school.Name, school.Hours != "", school.Take
	}
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

// showPeers is the other boxes, and the way to trust one.
func (s *Server) showPeers(w http.ResponseWriter, r *request) error {
	return s.renderPeers(w, r, view.AdminPeers{}, http.StatusOK)
}

func (s *Server) renderPeers(w http.ResponseWriter, r *request, v view.AdminPeers, status int) error {
	v.Frame, v.Device = s.frame(r, "box", &view.Link{URL: "/admin"}), s.Node.DeviceID()
	if code, left, open := s.Node.Invitation(); open {
		v.Code, v.Minutes = code, int(left.Minutes())+1
	}
	v.Peers, v.Near = peerViews(s.Node.Peers()), peerViews(s.Node.Near())
	return s.render(w, r, status, ui.AdminPeers(v))
}

func peerViews(peers []PeerStatus) []view.Peer {
	var out []view.Peer
	for _, p := range peers {
		out = append(out, view.Peer{
			Device: p.Device, Name: p.Name, State: p.State, OwedIn: p.OwedIn, OwedOut: p.OwedOut, Last: view.When{Time: p.Last},
			Address: p.Address, Why: p.Why,
		})
	}
	return out
}

func (s *Server) changePeers(w http.ResponseWriter, r *request) error {
	f := r.PostForm
	var err error
	switch f.Get("do") {
	case "invite":
		_, _, err = s.Node.Invite(r.Context())
	case "accept":
		return s.acceptPeer(w, r, f.Get("code"), strings.Fields(f.Get("address")))
	case "revoke":
		err = s.Node.Revoke(r.Context(), f.Get("device"))
	default:
		return errNotFound("do=" + f.Get("do"))
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r.Request, "/admin/peers", http.StatusSeeOther)
	return nil
}

func (s *Server) acceptPeer(w http.ResponseWriter, r *request, code string, addresses []string) error {
	device, err := s.Node.Accept(r.Context(), code, addresses)
	v := view.AdminPeers{Accepted: device}
	status := http.StatusOK
	switch {
	case errors.Is(err, fs.ErrPermission), errors.Is(err, fs.ErrInvalid):
		v.Problem, status = "code", http.StatusForbidden
	case errors.Is(err, fs.ErrExist):
		v.Problem, status = "school", http.StatusConflict
	case err != nil:
		s.Log.Info("pairing", "err", err)
		v.Problem, status = "unreachable", http.StatusBadGateway
	}
	return s.renderPeers(w, r, v, status)
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
