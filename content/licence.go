package content

import (
	"regexp"
	"strings"
)

var (
	ccAddress = regexp.MustCompile(`creativecommons\.org/(licenses|publicdomain)/([a-z-]+)/([1-4]\.[0-9])`)
	ccShort   = regexp.MustCompile(`\bcc[ -](by(?:[ -](?:nc|sa|nd))*)[ -]{0,3}v?([1-4]\.[0-9])\b`)
	ccLong    = regexp.MustCompile(`attribution((?:[ ,/-]+(?:non-?commercial|share-?alike|no-?deriv(?:ative)?s?(?: works)?))*)[ a-z,-]{0,20}?([1-4]\.[0-9])\b`)
	gnuLong   = regexp.MustCompile(`\b(gfdl|gnu free documentation licen[cs]e|gnu general public licen[cs]e|gpl)[ ,(v-]{0,4}(?:version )?v?([1-3](?:\.[0-9])?)\b`)
	gnuLater  = regexp.MustCompile(`any later version|or later|-or-later`)
	exactSPDX = regexp.MustCompile(`^(?:CC0-1\.0|CC-BY(?:-NC)?(?:-SA|-ND)?-[1-4]\.[05]|MIT|Apache-2\.0|BSD-[23]-Clause|GFDL-1\.[1-3]-(?:only|or-later)|GPL-[23]\.0-(?:only|or-later)|Unlicense)$`)
)

// Unstated is the Family of a licence that nobody stated.
const Unstated = "unstated"

// licenceVersion is what follows a licence's name in its identifier.
var licenceVersion = regexp.MustCompile(`-[0-9][0-9.]*(?:-only|-or-later)?(?:-[A-Z]{2,3})?$`)

// Family is a licence's identifier without its version, under which libraries are looked through: "CC-BY-SA", "GFDL",
// "CC0", "public-domain" however it is said to be, Unstated. It has letters, digits and dashes alone.
func (l Licence) Family() string {
	id := strings.TrimPrefix(l.ID, "LicenseRef-")
	switch upper := strings.ToUpper(id); {
	case id == "":
		return Unstated
	case strings.HasPrefix(upper, "CC-PDM"), strings.HasPrefix(upper, "PUBLICDOMAIN"), strings.HasPrefix(upper, "PUBLIC-DOMAIN"):
		return "public-domain"
	}
	return strings.Map(func(r rune) rune {
		if r == '-' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return '-'
	}, licenceVersion.ReplaceAllString(id, ""))
}

// openFamilies are the families of licences that let everybody pass on what they cover, by the beginning of their identifiers.
var openFamilies = []string{"CC-BY", "CC0", "CC-PDM", "PDDL", "GFDL", "GPL", "LGPL", "AGPL", "MIT", "APACHE", "BSD", "UNLICENSE", "OGL", "OFL", "LICENSEREF-PUBLICDOMAIN"}

// Open says whether a licence is stated and lets everybody pass on what it covers.
func (l Licence) Open() bool {
	id := strings.ToUpper(l.ID)
	for _, family := range openFamilies {
		if strings.HasPrefix(id, family) {
			return true
		}
	}
	return false
}

// LicenceOf recognises a licence in a statement or an address as people write them and answers its SPDX identifier,
// "" when it finds none or no version. Of several it takes the first written in full.
func LicenceOf(statement string) string {
	if len(statement) > 4096 {
		statement = statement[:4096]
	}
	if s := strings.TrimSpace(statement); exactSPDX.MatchString(s) {
		return s
	}
	s := strings.Join(strings.Fields(strings.ToLower(statement)), " ")
	if m := ccAddress.FindStringSubmatch(s); m != nil {
		return ccOfAddress(m[1], m[2], m[3])
	}
	if m := ccShort.FindStringSubmatch(s); m != nil {
		return ccID(m[1], m[2])
	}
	if m := ccLong.FindStringSubmatch(s); m != nil {
		return ccID("by"+m[1], m[2])
	}
	if strings.Contains(s, "cc0") || strings.Contains(s, "creative commons zero") {
		return "CC0-1.0"
	}
	if m := gnuLong.FindStringSubmatch(s); m != nil {
		return gnuID(m[1], m[2], gnuLater.MatchString(s))
	}
	return ""
}

func ccOfAddress(kind, name, version string) string {
	switch {
	case kind == "licenses" && strings.HasPrefix(name, "by"):
		return ccID(name, version)
	case name == "zero":
		return "CC0-1.0"
	case name == "mark":
		return "CC-PDM-1.0"
	}
	return ""
}

func ccID(terms, version string) string {
	id := "CC-BY"
	if strings.Contains(terms, "nc") || strings.Contains(terms, "commercial") {
		id += "-NC"
	}
	switch {
	case strings.Contains(terms, "nd") || strings.Contains(terms, "deriv"):
		id += "-ND"
	case strings.Contains(terms, "sa") || strings.Contains(terms, "alike"):
		id += "-SA"
	}
	return id + "-" + version
}

func gnuID(name, version string, later bool) string {
	id := "GPL-"
	if name == "gfdl" || strings.Contains(name, "documentation") {
		id = "GFDL-"
	}
	if !strings.Contains(version, ".") {
		version += ".0"
	}
	if later {
		return id + version + "-or-later"
	}
	return id + version + "-only"
}
