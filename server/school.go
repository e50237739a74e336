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
	"slices"
	"strings"
	"time"

	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/server/web"
	"lamplight/sync/device"
)

// Claimed says whether this box belongs to a school that has an administrator, or is on its way to one: a claim that a
// power cut interrupted is still open, a pairing that one interrupted is not.
func (s *Server) Claimed() bool { return s.claimed.Load() }

// noteClaimed looks again, after what may have changed it.
func (s *Server) noteClaimed() {
	_, err := os.Stat(s.claimPath())
	joined := slices.ContainsFunc(s.Registry.Peers(), func(p device.Peer) bool { return p.Certificate != nil })
	s.claimed.Store(s.schoolID() != "" && (joined || errors.Is(err, fs.ErrNotExist)))
}

// SchoolSecret implements web.Node.
func (s *Server) SchoolSecret(purpose string) []byte {
	if school := s.Registry.School(); school != nil {
		return school.Secret(purpose)
	}
	return nil
}

func (s *Server) claimPath() string { return filepath.Join(s.dir, "keys", "claim") }

// CreateSchool makes this box a school: its key first, then its facts. Doing it again, as after a crash between the two,
// gives the same school.
func (s *Server) CreateSchool(ctx context.Context, name, language string) error {
	if s.Registry.School() == nil {
		school, err := device.NewSchool(clip(name, 64))
		if err != nil {
			return err
		}
		if err := s.Registry.SetSchool(school); err != nil {
			return err
		}
	}
	s.Store.UseSchool(s.schoolID())
	if err := s.Store.CreateSchool(ctx, learning.Box(), learning.SchoolEdit{Name: &name, Language: &language}); err != nil {
		return err
	}
	s.noteClaimed()
	s.joinPool()
	return s.introduce(ctx)
}

// introduce tells the record this device's name, when this run began, and which courses are here: at each start, and
// when the box came into a school.
func (s *Server) introduce(ctx context.Context) error {
	if err := s.tellName(ctx); err != nil {
		return err
	}
	return errors.Join(s.calibrate(ctx), s.OfferCourses(ctx))
}

// tellName tells others this box's name, unless they know it.
func (s *Server) tellName(ctx context.Context) error {
	known, err := s.Store.Devices()
	if err != nil {
		return err
	}
	name, school := s.Name(), s.schoolID()
	if slices.ContainsFunc(known, func(d learning.DeviceName) bool {
		return d.Device == s.Device.ID() && d.Name == name && d.School == school
	}) {
		return nil
	}
	return s.Store.NameDevice(ctx, learning.Box(), s.Device.ID(), name)
}

// ClaimCode is what the first administrator must type: printed by `serve` on the console, kept until the box is
// claimed, "" afterwards. Ten letters and digits are 50 bits, and a wrong one costs a second.
func (s *Server) ClaimCode() (string, error) {
	if s.Claimed() {
		return "", nil
	}
	b, err := os.ReadFile(s.claimPath())
	if err == nil && len(strings.TrimSpace(string(b))) == 10 {
		return strings.TrimSpace(string(b)), nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("server: claim code: %w", err)
	}
	raw := make([]byte, 10)
	rand.Read(raw)
	code := base32.StdEncoding.EncodeToString(raw)[:10]
	return code, replaceFile(s.claimPath(), []byte(code+"\n"))
}

// Claim makes this box a school with its first administrator.
func (s *Server) Claim(ctx context.Context, c web.Claim) (learning.PersonID, error) {
	code, err := s.ClaimCode()
	if err != nil {
		return "", err
	}
	if code == "" {
		return "", fmt.Errorf("server: this box is claimed already: %w", fs.ErrExist)
	}
	typed := strings.ToUpper(strings.ReplaceAll(strings.ReplaceAll(c.Code, "-", ""), " ", ""))
	if subtle.ConstantTimeCompare([]byte(typed), []byte(code)) != 1 {
		select { // a second for each guess; as many at once as there may be connections
		case <-time.After(time.Second):
		case <-ctx.Done():
		}
		return "", fmt.Errorf("server: wrong claim code: %w", fs.ErrPermission)
	}
	s.run.claiming.Lock() // a button tapped twice makes one administrator
	defer s.run.claiming.Unlock()
	if s.Claimed() {
		return "", fmt.Errorf("server: this box is claimed already: %w", fs.ErrExist)
	}
	return s.firstAdministrator(ctx, c)
}

func (s *Server) firstAdministrator(ctx context.Context, c web.Claim) (learning.PersonID, error) {
	verifier, err := s.Auth.Verifier(ctx, learning.Password, c.Password)
	if err != nil {
		return "", err
	}
	if err := s.CreateSchool(ctx, c.School, c.Language); err != nil {
		return "", err
	}
	if c.Country != "" {
		zone, days, first, dates := learning.Usual(c.Country)
		err := s.Store.EditSchool(ctx, learning.Box(), learning.SchoolEdit{Country: &c.Country, Zone: &zone, Days: &days, First: &first, Calendar: &dates})
		if err != nil {
			return "", err
		}
	}
	ids, err := s.Store.AddPeople(ctx, learning.Box(), store.NewPerson{Role: learning.Administrator, Name: c.Name})
	if err != nil {
		return "", err
	}
	err = s.Store.SetSecrets(ctx, learning.Box(), store.NewSecret{Person: ids[0], Kind: learning.Password, Verifier: verifier})
	if err != nil {
		return "", err
	}
	if err := removeIfThere(s.claimPath()); err != nil {
		return "", err
	}
	s.noteClaimed()
	return ids[0], nil
}

// Name is what people call this box.
func (s *Server) Name() string {
	if s.config.Node.Name != "" {
		return s.config.Node.Name
	}
	if n := s.Device.Name(); n != "" {
		return n
	}
	return "Lamplight"
}

// clip cuts a string to n bytes at a letter's end.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("server: %w", err)
	}
	return nil
}
