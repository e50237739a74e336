package learning

import (
	"fmt"
	"io/fs"
	"slices"
)

// An Accommodation is what a learner needs to work as others do: set by a teacher of theirs, honoured in exercises,
// quizzes and print. It never lowers what counts as right.
type Accommodation struct {
	ExtraTime    int  `json:"extraTime"` // percent: one of ExtraTimes
	ReadAloud    bool `json:"readAloud"`
	LargeText    bool `json:"largeText"`
	HighContrast bool `json:"highContrast"`
	FewerItems   bool `json:"fewerItems"` // a shorter set on one page
	Captions     bool `json:"captions"`
	SignFirst    bool `json:"signFirst"` // sign language before sound
}

// ExtraTimes are the lengthenings there are, in percent.
var ExtraTimes = []int{0, 25, 50, 100}

// Check reports what is wrong with an accommodation, as fs.ErrInvalid.
func (a Accommodation) Check() error {
	if !slices.Contains(ExtraTimes, a.ExtraTime) {
		return fmt.Errorf("extra time of %d percent is none of %v: %w", a.ExtraTime, ExtraTimes, fs.ErrInvalid)
	}
	return nil
}

// Minutes is how long a quiz of so many minutes is for this learner, rounded up; 0 stays 0.
func (a Accommodation) Minutes(quiz int) int { return (quiz*(100+a.ExtraTime) + 99) / 100 }
