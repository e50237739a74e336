package qti

import (
	"strings"
	"testing"

	"lamplight/content"
)

// oldItem is an item of QTI 1.2.
func oldItem(kind, presentation, processing string) string {
	return `<questestinterop><item ident="i1" title="T"><itemmetadata><qtimetadata><qtimetadatafield><fieldlabel>question_type</fieldlabel><fieldentry>` + kind + `</fieldentry></qtimetadatafield></qtimetadata></itemmetadata>` +
		`<presentation><flow>` + presentation + `</flow></presentation><resprocessing><outcomes><decvar maxvalue="100" minvalue="0" varname="SCORE" vartype="Decimal"/></outcomes>` + processing + `</resprocessing>` +
		`<itemfeedback ident="good"><flow_mat><material><mattext>Good.</mattext></material></flow_mat></itemfeedback><itemfeedback ident="bad"><flow_mat><material><mattext texttype="text/html">&lt;b&gt;No.&lt;/b&gt;</mattext></material></flow_mat></itemfeedback></item></questestinterop>`
}

func says(text string) string {
	return `<material><mattext texttype="text/html">&lt;p&gt;` + text + `&lt;/p&gt;</mattext></material>`
}

func list(id, card, label string, choices ...string) string {
	out := `<response_lid ident="` + id + `" rcardinality="` + card + `">`
	if label != "" {
		out += `<material><mattext>` + label + `</mattext></material>`
	}
	out += `<render_choice>`
	for _, c := range choices {
		out += `<response_label ident="` + strings.ToUpper(c) + `"><material><mattext>` + c + `</mattext></material></response_label>`
	}
	return out + `</render_choice></response_lid>`
}

const typedIn = `<response_str ident="r" rcardinality="Single"><render_fib><response_label ident="x"/></render_fib></response_str>`

func when(condition, action, points, feedback string) string {
	return `<respcondition continue="No"><conditionvar>` + condition + `</conditionvar><setvar varname="SCORE" action="` + action + `">` + points + `</setvar><displayfeedback linkrefid="` + feedback + `"/></respcondition>`
}

// goesOn is conditions that do not say that marking ends with them.
func goesOn(conditions string) string { return strings.ReplaceAll(conditions, ` continue="No"`, "") }

func is(id, value string) string { return `<varequal respident="` + id + `">` + value + `</varequal>` }

func TestQuestionsOfVersion1(t *testing.T) {
	for name, c := range map[string]struct {
		doc   string
		kind  content.ItemType
		stem  string
		worth map[string]content.Score
		told  string // with the first right answer
	}{
		"choice of one": {
			oldItem("multiple_choice_question", says("Which?")+list("r", "Single", "", "a", "b", "c"), when(is("r", "B"), "Set", "100", "good")+when(`<other/>`, "Set", "0", "bad")), content.Choice, "Which?",
			map[string]content.Score{"b": 10000, "a": 0},
			"Good.",
		},
		"choice of several, all or nothing": {
			oldItem("multiple_answers_question", says("Which?")+list("r", "Multiple", "", "a", "b", "c"), when(`<and>`+is("r", "A")+is("r", "C")+`<not>`+is("r", "B")+`</not></and>`, "Set", "100", "good")), content.Many, "",
			map[string]content.Score{"a; c": 10000, "a": 0, "a; b; c": 0},
			"",
		},
		"short answer": {
			oldItem("short_answer_question", says("Say it")+typedIn, when(is("r", "Red"), "Set", "100", "good")+when(is("r", "rouge"), "Set", "100", "good")), content.Text, "Say it",
			map[string]content.Score{"red": 10000, "Rouge": 10000, "blue": 0},
			"Good.",
		},
		"numerical": {
			oldItem("numerical_question", says("How much?")+typedIn, when(`<or>`+is("r", "4.0")+`<and><vargte respident="r">3.9</vargte><varlte respident="r">4.1</varlte></and></or>`, "Set", "100", "")), content.Number, "",
			map[string]content.Score{"4": 10000, "3.9": 10000, "4,1": 10000, "4.2": 0},
			"",
		},
		"matching": {
			oldItem("matching_question", says("Match")+list("r1", "Single", "hen", "clucks", "mews", "barks")+list("r2", "Single", "cat", "clucks", "mews", "barks"),
				goesOn(when(is("r1", "CLUCKS"), "Add", "50", "")+when(is("r2", "MEWS"), "Add", "50", ""))), content.Match, "Match",
			map[string]content.Score{"hen = clucks; cat = mews": 10000, "hen = clucks; cat = barks": 5000},
			"",
		},
		"gaps to choose in": {
			oldItem("multiple_dropdowns_question", says("Snow is [c] and [t].")+list("r1", "Single", "c", "white", "green")+list("r2", "Single", "t", "cold", "hot"), goesOn(when(is("r1", "WHITE"), "Add", "50", "")+when(is("r2", "COLD"), "Add", "50", ""))), content.InlineChoice, "Snow is {{1}} and {{2}}.",
			map[string]content.Score{"white; cold": 10000, "white; hot": 5000, "green; hot": 0},
			"",
		},
		"gaps to fill in": {
			oldItem("fill_in_multiple_blanks_question", says("Snow is [c].")+list("r1", "Single", "c", "white", "pale"), goesOn(when(is("r1", "WHITE"), "Add", "100", "")+when(is("r1", "PALE"), "Add", "100", ""))), content.Cloze, "Snow is {{1}}.",
			map[string]content.Score{"white": 10000, "Pale": 10000, "green": 0},
			"",
		},
	} {
		t.Run(name, func(t *testing.T) {
			it, left := read(t, c.doc)
			if left != nil {
				t.Fatal(*left)
			}
			if it.Type != c.kind || c.stem != "" && it.Stem != c.stem {
				t.Errorf("%s %q", it.Type, it.Stem)
			}
			for said, want := range c.worth {
				got := worth(t, it, 1, said)
				if got.Score > want+3 || got.Score < want-3 {
					t.Errorf("%q is worth %d, want %d: %+v", said, got.Score, want, it)
				}
				if got.Correct && c.told != "" && got.Feedback != c.told {
					t.Errorf("%q is told %q", said, got.Feedback)
				}
			}
		})
	}
}
