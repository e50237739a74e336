package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"lamplight/hardware/disk"
	"lamplight/server/web"
)

// backups is the copy that is being saved to a stick, and how the last one went.
type backups struct {
	ask chan backupAsked // capacity 1

	mu    sync.Mutex
	state web.BackupState
	sizes [2]int64 // of a copy, with courses and without, as of sized
	sized time.Time
}

type backupAsked struct {
	stick disk.Stick
	small bool
}

func newBackups() *backups { return &backups{ask: make(chan backupAsked, 1)} }

// sizesStay is how long what a copy takes is not counted anew: a look at every file.
const sizesStay = time.Minute

// BackupSizes is about how many bytes a copy takes, with courses and without.
func (s *Server) BackupSizes() (all, small int64) {
	b := s.run.backups
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.sized.IsZero() || time.Since(b.sized) > sizesStay {
		for i, records := range []bool{false, true} {
			_, size, err := s.backupFiles(records)
			if err != nil {
				s.log.Warn("counting what a backup takes", "err", err)
			}
			b.sizes[i] = size + size/1000 + backupSlack
		}
		b.sized = time.Now()
	}
	return b.sizes[0], b.sizes[1]
}

// SpareCopies is how it stands with spare copies.
func (s *Server) SpareCopies() web.BackupState {
	b := s.run.backups
	b.mu.Lock()
	defer b.mu.Unlock()
	state := b.state
	if state.Last == nil {
		state.Last = s.lastBackup()
		b.state.Last = state.Last
	}
	return state
}

func (s *Server) lastBackupPath() string { return filepath.Join(s.dir, "run", "backup") }

// lastBackup is the last copy that became whole; nil when there is none, or it is not known any more.
func (s *Server) lastBackup() *web.BackupLast {
	raw, err := os.ReadFile(s.lastBackupPath())
	l := &web.BackupLast{}
	if err != nil || json.Unmarshal(raw, l) != nil {
		return nil
	}
	return l
}

// BackupTo has a copy saved to a stick.
func (s *Server) BackupTo(path string, small bool) error {
	d, err := s.carrier(path)
	if err != nil {
		return err
	}
	b := s.run.backups
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.state.Running != "" {
		return fmt.Errorf("server: a backup is being saved to %s: %w", b.state.Running, fs.ErrExist)
	}
	b.state.Running, b.state.Problem, b.state.Done, b.state.Total = d.Name, "", 0, 0
	b.ask <- backupAsked{d, small} // one at a time, so there is room
	return nil
}

// keepBackups saves the copies that are asked for, one after the other.
func (s *Server) keepBackups(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case a := <-s.run.backups.ask:
			s.saveToStick(ctx, a)
		}
	}
}

func (s *Server) saveToStick(ctx context.Context, a backupAsked) {
	b := s.run.backups
	made, err := s.Backup(ctx, BackupOrder{Path: s.copyName(a.stick.Path), Records: a.small}, func(done, total int64) {
		b.mu.Lock()
		b.state.Done, b.state.Total = done, total
		b.mu.Unlock()
	})
	var last *web.BackupLast
	if err == nil {
		now, _ := s.wall.Now()
		last = &web.BackupLast{Where: a.stick.Name, File: filepath.Base(made.Path), Bytes: made.Bytes, At: now.Unix()}
		var raw []byte
		if raw, err = json.Marshal(last); err == nil {
			err = replaceFile(s.lastBackupPath(), raw)
		}
	}
	if err != nil {
		s.log.Error("saving a spare copy", "stick", a.stick.Path, "err", err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.state.Running, b.state.Problem, b.state.Where = "", copyProblem(err), a.stick.Name
	if last != nil {
		b.state.Last = last
	}
}

// copyProblem is the page's word for why a copy failed.
func copyProblem(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, syscall.ENOSPC):
		return "full"
	case errors.Is(err, syscall.EFBIG):
		return "large"
	}
	return "other"
}

// copyName is a name on a stick that is free and that every filesystem takes.
func (s *Server) copyName(dir string) string {
	plain := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(s.Name()))
	now, _ := s.wall.Now()
	name := filepath.Join(dir, "lamplight-"+clip(plain, 24)+"-"+now.Format(time.DateOnly))
	for n := 1; ; n++ {
		path := name + ".age"
		if n > 1 {
			path = fmt.Sprintf("%s-%d.age", name, n)
		}
		if _, err := os.Lstat(path); err != nil {
			return path
		}
	}
}
