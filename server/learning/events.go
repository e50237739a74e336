package learning

import (
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"sync/atomic"

	"lamplight/content"
	"lamplight/sync/segment"
)

// columns collects the fields of an event, leaving out what is zero.
type columns []segment.Field

func (c *columns) uint(col uint16, n uint64) {
	if n != 0 {
		*c = append(*c, segment.Field{Col: col, Type: segment.Uint, Num: n})
	}
}

func (c *columns) bytes(col uint16, b []byte) {
	if len(b) != 0 {
		*c = append(*c, segment.Field{Col: col, Type: segment.Bytes, Data: b})
	}
}

func (c *columns) text(col uint16, s string) {
	if s != "" {
		*c = append(*c, segment.Field{Col: col, Type: segment.Text, Data: []byte(s)})
	}
}

func (c *columns) id(col uint16, s string) {
	if b, ok := rawID(s); ok {
		c.bytes(col, b[:])
	}
}

// resource keeps a hex id as its 16 bytes, and any other as its text, which is never 16 bytes long by accident: it
// holds a ':' after 32 hex digits, or is marked with a leading zero byte.
func (c *columns) resource(col uint16, r content.ResourceID) {
	if b, ok := Raw(r); ok {
		c.bytes(col, b[:])
	} else if len(r) == 16 {
		c.bytes(col, append([]byte{0}, r...))
	} else {
		c.bytes(col, []byte(r))
	}
}

func resourceOf(b []byte) content.ResourceID {
	if len(b) == 16 {
		return textID[content.ResourceID](b)
	}
	if len(b) == 17 && b[0] == 0 {
		b = b[1:]
	}
	return content.ResourceID(b)
}

var (
	attemptBase  = newAttemptBase()
	attemptCount atomic.Uint64
)

func newAttemptBase() string {
	var b [8]byte
	_, _ = rand.Read(b[:])
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b[:]))
}

// NewAttemptID draws the id a page carries. All of one run of a box share a base, which the log then keeps once a
// segment.
func NewAttemptID() AttemptID {
	return AttemptID(attemptBase + "." + strconv.FormatUint(attemptCount.Add(1), 10))
}

// Split takes BASE "." N apart; an id of another shape is a base without N.
func (id AttemptID) Split() (base string, n uint64, has bool) {
	base, last, found := strings.Cut(string(id), ".")
	n, err := strconv.ParseUint(last, 10, 32)
	if !found || base == "" || err != nil || strconv.FormatUint(n, 10) != last {
		return string(id), 0, false
	}
	return base, n, true
}

func joinAttemptID(base []byte, n segment.Field, has bool) AttemptID {
	if !has {
		return AttemptID(base)
	}
	return AttemptID(string(base) + "." + strconv.FormatUint(n.Num, 10))
}

func (c *columns) attemptID(base, n uint16, id AttemptID) {
	b, num, has := id.Split()
	c.bytes(base, []byte(b))
	if has {
		*c = append(*c, segment.Field{Col: n, Type: segment.Uint, Num: num})
	}
}

// closed says that a response is chosen or a plain number, so that it cannot name a person.
func closed(a *Attempt) bool {
	switch a.Type {
	case content.Text, content.Cloze, content.Formula, "":
		return false
	case content.Number:
		return len(a.Given) <= 32 && strings.Trim(a.Given, "0123456789+-./, ") == ""
	}
	return word("response", strings.ReplaceAll(a.Given, " ", ""), 0, MaxGiven) == nil
}

// Drafts makes the events of a checked attempt: the answer itself and, for typed words, their body apart from it.
func (a *Attempt) Drafts(school string) []Draft {
	var out []Draft
	given, flags := a.Given, bit(a.Correct)*flagCorrect|bit(a.Fast)*flagFast|bit(a.Paper)*flagPaper
	if given != "" && !closed(a) {
		// The two are joined by the attempt id alone: even a short hash here would let whoever holds the learn scope
		// try out words.
		body := packBody(given)
		given, flags = "", flags|flagApart
		var c columns
		c.id(ansLearner, string(a.Learner))
		c.attemptID(ansBase, ansN, a.ID)
		out = append(out, Draft{Scope: Roster.Scope(school), Kind: KindAnswer, Fields: c, Body: body})
	}
	var c columns
	c.id(attLearner, string(a.Learner))
	c.resource(attResource, a.Resource)
	c.id(attCourse, string(a.Course))
	c.bytes(attItem, []byte(a.Item))
	c.uint(attSeed, a.Seed)
	c.bytes(attGiven, []byte(given))
	if whole := content.Score(bit(a.Correct)) * content.FullScore; a.Score != whole {
		c = append(c, segment.Field{Col: attScore, Type: segment.Uint, Num: uint64(a.Score)})
	}
	c.uint(attFlags, flags)
	c.bytes(attError, []byte(a.Error))
	c.uint(attDuration, a.Tenths)
	c.uint(attHints, uint64(a.Hints))
	c.attemptID(attBase, attN, a.ID)
	c.bytes(attCriterion, []byte(packCriterion(a.Criterion)))
	if a.By != a.Learner {
		c.id(attBy, string(a.By))
	}
	c.bytes(attSkill, []byte(a.Skill))
	c.uint(attRating, uint64(a.Rating))
	c.uint(attTry, uint64(a.Try))
	return append(out, Draft{Scope: Learn.Scope(school), Kind: KindAttempt, Fields: c})
}

// ParseAttempt reads an attempt/1 event; fs.ErrInvalid when it lacks what a fold needs or is out of range.
func ParseAttempt(e *segment.Event) (Attempt, error) {
	n, has := e.Field(attN)
	flags := e.Uint(attFlags)
	a := Attempt{
		ID:      joinAttemptID(e.Bytes(attBase), n, has),
		Learner: textID[PersonID](e.Bytes(attLearner)), Course: textID[content.CourseID](e.Bytes(attCourse)),
		Resource: resourceOf(e.Bytes(attResource)), Item: content.ItemID(e.Bytes(attItem)),
		Criterion: unpackCriterion(string(e.Bytes(attCriterion))), Seed: e.Uint(attSeed),
		Given: string(e.Bytes(attGiven)), Correct: flags&flagCorrect != 0, Apart: flags&flagApart != 0,
		Error: string(e.Bytes(attError)), Tenths: min(e.Uint(attDuration), MaxTenths),
		Hints: int(min(e.Uint(attHints), 100)), By: textID[PersonID](e.Bytes(attBy)),
		Skill: string(e.Bytes(attSkill)), Rating: int(min(e.Uint(attRating), MaxRating)),
		Try: int(min(e.Uint(attTry), MaxTries+1)), Fast: flags&flagFast != 0, Paper: flags&flagPaper != 0,
	}
	a.Quiz = QuizOf(a.Resource)
	a.Score = content.Score(bit(a.Correct)) * content.FullScore
	if f, ok := e.Field(attScore); ok {
		a.Score = content.Score(min(f.Num, uint64(content.FullScore)))
	}
	if a.Learner == "" {
		return a, fmt.Errorf("%s: no learner: %w", e.Kind, fs.ErrInvalid)
	}
	return a, a.Check()
}

// ParseAnswer reads an answer/1 event; the text is "" once erased.
func ParseAnswer(e *segment.Event) (learner PersonID, id AttemptID, text string, err error) {
	n, has := e.Field(ansN)
	learner, id = textID[PersonID](e.Bytes(ansLearner)), joinAttemptID(e.Bytes(ansBase), n, has)
	if learner == "" || word("attempt id", string(id), 1, 64) != nil {
		return "", "", "", fmt.Errorf("%s: no learner or attempt: %w", e.Kind, fs.ErrInvalid)
	}
	return learner, id, unpackText(e.Body), nil
}

// Draft makes the event of a checked view.
func (v *View) Draft(school string) Draft {
	var c columns
	c.id(viewLearner, string(v.Learner))
	c.resource(viewResource, v.Resource)
	c.id(viewCourse, string(v.Course))
	c.uint(viewAction, uint64(v.Action))
	c.uint(viewPercent, uint64(v.Percent))
	c.uint(viewPosition, v.Position)
	c.uint(viewSeconds, v.Tenths)
	if v.Scored {
		c.uint(viewScore, uint64(v.Score)+1)
	}
	return Draft{Scope: Learn.Scope(school), Kind: KindView, Fields: c}
}

// ParseView reads a view/1 event; fs.ErrInvalid as ParseAttempt.
func ParseView(e *segment.Event) (View, error) {
	v := View{
		Learner: textID[PersonID](e.Bytes(viewLearner)), Course: textID[content.CourseID](e.Bytes(viewCourse)),
		Resource: resourceOf(e.Bytes(viewResource)), Action: Action(min(e.Uint(viewAction), 255)),
		Percent: int(min(e.Uint(viewPercent), 10000)), Position: e.Uint(viewPosition), Tenths: min(e.Uint(viewSeconds), MaxTenths),
	}
	if told := e.Uint(viewScore); told > 0 {
		v.Scored, v.Score = true, content.Score(min(told-1, uint64(content.FullScore)))
	}
	if v.Learner == "" {
		return v, fmt.Errorf("%s: no learner: %w", e.Kind, fs.ErrInvalid)
	}
	return v, v.Check()
}
