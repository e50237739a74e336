package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"lamplight/server/learning"
	cardreader "lamplight/server/paper"
	"lamplight/server/store"
	"lamplight/ui/view"
)

// inClassPhoto is the way in for answer cards. What photos said lies in the page's address until it is put in, as on the page
// that asks with cards alone; choices is how many sides of a card mean something.
func (s *Server) inClassPhoto(r *request, c *inClass, choices int) *view.InClassPhoto {
	q, at := r.URL.Query(), inClassURL(c.class.ID)
	seen := readShown(q.Get("seen"))
	p := &view.InClassPhoto{
		Open: at + "?cards=1", Close: at, Shown: q.Has("cards"), Seen: seen.String(), Upload: at + "/photo?seen=" + url.QueryEscape(seen.String()),
		Turn: at + "?cards=1&seen=" + url.QueryEscape(seen.turned()), Problem: oneOf(q.Get("problem"), []string{"photo", "large", "none"}),
		Doubtful: countIn(q, "doubtful"), Strange: countIn(q, "strange"), Cards: paperHome(c.class.ID) + "/cards",
	}
	last := len(c.mode.Rounds) - 1
	for _, x := range c.seats {
		if x.Card > 0 {
			p.Cards = ""
		}
		said, ok := seen[x.Card]
		switch {
		case !ok || int(said.answer) >= choices || x.Rounds[last] != nil:
		case said.clash:
			p.Clashes++
		default:
			p.Read = append(p.Read, view.InClassChild{Name: x.Person.Name, ID: string(x.Person.ID), Letters: []string{said.answer.Letter()}})
		}
	}
	return p
}

// readInClassPhoto reads a photo of the class's cards into the page's address.
func (s *Server) readInClassPhoto(w http.ResponseWriter, r *request) error {
	c, err := s.inClass(r)
	if err != nil {
		return err
	}
	result, problem, err := s.takePhoto(w, r)
	if err != nil {
		return err
	}
	seen, q := readShown(r.URL.Query().Get("seen")), url.Values{"cards": {"1"}}
	strange := 0
	var ours []cardreader.Reading
	for _, x := range result.Readings {
		if c.holds(x.Card) {
			ours = append(ours, x)
		} else {
			strange++
		}
	}
	if problem == "" && len(ours) == 0 {
		problem = "none"
	}
	seen.merge(ours)
	for k, n := range map[string]int{"strange": strange, "doubtful": len(result.Doubtful)} {
		if n > 0 {
			q.Set(k, strconv.Itoa(n))
		}
	}
	if problem != "" {
		q.Set("problem", problem)
	}
	if len(seen) > 0 {
		q.Set("seen", seen.String())
	}
	return see(w, r, inClassURL(c.class.ID)+"?"+q.Encode())
}

// holds says whether a learner of the class has a card.
func (c *inClass) holds(card int) bool {
	for _, x := range c.seats {
		if x.Card == card {
			return true
		}
	}
	return false
}

// enterInClass keeps what cards said (seen), or what the teacher taps for one learner (set).
func (s *Server) enterInClass(w http.ResponseWriter, r *request) error {
	c, err := s.inClass(r)
	if err != nil {
		return err
	}
	f, to := r.PostForm, inClassURL(c.class.ID)
	if f.Get("key") != keyOfNow(&c.mode) {
		return see(w, r, to+"?changed")
	}
	var all []learning.Attempt
	if who, letter, ok := strings.Cut(f.Get("set"), " "); ok {
		side, _ := cardreader.ParseAnswer(letter)
		at, err := markedAs(c.sheet, int(side))
		if err != nil {
			return err
		}
		at.Learner = learning.PersonID(who)
		all = append(all, at)
	}
	for _, x := range c.seats {
		said, ok := readShown(f.Get("seen"))[x.Card]
		if !ok || said.clash || x.Card == 0 || int(said.answer) >= len(cardKeys(c.sheet.variant)) {
			continue
		}
		at, err := markedAs(c.sheet, int(said.answer))
		if err != nil {
			return err
		}
		at.Learner, at.Paper = x.Person.ID, true
		all = append(all, at)
	}
	n, err := s.Store.AnswerClass(r.Context(), r.actor(), c.class.ID, s.Node.DeviceID(), c.mode.Round(), all...)
	if errors.Is(err, store.ErrRoundOver) {
		return see(w, r, to+"?late")
	}
	if err != nil {
		return err
	}
	return see(w, r, to+"?put="+strconv.Itoa(n))
}
