package kolibri

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"lamplight/content"
	"lamplight/content/perseus"
	"lamplight/content/qti"
)

// maxExercises is how many exercises of one channel are kept as they were read, maxItems how many questions they may have
// together: a question is two or three kilobytes.
const (
	maxExercises = 16
	maxItems     = 1000
)

// exercises are those that were asked for last. The zero value is ready.
type exercises struct {
	mu   sync.Mutex
	read []content.Exercise // the last asked for last
}

func (e *exercises) get(id content.ResourceID) (content.Exercise, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for i, x := range e.read {
		if x.ID == id {
			e.read = append(append(e.read[:i:i], e.read[i+1:]...), x)
			return handed(x), true
		}
	}
	return content.Exercise{}, false
}

func (e *exercises) put(x content.Exercise) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.read = append(e.read, x)
	items := 0
	for _, x := range e.read {
		items += len(x.Items) + 1
	}
	for len(e.read) > 1 && (len(e.read) > maxExercises || items > maxItems) {
		items -= len(e.read[0].Items) + 1
		e.read = e.read[1:]
	}
}

// handed gives out an exercise whose lists are the receiver's; what the items hold is shared and not to be changed.
func handed(x content.Exercise) content.Exercise {
	x.Items, x.LeftOut = slices.Clone(x.Items), slices.Clone(x.LeftOut)
	return x
}

// Exercise implements content.ExerciseReader: the questions of a .perseus archive or a QTI package, in the order that the
// channel lists them. Of an exercise that has both, the one of which more can be asked.
func (r *reader) Exercise(id content.ResourceID) (content.Exercise, error) {
	if x, ok := r.exercises.get(id); ok {
		return x, nil
	}
	_, rec, err := r.find(id)
	if err != nil {
		return content.Exercise{}, r.fail(err)
	}
	if rec.Kind != content.Practice {
		return content.Exercise{}, r.fail(fmt.Errorf("resource %.80q is no exercise: %w", id, fs.ErrNotExist))
	}
	x, err := r.exercise(id, rec)
	if err != nil {
		return content.Exercise{}, r.fail(fmt.Errorf("exercise %.200q: %w", rec.Title, err))
	}
	r.exercises.put(x)
	return handed(x), nil
}

func (r *reader) exercise(id content.ResourceID, rec *record) (best content.Exercise, err error) {
	var errs []error
	found := false
	for _, p := range rec.Files {
		if p.Role != opened || !r.holds(p.Name) {
			continue
		}
		x, err := r.archive(id, rec, p.Name)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", p.Name, err))
			continue
		}
		if !found || len(x.Items) > len(best.Items) {
			best, found = x, true
		}
	}
	if !found {
		return best, errors.Join(append(errs, fmt.Errorf("none of its files can be read: %w", fs.ErrNotExist))...)
	}
	if best.Criterion.Type == "" {
		best.Criterion = content.Criterion{Type: "m_of_n", M: 3, N: 5}
	}
	return best, nil
}

// archive reads one of an exercise's files. Where the channel's list of questions fits nothing in it, all are asked.
func (r *reader) archive(id content.ResourceID, rec *record, name string) (content.Exercise, error) {
	z, release, err := r.packages.hold(name, r.files)
	if err != nil {
		return content.Exercise{}, err
	}
	defer release()
	info, err := z.f.Stat()
	if err != nil {
		return content.Exercise{}, err
	}
	read := func(order []string) (content.Exercise, error) {
		criterion := content.Criterion{Type: rec.Criterion, M: rec.M, N: rec.N}
		picture := func(inner string) string { return r.picture(z, rec, inner) }
		if strings.HasSuffix(name, ".perseus") {
			return perseus.Exercise(z.f, info.Size(), perseus.Options{ID: id, Title: rec.Title, Language: rec.Language, Criterion: criterion, Order: order, File: picture})
		}
		return qti.Exercise(z.f, info.Size(), qti.Options{ID: id, Title: rec.Title, Language: rec.Language, Criterion: criterion, Order: order, File: picture})
	}
	x, err := read(rec.Items)
	if len(rec.Items) > 0 && len(x.Items) == 0 {
		if all, errAll := read(nil); errAll == nil && len(all.Items) > 0 {
			return all, nil
		}
	}
	return x, err
}

// picture is where a picture of a question is found: in the archive, or among the files of the node.
func (r *reader) picture(z *openZip, rec *record, inner string) string {
	if e, err := z.Stat(inner); err == nil {
		return z.name + "/" + e.Name
	}
	base := path.Base(inner)
	if slices.ContainsFunc(rec.Files, func(p part) bool { return p.Name == base }) && r.holds(base) {
		return base
	}
	return ""
}
