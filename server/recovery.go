package server

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"lamplight/hardware/disk"
	"lamplight/server/learning"
	"lamplight/sync/device"
)

// Who lost the administrator's password comes back by the recovery sheet, by the box's console (lamplight user reset), or by
// a file on a stick: never by the network alone.

// NewSheet makes a recovery sheet and gives its words, which nothing keeps. It takes the place of any before.
func (s *Server) NewSheet(ctx context.Context) (words string, err error) {
	school := s.Registry.School()
	if school == nil {
		return "", fmt.Errorf("server: a recovery sheet before there is a school: %w", fs.ErrNotExist)
	}
	r := device.NewRecovery()
	sheet := learning.RecoverySheet{Sealed: school.Seal(r), Key: r.SealKey().PublicKey().Bytes()}
	if err := s.Store.SetSheet(ctx, learning.Box(), sheet); err != nil {
		return "", err
	}
	return r.Words(), s.lettersToSheet(ctx)
}

// HasSheet says whether a sheet was ever made.
func (s *Server) HasSheet() bool {
	_, ok, err := s.Store.Sheet()
	return ok && err == nil
}

// MayRecover is nil for the words of the newest sheet and for the code that the box wrote on a stick; fs.ErrPermission for
// others, fs.ErrInvalid for words that no sheet can have.
func (s *Server) MayRecover(typed string) error {
	if s.stickCode.is(typed) {
		return nil
	}
	r, err := device.ParseRecovery(typed)
	if err != nil {
		return err
	}
	sealed, ok, err := s.Store.Sheet()
	if err != nil {
		return err
	}
	if !ok {
		return fmt.Errorf("server: no recovery sheet was made: %w", fs.ErrPermission)
	}
	_, err = sealed.Open(r)
	return err
}

// Recovered ends the stick's code, which works once.
func (s *Server) Recovered() { s.stickCode.end() }

// A stickCode is a code that lies on a stick: whoever reads it had the box in their hands. It is held in memory alone.
type stickCode struct {
	mu    sync.Mutex
	code  string // "" none
	since time.Time
}

const (
	// askFile on a stick asks for a code; the answer is written into it.
	askFile   = "lamplight-recover.txt"
	stickLife = time.Hour
	maxAsk    = 4 << 10 // bytes of a file that asks
	stickLook = 5 * time.Second
)

func (c *stickCode) make() string {
	raw := make([]byte, 10)
	_, _ = rand.Read(raw)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.code, c.since = base32.StdEncoding.EncodeToString(raw), time.Now()
	return c.code
}

func (c *stickCode) is(typed string) bool {
	typed = strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(typed))
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.code != "" && time.Since(c.since) < stickLife && subtle.ConstantTimeCompare([]byte(typed), []byte(c.code)) == 1
}

func (c *stickCode) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.code = ""
}

// watchSticks answers sticks that ask for a way back in, once each time one is plugged in.
func (s *Server) watchSticks(ctx context.Context) error {
	answered := map[string]bool{} // by path, while it is there
	for {
		s.answerSticks(answered)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(stickLook):
		}
	}
}

func (s *Server) answerSticks(answered map[string]bool) {
	all, err := disk.Sticks(mounts)
	if err != nil {
		return
	}
	here := map[string]bool{}
	for _, d := range all {
		here[d.Path] = true
		if d.ReadOnly || answered[d.Path] || strings.HasPrefix(s.dir+"/", d.Path+"/") {
			continue
		}
		answered[d.Path] = true
		if err := s.answerStick(filepath.Join(d.Path, askFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			s.log.Warn("a stick that asks for a way back in", "stick", d.Path, "err", err)
		}
	}
	for path := range answered {
		if !here[path] {
			delete(answered, path)
		}
	}
}

// answerStick writes a code into the file that asks for one: an ordinary file, which no link leads away from the stick.
func (s *Server) answerStick(path string) error {
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() || info.Size() > maxAsk || !s.Claimed() {
		return fmt.Errorf("server: %s is no small file, or this box has no school yet: %w", path, fs.ErrInvalid)
	}
	at := "/recover"
	if all := s.Addresses(); len(all) > 0 {
		at = strings.TrimSuffix(all[0], "/") + at
	}
	code := s.stickCode.make()
	text := fmt.Sprintf("%s\r\n\r\n%s-%s-%s-%s\r\n", at, code[:4], code[4:8], code[8:12], code[12:])
	s.log.Info("wrote a recovery code on a stick", "stick", filepath.Dir(path))
	if err := replaceFile(path, []byte(text)); err != nil {
		return err
	}
	return os.Chmod(path, 0o644) // read on another computer, by another user
}
