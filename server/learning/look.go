package learning

import (
	"fmt"
	"io/fs"

	"lamplight/sync/segment"
)

// A Sight is that somebody opened a learner's page: whoever asks who saw what of a child can be told.
type Sight struct {
	Learner, Viewer PersonID
	When            When
}

// Draft makes the event. Both ids must be ids.
func (l Sight) Draft(school string) Draft {
	var c columns
	c.id(lookLearner, string(l.Learner))
	c.id(lookViewer, string(l.Viewer))
	return Draft{Scope: Roster.Scope(school), Kind: KindLook, Fields: c}
}

// ParseLook reads a look/1; fs.ErrInvalid when it does not say whose page or who looked.
func ParseLook(e *segment.Event) (l Sight, err error) {
	for _, f := range e.Fields {
		switch f.Col {
		case lookLearner:
			l.Learner = textID[PersonID](f.Data)
		case lookViewer:
			l.Viewer = textID[PersonID](f.Data)
		}
	}
	if l.Learner == "" || l.Viewer == "" {
		return l, fmt.Errorf("learning: %s without a learner and who looked: %w", e.Kind, fs.ErrInvalid)
	}
	return l, nil
}
