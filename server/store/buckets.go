package store

import (
	"encoding/binary"

	"github.com/zeebo/blake3"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/sync/clock"
)

// foldVersion is of every bucket below together. A change to a key, a value or a rule that folds is a new version, and
// the log then replays every event.
const foldVersion = 11

// Buckets of records.db that this package owns, all of them folds. Nothing else opens them. Numbers are big-endian.
// school is 8 bytes of BLAKE3 of the school's id; learner is 16 bytes of BLAKE3 of the school's id and the learner's,
// so that one school cannot write into another's record, whatever ids it uses; resource is the 16 bytes of a hex id,
// else 16 bytes of its BLAKE3; order is learning.Order (24).
//
//	bucket          key                                          value
//	school.record   kind (1) ‖ school ‖ subject (0, 16 or 32)     learning.Record
//	school.login    school ‖ folded name ‖ 0 ‖ person (16)        nothing: who has this login or shown name
//	school.card     school ‖ verifier (16)                        person (16)
//	school.member   school ‖ person (16) ‖ class (16)             role: enrolments by person (school.record has them by class)
//	school.alias    school ‖ person (16)                          whose other record this one is (16)
//	school.link     school ‖ owner (16) ‖ kind (1) ‖ id (16)      of a class its groups, lessons and quizzes; of whom work is set for, what is set
//	school.roll     school ‖ class (16) ‖ day (4) ‖ session (1)   learning.Sheet: a register, its keys learners
//	learn.level     learner                                      learning.Sheet: levels, its keys ladders and days
//	learn.attempt   order                                         a counted attempt, and the order of the one before it in its unit
//	learn.unit      resource ‖ learner                            unit: all that one learner did with one resource, unless it is their last
//	learn.id        base (8) ‖ N (5) ‖ learner (8)                first 8 of the resource where this attempt id is counted; "-" taken back
//	learn.touched   learner ‖ resource                            the resource's id in full
//	learn.practised learner ‖ resource                            nothing: exercises that days may show to be mastered, which no sum knows
//	learn.loose     learner ‖ resource                            the quiz's id under which answers wait that were not handed in; they count once it is closed
//	school.first     school ‖ what (1) ‖ of (16)                  order and stamp: when something was first done, by or with whom
//	school.look     school ‖ person (16) ‖ order                  who (16, zero the box), stamp, Deed: what was done with what is held of a person
//	school.erased   school ‖ person (16)                          nothing: this person is erased
//	learn.total     learner                                       total: sums over the learner's units, and the unit used last
//	learn.activity  boot (8) ‖ quarter hour (4) ‖ learner         activity in that quarter of an hour
//	learn.boot      boot (8)                                      last quarter hour with activity
//	learn.answer    learner ‖ attempt id (8 of BLAKE3)            order and words typed
//	learn.count     school                                        count: sums over the school
//	pub.offer       course (16) ‖ stream (8)                      order and offer
//	pub.device      stream (8) ‖ device id                        order and name
//	pub.recovery    school                                        order and the school's key, sealed for its newest sheet
//	pub.boot        boot (8)                                      order and calibration
//	pub.push        push (16) ‖ stream (8)                        order and push
//	pub.revoked      stream that says so (8) ‖ device (8)          order, its key (32), vector: how far its streams count
//	school.turn      school                                       generation (4), secret (32): of several the highest
//	school.turn      school ‖ generation (4) ‖ secret (32) ‖ stream  nothing: each of them, and who says so
//	pub.letter       stream that says so (8) ‖ 8 of its BLAKE3     device.Letter
//	pub.sheetkey     school                                       order and what is sealed to for its newest sheet (32 or 0)
//	ops.box         stream (8) ‖ machine (0 or 8)                 order of the last and of the first report of it there, and the last report
//
// Cards die of writes, and bbolt writes whole pages, so what a class changes in the same few seconds lies side by side:
// attempts by order (new ones at the end), their ids as boxes draw them (counting up from one base), the unit each learner is at in learn.total, the others by resource before
// learner (a class works on the same exercise), activity by time before learner. What one learner's page needs is found
// through learn.touched, written once a resource.
const (
	recordBucket    = "school.record"
	loginBucket     = "school.login"
	cardBucket      = "school.card"
	memberBucket    = "school.member"
	aliasBucket     = "school.alias"
	linkBucket      = "school.link"
	rollBucket      = "school.roll"
	levelBucket     = "learn.level"
	attemptBucket   = "learn.attempt"
	unitBucket      = "learn.unit"
	idBucket        = "learn.id"
	touchedBucket   = "learn.touched"
	practisedBucket = "learn.practised"
	looseBucket     = "learn.loose"
	lookBucket      = "school.look"
	erasedBucket    = "school.erased"
	totalBucket     = "learn.total"
	activityBucket  = "learn.activity"
	bootBucket      = "learn.boot"
	answerBucket    = "learn.answer"
	countBucket     = "learn.count"
	offerBucket     = "pub.offer"
	deviceBucket    = "pub.device"
	calBucket       = "pub.boot"
	sheetBucket     = "pub.recovery"
	firstBucket     = "school.first"
	pushBucket      = "pub.push"
	opsBucket       = "ops.box"
	revokedBucket   = "pub.revoked"
	turnBucket      = "school.turn"
	letterBucket    = "pub.letter"
	sheetKeyBucket  = "pub.sheetkey"
)

// Version is of the folds; see foldVersion.
func (s *Store) Version() uint32 { return foldVersion }

// Buckets are the fold buckets this package owns.
func (s *Store) Buckets() []string {
	return []string{
		recordBucket, loginBucket, cardBucket, memberBucket, aliasBucket, linkBucket, rollBucket, levelBucket, attemptBucket, unitBucket, idBucket, touchedBucket, practisedBucket, looseBucket, lookBucket, erasedBucket, totalBucket,
		activityBucket, bootBucket, answerBucket, countBucket, offerBucket, deviceBucket, calBucket, sheetBucket, firstBucket, pushBucket, opsBucket, revokedBucket, turnBucket, letterBucket, sheetKeyBucket,
	}
}

// The first byte of a school.record key.
var recordKinds = map[string]byte{
	learning.KindSchool: 1, learning.KindPerson: 2, learning.KindClass: 3,
	learning.KindEnrol: 4, learning.KindSecret: 5, learning.KindSettings: 6,
	learning.KindLesson: 7, learning.KindQuiz: 8, learning.KindAssign: 9, learning.KindNeeds: 10,
	learning.KindNote: 11, learning.KindBookmark: 12, learning.KindGoal: 13, learning.KindState: 14,
	learning.KindCare: 15, learning.KindNotice: 16, learning.KindLeaving: 40, learning.KindNow: 20, learning.KindPeriod: 41, learning.KindStep: 17,
	learning.KindOwn: 50, learning.KindPart: 51, learning.KindSaved: 52,
	learning.KindSite: 60, learning.KindSeen: 61,
}

type (
	schoolTag   [8]byte
	learnerKey  [16]byte
	resourceKey [16]byte
	id16        = [16]byte
)

func tagOf(school string) (t schoolTag) {
	h := blake3.Sum256([]byte(school))
	copy(t[:], h[:])
	return t
}

func learnerOf(school string, id learning.PersonID) (k learnerKey) {
	h := blake3.Sum256([]byte(school + "\x00" + string(id)))
	copy(k[:], h[:])
	return k
}

func resourceOf(r content.ResourceID) (k resourceKey) {
	if b, ok := learning.Raw(r); ok {
		return b
	}
	h := blake3.Sum256([]byte(r))
	copy(k[:], h[:])
	return k
}

func join(parts ...[]byte) []byte {
	n := 0
	for _, p := range parts {
		n += len(p)
	}
	key := make([]byte, 0, n)
	for _, p := range parts {
		key = append(key, p...)
	}
	return key
}

func recordPrefix(kind string, t schoolTag, ids ...id16) []byte {
	key := append([]byte{recordKinds[kind]}, t[:]...)
	for _, id := range ids {
		key = append(key, id[:]...)
	}
	return key
}

// subjectKey is the record of a subject of a register kind.
func subjectKey(kind string, t schoolTag, s learning.Subject) []byte {
	switch kind {
	case learning.KindSchool:
		return recordPrefix(kind, t)
	case learning.KindEnrol, learning.KindNote, learning.KindBookmark, learning.KindState, learning.KindNow:
		return recordPrefix(kind, t, s.ID, s.Second)
	}
	return recordPrefix(kind, t, s.ID)
}

func loginPrefix(t schoolTag, folded string) []byte { return join(t[:], []byte(folded), []byte{0}) }

func loginKey(t schoolTag, folded string, person id16) []byte {
	return join(loginPrefix(t, folded), person[:])
}

func cardKey(t schoolTag, verifier string) []byte { return join(t[:], []byte(verifier)) }

func memberKey(t schoolTag, person, class id16) []byte { return join(t[:], person[:], class[:]) }

func linkPrefix(t schoolTag, owner id16, kind string) []byte {
	return append(join(t[:], owner[:]), recordKinds[kind])
}

func linkKey(t schoolTag, owner id16, kind string, id id16) []byte {
	return append(linkPrefix(t, owner, kind), id[:]...)
}

// idKey is where an attempt id of a learner is looked up: a hash of its base, and its number. Without a number it is one
// that no page counts to.
func idKey(l learnerKey, id learning.AttemptID) []byte {
	base, n, has := id.Split()
	if !has {
		n = 1<<40 - 1
	}
	h := blake3.Sum256([]byte(base))
	return join(h[:8], binary.BigEndian.AppendUint64(nil, n)[3:], l[:8])
}

func unitKey(r resourceKey, l learnerKey) []byte { return join(r[:], l[:]) }

func touchedKey(l learnerKey, r resourceKey) []byte { return join(l[:], r[:]) }

// slotMS is the length of a quarter hour; every time zone is a whole number of them from UTC.
const slotMS = 15 * 60 * 1000

func slotOf(ms int64) uint32 { return uint32(min(max(ms, 0)/slotMS, 1<<31)) }

func activityPrefix(b clock.Boot, slot uint32) []byte {
	return binary.BigEndian.AppendUint32(append([]byte(nil), b[:]...), slot)
}

func activityKey(b clock.Boot, slot uint32, l learnerKey) []byte {
	return append(activityPrefix(b, slot), l[:]...)
}

func answerKey(l learnerKey, id learning.AttemptID) []byte {
	h := blake3.Sum256([]byte(id))
	return join(l[:], h[:8])
}

func offerKey(course id16, s clock.Stream) []byte { return join(course[:], s[:]) }

func deviceKey(s clock.Stream, device string) []byte { return join(s[:], []byte(device)) }
