package server

import (
	"context"
	"path/filepath"

	"lamplight/sync/device"
	"lamplight/sync/exchange"
)

// courier pairs by files.
func (s *Server) courier() *exchange.Courier {
	return &exchange.Courier{
		Device: s.Device, Registry: s.Registry, Open: filepath.Join(s.dir, "keys", "invited.cbor"), Adopt: s.adopts(),
	}
}

// InviteByFile makes an invitation for a stick, and the code that goes with it.
func (s *Server) InviteByFile() (file []byte, code string, err error) {
	if s.Device.Name() != s.Name() {
		if err := s.Device.SetName(clip(s.Name(), 64)); err != nil {
			return nil, "", err
		}
	}
	return s.courier().Invite()
}

// AcceptFile takes an invitation or an answer that a stick brought, and settles in the school joined; see exchange.Courier.
func (s *Server) AcceptFile(ctx context.Context, file []byte, code string) (p exchange.Paired, answer []byte, err error) {
	p, answer, err = s.courier().Accept(file, code)
	if err != nil {
		return p, nil, err
	}
	return p, answer, s.settle(ctx)
}

// RecoverFrom makes this box, which has no school, one of the school whose recovery sheet the words are of, by what the box
// at address (HOST:PORT of its exchange) holds: the school's district, or another of its boxes; and brings back what it can.
func (s *Server) RecoverFrom(ctx context.Context, address, words string) (exchange.Summary, error) {
	r, err := device.ParseRecovery(words)
	if err != nil {
		return exchange.Summary{}, err
	}
	if _, err := s.run.network.exchange.Recover(ctx, address, r); err != nil {
		return exchange.Summary{}, err
	}
	if err := s.settle(ctx); err != nil {
		return exchange.Summary{}, err
	}
	return s.run.network.exchange.Meet(ctx, address)
}

// sheets is what this box holds for the holder of a recovery sheet: a district of its schools, a box of its own.
func (s *Server) sheets(locator []byte) []exchange.Sheet {
	if s.Schools != nil {
		return s.Schools.Sheets(locator)
	}
	sealed, ok, err := s.Store.Sheet()
	if err != nil || !ok || len(sealed.Locator) > 0 && string(sealed.Locator) != string(locator) {
		return nil
	}
	letters, err := s.Store.LettersToSheet(s.Registry)
	if err != nil {
		s.log.Warn("the letters beside a recovery sheet", "err", err)
	}
	return []exchange.Sheet{{Sealed: sealed.Marshal(), Letters: letters}}
}
