package web

import (
	"net/http"
	"slices"

	"lamplight/ui"
	"lamplight/ui/view"
)

func (s *Server) showSettings(w http.ResponseWriter, r *request) error {
	v := view.Settings{Frame: s.frame(r, "settings", nil), Languages: languages, Chosen: r.settings.Language}
	if !r.signedIn() {
		v.Chosen = guestSettings(r.Request).Language
	}
	if r.URL.Query().Has("saved") {
		v.Banner = &view.Banner{Kind: "saved", Key: "banner.settings-saved"}
	}
	return s.render(w, r, http.StatusOK, ui.Settings(v))
}

// saveSettings keeps wishes with the person, or of a guest with the phone. What is not on the page stays as it was.
func (s *Server) saveSettings(w http.ResponseWriter, r *request) error {
	f, v := r.PostForm, r.settings
	if !r.signedIn() {
		v = guestSettings(r.Request)
	}
	v.Language = oneOf(f.Get("lang"), languages)
	v.Theme = oneOf(f.Get("theme"), []string{"light", "dark", "sunlight"})
	v.TextSize = recordName(textSizes, f.Get("text"))
	v.Spacing = recordName(spacings, f.Get("spacing"))
	v.Motion = recordName(motions, f.Get("motion"))
	if !r.signedIn() {
		setGuestSettings(w, v)
	} else if err := s.Store.SetSettings(r.Context(), r.actor(), r.person.ID, v); err != nil {
		return err
	}
	http.Redirect(w, r.Request, "/settings?saved", http.StatusSeeOther)
	return nil
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
