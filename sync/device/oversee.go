package device

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"lamplight/sync/internal/atomicfile"
)

// Oversee makes this the registry of a school whose secret this device does not hold: what a district knows of one of
// its schools. School then has an id, a public key and scopes, and can neither enrol nor derive; Own is nil. It is kept
// in school.pub. A registry of another school is fs.ErrExist; overseeing twice changes nothing but the name.
func (r *Registry) Oversee(public ed25519.PublicKey, name string) error {
	if len(public) != ed25519.PublicKeySize || len(name) > maxName {
		return fmt.Errorf("device: overseen school: sizes: %w", fs.ErrInvalid)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if s := r.school; s != nil && (s.key != nil || s.ID() != ID(public)) {
		return fmt.Errorf("device: this registry is of school %s: %w", s.ID(), fs.ErrExist)
	}
	s := &School{Name: name, public: slices.Clone(public)}
	b, err := deterministic.Marshal(overseenFile{Version: 1, Public: s.public, Name: name})
	if err == nil {
		err = atomicfile.Write(r.path("school.pub"), b, 0o600)
	}
	if err != nil {
		return fmt.Errorf("device: overseen school: %w", err)
	}
	r.school = s
	clear(r.owners)
	return nil
}

// Overseen says whether the school's secret is elsewhere.
func (s *School) Overseen() bool { return s.key == nil }

// overseenFile is school.pub.
type overseenFile struct {
	Version uint   `cbor:"1,keyasint"`
	Public  []byte `cbor:"2,keyasint"`
	Name    string `cbor:"3,keyasint,omitempty"`
}

// readOverseen reads school.pub, nil when there is none.
func (r *Registry) readOverseen() (*School, error) {
	b, err := os.ReadFile(r.path("school.pub"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var f overseenFile
	if err == nil {
		err = strict.Unmarshal(b, &f)
	}
	if err != nil || f.Version != 1 || len(f.Public) != ed25519.PublicKeySize {
		return nil, fmt.Errorf("%s: damaged: %w", r.path("school.pub"), errors.Join(fs.ErrInvalid, err))
	}
	return &School{Name: f.Name, public: f.Public}, nil
}
