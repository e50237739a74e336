package store

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strconv"

	"lamplight/content/arrange"
	"lamplight/server/learning"
)

// maxPeriods bounds the terms and holidays of a school, those taken out among them: thirty years of ten.
const maxPeriods = 300

// Year is which days have school; everybody may read it. It names holidays, and nobody.
func (s *Store) Year() (out learning.Year) {
	_ = s.view(learning.Actor{}, func(v viewer) error {
		out = v.year()
		return nil
	})
	return out
}

func (v viewer) year() learning.Year {
	y := learning.Year{Periods: v.periods()}
	y.Week, _ = learning.ParseWeek(v.schoolFacts().Days)
	return y
}

// periods lists the terms and holidays by their days, those taken out too.
func (v viewer) periods() (out []learning.Period) {
	prefix := recordPrefix(learning.KindPeriod, v.tag)
	v.kv.Scan(recordBucket, prefix, func(k, b []byte) bool {
		if r, err := learning.ReadRecord(b); err == nil && len(k) == len(prefix)+16 {
			out = append(out, readPeriod(hexID[learning.PeriodID](k[len(prefix):]), &r))
		}
		return true
	})
	arrange.By(out, func(a, b learning.Period) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Until, b.Until), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// readPeriod is what is shown of a period, and beside it what else stands in a field that two boxes disagree on.
func readPeriod(id learning.PeriodID, r *learning.Record) learning.Period {
	p := learning.Period{ID: id}
	for f := learning.PeriodHoliday; f <= learning.PeriodRemoved; f++ {
		setPeriod(&p, f, r.Get(f))
	}
	for f := learning.PeriodHoliday; f <= learning.PeriodRemoved; f++ {
		for i, other := range r.Versions(f) {
			if i > 0 {
				also := p
				also.Also, also.Conflict = nil, false
				setPeriod(&also, f, other.Value)
				p.Also, p.Conflict = append(p.Also, also), true
			}
		}
	}
	return p
}

func setPeriod(p *learning.Period, f learning.Field, value string) {
	switch f {
	case learning.PeriodHoliday:
		p.Holiday = value == "1"
	case learning.PeriodTitle:
		p.Title = value
	case learning.PeriodFrom:
		p.From, _ = learning.ParseDay(value)
	case learning.PeriodUntil:
		p.Until, _ = learning.ParseDay(value)
	case learning.PeriodRemoved:
		p.Removed = value == "1"
	}
}

// SavePeriod writes a term or a holiday and returns its id; administrators only. An ID that is set may be posted again: it
// is one period.
func (s *Store) SavePeriod(ctx context.Context, a learning.Actor, p learning.Period) (learning.PeriodID, error) {
	if err := p.Check(); err != nil {
		return "", fmt.Errorf("store: %w", err)
	}
	if p.ID == "" {
		p.ID = learning.NewID[learning.PeriodID]()
	}
	raw, ok := learning.Raw(p.ID)
	if !ok {
		return "", notFound("period", p.ID)
	}
	return p.ID, s.edit(ctx, a, func(v viewer) ([]change, error) {
		if !v.admin {
			return nil, notAllowed("edit the school year")
		}
		all := v.periods()
		if len(all) >= maxPeriods && !slices.ContainsFunc(all, func(x learning.Period) bool { return x.ID == p.ID }) {
			return nil, fmt.Errorf("store: %d terms and holidays are as many as fit: %w", maxPeriods, fs.ErrInvalid)
		}
		return []change{{learning.KindPeriod, learning.Subject{ID: raw}, []learning.Value{
			{Field: learning.PeriodHoliday, Value: flag(p.Holiday)},
			{Field: learning.PeriodTitle, Value: p.Title},
			{Field: learning.PeriodFrom, Value: learning.DayText(p.From)},
			{Field: learning.PeriodUntil, Value: learning.DayText(p.Until)},
			{Field: learning.PeriodRemoved, Value: flag(p.Removed)},
		}}}, nil
	})
}

// calendarValues are what an edit writes of the school's country and days.
func calendarValues(e learning.SchoolEdit) (out []learning.Value, err error) {
	put := func(f learning.Field, v string) { out = append(out, learning.Value{Field: f, Value: v}) }
	if e.Country != nil {
		c := *e.Country
		if c != "" && (len(c) != 2 || c[0] < 'A' || c[0] > 'Z' || c[1] < 'A' || c[1] > 'Z') {
			return nil, fmt.Errorf("store: country %.20q, want two letters of ISO 3166-1: %w", c, fs.ErrInvalid)
		}
		put(learning.SchoolCountry, c)
	}
	if e.Calendar != nil {
		if !slices.Contains(learning.Calendars, *e.Calendar) {
			return nil, fmt.Errorf("store: calendar %.20q is none of %q: %w", *e.Calendar, learning.Calendars, fs.ErrInvalid)
		}
		put(learning.SchoolCalendar, *e.Calendar)
	}
	if e.Days != nil {
		if _, err := learning.ParseWeek(*e.Days); err != nil {
			return nil, fmt.Errorf("store: %w", err)
		}
		put(learning.SchoolDays, *e.Days)
	}
	if e.First != nil {
		if *e.First < 0 || *e.First > 6 {
			return nil, fmt.Errorf("store: day %d of the week: %w", *e.First, fs.ErrInvalid)
		}
		put(learning.SchoolFirst, strconv.Itoa(*e.First))
	}
	return out, nil
}

// readFirst is the day a week begins with: Monday where nobody said.
func readFirst(s string) int {
	if n, err := strconv.Atoi(s); err == nil && n >= 0 && n <= 6 {
		return n
	}
	return 1
}
