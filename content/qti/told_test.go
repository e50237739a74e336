package qti

import (
	"slices"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/content/marking"
)

// byChoice shows feedback by what was chosen, and hints when they are asked for.
const byChoice = `<responseProcessing><setOutcomeValue identifier="FEEDBACK"><multiple><variable identifier="RESPONSE"/></multiple></setOutcomeValue>` +
	`<responseCondition><responseIf><match><variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></match><setOutcomeValue identifier="SCORE"><baseValue baseType="float">3</baseValue></setOutcomeValue></responseIf></responseCondition>` +
	`<responseCondition><responseIf><variable identifier="HINT"/><setOutcomeValue identifier="FEEDBACK"><multiple><baseValue baseType="identifier">H</baseValue></multiple></setOutcomeValue></responseIf></responseCondition></responseProcessing>` +
	`<modalFeedback outcomeIdentifier="FEEDBACK" identifier="A" showHide="show">Not <b>a</b>.</modalFeedback><modalFeedback outcomeIdentifier="FEEDBACK" identifier="B" showHide="show">Yes.</modalFeedback>` +
	`<modalFeedback outcomeIdentifier="FEEDBACK" identifier="H" showHide="show">Think of b.</modalFeedback>`

func TestFeedbackAndHintsAreToldWhereTheyBelong(t *testing.T) {
	body := choosing + `<p><endAttemptInteraction responseIdentifier="HINT" title="Help"/></p><feedbackBlock outcomeIdentifier="FEEDBACK" identifier="C" showHide="show"><p>Not c.</p></feedbackBlock><rubricBlock view="scorer"><p>For the teacher</p></rubricBlock><rubricBlock view="candidate"><p>Take care.</p></rubricBlock>`
	doc := strings.Replace(item(`cardinality="single" baseType="identifier"`, correct("B"), body, byChoice), "<outcomeDeclaration", `<responseDeclaration identifier="HINT" cardinality="single" baseType="boolean"/><outcomeDeclaration`, 1)
	for _, doc := range []string{doc, asThree(doc)} {
		it, left := read(t, doc)
		if left != nil {
			t.Fatal(*left)
		}
		if it.Stem != "Which?\n\nChoose\n\nTake care." || it.Right != "Yes." || !slices.Equal(it.Hints, []string{"Think of b."}) {
			t.Errorf("stem %q, right %q, hints %q", it.Stem, it.Right, it.Hints)
		}
		for said, want := range map[string]string{"a": "Not <b>a</b>.", "b": "Yes.", "c": "Not c."} {
			if got := worth(t, it, 1, said); got.Feedback != want {
				t.Errorf("%q is told %q, want %q", said, got.Feedback, want)
			}
		}
	}
}

func TestSharedPassagesPicturesAndSoundsComeWithTheQuestion(t *testing.T) {
	doc := strings.Replace(item(`cardinality="single" baseType="identifier"`, correct("B"), `<p>Look {here}: <object data="b.png" type="image/png">a <i>bird</i></object> <audio src="s.mp3"/> <math><mfrac><mn>1</mn><mn>2</mn></mfrac></math></p>`+choosing, matchCorrect),
		"<itemBody>", `<assessmentStimulusRef identifier="s" href="../texts/s.xml"/><itemBody>`, 1)
	it, left := read(t, asThree(doc), "texts/s.xml", `<qti-assessment-stimulus identifier="s"><qti-stimulus-body><p>A long story.</p><p><img src="p.png" alt="pic"/></p></qti-stimulus-body></qti-assessment-stimulus>`, "texts/p.png", "x", "items/b.png", "x", "items/s.mp3", "x")
	if left != nil {
		t.Fatal(*left)
	}
	if want := "A long story.\n\n![pic](texts/p.png)\n\nLook \\{here\\}: ![a bird](items/b.png) $\\frac{1}{2}$\n\nWhich?\n\nChoose"; it.Stem != want || it.Sound != "items/s.mp3" {
		t.Errorf("stem %q\nwant %q, sound %q", it.Stem, want, it.Sound)
	}
	if _, left := read(t, asThree(doc), "items/b.png", "x"); left == nil || !strings.Contains(left.Reason, "texts/s.xml") {
		t.Errorf("without its passage: %+v", left)
	}
}

// several2 is a question of two fields.
func twoFields(declared1, declared2, processing string) string {
	doc := item(`cardinality="single" baseType="string"`, declared1, `<p>One <textEntryInteraction responseIdentifier="RESPONSE"/> two <textEntryInteraction responseIdentifier="R2"/>.</p>`, processing)
	return strings.Replace(doc, "<outcomeDeclaration", `<responseDeclaration identifier="R2" cardinality="single" baseType="float">`+declared2+`</responseDeclaration><outcomeDeclaration`, 1)
}

func TestSeveralFieldsAreOneQuestion(t *testing.T) {
	sum := `<responseProcessing><setOutcomeValue identifier="SCORE"><sum><mapResponse identifier="RESPONSE"/><mapResponse identifier="R2"/></sum></setOutcomeValue></responseProcessing>`
	it, left := read(t, twoFields(mapped("", "red", "1", "rouge", "1"), mapped("", "2.5", "3"), sum))
	if left != nil {
		t.Fatal(*left)
	}
	for said, want := range map[string]content.Score{"red; 2.5": 10000, "rouge; 2,5": 10000, "red; 3": 2500, "blue; 2.5": 7500, "blue; 9": 0} {
		if got := worth(t, it, 1, said); got.Score != want {
			t.Errorf("%q is worth %d, want %d: %+v", said, got.Score, want, it.Gaps)
		}
	}
	either := `<or><and><match><variable identifier="RESPONSE"/><baseValue baseType="string">1</baseValue></match><equal toleranceMode="exact"><variable identifier="R2"/><baseValue baseType="float">2</baseValue></equal></and>` +
		`<and><match><variable identifier="RESPONSE"/><baseValue baseType="string">2</baseValue></match><equal toleranceMode="exact"><variable identifier="R2"/><baseValue baseType="float">1</baseValue></equal></and></or>`
	if _, left := read(t, twoFields(correct("1"), correct("2"), rule(either))); left == nil || !strings.Contains(left.Reason, "depend on each other") {
		t.Errorf("answers in either order: %+v", left)
	}
}

const digging = `<?xml version="1.0"?><assessmentItem identifier="i1" title="Dig" adaptive="false" timeDependent="false"><responseDeclaration identifier="RESPONSE" cardinality="single" baseType="float"/><outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>
<templateDeclaration identifier="WHO" cardinality="single" baseType="string"/><templateDeclaration identifier="A" cardinality="single" baseType="integer" mathVariable="true"/><templateDeclaration identifier="B" cardinality="single" baseType="integer"/>
<templateProcessing><setTemplateValue identifier="WHO"><random><multiple><baseValue baseType="string">men</baseValue><baseValue baseType="string">women</baseValue></multiple></random></setTemplateValue>
<setTemplateValue identifier="A"><randomInteger min="2" max="5"/></setTemplateValue>
<templateCondition><templateIf><equal toleranceMode="exact"><variable identifier="A"/><baseValue baseType="integer">2</baseValue></equal><setTemplateValue identifier="B"><baseValue baseType="integer">7</baseValue></setTemplateValue></templateIf>
<templateElse><setTemplateValue identifier="B"><product><variable identifier="A"/><baseValue baseType="integer">10</baseValue></product></setTemplateValue></templateElse></templateCondition>
<templateConstraint><not><match><variable identifier="A"/><baseValue baseType="integer">4</baseValue></match></not></templateConstraint>
<setCorrectResponse identifier="RESPONSE"><sum><variable identifier="A"/><variable identifier="B"/></sum></setCorrectResponse></templateProcessing>
<itemBody><p><printedVariable identifier="WHO"/>: <math><mi>A</mi><mo>+</mo><mn>1</mn></math> and <printedVariable identifier="B"/>?</p><p><textEntryInteraction responseIdentifier="RESPONSE"/></p></itemBody>
<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"/></assessmentItem>`

func TestTemplatesAreDrawnAnewForEveryVariant(t *testing.T) {
	it, left := read(t, digging)
	if left != nil {
		t.Fatal(*left)
	}
	stems := map[string]bool{}
	for seed := range uint64(60) {
		v, err := marking.Draw(it, seed)
		if err != nil {
			t.Fatal(err)
		}
		stems[v.Item.Stem] = true
		rightAnswer(t, it, seed)
		want := map[string]string{"$2 + 1$ and 7?": "9", "$3 + 1$ and 30?": "33", "$5 + 1$ and 50?": "55"}
		_, said, _ := strings.Cut(v.Item.Stem, ": ")
		if w := want[said]; w == "" || v.Item.Answers[0] != w {
			t.Errorf("%q is %q", v.Item.Stem, v.Item.Answers)
		}
	}
	if len(stems) < 4 {
		t.Errorf("only %d variants: %v", len(stems), stems)
	}
	again, _ := read(t, digging)
	if a, b := again.Lets, it.Lets; len(a) != len(b) || !slices.Equal(a[0].Values, b[0].Values) {
		t.Error("read twice, drawn otherwise")
	}
	if _, left := read(t, strings.Replace(digging, `max="5"`, `max="2"`, 1)); left != nil {
		t.Errorf("a template of two draws: %+v", *left)
	}
	never := strings.Replace(digging, `<not><match>`, `<not><isNull><null/></isNull></not><not><match>`, 1)
	never = strings.Replace(never, `<templateConstraint><not><isNull><null/></isNull></not>`, `<templateConstraint><not><isNull><null/></isNull></not></templateConstraint><templateConstraint>`, 1)
	if _, left := read(t, never); left == nil || !strings.Contains(left.Reason, "constraints") {
		t.Errorf("a constraint that is never met: %+v", left)
	}
}
