package learning

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"unicode"
	"unicode/utf8"

	"lamplight/content"
)

// Limits of what people type, in characters, and of what programs say, in bytes.
const (
	MaxName     = 80
	MaxLogin    = 40
	MaxGiven    = 200
	MaxRating   = 4000
	maxItem     = 128
	maxResource = 1024
)

// CleanText trims a typed text and checks it: valid UTF-8, no control characters, least to most characters.
func CleanText(what, s string, least, most int) (string, error) {
	s = strings.TrimSpace(s)
	if !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) {
		return "", fmt.Errorf("%s holds characters that cannot be shown: %w", what, fs.ErrInvalid)
	}
	if n := utf8.RuneCountInString(s); n < least || n > most {
		return "", fmt.Errorf("%s has %d characters, not %d to %d: %w", what, n, least, most, fs.ErrInvalid)
	}
	return s, nil
}

// cleanLines is CleanText for text of several lines, which may be empty.
func cleanLines(what, s string, most int) (string, error) {
	s = strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n"))
	if _, err := CleanText(what, strings.NewReplacer("\n", " ", "\t", " ").Replace(s), 0, most); err != nil {
		return "", err
	}
	return s, nil
}

// CleanLogin checks a login name: as CleanText, and without spaces.
func CleanLogin(s string) (string, error) {
	s, err := CleanText("login", s, 0, MaxLogin)
	if err == nil && strings.ContainsFunc(s, unicode.IsSpace) {
		return "", fmt.Errorf("login holds a space: %w", fs.ErrInvalid)
	}
	return s, err
}

// word checks what a program says: printable ASCII, least to most bytes.
func word(what, s string, least, most int) error {
	if len(s) < least || len(s) > most {
		return fmt.Errorf("%s has %d bytes, not %d to %d: %w", what, len(s), least, most, fs.ErrInvalid)
	}
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return fmt.Errorf("%s holds byte %#02x: %w", what, s[i], fs.ErrInvalid)
		}
	}
	return nil
}

func checkResource(r content.ResourceID) error {
	s := string(r)
	if len(s) == 0 || len(s) > maxResource || !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) {
		return fmt.Errorf("resource id %.40q: %w", s, fs.ErrInvalid)
	}
	return nil
}

func checkCourse(c content.CourseID) error {
	if _, ok := Raw(c); c != "" && !ok {
		return fmt.Errorf("course id %.40q: %w", string(c), fs.ErrInvalid)
	}
	return nil
}

// MaxTenths is the longest time one answer or one look is said to take: a day. More is a clock that ran on.
const MaxTenths = 24 * 3600 * 10

// Check reports what is wrong with an attempt that is to be recorded, as fs.ErrInvalid.
func (a *Attempt) Check() error {
	if err := word("attempt id", string(a.ID), 1, 64); err != nil {
		return fmt.Errorf("attempt: %w", err)
	}
	if err := checkResource(a.Resource); err != nil {
		return fmt.Errorf("attempt %s: %w", a.ID, err)
	}
	if err := checkCourse(a.Course); err != nil {
		return fmt.Errorf("attempt %s: %w", a.ID, err)
	}
	if _, err := CleanText("item id", string(a.Item), 1, maxItem); err != nil {
		return fmt.Errorf("attempt %s: %w", a.ID, err)
	}
	if a.Error != "" {
		if err := word("error code", a.Error, 1, 64); err != nil {
			return fmt.Errorf("attempt %s: %w", a.ID, err)
		}
	}
	if a.Score < 0 || a.Score > content.FullScore {
		return fmt.Errorf("attempt %s: score %d outside 0–10000: %w", a.ID, a.Score, fs.ErrInvalid)
	}
	if len(a.Given) > MaxGiven || !utf8.ValidString(a.Given) {
		return fmt.Errorf("attempt %s: response of %d bytes is too long or no UTF-8: %w", a.ID, len(a.Given), fs.ErrInvalid)
	}
	if a.Hints < 0 || a.Hints > 100 || a.Tenths > MaxTenths {
		return fmt.Errorf("attempt %s: hints %d or time %d out of range: %w", a.ID, a.Hints, a.Tenths, fs.ErrInvalid)
	}
	if a.Rating < 0 || a.Rating > MaxRating || len(a.Skill) > 64 {
		return fmt.Errorf("attempt %s: rating %d or skill %.70q out of range: %w", a.ID, a.Rating, a.Skill, fs.ErrInvalid)
	}
	if _, err := CleanText("skill", a.Skill, 0, 64); err != nil {
		return fmt.Errorf("attempt %s: %w", a.ID, err)
	}
	return a.checkGoal()
}

// checkGoal checks what an answer counts towards: its exercise's criterion, or a try at its quiz.
func (a *Attempt) checkGoal() error {
	if a.Quiz != QuizOf(a.Resource) {
		return fmt.Errorf("attempt %s: of quiz %.40q, kept under %.50q: %w", a.ID, string(a.Quiz), string(a.Resource), fs.ErrInvalid)
	}
	if a.Quiz == "" {
		if _, _, err := Goal(a.Criterion); err != nil || a.Try != 0 {
			return errors.Join(fmt.Errorf("attempt %s: try %d outside a quiz, or no goal: %w", a.ID, a.Try, fs.ErrInvalid), err)
		}
		return nil
	}
	if a.Try < 1 || a.Try > MaxTries || len(a.Item) > 16 {
		return fmt.Errorf("attempt %s: try %d or question %.20q of a quiz: %w", a.ID, a.Try, string(a.Item), fs.ErrInvalid)
	}
	return nil
}

// Check reports what is wrong with a view that is to be recorded, as fs.ErrInvalid.
func (v *View) Check() error {
	if err := checkResource(v.Resource); err != nil {
		return fmt.Errorf("view: %w", err)
	}
	if err := checkCourse(v.Course); err != nil {
		return fmt.Errorf("view: %w", err)
	}
	if v.Action < Opened || v.Action > Finished || v.Percent < 0 || v.Percent > 10000 || v.Tenths > MaxTenths || v.Score < 0 || v.Score > content.FullScore {
		return fmt.Errorf("view of %.40q: action %d, percent %d or time %d out of range: %w", string(v.Resource), v.Action, v.Percent, v.Tenths, fs.ErrInvalid)
	}
	return nil
}
