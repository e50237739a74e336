package learning

import (
	"strings"

	"lamplight/sync/segment"
)

// Event kinds and their columns: the one table. A column keeps its number, type and meaning for ever; a new meaning is
// a new column, a new shape a new kind ("attempt/2") which older releases keep and pass on without folding it.
//
//	kind        scope   what
//	person/1    roster  fields of a person (register; name, login, number in the body)
//	class/1     roster  fields of a class (register)
//	enrol/1     roster  a person's place in a class (register; empty role: removed)
//	secret/1    roster  verifiers of one person (register; values in the body)
//	settings/1  roster  how one person wants pages (register)
//	school/1    roster  the school's name, language, zone (register)
//	lesson/1    roster  a lesson: class, title, resources … (register; words and lists in the body)
//	quiz/1      roster  a quiz: class, title, sections, state … (register; words and lists in the body)
//	assign/1    roster  a lesson or quiz set for a class, group or learner (register)
//	accommodation/1 roster  what a learner needs to work as others do (register)
//	note/1      roster  a learner's note beside a resource (register; text in the body)
//	state/1     roster  what an app keeps for a learner at a resource (register; the data in the body)
//	attendance/1 roster a write in the register of a session (sheet: learners and how they stand)
//	level/1     learn   levels of learners on a ladder and day (sheet)
//	care/1      roster  what the teachers of a learner keep in mind of them (register)
//	now/1       roster  what a class looks at together on one box (register; the box as a hash)
//	notice/1    roster  what a class or the school is told (register; text in the body)
//	period/1    roster  a term or a holiday of the school (register; title in the body)
//	step/1      roster  how a class is taught: checks and homework of a lesson, stops of a film, turns of groups (register; words in the body)
//	own/1       roster  a course that teachers write on the box (register; title and author in the body)
//	part/1      roster  a page or set of questions of one (register; title and text in the body)
//	saved/1     roster  one saving of a part: what it said, who, when (register; title and text in the body)
//	site/1      roster  of a district: one of its schools (register)
//	seen/1      roster  what an administrator saw to: a branch of a record that forked (register; the branch as a hash)
//	bookmark/1  learn   a resource a learner wants to find again (register)
//	goal/1      learn   what a learner means to do in a week (register)
//	look/1      roster  a learner's page was looked at by another
//	act/1       roster  something was done with what is held of a person: taken away, asked to be erased, a way to sign in changed
//	leaving/1   roster  a person's erasure was asked for and waits (register)
//	erase/1     roster  a person is erased: bodies of theirs are given up everywhere, for good
//	answer/1    roster  the text a learner typed, in the body, joined to its attempt by attempt id
//	attempt/1   learn   one answer to one item, without free text
//	retract/1   learn   an answer entered for a learner is taken back
//	view/1      learn   a resource opened, got on with, finished
//	course/1    pub     a device offers (or no longer offers) an edition of a course
//	device/1    pub     a device's own name
//	recovery/1  pub     a school's key, sealed for its newest recovery sheet
//	boot/1      pub     when a boot of a device began, as far as known
//	revoke/1    pub     a device is shut out
//	turn/1      roster  the secret that the school's boxes gossip by from now on
//	push/1      pub     a district sends a course, a notice or a setting to its schools
//	ops/1       ops     how a box is, once a day
const (
	KindPerson     = "person/1"
	KindClass      = "class/1"
	KindEnrol      = "enrol/1"
	KindSecret     = "secret/1"
	KindSettings   = "settings/1"
	KindSchool     = "school/1"
	KindLesson     = "lesson/1"
	KindQuiz       = "quiz/1"
	KindAssign     = "assign/1"
	KindNeeds      = "accommodation/1"
	KindNote       = "note/1"
	KindState      = "state/1"
	KindAttendance = "attendance/1"
	KindLevel      = "level/1"
	KindCare       = "care/1"
	KindNotice     = "notice/1"
	KindPeriod     = "period/1"
	KindStep       = "step/1"
	KindNow        = "now/1"
	KindOwn        = "own/1"
	KindPart       = "part/1"
	KindSaved      = "saved/1"
	KindSite       = "site/1"
	KindSeen       = "seen/1"
	KindBookmark   = "bookmark/1"
	KindGoal       = "goal/1"
	KindLook       = "look/1"
	KindAct        = "act/1"
	KindLeaving    = "leaving/1"
	KindErase      = "erase/1"
	KindAnswer     = "answer/1"
	KindAttempt    = "attempt/1"
	KindRetract    = "retract/1"
	KindView       = "view/1"
	KindCourse     = "course/1"
	KindDevice     = "device/1"
	KindBoot       = "boot/1"
	KindRecovery   = "recovery/1"
	KindPush       = "push/1"
	KindRevoke     = "revoke/1"
	KindTurn       = "turn/1"
	KindLetter     = "letter/1"
	KindOps        = "ops/1"
)

// Columns of the register kinds.
const (
	colID       = 1 // Bytes 16: whom or what it is about; absent for school
	colSecond   = 2 // Bytes 16: the person of an enrolment; the note; a hash of the bookmarked resource or the app's
	colMask     = 3 // Uint: bit f is set when field f is written, whether its value is here or in the body
	colReplaces = 4 // Text: the dots this write replaces, each stream (8) ‖ uvarint seq
	colField    = 16
	// colField+f: Text or interned Bytes, the value of field f; absent when empty or in the body
)

// Columns of attempt/1.
const (
	attLearner   = 1  // Bytes 16
	attResource  = 2  // Bytes: 16 of a hex id, else the id's text; of a quiz's answer "quiz:" and the quiz's id
	attCourse    = 3  // Bytes 16, absent unknown
	attItem      = 4  // Bytes: the item's id; of a quiz's answer the question's key
	attSeed      = 5  // Uint: of the variant
	attGiven     = 6  // Bytes ≤ 200: canonical response of a closed item; absent for typed words
	attScore     = 7  // Uint: basis points; absent when 10000 and correct, or 0 and not
	attFlags     = 8  // Uint: see flag…
	attError     = 9  // Bytes: code of the known mistake
	attDuration  = 10 // Uint: tenths of a second from shown to answered
	attHints     = 11 // Uint: hints taken before answering
	attBase      = 12 // Bytes: attempt id before the point
	attN         = 13 // Uint: attempt id after the point; absent when it has none
	attCriterion = 14 // Bytes: "m_of_n 4/5", as the exercise had it
	attBy        = 15 // Bytes 16: who entered it, when not the learner
	attSkill     = 16 // Bytes: the item's skill when it was answered; absent none
	attRating    = 17 // Uint: the item's rating as shipped; absent unrated
	attTry       = 19 // Uint: which time through the quiz, from 1; absent outside quizzes
)

const (
	flagCorrect = 1 // the answer was right
	flagApart   = 2 // what was given is in answer/1, joined by learner and attempt id
	flagFast    = 4 // answered in under two seconds
	flagPaper   = 8 // given on paper, entered by whom attBy says
)

// Columns of answer/1. The body is salt (16) ‖ text.
const (
	ansLearner = 1 // Bytes 16
	ansBase    = 2 // Bytes
	ansN       = 3 // Uint
)

// Columns of look/1.
const (
	lookLearner = 1 // Bytes 16: whose page
	lookViewer  = 2 // Bytes 16: who looked
)

// Columns of act/1 and erase/1, and of look/1 as far as they go.
const (
	actWhom = 1 // Bytes 16: of whom
	actWho  = 2 // Bytes 16: who did it, absent the box itself
	actWhat = 3 // Uint: a Deed; act/1 alone
)

// Columns of retract/1.
const (
	retLearner = 1 // Bytes 16
	retBase    = 2 // Bytes
	retN       = 3 // Uint
	retBy      = 4 // Bytes 16: who took it back
)

// Columns of view/1.
const (
	viewLearner  = 1 // Bytes 16
	viewResource = 2 // Bytes, as attResource
	viewCourse   = 3 // Bytes 16
	viewAction   = 4 // Uint: see Action
	viewPercent  = 5 // Uint: basis points of the resource got through
	viewPosition = 6 // Uint: where to go on; its unit is the resource's own
	viewSeconds  = 7 // Uint: tenths of a second spent since the last view event
	viewScore    = 8 // Uint: basis points of an app's points, plus one; absent none told
)

// Columns of course/1.
const (
	couID       = 1  // Bytes 16
	couEdition  = 2  // Text
	couFormat   = 3  // Bytes
	couTitle    = 4  // Text
	couManifest = 5  // Text 32: BLAKE3 of the manifest blob; absent: no longer offered
	couSize     = 6  // Uint: of the manifest
	couBytes    = 7  // Uint: of all its files
	couSchool   = 8  // Bytes: the offering device's school, absent without one
	couLanguage = 9  // Bytes: BCP 47, most used
	couLicence  = 10 // Bytes: SPDX
	couUpdates  = 11 // Text: of each update, nearest first: the manifest it starts from (32) ‖ its blob's BLAKE3 (32) ‖ size (8)
)

// Columns of device/1.
const (
	devID     = 1 // Bytes: the device's id as text
	devName   = 2 // Text
	devSchool = 3 // Bytes
)

// Columns of boot/1.
const (
	bootID       = 1 // Bytes 8
	bootStart    = 2 // Int: milliseconds since 1970 at boot
	bootBelieved = 3 // Uint: 1 when the source may be believed, else a floor
	bootSource   = 4 // Bytes: a Source… word
	bootWithin   = 5 // Uint: how far off the start may be, in milliseconds; absent not told
)

// Columns of push/1.
const (
	pushID       = 1  // Bytes 16
	pushWhat     = 2  // Bytes: "course", "notice", "setting"
	pushSchools  = 3  // Bytes: ids of schools, 8 each; absent: all of the district
	pushCourse   = 4  // Bytes 16
	pushEdition  = 5  // Text
	pushManifest = 6  // Text 32: BLAKE3 of the manifest blob
	pushSize     = 7  // Uint: of the manifest
	pushBytes    = 8  // Uint: of all its files
	pushTitle    = 9  // Text: of the course; what is set, of a setting
	pushText     = 10 // Text: the notice; what it is set to, of a setting
	pushGone     = 11 // Uint: 1 when it was taken back
	pushLanguage = 12 // Bytes: BCP 47 of the course
	pushFormat   = 13 // Bytes: of the course
	pushLicence  = 14 // Bytes: SPDX of the course
)

// Columns of ops/1. Times are milliseconds since 1970 by the box's own clock, whatever that is worth.
const (
	opsDevice   = 1  // Bytes: the box's id as text
	opsWall     = 2  // Int: what its clock says
	opsBelieved = 3  // Uint: 1 when it has reason to believe that
	opsFree     = 4  // Uint: bytes free on its card, plus one; absent not known
	opsTotal    = 5  // Uint: bytes of its card
	opsUnclean  = 6  // Uint: how often it stopped without being told to
	opsVersion  = 7  // Text
	opsWaiting  = 8  // Uint: its events that the district was not known to have
	opsOldest   = 9  // Int: when the oldest of them was written; absent none or not known
	opsMachine  = 10 // Bytes 8: a hash of what the board and the card say of themselves; absent they say nothing
	opsWay      = 11 // Bytes: how it met the district last: "lan", "upstream", "stick"; absent never
	opsNotTaken = 12 // Bytes: pushes that it does not carry out, id (16) and reason (1) each
)

// Columns of revoke/1.
const (
	revokePublic = 1 // Bytes 32: the device's key
	revokeLast   = 2 // Text: CBOR of a vector: of each of its streams the last event that counts
)

// Columns of turn/1.
const (
	turnGeneration = 1 // Uint, from 1
	turnSecret     = 2 // Text 32
)

// Columns of letter/1.
const letterText = 1 // Text ≤ 8 KiB: a device.Letter

// Columns of recovery/1.
const (
	recSealed = 1 // Bytes ≤ 1200: a device.SealedSchool
	recKey    = 2 // Bytes 32: what is sealed to who has the sheet; absent from sheets of earlier releases
)

// A Place is which of a device's streams a kind belongs to.
type Place uint8

const (
	Pub    Place = iota + 1 // everybody
	Roster                  // the school alone: whatever names or quotes a person
	Learn                   // the school and its district: by opaque id
	Health                  // the school and its district: how boxes are
)

var places = map[string]Place{
	KindPerson: Roster, KindClass: Roster, KindEnrol: Roster, KindSecret: Roster, KindSettings: Roster, KindSchool: Roster,
	KindLesson: Roster, KindQuiz: Roster, KindAssign: Roster, KindNeeds: Roster, KindNote: Roster, KindState: Roster, KindBookmark: Learn, KindGoal: Learn,
	KindAttendance: Roster, KindLevel: Learn, KindCare: Roster, KindNotice: Roster, KindNow: Roster, KindPeriod: Roster, KindStep: Roster,
	KindOwn: Roster, KindPart: Roster, KindSaved: Roster, KindSite: Roster, KindSeen: Roster,
	KindAct: Roster, KindLeaving: Roster, KindErase: Roster,
	KindLook: Roster, KindAnswer: Roster, KindAttempt: Learn, KindRetract: Learn, KindView: Learn, KindCourse: Pub, KindDevice: Pub, KindBoot: Pub, KindRecovery: Pub, KindPush: Pub, KindRevoke: Pub, KindTurn: Roster, KindLetter: Pub, KindOps: Health,
}

// PlaceOf says where a kind belongs, false for a kind this release does not know. An event found elsewhere is not
// folded: a neighbour who may write to pub must not be able to add a person.
func PlaceOf(kind string) (Place, bool) { p, ok := places[kind]; return p, ok }

// Scope is the place's scope in a school.
func (p Place) Scope(school string) segment.Scope {
	switch p {
	case Roster:
		return segment.Scope("school/" + school + "/roster")
	case Learn:
		return segment.Scope("school/" + school + "/learn")
	case Health:
		return "ops"
	}
	return "pub"
}

// ReadScope takes a scope apart: its place and, for the two that have one, its school.
func ReadScope(s segment.Scope) (p Place, school string, ok bool) {
	if s == "pub" {
		return Pub, "", true
	}
	if s == "ops" {
		return Health, "", true
	}
	rest, found := strings.CutPrefix(string(s), "school/")
	school, last, cut := strings.Cut(rest, "/")
	switch {
	case !found || !cut || school == "":
		return 0, "", false
	case last == "roster":
		return Roster, school, true
	case last == "learn":
		return Learn, school, true
	}
	return 0, "", false
}

// A Draft is an event not yet written; it has the shape of eventlog.Draft and converts to it.
type Draft struct {
	Scope  segment.Scope
	Kind   string
	Fields []segment.Field
	Body   []byte
}
