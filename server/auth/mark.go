package auth

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/zeebo/blake3"

	"lamplight/server/learning"
)

// A mark stands for the secrets a session hangs on: what its person knows (pictures, PIN, password), and of a session
// that a card opened the card as well. When one of them is changed, on whichever box or command line, the mark is another
// and the session ends at its next request here. The zero mark hangs on nothing.
type mark [8]byte

func (k *Keeper) markOf(p learning.PersonID, kind learning.SecretKind) (m mark, err error) {
	if kind == Tapped {
		return m, nil
	}
	kinds := []learning.SecretKind{learning.Picture, learning.PIN, learning.Password}
	if kind == learning.Card {
		kinds = append(kinds, learning.Card)
	}
	h := blake3.New()
	for _, kind := range kinds {
		v, err := k.roster.Secret(p, kind)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return m, fmt.Errorf("auth: %w", err)
		}
		fmt.Fprintf(h, "%d %d %s", kind, len(v), v)
	}
	copy(m[:], h.Sum(nil))
	m[0] |= 1 // never zero
	return m, nil
}

// remark looks whether a session's secrets still are what they were, after the roster was edited; ErrNoSession when they
// are not, and the session is gone.
func (k *Keeper) remark(h tokenHash, s *held, edits uint64) error {
	if s.mark != (mark{}) {
		m, err := k.markOf(s.person, s.kind)
		if err != nil {
			return err
		}
		if m != s.mark {
			k.mu.Lock()
			defer k.mu.Unlock()
			if now := k.open[h]; now == nil || now.mark != s.mark {
				return nil // meanwhile it ended, or was allowed to stay
			}
			delete(k.open, h)
			return errors.Join(ErrNoSession, k.ended(h))
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if now := k.open[h]; now != nil {
		now.edits = edits
	}
	return nil
}
