package server

import (
	"context"
	"time"

	"lamplight/server/learning"
)

// eraseEvery is how often a box looks whether an erasure it was asked for is due; sooner it looks for those that another
// box tells it of.
const eraseEvery = time.Minute

// keepErased carries out erasures that are due here, and clears this box's files of whoever is erased here or elsewhere.
func (s *Server) keepErased(ctx context.Context) error {
	return follower{every: eraseEvery}.follow(ctx, s.Records.Changed, func(ctx context.Context) error {
		if err := s.eraseDue(ctx); err != nil {
			return err
		}
		return s.PurgeErased()
	})
}

func (s *Server) eraseDue(ctx context.Context) error {
	due, err := s.Store.Due(s.DeviceID())
	if err != nil {
		return err
	}
	for _, p := range due {
		if err := s.Store.Erase(ctx, learning.Box(), p); err != nil {
			return err
		}
		s.log.Info("a person is erased, a day after it was asked for")
	}
	return nil
}

// PurgeErased has the files of this box hold nothing of whoever is erased. Where they do not, it costs a look.
func (s *Server) PurgeErased() error {
	mark, err := s.Store.ErasedMark()
	if err != nil || mark == "" || mark == s.Records.Purged() {
		return err
	}
	people, err := s.Store.ErasedPeople()
	if err != nil {
		return err
	}
	for _, p := range people {
		if err := s.Intake.ForgetPerson(p); err != nil {
			return err
		}
	}
	if err := s.pasts.drop(); err != nil { // it may name them
		return err
	}
	began := time.Now()
	gone, err := s.Records.Purge(mark) // last: its mark says that nothing is left to do
	if err != nil {
		return err
	}
	s.Store.Forget()
	s.log.Info("what is erased has left the files", "bodies", gone, "took", time.Since(began))
	return nil
}
