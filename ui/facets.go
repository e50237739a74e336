package ui

import (
	"slices"
	"strings"

	"lamplight/ui/view"
)

// facetText is what a choice is called: a message, a language in its own words, or what the server says.
func facetText(l *localeOf, v view.FacetValue) string {
	switch {
	case v.Text != "":
		return v.Text
	case v.Facet == "language" && v.Value == "mul":
		return l.T("card.several-languages")
	case v.Facet == "language":
		return languageName(v.Value)
	case v.Facet == "kind":
		return l.T("kind." + v.Value)
	case v.Facet == "licence":
		return licenceName(l, v.Value)
	}
	return l.T("label." + v.Facet + "." + v.Value)
}

// facetsOpen says whether somebody looks at the facets already.
func facetsOpen(all []view.Facet) bool {
	return slices.ContainsFunc(all, func(f view.Facet) bool { return f.Open })
}

// licenceSorts are licences that have words of their own, by what their identifiers hold in small letters without dashes.
var licenceSorts = []struct{ part, sort string }{
	{"allrightsreserved", "reserved"},
	{"specialpermission", "special"},
	{"publicdomain", "public"},
	{"ccpdm", "public"},
}

// licenceSort is "reserved", "special", "public", or "" for a licence that goes by its identifier.
func licenceSort(id string) string {
	plain := strings.ReplaceAll(strings.ToLower(id), "-", "")
	for _, s := range licenceSorts {
		if strings.Contains(plain, s.part) {
			return s.sort
		}
	}
	return ""
}

// licenceName is what a licence is called in a line: by its identifier as people know it, or in words where it has none.
func licenceName(l *localeOf, id string) string {
	if id == "" || id == "unstated" {
		return l.T("licence.unstated")
	}
	if sort := licenceSort(id); sort != "" {
		return l.T("licence.name." + sort)
	}
	if rest, ok := strings.CutPrefix(id, "CC-BY"); ok {
		terms := strings.TrimRight(rest, "-0123456789.")
		return strings.TrimSpace("CC BY" + terms + " " + strings.Trim(rest[len(terms):], "-"))
	}
	return strings.TrimPrefix(id, "LicenseRef-")
}

func licenceNames(l *localeOf, ids []string) string {
	var names []string
	for _, id := range ids {
		names = append(names, licenceName(l, id))
	}
	return strings.Join(names, ", ")
}

// licenceShort are what a licence asks for, in a few words, as messages "licence.short.KEY".
func licenceShort(id string) (keys []string) {
	id = strings.ToUpper(id)
	if !strings.HasPrefix(id, "CC-BY") {
		return nil
	}
	for _, t := range []struct{ term, key string }{{"-NC", "noncommercial"}, {"-ND", "noderivatives"}, {"-SA", "sharealike"}} {
		if strings.Contains(id, t.term) {
			keys = append(keys, t.key)
		}
	}
	return keys
}

// namesMaker says whether a licence asks that whoever made the thing is named.
func namesMaker(id string) bool {
	return strings.HasPrefix(strings.ToUpper(id), "CC-BY") || strings.HasPrefix(strings.ToUpper(id), "GFDL")
}

// shortTerms is how many bytes of an owner's terms stand open in the foot of a page.
const shortTerms = 200
