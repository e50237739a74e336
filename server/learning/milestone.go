package learning

import "lamplight/sync/segment"

// A Milestone is something that is done on the box for the first time: by a person, or with a class, quiz, learner ….
// Numbers are kept in records.db.
type Milestone byte

const (
	TookRegister Milestone = iota + 1 // a teacher
	CheckedLevel                      // a teacher
	LookedAt                          // a teacher, at a learner's page
	ReadPaper                         // a teacher, answers given on paper
	AskedClass                        // a teacher, a question on every phone of a class
	Helped                            // a teacher took a first step for a learner
	MadeClass                         // a class or group
	GaveCard                          // a learner got a sign-in card
	GaveWork                          // an assignment
	OpenedQuiz                        // a quiz
	ChoseTongue                       // a learner's family got its language
	Published                         // a course of teachers' own
)

// MilestoneOf says what an event may be the first of, and of whom or what; most events are none. An event that cannot be
// read is none.
func MilestoneOf(e *segment.Event) (d Milestone, of [16]byte) {
	if by, ok := doneBy[e.Kind]; ok {
		d, who := by(e)
		if len(who) != 16 {
			return 0, of
		}
		return d, [16]byte(who)
	}
	read, ok := doneWith[e.Kind]
	if !ok {
		return 0, of
	}
	edit, err := ParseEdit(e)
	if err != nil {
		return 0, of
	}
	return read(&edit)
}

// What people do, by kind of event: who did it is a column.
var doneBy = map[string]func(e *segment.Event) (Milestone, []byte){
	KindAttendance: func(e *segment.Event) (Milestone, []byte) { return TookRegister, e.Bytes(sheetBy) },
	KindLevel:      func(e *segment.Event) (Milestone, []byte) { return CheckedLevel, e.Bytes(sheetBy) },
	KindLook:       func(e *segment.Event) (Milestone, []byte) { return LookedAt, e.Bytes(lookViewer) },
	KindAttempt: func(e *segment.Event) (Milestone, []byte) {
		if e.Uint(attFlags)&flagPaper == 0 {
			return 0, nil
		}
		return ReadPaper, e.Bytes(attBy)
	},
}

// What is done with a class, a quiz, a learner, by kind of register.
var doneWith = map[string]func(e *Edit) (Milestone, [16]byte){
	KindNow: func(e *Edit) (Milestone, [16]byte) {
		if e.value(NowRounds) == "" {
			return 0, [16]byte{}
		}
		return byPerson(AskedClass, e.value(NowBy))
	},
	KindCare: func(e *Edit) (Milestone, [16]byte) {
		if e.value(CareDone) != "" {
			return byPerson(Helped, e.value(CareDoneBy))
		}
		return ChoseTongue, e.when(CareLanguage)
	},
	KindClass: func(e *Edit) (Milestone, [16]byte) { return MadeClass, e.when(ClassName) },
	KindSecret: func(e *Edit) (Milestone, [16]byte) { // its values go with an erased body: that it was written stays
		for _, v := range e.Values {
			if v.Field == Field(Card) {
				return GaveCard, e.Subject.ID
			}
		}
		return 0, [16]byte{}
	},
	KindAssign: func(e *Edit) (Milestone, [16]byte) { return GaveWork, e.when(AssignOn) },
	KindQuiz: func(e *Edit) (Milestone, [16]byte) {
		if e.value(QuizState) == string(QuizDraft) {
			return 0, [16]byte{}
		}
		return OpenedQuiz, e.when(QuizState)
	},
	KindOwn: func(e *Edit) (Milestone, [16]byte) { return Published, e.when(OwnTo) },
}

func byPerson(d Milestone, who string) (Milestone, [16]byte) {
	raw, ok := rawID(who)
	if !ok {
		return 0, raw
	}
	return d, raw
}

// value is what an edit writes into a field, "" when it empties it or leaves it alone.
func (e *Edit) value(f Field) string {
	for _, v := range e.Values {
		if v.Field == f {
			return v.Value
		}
	}
	return ""
}

// when is the subject, of an edit that writes something into a field; else nobody.
func (e *Edit) when(f Field) (of [16]byte) {
	if e.value(f) != "" {
		return e.Subject.ID
	}
	return of
}
