package web

import (
	"errors"
	"io/fs"
	"net/http"
	"time"

	"lamplight/ui"
	"lamplight/ui/view"
)

const backupPath = "/admin/backup"

// Backups is what pages ask of the box about spare copies.
type Backups interface {
	// BackupSizes is about how many bytes a copy takes, with courses and without.
	BackupSizes() (all, small int64)
	// BackupTo has a copy saved to a stick, by its path, after this returned; fs.ErrExist while one is being saved,
	// fs.ErrNotExist when there is no such stick.
	BackupTo(stick string, small bool) error
	SpareCopies() BackupState
}

// A BackupState is how it stands with spare copies.
type BackupState struct {
	Running     string // the stick's name, "" none
	Done, Total int64  // bytes of Running
	Problem     string // of the last try: message "backup.problem.KEY"; "" it worked
	Where       string // of Problem
	Last        *BackupLast
}

// A BackupLast is the last copy that became whole.
type BackupLast struct {
	Where string `json:"where"`
	File  string `json:"file"`
	Bytes int64  `json:"bytes"`
	At    int64  `json:"at"` // Unix seconds
}

// backupLook is how many seconds a page waits before it looks again how far a copy is.
const backupLook = "3"

func (s *Server) showBackup(w http.ResponseWriter, r *request) error {
	state := s.Node.SpareCopies()
	v := view.Backup{
		Frame: s.frame(r, "box", &view.Link{URL: "/admin"}), Sheet: s.Node.HasSheet(), Running: state.Running, Problem: state.Problem, Where: state.Where,
		Still: r.URL.Query().Has("still"),
	}
	if state.Total > 0 {
		v.Percent = int(min(100, state.Done*100/state.Total))
	}
	if l := state.Last; l != nil {
		v.Done = &view.BackupDone{Where: l.Where, File: l.File, Bytes: l.Bytes, At: view.When{Time: time.Unix(l.At, 0)}}
	}
	if v.Running != "" && !v.Still {
		w.Header().Set("Refresh", backupLook)
	}
	if v.Sheet && v.Running == "" {
		all, small := s.Node.BackupSizes()
		for _, d := range s.Node.Sticks() {
			v.Sticks = append(v.Sticks, view.BackupStick{Name: d.Name, Path: d.Path, Free: d.Free, Need: all, Small: small})
		}
	}
	return s.render(w, r, http.StatusOK, ui.Backup(v))
}

func (s *Server) beginBackup(w http.ResponseWriter, r *request) error {
	err := s.Node.BackupTo(r.PostForm.Get("stick"), r.PostForm.Get("small") != "")
	if err != nil && !errors.Is(err, fs.ErrExist) && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	http.Redirect(w, r.Request, backupPath, http.StatusSeeOther)
	return nil
}

// copyOld is after how long a spare copy is called old.
const copyOld = 30 * 24 * time.Hour

// backupState is how good the spare copy is: "good", "careful" when it is old, "" for none.
func (s *Server) backupState() string {
	last := s.Node.SpareCopies().Last
	if last == nil {
		return ""
	}
	if now, _ := s.Now(); now.Sub(time.Unix(last.At, 0)) > copyOld {
		return "careful"
	}
	return "good"
}
