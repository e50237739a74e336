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
	"time"

	"lamplight/content/library"
	"lamplight/hardware/disk"
	"lamplight/server/queue"
	"lamplight/server/web"
)

// A place is a folder on another disk where courses may lie, as the file "places.json" in the data folder has it. Its id is
// that of library.MakePlace; Path is where it was last found, Below its folder on its disk: by both it is looked for, and
// taken for itself only where its id is found.
type place struct {
	ID    string `json:"id"`
	Path  string `json:"path"`
	Below string `json:"below"`
}

// placeFile is read and replaced under one lock.
var placeFile sync.Mutex

func (s *Server) readPlaces() (out []place, err error) {
	b, err := os.ReadFile(filepath.Join(s.dir, "places.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil {
		err = json.Unmarshal(b, &out)
	}
	if err != nil {
		return nil, fmt.Errorf("server: places.json: %w", err)
	}
	return out, nil
}

func (s *Server) savePlaces(all []place) error {
	b, err := json.Marshal(all)
	if err != nil {
		return err
	}
	return replaceFile(filepath.Join(s.dir, "places.json"), append(b, '\n'))
}

// disksEvery is how often it is looked whether disks came or went.
const disksEvery = 10 * time.Second

// keepPlaces tells the library which places are there, until ctx ends.
func (s *Server) keepPlaces(ctx context.Context) error {
	for {
		s.findPlaces()
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(disksEvery):
		}
	}
}

// openPlaces makes places of the folders that config.toml names, and finds those that are there.
func (s *Server) openPlaces() {
	for _, folder := range s.config.Content.Places {
		if err := s.AddPlace(folder); err != nil && !errors.Is(err, fs.ErrExist) {
			s.log.Warn("a place of content.places cannot be used", "folder", folder, "err", err)
		}
	}
	s.findPlaces()
}

// findPlaces looks for every place where it was and on what is plugged in, and tells the library.
func (s *Server) findPlaces() {
	placeFile.Lock()
	defer placeFile.Unlock()
	all, err := s.readPlaces()
	if err != nil {
		s.log.Error("places of courses", "err", err)
		return
	}
	now, moved := map[string]string{}, false
	var sticks []disk.Stick
	for i, p := range all {
		if library.HasPlace(p.Path, p.ID) {
			now[p.ID] = p.Path
			continue
		}
		if sticks == nil {
			sticks, _ = disk.Sticks(mounts) // none known: it is not there
		}
		for _, d := range sticks {
			if at := filepath.Join(d.Path, p.Below); library.HasPlace(at, p.ID) {
				now[p.ID], all[i].Path, moved = at, at, true
			}
		}
	}
	if moved {
		if err := s.savePlaces(all); err != nil {
			s.log.Warn("places of courses", "err", err)
		}
	}
	s.Library.SetPlaces(now)
}

// Places are the places for courses besides the box's own folder, with how full they are.
func (s *Server) Places() (out []web.Place) {
	s.findPlaces()
	all, err := s.readPlaces()
	if err != nil {
		s.log.Error("places of courses", "err", err)
	}
	for _, p := range all {
		x := web.Place{ID: p.ID, Path: p.Path, Name: filepath.Base(p.Path), There: library.HasPlace(p.Path, p.ID), Courses: s.Library.InPlace(p.ID)}
		if space, err := disk.Of(p.Path); err == nil && x.There {
			x.Free, x.Total = space.Free, space.Total
		}
		out = append(out, x)
	}
	return out
}

// AddPlace has courses lie in a folder. fs.ErrInvalid for one within the data folder or another place, fs.ErrExist for one
// that is a place already.
func (s *Server) AddPlace(folder string) error {
	folder = filepath.Clean(folder)
	fi, err := os.Stat(folder)
	if err != nil || !fi.IsDir() || !filepath.IsAbs(folder) {
		return fmt.Errorf("server: %s is no folder: %w", folder, errors.Join(err, fs.ErrNotExist))
	}
	if real, err := filepath.EvalSymlinks(folder); err == nil {
		folder = real
	}
	own, err := filepath.EvalSymlinks(s.dir)
	if err != nil || within(folder, own) {
		return fmt.Errorf("server: %s lies within the box's own folder: %w", folder, fs.ErrInvalid)
	}
	placeFile.Lock()
	err = s.addPlace(folder)
	placeFile.Unlock()
	if err == nil {
		s.findPlaces()
	}
	return err
}

// addPlace needs placeFile.
func (s *Server) addPlace(folder string) error {
	all, err := s.readPlaces()
	if err != nil {
		return err
	}
	for _, p := range all {
		switch {
		case p.Path == folder:
			return fmt.Errorf("server: %s is a place already: %w", folder, fs.ErrExist)
		case within(folder, p.Path), within(p.Path, folder):
			return fmt.Errorf("server: %s and %s lie within one another: %w", folder, p.Path, fs.ErrInvalid)
		}
	}
	id, err := library.MakePlace(folder)
	if err != nil {
		return err
	}
	return s.savePlaces(append(all, place{ID: id, Path: folder, Below: belowMount(folder)}))
}

// belowMount is the folder's path on its own disk, as far as sticks are known; "." for all of one.
func belowMount(folder string) string {
	sticks, _ := disk.Sticks(mounts) // none known
	for _, d := range sticks {
		if within(folder, d.Path) {
			below, err := filepath.Rel(d.Path, folder)
			if err == nil {
				return below
			}
		}
	}
	return "."
}

func within(path, folder string) bool {
	return strings.HasPrefix(path+string(filepath.Separator), folder+string(filepath.Separator))
}

// ForgetPlace uses a place no more; fs.ErrExist while courses lie in it.
func (s *Server) ForgetPlace(id string) error {
	if n := s.Library.InPlace(id); n > 0 {
		return fmt.Errorf("server: %d courses lie there: %w", n, fs.ErrExist)
	}
	placeFile.Lock()
	defer placeFile.Unlock()
	all, err := s.readPlaces()
	if err != nil {
		return err
	}
	for i, p := range all {
		if p.ID == id {
			_ = os.RemoveAll(filepath.Join(p.Path, "lamplight-courses", id)) // empty, or not there
			return s.savePlaces(append(all[:i:i], all[i+1:]...))
		}
	}
	return fmt.Errorf("server: no place is called %.40q: %w", id, fs.ErrNotExist)
}

// move takes a course to another place.
func (c curator) move(ctx context.Context, t queue.Task, progress func(done, total int64, what string)) (queue.Result, error) {
	c.s.findPlaces()
	if err := c.s.Library.MoveTo(ctx, t.Course, t.To, progress); err != nil {
		return queue.Result{}, err
	}
	return queue.Result{Courses: []string{t.Title}}, nil
}
