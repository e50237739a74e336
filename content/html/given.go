package html

import "lamplight/content"

// Given implements content.Giver: a package's pages may load whatever the package holds, and the picture stands on cards.
func (r *reader) Given(path string) ([]content.Grant, error) {
	grants := []content.Grant{{Use: content.Packaged}}
	if path == r.course.Thumbnail && path != "" {
		grants = append(grants, content.Grant{Use: content.Shown})
	}
	if r.z != nil {
		if e, err := r.z.Stat(path); err != nil || e.Name != path {
			return nil, nil
		}
		return grants, nil
	}
	if found, ok := r.dir.Has(path); !ok || found != path {
		return nil, nil
	}
	return grants, nil
}

// GivesWhole implements content.WholeGiver: all of a package goes to whoever opens it.
func (Format) GivesWhole(content.Course) bool { return true }
