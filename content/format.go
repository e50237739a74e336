package content

import (
	"context"
	"io"
)

// A Format reads one kind of container. An implementation is stateless and safe for concurrent use.
//
// Importers assume hostile files: memory is bounded, nothing is written, no path leaves the container, and what is
// refused is refused with an error that names file, place and reason and wraps fs.ErrInvalid (broken),
// errors.ErrUnsupported (a version, codec or protection we do not read) or fs.ErrNotExist (a part is missing).
type Format interface {
	Name() string // "zim", "epub", "media", "lamplight"
	// Claims says whether Plan should be asked about what lies at path. head is its first 512 bytes, nil for a folder.
	// A file that merely bears a wrong extension is still claimed by it, so that Plan can say what is wrong.
	Claims(path string, head []byte) bool
	// Plan reads what lies at path and says what installing it would keep. It writes nothing.
	Plan(ctx context.Context, path string, o ImportOptions) (*Plan, error)
	// Open opens an installed course. It must not read more than a few kilobytes plus what Plan cached in Index.
	Open(c Course, files Files, index []byte) (Reader, error)
}

// ImportOptions are what the person who imports says about a course that may not say it itself.
type ImportOptions struct {
	Licence string // SPDX id, used where the course states none
	Owner   string
	Title   string // used where the course states none
	// Topics are ids, of the format's own, of the topics and resources to install of a course that lists many; none: all
	// that is there. What is installed of the course already stays.
	Topics []string
	// Installed opens what is installed of a course, so that Plan can say what will change; fs.ErrNotExist when it is not.
	// May be nil. The caller calls release.
	Installed func(CourseID) (r Reader, release func(), err error)
}

// A Drive is a Format whose folder may hold several courses, each of which Plan takes by a path of its own.
type Drive interface {
	// Courses lists their paths in a fixed order; what is plainly none of the format's is passed over.
	Courses(folder string) ([]string, error)
}

// An Exporter is a Format that writes an installed course in another shape than that of its kept files.
type Exporter interface {
	// Export writes the course under dir, which may hold courses of the same format already; they stay. What it fails to
	// finish it takes away again.
	Export(ctx context.Context, c Course, files Files, index []byte, dir string) error
}

// A Plan is what an import would install.
type Plan struct {
	Course Course
	// Files to keep, by the name the Reader asks for: one for a container; many for a folder of media.
	// For packs compiled from a folder, Make writes the one file.
	Files []PlanFile
	// Index is a small blob (≤ 1 MiB) that Open gets back: what was costly to find out. May be nil.
	Index []byte
	// Warnings are things an operator should know, each naming its place: an item left out, a bad caption.
	Warnings []string
	// Missing are files that belong to the course and are not where it is imported from; Parts and Make are nil. One of
	// the name that another course of the format keeps (see ByContent) is taken from there. Course.Missing counts them.
	Missing []PlanFile
	// Refused are files of the course that are not what they should be. They are among Missing too.
	Refused []RefusedFile
	Diff    *Diff       // against what is installed; nil when nothing is, or the format cannot say
	Topics  []TopicSize // what may be chosen by ImportOptions.Topics, with sizes; at most 500, in course order
}

// A RefusedFile is one file of a course that is left out, while the rest is installed.
type RefusedFile struct {
	Path string
	Err  error // wraps fs.ErrInvalid
}

// A Diff says what an update changes. Each list is of resources in course order, of which the first 200 are named.
type Diff struct {
	New     Changes `json:"new"`
	Changed Changes `json:"changed"`
	Removed Changes `json:"removed"`
	// Copy is how many bytes the update will copy, Free how many are used by nothing of the course afterwards.
	Copy int64 `json:"copy"`
	Free int64 `json:"free"`
}

// Changes are resources of one fate.
type Changes struct {
	Count  int      `json:"count"`
	Titles []string `json:"titles,omitempty"`
}

// A TopicSize says what installing one topic would keep.
type TopicSize struct {
	ID        string `json:"id"` // for ImportOptions.Topics
	Title     string `json:"title"`
	Depth     int    `json:"depth"` // 0 at the top
	Resources int    `json:"resources"`
	Bytes     int64  `json:"bytes"` // of its files; topics may share some
	Missing   int    `json:"missing,omitempty"`
	Chosen    bool   `json:"chosen"` // would be installed, wholly or in part
}

// A PlanFile is one file to keep. Exactly one of Parts and Make is set. Parts are joined in order (a split ZIM).
type PlanFile struct {
	Name  string
	Size  int64
	Parts []string
	Make  func(ctx context.Context, temp string) error // writes the file to keep at temp, a path that does not exist
	// MD5 the bytes [0, MD5Size) must have, nil when the format states none. Checked while copying.
	MD5     []byte
	MD5Size int64
	// ByContent says that Name tells the bytes: a file of that name and size kept by any course of this format is the same
	// file and need not be read again. MD5 is set and MD5Size is Size. One that cannot be read, or has another MD5, is left
	// out and named; the course is installed without it, as incomplete.
	ByContent bool
}

// Files finds the stored files of one installed course.
type Files interface {
	// Path is where the named file lies on disk, for pread and sendfile. It is never written.
	Path(name string) (path string, size int64, err error)
	// Hash is the file's BLAKE3-256 in hex, "" while a linked file is still being hashed.
	Hash(name string) string
}

// Stoppable is r until ctx ends: then reading is ctx's error.
func Stoppable(ctx context.Context, r io.Reader) io.Reader { return &stoppable{ctx, r} }

type stoppable struct {
	ctx context.Context
	r   io.Reader
}

func (s *stoppable) Read(b []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.r.Read(b)
}
