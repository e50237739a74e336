package store

import (
	"context"
	"errors"

	"lamplight/content"
	"lamplight/server/learning"
)

// A NewPerson is somebody to add. Name is required. Class may be "" for an administrator; a teacher adds learners to
// classes of their own only.
type NewPerson struct {
	ID     learning.PersonID // "" draws one; set, the same person may be added again without harm (imports)
	Role   learning.Role
	Name   string
	Login  string
	Number string
	Tile   int
	Class  learning.ClassID
}

// A NewSecret sets (or with a nil Verifier removes) one way to sign in. Verifiers are made by package auth.
type NewSecret struct {
	Person   learning.PersonID
	Kind     learning.SecretKind
	Verifier []byte
}

// A PeopleFilter narrows People. Zero fields do not narrow.
type PeopleFilter struct {
	Role     learning.Role
	Class    learning.ClassID
	Archived bool   // list the archived instead of the others
	Query    string // part of a name, login or number, letter case and accents folded
}

// A Recorded is what a recorded attempt led to.
type Recorded struct {
	Counted  bool // false: this attempt id had been counted before
	Progress learning.Progress
}

// A Tile is one learner on the sign-in page, where names are shown to whoever holds the phone. Methods are the ways
// this person can sign in.
type Tile struct {
	Person  learning.PersonID
	Name    string
	Tile    int
	Methods []learning.SecretKind
}

// A LearnerSummary is a line of a class page.
type LearnerSummary struct {
	Person        learning.Person
	Last          *learning.When // nil: never seen
	AttemptsToday int
	RightToday    int
	SecondsToday  int
	TodayKnown    bool // false: the day is not known, and the …Today fields are 0
	Attempts      int  // in all
	Right         int
	Started       int // resources
	Finished      int
	Mastered      int // exercises
	NeedsHelp     []content.ResourceID
}

// A Class summary is a teacher's view of one class.
type ClassSummary struct {
	Class    learning.Class
	Teachers []learning.Person
	Learners []LearnerSummary // by name
}

// An AttemptRecord is an attempt as it happened.
type AttemptRecord struct {
	learning.Attempt
	When learning.When
}

// A LearnerDetail is all a teacher sees of one learner.
type LearnerDetail struct {
	LearnerSummary
	Classes  []learning.Class
	Progress []learning.Progress // last used first
}

// Counts are figures for metrics and the district; no person can be told from them.
type Counts struct {
	Learners, Teachers, Administrators, Classes int
	Attempts, Right, Views                      int
	Started, Finished, Mastered                 int
	Unfolded                                    int // events of a known kind that could not be read
}

var errNotYet = errors.ErrUnsupported

// CreateSchool writes the school's first facts: right after its key was made, by the first claim or by demo. The id
// is device.School's. UseSchool must have been called with it. Doing it again edits the same school.
func (s *Store) CreateSchool(ctx context.Context, a learning.Actor, e learning.SchoolEdit) error {
	return errNotYet
}

// EditSchool changes the school's facts; administrators only.
func (s *Store) EditSchool(ctx context.Context, a learning.Actor, e learning.SchoolEdit) error {
	return errNotYet
}

// School is the school's public face: everybody may read it. fs.ErrNotExist on an unclaimed box.
func (s *Store) School() (learning.School, error) { return learning.School{}, errNotYet }

// AddPeople adds people, all or none, and returns their ids in order.
func (s *Store) AddPeople(ctx context.Context, a learning.Actor, people ...NewPerson) ([]learning.PersonID, error) {
	return nil, errNotYet
}

// EditPerson changes fields. A learner may change nothing here, a teacher the learners of their classes (not the
// role), an administrator everybody. The last administrator can be neither archived nor demoted.
func (s *Store) EditPerson(ctx context.Context, a learning.Actor, id learning.PersonID, e learning.PersonEdit) error {
	return errNotYet
}

// SetSecrets sets or removes ways to sign in, all or none: a person their own password, PIN or pictures; a teacher
// those of learners in their classes; an administrator everybody's.
func (s *Store) SetSecrets(ctx context.Context, a learning.Actor, secrets ...NewSecret) error {
	return errNotYet
}

// SetSettings replaces a person's own settings.
func (s *Store) SetSettings(ctx context.Context, a learning.Actor, id learning.PersonID, v learning.Settings) error {
	return errNotYet
}

// AddClass adds a class; administrators only.
func (s *Store) AddClass(ctx context.Context, a learning.Actor, name, level string) (learning.ClassID, error) {
	return "", errNotYet
}

// EditClass changes a class; administrators only.
func (s *Store) EditClass(ctx context.Context, a learning.Actor, id learning.ClassID, e learning.ClassEdit) error {
	return errNotYet
}

// Enrol puts people into classes, all or none. Teachers move learners they can see into classes of their own;
// administrators anybody anywhere.
func (s *Store) Enrol(ctx context.Context, a learning.Actor, enrolments ...learning.Enrolment) error {
	return errNotYet
}

// Unenrol takes a person out of a class; who was not in it stays so without an error.
func (s *Store) Unenrol(ctx context.Context, a learning.Actor, class learning.ClassID, id learning.PersonID) error {
	return errNotYet
}

// RecordAttempt keeps an answer and returns where that leaves the learner, once it is on disk. The same attempt id
// again changes nothing and returns the same. A learner records their own; a teacher may enter one for a learner of
// theirs (from paper).
func (s *Store) RecordAttempt(ctx context.Context, a learning.Actor, at learning.Attempt) (Recorded, error) {
	return Recorded{}, errNotYet
}

// RecordView keeps that a resource was opened, got on with or finished; who may is as for RecordAttempt.
func (s *Store) RecordView(ctx context.Context, a learning.Actor, v learning.View) (learning.Progress, error) {
	return learning.Progress{}, errNotYet
}

// RecordBatch keeps many at once, all or none: answers from an outbox, from paper, or of a made-up school.
func (s *Store) RecordBatch(ctx context.Context, a learning.Actor, attempts []learning.Attempt, views []learning.View) error {
	return errNotYet
}

// OfferCourse tells every box that this one has an edition of a course; the box itself only.
func (s *Store) OfferCourse(ctx context.Context, a learning.Actor, o learning.Offer) error {
	return errNotYet
}

// WithdrawCourse tells every box that this one has the course no more.
func (s *Store) WithdrawCourse(ctx context.Context, a learning.Actor, id content.CourseID) error {
	return errNotYet
}

// NameDevice gives this device the name others show; administrators and the box.
func (s *Store) NameDevice(ctx context.Context, a learning.Actor, device, name string) error {
	return errNotYet
}

// Calibrate says when a boot began, so that its events get dates; the box only. It may be called again when better
// is known.
func (s *Store) Calibrate(ctx context.Context, a learning.Actor, c learning.Calibration) error {
	return errNotYet
}

// Who is the actor's own person; fs.ErrNotExist for guests, the archived and the unknown.
func (s *Store) Who(a learning.Actor) (learning.Person, error) { return learning.Person{}, errNotYet }

// Person finds one person the actor may see.
func (s *Store) Person(a learning.Actor, id learning.PersonID) (learning.Person, error) {
	return learning.Person{}, errNotYet
}

// People lists the people the actor may see, by name: a learner themselves, a teacher those of their classes.
func (s *Store) People(a learning.Actor, f PeopleFilter) ([]learning.Person, error) {
	return nil, errNotYet
}

// FindLogin is everybody of this school whose login or shown name is name, letter case and width folded; for signing
// in only, so it asks for no actor. The archived are left out.
func (s *Store) FindLogin(name string) ([]learning.PersonID, error) { return nil, errNotYet }

// Secret is a person's verifier, fs.ErrNotExist when that way is not set or the person archived; for signing in only.
func (s *Store) Secret(id learning.PersonID, k learning.SecretKind) ([]byte, error) {
	return nil, errNotYet
}

// CardOwner finds whose card has this verifier; for signing in only.
func (s *Store) CardOwner(verifier []byte) (learning.PersonID, error) { return "", errNotYet }

// Tiles lists the learners of a class for the sign-in page, by name; everybody may read it.
func (s *Store) Tiles(class learning.ClassID) ([]Tile, error) { return nil, errNotYet }

// SignInClasses lists the classes the sign-in page shows, by name; everybody may read it.
func (s *Store) SignInClasses() ([]learning.Class, error) { return nil, errNotYet }

// Settings are a person's own; the zero Settings when none were made.
func (s *Store) Settings(a learning.Actor, id learning.PersonID) (learning.Settings, error) {
	return learning.Settings{}, errNotYet
}

// Classes lists the classes the actor may see, by name: those they learn in or teach, an administrator all.
func (s *Store) Classes(a learning.Actor) ([]learning.Class, error) { return nil, errNotYet }

// Class finds one class the actor may see.
func (s *Store) Class(a learning.Actor, id learning.ClassID) (learning.Class, error) {
	return learning.Class{}, errNotYet
}

// ClassesOf lists the classes a person the actor may see is in.
func (s *Store) ClassesOf(a learning.Actor, id learning.PersonID) ([]learning.Class, error) {
	return nil, errNotYet
}

// ClassRoster lists who is in a class, by name; its teachers and administrators may read it.
func (s *Store) ClassRoster(a learning.Actor, id learning.ClassID) (teachers, learners []learning.Person, err error) {
	return nil, nil, errNotYet
}

// ProgressOf lists everything a learner has touched, last used first.
func (s *Store) ProgressOf(a learning.Actor, id learning.PersonID) ([]learning.Progress, error) {
	return nil, errNotYet
}

// ProgressIn is a learner's progress with some resources; those never touched are left out.
func (s *Store) ProgressIn(a learning.Actor, id learning.PersonID, rs []content.ResourceID) (map[content.ResourceID]learning.Progress, error) {
	return nil, errNotYet
}

// ExerciseState is where a learner stands in an exercise; the zero state when never practised.
func (s *Store) ExerciseState(a learning.Actor, id learning.PersonID, r content.ResourceID) (learning.ExerciseState, error) {
	return learning.ExerciseState{}, errNotYet
}

// RecentActivity is the last n (at most 12) resources a learner used, the last first: continue where I stopped.
func (s *Store) RecentActivity(a learning.Actor, id learning.PersonID, n int) ([]learning.Progress, error) {
	return nil, errNotYet
}

// Attempts lists a learner's last n counted attempts at a resource, the last first, typed words joined in.
func (s *Store) Attempts(a learning.Actor, id learning.PersonID, r content.ResourceID, n int) ([]AttemptRecord, error) {
	return nil, errNotYet
}

// ClassSummary is a class at a glance; its teachers and administrators may read it.
func (s *Store) ClassSummary(a learning.Actor, id learning.ClassID) (ClassSummary, error) {
	return ClassSummary{}, errNotYet
}

// LearnerDetail is one learner in full; themselves, their teachers and administrators may read it.
func (s *Store) LearnerDetail(a learning.Actor, id learning.PersonID) (LearnerDetail, error) {
	return LearnerDetail{}, errNotYet
}

// OfferedCourses lists the newest offer of each course that any known device has, by course id. school "" lists all,
// else only what devices of that school offer.
func (s *Store) OfferedCourses(school string) ([]learning.Offer, error) { return nil, errNotYet }

// Devices lists the names devices gave themselves.
func (s *Store) Devices() ([]learning.DeviceName, error) { return nil, errNotYet }

// When turns an event's stamp into a date where its boot is known.
func (s *Store) When(st learning.When) (learning.When, error) { return st, errNotYet }

// Counts are figures without people in them.
func (s *Store) Counts() (Counts, error) { return Counts{}, errNotYet }
