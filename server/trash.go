package server

import (
	"context"
	"errors"
	"time"

	"lamplight/content"
	"lamplight/server/learning"
)

// RemoveCourse puts a course into the trash and keeps it from coming back by sync. Learners' progress in it stays.
func (s *Server) RemoveCourse(ctx context.Context, id content.CourseID) error {
	if _, err := s.Library.Course(id); err != nil {
		return err
	}
	if err := s.refuse(id); err != nil {
		return err
	}
	now, believed := s.wall.Now()
	if !believed {
		now = time.Time{}
	}
	if err := s.Library.Trash(id, now); err != nil {
		return err
	}
	return s.Store.WithdrawCourse(ctx, learning.Box(), id)
}

// RestoreCourse takes a course out of the trash and offers it to other boxes again; fs.ErrNotExist when it is not there.
func (s *Server) RestoreCourse(ctx context.Context, id content.CourseID) error {
	if _, err := s.Library.Restore(id); err != nil {
		return err
	}
	return s.OfferCourses(ctx)
}

// EmptyTrash deletes courses of the trash for good, all when none is named.
func (s *Server) EmptyTrash(ids ...content.CourseID) error { return s.Library.EmptyTrash(ids...) }

// keepHouse deletes what has been in the trash for long and notes how learners' work grows, on days that are believed.
func (s *Server) keepHouse(ctx context.Context) error {
	for {
		if now, believed := s.wall.Now(); believed {
			if err := errors.Join(s.Library.ExpireTrash(now), s.noteGrowth(now)); err != nil {
				s.log.Warn("keeping house", "err", err)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(time.Hour):
		}
	}
}
