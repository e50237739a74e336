// Package web is the pages for people: one route table, a file a page, forms in, view models out, errors to statuses.
//
// A page does four things: parse, ask, fill its view model, render. serve (in serve.go) does the rest once for all:
// who is asking, whether they may, limits, the form's token, and turning an error into an answer.
package web

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"lamplight/content"
	"lamplight/content/library"
	"lamplight/server/auth"
	"lamplight/server/config"
	"lamplight/server/indexer"
	"lamplight/server/intake"
	"lamplight/server/learning"
	"lamplight/server/queue"
	"lamplight/server/store"
)

// A Node is what pages ask of the box itself.
type Node interface {
	Name() string
	Claimed() bool
	// Claim makes this box a school with its first administrator; fs.ErrPermission when the code is wrong, fs.ErrExist
	// when it is claimed already.
	Claim(ctx context.Context, c Claim) (learning.PersonID, error)
	// NewSheet makes a recovery sheet in place of any before and gives its words, which nothing keeps.
	NewSheet(ctx context.Context) (words string, err error)
	HasSheet() bool
	// SheetIsOld says that a box was shut out which can open what the sheet can.
	SheetIsOld() bool
	// MayRecover is nil for the words of the newest sheet or the code on a stick; fs.ErrPermission for others,
	// fs.ErrInvalid for what can be neither. Recovered ends the code.
	MayRecover(typed string) error
	Recovered()
	Health() []Condition
	Addresses() []string // how phones reach the pages, best first
	Version() string
	DeviceID() string // this box's id
	// PurgeErased has the files of this box hold nothing of whoever is erased; until it is through, everybody waits.
	PurgeErased() error
	// SchoolSecret is a key of 32 bytes for a purpose, the same on every box of the school; nil without a school.
	SchoolSecret(purpose string) []byte
	Peers
	Backups
	Carriage
	FreeSpace() (free, total int64)
	// TellTime says what the time is, by a learning.Source… that is off by no more than within.
	TellTime(ctx context.Context, now time.Time, source string, within time.Duration) error
	// Publish installs a course that was compiled here as a new edition, and offers it to other boxes.
	Publish(ctx context.Context, p *content.Plan) error
	// Look shows what an import would add, before it does. The caller closes it.
	Look(ctx context.Context, t queue.Task) (*Look, error)
	Shelf
	Overseer
}

// A Claim is what the first administrator types.
type Claim struct {
	Code, School, Language, Name, Password string
	Country                                string // ISO 3166-1, "" not said
}

// A Condition is one line about the box: messages "health.KEY.STATE".
type Condition struct {
	Key, State string
	Bytes      int64  // disk: how many are free
	Name       string // peers: the box that is meant
}

// Player gives the address of a package's file on the player's port, as the person's browser reaches it. What is "" for what
// everybody may see; it opens what is for teachers alone: all of the course's where it is "staff", else of one resource.
type Player interface {
	FrameURL(r *http.Request, course content.CourseID, path, what string) string
}

// Options are what the pages need.
type Options struct {
	Store    *store.Store
	Auth     *auth.Keeper
	Library  *library.Library
	Search   *indexer.Indexer
	Queue    *queue.Queue
	Intake   *intake.Store
	Node     Node
	Player   Player
	Settings config.Web
	// UploadDir takes files that browsers send until they are imported; the node sweeps it at start.
	UploadDir string
	// ThumbDir keeps small pictures of courses; "" keeps them in memory alone.
	ThumbDir string
	// VoiceDir has the school's own recordings, LANGUAGE/MESSAGE.mp3; it need not be there.
	VoiceDir string
	// OwnDir keeps the pictures of courses that are written on the box.
	OwnDir string
	Log    *slog.Logger
	Now    func() (time.Time, bool) // and whether to believe it
}

// A Server answers every page. Run must be running for views to be recorded.
type Server struct {
	Options
	mux      *http.ServeMux
	resource http.Handler // of showResource
	frames   frameCache
	// matched is the last answer of phoneLanguage.
	matched  atomic.Pointer[match]
	views    *viewQueue
	outlined outlineCache
	thumbs   thumbnails
	smaller  thumbnails // of who saves data
	covers   thumbnails // for other programs
	voices   voiceBook
	books    gate
	lists    gate
	takes    gate // files for phones are made one at a time
	arrived  arrivals
	apps     appRates
	putBy    putBy
	writing  sync.Mutex // held while an own course is compiled and installed
	joined   together
	scans    scans
	made     madeSheet
	looks    looks
	phones   phoneClocks
}

// New makes the pages and registers every route.
func New(o Options) *Server {
	s := &Server{Options: o, mux: http.NewServeMux(), views: newViewQueue(), books: make(gate, maxBooks), lists: make(gate, maxLists), takes: make(gate, 1)}
	s.thumbs = thumbnails{dir: o.ThumbDir, alone: o.Auth.Alone}
	s.smaller = thumbnails{side: smallSide, most: maxSmaller, alone: o.Auth.Alone}
	s.covers = thumbnails{side: coverSide, most: maxSmaller, alone: o.Auth.Alone}
	for _, r := range s.routes() {
		h := s.serve(r)
		if r.pattern == "GET "+callPath {
			h = s.quiet(h)
		}
		if s.mux.Handle(r.pattern, h); r.pattern == openResource {
			s.resource = h
		}
	}
	s.mux.HandleFunc("/", s.noSuchPage)
	return s
}

// ResourcePath is what is opened: an id follows.
const ResourcePath = "/resource/"

// ServeResource answers GET ResourcePath and an id that needs no decoding, as ServeHTTP does. It is for who has looked
// at the address already.
func (s *Server) ServeResource(w http.ResponseWriter, r *http.Request) {
	if l := s.lookedAt(r); l != nil {
		s.showLook(l, w, r)
		return
	}
	s.resource.ServeHTTP(w, r)
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if l := s.lookedAt(r); l != nil {
		s.showLook(l, w, r)
		return
	}
	s.mux.ServeHTTP(w, r)
}

// A route is an address, who may, and what serves it.
type route struct {
	pattern string
	may     audience
	page    page
}

const openResource = "GET " + ResourcePath + "{id...}"

// routes is every address for people. Programs' doors are in package api.
func (s *Server) routes() []route {
	return []route{
		{"GET /{$}", anybody, s.few(s.showHome)},
		{"GET /login", everybody, s.showLogin},
		{"POST /login", everybody, s.signIn},
		{"POST /logout", everybody, s.signOut},
		{"GET /card/{code}", everybody, s.takeCard},
		{"GET /card", everybody, s.showCard},
		{"POST /card", everybody, s.signInByCard},
		{"GET /shared", anybody, s.showShared},
		{"POST /shared", anybody, s.changeShared},
		{"GET /guest", anybody, s.showGuest},
		{"POST /guest/claim", people, s.claimGuest},
		{"GET /stay", everybody, s.stay},
		{"GET " + phoneClockPath, everybody, s.hearClock},
		{"GET /claim", everybody, s.showClaim},
		{"POST /claim", everybody, s.claim},
		{"GET " + recoverPath, anybody, s.showRecover},
		{"POST " + recoverPath, anybody, s.recover},
		{"GET /settings", anybody, s.showSettings},
		{"POST /settings", anybody, s.saveSettings},
		{"GET /languages", anybody, s.showLanguages},
		{"GET /languages/{file}", anybody, s.sendLanguage},
		{"GET /voice/{lang}/{key}", everybody, s.sendVoice},

		{"GET /library", guests, s.few(s.showLibrary)},
		{"GET /search", guests, s.showSearch},
		{"GET /search/suggest", guests, s.sendSuggestions},
		{"GET /course/{id}", guests, s.few(s.showCourse)},
		{openResource, guests, s.showResource},
		{"POST " + ResourcePath + "{id...}", guests, s.finishResource},
		{"GET /file/{course}/{path...}", guests, s.sendFile},
		{"GET /thumbnail/{course}", guests, s.sendThumbnail},
		{"GET /cover/{course}", guests, s.sendCover},
		{"GET /exercise/{id}", guests, s.showExercise},
		{"POST /exercise/{id}/attempt", guests, s.recordAttempt},
		{"GET /progress", people, s.few(s.showProgress)},

		{"GET /lesson/{id}", people, s.showLesson},
		{"GET /quiz/{id}", people, s.showQuiz},
		{"POST /quiz/{id}", people, s.beginQuiz},
		{"GET /quiz/{id}/{n}", people, s.showQuizQuestion},
		{"POST /quiz/{id}/answer", people, s.answerQuiz},
		{"GET /quiz/{id}/submit", people, s.showSubmit},
		{"POST /quiz/{id}/submit", people, s.handIn},
		{"GET /quiz/{id}/report", people, s.showReport},
		{"GET /mistakes", people, s.showMistakes},
		{"GET /mistakes/{id}", people, s.showMistake},
		{"GET /review", people, s.showReview},
		{"GET /notes", people, s.showNotes},
		{"POST /bookmark", people, s.setBookmark},
		{"POST /note", people, s.setNote},
		{"POST /goal", people, s.setGoal},
		{"POST " + appPath + "{id...}", people, s.saveApp},
		{"GET /take/{kind}/{id...}", guests, s.showTake},
		{"GET " + returnPath, anybody, s.showReturn},
		{"POST " + returnPath, anybody, s.takeReturn},
		{"GET /licence/{id}", anybody, s.showLicence},
		{"GET /licence/{$}", anybody, s.showLicence},

		{"GET " + nowPath, people, s.showNow},
		{"GET " + callPath, everybody, s.sendCall},
		{"POST " + nowPath, people, s.changeNow},
		{"POST " + nowPath + "/answer", people, s.answerNow},

		{"GET /teach", teachers, s.showTeach},
		{"GET " + clockPath, teachers, s.showClock},
		{"POST " + clockPath, teachers, s.saveClock},
		{"GET " + trainingPath, teachers, s.showTraining},
		{"POST " + trainingPath, administrators, s.addStarter},
		{"GET /teach/class/{class}", teachers, s.showClass},
		{"GET /teach/class/{class}/people/list", teachers, s.showClassList},
		{"GET /teach/class/{class}/people", teachers, s.showClassPeople},
		{"POST /teach/class/{class}/people", teachers, s.changeClassPeople},
		{"GET /teach/class/{class}/lessons", teachers, s.showClassWork},
		{"POST /teach/class/{class}/lessons", teachers, s.changeClassWork},
		{"GET /teach/class/{class}/lessons/new", teachers, s.showNewWork},
		{"POST /teach/class/{class}/lessons/new", teachers, s.makeWork},
		{"GET /teach/lesson/{id}", teachers, s.showComposeLesson},
		{"POST /teach/lesson/{id}", teachers, s.changeLesson},
		{"GET /teach/lesson/{id}/pick", teachers, s.showPick},
		{"POST /teach/lesson/{id}/pick", teachers, s.changePick},
		{"GET /teach/quiz/{id}", teachers, s.showComposeQuiz},
		{"POST /teach/quiz/{id}", teachers, s.changeQuiz},
		{"GET /teach/quiz/{id}/pick", teachers, s.showPick},
		{"POST /teach/quiz/{id}/pick", teachers, s.changePick},
		{"GET /teach/quiz/{id}/close", teachers, s.showClose},
		{"GET /teach/quiz/{id}/preview", teachers, s.showQuizPreview},
		{"POST /teach/ended", teachers, s.endQuiz},
		{"GET /teach/class/{class}/now", teachers, s.showInClass},
		{"POST /teach/class/{class}/now", teachers, s.changeInClass},
		{"GET /teach/class/{class}/now/at", teachers, s.sendInClass},
		{"GET /teach/class/{class}/now/pick", teachers, s.showPick},
		{"POST /teach/class/{class}/now/pick", teachers, s.changePick},
		{"POST /teach/class/{class}/now/photo", teachers, s.readInClassPhoto},
		{"GET /teach/class/{class}/paper", teachers, s.showPaper},
		{"GET /teach/class/{class}/paper/cards", teachers, s.showAnswerCards},
		{"POST /teach/class/{class}/paper/cards", teachers, s.giveAnswerCards},
		{"GET " + paperPath + "{class}", teachers, s.showPrinted},
		{"GET " + paperPath + "{class}/ask", teachers, s.showPaperAsk},
		{"POST " + paperPath + "{class}/ask", teachers, s.savePaperAsk},
		{"POST " + paperPath + "{class}/photo", teachers, s.readPaperPhoto},
		{"GET " + paperPath + "{class}/sheet", teachers, s.showPaperSheet},
		{"GET " + paperPath + "{class}/marks", teachers, s.showPaperMarks},
		{"GET " + paperPath + "{class}/scan", teachers, s.showPaperScan},
		{"POST " + paperPath + "{class}/scan", teachers, s.savePaperScan},
		{"POST " + paperPath + "{class}/scan/photo", teachers, s.readPaperScan},
		{"POST " + paperPath + "{class}/marks", teachers, s.savePaperMarks},
		{"GET /teach/class/{class}/report", teachers, s.showClassReport},
		{"GET /teach/class/{class}/report/resources", teachers, s.showResources},
		{"GET /teach/class/{class}/report/resource/{id...}", teachers, s.showResourceReport},
		{"GET /teach/class/{class}/report/lessons", teachers, s.showLessonReports},
		{"GET /teach/class/{class}/report/lesson/{lesson}", teachers, s.showLessonReport},
		{"GET /teach/class/{class}/report/quizzes", teachers, s.showQuizReports},
		{"GET /teach/class/{class}/report/quiz/{quiz}", teachers, s.showQuizReport},
		{"GET /teach/class/{class}/report/quiz/{quiz}/question/{key}", teachers, s.showQuestionReport},
		{"GET /teach/class/{class}/report/quiz/{quiz}/learner/{person}", teachers, s.showLearnerPaper},
		{"GET /teach/class/{class}/report/skills", teachers, s.showSkills},
		{"POST /teach/class/{class}/report/skills", teachers, s.changeSkills},
		{"GET /teach/learner/{person}", teachers, s.showLearner},
		{"GET /teach/learner/{person}/history/{id...}", teachers, s.showHistory},
		{"GET /teach/learner/{person}/skill", teachers, s.showEvidence},
		{"GET /teach/class/{class}/attendance", teachers, s.showAttendance},
		{"POST /teach/class/{class}/attendance", teachers, s.saveAttendance},
		{"GET /teach/class/{class}/attendance/history", teachers, s.showAttendanceHistory},
		{"GET /teach/class/{class}/attendance/history.csv", teachers, s.sendAttendance},
		{"GET /teach/class/{class}/levels", teachers, s.showLevels},
		{"POST /teach/class/{class}/levels", teachers, s.saveLevels},
		{"GET /teach/class/{class}/levels/groups", teachers, s.showLevelGroups},
		{"POST /teach/class/{class}/levels/groups", teachers, s.changeLevelGroups},
		{"GET /teach/class/{class}/levels/cards", teachers, s.showActivityCards},
		{"GET /teach/class/{class}/watch", teachers, s.showWatch},
		{"POST /teach/class/{class}/watch", teachers, s.changeWatch},
		{"GET /teach/class/{class}/loop", teachers, s.showLoops},
		{"GET /teach/class/{class}/loop/{lesson}", teachers, s.showLoop},
		{"POST /teach/class/{class}/loop/{lesson}", teachers, s.changeLoop},
		{"GET /teach/class/{class}/conduct", teachers, s.showFilms},
		{"GET /teach/class/{class}/rotation", teachers, s.showBoard},
		{"POST /teach/class/{class}/rotation", teachers, s.changeBoard},
		{"GET /teach/class/{class}/closure", teachers, s.showClosure},
		{"POST /teach/class/{class}/closure", teachers, s.changeClosure},
		{"GET " + conductPath + "{class}/stops/{id...}", teachers, s.showStops},
		{"POST " + conductPath + "{class}/stops/{id...}", teachers, s.changeStops},
		{"GET " + conductPath + "{class}/play/{id...}", teachers, s.showConduct},
		{"POST " + conductPath + "{class}/play/{id...}", teachers, s.saveConduct},
		{"GET /teach/class/{class}/slips", teachers, s.showSlips},
		{"POST /teach/class/{class}/slips", teachers, s.saveSlips},
		{"GET " + ownPath, teachers, s.showOwn},
		{"POST " + ownPath, teachers, s.changeOwn},
		{"GET " + ownPath + "/{own}", teachers, s.showOwnCourse},
		{"POST " + ownPath + "/{own}", teachers, s.changeOwnCourse},
		{"GET " + ownPath + "/{own}/page", teachers, s.showNewPage},
		{"POST " + ownPath + "/{own}/page", teachers, s.savePage},
		{"GET " + ownPath + "/{own}/part/{part}", teachers, s.showPart},
		{"POST " + ownPath + "/{own}/part/{part}", teachers, s.changePart},
		{"GET " + ownPath + "/{own}/part/{part}/preview", teachers, s.showOwnPreview},
		{"GET " + ownPath + "/{own}/part/{part}/versions", teachers, s.showVersions},
		{"GET " + ownPath + "/{own}/part/{part}/item", teachers, s.showItem},
		{"POST " + ownPath + "/{own}/part/{part}/item", teachers, s.saveItem},
		{"GET /notices", people, s.showNotices},
		{"POST /notices", teachers, s.changeNotices},
		{"GET " + addPath, teachers, s.showAdding},
		{"POST " + addPath, teachers, s.addByForm},
		{"POST " + piecesPath, teachers, s.beginPieces},
		{"GET " + piecesPath + "/{id}", teachers, s.showPieces},
		{"POST " + piecesPath + "/{id}", teachers, s.takePiece},
		{"GET " + addPath + "/{id}", teachers, s.showSent},
		{"POST " + addPath + "/{id}", teachers, s.changeSent},
		{"GET /accommodation/{person}", teachers, s.showAccommodation},
		{"POST /accommodation/{person}", teachers, s.saveAccommodation},

		{"GET /admin", administrators, s.showAdmin},
		{"GET /admin/hours", administrators, s.showHours},
		{"POST /admin/hours", administrators, s.saveHours},
		{"GET " + calendarPath, administrators, s.showCalendar},
		{"POST " + calendarPath, administrators, s.saveCalendar},
		{"GET " + sheetPath, administrators, s.showSheet},
		{"POST " + sheetPath, administrators, s.makeSheet},
		{"GET " + privacyPath, administrators, s.showPrivacy},
		{"GET " + looksPath, administrators, s.showLooks},
		{"GET " + privacyPath + "/{person}", administrators, s.showHeld},
		{"POST " + privacyPath + "/{person}/copy", administrators, s.saveHeld},
		{"GET " + privacyPath + "/{person}/erase", administrators, s.showErase},
		{"POST " + privacyPath + "/{person}/erase", administrators, s.erase},
		{"GET /admin/take", administrators, s.showTakeRule},
		{"POST /admin/take", administrators, s.saveTakeRule},
		{"GET /admin/people", teachers, s.showPeople},
		{"POST /admin/people", teachers, s.changePeople},
		{"GET " + importPath, teachers, s.showImport},
		{"POST " + importPath, teachers, s.takeList},
		{"GET " + importPath + "/{key}", teachers, s.showPlanned},
		{"POST " + importPath + "/{key}", teachers, s.applyList},
		{"GET /admin/people/export/{file}", administrators, s.sendRoster},
		{"GET " + yearPath, administrators, s.showYear},
		{"POST " + yearPath, administrators, s.turnYear},
		{"GET " + twinsPath, teachers, s.showTwins},
		{"POST " + twinsPath, teachers, s.joinTwins},
		{"GET " + personPath + "{person}", teachers, s.showPerson},
		{"POST " + personPath + "{person}", teachers, s.changePerson},
		{"POST /admin/cards", teachers, s.printCards},
		{"GET " + cardsPath + "{key}", teachers, s.showCards},
		{"GET /admin/peers", administrators, s.moved(boxesPath)},
		{"GET " + boxesPath, administrators, s.showBoxes},
		{"POST " + boxesPath, administrators, s.changeBoxes},
		{"GET " + settlePath, administrators, s.showSettle},
		{"POST " + settlePath, administrators, s.changeSettle},
		{"GET " + backupPath, administrators, s.showBackup},
		{"POST " + backupPath, administrators, s.beginBackup},
		{"GET /admin/library", administrators, s.moved(contentPath)},
		{"GET " + cataloguePath, administrators, s.showCatalogue},
		{"POST " + cataloguePath, administrators, s.changeCatalogue},
		{"GET " + contentPath, administrators, s.showContent},
		{"POST " + contentPath, administrators, s.changeContent},
		{"GET " + contentPath + "/{task}", administrators, s.showPlan},
		{"POST " + contentPath + "/{task}", administrators, s.changePlan},
		{"POST " + uploadPath, administrators, s.upload},
		{"GET " + carryPath, teachers, s.showCarry},
		{"POST " + carryPath, teachers, s.bringParcel},
		{"GET " + carryPath + "/parcel", teachers, s.sendParcel},
		{"POST " + carryPath + "/stick", teachers, s.useStick},

		{"GET " + districtPath, officers, s.showDistrict},
		{"GET " + districtPath + "/school/{school}", officers, s.showDistrictSchool},
		{"POST " + districtPath + "/school/{school}", officers, s.saveDistrictSchool},
		{"GET " + districtPath + "/school/{school}/work", officers, s.showDistrictWork},
		{"GET " + sendPath, officers, s.showDistrictSend},
		{"POST " + sendPath, officers, s.sendToSchools},
		{"GET " + sendPath + "/{push}", officers, s.showDistrictSent},
		{"POST " + sendPath + "/{push}", officers, s.takeBackSent},

		{"GET /static/{name...}", everybody, s.sendStatic},
		{"GET /favicon.ico", everybody, s.sendStatic},
		{"GET /gallery", everybody, s.showGallery},
		{"GET /gallery/{sample}", everybody, s.showSample},
	}
}
