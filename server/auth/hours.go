package auth

import (
	"errors"
	"fmt"
	"io/fs"

	"lamplight/server/learning"
)

// closedFor is a *ClosedError when p is a learner and the school's hours are over. A clock that is not to be believed
// keeps nobody out, nor do hours that cannot be read.
func (k *Keeper) closedFor(p learning.PersonID) error {
	now, believed := k.wall()
	if !believed {
		return nil
	}
	school, err := k.roster.School()
	if err != nil {
		return nil
	}
	hours, err := learning.ParseHours(school.Hours)
	local := school.Local(now)
	if err != nil || hours.Open(local) {
		return nil
	}
	who, err := k.roster.Who(learning.As(p))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("auth: %w", err)
	}
	if who.Role != learning.Learner {
		return nil
	}
	return &ClosedError{hours.Next(local)}
}
