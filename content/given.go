package content

import "strings"

// A Reader's File finds whatever its course stores, also what this program alone reads: archives of questions with their
// answers, lists, databases, what is for teachers. What of it may be given to somebody who knows its name is declared by the
// reader, in its one method Given; a reader that has none gives nothing, and what Given has no grant for is not given.

// A Use is the way in which a file that is given out is loaded.
type Use uint8

const (
	// Shown is beside our own pages, from their address: pictures, films, sounds, captions, documents.
	Shown Use = iota + 1
	// Packaged is by the pages of a package, from the player's address.
	Packaged
)

// A Grant is one reason to give a file out: a page that loads it. For is the resource or topic whose page that is: who may
// not see that resource may not have the file by this grant. "" is the course's own page, or any.
type Grant struct {
	Use Use
	For ResourceID
}

// MaxGrants is how many grants a reader need name for a file, those of resources that everybody may see first.
const MaxGrants = 64

// A Giver is a Reader whose files may be given out by name.
type Giver interface {
	// Given says what loads a file, by its Path as File resolved it; nil for what this program alone reads, and for what
	// is not there.
	Given(path string) ([]Grant, error)
}

// A WholeGiver is a Format of which the one stored file of a course may be given to a learner: it holds nothing beside
// what pages show.
type WholeGiver interface {
	GivesWhole(c Course) bool
}

// Given are the grants of one way of loading a file.
func Given(r Reader, path string, use Use) ([]Grant, error) {
	g, ok := r.(Giver)
	if !ok {
		return nil, nil
	}
	all, err := g.Given(path)
	var out []Grant
	for _, x := range all {
		if x.Use == use {
			out = append(out, x)
		}
	}
	return out, err
}

// ShownType says whether a type is one that Shown is for: what does nothing by itself.
func ShownType(mimeType string) bool {
	kind, _, _ := strings.Cut(mimeType, ";")
	switch major, _, _ := strings.Cut(kind, "/"); major {
	case "image", "video", "audio":
		return true
	}
	return kind == "text/vtt" || kind == "application/pdf" || kind == "application/epub+zip"
}
