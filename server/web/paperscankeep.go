package web

import (
	"hash/fnv"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"lamplight/content/marking"
	cardreader "lamplight/server/paper"
	"lamplight/server/store"
)

// savePaperScan keeps what was read for certain and what was tapped, with over=1 hands the quiz in for whose sheet is whole;
// with do=drop it throws all away.
func (s *Server) savePaperScan(w http.ResponseWriter, r *request) error {
	x, err := s.scanning(r)
	if err != nil {
		return err
	}
	f := r.PostForm
	if f.Get("do") == "drop" {
		s.scans.with(x.key, func(all *scan) { clear(all.sheets) })
		http.Redirect(w, r.Request, x.url("scan"), http.StatusSeeOther)
		return nil
	}
	var whole, partly []store.ReadAnswer
	taken := map[sheetKey]*scanned{}
	s.scans.with(x.key, func(all *scan) { whole, partly, err = x.answers(all, f, taken) })
	if err != nil {
		return err
	}
	if len(whole)+len(partly) == 0 {
		http.Redirect(w, r.Request, x.url("scan"), http.StatusSeeOther)
		return nil
	}
	var kept store.Kept
	for _, batch := range []struct {
		answers []store.ReadAnswer
		over    bool
	}{{partly, false}, {whole, f.Get("over") != ""}} {
		got, err := s.Store.RecordSheets(r.Context(), r.actor(), x.class.ID, batch.answers, batch.over)
		if err != nil {
			return err
		}
		kept.Fresh, kept.Mended, kept.Late = kept.Fresh+got.Fresh, kept.Mended+got.Mended, append(kept.Late, got.Late...)
	}
	s.scans.with(x.key, func(all *scan) { x.settle(all, f, taken) })
	http.Redirect(w, r.Request, x.url("scan", "kept", strconv.Itoa(kept.Fresh), "mended", strconv.Itoa(kept.Mended), "late", strconv.Itoa(len(kept.Late))), http.StatusSeeOther)
	return nil
}

// tapped is what a person says of a doubtful line; false where they left it open.
func (x *scanning) tapped(f url.Values, key sheetKey, q int) (option int, ok bool) {
	switch given := f.Get(doubtField(key.learner, key.version, q)); {
	case given == "-":
		return -1, true
	case len(given) == 1 && given[0] >= 'A' && int(given[0]-'A') < x.form.Options[q]:
		return int(given[0] - 'A'), true
	}
	return 0, false
}

// answers are those of sheets that are whole, and of those of which a line is still open; taken notes which sheets those are.
func (x *scanning) answers(all *scan, f url.Values, taken map[sheetKey]*scanned) (whole, partly []store.ReadAnswer, err error) {
	for key, sheet := range all.sheets {
		if sheet.kept || !slices.ContainsFunc(x.seats, func(seat store.Seat) bool { return seat.Person.ID == key.learner }) {
			continue
		}
		taken[key] = sheet
		var out []store.ReadAnswer
		open := false
		for q, l := range sheet.lines {
			option := l.Option
			if !l.Sure {
				tapped, ok := x.tapped(f, key, q)
				if !ok {
					open = true
					continue
				}
				option = tapped
			}
			if x.form.Options[q] == 0 {
				continue
			}
			a, err := x.answer(key, q, option)
			if err != nil {
				return nil, nil, err
			}
			out = append(out, a)
		}
		if open {
			partly = append(partly, out...)
		} else {
			whole = append(whole, out...)
		}
	}
	return whole, partly, nil
}

// answer is one line as the record keeps it.
func (x *scanning) answer(key sheetKey, q, option int) (store.ReadAnswer, error) {
	sh, result := x.sheets[key.version][q], marking.Result{}
	if keys := lettered(sh.variant); option >= 0 {
		if option >= len(keys) {
			return store.ReadAnswer{}, errNotFound("option " + letterAt(option))
		}
		var err error
		if result, err = marking.Mark(sh.variant, url.Values{"r": {keys[option]}}); err != nil {
			return store.ReadAnswer{}, err
		}
	}
	out := store.ReadAnswer{Attempt: x.paperAnswer(q+1, sh, key.learner, "", result), Sheet: x.sheetName(key), Line: q + 1, Option: option}
	out.ID = ""
	return out, nil
}

// sheetName is that of a printed sheet: the same on every box.
func (x *scanning) sheetName(key sheetKey) string {
	h := fnv.New64a()
	for _, part := range []string{"sheet", string(x.class.ID), strconv.FormatUint(uint64(x.key.tag), 16), strconv.FormatUint(x.set, 10), key.version, string(key.learner)} {
		h.Write([]byte(part + "\x00")) // never fails
	}
	name := strconv.FormatUint(h.Sum64(), 32)
	return strings.Repeat("0", 13-len(name)) + name
}

// settle notes what was kept and throws the pictures away; a sheet that a photo brought meanwhile is another.
func (x *scanning) settle(all *scan, f url.Values, taken map[sheetKey]*scanned) {
	for key, sheet := range taken {
		if all.sheets[key] != sheet {
			continue
		}
		open := false
		for q := range sheet.lines {
			l := &sheet.lines[q]
			if l.Sure {
				continue
			}
			if option, ok := x.tapped(f, key, q); ok {
				*l = line{Mark: cardreader.Mark{Option: option, Sure: true}}
			} else {
				open = true
			}
		}
		sheet.kept = !open
	}
}
