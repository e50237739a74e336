// Package content says what there is to learn, and on what terms: Course, Topic, Resource, Exercise, Item, Licence, Score.
//
// It holds the nouns every format is read into, and the two interfaces a format implements. It touches no disk and
// knows nothing of learners. Ids are opaque strings of printable ASCII or UTF-8 without control characters.
package content

import (
	"encoding/hex"

	"github.com/zeebo/blake3"
)

// A CourseID names a course for ever and on every box: 32 lower-case hex digits, made by NewCourseID.
// (Kolibri: channel id.)
type CourseID string

// A ResourceID names what a learner opens. It is either 32 lower-case hex digits, shared by every course that holds
// the same resource, so progress is shared too; or "COURSE:PATH" for an entry of a container too large to list
// (a ZIM article), where PATH is the path inside the container as Reader.File takes it.
type ResourceID string

// An ItemID names one question of an exercise, unique within its exercise.
type ItemID string

// NewCourseID derives a course's id from the identity its format gives it: a ZIM's Name and Flavour, an EPUB's unique
// identifier, the id in course.md; for a format without one, the file's BLAKE3. The same file is the same course on
// every box.
func NewCourseID(format, identity string) CourseID {
	return CourseID(id128(format + "\x00" + identity))
}

// NewResourceID derives a listable resource's id from its course's identity and a path or declared id.
func NewResourceID(course CourseID, declared string) ResourceID {
	return ResourceID(id128(string(course) + "\x00" + declared))
}

func id128(s string) string {
	h := blake3.Sum256([]byte(s))
	return hex.EncodeToString(h[:16])
}

// A Kind says how a node is opened. Topics hold other nodes and are not opened themselves.
type Kind string

const (
	Topic    Kind = "topic"
	Page     Kind = "page"     // a ready page of one of our own packs
	Article  Kind = "article"  // an HTML entry of a ZIM, shown in the player
	Book     Kind = "book"     // an EPUB: chapters, contents, position
	Video    Kind = "video"    // mp4, webm
	Audio    Kind = "audio"    // mp3, ogg, opus, m4a
	Document Kind = "document" // PDF
	Practice Kind = "exercise" // an Exercise

	App       Kind = "html5"     // pages and scripts of a package, run in the player: Node.Path is the page it begins with
	Slideshow Kind = "slideshow" // pictures in order: see SlideReader
)

// A Licence says on what terms a course or resource may be used. ID is an SPDX identifier or "" when not stated,
// which is an answer and never a reason to refuse.
type Licence struct {
	ID     string `cbor:"1,keyasint,omitempty" json:"id"`
	Owner  string `cbor:"2,keyasint,omitempty" json:"owner,omitempty"`
	Author string `cbor:"3,keyasint,omitempty" json:"author,omitempty"`
	Source string `cbor:"4,keyasint,omitempty" json:"source,omitempty"` // shown as text, never linked
	// Terms are what the owner wrote of terms that have no identifier (Kolibri: license_description), as plain text.
	Terms string `cbor:"5,keyasint,omitempty" json:"terms,omitempty"`
}

// A Course is what is installed as one (Kolibri: channel).
type Course struct {
	ID          CourseID `cbor:"1,keyasint" json:"id"`
	Edition     string   `cbor:"2,keyasint" json:"edition"` // its version, or the file's hash
	Format      string   `cbor:"3,keyasint" json:"format"`  // "zim", "epub", "media", "lamplight"
	Title       string   `cbor:"4,keyasint" json:"title"`
	Description string   `cbor:"5,keyasint,omitempty" json:"description,omitempty"`
	Languages   []string `cbor:"6,keyasint,omitempty" json:"languages"` // BCP 47, most used first; "mul" when unlisted
	Licence     Licence  `cbor:"7,keyasint,omitempty" json:"licence"`
	Resources   int      `cbor:"8,keyasint" json:"resources"`                    // every non-topic node; for a ZIM its front articles
	Items       int      `cbor:"9,keyasint" json:"items"`                        // questions in all exercises
	Entries     int      `cbor:"10,keyasint,omitempty" json:"entries,omitempty"` // of a ZIM
	Bytes       int64    `cbor:"11,keyasint" json:"bytes"`                       // of all its files
	Thumbnail   string   `cbor:"12,keyasint,omitempty" json:"-"`                 // path for Reader.File, "" for none
	Level       string   `cbor:"13,keyasint,omitempty" json:"level,omitempty"`
	// Skills are what the course teaches, in its own order, prerequisites and all; nil when it lists none. Every id in
	// Needs is in the list and no skill needs itself, however far round: readers refuse a course otherwise.
	Skills []Skill `cbor:"14,keyasint,omitempty" json:"skills,omitempty"`
	Labels Labels  `cbor:"15,keyasint,omitzero" json:"labels,omitzero"` // of the course as a whole, beside those of its nodes
	// Missing is how many of its files were not where it was imported from; importing again completes them.
	Missing int `cbor:"16,keyasint,omitempty" json:"missing,omitempty"`
}

// A Node is a topic or a resource of a course.
type Node struct {
	ID          ResourceID
	Parent      ResourceID // "" at the top
	Kind        Kind
	Title       string
	Description string
	Language    string   // "" as the course's first
	Licence     *Licence // nil as the course's
	Path        string   // for Reader.File; "" for a topic
	MIME        string
	Bytes       int64
	Seconds     float64 // of a video or audio, 0 unknown
	Pages       int     // of a document, 0 unknown; of a book its chapters
	Captions    []Caption
	Renditions  []Rendition // further sizes of a video, smallest first; Path is the best one
	Thumbnail   string      // path for Reader.File
	Skill       string      // of an exercise or page: the skill it teaches, "" none
	Requires    []ResourceID
	Completion  Completion // as its author wrote it; zero when nothing is written: see CompletedBy
	Labels      Labels
	Staff       bool   // for teachers alone (Kolibri: coach content), but where a lesson or quiz sets it
	Modality    string // how it is meant to be used, in Kolibri's words: "QUIZ", "SURVEY", "COURSE", "UNIT", "LESSON"; "" nothing special
	Broken      string // why it cannot be opened, in English; "" when it can
}

// A Caption is a WebVTT track of a video or audio. Path is for Reader.File, which serves it as text/vtt whatever the
// sidecar was.
type Caption struct{ Language, Path string }

// A Rendition is another size of a video.
type Rendition struct {
	Path  string // for Reader.File
	MIME  string
	Bytes int64
}

// A Reader is one installed course, opened. It is lazy (opening reads kilobytes whatever the size), bounded in memory
// by bytes, and safe for concurrent use until Close.
type Reader interface {
	Course() Course
	// Children lists the nodes under parent ("" is the top) in course order, n of them from the offset'th, and how
	// many there are in all. A ZIM lists its front articles at the top.
	Children(parent ResourceID, offset, n int) (nodes []Node, total int, err error)
	// Node finds one topic or resource; fs.ErrNotExist when the course has none of that id.
	Node(id ResourceID) (Node, error)
	// File finds one file inside the course, redirects followed; fs.ErrNotExist when absent. The path is the
	// container's own, never the disk's.
	File(path string) (File, error)
	Close() error
}

// A File is one file inside a course, ready to be sent. Exactly one of Bytes and Source is set.
type File struct {
	Path string // as resolved, after redirects
	MIME string // sniffed or declared; never empty
	ETag string // a hash of the content and coding, without quotes; the same content has it in every edition
	// Coding is "" identity; "gzip": Bytes or Source is a ready gzip member; "deflate": Source is a deflate stream as it
	// lies in a zip (RFC 1951), of Inflated bytes with the checksum CRC (CRC-32) when unpacked.
	Coding   string
	Inflated int64
	CRC      uint32
	Size     int64  // of Bytes or Source
	Bytes    []byte // owned by the receiver; nil when Source is set
	// Source is where the stored bytes lie on disk, so that ranges go by sendfile.
	Source *Extent
}

// An Extent is a run of bytes of a file on disk. Path is opened by the sender, who closes it.
type Extent struct {
	Path   string
	Offset int64
	Size   int64
}

// An ExerciseReader is a Reader that holds exercises.
type ExerciseReader interface {
	Exercise(id ResourceID) (Exercise, error)
}

// A FrontReader is a Reader of a package that may name the page it begins with.
type FrontReader interface {
	MainPage() (path string, ok bool)
}

// A BookReader is a Reader that holds books: our own sanitised chapter pages.
type BookReader interface {
	Book(id ResourceID) (Contents, error)
	// Chapter renders the n'th spine item (from 0) as sanitised HTML for the inside of our own page: no script, no
	// remote reference; links between chapters are "?chapter=N#id", images are "file?path=…" made by link.
	Chapter(id ResourceID, n int, link func(path string) string) (Chapter, error)
}

// Contents is a book's table of contents and reading direction.
type Contents struct {
	Title       string
	Language    string
	RightToLeft bool
	FixedLayout bool
	Chapters    int // spine items
	Entries     []ContentsEntry
}

// A ContentsEntry points into a chapter. Depth is 0 at the top.
type ContentsEntry struct {
	Title   string
	Depth   int
	Chapter int
	Anchor  string
}

// A PieceReader is a BookReader that gives long chapters in pieces of PieceBytes, each for a page of its own: what a book
// calls a chapter may be all of it.
type PieceReader interface {
	// Piece is Chapter of the piece at a place; fs.ErrNotExist when the chapter has fewer. Links to an id of a chapter of
	// more than one piece say it twice, "?chapter=N&near=ID#ID", since what follows the # is not sent.
	Piece(id ResourceID, n int, at PiecePlace, link func(path string) string) (Chapter, error)
}

// PieceBytes is how long a piece of a chapter is, and a little more.
const PieceBytes = 256 << 10

// A PiecePlace chooses a piece of a chapter: the one with the id Near (as its HTML has it), if it is there; else the one
// in which Share lies, in basis points of the chapter; else the one of that Number, from 0.
type PiecePlace struct {
	Number int
	Share  int
	Near   string
}

// A Chapter is one spine item, sanitised, or a piece of it. Position in the book is chapter plus fraction scrolled.
type Chapter struct {
	Title string
	HTML  string
	Bytes int
	// Piece is which of its pieces this is, from 0; it goes from From to To, in basis points of the chapter. Of a whole
	// chapter To is 10000 or, of Chapter, 0.
	Piece, From, To int
}

// A SlideReader is a Reader that holds slideshows.
type SlideReader interface {
	Slides(id ResourceID) ([]Slide, error)
}

// A Slide is one picture of a slideshow. Path is for Reader.File.
type Slide struct{ Path, Caption, Alt string }

// A TextReader is a Reader whose resources hold words to be found: pages, books, documents, captions, questions.
type TextReader interface {
	// Text calls yield with the passages of one resource in reading order until it answers false. It holds one passage
	// in memory at a time; what cannot be read as text has none. The error is for what is damaged; passages before it hold.
	Text(id ResourceID, yield func(Passage) bool) error
}

// A Passage is a stretch of a resource's words: a page, a chapter's section, a caption, a question. Text is plain, at
// most 64 KiB, verbatim as a reader would see it, with a line break between blocks.
type Passage struct {
	// Place is where in the resource it is, as what follows the resource's address: "?chapter=3#id" of a book, "?page=4" of
	// a document, "?t=12.5" of a film or sound, "" for the beginning.
	Place    string
	Title    string // of the chapter or section, "" none
	Language string // BCP 47, "" as the resource
	Text     string
}

// A PageReader is a Reader of our own packs: pages that are ready to send.
type PageReader interface {
	// ReadyPage reads a page with one pread. See package pack for the shape of the member and how a frame is
	// spliced round it without compressing it again.
	ReadyPage(id ResourceID) (ReadyPage, error)
	// ReadyPageInto is ReadyPage with the member read into buf where that has the room; Gzip may then lie in it.
	ReadyPageInto(buf []byte, id ResourceID) (ReadyPage, error)
}

// A ReadyPage is the article part of a page as one gzip member whose deflate stream ends in a sync flush and an empty
// final block, so that Gzip[10:len-10] may be joined with other deflate runs.
type ReadyPage struct {
	Title  string
	Hash   string // of the article, for the ETag
	Gzip   []byte // owned by the receiver
	CRC    uint32 // of the article, uncompressed
	Length uint32 // of the article, uncompressed
}
