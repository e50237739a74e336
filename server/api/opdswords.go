package api

import (
	"net/url"
	"strings"

	"golang.org/x/text/language"

	"lamplight/content"
	"lamplight/ui/locale"
)

// title is what the catalogue is called: the school.
func (s *Server) title() string {
	if school, err := s.Store.School(); err == nil && school.Name != "" {
		return school.Name
	}
	return "Lamplight"
}

// words are a label's name as English says it; programs go by its code.
func words(name string) string {
	name = strings.ReplaceAll(name, "-", " ")
	return strings.ToUpper(name[:1]) + name[1:]
}

func languageTitle(tag string) string {
	if tag == "mul" {
		return "Several languages"
	}
	return locale.Name(tag)
}

// facetTitle is what a value of a facet is called.
func facetTitle(f content.Facet, value string) string {
	switch {
	case f == content.LanguageFacet:
		return languageTitle(value)
	case content.LabelCode(f, value) != "":
		return locale.For(locale.English).T("label." + string(f) + "." + value)
	}
	return value
}

// languageTags are those that are BCP 47, as OPDS 2 asks.
func languageTags(tags []string) (out []string) {
	for _, t := range tags {
		if tag, err := language.Parse(t); err == nil && t != "mul" && t != "und" {
			out = append(out, tag.String())
		}
	}
	return out
}

func licenceURL(c content.Course) string { return "/licence/" + url.PathEscape(c.Licence.ID) }

// schemaType says what a course is in the words of schema.org.
func schemaType(c content.Course) string {
	switch c.Format {
	case "epub":
		return "http://schema.org/Book"
	case "zim":
		return "http://schema.org/WebSite"
	}
	return "http://schema.org/Course"
}
