package web

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"lamplight/content/marking"
	"lamplight/server/auth"
	"lamplight/server/learning"
	"lamplight/server/report"
	"lamplight/server/store"
	"lamplight/ui"
	"lamplight/ui/view"
)

// peoplePerPage keeps the list light.
const peoplePerPage = 50

// showPeople lists who the actor may see, with forms to add and reset.
func (s *Server) showPeople(w http.ResponseWriter, r *request) error {
	return s.renderPeople(w, r, view.AdminPeople{}, http.StatusOK)
}

func (s *Server) renderPeople(w http.ResponseWriter, r *request, v view.AdminPeople, status int) error {
	v.Frame = s.frame(r, "box", &view.Link{URL: "/admin"})
	if r.person.Role == learning.Teacher {
		v.Frame = s.frame(r, "teach", &view.Link{URL: "/teach"})
	}
	if v.Class = r.URL.Query().Get("class"); v.Class == "" {
		v.Class = r.PostForm.Get("class")
	}
	classes, err := s.Store.Classes(r.actor())
	if err != nil {
		return err
	}
	names := map[learning.PersonID]string{}
	for _, c := range classes {
		v.Classes = append(v.Classes, view.Option{Key: string(c.ID), Text: view.HTML(escape(c.Name)), Chosen: string(c.ID) == v.Class})
		teachers, learners, err := s.Store.ClassRoster(r.actor(), c.ID)
		if err != nil {
			return err
		}
		for _, p := range append(teachers, learners...) {
			names[p.ID] = c.Name
		}
	}
	v.Lead = r.person.Role == learning.Administrator
	v.Put = v.Lead && r.URL.Query().Has("archived")
	if v.Class != "" {
		v.Open = classPeopleURL(learning.ClassID(v.Class))
	}
	if v.Put {
		away, err := s.Store.ArchivedClasses(r.actor())
		if err != nil {
			return err
		}
		for _, c := range away {
			v.Away = append(v.Away, view.Link{Text: c.Name, URL: classPeopleURL(c.ID)})
		}
	}
	all, err := s.Store.People(r.actor(), store.PeopleFilter{Class: learning.ClassID(v.Class), Archived: v.Put})
	if err != nil {
		return err
	}
	v.Total = len(all)
	from := pageStart(r, len(all))
	shown := all[from:min(len(all), from+peoplePerPage)]
	v.Pager = pager(r, from, len(shown), len(all))
	for _, p := range shown {
		row, err := s.personRow(r, p)
		if err != nil {
			return err
		}
		row.Class, row.Edit = names[p.ID], personPath+row.ID
		if !v.Lead && p.Role != learning.Learner {
			row.Edit = ""
		}
		v.People = append(v.People, row)
	}
	if len(v.People) > 0 {
		v.Cards = "/admin/cards"
	}
	return s.render(w, r, status, ui.AdminPeople(v))
}

func (s *Server) personRow(r *request, p learning.Person) (view.PersonRow, error) {
	row := view.PersonRow{ID: string(p.ID), Name: p.Name, Tile: tileName(p.Tile), Role: string(p.Role), URL: personURL(p), Way: "none"}
	methods, err := s.methods(p.ID)
	if err != nil {
		return row, err
	}
	if len(methods) > 0 {
		row.Way = ways[methods[0]]
	}
	row.Card = slices.Contains(methods, learning.Card)
	recent, err := s.Store.RecentActivity(r.actor(), p.ID, 1)
	if err == nil && len(recent) > 0 {
		row.Last = report.When(recent[0].Last)
	}
	return row, err
}

// ways are what pages call the ways to sign in.
var ways = map[learning.SecretKind]string{
	learning.Picture: "pictures", learning.PIN: "pin", learning.Password: "password", learning.Card: "card",
}

// methods are the ways a person can sign in, the easiest first.
func (s *Server) methods(id learning.PersonID) (out []learning.SecretKind, err error) {
	for _, k := range []learning.SecretKind{learning.Picture, learning.PIN, learning.Password, learning.Card} {
		_, err := s.Store.Secret(id, k)
		if err == nil {
			out = append(out, k)
		} else if !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	return out, nil
}

func personURL(p learning.Person) string {
	if p.Role == learning.Learner {
		return "/teach/learner/" + string(p.ID)
	}
	return ""
}

func pageStart(r *request, total int) int {
	from := 0
	fmt.Sscan(r.URL.Query().Get("from"), &from)
	return max(0, min(from, total))
}

func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;").Replace(s)
}

// changePeople adds, resets, archives or enrols, as the form's field do says. Who may is the store's to judge.
func (s *Server) changePeople(w http.ResponseWriter, r *request) error {
	f := r.PostForm
	v := view.AdminPeople{Name: strings.TrimSpace(f.Get("name"))}
	person := learning.PersonID(f.Get("person"))
	var err error
	switch f.Get("do") {
	case "add":
		v.Fresh, err = s.addPerson(r, v.Name)
	case "class":
		_, err = s.Store.AddClass(r.Context(), r.actor(), v.Name, "")
	case "reset":
		v.Fresh, err = s.resetPerson(r, person, f.Get("way"))
	case "card-lost":
		err = s.endCard(r, person)
	case "remove":
		yes := true
		err = s.Store.EditPerson(r.Context(), r.actor(), person, learning.PersonEdit{Archived: &yes})
	case "enrol":
		err = s.Store.Enrol(r.Context(), r.actor(), learning.Enrolment{Class: learning.ClassID(f.Get("class")), Person: person, Role: learning.Learner})
	default:
		return errNotFound("do=" + f.Get("do"))
	}
	if errors.Is(err, fs.ErrInvalid) {
		v.Problem = "name"
		if v.Name != "" {
			v.Problem = "secret"
		}
		return s.renderPeople(w, r, v, http.StatusBadRequest)
	}
	if err != nil {
		return err
	}
	if v.Fresh == nil {
		http.Redirect(w, r.Request, "/admin/people?class="+url.QueryEscape(f.Get("class")), http.StatusSeeOther)
		return nil
	}
	v.Name = ""
	return s.renderPeople(w, r, v, http.StatusOK)
}

func (s *Server) addPerson(r *request, name string) (*view.Fresh, error) {
	f := r.PostForm
	role := learning.Role(f.Get("role"))
	if role == "" {
		role = learning.Learner
	}
	if name == "" || !role.Valid() {
		return nil, fs.ErrInvalid
	}
	way := f.Get("way")
	if way == "" && role != learning.Learner {
		way = "password"
	}
	fresh, secret, err := s.newSecret(r, name, way)
	if err != nil {
		return nil, err // before anybody is added
	}
	ids, err := s.Store.AddPeople(r.Context(), r.actor(), store.NewPerson{Role: role, Name: name, Class: learning.ClassID(f.Get("class")), Tile: randomTile()})
	if err != nil {
		return nil, err
	}
	secret.Person = ids[0]
	return fresh, s.Store.SetSecrets(r.Context(), r.actor(), secret)
}

func (s *Server) resetPerson(r *request, id learning.PersonID, way string) (*view.Fresh, error) {
	p, err := s.Store.Person(r.actor(), id)
	if err != nil {
		return nil, err
	}
	methods, err := s.methods(id)
	if err != nil {
		return nil, err
	}
	if way == "" {
		way = usualWay(p, methods)
	}
	fresh, secrets, err := s.resetSecrets(r, p, way)
	if err != nil {
		return nil, err
	}
	if err := s.Store.SetSecrets(r.Context(), r.actor(), secrets...); err != nil {
		return nil, err
	}
	return fresh, s.Auth.SignOutPerson(id, r.session.Token)
}

// resetSecrets makes a new way to sign in for a person and ends the others but a card: what was known to others must not
// open the door beside.
func (s *Server) resetSecrets(r *request, p learning.Person, way string) (*view.Fresh, []store.NewSecret, error) {
	fresh, secret, err := s.newSecret(r, p.Name, way)
	if err != nil {
		return nil, nil, err
	}
	methods, err := s.methods(p.ID)
	if err != nil {
		return nil, nil, err
	}
	secret.Person = p.ID
	secrets := []store.NewSecret{secret}
	for _, k := range methods {
		if k != secret.Kind && k != learning.Card {
			secrets = append(secrets, store.NewSecret{Person: p.ID, Kind: k})
		}
	}
	return fresh, secrets, nil
}

// endCard makes a person's card open nothing any more, and ends what it opened.
func (s *Server) endCard(r *request, id learning.PersonID) error {
	if err := s.Store.SetSecrets(r.Context(), r.actor(), store.NewSecret{Person: id, Kind: learning.Card}); err != nil {
		return err
	}
	return s.Auth.SignOutCard(id)
}

// usualWay is how a person signs in now, for a fresh secret of the same kind; a card is printed, not told.
func usualWay(p learning.Person, methods []learning.SecretKind) string {
	switch {
	case len(methods) > 0 && methods[0] != learning.Card:
		return ways[methods[0]]
	case p.Role != learning.Learner:
		return "password"
	}
	return "pin"
}

// newSecret makes a way to sign in of what was typed, or draws one: fresh is to be told to its person once, the rest is
// for the store, once it is known whose it is.
func (s *Server) newSecret(r *request, name, way string) (fresh *view.Fresh, secret store.NewSecret, err error) {
	fresh = &view.Fresh{Name: name}
	kind, kept := learning.PIN, r.PostForm.Get("secret")
	switch way {
	case "password":
		kind = learning.Password
		if kept == "" {
			kept = randomPassword()
		}
		fresh.Password = kept
	case "pictures":
		kind = learning.Picture
		fresh.Pictures = randomPictures()
		kept, _ = pictureNumbers(strings.Join(fresh.Pictures, "-"))
	default:
		if kept == "" {
			kept = auth.NewPIN()
		}
		kept = marking.Digits(kept)
		fresh.PIN = kept
	}
	verifier, err := s.Auth.Verifier(r.Context(), kind, kept)
	return fresh, store.NewSecret{Kind: kind, Verifier: verifier}, err
}

func randomInt(n int) int {
	v, _ := rand.Int(rand.Reader, big.NewInt(int64(n))) // never fails since Go 1.24
	return int(v.Int64())
}

func randomTile() int { return 1 + randomInt(len(ui.Pictures)) }

// randomPassword is easy to read aloud: three groups of letters without those that look alike.
func randomPassword() string {
	const letters = "abcdefghjkmnpqrstuvwxyz"
	b := make([]byte, 0, 14)
	for i := range 12 {
		if i > 0 && i%4 == 0 {
			b = append(b, '-')
		}
		b = append(b, letters[randomInt(len(letters))])
	}
	return string(b)
}

func randomPictures() []string {
	names := append([]string{}, ui.Pictures[:12]...)
	for i := range 3 {
		j := i + randomInt(len(names)-i)
		names[i], names[j] = names[j], names[i]
	}
	return names[:3]
}
