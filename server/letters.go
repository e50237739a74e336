package server

import (
	"bytes"
	"context"
	"crypto/ecdh"
	"crypto/ed25519"
	"slices"

	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/sync/device"
)

// Since a box of the school was shut out, the rest share a secret that it does not know. The boxes that it reaches by the
// exchange read it in the roster; all others, and who holds the recovery sheet, find it in letters, which go by every way there is.

// turn draws another secret and writes it to who stays.
func (s *Server) turn(ctx context.Context) error {
	if _, err := s.hear(); err != nil {
		return err
	}
	school := s.Registry.School()
	also, _, err := s.sheetKey()
	if err != nil {
		return err
	}
	since := uint32(0)
	if known := school.Turned(); len(known) > 0 {
		since = known[0].Generation
	}
	err = s.Store.Turn(ctx, learning.Box(), since, func(t device.Turned) ([]device.Letter, error) {
		return school.With([]device.Turned{t}).Letters(s.Registry.Stay(), also)
	})
	if err != nil {
		return err
	}
	_, err = s.hear()
	return err
}

// sheetKey is what is sealed to for who has the school's recovery sheet, nil without one. A sheet that an earlier release made
// opens only what is sealed to the school's own key, which who was shut out knows: old then, and the school is not lost
// for it.
func (s *Server) sheetKey() (key *ecdh.PublicKey, old bool, err error) {
	raw, ok, err := s.Store.SheetKey(s.Registry)
	if err != nil || !ok {
		return nil, false, err
	}
	if len(raw) == 0 {
		return s.Registry.School().SealKey().PublicKey(), true, nil
	}
	key, err = ecdh.X25519().NewPublicKey(raw)
	return key, false, err
}

// hear takes in what the log says of the secrets that the school's boxes share and of who stays; news says that a secret was new.
// Who is vouched for may vouch for the next, so it listens until nobody says more.
func (s *Server) hear() (news bool, err error) {
	school := s.Registry.School()
	if school == nil || school.Overseen() {
		return false, nil
	}
	s.hearing.Lock() // else what was read earlier might be written later
	defer s.hearing.Unlock()
	said := -1
	for range 8 { // longer chains go on with the next change of the log
		turned, letters, err := s.Store.Heard(s.Registry)
		if err != nil || len(turned)+len(letters) == said {
			return news, err
		}
		said = len(turned) + len(letters)
		more, err := s.hearAll(turned, letters)
		news = news || more
		if err != nil {
			return news, err
		}
	}
	return news, nil
}

func (s *Server) hearAll(turned []device.Turned, letters []store.HeardLetter) (news bool, err error) {
	if news, err = s.Registry.HearTurned(turned); err != nil {
		return news, err
	}
	for _, l := range letters {
		school := s.Registry.School()
		if school.Knows(l.Letter) {
			continue
		}
		if turned, err := l.Open(append(school.SealKeys(), s.Device.BoxKey())...); err == nil {
			more, err := s.Registry.HearTurned(turned)
			if err != nil {
				return news, err
			}
			news = news || more
		}
	}
	return news, s.Registry.HearLetters(store.Stays(letters))
}

// turnAgain draws another secret where the one that counts was written to, or by, a box that was shut out: as where two boxes
// shut out one each at the same time. Who shut it out does it, or the first of those who stay, so that few do it at once.
func (s *Server) turnAgain(ctx context.Context) error {
	s.turning.Lock()
	defer s.turning.Unlock()
	school := s.Registry.School()
	if school == nil || school.Overseen() {
		return nil
	}
	_, letters, err := s.Store.Heard(s.Registry)
	if err != nil {
		return err
	}
	mine, err := s.Store.ShutOutBy(s.Registry, s.Device.ID())
	if err != nil {
		return err
	}
	if len(school.Turned()) == 0 { // the power failed, or the card was full, after one was shut out
		for id := range mine {
			if s.Registry.Member(id) {
				return s.turn(ctx)
			}
		}
		return nil
	}
	first := slices.MinFunc(s.Registry.Stay(), func(a, b ed25519.PublicKey) int { return bytes.Compare(a, b) })
	for _, l := range letters {
		if !school.Newest(l.Letter) {
			continue
		}
		for _, id := range append(l.Names(), l.By) {
			if p, known := s.Registry.Peer(id); known && p.Revoked && (mine[id] || first.Equal(s.Device.Public())) {
				return s.turn(ctx)
			}
		}
	}
	return nil
}

// heardMore is hear for who could not open something.
func (s *Server) heardMore() bool {
	news, err := s.hear()
	if err != nil {
		s.log.Warn("what the school's boxes share is not heeded", "err", err)
	}
	return news
}

// vouch writes to those who stay and whom no letter of the newest secret names yet, and to the recovery sheet.
func (s *Server) vouch(ctx context.Context) error {
	school := s.Registry.School()
	if school == nil || school.Overseen() || len(school.Turned()) == 0 {
		return nil
	}
	also, _, err := s.sheetKey()
	if err != nil {
		return err
	}
	if also != nil {
		told, err := s.newestFor(also)
		if err != nil {
			return err
		}
		if told {
			also = nil
		}
	}
	letters, err := school.Letters(s.Registry.Unlettered(), also)
	if err != nil || len(letters) == 0 {
		return err
	}
	if err := s.Store.Letters(ctx, learning.Box(), letters); err != nil {
		return err
	}
	_, err = s.hear()
	return err
}

// newestFor says whether the newest secret was written to a key.
func (s *Server) newestFor(key *ecdh.PublicKey) (bool, error) {
	_, letters, err := s.Store.Heard(s.Registry)
	school := s.Registry.School()
	return slices.ContainsFunc(letters, func(l store.HeardLetter) bool { return school.Newest(l.Letter) && l.For(key) }), err
}

// lettersToSheet writes to a sheet that was just made. Where the newest secret was written to the one before it in a way that
// who was shut out can read, another is drawn.
func (s *Server) lettersToSheet(ctx context.Context) error {
	school := s.Registry.School()
	if len(school.Turned()) == 0 {
		return nil
	}
	open, err := s.newestFor(school.SealKey().PublicKey())
	if err != nil {
		return err
	}
	if open {
		if err := s.turn(ctx); err != nil {
			return err
		}
		s.joinPool()
	}
	return s.vouch(ctx)
}

// SheetIsOld says that a box was shut out and that the recovery sheet, which an earlier release made, would have to open what that
// box can open too: a new sheet should be printed.
func (s *Server) SheetIsOld() bool {
	school := s.Registry.School()
	if school == nil || school.Overseen() || len(school.Turned()) == 0 {
		return false
	}
	_, old, err := s.sheetKey()
	return old && err == nil
}
