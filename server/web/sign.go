package web

import (
	"errors"
	"io/fs"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"lamplight/server/auth"
	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/ui"
	"lamplight/ui/locale"
	"lamplight/ui/view"
)

// showLogin is the ways in. Which face it shows follows from the query: see view.Login.
func (s *Server) showLogin(w http.ResponseWriter, r *request) error {
	q := r.URL.Query()
	v := view.Login{Step: "start", Next: localPath(q.Get("next")), Guests: s.Settings.Guests}
	if err := s.pickFace(&v, q.Get("class"), q); err != nil {
		return err
	}
	return s.renderLogin(w, r, v, http.StatusOK)
}

func (s *Server) renderLogin(w http.ResponseWriter, r *request, v view.Login, status int) error {
	phone(w, r)
	if !s.Node.Claimed() {
		http.Redirect(w, r.Request, "/claim", http.StatusSeeOther)
		return nil
	}
	if v.Step == "start" {
		classes, err := s.Store.SignInClasses()
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		for _, c := range classes {
			v.Classes = append(v.Classes, view.Class{Name: c.Name, URL: "/login?class=" + string(c.ID) + nextQuery(v.Next)})
		}
	}
	v.Frame = s.frame(r, "", nil)
	if v.Step != "start" {
		v.Back, v.Places = &view.Link{URL: "/login"}, nil // the pad and the pictures need the room
	}
	return s.render(w, r, status, ui.Login(v))
}

func nextQuery(next string) string {
	if next == "" {
		return ""
	}
	return "&next=" + url.QueryEscape(next)
}

// pickFace fills in whoever the query names, by class and tile, or alone when several share a name.
func (s *Server) pickFace(v *view.Login, class string, q url.Values) error {
	switch person := q.Get("person"); {
	case class != "":
		return s.pickTile(v, class, q)
	case person != "":
		return s.pickPerson(v, learning.PersonID(person), q.Get("way"))
	}
	return nil
}

// pickPerson is for who is not in a class's tiles, a teacher say. An id is random: who has it was shown it here.
func (s *Server) pickPerson(v *view.Login, id learning.PersonID, way string) error {
	p, err := s.Store.Person(learning.Box(), id)
	if err != nil {
		return err
	}
	methods, err := s.methods(id)
	if err != nil {
		return err
	}
	v.Person = view.Tile{ID: string(id), Name: p.Name, Tile: tileName(p.Tile), Role: string(p.Role), URL: "/login?person=" + string(id) + nextQuery(v.Next)}
	v.Step = stepFor(store.Tile{Methods: methods}, way)
	return nil
}

// pickTile fills in the class's tiles, and when one was tapped how its person signs in.
func (s *Server) pickTile(v *view.Login, class string, q url.Values) error {
	id, err := learning.ParseID[learning.ClassID](class)
	if err != nil {
		return err
	}
	tiles, err := s.Store.Tiles(id)
	if err != nil {
		return err
	}
	address := "/login?class=" + class + nextQuery(v.Next)
	v.Step, v.Class = "class", view.Link{Text: s.signInClassName(id), URL: address}
	for _, t := range tiles {
		tile := view.Tile{
			ID: string(t.Person), Name: t.Name, Tile: tileName(t.Tile), Role: string(learning.Learner),
			URL: address + "&person=" + string(t.Person),
		}
		v.People = append(v.People, tile)
		if q.Get("person") == tile.ID {
			v.Person, v.Step = tile, stepFor(t, q.Get("way"))
		}
	}
	if v.Step == "pictures" {
		v.Layout = ui.Pictures[:12]
		for _, p := range q["picked"] {
			if slices.Contains(v.Layout, p) && !slices.Contains(v.Picked, p) && len(v.Picked) < 3 {
				v.Picked = append(v.Picked, p)
			}
		}
	}
	return nil
}

func (s *Server) signInClassName(id learning.ClassID) string {
	classes, _ := s.Store.SignInClasses()
	for _, c := range classes {
		if c.ID == id {
			return c.Name
		}
	}
	return ""
}

// stepFor is how a person signs in: the way asked for if they have it, else the easiest they have.
func stepFor(t store.Tile, way string) string {
	steps := []struct {
		kind learning.SecretKind
		name string
	}{{learning.Picture, "pictures"}, {learning.PIN, "pin"}, {learning.Password, "password"}}
	for _, wanted := range []bool{true, false} {
		for _, st := range steps {
			if slices.Contains(t.Methods, st.kind) && (!wanted || st.name == way) {
				return st.name
			}
		}
	}
	return "pin"
}

// signIn takes every form of /login. It needs no token: who is not signed in has no session to forge in the name of.
func (s *Server) signIn(w http.ResponseWriter, r *request) error {
	f := r.PostForm
	try := auth.SignIn{From: phone(w, r), Name: f.Get("name"), Secret: f.Get("secret"), Person: learning.PersonID(f.Get("person"))}
	if card := f.Get("card"); card != "" {
		try = auth.SignIn{From: try.From, Kind: learning.Card, Secret: card}
	}
	try.Shared = try.Person != ""
	session, err := s.trySignIn(r, try)
	if err == nil {
		return s.enter(w, r, session, f.Get("next"))
	}
	v := view.Login{Step: "start", Name: try.Name, Next: localPath(f.Get("next")), Guests: s.Settings.Guests}
	if e := s.pickFace(&v, f.Get("class"), url.Values{"person": {string(try.Person)}, "way": {f.Get("way")}}); e != nil {
		return e
	}
	status, err := s.signInProblem(&v, try, err)
	if err != nil {
		return err
	}
	return s.renderLogin(w, r, v, status)
}

// trySignIn finds out which kind of secret was given: a card, pictures, or something typed.
func (s *Server) trySignIn(r *request, try auth.SignIn) (auth.Session, error) {
	if try.Kind == learning.Card {
		return s.Auth.SignIn(r.Context(), try)
	}
	if numbers, ok := pictureNumbers(try.Secret); ok && try.Person != "" {
		try.Kind, try.Secret = learning.Picture, numbers
		return s.Auth.SignIn(r.Context(), try)
	}
	return s.Auth.SignIn(r.Context(), try) // auth.Typed: a PIN or a password
}

// asciiDigits writes the decimal digits of any script as 0–9: a PIN is the same on every keyboard. Each script's ten
// digits stand in a row, the zero first (Unicode §4.6).
func asciiDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 || !unicode.Is(unicode.Nd, r) {
			return r
		}
		zero := r
		for unicode.Is(unicode.Nd, zero-1) && r-zero < 9 {
			zero--
		}
		return '0' + r - zero
	}, s)
}

// pictureNumbers turns "sun-fish-drum" into the numbers that auth keeps.
func pictureNumbers(secret string) (string, bool) {
	names := strings.Split(secret, "-")
	if len(names) != 3 {
		return "", false
	}
	for i, n := range names {
		at := slices.Index(ui.Pictures[:12], n)
		if at < 0 {
			return "", false
		}
		names[i] = strconv.Itoa(at)
	}
	return strings.Join(names, "-"), true
}

// signInProblem says on the page why it did not work; what is no sign-in problem is handed back.
func (s *Server) signInProblem(v *view.Login, try auth.SignIn, err error) (int, error) {
	var wait *auth.WaitError
	switch {
	case errors.As(err, &wait):
		v.Problem, v.Wait = "slow-down", int(math.Ceil(wait.Wait.Seconds()))
		return http.StatusTooManyRequests, nil
	case errors.Is(err, auth.ErrAmbiguous):
		v.Step = "who"
		return http.StatusUnauthorized, s.namesakes(v, try.Name)
	case try.Kind == learning.Card:
		v.Problem = "no-card"
		return http.StatusUnauthorized, nil
	case errors.Is(err, auth.ErrWrong), errors.Is(err, fs.ErrInvalid):
		v.Problem = "wrong"
		return http.StatusUnauthorized, nil
	}
	return 0, err
}

func (s *Server) namesakes(v *view.Login, name string) error {
	ids, err := s.Store.FindLogin(name)
	if err != nil {
		return err
	}
	for _, id := range ids {
		p, err := s.Store.Person(learning.Box(), id)
		if err != nil {
			return err
		}
		v.People = append(v.People, view.Tile{
			ID: string(id), Name: p.Name, Tile: tileName(p.Tile), Role: string(p.Role), URL: s.faceURL(id) + nextQuery(v.Next),
		})
	}
	return nil
}

// faceURL is where a person's secret is asked for: among the tiles of a class they learn in, else alone.
func (s *Server) faceURL(id learning.PersonID) string {
	classes, _ := s.Store.ClassesOf(learning.Box(), id)
	for _, c := range classes {
		tiles, _ := s.Store.Tiles(c.ID)
		if slices.ContainsFunc(tiles, func(t store.Tile) bool { return t.Person == id }) {
			return "/login?class=" + string(c.ID) + "&person=" + string(id)
		}
	}
	return "/login?person=" + string(id)
}

// signInByCard is what the phone's own camera opens.
func (s *Server) signInByCard(w http.ResponseWriter, r *request) error {
	session, err := s.Auth.SignIn(r.Context(), auth.SignIn{From: phone(w, r), Kind: learning.Card, Secret: r.PathValue("code")})
	if err == nil {
		return s.enter(w, r, session, "/")
	}
	v := view.Login{Step: "start", Guests: s.Settings.Guests, Problem: "no-card"}
	status, err := s.signInProblem(&v, auth.SignIn{Kind: learning.Card}, err)
	if err != nil {
		return err
	}
	return s.renderLogin(w, r, v, status)
}

// enter gives the phone its new session's cookie. A session cookie ends with the browser; the box ends it when idle.
func (s *Server) enter(w http.ResponseWriter, r *request, session auth.Session, next string) error {
	if r.session.Token != "" {
		if err := s.Auth.SignOut(r.session.Token); err != nil {
			return err
		}
	}
	http.SetCookie(w, &http.Cookie{Name: auth.SessionCookie, Value: session.Token, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
	to := localPath(next)
	if to == "" {
		to = "/"
	}
	http.Redirect(w, r.Request, to, http.StatusSeeOther)
	return nil
}

func (s *Server) signOut(w http.ResponseWriter, r *request) error {
	if err := s.Auth.SignOut(r.session.Token); err != nil {
		return err
	}
	http.SetCookie(w, &http.Cookie{Name: auth.SessionCookie, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	http.Redirect(w, r.Request, "/login", http.StatusSeeOther)
	return nil
}

// localPath is next if it is a path of this box, "" otherwise: "//host" and "/\host" lead elsewhere.
func localPath(next string) string {
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return ""
	}
	return next
}

// showClaim is first boot.
func (s *Server) showClaim(w http.ResponseWriter, r *request) error {
	if s.Node.Claimed() {
		http.Redirect(w, r.Request, "/", http.StatusSeeOther)
		return nil
	}
	return s.renderClaim(w, r, view.Claim{Code: r.URL.Query().Get("code"), Chosen: s.phoneLanguage(r)}, http.StatusOK)
}

func (s *Server) renderClaim(w http.ResponseWriter, r *request, v view.Claim, status int) error {
	phone(w, r)
	v.Frame, v.Languages = s.frame(r, "", nil), locale.Languages()
	return s.render(w, r, status, ui.Claim(v))
}

func (s *Server) claim(w http.ResponseWriter, r *request) error {
	f := r.PostForm
	c := Claim{
		Code: strings.TrimSpace(f.Get("code")), School: strings.TrimSpace(f.Get("school")), Language: locale.Match(f.Get("lang")),
		Name: strings.TrimSpace(f.Get("name")), Password: f.Get("secret"),
	}
	v := view.Claim{Code: c.Code, School: c.School, Name: c.Name, Chosen: c.Language, Problem: claimProblem(c)}
	if v.Problem != (view.ClaimProblem{}) {
		return s.renderClaim(w, r, v, http.StatusBadRequest)
	}
	id, err := s.Node.Claim(r.Context(), c)
	switch {
	case errors.Is(err, fs.ErrExist):
		http.Redirect(w, r.Request, "/login", http.StatusSeeOther)
		return nil
	case errors.Is(err, fs.ErrPermission):
		v.Problem.Code = "code"
		return s.renderClaim(w, r, v, http.StatusForbidden)
	case err != nil:
		return err
	}
	session, err := s.Auth.SignInAs(id, learning.Password, false)
	if err != nil {
		return err
	}
	return s.enter(w, r, session, "/")
}

func claimProblem(c Claim) (p view.ClaimProblem) {
	if c.Code == "" {
		p.Code = "code"
	}
	if c.School == "" {
		p.School = "empty"
	}
	if c.Name == "" {
		p.Name = "empty"
	}
	if len(c.Password) < 8 {
		p.Secret = "short"
	}
	return p
}
