package web

import (
	"net/http"
	"strings"

	"lamplight/server/auth"
	"lamplight/server/learning"
	"lamplight/ui"
	"lamplight/ui/locale"
	"lamplight/ui/view"
)

// frame is what every page shares, for who asks.
func (s *Server) frame(r *request, section string, back *view.Link) view.Frame {
	p := s.preferences(r)
	now, believed := s.Now()
	f := view.Frame{
		Lang: p.Language, BoxName: s.Node.Name(), Back: back, Section: section, Places: view.PlacesFor(string(r.person.Role)),
		Theme: themes[p.Theme], TextSize: textSizes[p.TextSize], Spacing: spacings[p.Spacing], Motion: motions[p.Motion],
		Letters: letters[p.Font], Data: datas[p.Data], Digits: p.Digits, Aloud: p.Aloud == "on",
		Path: r.URL.RequestURI(), Now: now, Unsure: !believed,
	}
	if s.Node.District() != nil && officers.admits(r.person.Role, false) {
		f.Places = view.DistrictPlaces(r.person.Role == learning.Administrator)
	}
	f.Arriving = r.signedIn() && (section == "teach" || section == "progress") && s.Store.ShowsPast()
	f.Calendar = s.dates()
	if r.teaches() {
		f.Help = helpOf(r.Pattern)
	}
	if f.Aloud || !r.signedIn() { // pages of signing in have speakers for everybody
		f.Clips = s.clips(f.Lang)
	}
	if f.Turn = turnView(r); f.Turn != nil {
		f.Places = view.TurnPlaces()
	} else if r.signedIn() {
		f.Idle = int(r.session.Idle.Seconds())
	}
	if r.signedIn() {
		f.Person = &view.Person{Name: r.person.Name, Key: string(r.person.ID), Tile: tileName(r.person.Tile), Role: string(r.person.Role)}
		f.Token = s.Auth.Token(r.session.Token)
	}
	return f
}

// What the record calls a setting and what the style sheet does.
var (
	themes    = map[string]string{"light": "light", "dark": "dark", "sunlight": "sunlight", "night": "night"}
	textSizes = map[string]string{"s": "small", "l": "large", "xl": "larger"}
	spacings  = map[string]string{"wide": "wide"}
	motions   = map[string]string{"reduced": "less"}
	letters   = map[string]string{"dyslexia": "clear", "nastaliq": "nastaliq"}
	datas     = map[string]string{"low": "low"}
)

// tileName is the picture of a person's own tile, counted from 1 round and round; "" for none.
func tileName(n int) string {
	if n < 1 {
		return ""
	}
	return ui.Pictures[(n-1)%len(ui.Pictures)]
}

// preferences are the person's own settings with what their teacher set; of a guest those of the phone; the language then
// as the phone asks for, then as the school speaks.
func (s *Server) preferences(r *request) learning.Settings {
	p := withNeeds(r.wishes(), r.needs)
	if p.Language == "" {
		p.Language = s.phoneLanguage(r)
	}
	return p
}

// words is the language of who asks.
func (s *Server) words(r *request) *locale.Locale { return locale.For(s.preferences(r).Language) }

func (s *Server) phoneLanguage(r *request) string {
	wanted := r.Header.Get("Accept-Language")
	if wanted == "" {
		school, err := s.Store.School()
		if err != nil || school.Language == "" {
			return "en"
		}
		wanted = school.Language
	}
	if m := s.matched.Load(); m != nil && m.wanted == wanted {
		return m.language
	}
	m := &match{wanted, locale.Match(wanted)}
	s.matched.Store(m)
	return m.language
}

// A match is what was last made of a wish for languages: most phones of a school wish the same.
type match struct{ wanted, language string }

// settingsCookie keeps a guest's wishes: values in a fixed order with points between, all from closed lists.
const settingsCookie = "wishes"

func guestSettings(r *http.Request) learning.Settings {
	c, err := r.Cookie(settingsCookie)
	if err != nil {
		return learning.Settings{}
	}
	v := append(strings.SplitN(c.Value, ".", 12), make([]string, 10)...)
	out := learning.Settings{
		Theme: known(themes, v[1]), TextSize: known(textSizes, v[2]), Spacing: known(spacings, v[3]), Motion: known(motions, v[4]),
		Font: known(letters, v[5]), Data: known(datas, v[6]), Content: contentTag(v[7]), Digits: digits(v[8]), Aloud: oneOf(v[9], []string{"on"}),
	}
	if locale.Speaks(v[0]) {
		out.Language = v[0]
	}
	return out
}

// known is the record's word if it is one, else "": a phone may send anything, and pages are kept by it.
func known(words map[string]string, word string) string {
	if _, ok := words[word]; !ok {
		return ""
	}
	return word
}

func setGuestSettings(w http.ResponseWriter, v learning.Settings) {
	value := strings.Join([]string{v.Language, v.Theme, v.TextSize, v.Spacing, v.Motion, v.Font, v.Data, v.Content, v.Digits, v.Aloud}, ".")
	http.SetCookie(w, &http.Cookie{Name: settingsCookie, Value: value, Path: "/", MaxAge: 365 * 86400, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

// phone is who asks as far as guessing goes: the address and a random cookie, which is set when there is none.
func phone(w http.ResponseWriter, r *request) auth.Phone {
	p := auth.Phone{Address: remoteAddress(r.Request)}
	if c, err := r.Cookie(phoneCookie); err == nil && len(c.Value) <= 64 {
		p.Cookie = c.Value
		return p
	}
	p.Cookie = auth.NewPhone()
	http.SetCookie(w, &http.Cookie{Name: phoneCookie, Value: p.Cookie, Path: "/", MaxAge: 365 * 86400, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	return p
}

func remoteAddress(r *http.Request) string {
	host := r.RemoteAddr
	if i := strings.LastIndexByte(host, ':'); i >= 0 {
		host = host[:i]
	}
	return host
}
