package content

// A Score is a result in basis points, 0 (nothing right) to 10000 (all right).
// xAPI calls it result.score.scaled (−1 to 1); Lamplight gives no negative marks.
type Score int

// FullScore is a wholly right answer.
const FullScore Score = 10000

// An Exercise is a set of items practised until a criterion is met (Kolibri: exercise with a mastery model).
type Exercise struct {
	ID        ResourceID
	Title     string
	Language  string
	Criterion Criterion
	Skill     string
	Items     []Item
	LeftOut   []LeftOut // questions it holds that cannot be shown here: they count for nothing
}

// A LeftOut is a question that is not asked, and why: Type is the format's own name for it ("interactive-graph",
// "drawingInteraction"), Reason says in English what is missing.
type LeftOut struct {
	Item   ItemID `cbor:"1,keyasint"`
	Type   string `cbor:"2,keyasint"`
	Reason string `cbor:"3,keyasint"`
}

// A Criterion says when an exercise is mastered. Type is one of Kolibri's mastery models: "do_all", "m_of_n",
// "num_correct_in_a_row_2", "_3", "_5", "_10"; or ours, "spaced_m_of_n": M right among the last N first tries, then one
// first try right at least two days later. M and N are set for m_of_n and spaced_m_of_n alone, 1 ≤ M ≤ N ≤ 99.
type Criterion struct {
	Type string
	M, N int
}

// An ItemType is how a question is answered. The names are those of the text format (see package pack).
type ItemType string

const (
	Choice       ItemType = "choice"     // exactly one of Options
	Many         ItemType = "many"       // any of Options
	TrueFalse    ItemType = "truefalse"  // "true" or "false"
	Number       ItemType = "number"     // a number, within Tolerance
	Text         ItemType = "text"       // a short text, normalised
	Cloze        ItemType = "cloze"      // gaps typed into Stem
	InlineChoice ItemType = "inline"     // gaps chosen within Stem
	Order        ItemType = "order"      // Options put in their given order
	Match        ItemType = "match"      // each Pair's left with its right
	Categorise   ItemType = "categorise" // each of Options into one of Categories
	HotText      ItemType = "hottext"    // the right spans of Stem
	Formula      ItemType = "formula"    // a formula, compared by what it is worth: see marking.FormulaKey
)

// An Item is a question as written: a template whose names in braces are drawn anew for every Variant.
// Markdown of the inline kind is allowed in every text a learner reads, and mathematics between dollars: see package tex.
type Item struct {
	ID         ItemID    `cbor:"1,keyasint"`
	Type       ItemType  `cbor:"2,keyasint"`
	Stem       string    `cbor:"3,keyasint"`
	Lets       []Let     `cbor:"4,keyasint,omitempty"` // in order; later ones may use earlier ones
	Where      []string  `cbor:"5,keyasint,omitempty"` // conditions every draw meets
	Options    []Option  `cbor:"6,keyasint,omitempty"`
	Answers    []string  `cbor:"7,keyasint,omitempty"`  // number: expressions; text, formula: alternatives; truefalse: "true" or "false"
	Tolerance  string    `cbor:"8,keyasint,omitempty"`  // an expression, "" is exact
	Unit       string    `cbor:"9,keyasint,omitempty"`  // shown after the field; accepted but not required in the answer
	Gaps       []Gap     `cbor:"10,keyasint,omitempty"` // cloze, inline: in the order of {{1}}, {{2}} … in Stem
	Pairs      []Pair    `cbor:"11,keyasint,omitempty"`
	Categories []string  `cbor:"12,keyasint,omitempty"`
	Mistakes   []Mistake `cbor:"13,keyasint,omitempty"` // wrong answers that are known, other than options
	Hints      []string  `cbor:"14,keyasint,omitempty"`
	Worked     string    `cbor:"15,keyasint,omitempty"`
	Right      string    `cbor:"16,keyasint,omitempty"` // said after a right answer
	Wrong      string    `cbor:"17,keyasint,omitempty"` // said after a wrong answer no Mistake or Option explains
	Sound      string    `cbor:"18,keyasint,omitempty"` // path of a file read aloud, "" none
	Skill      string    `cbor:"19,keyasint,omitempty"`
	Rating     int       `cbor:"20,keyasint,omitempty"` // Elo rating shipped with the course, 1 to 4000: see package pack; 0 unrated
	CaseSense  bool      `cbor:"21,keyasint,omitempty"` // text, cloze: letter case matters
	// AccentSense: text, cloze: accents and vowel signs matter; otherwise a learner may leave them out.
	AccentSense bool `cbor:"22,keyasint,omitempty"`
	// Accepts are further answers of number and text, right or partly; of several that fit the best counts.
	Accepts     []Accept `cbor:"23,keyasint,omitempty"`
	Distractors []string `cbor:"24,keyasint,omitempty"` // match: right sides that belong to no left
	Patterns    bool     `cbor:"25,keyasint,omitempty"` // text, cloze: * in an answer is any run of signs, \* a star
	Form        Form     `cbor:"26,keyasint,omitempty"` // formula, number: how it must be written
	Functions   []string `cbor:"27,keyasint,omitempty"` // formula: letters that are functions before a bracket
	// Fixed shows what is to be chosen in the order in which it is written: Options of choice, many and categorise, those of
	// Gaps. A release that does not know it shuffles them.
	Fixed bool `cbor:"28,keyasint,omitempty"`
}

// A Form says how a number or formula must be written, beside being right.
type Form string

const (
	AnyForm    Form = ""           // as it likes
	SameForm   Form = "same"       // formula: as the answer is, but for the order of terms and factors
	Simplified Form = "simplified" // formula: multiplied out, like terms put together; number: its fraction in lowest terms

	// Of a number alone. A whole number may be written as such in all of them.
	Fraction           Form = "fraction" // as 5/2, in any terms
	SimplifiedFraction Form = "simplified fraction"
	Mixed              Form = "mixed" // as 2 1/2, or as a fraction below one
	SimplifiedMixed    Form = "simplified mixed"
	Decimal            Form = "decimal" // as 2.5
)

// An Accept is a further answer and what it is worth.
type Accept struct {
	Answer    string `cbor:"1,keyasint"`           // number: an expression; text: a text, or a pattern where those of the item are
	Tolerance string `cbor:"2,keyasint,omitempty"` // number: its own, "" is exact
	Worth     Score  `cbor:"3,keyasint"`           // 1 to FullScore
	Feedback  string `cbor:"4,keyasint,omitempty"`
}

// A Let draws a value for Name: a whole number from Low to High (expressions) by Step, or one of Values, or the value
// of Expr. Exactly one of the three is given.
type Let struct {
	Name   string   `cbor:"1,keyasint"`
	Low    string   `cbor:"2,keyasint,omitempty"`
	High   string   `cbor:"3,keyasint,omitempty"`
	Step   string   `cbor:"4,keyasint,omitempty"`
	Values []string `cbor:"5,keyasint,omitempty"`
	Expr   string   `cbor:"6,keyasint,omitempty"`
	// With is an earlier let that draws one of its Values: the value at the same place is taken.
	With string `cbor:"7,keyasint,omitempty"`
}

// An Option is something to choose. Key is what a form posts, stable under shuffling.
type Option struct {
	Key      string `cbor:"1,keyasint"`
	Text     string `cbor:"2,keyasint"`
	Right    bool   `cbor:"3,keyasint,omitempty"`
	Error    string `cbor:"4,keyasint,omitempty"` // error code of choosing it when wrong: a short stable word, "carried-twice"
	Feedback string `cbor:"5,keyasint,omitempty"`
	Category int    `cbor:"6,keyasint,omitempty"` // categorise: index into Categories; order, when drawn: right place, from 0
	// Credit is what choosing it is worth, in basis points, where options are not worth the same. Choice: of a wrong one that
	// is partly right, below FullScore. Many, hottext: of a right one what it gives, of a wrong one, below 0, what it takes.
	Credit int `cbor:"7,keyasint,omitempty"`
}

// A Gap is one blank of a cloze or inline-choice item. Those of a cloze may be of all kinds.
type Gap struct {
	Answers []string `cbor:"1,keyasint,omitempty"` // typed: alternatives, as of an item of Type
	Options []Option `cbor:"2,keyasint,omitempty"` // chosen, when there are any
	Type    ItemType `cbor:"3,keyasint,omitempty"` // typed: number or formula; "" is text
	// Of what is typed, as the fields of an item.
	Tolerance string   `cbor:"4,keyasint,omitempty"`
	Accepts   []Accept `cbor:"5,keyasint,omitempty"`
	CaseSense bool     `cbor:"6,keyasint,omitempty"` // also when the item's is set
	Form      Form     `cbor:"7,keyasint,omitempty"`
	Functions []string `cbor:"8,keyasint,omitempty"`
	Weight    int      `cbor:"9,keyasint,omitempty"` // how much it counts beside the other gaps, 1 to 100; 0 is 1
}

// A Pair is a left side and the right side that belongs to it.
type Pair struct {
	Left  string `cbor:"1,keyasint"`
	Right string `cbor:"2,keyasint"`
}

// A Mistake is a wrong answer that is understood. Answer is an expression (number) or a text: see package marking for what
// it says of each type.
type Mistake struct {
	Answer   string `cbor:"1,keyasint"`
	Error    string `cbor:"2,keyasint"`
	Feedback string `cbor:"3,keyasint,omitempty"`
}
