package media

import (
	"strings"

	"lamplight/content"
)

// Given implements content.Giver: films, sounds and documents, their captions and their pictures. All that is kept is one
// of these.
func (r *reader) Given(path string) ([]content.Grant, error) {
	_, item := r.byName[path]
	owner, cover := strings.CutSuffix(path, coverSuffix)
	_, caption := r.captions[path]
	if item || cover && r.byName[owner].Cover.Size > 0 || r.posters[path] || caption {
		return []content.Grant{{Use: content.Shown}}, nil
	}
	return nil, nil
}

// GivesWhole implements content.WholeGiver.
func (Format) GivesWhole(content.Course) bool { return true }
