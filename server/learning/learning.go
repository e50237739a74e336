// Package learning says who learns, what they did and what it adds up to: Person, Class, Enrolment, Attempt, Mastery, Progress, Practice, their events, and the pure rules that fold them.
//
// It touches no disk and no network. Everything that happens is an event (kinds.go is the table of them); a Draft is
// an event not yet written, and a function parsing an event never trusts it: it may come from any box and any release.
package learning

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io/fs"
)

// A PersonID names one person for ever: 32 lower-case hex digits, random, so that it says nothing about the person.
// "" is nobody.
type PersonID string

// A ClassID names a class; shaped like a PersonID.
type ClassID string

// An id is any of the 128-bit ids of this package.
type id interface {
	PersonID | ClassID | LessonID | QuizID | AssignmentID | NoteID | NoticeID | OwnID | PartID | SaveID | PeriodID | StepID | PushID
}

// NewID draws a fresh random id.
func NewID[T id]() T {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	return T(hex.EncodeToString(b[:]))
}

// ParseID reads an id from outside, such as a path. Anything but 32 lower-case hex digits is fs.ErrNotExist, since no
// such thing can be found.
func ParseID[T id](s string) (T, error) {
	if _, ok := rawID(s); !ok {
		return "", fmt.Errorf("id %.40q is not 32 hex digits: %w", s, fs.ErrNotExist)
	}
	return T(s), nil
}

// Raw is the id's 16 bytes as events and keys carry them; false when s is not such an id.
func Raw[T ~string](s T) ([16]byte, bool) { return rawID(string(s)) }

func rawID(s string) (out [16]byte, ok bool) {
	if len(s) != 32 {
		return out, false
	}
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return out, false
		}
	}
	_, err := hex.Decode(out[:], []byte(s))
	return out, err == nil
}

// textID is the text of a raw id, "" when b is not 16 bytes long.
func textID[T ~string](b []byte) T {
	if len(b) != 16 {
		return ""
	}
	return T(hex.EncodeToString(b))
}
