package content_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"lamplight/content"
)

func TestEveryLabelHasANameOfItsOwnAndLiesWithinOneThatIsKnown(t *testing.T) {
	names, codes, counts := map[string]bool{}, map[string]bool{}, map[content.Facet]int{}
	for _, l := range content.Vocabulary() {
		name, code := string(l.Facet)+"."+l.Name, string(l.Facet)+" "+l.Code
		if names[name] || codes[code] {
			t.Errorf("%s or %s is there twice", name, code)
		}
		names[name], codes[code] = true, true
		counts[l.Facet]++
		if !regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`).MatchString(l.Name) {
			t.Errorf("%s is no name for a message and an address", name)
		}
		if i := strings.LastIndexByte(l.Code, '.'); i > 0 && !codes[string(l.Facet)+" "+l.Code[:i]] {
			t.Errorf("%s stands before what it lies in", name)
		}
		if content.LabelCode(l.Facet, l.Name) != l.Code || content.LabelName(l.Facet, l.Code) != l.Name {
			t.Errorf("%s is not found again", name)
		}
	}
	// le-utils 0.2.20, constants/labels.
	want := map[content.Facet]int{
		content.ActivityFacet: 7, content.SubjectFacet: 58, content.LevelFacet: 9, content.TypeFacet: 10, content.AccessibilityFacet: 6, content.NeedFacet: 10,
	}
	for f, n := range want {
		if counts[f] != n {
			t.Errorf("%s: got %d labels, want %d", f, counts[f], n)
		}
	}
}

func TestANodeCountsUnderWhatItSaysWhatItsTopicSaysAndWhatItIs(t *testing.T) {
	c := content.Course{Languages: []string{"fr-CD", "sw"}, Licence: content.Licence{ID: "CC-BY-SA-4.0"}}
	topic := content.Labels{
		Subjects: []string{"d&WXdXWF.qs0Xlaxq"}, Levels: []string{"wnarlxKo"}, Needs: []string{"Hsw9k7Bz.OFIbUAK9"},
		Activities: []string{"UXADWcXZ"}, Accessibility: []string{"Dr4cVXkc"}, Types: []string{"xgFjFhrA"},
	}
	n := content.Node{
		Kind: content.Video, Captions: []content.Caption{{Language: "fr", Path: "a.vtt"}},
		Labels: content.Labels{Subjects: []string{"d&WXdXWF.qs0Xlaxq.lb7ELcK5", "not.known"}},
	}
	for f, want := range map[content.Facet]string{
		content.SubjectFacet: "school mathematics geometry", content.LevelFacet: "lower-primary", content.NeedFacet: "materials paper-pencil",
		content.ActivityFacet: "watch", content.AccessibilityFacet: "captions", content.TypeFacet: "", content.LanguageFacet: "fr sw",
		content.LicenceFacet: "CC-BY-SA", content.KindFacet: "video", content.CourseFacet: "",
	} {
		if got := strings.Join(n.Values(c, topic)[f], " "); got != want {
			t.Errorf("%s: got %q, want %q", f, got, want)
		}
	}
	own := content.Node{Kind: content.Practice, Language: "ar", Licence: &content.Licence{}, Labels: content.Labels{Activities: []string{"UXADWcXZ"}}}
	v := own.Values(c, content.Labels{})
	if got := slices.Concat(v[content.ActivityFacet], v[content.LanguageFacet], v[content.LicenceFacet]); !slices.Equal(got, []string{"create", "ar", "unstated"}) {
		t.Errorf("what a node says itself comes first: got %q", got)
	}
}

func TestALicencesFamilyIsItsNameWithoutTheVersion(t *testing.T) {
	for id, want := range map[string]string{
		"": "unstated", "CC-BY-4.0": "CC-BY", "CC-BY-NC-SA-3.0": "CC-BY-NC-SA", "CC-BY-3.0-IGO": "CC-BY", "CC-BY": "CC-BY", "CC0-1.0": "CC0",
		"GFDL-1.3-or-later": "GFDL", "GPL-2.0-only": "GPL", "MIT": "MIT", "CC-PDM-1.0": "public-domain", "LicenseRef-PublicDomain-US": "public-domain",
		"LicenseRef-AllRightsReserved": "AllRightsReserved", "a b&c=<1>": "a-b-c--1-",
	} {
		if got := (content.Licence{ID: id}).Family(); got != want {
			t.Errorf("%q: got %q, want %q", id, got, want)
		}
	}
}
