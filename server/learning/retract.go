package learning

import (
	"fmt"
	"io/fs"

	"lamplight/sync/segment"
)

// A Retraction takes back an answer that somebody else entered for a learner: from paper, by mistake. It holds however the
// two meet, and for ever: the attempt's id counts no more.
type Retraction struct {
	Learner PersonID
	ID      AttemptID
	By      PersonID
}

// Draft makes the event of a retraction for a school.
func (x Retraction) Draft(school string) Draft {
	var c columns
	c.id(retLearner, string(x.Learner))
	c.attemptID(retBase, retN, x.ID)
	c.id(retBy, string(x.By))
	return Draft{Scope: Learn.Scope(school), Kind: KindRetract, Fields: c}
}

// ParseRetraction reads a retract/1 event; fs.ErrInvalid when it names no answer of anybody.
func ParseRetraction(e *segment.Event) (x Retraction, err error) {
	n, has := e.Field(retN)
	x = Retraction{textID[PersonID](e.Bytes(retLearner)), joinAttemptID(e.Bytes(retBase), n, has), textID[PersonID](e.Bytes(retBy))}
	if x.Learner == "" || word("attempt id", string(x.ID), 1, 64) != nil {
		return x, fmt.Errorf("%s: no learner or attempt: %w", e.Kind, fs.ErrInvalid)
	}
	return x, nil
}

// NewAttemptBase draws the BASE of attempt ids that one page or one round of entering shares: 13 characters.
func NewAttemptBase() string { return newAttemptBase() }
