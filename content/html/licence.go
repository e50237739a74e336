package html

import (
	"cmp"
	"path"
	"regexp"
	"strings"

	"lamplight/content"
	"lamplight/content/arrange"
)

// state finds the licence where the front page states none: in a file of that name at the top, then in a README.
func (b *site) state(src source, names []string) {
	if b.licence.ID != "" {
		return
	}
	var found []string
	for _, n := range names {
		if !strings.Contains(n, "/") && licenceRank(n) < 9 {
			found = append(found, n)
		}
	}
	arrange.By(found, func(x, y string) int { return cmp.Or(licenceRank(x)-licenceRank(y), strings.Compare(x, y)) })
	for _, n := range found[:min(len(found), 6)] {
		raw, err := src.Read(b.Root+n, 256<<10)
		if err != nil {
			continue
		}
		text := strings.ToValidUTF8(string(raw), " ")
		if licenceRank(n) == 2 {
			text = licenceLines(text)
		}
		if b.licence.ID = licenceOfText(text); b.licence.ID != "" {
			return
		}
	}
}

// licenceRank orders files by how surely they state the licence; 9 is not at all.
func licenceRank(name string) int {
	stem := strings.ToLower(strings.TrimSuffix(name, path.Ext(name)))
	switch stem {
	case "license", "licence", "copying", "licencia", "licenca":
		return 0
	case "unlicense", "notice", "copyright":
		return 1
	case "readme", "credits", "attribution":
		return 2
	}
	return 9
}

// licenceLines are those of a README that speak of its licence and what follows each.
func licenceLines(text string) string {
	var kept []string
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		if low := strings.ToLower(l); strings.Contains(low, "licen") || strings.Contains(low, "public domain") {
			kept = append(kept, lines[i:min(i+4, len(lines))]...)
		}
	}
	return strings.Join(kept, "\n")
}

var version = regexp.MustCompile(`version ([123](?:\.[0-9])?)`)

// licenceOfText recognises a licence by its whole text too: those that do not name themselves as a statement would.
func licenceOfText(text string) string {
	head := strings.Join(strings.Fields(strings.ToLower(text[:min(len(text), 2048)])), " ")
	switch {
	case strings.Contains(head, "permission is hereby granted, free of charge, to any person obtaining a copy"):
		return "MIT"
	case strings.Contains(head, "apache license") && strings.Contains(head, "version 2.0"):
		return "Apache-2.0"
	case strings.HasPrefix(head, "gnu general public license"), strings.HasPrefix(head, "gnu affero"), strings.HasPrefix(head, "gnu lesser"):
		if m := version.FindStringSubmatch(head); m != nil && strings.HasPrefix(head, "gnu general") {
			return content.LicenceOf("GNU General Public License " + m[1])
		}
		return ""
	case strings.Contains(head, "this is free and unencumbered software released into the public domain"):
		return "Unlicense"
	}
	return content.LicenceOf(text)
}
