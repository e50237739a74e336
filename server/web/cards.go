package web

import (
	"fmt"
	"net"
	"net/http"
	"strings"

	"rsc.io/qr"

	"lamplight/server/auth"
	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/ui"
	"lamplight/ui/view"
)

// cardsPath shows sign-ins just made as cards to print: the key of what waits follows.
const cardsPath = "/admin/cards/"

// signIns are just made, to be told or printed: they are kept nowhere else.
type signIns struct {
	fresh []view.Fresh      // to be told
	cards []view.SignInCard // to be printed, as many
	back  string            // the page it came from
}

// printCards makes new sign-ins for each person named, or for all of a class, and shows them for printing: cards with a
// code, three pictures or a PIN, as the form's kind says. Each ends the one before, since it is kept nowhere and cannot be
// printed again.
func (s *Server) printCards(w http.ResponseWriter, r *request) error {
	people, err := s.cardPeople(r)
	if err != nil {
		return err
	}
	out := signIns{back: "/admin/people"}
	if class := r.PostForm.Get("class"); class != "" {
		out.back = classPeopleURL(learning.ClassID(class))
	}
	kind := r.PostForm.Get("kind")
	var secrets []store.NewSecret
	for _, p := range people {
		card, some, err := s.newCard(r, p, kind)
		if err != nil {
			return err
		}
		secrets = append(secrets, some...)
		out.cards = append(out.cards, card)
	}
	if err := s.Store.ChangeRoster(r.Context(), r.actor(), store.RosterChange{Secrets: secrets}); err != nil {
		return err
	}
	for _, p := range people { // at once; elsewhere at their next request
		end := s.Auth.SignOutCard
		if kind == "pictures" || kind == "pin" {
			end = func(id learning.PersonID) error { return s.Auth.SignOutPerson(id, r.session.Token) }
		}
		if err := end(p.ID); err != nil {
			return err
		}
	}
	http.Redirect(w, r.Request, cardsPath+s.putBy.keep(r.person.ID, &out), http.StatusSeeOther)
	return nil
}

// newCard makes one person's sign-in of a kind, as a card and as what the store keeps of it.
func (s *Server) newCard(r *request, p learning.Person, kind string) (view.SignInCard, []store.NewSecret, error) {
	card := view.SignInCard{Name: p.Name, Login: p.Login, Number: p.Number}
	if classes, err := s.Store.ClassesOf(r.actor(), p.ID); err == nil && len(classes) > 0 {
		card.Class = classes[0].Name
	}
	if kind == "pictures" || kind == "pin" {
		fresh, secrets, err := s.resetSecrets(r, p, kind)
		if err == nil {
			card.Pictures, card.PIN = fresh.Pictures, fresh.PIN
		}
		return card, secrets, err
	}
	code, verifier := auth.NewCard()
	svg, err := qrSVG(s.phoneAddress(r) + "/card/" + code)
	card.QR, card.Code = svg, code
	return card, []store.NewSecret{{Person: p.ID, Kind: learning.Card, Verifier: verifier}}, err
}

// showCards prints what waits under a key: cards, or what was to be told as cards.
func (s *Server) showCards(w http.ResponseWriter, r *request) error {
	kept, _ := s.putBy.get(r.person.ID, r.PathValue("key")).(*signIns)
	if kept == nil {
		return errNotFound("cards")
	}
	v := view.Cards{Frame: s.frame(r, "teach", &view.Link{URL: kept.back}), URL: s.phoneAddress(r), Cards: kept.cards}
	if school, err := s.Store.School(); err == nil {
		v.School = school.Name
	}
	if len(v.Cards) == 0 {
		for _, f := range kept.fresh {
			v.Cards = append(v.Cards, view.SignInCard{Name: f.Name, Class: f.Class, Pictures: f.Pictures, PIN: f.PIN, Password: f.Password})
		}
	}
	return s.render(w, r, http.StatusOK, ui.Cards(v))
}

// phoneAddress is where phones reach the box: as this browser did, unless it runs on the box itself.
func (s *Server) phoneAddress(r *request) string {
	name, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		name = r.Host
	}
	if ip := net.ParseIP(strings.Trim(name, "[]")); name == "localhost" || ip != nil && ip.IsLoopback() {
		if all := s.Node.Addresses(); len(all) > 0 {
			return strings.TrimSuffix(all[0], "/")
		}
	}
	return "http://" + r.Host
}

func (s *Server) cardPeople(r *request) ([]learning.Person, error) {
	f := r.PostForm
	if len(f["person"]) == 0 {
		return s.Store.People(r.actor(), store.PeopleFilter{Class: learning.ClassID(f.Get("class")), Role: learning.Learner})
	}
	var out []learning.Person
	for _, id := range f["person"] {
		p, err := s.Store.Person(r.actor(), learning.PersonID(id))
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// qrSVG draws a QR code as one path of unit squares, with the four modules of quiet zone that ISO/IEC 18004 §6.3.8 asks.
func qrSVG(text string) (view.HTML, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return "", fmt.Errorf("web: QR code: %w", err)
	}
	var b strings.Builder
	size := code.Size + 8
	fmt.Fprintf(&b, `<svg class="qr" viewBox="0 0 %d %d" role="img" aria-label="QR"><path fill="#fff" d="M0 0h%dv%dH0z"/><path fill="#000" d="`, size, size, size, size)
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			run := 0
			for code.Black(x+run, y) {
				run++
			}
			if run > 0 {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", x+4, y+4, run, run)
				x += run
			}
		}
	}
	b.WriteString(`"/></svg>`)
	return view.HTML(b.String()), nil
}
