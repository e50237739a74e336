package questions

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"lamplight/content"
	"lamplight/content/marking"
	"lamplight/content/xmltree"
)

// A moodleQuestion is one <question> being read.
type moodleQuestion struct {
	doc  *xmltree.Node
	src  *source
	item content.Item
}

// formatted gives a text of a child, and its format.
func formatted(n *xmltree.Node) (text, format string) {
	if n == nil {
		return "", ""
	}
	format = strings.TrimSuffix(strings.TrimSuffix(n.Attr("format"), "_text"), "_auto_format")
	if t := n.Child("text"); t != nil {
		return t.Raw(), format
	}
	return directText(n), format
}

// directText is the text of a node that has no <text>, as very old exports have.
func directText(n *xmltree.Node) string {
	var b strings.Builder
	for _, k := range n.Children {
		if k.Name == "" {
			b.WriteString(k.Text)
		}
	}
	return strings.TrimSpace(b.String())
}

func (q *moodleQuestion) line(n *xmltree.Node) string {
	text, format := formatted(n)
	if format == "" {
		format = "html"
	}
	return q.src.line(text, format)
}

func (q *moodleQuestion) value(name string) string {
	n := q.doc.Child(name)
	if n == nil {
		return ""
	}
	if t := n.Child("text"); t != nil {
		return strings.TrimSpace(t.Raw())
	}
	return strings.TrimSpace(n.Raw())
}

func (q *moodleQuestion) flag(name string) bool {
	v := strings.ToLower(q.value(name))
	return v == "1" || v == "true" || v == "yes"
}

// moodleTypes reads the questions of each type. An error is why one cannot be asked.
var moodleTypes map[string]func(*moodleQuestion) error

func init() {
	moodleTypes = map[string]func(*moodleQuestion) error{
		"multichoice": (*moodleQuestion).multichoice, "multichoiceset": (*moodleQuestion).multichoiceset, "truefalse": (*moodleQuestion).trueFalse,
		"shortanswer": (*moodleQuestion).shortAnswer, "pmatchjme": nil, "numerical": (*moodleQuestion).numerical, "matching": (*moodleQuestion).matching,
		"match": (*moodleQuestion).matching, "ddmatch": (*moodleQuestion).matching, "cloze": (*moodleQuestion).cloze, "multianswer": (*moodleQuestion).cloze,
		"calculated": (*moodleQuestion).calculated, "calculatedsimple": (*moodleQuestion).calculated, "calculatedmulti": (*moodleQuestion).calculatedMulti,
		"gapselect": (*moodleQuestion).gapSelect, "ddwtos": (*moodleQuestion).gapSelect, "ordering": (*moodleQuestion).ordering,
	}
}

// leftOut says why types that cannot be asked are not.
var leftOut = map[string]string{
	"essay": "a person must read the answer", "essayautograde": "a person must read the answer", "recordrtc": "the answer is spoken, and a person must hear it",
	"random": "it stands for a question drawn from others by chance", "randomsamatch": "it is made of other questions by chance",
	"ddimageortext": "words or pictures are dragged onto a picture", "ddmarker": "markers are put on a picture",
	"stack": "it is worked out by a program that is not here", "coderunner": "it is marked by running a program",
	"multinumerical": "its numbers depend on one another", "formulas": "it is worked out by a program that is not here",
}

// reading reads the question of a type.
func (q *moodleQuestion) reading(kind string) reading {
	out := reading{kind: kind, title: clip(strings.Join(strings.Fields(q.value("name")), " "), 200), id: plainID(q.value("idnumber"))}
	read := moodleTypes[kind]
	switch {
	case kind == "description":
		text, format := formatted(q.doc.Child("questiontext"))
		body := q.src.text(text, firstFormat(format), true)
		if q.src.err != nil {
			out.reason = reasonOf(q.src.err)
			return out
		}
		out.page = &page{title: firstOf(out.title, summary(body)), text: body}
		return out
	case leftOut[kind] != "":
		out.reason = leftOut[kind]
		return out
	case read == nil:
		out.reason = fmt.Sprintf("questions of type %q are not known here", clip(kind, 40))
		return out
	}
	text, format := formatted(q.doc.Child("questiontext"))
	if kind != "cloze" && kind != "multianswer" && kind != "gapselect" && kind != "ddwtos" {
		q.item.Stem = q.src.text(text, firstFormat(format), true)
		if img := q.doc.Child("image"); img != nil && q.src.picture(img.Content()) != "" { // Moodle before 2
			q.item.Stem += "\n\n![](" + marking.PictureAddress(q.src.picture(img.Content())) + ")"
		}
	}
	q.said()
	err := read(q)
	if err == nil {
		err = q.src.err
	}
	if err != nil {
		out.reason = reasonOf(err)
		return out
	}
	if q.item.Sound = q.src.sound; len(q.doc.Elements("hint")) > 0 {
		for _, h := range q.doc.Elements("hint") {
			if text := q.line(h); text != "" && len(q.item.Hints) < 10 {
				q.item.Hints = append(q.item.Hints, text)
			}
		}
	}
	out.item = &q.item
	return out
}

func firstFormat(format string) string {
	if format == "" {
		return "html"
	}
	return format
}

var idForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

func plainID(s string) string {
	if idForm.MatchString(s) {
		return s
	}
	return ""
}

// said reads what is said after an answer.
func (q *moodleQuestion) said() {
	q.item.Worked = q.line(q.doc.Child("generalfeedback"))
	for name, to := range map[string]*string{"correctfeedback": &q.item.Right, "incorrectfeedback": &q.item.Wrong} {
		*to = q.line(q.doc.Child(name))
		if strings.HasPrefix(*to, "Your answer is ") || strings.HasPrefix(*to, "Your answer is") && len(*to) < 30 {
			*to = "" // what Moodle fills in of itself, and our page says in the learner's language
		}
	}
}

// answers reads the <answer>s. plain says that they are typed and not HTML.
func (q *moodleQuestion) answers(plain bool) (out []answer) {
	for _, n := range q.doc.Elements("answer") {
		fraction := n.Attr("fraction")
		if f := n.Child("fraction"); fraction == "" && f != nil {
			fraction = f.Content()
		}
		percent, _ := strconv.ParseFloat(strings.TrimSpace(strings.ReplaceAll(fraction, ",", ".")), 64)
		a := answer{percent: percent, feedback: q.line(n.Child("feedback"))}
		if t := n.Child("tolerance"); t != nil {
			a.tolerance = t.Content()
		}
		if a.text, _ = formatted(n); plain {
			a.text = strings.TrimSpace(a.text)
		} else {
			a.text = q.line(n)
		}
		if a.text != "" {
			out = append(out, a)
		}
	}
	return out
}

func (q *moodleQuestion) multichoice() error {
	single := q.doc.Child("single") == nil || q.flag("single")
	q.item.Fixed = q.doc.Child("shuffleanswers") != nil && !q.flag("shuffleanswers")
	return choices(&q.item, q.answers(false), !single)
}

// multichoiceset is all or nothing: its right answers are worth the same.
func (q *moodleQuestion) multichoiceset() error {
	answers := q.answers(false)
	rights := 0
	for _, a := range answers {
		if a.percent > 0 {
			rights++
		}
	}
	for i := range answers {
		if answers[i].percent > 0 {
			answers[i].percent = 100 / float64(rights)
		}
	}
	return choices(&q.item, answers, true)
}

func (q *moodleQuestion) trueFalse() error {
	q.item.Type = content.TrueFalse
	for i, a := range q.answers(true) {
		value := strings.ToLower(a.text)
		if value != "true" && value != "false" { // in another language: true comes first
			value = strconv.FormatBool(i == 0)
		}
		if full(a.percent) {
			q.item.Answers = append(q.item.Answers, value)
			if a.feedback != "" {
				q.item.Right = a.feedback
			}
		} else if a.feedback != "" {
			q.item.Mistakes = append(q.item.Mistakes, content.Mistake{Answer: value, Error: "said", Feedback: a.feedback})
		}
	}
	return nil
}

func (q *moodleQuestion) shortAnswer() error {
	t, err := texts(q.answers(true))
	if err != nil {
		return err
	}
	q.item.Type, q.item.CaseSense = content.Text, q.flag("usecase")
	t.into(&q.item)
	return nil
}

func (q *moodleQuestion) numerical() error {
	t, tolerance, err := numbers(q.answers(true))
	if err != nil {
		return err
	}
	q.item.Type, q.item.Tolerance = content.Number, tolerance
	q.unit()
	t.into(&q.item)
	return nil
}

// unit takes the unit that counts once; answers in others are asked for again.
func (q *moodleQuestion) unit() {
	units := q.doc.Child("units")
	if units == nil {
		return
	}
	for _, u := range units.Elements("unit") {
		factor, name := u.Child("multiplier"), u.Child("unit_name")
		if factor == nil || name == nil {
			continue
		}
		if f, err := strconv.ParseFloat(factor.Content(), 64); err == nil && f == 1 {
			q.item.Unit = marking.Literal(name.Content())
			return
		}
	}
}

func (q *moodleQuestion) matching() error {
	q.item.Type = content.Match
	for _, n := range q.doc.Elements("subquestion") {
		left := q.line(n)
		right := ""
		if a := n.Child("answer"); a != nil {
			text, _ := formatted(a)
			right = q.src.line(text, "plain")
			if format := a.Attr("format"); format == "html" {
				right = q.line(a)
			}
		}
		switch {
		case right == "":
		case left == "":
			q.item.Distractors = append(q.item.Distractors, right)
		default:
			q.item.Pairs = append(q.item.Pairs, content.Pair{Left: left, Right: right})
		}
	}
	return nil
}

func (q *moodleQuestion) ordering() error {
	q.item.Type = content.Order
	var words []string
	for _, a := range q.answers(false) {
		words = append(words, a.text)
	}
	for i, key := range marking.Keys(words) {
		q.item.Options = append(q.item.Options, content.Option{Key: key, Text: words[i]})
	}
	return nil
}

var selectMark = regexp.MustCompile(`\[\[(\d{1,3})\]\]`)

// gapSelect reads words to be chosen, or dragged, into [[1]], [[2]] …: each place offers the words of its group.
func (q *moodleQuestion) gapSelect() error {
	type word struct{ text, group string }
	var offered []word
	for _, n := range q.doc.Elements("selectoption", "dragbox") {
		text, _ := formatted(n)
		w := word{text: q.src.line(text, "plain"), group: "1"}
		if n.Name == "dragbox" {
			w.text = q.src.line(text, "html")
		}
		if g := n.Child("group"); g != nil {
			w.group = g.Content()
		}
		offered = append(offered, w)
	}
	text, format := formatted(q.doc.Child("questiontext"))
	var err error
	text = selectMark.ReplaceAllStringFunc(text, func(m string) string {
		at, _ := strconv.Atoi(selectMark.FindStringSubmatch(m)[1])
		if at < 1 || at > len(offered) {
			err = fmt.Errorf("%s names a word that is not there", m)
			return m
		}
		var all []answer
		for i, w := range offered {
			if w.group != offered[at-1].group || w.text == "" || i != at-1 && w.text == offered[at-1].text {
				continue
			}
			a := answer{text: w.text}
			if i == at-1 {
				a.percent = 100
			}
			all = append(all, a)
		}
		var it content.Item
		if e := choices(&it, all, false); e != nil && err == nil {
			err = e
		}
		q.item.Gaps = append(q.item.Gaps, content.Gap{Options: it.Options})
		return gapMark(len(q.item.Gaps))
	})
	q.item.Type = content.InlineChoice
	q.item.Stem = gapped(q.src.text(text, firstFormat(format), true))
	return err
}

// gapMark stands for the n'th gap while the text round it is made ours.
func gapMark(n int) string { return "\ue210" + strconv.Itoa(n) + "\ue211" }

var gapMarks = regexp.MustCompile("\ue210(\\d+)\ue211")

// gapped puts our gaps in the place of the marks.
func gapped(text string) string { return gapMarks.ReplaceAllString(text, "{{$1}}") }

func childText(n *xmltree.Node, name string) string {
	if c := n.Child(name); c != nil {
		return c.Content()
	}
	return ""
}
