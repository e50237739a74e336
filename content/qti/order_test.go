package qti

import (
	"fmt"
	"testing"
)

func TestChoicesAreShuffledWhereTheirAuthorSaysSo(t *testing.T) {
	for shuffle, fixed := range map[string]bool{`shuffle="true"`: false, `shuffle="false"`: true, "": true} {
		it, left := read(t, item(`cardinality="single" baseType="identifier"`, correct("b"), fmt.Sprintf(
			`<choiceInteraction responseIdentifier="RESPONSE" %s maxChoices="1"><prompt>Which?</prompt><simpleChoice identifier="a">A</simpleChoice><simpleChoice identifier="b">B</simpleChoice></choiceInteraction>`, shuffle),
			`<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"/>`))
		if left != nil || it.Fixed != fixed || fixed && it.Options[0].Text != "A" {
			t.Errorf("%s: Fixed is %v, options %v, left out %v", shuffle, it.Fixed, it.Options, left)
		}
	}
}
