package learning

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"
	"unicode/utf8"

	"lamplight/content/arrange"
	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

// A Subject is what a register kind is about: one person, one class, one place of a person in a class, one note of a
// person, what one app keeps for a person, or (both zero) the school itself.
type Subject struct{ ID, Second [16]byte }

// A Field numbers one value of a subject; each kind has its own.
type Field uint8

// Fields of the register kinds; those of secret/1 are SecretKinds. Lists are as lists.go writes them, ids hex, truths "1",
// numbers decimal.
const (
	PersonRole     Field = 1
	PersonName     Field = 2
	PersonLogin    Field = 3
	PersonNumber   Field = 4
	PersonTile     Field = 5
	PersonArchived Field = 6
	PersonBirth    Field = 7
	PersonGender   Field = 8
	PersonAlias    Field = 9

	ClassName     Field = 1
	ClassLevel    Field = 2
	ClassArchived Field = 3
	ClassParent   Field = 4
	ClassShift    Field = 5

	EnrolRole Field = 1
	EnrolCard Field = 2

	SetLanguage Field = 1
	SetTheme    Field = 2
	SetTextSize Field = 3
	SetFont     Field = 4
	SetSpacing  Field = 5
	SetMotion   Field = 6
	SetData     Field = 7
	SetContent  Field = 8
	SetDigits   Field = 9
	SetAloud    Field = 10

	SchoolName     Field = 1
	SchoolLanguage Field = 2
	SchoolZone     Field = 3
	SchoolHours    Field = 4
	SchoolTake     Field = 5
	SchoolCountry  Field = 6
	SchoolCalendar Field = 7
	SchoolDays     Field = 8
	SchoolFirst    Field = 9

	LessonClass     Field = 1
	LessonTitle     Field = 2
	LessonAbout     Field = 3
	LessonResources Field = 4
	LessonFrom      Field = 5
	LessonUntil     Field = 6
	LessonHidden    Field = 7
	LessonArchived  Field = 8

	QuizClass    Field = 1
	QuizTitle    Field = 2
	QuizSections Field = 3
	QuizState    Field = 4
	QuizReport   Field = 5
	QuizPractice Field = 6
	QuizMinutes  Field = 7
	QuizArchived Field = 8

	AssignLesson  Field = 1
	AssignQuiz    Field = 2
	AssignClass   Field = 3
	AssignLearner Field = 4
	AssignOn      Field = 5

	NeedsTime     Field = 1
	NeedsAloud    Field = 2
	NeedsLarge    Field = 3
	NeedsContrast Field = 4
	NeedsFewer    Field = 5
	NeedsCaptions Field = 6
	NeedsSign     Field = 7

	NoteCourse   Field = 1
	NoteResource Field = 2
	NotePlace    Field = 3
	NoteText     Field = 4

	StateCourse   Field = 1
	StateResource Field = 2
	StateData     Field = 3

	CareWorry    Field = 1
	CareRepeated Field = 2
	CareLanguage Field = 3
	CareDone     Field = 4
	CareDoneDay  Field = 5
	CareDoneBy   Field = 6

	NoticeClass     Field = 1
	NoticeText      Field = 2
	NoticeFrom      Field = 3
	NoticeUntil     Field = 4
	NoticePinned    Field = 5
	NoticeWithdrawn Field = 6
	NoticeBy        Field = 7

	PeriodHoliday Field = 1
	PeriodTitle   Field = 2
	PeriodFrom    Field = 3
	PeriodUntil   Field = 4
	PeriodRemoved Field = 5

	NowState    Field = 1
	NowCourse   Field = 2
	NowResource Field = 3
	NowItem     Field = 4
	NowSeed     Field = 5
	NowRounds   Field = 6
	NowBy       Field = 7
	NowBoot     Field = 8
	NowMS       Field = 9

	OwnTitle    Field = 1
	OwnLanguage Field = 2
	OwnLicence  Field = 3
	OwnAuthor   Field = 4
	OwnBy       Field = 5
	OwnShared   Field = 6
	OwnGone     Field = 7
	OwnTo       Field = 8
	OwnOrder    Field = 9
	OwnLessons  Field = 10

	PartCourse Field = 1
	PartKind   Field = 2
	PartWords  Field = 3
	PartGone   Field = 4

	SavedPart   Field = 1
	SavedText   Field = 2
	SavedBy     Field = 3
	SavedAt     Field = 4
	SavedNumber Field = 5

	SiteSchool Field = 1
	SiteName   Field = 2
	SiteGroup  Field = 3

	SeenOn Field = 1

	BookmarkCourse   Field = 1
	BookmarkResource Field = 2
	BookmarkPlace    Field = 3
	BookmarkOn       Field = 4

	StepClass  Field = 1
	StepUse    Field = 2
	StepLesson Field = 3
	StepOf     Field = 4
	StepAt     Field = 5
	StepAsk    Field = 6
	StepText   Field = 7
	StepThen   Field = 8
	StepRight  Field = 9
	StepTotal  Field = 10
	StepDay    Field = 11
	StepGone   Field = 12
	StepBy     Field = 13

	LeavingAt  Field = 1
	LeavingBy  Field = 2
	LeavingWas Field = 3

	GoalAnswers Field = 1
	GoalMinutes Field = 2

	maxField = 40
)

// A register says of a kind how many ids its subject has, which fields (bits) lie in the body since they hold people's
// words, and how many bytes a value may have.
type register struct {
	ids   int
	words uint64
	most  int
}

const maxList = 16 << 10 // bytes of a list

var registers = map[string]register{
	KindPerson:   {1, 1<<PersonName | 1<<PersonLogin | 1<<PersonNumber | 1<<PersonBirth | 1<<PersonGender, 1000},
	KindClass:    {1, 0, 1000},
	KindEnrol:    {2, 0, 1000},
	KindSecret:   {1, 1<<maxField - 1, 1000},
	KindSettings: {1, 1<<maxField - 1, 1000},
	KindSchool:   {0, 0, 1000},
	KindLesson:   {1, 1<<LessonTitle | 1<<LessonAbout | 1<<LessonResources, maxList},
	KindQuiz:     {1, 1<<QuizTitle | 1<<QuizSections, maxList},
	KindAssign:   {1, 0, 1000},
	KindNeeds:    {1, 1<<maxField - 1, 1000},
	KindNote:     {2, 1 << NoteText, MaxNote},
	KindState:    {2, 1 << StateData, MaxState},
	KindCare:     {1, 1<<maxField - 1, 1000},
	KindNotice:   {1, 1 << NoticeText, maxNoticeBytes},
	KindStep:     {1, 1<<StepText | 1<<StepThen, maxStepBytes},
	KindPeriod:   {1, 1 << PeriodTitle, 1000},
	KindNow:      {2, 0, maxResource},
	KindOwn:      {1, 1<<OwnTitle | 1<<OwnAuthor, maxList},
	KindPart:     {1, 1 << PartWords, MaxOwnText},
	KindSaved:    {1, 1 << SavedText, MaxOwnText},
	KindSite:     {1, 0, 1000},
	KindSeen:     {1, 0, 1},
	KindBookmark: {2, 0, maxResource},
	KindGoal:     {1, 0, 1000},
	KindLeaving:  {1, 0, 1000},
}

// personal says which values are people's words, or name a person, and so lie in the body.
func personal(kind string, f Field) bool { return registers[kind].words>>f&1 == 1 }

// A Value is one field as written; "" when emptied, or erased with its body.
type Value struct {
	Field Field
	Value string
}

// An Edit is one write of some fields of a subject. It replaces, for the fields it writes, the writes it names; two
// edits are concurrent when neither names the other, through any chain.
type Edit struct {
	Kind     string
	Subject  Subject
	Replaces []clock.Dot
	Values   []Value // ascending by field
}

// Draft makes the event of an edit for a school.
func (e Edit) Draft(school string) Draft {
	d := Draft{Scope: places[e.Kind].Scope(school), Kind: e.Kind}
	if e.Subject.ID != ([16]byte{}) {
		d.Fields = append(d.Fields, segment.Field{Col: colID, Type: segment.Bytes, Data: e.Subject.ID[:]})
	}
	if e.Subject.Second != ([16]byte{}) {
		d.Fields = append(d.Fields, segment.Field{Col: colSecond, Type: segment.Bytes, Data: e.Subject.Second[:]})
	}
	mask, body := uint64(0), map[uint64]string{}
	var columns []segment.Field
	for _, v := range e.Values {
		mask |= 1 << v.Field
		switch {
		case v.Value == "":
		case personal(e.Kind, v.Field):
			body[uint64(v.Field)] = v.Value
		default:
			columns = append(columns, segment.Field{Col: colField + uint16(v.Field), Type: segment.Bytes, Data: []byte(v.Value)})
		}
	}
	d.Fields = append(d.Fields, segment.Field{Col: colMask, Type: segment.Uint, Num: mask})
	if len(e.Replaces) > 0 {
		d.Fields = append(d.Fields, segment.Field{Col: colReplaces, Type: segment.Text, Data: packDots(e.Replaces)})
	}
	d.Fields = append(d.Fields, columns...)
	if len(body) > 0 {
		d.Body = packBody(body)
	}
	return d
}

// ParseEdit reads an event of a register kind. fs.ErrInvalid when it is about nothing or names more than it can.
func ParseEdit(e *segment.Event) (Edit, error) {
	out := Edit{Kind: e.Kind}
	first, second := e.Bytes(colID), e.Bytes(colSecond)
	reg := registers[e.Kind]
	if (len(first) == 16) != (reg.ids > 0) || (len(second) == 16) != (reg.ids > 1) {
		return out, fmt.Errorf("%s: wrong subject: %w", e.Kind, fs.ErrInvalid)
	}
	copy(out.Subject.ID[:], first)
	copy(out.Subject.Second[:], second)
	var err error
	if out.Replaces, err = unpackDots(e.Bytes(colReplaces)); err != nil {
		return out, fmt.Errorf("%s: %w", e.Kind, err)
	}
	body := unpackBody(e.Body)
	mask := e.Uint(colMask)
	for f := Field(1); f <= maxField; f++ {
		if mask&(1<<f) == 0 {
			continue
		}
		v := string(e.Bytes(colField + uint16(f)))
		if personal(e.Kind, f) && v == "" { // what was no body's before has its column
			v = body[uint64(f)]
		}
		if len(v) > reg.most || !utf8.ValidString(v) {
			return out, fmt.Errorf("%s: field %d is too long or no UTF-8: %w", e.Kind, f, fs.ErrInvalid)
		}
		out.Values = append(out.Values, Value{f, v})
	}
	return out, nil
}

func packDots(dots []clock.Dot) (b []byte) {
	for _, d := range dots {
		b = binary.AppendUvarint(append(b, d.Stream[:]...), d.Seq)
	}
	return b
}

// Seen names the writes that a record shows, all versions of disputed fields among them, for a page to carry: hex.
func (r *Record) Seen() string {
	var dots []clock.Dot
	for i := range r.regs {
		dots = append(dots, r.regs[i].reg.Names()...)
	}
	arrange.By(dots, clock.Dot.Compare)
	return hex.EncodeToString(packDots(slices.Compact(dots)))
}

// ReadSeen reads what Seen wrote and a page brought back; fs.ErrInvalid where it cannot be read.
func ReadSeen(s string) ([]clock.Dot, error) {
	b, err := hex.DecodeString(s)
	if err != nil {
		return nil, fmt.Errorf("what was seen is no hex: %w", fs.ErrInvalid)
	}
	return unpackDots(b)
}

const maxReplaces = 4096 // dots one edit may name: as many concurrent writers as that there never are

func unpackDots(b []byte) (dots []clock.Dot, err error) {
	d := Decoder{B: b}
	for len(d.B) > 0 {
		var dot clock.Dot
		copy(dot.Stream[:], d.Raw(8))
		dot.Seq = d.Uint()
		if d.Bad || len(dots) == maxReplaces {
			return nil, fmt.Errorf("replaced dots cannot be read: %w", fs.ErrInvalid)
		}
		dots = append(dots, dot)
	}
	return dots, nil
}
