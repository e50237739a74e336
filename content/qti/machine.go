package qti

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"

	"lamplight/content/xmltree"
)

// Bounds of the expressions evaluated, over all responses tried: for one question, and for all of a package. A question of 20
// gaps with 20 choices each takes about 40,000; a million take less than a second on a small board.
const (
	maxSteps    = 1_000_000
	maxAllSteps = 50_000_000
)

// A machine marks responses to one question as its file says: declarations, template processing, response processing.
type machine struct {
	responses map[string]*declaration
	outcomes  map[string]*declaration
	templates map[string]*declaration
	order     []string // of the responses
	process   *xmltree.Node
	template  *xmltree.Node
	standard  string // name of the template of response processing, "" when it is written out

	drawn   map[string]value // template variables
	correct map[string]value // correct responses set by template processing
	rand    *rand.Rand
	steps   *steps
}

// steps are those left to one question, and to all of its package.
type steps struct {
	left int
	all  *int
}

func (s *source) steps() *steps { return &steps{left: maxSteps, all: &s.spent} }

// take counts a step.
func (s *steps) take() error {
	s.left--
	*s.all++
	if s.left < 0 || *s.all > maxAllSteps {
		return unsupported("its marking takes too many steps")
	}
	return nil
}

// An outcome is what a response is worth.
type outcome struct {
	score float64
	vars  map[string]value
}

func newMachine(item *xmltree.Node, s *steps) *machine {
	m := &machine{
		steps:     s,
		responses: map[string]*declaration{}, outcomes: map[string]*declaration{}, templates: map[string]*declaration{},
		drawn: map[string]value{}, correct: map[string]value{},
	}
	for _, n := range item.Elements("responseDeclaration", "outcomeDeclaration", "templateDeclaration") {
		d := declare(n)
		switch n.Name {
		case "responseDeclaration":
			m.responses[d.id] = d
			m.order = append(m.order, d.id)
		case "outcomeDeclaration":
			m.outcomes[d.id] = d
		default:
			m.templates[d.id] = d
		}
	}
	m.process, m.template = item.Child("responseProcessing"), item.Child("templateProcessing")
	if m.process != nil && len(m.process.Elements()) == 0 {
		m.standard = templateName(m.process.Attr("template"))
		if m.standard == "" {
			m.standard = templateName(m.process.Attr("templateLocation"))
		}
		m.process = nil
	}
	return m
}

// templateName is the last part of a template's address, without what follows the dot.
func templateName(address string) string {
	name := strings.ToLower(address[strings.LastIndexAny(address, "/\\")+1:])
	return strings.TrimSuffix(name, ".xml")
}

func unsupported(format string, args ...any) error {
	return fmt.Errorf(format+": %w", append(args, errors.ErrUnsupported)...)
}

// right is the declared correct response to id, null when there is none.
func (m *machine) right(id string) value {
	if v, ok := m.correct[id]; ok {
		return v
	}
	if d := m.responses[id]; d != nil {
		return d.correct
	}
	return value{}
}

// mark gives a response its score. What is unanswered is null.
func (m *machine) mark(responses map[string]value) (outcome, error) {
	if err := m.steps.take(); err != nil {
		return outcome{}, err
	}
	r := &run{machine: m, resp: responses, out: map[string]value{}}
	for id, d := range m.outcomes {
		r.out[id] = d.normal
		if d.normal.null() && d.card == "single" && (d.base == "integer" || d.base == "float") {
			r.out[id] = single(d.base, "0")
		}
	}
	r.out["completionStatus"] = single("identifier", "not_attempted")
	var err error
	switch {
	case m.process != nil:
		if err = r.rules(m.process.Elements()); err == nil && !m.scores() { // rules that only show feedback
			err = r.matchAll()
		}
	case m.standard != "":
		err = r.standardTemplate()
	default:
		err = r.matchAll()
	}
	o := outcome{vars: r.out}
	if err == nil {
		o.score, err = r.score()
	}
	return o, err
}

// scores says whether the response processing sets the score at all.
func (m *machine) scores() bool {
	for n := range m.process.All("setOutcomeValue", "lookupOutcomeValue") {
		if trim(n.Attr("identifier")) == m.scoreName() {
			return true
		}
	}
	return false
}

// scoreName is the outcome that holds the score.
func (m *machine) scoreName() string {
	if m.outcomes["SCORE"] != nil {
		return "SCORE"
	}
	only, n := "", 0
	for id, d := range m.outcomes {
		if strings.EqualFold(id, "score") {
			return id
		}
		if (d.base == "float" || d.base == "integer") && d.card == "single" && !strings.HasPrefix(strings.ToUpper(id), "MAX") {
			only = id
			n++
		}
	}
	if n == 1 {
		return only
	}
	return "SCORE"
}

func (r *run) score() (float64, error) {
	v := r.out[r.scoreName()]
	if v.null() {
		return 0, nil
	}
	if v.base == "boolean" {
		if v.isTrue() {
			return 1, nil
		}
		return 0, nil
	}
	f, ok := v.num()
	if !ok {
		return 0, unsupported("its score is %q, which is no number", v.members)
	}
	return f, nil
}

// standardTemplate carries out a template of response processing by its name. Those of IMS mark the response RESPONSE; where
// there is none of that name all responses are marked, since many tools mean that.
func (r *run) standardTemplate() error {
	switch r.standard {
	case "match_correct", "cc2_match", "cc2_match_basic", "match_correct_multiple":
		return r.matchAll()
	case "map_response", "cc2_map_response":
		if err := r.mapAll(r.marked()); err != nil {
			return unsupported("its response is to be mapped and has no mapping")
		}
		return nil
	case "map_response_point":
		return unsupported("places on a picture are marked")
	}
	return unsupported("its response processing template %.80q is not known", r.standard)
}

// marked are the responses a standard template marks.
func (r *run) marked() []string {
	if r.responses["RESPONSE"] != nil {
		return []string{"RESPONSE"}
	}
	return r.order
}

// matchAll gives a point when every response with a correct one is that; where none is declared, what mappings give.
func (r *run) matchAll() error {
	ids := r.order
	if r.standard != "" {
		ids = r.marked()
	}
	right, any := true, false
	for _, id := range ids {
		want := r.right(id)
		if want.null() {
			continue
		}
		any = true
		got := r.resp[id]
		right = right && !got.null() && (same(got, want) || got.card == "single" && len(want.members) > 1 && holds(want, want.base, got.members[0]))
	}
	if !any {
		return r.mapAll(ids)
	}
	r.out[r.scoreName()] = number(0)
	if right {
		r.out[r.scoreName()] = number(1)
	}
	return nil
}

var errNoAnswer = unsupported("it does not say which answer is right")

// mapAll adds up what the mappings of responses give.
func (r *run) mapAll(ids []string) error {
	sum, any := 0.0, false
	for _, id := range ids {
		if d := r.responses[id]; d != nil && d.mapping != nil {
			any = true
			if v := r.resp[id]; !v.null() {
				sum += d.mapping.apply(v, d.base)
			}
		}
	}
	if !any {
		return errNoAnswer
	}
	r.out[r.scoreName()] = number(sum)
	return nil
}
