package web

import (
	"net/http"
	"slices"

	"lamplight/server/learning"
	"lamplight/ui"
	"lamplight/ui/locale"
	"lamplight/ui/view"
)

func (s *Server) showSettings(w http.ResponseWriter, r *request) error {
	own := r.wishes()
	v := view.Settings{
		Frame: s.frame(r, "settings", nil), Languages: locale.Languages(), Chosen: own.Language, Contents: s.contentLanguages(), Content: own.Content,
		Wishes: view.Wishes{
			Theme: themes[own.Theme], TextSize: textSizes[own.TextSize], Letters: letters[own.Font], Spacing: spacings[own.Spacing],
			Motion: motions[own.Motion], Data: datas[own.Data], Digits: own.Digits, Aloud: own.Aloud == "on",
		},
		Nastaliq: ui.HasFont("nastaliq") && s.preferences(r).Language == "ur", Fonts: len(ui.FontTerms()) > 0, Needs: needsView(r.needs),
	}
	if r.URL.Query().Has("saved") {
		v.Banner = &view.Banner{Kind: "saved", Key: "banner.settings-saved"}
	}
	return s.render(w, r, http.StatusOK, ui.Settings(v))
}

// contentLanguages are those of the courses that are here, sorted.
func (s *Server) contentLanguages() (all []string) {
	for _, c := range s.Library.Courses() {
		all = append(all, c.Languages...)
	}
	slices.Sort(all)
	all = slices.Compact(all)
	return slices.DeleteFunc(all, func(tag string) bool { return tag == "" || tag == "mul" })
}

// saveSettings keeps wishes with the person, or of a guest with the phone.
func (s *Server) saveSettings(w http.ResponseWriter, r *request) error {
	f := r.PostForm
	v := learning.Settings{
		Theme: recordName(themes, f.Get("theme")), TextSize: recordName(textSizes, f.Get("text")), Font: recordName(letters, f.Get("letters")),
		Spacing: recordName(spacings, f.Get("spacing")), Motion: recordName(motions, f.Get("motion")), Data: recordName(datas, f.Get("data")),
		Content: contentTag(f.Get("content")), Digits: digits(f.Get("digits")), Aloud: oneOf(f.Get("aloud"), []string{"on"}),
	}
	if locale.Speaks(f.Get("lang")) {
		v.Language = f.Get("lang")
	}
	was := r.wishes()
	if !f.Has("content") { // the page has no such field where all courses are in one language
		v.Content = was.Content
	}
	if !f.Has("digits") {
		v.Digits = was.Digits
	}
	if !r.signedIn() {
		setGuestSettings(w, v)
	} else if err := s.Store.SetSettings(r.Context(), r.actor(), r.person.ID, v); err != nil {
		return err
	}
	http.Redirect(w, r.Request, "/settings?saved", http.StatusSeeOther)
	return nil
}

// wishes are what the person set, or of a guest the phone, without what a teacher set.
func (r *request) wishes() learning.Settings {
	if r.signedIn() {
		return r.settings
	}
	return guestSettings(r.Request)
}

// withNeeds are wishes with what a teacher set on top: it may make letters larger than was wished, never smaller.
func withNeeds(p learning.Settings, n learning.Accommodation) learning.Settings {
	if n.LargeText && p.TextSize != "xl" {
		p.TextSize = "l"
	}
	if n.HighContrast && p.Theme != "night" {
		if p.Theme == "dark" {
			p.Theme = "night"
		} else {
			p.Theme = "sunlight"
		}
	}
	if n.ReadAloud {
		p.Aloud = "on"
	}
	return p
}

// recordName is the record's word for the style sheet's.
func recordName(m map[string]string, shown string) string {
	for k, v := range m {
		if v == shown {
			return k
		}
	}
	return ""
}

func oneOf(v string, allowed []string) string {
	if slices.Contains(allowed, v) {
		return v
	}
	return ""
}

// digits is the name of a numbering system that the record takes, "" of any other.
func digits(name string) string {
	return oneOf(name, []string{"latn", "arab", "arabext", "deva", "beng"})
}

// contentTag is a language tag as it comes from a phone, "" of what is none.
func contentTag(tag string) string {
	if len(tag) > 35 {
		return ""
	}
	for _, c := range []byte(tag) {
		if c != '-' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') {
			return ""
		}
	}
	return tag
}
