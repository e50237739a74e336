package perseus_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"strings"
	"testing"
	"time"

	"lamplight/content"
	"lamplight/content/marking"
	"lamplight/content/perseus"
)

// item writes an item's JSON: widgets are name, options, name, options …
func item(text string, widgets ...string) []byte {
	var b strings.Builder
	for i := 0; i+1 < len(widgets); i += 2 {
		kind := strings.TrimRight(widgets[i], " 0123456789")
		fmt.Fprintf(&b, `,"%s":{"type":"%s","graded":true,"static":false,"options":%s}`, widgets[i], kind, widgets[i+1])
	}
	return []byte(fmt.Sprintf(`{"question":{"content":%q,"images":{},"widgets":{%s}},"hints":[]}`, text, strings.TrimPrefix(b.String(), ",")))
}

// read wants an item that is asked.
func read(t *testing.T, source []byte) content.Item {
	t.Helper()
	it, left, err := perseus.Item("i", source, nil)
	if err != nil || left != nil {
		t.Fatalf("%s: left out %+v, %v", source, left, err)
	}
	return it
}

const (
	oneOf = `{"choices":[{"content":"$x^2$","correct":true,"clue":"Yes: **square**."},{"content":"$2x$","correct":false,"rationale":"That is twice."},{"content":"*none*","correct":false}],"multipleSelect":false}`
	someO = `{"choices":[{"content":"2","correct":true},{"content":"3","correct":true},{"content":"4"}],"multipleSelect":true,"hasNoneOfTheAbove":false}`
	three = `{"answers":[{"value":3,"status":"correct","simplify":"required","message":"","maxError":null,"answerForms":[]},{"value":-3,"status":"wrong","message":"Look at the *sign*."}],"coefficient":false,"size":"small"}`
	line  = `{"answerForms":[{"value":"y=\\frac{10}{7}x","form":false,"simplify":false,"considered":"correct","key":0}],"functions":["f","g","h"],"buttonSets":["basic"],"times":false}`
	drop  = `{"placeholder":"?","choices":[{"content":"<","correct":false},{"content":">","correct":true}]}`
)

func TestEveryWidgetIsAskedAndMarked(t *testing.T) {
	for _, c := range []struct {
		name string
		json []byte
		kind content.ItemType
		stem string
	}{
		{"radio", item("Which is $x$ times $x$?\n\n[[☃ radio 1]]", "radio 1", oneOf), content.Choice, "Which is $x$ times $x$?"},
		{"several", item("Which are prime?\n[[☃ radio 1]]\n", "radio 1", someO), content.Many, "Which are prime?"},
		{"number at the end", item("What is $1+2$? [[☃ numeric-input 1]]", "numeric-input 1", three), content.Number, "What is $1+2$?"},
		{"number with a unit", item("How long?\n\n[[☃ numeric-input 1]] units", "numeric-input 1", three), content.Number, "How long?"},
		{"number within", item("There are [[☃ numeric-input 1]] of $5$.", "numeric-input 1", three), content.Cloze, "There are {{1}} of 5."},
		{"old number", item("What?  [[☃ input-number 1]]", "input-number 1", `{"value":"0.5","simplify":"optional","size":"normal","inexact":true,"maxError":0.1,"answerType":"number"}`), content.Number, "What?"},
		{"percent", item("What? [[☃ numeric-input 1]]", "numeric-input 1", `{"answers":[{"value":0.25,"status":"correct","answerForms":["percent"]}]}`), content.Number, "What?"},
		{"of π", item("What? [[☃ numeric-input 1]]", "numeric-input 1", `{"answers":[{"value":18.84955592153876,"status":"correct","answerForms":["pi"]}]}`), content.Formula, "What?"},
		{"two numbers", item("$($ [[☃ numeric-input 1]] $,$ [[☃ numeric-input 2]] $)$", "numeric-input 1", three, "numeric-input 2", three), content.Cloze, "( {{1}} , {{2}} )"},
		{"expression", item("The equation is [[☃ expression 1]] .", "expression 1", line), content.Formula, "The equation is"},
		{"old expression", item("[[☃ expression 1]] is it. What?", "expression 1", `{"value":"3(x+2)","form":true,"simplify":false,"times":false}`), content.Cloze, "{{1}} is it. What?"},
		{"dropdown", item("$3$ [[☃ dropdown 1]] $2$", "dropdown 1", drop), content.InlineChoice, "3 {{1}} 2"},
		{"dropdown and number", item("[[☃ dropdown 1]] by [[☃ numeric-input 1]]", "dropdown 1", drop, "numeric-input 1", three), content.Cloze, "{{1}} by {{2}}"},
		{"radio and number", item("[[☃ radio 1]]\n\nHow many? [[☃ numeric-input 1]]", "radio 1", oneOf, "numeric-input 1", three), content.Cloze, "{{1}}\n\nHow many? {{2}}"},
		{"sorter", item("Order:\n\n[[☃ sorter 1]]", "sorter 1", `{"correct":["$\\frac12$","$\\frac23$","1"],"padding":true,"layout":"horizontal"}`), content.Order, "Order:"},
		{"orderer", item("Order: [[☃ orderer 1]]", "orderer 1", `{"options":[{"content":"b"},{"content":"a"}],"correctOptions":[{"content":"a"},{"content":"b"}],"otherOptions":[],"height":"normal"}`), content.Order, "Order:"},
		{"matcher", item("Match: [[☃ matcher 1]]", "matcher 1", `{"labels":["l","r"],"left":["cat","dog"],"right":["mew","bark"],"orderMatters":false,"padding":true}`), content.Match, "Match:"},
		{"categorizer", item("Sort: [[☃ categorizer 1]]", "categorizer 1", `{"items":["2","3","4"],"categories":["even","odd"],"values":[0,1,0],"randomizeItems":true}`), content.Categorise, "Sort:"},
		{"table", item("Fill in:\n\n[[☃ table 1]]", "table 1", `{"headers":["$x$","$y$"],"rows":2,"columns":2,"answers":[["9","3"],["12","4"]]}`), content.Cloze, "Fill in:\n\n| $x$ | $y$ |\n| --- | --- |\n| {{1}} | {{2}} |\n| {{3}} | {{4}} |"},
		{"gaps in a table", item("a | b\n:-: | -\n$0$ | [[☃ numeric-input 1]]\n$1$ | [[☃ numeric-input 2]]\n\n\nDone.", "numeric-input 1", three, "numeric-input 2", three), content.Cloze, "| a | b |\n| --- | --- |\n| 0 | {{1}} |\n| 1 | {{2}} |\n\nDone."},
		{"matrix", item("$A=$ [[☃ matrix 1]]", "matrix 1", `{"prefix":"","suffix":"","answers":[[1,-2],[3,4]],"matrixBoardSize":[2,2]}`), content.Cloze, ""},
		{"number line", item("Which number is three more than one?\n\n[[☃ number-line 1]]", "number-line 1", `{"range":[0,10],"correctRel":"eq","correctX":4,"numDivisions":10,"snapDivisions":1}`), content.Number, "Which number is three more than one?"},
		{"group", item("A: [[☃ group 1]]", "group 1", `{"content":"What? [[☃ numeric-input 1]]","widgets":{"numeric-input 1":{"type":"numeric-input","options":`+three+`}}}`), content.Number, "A:\n\nWhat?"},
		{"old answer area", []byte(`{"question":{"content":"What is $1+2$?","widgets":{}},"answerArea":{"type":"input-number","options":{"value":3}},"hints":[]}`), content.Number, "What is $1+2$?"},
		{"old area with a text", []byte(`{"question":{"content":"Sum?","widgets":[]},"answerArea":{"type":"multiple","options":{"content":"It is [[☃ input-number 1]]","widgets":{"input-number 1":{"type":"input-number","options":{"value":"3"}}}}}}`), content.Number, "Sum?\n\nIt is"},
		{"question alone", []byte(`{"content":"What? [[☃ numeric-input 1]]","images":{},"widgets":{"numeric-input 1":{"options":` + three + `},"plotter 1":{"type":"plotter"}}}`), content.Number, "What?"},
	} {
		t.Run(c.name, func(t *testing.T) {
			it := read(t, c.json)
			if it.Type != c.kind || c.stem != "" && it.Stem != c.stem {
				t.Errorf("%s %q, want %s %q", it.Type, it.Stem, c.kind, c.stem)
			}
			markBoth(t, it)
		})
	}
}

func TestWhatIsTypedIsMarkedAsPerseusMeansIt(t *testing.T) {
	numeric := func(options string) content.Item {
		return read(t, item("? [[☃ numeric-input 1]]", "numeric-input 1", options))
	}
	third := `{"answers":[{"value":0.3333333333333333,"status":"correct","simplify":"required"}]}`
	off := `{"answers":[{"value":9.9,"status":"correct","maxError":0.15},{"value":20,"status":"correct"},{"value":9,"status":"wrong","message":"Round **later**."}]}`
	for _, c := range []struct {
		it    content.Item
		given string
		score content.Score
		said  string
	}{
		{numeric(three), "३", 10000, ""},
		{numeric(three), "-3", 0, "Look at the <i>sign</i>."},
		{numeric(three), "-4", 0, ""},
		{numeric(third), "1/3", 10000, ""},
		{numeric(third), "0.3333", 0, ""},
		{numeric(off), "10", 10000, ""},
		{numeric(off), "9.74", 0, ""},
		{numeric(off), "20", 10000, ""},
		{numeric(off), "20.1", 0, ""},
		{numeric(off), "9", 0, "Round <b>later</b>."},
		{numeric(`{"answers":[{"value":0.25,"status":"correct","answerForms":["percent"]}]}`), "25%", 10000, ""},
		{numeric(`{"answers":[{"value":0.25,"status":"correct","answerForms":["percent"]}]}`), "0.25", 0, ""},
		{numeric(`{"answers":[{"value":18.84955592153876,"status":"correct","answerForms":["pi"]}]}`), "6π", 10000, ""},
		{numeric(`{"answers":[{"value":18.8496,"status":"correct","answerForms":["pi"]}]}`), "6 pi", 10000, ""},
		{numeric(`{"answers":[{"value":18.84955592153876,"status":"correct","answerForms":["pi"]}]}`), "6", 0, ""},
		{read(t, item("? [[☃ expression 1]]", "expression 1", line)), "7y=10x", 10000, ""},
		{read(t, item("? [[☃ expression 1]]", "expression 1", line)), "y=7x/10", 0, ""},
	} {
		v, err := marking.Draw(c.it, 1)
		if err != nil {
			t.Fatal(err)
		}
		r, err := marking.Mark(v, url.Values{"r": {c.given}})
		if err != nil || r.Score != c.score || r.Feedback != c.said {
			t.Errorf("%q for %v: %+v, %v; want %d %q", c.given, c.it.Answers, r, err, c.score, c.said)
		}
	}
}

func TestWhatCannotBeAskedIsNamed(t *testing.T) {
	for _, c := range []struct {
		json       []byte
		kind, says string
	}{
		{item("Plot. [[☃ plotter 1]]", "plotter 1", "{}"), "plotter", "plotter"},
		{item("[[☃ numeric-input 1]] [[☃ interactive-graph 1]]", "numeric-input 1", three, "interactive-graph 1", "{}"), "interactive-graph", "cannot be shown"},
		{item("Nothing."), "none", "nothing is asked"},
		{item("? [[☃ radio 1]]"), "missing", "not there"},
		{item("? [[☃ radio 1]]", "radio 1", `{"choices":[{"content":"a"},{"content":"b"}]}`), "radio", "no choice is right"},
		{item("? [[☃ radio 1]]", "radio 1", `{"choices":7}`), "radio", "cannot be read"},
		{item("? [[☃ radio 1]]", "radio 1", `{"choices":[{"content":"a","correct":true},{"content":"a"}]}`), "radio", "alike"},
		{item("? [[☃ radio 1]]", "radio 1", `{"choices":[{"content":"a","correct":true},{"content":"![](web+graphie://x/y)"}]}`), "image", "not in the package"},
		{item("![](https://x/y.png) [[☃ numeric-input 1]]", "numeric-input 1", three), "image", "not in the package"},
		{item("? [[☃ orderer 1]]", "orderer 1", `{"correctOptions":[{"content":"a"},{"content":"b"}],"otherOptions":[{"content":"c"}]}`), "orderer", "nowhere"},
		{item("[[☃ sorter 1]] and [[☃ numeric-input 1]]", "sorter 1", `{"correct":["a","b"]}`, "numeric-input 1", three), "sorter+numeric-input", "several ways"},
		{item("? [[☃ matcher 1]]", "matcher 1", `{"left":["a"],"right":["b","c"]}`), "matcher", "1 entries on the left"},
		{item("? [[☃ table 1]]", "table 1", `{"headers":["a"],"answers":[["Nile"],["Congo"]]}`), "table", "any order"},
		{item("? [[☃ table 1]]", "table 1", `{"headers":["a"],"answers":[["5"],["3"],["9"]]}`), "table", "any order"},
		{item("Move the dot to $-\\dfrac{3}{4}$. [[☃ number-line 1]]", "number-line 1", `{"correctRel":"eq","correctX":-0.75}`), "number-line", "names"},
		{item("? [[☃ number-line 1]]", "number-line 1", `{"correctRel":"lt","correctX":-0.75}`), "number-line", "part of a number line"},
		{item("? [[☃ expression 1]]", "expression 1", `{"answerForms":[{"considered":"correct","form":true}]}`), "expression", "no right answer"},
		{item("? [[☃ expression 1]]", "expression 1", `{"answerForms":[{"considered":"correct","value":"\\int x"}]}`), "expression", "int"},
	} {
		it, left, err := perseus.Item("i", c.json, func(string) string { return "" })
		if err != nil || left == nil || left.Type != c.kind || !strings.Contains(left.Reason, c.says) || left.Item != "i" {
			t.Errorf("%s: item %+v, left out %+v, %v; want type %q, a reason with %q", c.json, it, left, err, c.kind, c.says)
		}
	}
	deep := `{"content":"x","widgets":` + strings.Repeat(`{"a":`, 50) + "1" + strings.Repeat("}", 51)
	if _, _, err := perseus.Item("i", []byte(deep), nil); err == nil || !strings.Contains(err.Error(), "nested") {
		t.Errorf("JSON 51 deep: %v", err)
	}
	for _, bad := range []string{"", "[]", "{}", "null", `{"question":5}`, `{"question":{"content":5}}`, strings.Repeat("[", 100), `{"content":"` + strings.Repeat("a", 2<<20) + `"}`} {
		if _, left, err := perseus.Item("i", []byte(bad), nil); left != nil || !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("%.40s: %+v, %v; want fs.ErrInvalid", bad, left, err)
		}
	}
}

func TestTextsBecomeOurs(t *testing.T) {
	for _, c := range []struct{ from, want string }{
		{"**bold ** and *it* and _this_ snake_case_name", "<b>bold </b> and <i>it</i> and <i>this</i> snake\\_case\\_name"},
		{"{a} costs \\$5 or \\$7 [x](http://y.z) & <b>", "\\{a\\} costs \\$5 or \\$7 x & \\<b\\>"},
		{"one\ntwo  \nthree\n\nfour", "one two\\\nthree\n\nfour"},
		{"# Head\n- a\n- b\n\n1. c\n2. d", "<b>Head</b>\n\n- a\n- b\n\n1. c\n2. d"},
		{"$\\blue{x}$-axis and $\\begin{align}&x=1\\\\&y=2\\end{align}$", "${x}$\u200b-axis and $x=1$\u200b\\\n$y=2$"},
		{"$$ \n\na", "a"},
		{"$5$th of $n$", "5th of $n$"},
		{"![A cat](${☣ LOCALPATH}/images/cat.png)", "![A cat](images/cat.png)"},
		{"![A cat](${☣ LOCALPATH}/images/cat.png =100x50)", "![A cat](images/cat.png)"},
		{"![Graph](web+graphie:${☣ LOCALPATH}/images/abc)", "![Graph](images/abc.svg)"},
		{"$A=\\left[\\begin{array}{rr}1&2\\\\3&4\\end{array}\\right]$", "$A=\\left[ 1,\\ 2;\\ 3,\\ 4 \\right]$"},
		{"$\\begin{cases}x&y\\\\z\\end{cases}$", "$x,\\ y$\u200b\\\n$z$"},
		{"$\\color{red}{x}+\\goldD{y}\\large z$", "${x}+{y} z$"},
		{"a|b|c\n-|-\n1|2", "| a | b | c |\n| --- | --- | --- |\n| 1 | 2 |  |"},
		{"\\(x\\) \\\\(y\\\\)", "(x) &#92;(y&#92;)"},
		{"`code` ~~no~~", "<code>code</code> no"},
	} {
		it := read(t, item(c.from+"\n\n[[☃ numeric-input 1]]", "numeric-input 1", three))
		if it.Stem != c.want {
			t.Errorf("%q\n gives %q\n want  %q", c.from, it.Stem, c.want)
		}
	}
}

func TestHintsAndExplanationsAreKept(t *testing.T) {
	source := `{"question":{"content":"What? [[☃ explanation 1]]\n\n[[☃ numeric-input 1]]","widgets":{"numeric-input 1":{"options":` + three + `},"explanation 1":{"type":"explanation","options":{"showPrompt":"Show $N$","explanation":"It is *6*."}}}},
		"hints":[{"content":"First."},{"content":"![](http://gone/x.png)"},{"content":"So $3$."}]}`
	it := read(t, []byte(source))
	if got := strings.Join(it.Hints, "/"); got != "First." || it.Worked != "First.\n\nSo 3." || it.Stem != "What?\n\n<i>Show $N$</i>\n\nIt is <i>6</i>." {
		t.Errorf("%q, hints %q, worked %q", it.Stem, got, it.Worked)
	}
	replaced := read(t, []byte(strings.Replace(source, `{"content":"So`, `{"replace":true,"content":"So`, 1)))
	if replaced.Worked != "So 3." {
		t.Errorf("worked %q", replaced.Worked)
	}
}

func TestALongTextCostsLittle(t *testing.T) {
	for _, unit := range []string{"_a", "[", "![", "*a ", "`", "$", "[[☃ ", "|\n-|-\n", "\\\\begin{a}", "> ", "- ", "${"} {
		begun := time.Now()
		text := strings.Repeat(unit, 60<<10/len(unit))
		perseus.Item("i", item(text+"[[☃ numeric-input 1]]", "numeric-input 1", three), nil)
		perseus.Item("i", item("$"+text+"$ [[☃ numeric-input 1]]", "numeric-input 1", three), nil)
		if took := time.Since(begun); took > 30*time.Second {
			t.Errorf("%q many times took %v", unit, took)
		}
	}
}

func FuzzItem(f *testing.F) {
	f.Add("a | b\n- | -\n$0$ | [[☃ numeric-input 1]] ![x](${☣ LOCALPATH}/images/a.png)", "numeric-input 1", three)
	f.Add("# [[☃ radio 1]]\n- **a** $\\begin{cases}x&y\\\\z\\end{cases}$ `c` <b> &amp;", "radio 1", oneOf)
	f.Add("[[☃ expression 1]] $$x$$ \\( {{1}} {a}", "expression 1", line)
	f.Add("[[☃ table 1]]", "table 1", `{"headers":["x"],"answers":[["1"],["2"]]}`)
	f.Fuzz(func(t *testing.T, text, name, options string) {
		source, err := json.Marshal(map[string]any{"question": map[string]any{"content": text, "widgets": map[string]any{name: map[string]any{"options": json.RawMessage(options)}}}})
		if err != nil {
			source = []byte(text)
		}
		it, left, err := perseus.Item("i", source, nil)
		if err != nil {
			if !errors.Is(err, fs.ErrInvalid) {
				t.Errorf("%v has no kind", err)
			}
			return
		}
		if left != nil {
			if left.Type == "" || left.Reason == "" {
				t.Errorf("left out without a reason: %+v", left)
			}
			return
		}
		if err := marking.Check(it); err != nil {
			t.Error(err)
		}
		if v, err := marking.Draw(it, 1); err != nil || strings.ContainsAny(v.Item.Stem, "\uE000\uE001\uE100") {
			t.Errorf("%q: %v", v.Item.Stem, err)
		}
	})
}
