package learning

import (
	"fmt"
	"io/fs"

	"lamplight/content"
)

// A NoteID names a note; shaped like a PersonID.
type NoteID string

// A Note is what a learner wrote down beside a resource. Nobody but its learner reads it, save who helps them.
type Note struct {
	ID       NoteID             `json:"id"`
	Course   content.CourseID   `json:"course,omitempty"`
	Resource content.ResourceID `json:"resource"`
	Place    uint64             `json:"place,omitempty"` // see View.Position
	Text     string             `json:"text"`            // up to MaxNote; "" removes the note
}

// Check reports what is wrong with a note, as fs.ErrInvalid, and trims its text.
func (n *Note) Check() (err error) {
	if err := (Ref{n.Course, n.Resource}).check(); err != nil {
		return fmt.Errorf("note: %w", err)
	}
	if n.Text, err = cleanLines("note", n.Text, MaxNote); err == nil && len(n.Text) > MaxNote {
		err = fmt.Errorf("note of %d bytes, at most %d fit: %w", len(n.Text), MaxNote, fs.ErrInvalid)
	}
	return err
}

// A Bookmark is a resource a learner wants to find again.
type Bookmark struct {
	Ref
	Place uint64 `json:"place,omitempty"` // see View.Position; 0 the resource as such
}

// A WeekGoal is what a learner means to do in a week: so many answers, or so many minutes. Both 0: none set.
type WeekGoal struct {
	Answers int `json:"answers"`
	Minutes int `json:"minutes"`
}

// Check reports what is wrong with a goal, as fs.ErrInvalid.
func (g WeekGoal) Check() error {
	if g.Answers < 0 || g.Answers > 10000 || g.Minutes < 0 || g.Minutes > 7*24*60 || g.Answers > 0 && g.Minutes > 0 {
		return fmt.Errorf("a goal of %d answers, %d minutes a week: %w", g.Answers, g.Minutes, fs.ErrInvalid)
	}
	return nil
}
