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

// printCards makes a new sign-in card for each person named, or for all of a class, and shows them for printing. A card
// ends the one before: the code is kept nowhere, so it cannot be printed again.
func (s *Server) printCards(w http.ResponseWriter, r *request) error {
	people, err := s.cardPeople(r)
	if err != nil {
		return err
	}
	v := view.Cards{Frame: s.frame(r, "box", &view.Link{URL: "/admin/people"})}
	if school, err := s.Store.School(); err == nil {
		v.School = school.Name
	}
	base := s.phoneAddress(r)
	v.URL = base
	var secrets []store.NewSecret
	for _, p := range people {
		code, verifier := auth.NewCard()
		secrets = append(secrets, store.NewSecret{Person: p.ID, Kind: learning.Card, Verifier: verifier})
		svg, err := qrSVG(base + "/card/" + code)
		if err != nil {
			return err
		}
		card := view.SignInCard{Name: p.Name, Login: p.Login, QR: svg, Code: code}
		if classes, err := s.Store.ClassesOf(r.actor(), p.ID); err == nil && len(classes) > 0 {
			card.Class = classes[0].Name
		}
		v.Cards = append(v.Cards, card)
	}
	if err := s.Store.SetSecrets(r.Context(), r.actor(), secrets...); err != nil {
		return err
	}
	for _, p := range people { // at once; elsewhere at their next request
		if err := s.Auth.SignOutCard(p.ID); err != nil {
			return err
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
