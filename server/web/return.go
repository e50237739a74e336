package web

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"github.com/zeebo/blake3"

	"lamplight/content"
	"lamplight/content/marking"
	"lamplight/server/auth"
	"lamplight/server/learning"
	"lamplight/ui"
	"lamplight/ui/view"
)

// returnPath takes answers from take-home files: by a form, which comes from a file and so from nowhere, and by a link.
// Neither keeps anything: both show what came, and a button with a token keeps it.
const returnPath = "/return"

// An arrival is answers that came, whose ticket a box of this school made.
type arrival struct {
	ticket ticket
	parcel parcel
	owner  learning.Person
}

// showReturn shows what came: ?d= is a parcel, ?k= names one that was posted.
func (s *Server) showReturn(w http.ResponseWriter, r *request) error {
	q := r.URL.Query()
	text := q.Get("d")
	if q.Has("k") {
		text = s.arrived.get(q.Get("k"))
	}
	if text == "" {
		v := view.Return{Frame: s.frame(r, "", nil), State: "empty"}
		if q.Has("k") {
			v.State = "unreadable"
		}
		return s.render(w, r, http.StatusOK, ui.Return(v))
	}
	a, err := s.arrival(text)
	if err != nil {
		return s.badParcel(w, r, err)
	}
	v := view.Return{Frame: s.frame(r, "", nil), Owner: a.owner.Name, Count: len(a.parcel.answers), Parcel: a.parcel.encode()}
	v.SignIn = "/login?next=" + url.QueryEscape(returnPath+"?k="+s.arrived.put(v.Parcel))
	if v.State = s.standsTo(r, a); v.State == "mine" || v.State == "theirs" {
		if v.Rows, err = s.returned(r, a, nil); err != nil {
			return err
		}
	}
	return s.render(w, r, http.StatusOK, ui.Return(v))
}

// standsTo is who asks, to the owner of the answers. What was answered is shown to nobody but them and their teachers.
func (s *Server) standsTo(r *request, a *arrival) string {
	switch {
	case !r.signedIn():
		return "signed-out"
	case r.person.ID == a.owner.ID:
		return "mine"
	case teachers.admits(r.person.Role, false):
		if _, err := s.Store.ProgressOf(r.actor(), a.owner.ID); err == nil {
			return "theirs"
		}
	}
	return "other"
}

func (s *Server) badParcel(w http.ResponseWriter, r *request, err error) error {
	v := view.Return{Frame: s.frame(r, "", nil), State: "unreadable"}
	switch {
	case errors.Is(err, errTicket):
		v.State = "forged"
	case !errors.Is(err, errParcel):
		return err
	}
	s.Log.Debug("answers from a take-home file are refused", "err", err)
	return s.render(w, r, http.StatusBadRequest, ui.Return(v))
}

// takeReturn takes what is posted. Without do=keep it may come from anywhere, for a file kept on a phone has no origin: it
// is put aside and shown, by an address of ours, so that the browser sends along who is signed in.
func (s *Server) takeReturn(w http.ResponseWriter, r *request) error {
	f := r.PostForm
	if f.Get("do") == "keep" {
		return s.keepReturn(w, r)
	}
	text := f.Get("d")
	if f.Has("ticket") {
		p, err := parcelOfForm(f)
		if err != nil {
			return s.badParcel(w, r, err)
		}
		text = p.encode()
	} else if _, query, ok := strings.Cut(text, "?"); ok { // a whole link was pasted
		if q, err := url.ParseQuery(query); err == nil {
			text = q.Get("d")
		}
	}
	a, err := s.arrival(text)
	if err != nil {
		return s.badParcel(w, r, err)
	}
	http.Redirect(w, r.Request, returnPath+"?k="+s.arrived.put(a.parcel.encode()), http.StatusSeeOther)
	return nil
}

// parcelOfForm reads a file's own form: what its script wrote, and of a phone without script the fields.
func parcelOfForm(f url.Values) (parcel, error) {
	p := parcel{f.Get("ticket"), map[int][]string{}}
	if f.Get("answers") != "" {
		return p, p.read(f.Get("answers"))
	}
	for name, values := range f {
		number, field, several := strings.Cut(strings.TrimPrefix(name, "q"), ".")
		n, err := strconv.Atoi(number)
		at, errAt := strconv.Atoi(field)
		if several && (errAt != nil || at < 0 || at >= maxTakenFields) || !strings.HasPrefix(name, "q") || err != nil || n < 1 || n > maxTaken {
			continue
		}
		value := strings.Join(strings.FieldsFunc(strings.Join(values, ","), func(c rune) bool { return c == '\t' || c == '\n' || c == '\r' }), " ")
		if len(value) > maxTakenAnswer {
			return p, errParcel
		}
		line := p.answers[n]
		for len(line) <= at {
			line = append(line, "")
		}
		line[at] = value
		p.answers[n] = line
	}
	for n, line := range p.answers {
		if strings.Join(line, "") == "" {
			delete(p.answers, n)
		}
	}
	return p, nil
}

// maxTakenFields is how many fields a question can have: as many as package marking reads.
const maxTakenFields = 200

// arrival opens a parcel and checks its ticket. An owner who has left the school is as good as none.
func (s *Server) arrival(text string) (*arrival, error) {
	p, err := openParcel(text)
	if err != nil {
		return nil, err
	}
	a := &arrival{parcel: p}
	if a.ticket, err = openTicket(s.takeKey(), p.ticket); err != nil {
		return nil, err
	}
	a.owner, err = s.Store.Person(learning.Box(), a.ticket.learner)
	if errors.Is(err, fs.ErrNotExist) || err == nil && a.owner.Archived {
		return nil, errTicket
	}
	return a, err
}

// keepReturn marks and records what came, for who is signed in or a learner of theirs. Each answer counts once, however
// often and whichever way it comes.
func (s *Server) keepReturn(w http.ResponseWriter, r *request) error {
	switch {
	case !sameOrigin(r.Request):
		return errForeign
	case !r.signedIn():
		return errSignedOut
	case !s.Auth.Check(r.session.Token, r.PostForm.Get("token")):
		return errForeign
	}
	a, err := s.arrival(r.PostForm.Get("d"))
	if err != nil {
		return s.badParcel(w, r, err)
	}
	who := s.standsTo(r, a)
	if who != "mine" && who != "theirs" {
		return fmt.Errorf("web: %s keeps answers of %s: %w", r.person.ID, a.owner.ID, fs.ErrPermission)
	}
	v := view.Return{Frame: s.frame(r, "", nil), State: "kept", Owner: a.owner.Name}
	if v.Rows, err = s.returned(r, a, s.keepTaken); err != nil {
		return err
	}
	for _, row := range v.Rows {
		switch row.State {
		case "new":
			v.New++
		case "before":
			v.Before++
		default:
			v.Lost++
		}
	}
	return s.render(w, r, http.StatusOK, ui.Return(v))
}

// A keeper records a marked answer and says what became of it: "new" or "before".
type keeper func(r *request, t *turn, a learning.Attempt) (string, error)

// returned goes through the answers by exercise, marks them here and hands them to keep; nil only shows them.
func (s *Server) returned(r *request, a *arrival, keep keeper) (rows []view.ReturnRow, err error) {
	n := 0
	for _, sheet := range a.ticket.sheets {
		turn := s.turnOfSheet(sheet)
		first := true
		for _, q := range sheet.questions {
			n++
			values, answered := a.parcel.answers[n]
			if !answered {
				continue
			}
			row := view.ReturnRow{Number: n, State: "gone"}
			if turn != nil {
				if first {
					row.Title, first = turn.exercise.Title, false
				}
				if err := s.returnedRow(r, a, turn, q, values, keep, &row); err != nil {
					return nil, err
				}
			}
			rows = append(rows, row)
		}
	}
	return rows, nil
}

// returnedRow marks one answer.
func (s *Server) returnedRow(r *request, a *arrival, t *turn, q takenQuestion, values []string, keep keeper, row *view.ReturnRow) error {
	v, ok := t.taken(q)
	if !ok {
		return nil
	}
	t.variant = v
	result, err := marking.Mark(v, takenResponse(v, values))
	if errors.Is(err, fs.ErrInvalid) {
		row.State = "unread"
		return nil
	}
	if err != nil {
		return err
	}
	lang := language(t.course, t.node)
	row.Asked, row.State = asked(s.words(r), v, result.Given, lang), ""
	if keep == nil {
		row.Stem = inline(marking.Line(v))
		return nil
	}
	it := v.Item
	row.State, err = keep(r, t, learning.Attempt{
		ID: a.ticket.attempt(s.takeKey(), t.node.ID, q), Learner: a.owner.ID, Course: t.course.ID, Resource: t.node.ID, Item: it.ID,
		Type: it.Type, Criterion: learning.CriterionOf(t.exercise), Seed: v.Seed, Given: result.Given, Score: result.Score,
		Correct: result.Correct, Error: result.Error, Skill: skillColumn(t.exercise, it), Rating: ratingColumn(it),
	})
	if err != nil {
		return err
	}
	row.Correct, row.Partly = result.Correct, result.Score > 0
	if !result.Correct {
		row.Error, row.Worked = inline(result.Feedback), inline(it.Worked)
	}
	return nil
}

// keepTaken is the keeper that keeps.
func (s *Server) keepTaken(r *request, t *turn, a learning.Attempt) (string, error) {
	kept, err := s.Store.RecordAttempt(r.Context(), r.actor(), a)
	if err != nil {
		return "", err
	}
	if !kept.Counted {
		return "before", nil
	}
	if c := t.node.CompletedBy(); c.By == content.ByScore && !kept.Progress.Complete && learning.Completed(c, kept.Progress, len(t.exercise.Items)) {
		v := learning.View{Learner: a.Learner, Course: a.Course, Resource: a.Resource, Action: learning.Finished, Percent: 10000}
		_, err = s.Store.RecordView(r.Context(), r.actor(), v)
	}
	return "new", err
}

// turnOfSheet opens an exercise that a file holds; nil when it is not on this box, or is none any more.
func (s *Server) turnOfSheet(x takenSheet) *turn {
	reader, release, n, err := s.openAny(x.exercise, "")
	if err != nil {
		return nil
	}
	defer release()
	exercises, ok := reader.(content.ExerciseReader)
	if !ok || n.Kind != content.Practice {
		return nil
	}
	t := &turn{course: reader.Course(), node: n}
	if t.exercise, err = exerciseOf(reader, exercises, n.ID); err != nil {
		return nil
	}
	return t
}

// taken draws a question of a file again; false when the course asks it no more, or asks something else now.
func (t *turn) taken(q takenQuestion) (marking.Variant, bool) {
	for _, it := range t.exercise.Items {
		if v, err := marking.Draw(it, uint64(q.seed)); err == nil && fingerprint(v) == q.print {
			return v, true
		}
	}
	return marking.Variant{}, false
}

// arrivals are parcels put aside until their owner has signed in, by a name that follows from the parcel and cannot be
// guessed. In memory alone: the file on the phone still has them.
type arrivals struct {
	mu    sync.Mutex
	held  map[string]string
	order []string
}

// maxArrivals parcels are held, under 10 KB each; then the oldest goes.
const maxArrivals = 200

func (a *arrivals) put(parcel string) string {
	sum := blake3.Sum256([]byte(auth.SessionCookie + " parcel\x00" + parcel))
	name := hex.EncodeToString(sum[:16])
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, held := a.held[name]; held {
		return name
	}
	if a.held == nil {
		a.held = map[string]string{}
	}
	if len(a.order) >= maxArrivals {
		delete(a.held, a.order[0])
		a.order = a.order[1:]
	}
	a.held[name], a.order = parcel, append(a.order, name)
	return name
}

func (a *arrivals) get(name string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.held[name]
}
