package perseus

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"math"
	"slices"
	"strconv"
	"strings"

	"lamplight/content"
)

// decode reads JSON no deeper than maxDepth. fs.ErrInvalid for anything else.
func decode(b []byte, into any) error {
	if err := shallow(b); err != nil {
		return err
	}
	b = bytes.TrimPrefix(b, []byte("\uFEFF"))
	if err := json.Unmarshal(b, into); err != nil {
		return fmt.Errorf("%w: %w", err, fs.ErrInvalid)
	}
	return nil
}

// shallow refuses what nests too deep, before anything is built of it.
func shallow(b []byte) error {
	depth, quoted := 0, false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[' || c == '{':
			if depth++; depth > maxDepth {
				return fmt.Errorf("JSON nested more than %d deep: %w", maxDepth, fs.ErrInvalid)
			}
		case c == ']' || c == '}':
			depth--
		}
	}
	return nil
}

// An index is exercise.json.
type index struct {
	Items        []string `json:"all_assessment_items"`
	MasteryModel string   `json:"mastery_model"`
	M            number   `json:"m"`
	N            number   `json:"n"`
}

// masteryModels are those of Kolibri that say all by their name.
var masteryModels = []string{"do_all", "num_correct_in_a_row_2", "num_correct_in_a_row_3", "num_correct_in_a_row_5", "num_correct_in_a_row_10"}

// criterion is what exercise.json says of mastery; three of the last five where it says nothing that we know.
func (x index) criterion() content.Criterion {
	m, n := int(x.M.value), int(x.N.value)
	switch {
	case slices.Contains(masteryModels, x.MasteryModel):
		return content.Criterion{Type: x.MasteryModel}
	case x.MasteryModel == "m_of_n" && m >= 1 && m <= n && n <= 99:
		return content.Criterion{Type: "m_of_n", M: m, N: n}
	}
	return content.Criterion{Type: "m_of_n", M: 3, N: 5}
}

// A document is an item: a question with its hints.
type document struct {
	Question   renderer        `json:"question"`
	Hints      []renderer      `json:"hints"`
	AnswerArea json.RawMessage `json:"answerArea"`
}

// A renderer is a text with its widgets.
type renderer struct {
	Content string  `json:"content"`
	Widgets widgets `json:"widgets"`
	Replace flag    `json:"replace"` // of a hint: it stands instead of those before it
}

// widgets by name. An empty list stands for none in old files.
type widgets map[string]widget

func (w *widgets) UnmarshalJSON(b []byte) error {
	if b = bytes.TrimSpace(b); len(b) == 0 || b[0] != '{' {
		return nil
	}
	return json.Unmarshal(b, (*map[string]widget)(w))
}

// A widget is what the text's [[☃ NAME]] stands for.
type widget struct {
	Type    string          `json:"type"`
	Graded  *bool           `json:"graded"`
	Static  bool            `json:"static"`
	Options json.RawMessage `json:"options"`
}

// readItem reads an item: the whole, or its question alone.
func readItem(source []byte) (document, error) {
	var d document
	if len(source) > maxItem {
		return d, fmt.Errorf("%d bytes are more than %d: %w", len(source), maxItem, fs.ErrInvalid)
	}
	var parts struct {
		Question json.RawMessage `json:"question"`
		Content  *string         `json:"content"`
	}
	if err := decode(source, &parts); err != nil {
		return d, err
	}
	var err error
	switch {
	case len(parts.Question) > 0:
		err = decode(source, &d)
	case parts.Content != nil:
		err = decode(source, &d.Question)
	default:
		err = fmt.Errorf("there is no question in it: %w", fs.ErrInvalid)
	}
	return d, err
}

// A number is one written as a number or in quotes; set is false for null and what is none.
type number struct {
	value float64
	text  string // as written
	set   bool
}

func (n *number) UnmarshalJSON(b []byte) error {
	s := strings.TrimSpace(string(b))
	if strings.HasPrefix(s, `"`) {
		if json.Unmarshal(b, &s) != nil {
			return nil
		}
		s = strings.TrimSpace(s)
	}
	f, err := strconv.ParseFloat(s, 64)
	if err == nil && !math.IsInf(f, 0) && !math.IsNaN(f) {
		*n = number{value: f, text: s, set: true}
	}
	return nil
}

// A flag is true for true alone, whatever else stands there.
type flag bool

func (f *flag) UnmarshalJSON(b []byte) error {
	*f = flag(string(bytes.TrimSpace(b)) == "true")
	return nil
}

// A word is a text; what is none is "".
type word string

func (w *word) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) == nil {
		*w = word(s)
	}
	return nil
}
