package pack

import (
	"strings"
	"testing"

	"lamplight/content"
)

func TestQuestionsComeOutOfATextOneByOneAndGoBackAsTheyWere(t *testing.T) {
	body := "A remark.\n\n## choice a\n? Which : one?\n(x) this \\: that\n( ) other : slip : Look again.\n\n## number b\r\n? 2+2\n= 4\n! 5 : one-more : Count again.\n"
	items, problems := ReadItems(body)
	if len(problems) > 0 || len(items) != 2 {
		t.Fatalf("%d questions, %v", len(items), problems)
	}
	if want := "## choice a\n? Which : one?\n(x) this \\: that\n( ) other : slip : Look again."; items[0].Text != want {
		t.Errorf("the first is written\n%q, want\n%q", items[0].Text, want)
	}
	for _, w := range items {
		again, problems := ReadItems(WriteItem(w.Item, w.Item.ID))
		if len(problems) > 0 || len(again) != 1 || again[0].Item.Stem != w.Item.Stem || again[0].Item.ID != w.Item.ID {
			t.Errorf("%s comes back as %+v, %v", w.Item.ID, again, problems)
		}
	}
}

func TestATextWithoutQuestionsIsNoProblemAndABrokenOneIs(t *testing.T) {
	if items, problems := ReadItems(" \n"); len(items)+len(problems) != 0 {
		t.Errorf("%v %v", items, problems)
	}
	for _, body := range []string{"## choice a\n? Which?\n( ) none\n( ) right", "## nothing x\n? y", "## \n? y", strings.Repeat("## number a\n", 3)} {
		if _, problems := ReadItems(body); len(problems) == 0 {
			t.Errorf("%q is found right", body)
		}
	}
	it := content.Item{Type: content.Text, Stem: "What?\n## choice z\n(x) a", Answers: []string{"a | b"}}
	if items, problems := ReadItems(WriteItem(it, "q")); len(problems) > 0 || len(items) != 1 || items[0].Item.Stem != it.Stem {
		t.Errorf("lines of a question came out of it: %+v %v", items, problems)
	}
}
