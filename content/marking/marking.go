// Package marking turns an Item and a seed into a Variant, and a Variant and a response into a Result. It is pure:
// no disk, no clock, no chance but the seed.
//
// # Shown order and form fields
//
// Draw gives back an Item in which every {expression} is replaced and whatever has no order of its own is shuffled:
//
//	type        what the page shows                                  fields of the response
//	choice      Options                                              r = one Key
//	many        Options                                              r = Keys, any number but none
//	truefalse                                                        r = true or false
//	number      Unit after the field                                 r = a number as people write it
//	text                                                             r = a text
//	formula                                                          r = a formula as people type it: see FormulaKey
//	cloze       Stem with {{1}} {{2}} … where the Gaps are; some     r1, r2 … = a text, number or formula each, or a Key
//	            gaps' Options
//	inline      the same; each gap's Options                         r1, r2 … = a Key each
//	order       Options                                              r.KEY = position, from 1
//	match       Pairs' Left, and Options: the rights to choose from, r.I = a Key, I from 0 in the order of Pairs
//	            those that belong to no left among them
//	categorise  Options, Categories                                  r.KEY = index of a category, from 0
//	hottext     Stem with {{1}} {{2}} … where Options[0], [1] … are  r = Keys, any number but none
//
// # What a response is worth
//
//	type        score in basis points, rounded down
//	choice      10000 for the right option, else its Credit
//	truefalse   10000 for the right one, else 0
//	number      10000 for a number no further from an answer than the tolerance, else the best of Accepts that fits
//	text        10000 for one of the answers, else the best of Accepts that fits
//	formula     10000 for a formula that is equal to an answer, else 0
//	many        right ones chosen less wrong ones chosen, of all right ones, never below 0: all chosen is worth nothing.
//	            Where options have Credit: its sum, a wrong one without any costing what a right one gives on the average;
//	            all right ones and no other are 10000, anything else at most 9999
//	hottext     the same
//	cloze       gaps filled rightly, of all gaps, each by its Weight, those worth a part by that; an empty gap is wrong
//	inline      the same
//	order       options that stand at their own place, of all options
//	match       lefts with a right that reads as their own, of all pairs; left open is wrong
//	categorise  options in their own category, of all options; left out is wrong
//
// Only a score of 10000 is Correct. Parts are for the report and for completion by score; mastery and ratings ask for all.
//
// A response in which nothing is answered or something cannot be read, or is not among what was offered, is no answer: it
// is refused with fs.ErrInvalid and asked for again, and costs nothing. So is a text all in letters of another script than
// the answer's (ErrOtherScript), so a number or formula that is right and not written as asked for (ErrOtherForm), and anything longer than a form of ours would post (ErrTooLong: 4 KiB a field, 200
// fields). What was once a wrong answer is never more than that: a word that is not the answer is marked 0.
//
// # Numbers and texts
//
// A number may be written in the digits of any script, with comma or point (٫ too), with spaces, points, commas or
// apostrophes between thousands or lakhs, as a fraction, with or without the unit. 25% is taken as 25 or a quarter, 1,500 as 1.5 or 1500,
// whichever is right. Texts are compared in Unicode's form KC without regard to case, spaces, a full stop at the end and
// accents or vowel points that a learner may leave out; "case: exact" and "accents: exact" ask for those. Where an item has
// Patterns a * in an answer stands for any run of signs, none too, and \* for a star.
//
// # Error codes and feedback
//
// A wrong answer that is known carries its code and says its own words: an option's, or a Mistake's. Of several wrong
// options or gaps the first is told, options in order of their keys. Mistakes of number are expressions, met within the same tolerance; of truefalse and
// text answers, of cloze what stands in any gap, of match "LEFT = RIGHT", of categorise "OPTION = CATEGORY", of order
// options with commas between that stand in that order, whatever else stands between. All else says Item.Wrong.
//
// # Randomness
//
// The numbers come from xoshiro256**, its state filled by splitmix64 from seed XOR FNV-1a-64(item id), both as
// published by Blackman and Vigna. A number below n is the next output that is under the largest multiple of n, modulo n.
// Lets are drawn in their order, all of them again while a condition fails; one With another takes no number; then Options (or the gaps' Options, gap by
// gap; for match first Pairs, then Options, the rights in the order of Pairs before what belongs to none) are shuffled by Fisher and Yates from the end, but for the options
// of an item that is Fixed, which take no number. This is a promise: the same
// item and seed are the same variant on every box and in every release.
package marking

import (
	"fmt"
	"io/fs"
	"net/url"

	"lamplight/content"
)

// A Variant is an item as one learner sees it: nothing in braces is left but gap marks like {{1}}, and options, gaps'
// options and pairs are in shown order. Numbers are in plain ASCII digits; the page localises them.
type Variant struct {
	Item   content.Item
	Seed   uint64
	Values map[string]string // what was drawn, by name
}

// A Result is what a response is worth.
type Result struct {
	Score    content.Score
	Correct  bool   // Score is FullScore
	Error    string // code of the known mistake, "" none or right
	Feedback string // what to say, "" when the item has nothing to say
	Given    string // the response in one canonical line of at most 200 bytes: what the log keeps
}

// Two kinds of response that are refused, so that a page may say how to mend it. Both wrap fs.ErrInvalid.
var (
	ErrOtherScript = fmt.Errorf("it is in another script: %w", fs.ErrInvalid)
	ErrTooLong     = fmt.Errorf("it is too long: %w", fs.ErrInvalid)
)

// Draw makes the variant of it for seed. The error names the item and wraps fs.ErrInvalid: a template that does not
// parse, a name that is not drawn, conditions no draw of 2000 meets.
func Draw(it content.Item, seed uint64) (Variant, error) { return draw(it, seed) }

// Mark marks a response as the form posts it. fs.ErrInvalid for an empty or unreadable response, which is no answer
// and is to be asked for again, or for an item of unknown type.
func Mark(v Variant, response url.Values) (Result, error) { return mark(v, response) }

// Check says what is wrong with an item, whatever the seed: nil, or errors joined, each wrapping fs.ErrInvalid.
// Draw can still fail on a checked item when its conditions are never met or a division by zero is drawn.
func Check(it content.Item) error { return check(it) }
