package search

import "lamplight/content"

// Remove forgets a course: it is found no more at once, and its bytes are had back.
func (x *Index) Remove(id content.CourseID) error {
	x.writing.Lock()
	defer x.writing.Unlock()
	v, err := x.ready()
	if err != nil {
		return err
	}
	if n := v.number(id); n > 0 {
		_, err = x.forget(n)
	}
	return err
}

// forget removes course n, and answers what is left. That the listing has not its number is all that it takes: rows of such
// a course are not found. Segments that hold more of such rows than of others are then written without them.
func (x *Index) forget(n int) (*view, error) {
	if err := x.flush(); err != nil {
		return nil, err
	}
	v, err := x.ready()
	if err != nil {
		return nil, err
	}
	next := v.copy()
	next.courses[n] = course{}
	next.count()
	if err := x.commit(v, next); err != nil {
		return nil, err
	}
	if err := x.sweep(); err != nil {
		return nil, err
	}
	return x.ready()
}

// sweep writes segments without what is gone where that is most of them.
func (x *Index) sweep() error {
	for i := 0; ; i++ {
		v, err := x.ready()
		if err != nil {
			return err
		}
		for i < len(v.segments) && 2*v.segments[i].live >= len(v.segments[i].rows) {
			i++
		}
		if i >= len(v.segments) || x.closing.Load() {
			return nil
		}
		before := len(v.segments)
		if err := x.join(v, i, i+1); err != nil {
			return err
		}
		if v, err = x.ready(); err != nil {
			return err
		}
		i -= before - len(v.segments)
	}
}
