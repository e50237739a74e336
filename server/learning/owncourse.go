package learning

import (
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"lamplight/content"
)

// An OwnID names a course that is written on the box, a PartID one of its pages or sets of questions, a SaveID one saving of
// a part; shaped like a PersonID.
type (
	OwnID  string
	PartID string
	SaveID string
)

// To whom an own course is published.
const (
	ForNobody = ""       // a draft: its teachers alone see it
	ForStaff  = "staff"  // it is installed for teachers; learners see what a lesson or quiz sets
	ForSchool = "school" // everybody
)

// Kinds of parts.
const (
	PartPage      = "page"
	PartQuestions = "questions"
)

// Limits of what is written on the box.
const (
	MaxOwnText    = 48 << 10 // bytes of a part
	MaxOwnTitle   = 100      // characters
	MaxOwnParts   = 200      // of a course
	MaxOwnCourses = 100      // of a person
	MaxOwnSaves   = 30       // of a part: then the oldest is written over
)

// An OwnCourse is a course that teachers write on the box. Its parts are found beside it; Order says how they follow.
type OwnCourse struct {
	ID       OwnID
	Title    string // 1 to MaxOwnTitle characters
	Language string // BCP 47
	Licence  string // SPDX, "" not stated
	Author   string // up to MaxName characters
	By       PersonID
	Shared   bool     // all teachers of the school may change it, not only By and administrators
	Gone     bool     // thrown away; can be brought back
	To       string   // ForNobody, ForStaff or ForSchool: what was last asked for
	Order    []PartID // parts that are not named here follow behind
	// Lessons are those that publishing made, one a class, as "CLASS LESSON".
	Lessons []OwnLesson
}

// An OwnLesson is the lesson through which a class has an own course.
type OwnLesson struct {
	Class  ClassID
	Lesson LessonID
}

// Declared is what the course is called in its own course.md: for ever, and on every box.
func (c *OwnCourse) Declared() string { return "own-" + string(c.ID) }

// Course is the course that publishing installs.
func (c *OwnCourse) Course() content.CourseID { return content.NewCourseID("lamplight", c.Declared()) }

// Check reports what is wrong with a course that is to be saved, as fs.ErrInvalid, and trims its texts.
func (c *OwnCourse) Check() (err error) {
	if c.Title, err = CleanText("course title", c.Title, 1, MaxOwnTitle); err != nil {
		return err
	}
	if c.Author, err = CleanText("author", c.Author, 0, MaxName); err != nil {
		return err
	}
	if err := word("language", c.Language, 1, 35); err != nil {
		return err
	}
	if err := word("licence", c.Licence, 0, 40); err != nil {
		return err
	}
	if !slices.Contains([]string{ForNobody, ForStaff, ForSchool}, c.To) || len(c.Order) > MaxOwnParts || len(c.Lessons) > MaxOwnParts {
		return fmt.Errorf("course %q for %.20q with %d parts: %w", c.Title, c.To, len(c.Order), fs.ErrInvalid)
	}
	return nil
}

// Values are the fields as a register holds them.
func (c *OwnCourse) Values() []Value {
	var order, lessons []string
	for _, p := range c.Order {
		order = append(order, string(p))
	}
	for _, l := range c.Lessons {
		lessons = append(lessons, string(l.Class)+" "+string(l.Lesson))
	}
	return []Value{
		{OwnTitle, c.Title},
		{OwnLanguage, c.Language},
		{OwnLicence, c.Licence},
		{OwnAuthor, c.Author},
		{OwnBy, string(c.By)},
		{OwnShared, truth(c.Shared)},
		{OwnGone, truth(c.Gone)},
		{OwnTo, c.To},
		{OwnOrder, strings.Join(order, ",")},
		{OwnLessons, strings.Join(lessons, ",")},
	}
}

// ReadOwnCourse is what a record shows.
func ReadOwnCourse(id OwnID, r *Record) OwnCourse {
	c := OwnCourse{
		ID: id, Title: r.Get(OwnTitle), Language: r.Get(OwnLanguage), Licence: r.Get(OwnLicence), Author: r.Get(OwnAuthor),
		By: PersonID(r.Get(OwnBy)), Shared: r.Get(OwnShared) == "1", Gone: r.Get(OwnGone) == "1", To: r.Get(OwnTo),
	}
	for p := range strings.SplitSeq(r.Get(OwnOrder), ",") {
		if _, ok := rawID(p); ok && len(c.Order) < MaxOwnParts {
			c.Order = append(c.Order, PartID(p))
		}
	}
	for p := range strings.SplitSeq(r.Get(OwnLessons), ",") {
		if class, lesson, ok := strings.Cut(p, " "); ok {
			c.Lessons = append(c.Lessons, OwnLesson{ClassID(class), LessonID(lesson)})
		}
	}
	return c
}

func truth(on bool) string {
	if on {
		return "1"
	}
	return ""
}

// A PartText is what one saving of a part says.
type PartText struct {
	Title string
	Text  string // Markdown of a page; of questions the body of an exercise: see package pack
}

// Pack writes title and text as one field has them, so that two savings are never mixed: the title's line, then the text.
func (t PartText) Pack() string { return t.Title + "\n" + t.Text }

// ReadPartText reads what Pack wrote.
func ReadPartText(s string) PartText {
	title, text, _ := strings.Cut(s, "\n")
	return PartText{title, text}
}

// Check reports what is wrong, as fs.ErrInvalid, trims the title and makes line ends those of the box.
func (t *PartText) Check() (err error) {
	if t.Title, err = CleanText("title", t.Title, 1, MaxOwnTitle); err != nil {
		return err
	}
	t.Text = strings.TrimRight(strings.ReplaceAll(strings.ReplaceAll(t.Text, "\r\n", "\n"), "\r", "\n"), " \t\n")
	if len(t.Text) > MaxOwnText-4*MaxOwnTitle-1 {
		return fmt.Errorf("the text has %d bytes, %d fit: %w", len(t.Text), MaxOwnText-4*MaxOwnTitle-1, fs.ErrInvalid)
	}
	_, err = CleanText("text", strings.NewReplacer("\n", " ", "\t", " ").Replace(t.Text), 0, MaxOwnText)
	return err
}

// An OwnPart is a page or a set of questions of an own course. Its Resource is the same in every edition.
type OwnPart struct {
	ID     PartID
	Course OwnID
	Kind   string // PartPage or PartQuestions
	PartText
	Gone bool
}

// A Saving is one version of a part: what it said, who saved it, when.
type Saving struct {
	ID   SaveID
	Part PartID
	PartText
	By     PersonID
	At     int64 // seconds since 1970 by the box' clock, 0 not known
	Number int   // from 1; two boxes out of touch may give one twice
}

// Values are the fields as a register holds them; they are written once.
func (s *Saving) Values() []Value {
	return []Value{{SavedPart, string(s.Part)}, {SavedText, s.Pack()}, {SavedBy, string(s.By)}, {SavedAt, strconv.FormatInt(s.At, 10)}, {SavedNumber, strconv.Itoa(s.Number)}}
}

// ReadSaving is what a record shows.
func ReadSaving(id SaveID, r *Record) Saving {
	at, _ := strconv.ParseInt(r.Get(SavedAt), 10, 64)
	number, _ := strconv.Atoi(r.Get(SavedNumber))
	return Saving{ID: id, Number: number, Part: PartID(r.Get(SavedPart)), PartText: ReadPartText(r.Get(SavedText)), By: PersonID(r.Get(SavedBy)), At: at}
}
