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

// licenceNames are the names of the licences that open resources come under (SPDX identifiers and full names).
var licenceNames = map[string]string{
	"CC0-1.0":                    "Creative Commons Zero 1.0",
	"CC-BY-3.0":                  "Creative Commons Attribution 3.0",
	"CC-BY-4.0":                  "Creative Commons Attribution 4.0",
	"CC-BY-SA-3.0":               "Creative Commons Attribution-ShareAlike 3.0",
	"CC-BY-SA-4.0":               "Creative Commons Attribution-ShareAlike 4.0",
	"CC-BY-NC-4.0":               "Creative Commons Attribution-NonCommercial 4.0",
	"CC-BY-NC-SA-4.0":            "Creative Commons Attribution-NonCommercial-ShareAlike 4.0",
	"CC-BY-ND-4.0":               "Creative Commons Attribution-NoDerivatives 4.0",
	"CC-BY-NC-ND-4.0":            "Creative Commons Attribution-NonCommercial-NoDerivatives 4.0",
	"GFDL-1.2":                   "GNU Free Documentation License 1.2",
	"GFDL-1.3":                   "GNU Free Documentation License 1.3",
	"GPL-2.0-or-later":           "GNU General Public License 2 or later",
	"GPL-3.0-or-later":           "GNU General Public License 3 or later",
	"MIT":                        "MIT License",
	"OFL-1.1":                    "SIL Open Font License 1.1",
	"Apache-2.0":                 "Apache License 2.0",
	"LicenseRef-PublicDomain-US": "Public domain in the United States",
}

// showLicence says in plain words what one may do. A licence without a name here is shown by its identifier.
func (s *Server) showLicence(w http.ResponseWriter, r *request) error {
	id := r.PathValue("id")
	if len(id) > 100 {
		return errNotFound(r.URL.Path)
	}
	v := view.LicencePage{Frame: s.frame(r, "", &view.Link{URL: "/library"}), ID: id, Name: licenceNames[id]}
	if v.Name == "" {
		v.Name = id
	}
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
