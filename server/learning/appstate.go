package learning

import (
	"fmt"
	"io/fs"
	"strings"
	"unicode/utf8"
)

// MaxState is how many bytes an app may keep for one learner.
const MaxState = 64 << 10

// An AppState is what an app keeps for one learner at one resource, in the app's own form: what they typed, drew or
// arranged. It is theirs: nobody else reads it, no teacher and no other app. Of two boxes' the later written stays.
type AppState struct {
	Ref
	Data string // UTF-8, up to MaxState; "" forgets it
}

// Check reports what is wrong with a state, as fs.ErrInvalid.
func (s AppState) Check() error {
	if err := s.check(); err != nil {
		return fmt.Errorf("state: %w", err)
	}
	if len(s.Data) > MaxState || !utf8.ValidString(s.Data) || strings.Contains(s.Data, "\x00") {
		return fmt.Errorf("state of %d bytes: longer than %d, or no text: %w", len(s.Data), MaxState, fs.ErrInvalid)
	}
	return nil
}
