package qti

import (
	"bytes"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/content/zips"
)

func openZipped(b []byte) (*zips.Zip, error) { return zips.OpenZip(bytes.NewReader(b), int64(len(b))) }

const (
	three    = `<simpleChoice identifier="A">a</simpleChoice><simpleChoice identifier="B">b</simpleChoice><simpleChoice identifier="C">c</simpleChoice>`
	choosing = `<p>Which?</p><choiceInteraction responseIdentifier="RESPONSE" shuffle="true" maxChoices="1"><prompt>Choose</prompt>` + three + `</choiceInteraction>`
	several  = `<choiceInteraction responseIdentifier="RESPONSE" maxChoices="0"><prompt>Choose some</prompt>` + three + `</choiceInteraction>`
	field    = `<p>Say <textEntryInteraction responseIdentifier="RESPONSE"/> now</p>`
	last     = `<p>How many?</p><p><textEntryInteraction responseIdentifier="RESPONSE"/></p>`
	gaps     = `<gapMatchInteraction responseIdentifier="RESPONSE"><gapText identifier="W" matchMax="1">winter</gapText><gapText identifier="S" matchMax="1">summer</gapText><gapText identifier="A" matchMax="1">autumn</gapText>` +
		`<p>Now is the <gap identifier="G1"/> made <gap identifier="G2"/>.</p></gapMatchInteraction>`
	matching = `<matchInteraction responseIdentifier="RESPONSE" maxAssociations="4"><prompt>Match</prompt><simpleMatchSet><simpleAssociableChoice identifier="C" matchMax="1">cat</simpleAssociableChoice><simpleAssociableChoice identifier="D" matchMax="1">hen</simpleAssociableChoice></simpleMatchSet>` +
		`<simpleMatchSet><simpleAssociableChoice identifier="M" matchMax="4">mews</simpleAssociableChoice><simpleAssociableChoice identifier="K" matchMax="4">clucks</simpleAssociableChoice><simpleAssociableChoice identifier="B" matchMax="4">barks</simpleAssociableChoice></simpleMatchSet></matchInteraction>`
	associating = `<associateInteraction responseIdentifier="RESPONSE" maxAssociations="2"><prompt>Pair</prompt><simpleAssociableChoice identifier="A" matchMax="1">day</simpleAssociableChoice><simpleAssociableChoice identifier="N" matchMax="1">night</simpleAssociableChoice>` +
		`<simpleAssociableChoice identifier="H" matchMax="1">hot</simpleAssociableChoice><simpleAssociableChoice identifier="C" matchMax="1">cold</simpleAssociableChoice></associateInteraction>`
	ordering = `<orderInteraction responseIdentifier="RESPONSE"><prompt>Order</prompt>` + three + `</orderInteraction>`
	spans    = `<hottextInteraction responseIdentifier="RESPONSE" maxChoices="0"><prompt>Which are verbs?</prompt><p>The <hottext identifier="A">dog</hottext> <hottext identifier="B">barks</hottext> and <hottext identifier="C">runs</hottext>.</p></hottextInteraction>`
	inlines  = `<p>Snow is <inlineChoiceInteraction responseIdentifier="RESPONSE"><inlineChoice identifier="A">white</inlineChoice><inlineChoice identifier="B">green</inlineChoice></inlineChoiceInteraction>.</p>`
)

func mapped(attrs string, entries ...string) string {
	out := `<mapping ` + attrs + `>`
	for i := 0; i < len(entries); i += 2 {
		out += `<mapEntry mapKey="` + entries[i] + `" mappedValue="` + entries[i+1] + `"/>`
	}
	return out + `</mapping>`
}

// rule scores one when a condition holds.
func rule(condition string) string {
	return `<responseProcessing><responseCondition><responseIf>` + condition + `<setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue></setOutcomeValue></responseIf>` +
		`<responseElse><setOutcomeValue identifier="SCORE"><baseValue baseType="float">0</baseValue></setOutcomeValue></responseElse></responseCondition></responseProcessing>`
}

const variable = `<variable identifier="RESPONSE"/>`

// TestEveryInteractionIsMarkedAsItsFileSays reads each in the words of QTI 2.1 and of QTI 3.
func TestEveryInteractionIsMarkedAsItsFileSays(t *testing.T) {
	for name, c := range map[string]struct {
		doc   string
		kind  content.ItemType
		stem  string
		worth map[string]content.Score
	}{
		"choice of one": {
			item(`cardinality="single" baseType="identifier"`, correct("B"), choosing, matchCorrect), content.Choice, "Which?\n\nChoose",
			map[string]content.Score{"a": 0, "b": 10000, "c": 0},
		},
		"choice partly right": {
			item(`cardinality="single" baseType="identifier"`, mapped("", "B", "2", "C", "0.5"), choosing, mapResponse), content.Choice, "",
			map[string]content.Score{"a": 0, "b": 10000, "c": 2500},
		},
		"choice of several": {
			item(`cardinality="multiple" baseType="identifier"`, correct("A", "C"), several, matchCorrect), content.Many, "Choose some",
			map[string]content.Score{"a; c": 10000, "b": 0, "a; b; c": 0},
		},
		"choice of several, mapped": {
			item(`cardinality="multiple" baseType="identifier"`, mapped(`defaultValue="-1" lowerBound="0"`, "A", "1", "C", "3"), several, mapResponse), content.Many, "",
			map[string]content.Score{"a; c": 10000, "a": 2500, "c": 7500, "b; c": 5000, "b": 0},
		},
		"order": {
			item(`cardinality="ordered" baseType="identifier"`, correct("C", "A", "B"), ordering, matchCorrect), content.Order, "Order",
			map[string]content.Score{"c; a; b": 10000, "a; b; c": 0},
		},
		"match": {
			item(`cardinality="multiple" baseType="directedPair"`, correct("C M", "D K"), matching, matchCorrect), content.Match, "Match",
			map[string]content.Score{"cat = mews; hen = clucks": 10000, "cat = barks; hen = mews": 0, "cat = mews; hen = barks": 5000},
		},
		"match, several to one": {
			item(`cardinality="multiple" baseType="directedPair"`, mapped(`defaultValue="0"`, "C M", "1", "D M", "1"), matching, mapResponse), content.Categorise, "",
			map[string]content.Score{"cat = mews; hen = mews": 10000, "cat = mews; hen = barks": 5000},
		},
		"associate": {
			item(`cardinality="multiple" baseType="pair"`, correct("A N", "C H"), associating, matchCorrect), content.Match, "Pair",
			map[string]content.Score{"day = night; cold = hot": 10000, "day = hot; cold = night": 0},
		},
		"gap match": {
			item(`cardinality="multiple" baseType="directedPair"`, mapped(`defaultValue="-1" lowerBound="0"`, "W G1", "1", "S G2", "2"), gaps, mapResponse), content.InlineChoice, "Now is the {{1}} made {{2}}.",
			map[string]content.Score{"winter; summer": 10000, "winter; autumn": 3333, "autumn; autumn": 0},
		},
		"inline choice": {
			item(`cardinality="single" baseType="identifier"`, correct("A"), inlines, matchCorrect), content.InlineChoice, "Snow is {{1}}.",
			map[string]content.Score{"white": 10000, "green": 0},
		},
		"hot text": {
			item(`cardinality="multiple" baseType="identifier"`, correct("B", "C"), spans, matchCorrect), content.HotText, "Which are verbs?\\\nThe {{1}} {{2}} and {{3}}.",
			map[string]content.Score{"barks; runs": 10000, "dog": 0},
		},
		"hot text, one": {
			item(`cardinality="single" baseType="identifier"`, correct("A"), spans, matchCorrect), content.HotText, "",
			map[string]content.Score{"dog": 10000, "runs": 0, "dog; runs": 0},
		},
		"text": {
			item(`cardinality="single" baseType="string"`, correct("York"), field, matchCorrect), content.Cloze, "Say {{1}} now",
			map[string]content.Score{"York": 10000, " York ": 10000, "york": 0, "Kent": 0},
		},
		"text, mapped": {
			item(`cardinality="single" baseType="string"`, `<mapping defaultValue="0"><mapEntry mapKey="York" mappedValue="2" caseSensitive="false"/><mapEntry mapKey="Yorck" mappedValue="1" caseSensitive="false"/></mapping>`, field, mapResponse), content.Cloze, "",
			map[string]content.Score{"york": 10000, "YORK": 10000, "yorck": 5000, "Kent": 0},
		},
		"text, compared": {
			item(`cardinality="single" baseType="string"`, "", last, rule(`<or><stringMatch caseSensitive="false">`+variable+`<baseValue baseType="string">twelve</baseValue></stringMatch><match>`+variable+`<baseValue baseType="string">12</baseValue></match></or>`)), content.Text, "How many?",
			map[string]content.Score{"Twelve": 10000, "12": 10000, "13": 0},
		},
		"integer": {
			item(`cardinality="single" baseType="integer"`, correct("12"), last, matchCorrect), content.Number, "How many?",
			map[string]content.Score{"12": 10000, "١٢": 10000, "13": 0},
		},
		"float within a tolerance": {
			item(`cardinality="single" baseType="float"`, correct("3.14"), last, rule(`<equal toleranceMode="absolute" tolerance="0.01 0.02">`+`<correct identifier="RESPONSE"/>`+variable+`</equal>`)), content.Number, "",
			map[string]content.Score{"3.14": 10000, "3,13": 10000, "3.16": 10000, "3.129": 0, "3.161": 0},
		},
		"float within percents": {
			item(`cardinality="single" baseType="float"`, correct("200"), last, rule(`<equal toleranceMode="relative" tolerance="10">`+`<correct identifier="RESPONSE"/>`+variable+`</equal>`)), content.Number, "",
			map[string]content.Score{"200": 10000, "181": 10000, "220": 10000, "179": 0, "221": 0},
		},
		"float, rounded": {
			item(`cardinality="single" baseType="float"`, correct("2.5"), last, rule(`<equalRounded roundingMode="decimalPlaces" figures="1">`+variable+`<correct identifier="RESPONSE"/></equalRounded>`)), content.Number, "",
			map[string]content.Score{"2.5": 10000, "2.46": 10000, "2.54": 10000, "2.44": 0, "2.56": 0},
		},
		"float between limits": {
			item(`cardinality="single" baseType="float"`, "", last, rule(`<and><gt>`+variable+`<baseValue baseType="float">2</baseValue></gt><lte>`+variable+`<baseValue baseType="float">4</baseValue></lte></and>`)), content.Number, "",
			map[string]content.Score{"3": 10000, "4": 10000, "2.1": 10000, "2": 0, "4.1": 0},
		},
		"numbers of parts": {
			item(`cardinality="single" baseType="integer"`, mapped(`defaultValue="0"`, "7", "4", "8", "1"), last, mapResponse), content.Number, "",
			map[string]content.Score{"7": 10000, "8": 2500, "9": 0},
		},
		"slider": {
			item(`cardinality="single" baseType="integer"`, correct("16"), `<sliderInteraction responseIdentifier="RESPONSE" lowerBound="0" upperBound="20" step="1"><prompt>Slide</prompt></sliderInteraction>`, matchCorrect), content.Number, "Slide\n\n0 – 20",
			map[string]content.Score{"16": 10000, "15": 0},
		},
		"a long answer with one right text": {
			item(`cardinality="single" baseType="string"`, correct("A noun"), `<extendedTextInteraction responseIdentifier="RESPONSE"><prompt>What is it?</prompt></extendedTextInteraction>`, matchCorrect), content.Cloze, "",
			map[string]content.Score{"A noun": 10000, "no": 0},
		},
		"response processing that only tells": {
			item(`cardinality="multiple" baseType="identifier"`, correct("A", "C"), several, `<responseProcessing><responseCondition><responseIf><match>`+variable+`<correct identifier="RESPONSE"/></match></responseIf></responseCondition></responseProcessing>`), content.Many, "",
			map[string]content.Score{"a; c": 10000, "a": 0, "b": 0},
		},
		"no response processing": {
			item(`cardinality="single" baseType="identifier"`, correct("B"), choosing, ""), content.Choice, "",
			map[string]content.Score{"b": 10000, "a": 0},
		},
		"a member of several, written out": {
			item(`cardinality="multiple" baseType="identifier"`, correct("A", "C"), several, `<responseProcessing>`+
				`<responseCondition><responseIf><member><baseValue baseType="identifier">A</baseValue>`+variable+`</member><setOutcomeValue identifier="SCORE"><sum><variable identifier="SCORE"/><baseValue baseType="float">0.5</baseValue></sum></setOutcomeValue></responseIf></responseCondition>`+
				`<responseCondition><responseIf><member><baseValue baseType="identifier">C</baseValue>`+variable+`</member><setOutcomeValue identifier="SCORE"><sum><variable identifier="SCORE"/><baseValue baseType="float">0.5</baseValue></sum></setOutcomeValue></responseIf></responseCondition>`+
				`<responseCondition><responseIf><member><baseValue baseType="identifier">B</baseValue>`+variable+`</member><setOutcomeValue identifier="SCORE"><baseValue baseType="float">0</baseValue></setOutcomeValue></responseIf></responseCondition></responseProcessing>`), content.Many, "",
			map[string]content.Score{"a; c": 10000, "a": 5000, "a; b; c": 0},
		},
	} {
		for version, doc := range map[string]string{"2.1": c.doc, "3.0": asThree(c.doc)} {
			t.Run(name+"/"+version, func(t *testing.T) {
				it, left := read(t, doc)
				if left != nil {
					t.Fatalf("left out: %+v", *left)
				}
				if it.Type != c.kind || c.stem != "" && it.Stem != c.stem {
					t.Errorf("%s %q, want %s %q", it.Type, it.Stem, c.kind, c.stem)
				}
				for said, want := range c.worth {
					near := func(got content.Score) bool {
						return got >= want-3 && got <= want+3 && (got == 10000) == (want == 10000)
					}
					if got := worth(t, it, 3, said); !near(got.Score) && !(it.Type == content.Order && want == 0 && got.Score < 10000) {
						t.Errorf("%q is worth %d, want %d: %+v", said, got.Score, want, it)
					}
				}
			})
		}
	}
}

func TestWhatCannotBeAskedIsNamed(t *testing.T) {
	for says, doc := range map[string]string{
		"person":         item(`cardinality="single" baseType="string"`, "", `<extendedTextInteraction responseIdentifier="RESPONSE"><prompt>Why?</prompt></extendedTextInteraction>`, ""),
		"places on a":    item(`cardinality="single" baseType="identifier"`, correct("A"), `<hotspotInteraction responseIdentifier="RESPONSE"><object data="a.png" type="image/png"/></hotspotInteraction>`, matchCorrect),
		"drawn":          item(`cardinality="single" baseType="file"`, "", `<drawingInteraction responseIdentifier="RESPONSE"/>`, ""),
		"handed in":      item(`cardinality="single" baseType="file"`, "", `<uploadInteraction responseIdentifier="RESPONSE"/>`, ""),
		"program":        item(`cardinality="single" baseType="string"`, "", `<portableCustomInteraction responseIdentifier="RESPONSE"/>`, ""),
		"nothing is":     item(`cardinality="single" baseType="string"`, "", `<p>Read this.</p>`, ""),
		"which answer":   item(`cardinality="single" baseType="identifier"`, "", choosing, matchCorrect),
		"equally right":  item(`cardinality="single" baseType="identifier"`, mapped("", "A", "1", "B", "1"), choosing, mapResponse),
		"customOperator": item(`cardinality="single" baseType="identifier"`, correct("A"), choosing, rule(`<customOperator class="x">`+variable+`</customOperator>`)),
		"pattern":        item(`cardinality="single" baseType="string"`, correct("ab"), field, rule(`<patternMatch pattern="a.*">`+variable+`</patternMatch>`)),
		"above or below": item(`cardinality="single" baseType="float"`, correct("5"), last, rule(`<gt>`+variable+`<baseValue baseType="float">2</baseValue></gt>`)),
		"belongs to":     item(`cardinality="multiple" baseType="directedPair"`, correct("C M", "C K", "D M"), matching, matchCorrect),
		"several orders": item(`cardinality="ordered" baseType="identifier"`, correct("C", "A", "B"), ordering, rule(`<match><index n="1">`+variable+`</index><baseValue baseType="identifier">C</baseValue></match>`)),
		"left empty":     item(`cardinality="multiple" baseType="directedPair"`, correct("W G1"), gaps, matchCorrect),
		"gone.png":       item(`cardinality="single" baseType="identifier"`, correct("A"), `<p><img src="gone.png" alt=""/></p>`+choosing, matchCorrect),
		"a film":         item(`cardinality="single" baseType="identifier"`, correct("A"), `<video src="a.mp4"/>`+choosing, matchCorrect),
		"both":           strings.Replace(item(`cardinality="multiple" baseType="directedPair"`, correct("C M", "D K"), matching, matchCorrect), ">clucks<", ">mews<", 1),
		"template":       item(`cardinality="single" baseType="identifier"`, correct("A"), choosing, `<responseProcessing template="http://example.org/own"/>`),
		"not declared":   item(`cardinality="single" baseType="identifier"`, correct("A"), choosing, rule(`<match><variable identifier="OTHER"/><baseValue baseType="identifier">A</baseValue></match>`)),
	} {
		it, left := read(t, doc, "x", "y")
		if left == nil || !strings.Contains(left.Reason+left.Type, says) {
			t.Errorf("%q: got %+v, %+v", says, left, it.Type)
		}
		if left != nil && (left.Item != "i1" || left.Type == "" || strings.Contains(left.Reason, "unsupported operation")) {
			t.Errorf("%q: left out as %+v", says, *left)
		}
	}
}
