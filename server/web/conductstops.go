package web

import (
	"cmp"
	"errors"
	"io/fs"
	"net/http"
	"strconv"
	"strings"

	"lamplight/content"
	"lamplight/content/marking"
	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/ui"
	"lamplight/ui/view"
)

// hands is a count of hands in any digits.
func hands(text string) (int, bool) {
	n, err := strconv.Atoi(marking.Digits(strings.TrimSpace(text)))
	return n, err == nil && n >= 0 && n <= learning.MaxHands
}

// readMoment reads "2:30", "1:02:30" or whole minutes, in any digits, as tenths of a second.
func readMoment(text string) (tenths int, ok bool) {
	parts := strings.Split(marking.Digits(strings.TrimSpace(text)), ":")
	if len(parts) == 1 {
		parts = append(parts, "0")
	}
	if len(parts) > 3 {
		return 0, false
	}
	all := 0
	for i, p := range parts {
		n, err := strconv.Atoi(p)
		if err != nil || n < 0 || n > 1440 || i > 0 && n > 59 {
			return 0, false
		}
		all = 60*all + n
	}
	return 10 * all, all > 0 && 10*all <= learning.MaxStepAt
}

func moment(tenths int) string {
	s := tenths / 10
	out := strconv.Itoa(s/60) + ":" + strconv.Itoa(100 + s%60)[1:]
	return out
}

// showStops is where a film stops.
func (s *Server) showStops(w http.ResponseWriter, r *request) error {
	return s.renderStops(w, r, view.StopWords{}, "", http.StatusOK)
}

func (s *Server) renderStops(w http.ResponseWriter, r *request, typed view.StopWords, problem string, status int) error {
	c, _, release, err := s.conducting(r)
	if err != nil {
		return err
	}
	defer release()
	v := view.Stops{
		Frame: s.frame(r, "teach", &view.Link{Text: c.class.Name, URL: classHome(c.class.ID) + "/conduct"}), Class: c.class.Name, Heading: title(c.node), Lang: c.lang,
		Action: c.url("stops"), Play: c.url("play"), Seconds: c.node.Seconds, New: typed, Problem: problem, ID: string(learning.NewID[learning.StepID]()),
		Choices: s.stopChoices(r, c),
	}
	if c.lesson != "" {
		v.Frame.Back = &view.Link{URL: loopPath(c.class.ID, c.lesson)}
	}
	for i := range c.stops {
		v.Rows = append(v.Rows, s.stopRow(&c.stops[i]))
	}
	q := r.URL.Query()
	if did := oneOf(q.Get("did"), []string{"add", "save", "drop", "back"}); did != "" {
		v.Banner = &view.Banner{Kind: "saved", Key: "conduct.did." + did}
	}
	if gone := q.Get("gone"); gone != "" {
		v.Undo = &view.Undo{Action: v.Action, Fields: []view.Hidden{{Name: "do", Value: "back " + gone}}}
	}
	return s.render(w, r, status, ui.Stops(v))
}

func (s *Server) stopRow(x *store.KeptStep) view.StopRow {
	row := view.StopRow{
		ID: string(x.ID), Seen: x.Seen, At: float64(x.At) / 10, Words: view.StopWords{At: moment(x.At), Ask: x.Ask, Text: x.Text, Then: x.Then},
	}
	row.Question = s.askLine(x.Ask)
	for _, d := range x.Disputes {
		for _, other := range d.Values[1:] {
			switch d.Field {
			case learning.StepAt:
				tenths, _ := strconv.Atoi(other)
				other = moment(tenths)
			case learning.StepAsk:
				other = s.askLine(other)
			case learning.StepText, learning.StepThen:
			default:
				continue
			}
			row.Both = append(row.Both, other)
		}
	}
	return row
}

func (s *Server) askLine(ask string) string {
	if x, ok := readAsk(ask); ok {
		return s.questionLine(x)
	}
	return ""
}

// mostChoices questions are offered for a stop: what a list on a phone bears.
const mostChoices = 60

// stopChoices are questions for a stop: those of the lesson's exercises, else those that lie beside the film, else of its
// course; and those that stops ask already.
func (s *Server) stopChoices(r *request, c *conducting) (out []view.StopChoice) {
	var all []learning.QuizQuestion
	if l, err := s.Store.Lesson(r.actor(), c.lesson); err == nil {
		for _, ref := range l.Resources {
			all = append(all, s.questionsUnder(r, ref)...)
		}
	}
	for parent, ok := s.parentOf(c.ref); ok && len(all) == 0; {
		all = s.questionsUnder(r, parent)
		if parent.Resource == "" {
			break
		}
		parent, ok = s.parentOf(parent)
	}
	seen := map[string]bool{}
	add := func(key string) {
		x, ok := readAsk(key)
		if !ok || seen[key] {
			return
		}
		seen[key] = true
		out = append(out, view.StopChoice{Key: key, Text: s.questionLine(x)})
	}
	for _, x := range c.stops {
		add(x.Ask)
	}
	for _, x := range all[:min(len(all), mostChoices)] {
		add(refKey(learning.Ref{Course: x.Course, Resource: x.Resource}) + " " + string(x.Item))
	}
	return out
}

// changeStops adds a stop, saves one, takes one out or puts it back.
func (s *Server) changeStops(w http.ResponseWriter, r *request) error {
	c, _, release, err := s.conducting(r)
	if err != nil {
		return err
	}
	release()
	f := r.PostForm
	do, id, _ := strings.Cut(f.Get("do"), " ")
	if do == "drop" || do == "back" {
		return s.dropStop(w, r, c, learning.StepID(id), do)
	}
	if do != "add" && do != "save" {
		return errNotFound("do=" + f.Get("do"))
	}
	typed := view.StopWords{At: f.Get("at"), Ask: f.Get("ask"), Text: strings.TrimSpace(f.Get("text")), Then: strings.TrimSpace(f.Get("then"))}
	problem := ""
	at, ok := readMoment(typed.At)
	switch {
	case !ok || c.node.Seconds > 0 && float64(at) >= 10*c.node.Seconds:
		problem = "at"
	case typed.Ask == "" && typed.Text == "":
		problem = "ask"
	}
	if problem == "" {
		_, err = s.Store.SaveStep(r.Context(), r.actor(), learning.Step{
			ID: learning.StepID(cmp.Or(id, f.Get("id"))), Class: c.class.ID, Use: learning.StepStop, Of: refKey(c.ref), At: at, Ask: typed.Ask, Text: typed.Text, Then: typed.Then,
		}, f.Get("seen"))
		if errors.Is(err, fs.ErrInvalid) {
			problem = "ask"
		}
	}
	if problem != "" {
		return s.renderStops(w, r, typed, problem, http.StatusBadRequest)
	}
	if err != nil {
		return err
	}
	return see(w, r, c.url("stops", "did", do))
}

func (s *Server) dropStop(w http.ResponseWriter, r *request, c *conducting, id learning.StepID, do string) error {
	x, err := s.Store.Step(r.actor(), id)
	if err != nil {
		return err
	}
	if x.Class != c.class.ID || x.Use != learning.StepStop || readRef(x.Of).Resource != content.ResourceID(c.ref.Resource) {
		return errNotFound("stop " + string(id))
	}
	if err := s.Store.DropStep(r.Context(), r.actor(), id, do == "drop"); err != nil {
		return err
	}
	more := []string{"did", do}
	if do == "drop" {
		more = append(more, "gone", string(id))
	}
	return see(w, r, c.url("stops", more...))
}
