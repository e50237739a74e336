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
//	cloze       Stem with {{1}} {{2}} … where the Gaps are           r1, r2 … = a text each
//	inline      the same; each gap's Options                         r1, r2 … = a Key each
//	order       Options                                              r.KEY = position, from 1
//	match       Pairs' Left, and Options: the rights to choose from  r.I = a Key, I from 0 in the order of Pairs
//	categorise  Options, Categories                                  r.KEY = index of a category, from 0
//	hottext     Stem with {{1}} {{2}} … where Options[0], [1] … are  r = Keys, any number but none
//
// # Randomness
//
// The numbers come from xoshiro256**, its state filled by splitmix64 from seed XOR FNV-1a-64(item id), both as
// published by Blackman and Vigna. A number below n is the next output that is under the largest multiple of n, modulo n.
// Lets are drawn in their order, all of them again while a condition fails; then Options (or the gaps' Options, gap by
// gap; for match first Pairs, then Options) are shuffled by Fisher and Yates from the end. This is a promise: the same
// item and seed are the same variant on every box and in every release.
package marking

import (
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

// Draw makes the variant of it for seed. The error names the item and wraps fs.ErrInvalid: a template that does not
// parse, a name that is not drawn, conditions no draw of 2000 meets.
func Draw(it content.Item, seed uint64) (Variant, error) { return draw(it, seed) }

// Mark marks a response as the form posts it. fs.ErrInvalid for an empty or unreadable response, which is no answer
// and is to be asked for again, or for an item of unknown type.
func Mark(v Variant, response url.Values) (Result, error) { return mark(v, response) }

// Check says what is wrong with an item, whatever the seed: nil, or errors joined, each wrapping fs.ErrInvalid.
// Draw can still fail on a checked item when its conditions are never met or a division by zero is drawn.
func Check(it content.Item) error { return check(it) }
