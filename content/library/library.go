// Package library keeps what is installed: which course, which edition, under which licence. It installs whole
// courses or nothing.
package library

import (
	"context"
	"errors"

	"lamplight/content"
	"lamplight/content/blob"
)

// A Library is the installed courses of one data directory. Safe for concurrent use.
type Library struct{}

// Open opens dir/library.db, rebuilding it from dir/installed when it is lost or damaged. formats are asked in order.
func Open(dir string, blobs *blob.Store, formats ...content.Format) (*Library, error) {
	return nil, errors.ErrUnsupported
}

// Close closes library.db and every reader that is not held. It may be skipped: the plug does.
func (l *Library) Close() error { return nil }

// ImportOptions say how to import.
type ImportOptions struct {
	content.ImportOptions
	DryRun   bool                                 // plan and report, write nothing
	Link     bool                                 // leave files where they are; the course leaves with the stick
	Progress func(done, total int64, what string) // bytes, called often from one goroutine; may be nil
}

// A Report says what an import did.
type Report struct {
	Courses  []content.Course `json:"courses"` // never nil
	Refused  []Refusal        `json:"refused"` // never nil
	Warnings []string         `json:"warnings,omitempty"`
}

// A Refusal is a path that was not imported, and why, in English.
type Refusal struct {
	Path   string `json:"path"`
	Reason string `json:"reason"`
	Err    error  `json:"-"`
}

// Import installs what lies at paths. One bad file never stops the others; the error is for what stops everything
// (ctx ended).
func (l *Library) Import(ctx context.Context, paths []string, o ImportOptions) (Report, error) {
	return Report{}, errors.ErrUnsupported
}

// Courses lists what is installed, by title. Cheap. The caller may keep the slice but not change it.
func (l *Library) Courses() []content.Course { return nil }

// Course finds one; fs.ErrNotExist when not installed.
func (l *Library) Course(id content.CourseID) (content.Course, error) {
	return content.Course{}, errors.ErrUnsupported
}

// Reader gives the shared reader of a course and release, which the caller calls once when done with it.
func (l *Library) Reader(id content.CourseID) (r content.Reader, release func(), err error) {
	return nil, nil, errors.ErrUnsupported
}

// Resource says which courses hold a resource, fs.ErrNotExist when none. "COURSE:PATH" answers COURSE if installed,
// whether or not PATH is in it.
func (l *Library) Resource(id content.ResourceID) ([]content.CourseID, error) {
	return nil, errors.ErrUnsupported
}

// A Hit is a course or resource whose title matches. Resource is "" for the course itself.
type Hit struct {
	Course   content.CourseID
	Resource content.ResourceID
	Kind     content.Kind // Topic for a course
	Title    string
	Exact    bool // a word matches whole, not only from its beginning
}

// Search finds at most n titles in which every word of query begins a word, accents and case folded.
func (l *Library) Search(query string, n int) []Hit { return nil }

// Remove uninstalls a course and deletes the blobs no other course uses.
func (l *Library) Remove(id content.CourseID) error { return errors.ErrUnsupported }

// A Problem is a file that is not as it was installed.
type Problem struct {
	Course content.CourseID `json:"course"`
	File   string           `json:"file"`
	Reason string           `json:"reason"`
}

// Verify re-hashes a course's files, every course's when id is "".
func (l *Library) Verify(ctx context.Context, id content.CourseID, progress func(done, total int64, what string)) ([]Problem, error) {
	return nil, errors.ErrUnsupported
}

// Export copies a course's file to path, which must not exist; a course of several files becomes a folder.
func (l *Library) Export(ctx context.Context, id content.CourseID, path string) error {
	return errors.ErrUnsupported
}

// Manifest is the blob that names the edition between boxes. errors.ErrUnsupported for a linked course.
func (l *Library) Manifest(id content.CourseID) (hash string, size int64, err error) {
	return "", 0, errors.ErrUnsupported
}

// A BlobRef is one blob a manifest needs.
type BlobRef struct {
	Hash string
	Size int64
}

// ManifestBlobs reads a manifest that is in the store and says which blobs Install needs beside it.
func (l *Library) ManifestBlobs(manifest string) ([]BlobRef, error) {
	return nil, errors.ErrUnsupported
}

// Install installs the course of a manifest, all of whose blobs are in the store. Twice is no error.
func (l *Library) Install(ctx context.Context, manifest string) (content.Course, error) {
	return content.Course{}, errors.ErrUnsupported
}

// HashLinked hashes linked files that have no hash yet and compares their MD5; it is the job of a background goroutine.
func (l *Library) HashLinked(ctx context.Context) error { return nil }

// Changed is closed at the next change; ask again afterwards.
func (l *Library) Changed() <-chan struct{} { return nil }

// Generation counts changes since Open.
func (l *Library) Generation() uint64 { return 0 }
