package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"lamplight/content/marking"
	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/ui"
	"lamplight/ui/view"
)

const (
	mostStations = 8
	mostTurns    = 100000
	mostMinutes  = 90
	usualMinutes = 15
)

func boardPath(id learning.ClassID) string { return classHome(id) + "/rotation" }

// A board is how the groups of a room take turns at its stations.
type board struct {
	class    learning.Class
	kept     store.KeptStep // zero: never saved
	groups   []learning.ClassID
	names    map[learning.ClassID]string
	may      []learning.Class // groups and classes that may take part
	stations []string
}

// board finds the board of the class that the address names; one that was never saved has the class' groups and the usual
// stations.
func (s *Server) board(r *request) (*board, error) {
	class, err := s.ledClass(r)
	if err != nil {
		return nil, err
	}
	b := &board{class: class, names: map[learning.ClassID]string{}, stations: view.BoardStations}
	if b.may, err = s.Store.Groups(r.actor(), class.ID); err != nil {
		return nil, err
	}
	for _, g := range b.may {
		b.groups = append(b.groups, g.ID)
	}
	classes, err := s.Store.Classes(r.actor())
	if err != nil {
		return nil, err
	}
	for _, c := range classes { // those the person leads
		if _, err := s.Store.Groups(r.actor(), c.ID); err == nil {
			b.may = append(b.may, c)
		}
	}
	for _, g := range b.may {
		b.names[g.ID] = g.Name
	}
	if x, err := s.Store.Step(r.actor(), learning.StepID(class.ID)); err == nil {
		b.kept = x
		b.groups, b.stations = splitIDs[learning.ClassID](x.Of), stationsOf(x.Text)
	}
	b.groups = slices.DeleteFunc(b.groups, func(id learning.ClassID) bool { return b.names[id] == "" })
	return b, nil
}

// stationsOf reads stations, a line each; the usual ones where there is none.
func stationsOf(text string) (out []string) {
	for _, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	if len(out) == 0 {
		return view.BoardStations
	}
	return out
}

// row is where the i'th group is in a turn, from 1.
func (b *board) row(i, turn int) view.BoardRow {
	at := func(t int) string { return b.stations[(i+t-1)%len(b.stations)] }
	return view.BoardRow{Group: b.names[b.groups[i]], Station: at(turn), Next: at(turn + 1)}
}

// showBoard is the board. With ?run=MINUTES it moves on by itself, each page telling the browser when to ask for the next:
// no clock need be right, and nothing is written.
func (s *Server) showBoard(w http.ResponseWriter, r *request) error {
	return s.renderBoard(w, r, nil, http.StatusOK)
}

func (s *Server) renderBoard(w http.ResponseWriter, r *request, stations []string, status int) error {
	b, err := s.board(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	path := boardPath(b.class.ID)
	v := view.Board{
		Frame: s.frame(r, "teach", &view.Link{Text: b.class.Name, URL: classHome(b.class.ID)}), Class: b.class.Name, Path: path, Turn: max(1, b.kept.At),
		Minutes: usualMinutes, Seen: b.kept.Seen, Problem: stations != nil, Editing: stations != nil || len(b.groups) == 0, Levels: levelsPath(b.class.ID),
	}
	if n, err := strconv.Atoi(q.Get("turn")); err == nil && n >= 1 && n <= mostTurns {
		v.Turn = n
	}
	v.Following, v.Before = v.Turn+1, v.Turn-1
	if n, err := strconv.Atoi(marking.Digits(q.Get("run"))); err == nil && n >= 1 && n <= mostMinutes && len(b.groups) > 0 {
		v.Minutes, v.Seconds = n, 60*n
		next := path + "?turn=" + strconv.Itoa(v.Following) + "&run=" + strconv.Itoa(n)
		v.Stop = path + "?turn=" + strconv.Itoa(v.Turn)
		w.Header().Set("Refresh", strconv.Itoa(v.Seconds)+"; url="+next)
	}
	b.fill(&v)
	if stations != nil {
		b.stations = stations
	}
	b.fillForm(&v)
	switch {
	case q.Has("saved"):
		v.Banner = &view.Banner{Kind: "saved", Key: "board.saved"}
	case q.Has("undone"):
		v.Banner = &view.Banner{Kind: "saved", Key: "board.undo.done"}
	}
	if q.Has("saved") && q.Has("of") {
		v.Undo = &view.Undo{Action: path, Fields: []view.Hidden{{Name: "do", Value: "restore"}, {Name: "of", Value: q.Get("of")}, {Name: "text", Value: q.Get("text")}}}
	}
	return s.render(w, r, status, ui.Board(v))
}

func (b *board) fill(v *view.Board) {
	for i := range b.groups {
		v.Rows = append(v.Rows, b.row(i, v.Turn))
	}
	for t := 1; t <= len(b.stations) && len(b.groups) > 0; t++ {
		turn := view.BoardTurn{Turn: t}
		for i := range b.groups {
			turn.Rows = append(turn.Rows, b.row(i, t))
		}
		v.Round = append(v.Round, turn)
	}
}

func (b *board) fillForm(v *view.Board) {
	for _, g := range b.may {
		v.Groups = append(v.Groups, view.Recipient{Key: string(g.ID), Name: g.Name, Chosen: slices.Contains(b.groups, g.ID)})
	}
	for _, key := range view.BoardStations {
		v.Stations = append(v.Stations, view.BoardStation{Key: key, Chosen: slices.Contains(b.stations, key)})
	}
	v.Own = strings.Join(slices.DeleteFunc(slices.Clone(b.stations), usualStation), "\n")
	for _, d := range b.kept.Disputes {
		for _, other := range d.Values[1:] {
			switch d.Field {
			case learning.StepText:
				v.Both = append(v.Both, other)
			case learning.StepOf:
				var names []string
				for _, id := range splitIDs[learning.ClassID](other) {
					names = append(names, cmpOr(b.names[id], "–"))
				}
				v.Both = append(v.Both, strings.Join(names, "\n"))
			}
		}
	}
	v.Editing = v.Editing || len(v.Both) > 0
}

func usualStation(s string) bool { return slices.Contains(view.BoardStations, s) }

// changeBoard moves on, or saves groups and stations, or makes them what they were.
func (s *Server) changeBoard(w http.ResponseWriter, r *request) error {
	b, err := s.board(r)
	if err != nil {
		return err
	}
	f, path := r.PostForm, boardPath(b.class.ID)
	do, to, _ := strings.Cut(f.Get("do"), " ")
	x := b.kept.Step
	if x.ID == "" {
		x = learning.Step{Of: joinIDsOf(b.groups), Text: strings.Join(b.stations, "\n")}
	}
	x.ID, x.Class, x.Use = learning.StepID(b.class.ID), b.class.ID, learning.StepBoard
	seen := ""
	switch do {
	case "turn":
		n, err := strconv.Atoi(cmpOr(to, f.Get("turn")))
		if err != nil || n < 1 || n > mostTurns {
			return badForm("no such turn")
		}
		x.At, path = n, path+"?turn="+strconv.Itoa(n)
	case "save":
		was := x
		stations := f["station"]
		stations = append(slices.DeleteFunc(slices.Clone(stations), func(k string) bool { return !usualStation(k) }), ownStations(f.Get("own"))...)
		if len(stations) == 0 || len(stations) > mostStations {
			return s.renderBoard(w, r, append([]string{}, stations...), http.StatusBadRequest)
		}
		var groups []learning.ClassID
		for _, g := range f["group"] {
			if id := learning.ClassID(g); b.names[id] != "" && !slices.Contains(groups, id) {
				groups = append(groups, id)
			}
		}
		x.Of, x.Text, seen = joinIDsOf(groups), strings.Join(stations, "\n"), f.Get("seen")
		path += "?" + undoBoard(&was)
	case "restore":
		x.Of, x.Text = f.Get("of"), f.Get("text")
		path += "?undone"
	default:
		return errNotFound("do=" + f.Get("do"))
	}
	if _, err := s.Store.SaveStep(r.Context(), r.actor(), x, seen); err != nil {
		return err
	}
	return see(w, r, path)
}
