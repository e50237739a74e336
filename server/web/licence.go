package web

import (
	"html"
	"maps"
	"net/http"
	"slices"
	"strings"

	"lamplight/ui"
	"lamplight/ui/view"
)

// licenceNames are the names of the licences that open resources come under, by the beginning of their SPDX identifiers, the
// longest first; what follows is a version.
var licenceNames = []struct{ id, name string }{
	{"CC-BY-NC-SA", "Creative Commons Attribution-NonCommercial-ShareAlike"},
	{"CC-BY-NC-ND", "Creative Commons Attribution-NonCommercial-NoDerivatives"},
	{"CC-BY-NC", "Creative Commons Attribution-NonCommercial"},
	{"CC-BY-SA", "Creative Commons Attribution-ShareAlike"},
	{"CC-BY-ND", "Creative Commons Attribution-NoDerivatives"},
	{"CC-BY", "Creative Commons Attribution"},
	{"CC0", "Creative Commons Zero"},
	{"CC-PDM", "Creative Commons Public Domain Mark"},
	{"GFDL", "GNU Free Documentation License"},
	{"AGPL", "GNU Affero General Public License"},
	{"LGPL", "GNU Lesser General Public License"},
	{"GPL", "GNU General Public License"},
	{"MIT", "MIT License"},
	{"OFL", "SIL Open Font License"},
	{"Apache", "Apache License"},
	{"BSD-2-Clause", "BSD License with two clauses"},
	{"BSD-3-Clause", "BSD License with three clauses"},
	{"LicenseRef-PublicDomain-US", "Public domain in the United States"},
}

// licenceName is a licence's full name with its version; "" for one that goes by its identifier.
func licenceName(id string) string {
	for _, l := range licenceNames {
		version, ok := strings.CutPrefix(id, l.id)
		if !ok || version != "" && version[0] != '-' {
			continue
		}
		version = strings.TrimSuffix(version, "-only")
		version = strings.Replace(version, "-or-later", " or later", 1)
		return strings.TrimSpace(l.name + " " + strings.ReplaceAll(strings.TrimPrefix(version, "-"), "-", " "))
	}
	return ""
}

// showLicence says in plain words what one may do. A licence without a name here is shown by its identifier.
func (s *Server) showLicence(w http.ResponseWriter, r *request) error {
	id := r.PathValue("id")
	if len(id) > 100 {
		return errNotFound(r.URL.Path)
	}
	v := view.LicencePage{Frame: s.frame(r, "", &view.Link{URL: "/library"}), ID: id, Name: licenceName(id)}
	if id == "OFL-1.1" {
		v.Text = fontTerms()
	}
	return s.render(w, r, http.StatusOK, ui.LicencePage(v))
}

// fontTerms are the terms of each font that this box carries, as its makers wrote them.
func fontTerms() view.HTML {
	terms := ui.FontTerms()
	var b strings.Builder
	for _, family := range slices.Sorted(maps.Keys(terms)) {
		b.WriteString("<h3>" + html.EscapeString(family) + "</h3>")
		for part := range strings.SplitSeq(strings.ReplaceAll(terms[family], "\r", ""), "\n\n") {
			if part = strings.TrimSpace(part); part != "" && strings.Trim(part, "-") != "" {
				b.WriteString("<p>" + html.EscapeString(part) + "</p>")
			}
		}
	}
	return view.HTML(b.String())
}
