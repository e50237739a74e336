package content

import "context"

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
}

// Files finds the stored files of one installed course.
type Files interface {
	// Path is where the named file lies on disk, for pread and sendfile. It is never written.
	Path(name string) (path string, size int64, err error)
	// Hash is the file's BLAKE3-256 in hex, "" while a linked file is still being hashed.
	Hash(name string) string
}
