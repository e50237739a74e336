package learning

import (
	"fmt"
	"io/fs"
)

// A NoticeID names a notice; shaped like a PersonID.
type NoticeID string

// A Notice is something teachers tell a class, or the school tells everybody.
type Notice struct {
	ID        NoticeID
	Class     ClassID // "" the whole school
	Text      string  // 1 to MaxNotice characters, of several lines
	From      string  // "2006-01-02", "" at once
	Until     string  // "2006-01-02" the last day it is shown, "" until it is withdrawn
	Pinned    bool    // stands first
	Withdrawn bool
	By        PersonID
}

// MaxNotice is how long a notice is, in characters; of any script they fit in the bytes of its field.
const (
	MaxNotice      = 600
	maxNoticeBytes = 4 * MaxNotice
)

// Check reports what is wrong with a notice that is to be saved, as fs.ErrInvalid, and trims its text.
func (n *Notice) Check() (err error) {
	if n.Text, err = cleanLines("notice", n.Text, MaxNotice); err != nil {
		return err
	}
	if n.Text == "" {
		return fmt.Errorf("a notice without words: %w", fs.ErrInvalid)
	}
	return checkDates("notice", n.From, n.Until)
}

// ShownOn reports whether people see it on a date; "" is a date nobody knows, on which nothing that was asked to be shown
// is held back.
func (n *Notice) ShownOn(date string) bool {
	return !n.Withdrawn && n.Text != "" && (date == "" || (n.From == "" || n.From <= date) && (n.Until == "" || date <= n.Until))
}
