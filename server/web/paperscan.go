package web

import (
	"encoding/base64"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"strconv"

	"lamplight/server/learning"
	cardreader "lamplight/server/paper"
	"lamplight/ui"
	"lamplight/ui/view"
)

// mostPhotos is how many photos of sheets are taken at once.
const mostPhotos = 10

// formOf is what answer sheets look like: a question of a few options has bubbles, any other is left to words.
func (s *Server) formOf(p *printed) cardreader.Form {
	var f cardreader.Form
	for i := range p.questions {
		n := 0
		if sh, err := s.printedQuestion(p, i, "A"); err == nil {
			n = bubblesOf(sh)
		}
		f.Options = append(f.Options, n)
	}
	return f
}

func bubblesOf(sh sheet) int {
	n := len(lettered(sh.variant))
	if n < 2 || n > cardreader.MostOptions {
		return 0
	}
	return n
}

// tag says which questions a sheet asks: another once they change.
func (p *printed) tag(f cardreader.Form) uint32 {
	words := []string{string(p.class.ID), p.query.Get("quiz"), p.query.Get("exercise"), p.query.Get("course")}
	for i, q := range p.questions {
		words = append(words, q.Key, string(q.Course), string(q.Resource), string(q.Item), strconv.FormatUint(q.Seed, 10), strconv.Itoa(f.Options[i]))
	}
	return cardreader.Tag(words...)
}

func (p *printed) sheetCode(f cardreader.Form, who learning.PersonID, version string) cardreader.SheetCode {
	return cardreader.SheetCode{Questions: p.tag(f), Learner: cardreader.Tag("learner", string(who)), Set: uint32(p.set), Version: version[0]}
}

// A scanning is a class' sheets of one quiz or exercise being read.
type scanning struct {
	*marks
	form cardreader.Form
	key  scanKey
}

func (s *Server) scanning(r *request) (*scanning, error) {
	m, err := s.marks(r)
	if err != nil {
		return nil, err
	}
	x := &scanning{marks: m, form: s.formOf(m.printed)}
	x.key = scanKey{r.actor().Person(), m.class.ID, m.tag(x.form), m.set}
	return x, nil
}

// showPaperScan is where photos of answer sheets are sent, and what was read of them.
func (s *Server) showPaperScan(w http.ResponseWriter, r *request) error {
	x, err := s.scanning(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	v := view.PaperScan{
		Frame: s.frame(r, "teach", x.back()), Heading: x.title, Lang: x.lang, Draft: x.draft(), Readable: x.form.Readable(), Nobody: len(x.seats) == 0,
		Upload: x.url("scan/photo"), Action: x.url("scan"), Marks: x.url("marks"), Problem: oneOf(q.Get("problem"), []string{"photo", "large", "none"}),
		Found: countIn(q, "found"), Strange: countIn(q, "strange"), Kept: countIn(q, "kept"), Mended: countIn(q, "mended"), Late: countIn(q, "late"),
		Same: q.Get("kept") == "0" && q.Get("mended") == "0" && q.Get("late") == "0",
	}
	for i, n := range x.form.Options {
		if n == 0 {
			v.Words = append(v.Words, i+1)
		}
	}
	had, err := s.answeredOnBox(r, x)
	if err != nil {
		return err
	}
	s.scans.with(x.key, func(all *scan) { x.fill(&v, all, had) })
	v.Over = x.quiz != nil && len(v.Words) == 0
	return s.render(w, r, http.StatusOK, ui.PaperScan(v))
}

// answeredOnBox is who has answers to the quiz on the box.
func (s *Server) answeredOnBox(r *request, x *scanning) (map[learning.PersonID]bool, error) {
	out := map[learning.PersonID]bool{}
	if x.quiz == nil || x.draft() {
		return out, nil
	}
	set, err := s.Store.Sittings(r.actor(), x.quiz.ID)
	for _, one := range set {
		if now := one.Sitting.Now(); now != nil && len(now.Answers) > 0 {
			out[one.Person.ID] = true
		}
	}
	return out, err
}

// fill puts in what was read, learner by learner.
func (x *scanning) fill(v *view.PaperScan, all *scan, had map[learning.PersonID]bool) {
	for _, seat := range x.seats {
		seen := had[seat.Person.ID]
		for _, version := range []string{"A", "B"} {
			sheet := all.sheets[sheetKey{seat.Person.ID, version}]
			if sheet == nil {
				continue
			}
			seen = true
			v.Sheets = append(v.Sheets, x.sheetRow(v, seat.Person, version, sheet))
		}
		if !seen {
			v.Missing = append(v.Missing, seat.Person.Name)
		}
	}
}

func (x *scanning) sheetRow(v *view.PaperScan, who learning.Person, version string, sheet *scanned) view.ScanSheet {
	out := view.ScanSheet{Name: who.Name, Version: version, Kept: sheet.kept}
	for q, l := range sheet.lines {
		switch {
		case x.form.Options[q] == 0:
		case l.Sure && l.Option < 0:
			out.Empty = append(out.Empty, q+1)
		case l.Sure:
			out.Answers = append(out.Answers, view.ScanAnswer{Question: q + 1, Letter: letterAt(l.Option)})
			if !sheet.kept {
				v.Sure++
			}
		default:
			out.Doubtful++
			d := view.ScanDoubt{Field: doubtField(who.ID, version, q), Name: who.Name, Question: q + 1, Clash: l.clash}
			if len(l.picture) > 0 {
				d.Picture = "data:image/jpeg;base64," + base64.StdEncoding.EncodeToString(l.picture)
			}
			for i := range x.form.Options[q] {
				d.Letters = append(d.Letters, letterAt(i))
			}
			v.Doubts = append(v.Doubts, d)
		}
	}
	return out
}

func letterAt(option int) string { return string(rune('A' + option)) }

func doubtField(who learning.PersonID, version string, q int) string {
	return "d." + string(who) + "." + version + "." + strconv.Itoa(q+1)
}

// readPaperScan reads photos of answer sheets and goes back to the page that shows what they say.
func (s *Server) readPaperScan(w http.ResponseWriter, r *request) error {
	x, err := s.scanning(r)
	if err != nil {
		return err
	}
	found, strange, problem := 0, 0, ""
	err = s.eachPhoto(w, r, func(photo io.Reader) error {
		trouble, err := s.unpackPhoto(photo, func(p *cardreader.Photo) {
			read, odd := x.read(&s.scans, p)
			found, strange = found+read, strange+odd
		})
		if trouble != "" {
			problem = trouble
		}
		return err
	})
	if err != nil {
		return err
	}
	if problem == "" && found+strange == 0 {
		problem = "none"
	}
	http.Redirect(w, r.Request, x.url("scan", "found", strconv.Itoa(found), "strange", strconv.Itoa(strange), "problem", problem), http.StatusSeeOther)
	return nil
}

// read adds the sheets of a photo.
func (x *scanning) read(to *scans, p *cardreader.Photo) (found, strange int) {
	owner := func(c cardreader.SheetCode) (who learning.PersonID) {
		for _, seat := range x.seats {
			if x.sheetCode(x.form, seat.Person.ID, string(c.Version)).SameSheet(c) {
				if who != "" {
					return "" // two learners' tags are alike: a chance in millions
				}
				who = seat.Person.ID
			}
		}
		return who
	}
	all, strange := cardreader.ReadSheets(p, func(c cardreader.SheetCode) (cardreader.Form, bool) { return x.form, owner(c) != "" })
	if len(all) > 0 {
		to.with(x.key, func(scan *scan) {
			for i := range all {
				scan.merge(sheetKey{owner(all[i].Code), string(all[i].Code.Version)}, &all[i])
			}
		})
	}
	return len(all), strange
}

// eachPhoto reads a form of photos: its token, then one after another.
func (s *Server) eachPhoto(w http.ResponseWriter, r *request, use func(io.Reader) error) error {
	r.Body = http.MaxBytesReader(w, r.Body, mostPhotos*cardreader.MaxPhoto+maxForm)
	parts, err := r.MultipartReader()
	if err != nil {
		return errors.Join(err, fs.ErrInvalid)
	}
	for checked := false; ; {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) && checked {
			return nil
		} else if errors.Is(err, io.EOF) {
			return errForeign
		} else if err != nil {
			return errors.Join(err, fs.ErrInvalid)
		}
		switch part.FormName() {
		case "token": // stands before the photos in our form
			token, err := io.ReadAll(io.LimitReader(part, 200))
			if err != nil {
				return err
			}
			checked = s.Auth.Check(r.session.Token, string(token))
		case "photo":
			if !checked {
				return errForeign
			}
			if err := use(http.MaxBytesReader(w, part, cardreader.MaxPhoto)); err != nil {
				return err
			}
		}
	}
}
