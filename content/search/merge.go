package search

import (
	"bytes"
	"database/sql"

	"lamplight/content"
)

// mergeFan segments side by side become one, but for those that are large enough: a word of 100,000 rows is then looked
// up in about ten places.
const (
	mergeFan    = 8
	largeEnough = mergeFan * segmentRows
)

// level is how often segments were joined for one of that size.
func level(rows uint32) int {
	switch {
	case rows < segmentRows/mergeFan:
		return 0
	case rows < segmentRows:
		return 1
	case rows < largeEnough:
		return 2
	}
	return 3
}

// merge joins segments where enough of like size lie side by side. The rows keep their numbers.
func (x *Index) merge() error {
	for most := 0; most < 3; most++ {
		run := 0
		for i, s := range x.now.Load().segments {
			if level(s.rows) > most {
				run = 0
				continue
			}
			if run++; run == mergeFan {
				if err := x.mergeRun(i+1-mergeFan, i+1); err != nil {
					return err
				}
				break
			}
		}
	}
	return nil
}

func (x *Index) mergeRun(from, to int) error {
	v := x.now.Load()
	old := v.segments[from:to]
	s := segment{n: v.nextSegment(), first: old[0].first}
	s.rows = old[len(old)-1].first + old[len(old)-1].rows - s.first
	tx, err := x.write.Begin()
	if err != nil {
		return x.noted(err)
	}
	defer tx.Rollback()
	if err := mergeInto(tx, v, old, s); err != nil {
		return x.noted(err)
	}
	x.layout.Lock()
	defer x.layout.Unlock()
	if err := tx.Commit(); err != nil {
		return x.noted(err)
	}
	next := v.copy()
	next.segments = append(append(append([]segment(nil), v.segments[:from]...), s), v.segments[to:]...)
	x.now.Store(next)
	return nil
}

func mergeInto(tx *sql.Tx, v *view, old []segment, s segment) error {
	words := vocabulary{all: s.rows < largeEnough}
	if err := mergeLists(tx, v, old, s, &words); err != nil {
		return err
	}
	var rows, resources []byte
	first := 0
	for _, o := range old {
		var r, c []byte
		var firstResource int
		if err := tx.QueryRow(`select rows, firstresource, resources from segment where n=?`, o.n).Scan(&r, &firstResource, &c); err != nil {
			return err
		}
		rows = append(rows, make([]byte, 4*int(o.first-s.first)-len(rows))...)
		rows = append(rows, r...)
		if len(c) == 0 {
			continue
		}
		if len(resources) == 0 {
			first = firstResource
		}
		if hole := (firstResource-first)*resourceBytes - len(resources); hole >= 0 {
			resources = append(resources, make([]byte, hole)...)
		}
		resources = append(resources, c...)
	}
	if _, err := tx.Exec(`insert into segment values(?,?,?,?,?,?,?)`, s.n, s.first, s.rows, rows, first, present(resources), present(words.whole())); err != nil {
		return err
	}
	for _, o := range old {
		for _, q := range []string{`delete from posting where segment=?`, `delete from segment where n=?`} {
			if _, err := tx.Exec(q, o.n); err != nil {
				return err
			}
		}
	}
	return nil
}

// A source is one segment's postings, in order of words.
type source struct {
	rows *sql.Rows
	s    segment
	term []byte
	list []byte
	ok   bool
}

func (o *source) next() error {
	if o.ok = o.rows.Next(); !o.ok {
		return o.rows.Err()
	}
	return o.rows.Scan(&o.term, &o.list)
}

// mergeLists writes the joined list of every word, without the rows of courses that are gone.
func mergeLists(tx *sql.Tx, v *view, old []segment, s segment, words *vocabulary) error {
	sources := make([]*source, 0, len(old))
	for _, o := range old {
		rows, err := tx.Query(`select term, list from posting where segment=? order by term`, o.n)
		if err != nil {
			return err
		}
		defer rows.Close()
		src := &source{rows: rows, s: o}
		if err := src.next(); err != nil {
			return err
		}
		sources = append(sources, src)
	}
	st, err := tx.Prepare(`insert into posting values(?,?,?,?)`)
	if err != nil {
		return err
	}
	defer st.Close()
	for {
		var least []byte
		for _, src := range sources {
			if src.ok && (least == nil || bytes.Compare(src.term, least) < 0) {
				least = src.term
			}
		}
		if least == nil {
			return nil
		}
		term := string(least)
		var l list
		for _, src := range sources {
			if !src.ok || string(src.term) != term {
				continue
			}
			for c := newCursor(src.list); c.ok; c.next() {
				if row := src.s.first + c.row; int(row) < len(v.rows) && v.courseOf(v.rows[row]&^heading).id != "" {
					l.add(row-s.first, c.weight)
				}
			}
			if err := src.next(); err != nil {
				return err
			}
		}
		if l.rows == 0 {
			continue
		}
		if _, err := st.Exec(s.n, []byte(term), l.rows, l.bytes); err != nil {
			return err
		}
		words.add(term, int(l.rows), l.title)
	}
}

// Remove forgets a course: it is found no more at once, and its bytes are had back.
func (x *Index) Remove(id content.CourseID) error {
	x.writing.Lock()
	defer x.writing.Unlock()
	n := x.now.Load().number(id)
	if n == 0 {
		return nil
	}
	if err := x.flush(); err != nil {
		return err
	}
	return x.remove(n)
}

// remove forgets course n. The rows of segments shared with other courses stay until those are merged; that a course of
// no id is not found is all that matters.
func (x *Index) remove(n int) error {
	x.batch = nil
	if _, err := x.write.Exec(`update course set id='' where n=?`, n); err != nil {
		return x.noted(err)
	}
	next := x.now.Load().copy()
	for _, r := range next.rows {
		if int(next.resources[r&^heading].course) == n {
			next.live--
		}
	}
	next.courses[n].id = ""
	x.now.Store(next)
	return x.noted(x.sweep())
}

// sweep deletes what is left of courses that are gone: their resources and passages, and segments that hold nothing else.
// What a power cut left of it is swept at the next Open.
func (x *Index) sweep() error {
	v := x.now.Load()
	var gone []segment
	kept := make([]segment, 0, len(v.segments))
	for _, s := range v.segments {
		alive := 0
		for _, r := range v.rows[s.first : s.first+s.rows] {
			if v.courseOf(r&^heading).id != "" {
				alive++
			}
		}
		if alive == 0 {
			gone = append(gone, s)
		} else {
			kept = append(kept, s)
		}
	}
	var dead int
	if err := x.write.QueryRow(`select count(*) from resource where course in (select n from course where id='')`).Scan(&dead); err != nil {
		return err
	}
	if dead == 0 && len(gone) == 0 {
		return nil
	}
	tx, err := x.write.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := sweepRows(tx, v); err != nil {
		return err
	}
	if _, err := tx.Exec(`delete from resource where course in (select n from course where id='')`); err != nil {
		return err
	}
	for _, s := range gone {
		for _, q := range []string{`delete from posting where segment=?`, `delete from segment where n=?`} {
			if _, err := tx.Exec(q, s.n); err != nil {
				return err
			}
		}
	}
	x.layout.Lock()
	defer x.layout.Unlock()
	if err := tx.Commit(); err != nil {
		return err
	}
	next := v.copy()
	next.segments = kept
	x.now.Store(next)
	return nil
}

// sweepRows deletes the stored text of runs of rows that are gone.
func sweepRows(tx *sql.Tx, v *view) error {
	for from := 0; from < len(v.rows); {
		if v.courseOf(v.rows[from]&^heading).id != "" {
			from++
			continue
		}
		to := from
		for to < len(v.rows) && v.courseOf(v.rows[to]&^heading).id == "" {
			to++
		}
		if _, err := tx.Exec(`delete from passage where row>=? and row<?`, from, to); err != nil {
			return err
		}
		from = to
	}
	return nil
}
