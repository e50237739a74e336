package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"lamplight/server/learning"
	"lamplight/ui"
	"lamplight/ui/view"
)

// A Carriage is what the node does with sticks and phones that carry records from box to box.
type Carriage interface {
	Carried() []Carried // newest first
	CarrySticks() []CarryStick
	UseStick(ctx context.Context, path string) error // fs.ErrNotExist when none is there
	ParcelPeers() []PeerStatus
	// TakeParcel makes a parcel for a device, "" all, of at most so many bytes, and has send send it.
	TakeParcel(ctx context.Context, device string, most int64, send func(size int64, write func(io.Writer) error) error) error
	BringParcel(ctx context.Context, path string) (Carried, error)
}

// Carried is what one visit of a stick or phone brought and took: messages "carry.…".
type Carried struct {
	From         string // the stick's name, "" a phone
	At           time.Time
	Sure         bool // of the time
	In, Out      int  // events
	Files, Along int  // files of courses that came; pieces taken along for other schools
	Waiting      int
	Boxes        []string // names of boxes that were there before
	Did, Left    bool     // anything changed; more was to go than fits
	Trouble      string   // "", "full", "read-only", "pulled", "newer", "parcel", "other"
}

// A CarryStick is a disk that is plugged in. Carries: it exchanges by itself.
type CarryStick struct {
	Name, Path string
	Carries    bool
}

const (
	carryPath = "/carry"
	// maxBrought is the largest parcel that a phone may bring.
	maxBrought = 1 << 30
)

// parcelSizes are what may be asked for, in bytes; the first is chosen unless another is.
var parcelSizes = []int64{8_000_000, 64_000_000, 512_000_000}

// showCarry is what sticks and phones carried, and the two doors for a phone.
func (s *Server) showCarry(w http.ResponseWriter, r *request) error {
	return s.renderCarry(w, r, "", http.StatusOK)
}

func (s *Server) renderCarry(w http.ResponseWriter, r *request, problem string, status int) error {
	back := "/teach"
	if r.person.Role == learning.Administrator {
		back = "/admin"
	}
	v := view.Carry{Frame: s.frame(r, "box", &view.Link{URL: back}), Problem: problem, Sizes: parcelSizes}
	for _, p := range s.Node.ParcelPeers() {
		v.For = append(v.For, view.ParcelPeer{Device: p.Device, Name: p.Name})
	}
	for _, d := range s.Node.CarrySticks() {
		v.Sticks = append(v.Sticks, view.CarryStick{Name: d.Name, Path: d.Path, Carries: d.Carries})
	}
	v.Results = carriedViews(s.Node.Carried())
	return s.render(w, r, status, ui.Carry(v))
}

func carriedViews(all []Carried) (out []view.Carried) {
	for _, c := range all {
		out = append(out, view.Carried{
			From: c.From, At: view.When{Time: c.At, Unsure: !c.Sure}, In: c.In, Out: c.Out, Files: c.Files, Waiting: c.Waiting,
			Boxes: c.Boxes, Did: c.Did, Left: c.Left, Trouble: c.Trouble,
		})
	}
	return out
}

// carriedLately is how long the newest visit is shown where teachers and administrators begin.
const carriedLately = 30 * time.Minute

func (s *Server) carriedNow() *view.Carried {
	now, _ := s.Now()
	all := s.Node.Carried()
	if len(all) == 0 || now.Sub(all[0].At).Abs() > carriedLately || !all[0].Did && all[0].Trouble == "" {
		return nil
	}
	return &carriedViews(all[:1])[0]
}

// sendParcel is the download: "/carry/parcel?for=DEVICE&most=BYTES".
func (s *Server) sendParcel(w http.ResponseWriter, r *request) error {
	most := parcelSizes[0]
	if asked, err := strconv.ParseInt(r.URL.Query().Get("most"), 10, 64); err == nil && asked > 0 {
		most = min(asked, parcelSizes[len(parcelSizes)-1])
	}
	to := r.URL.Query().Get("for")
	known := to == ""
	for _, p := range s.Node.ParcelPeers() {
		known = known || p.Device == to
	}
	if !known {
		return errNotFound("for=" + to)
	}
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(6 * time.Hour))
	return s.Node.TakeParcel(r.Context(), to, most, func(size int64, write func(io.Writer) error) error {
		h := w.Header()
		h.Set("Content-Type", "application/octet-stream")
		h.Set("Content-Disposition", `attachment; filename="lamplight-`+s.Node.DeviceID()[:6]+`.parcel"`)
		h.Set("Content-Length", strconv.FormatInt(size, 10))
		h.Set("Cache-Control", "no-store")
		w.WriteHeader(http.StatusOK)
		return write(w)
	})
}

// useStick makes a stick that is plugged in a carrier.
func (s *Server) useStick(w http.ResponseWriter, r *request) error {
	if err := s.Node.UseStick(r.Context(), r.PostForm.Get("stick")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return see(w, r, carryPath)
}

// bringParcel takes one file of a form in parts: token, then file.
func (s *Server) bringParcel(w http.ResponseWriter, r *request) error {
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(6 * time.Hour))
	r.Body = http.MaxBytesReader(w, r.Body, maxBrought+maxStaffForm)
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
			return s.takeParcel(w, r, part)
		}
	}
}

// takeParcel keeps the file while it is read. Of one that was cut, what came is taken.
func (s *Server) takeParcel(w http.ResponseWriter, r *request, from io.Reader) error {
	if r.ContentLength > 0 {
		if err := s.Intake.Fits(r.ContentLength); err != nil {
			return s.renderCarry(w, r, "full", http.StatusInsufficientStorage)
		}
	}
	dir, err := os.MkdirTemp(s.UploadDir, "parcel-")
	if err != nil {
		return fmt.Errorf("web: a parcel: %w", err)
	}
	defer os.RemoveAll(dir)
	at := filepath.Join(dir, "parcel")
	f, err := os.Create(at)
	if err != nil {
		return fmt.Errorf("web: a parcel: %w", err)
	}
	_, err = io.Copy(f, from)
	if err = errors.Join(err, f.Close()); err != nil {
		s.Log.Info("a parcel was cut; what came of it is taken", "err", err)
	}
	if _, err := s.Node.BringParcel(context.WithoutCancel(r.Context()), at); err != nil {
		return err
	}
	return see(w, r, carryPath)
}
