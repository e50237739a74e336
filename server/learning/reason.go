package learning

import "strconv"

// A Reason says why the box chose something: message "why.KEY" of the catalogue with its placeholders, name and value in
// turn. Values are numbers in plain digits, or ids which the page turns into titles. The zero Reason is none.
//
//	Key           Args                    said of
//	author        n                       an item: in the order its author gave it, item n
//	sibling                               an item: the last try was not right, so the same with other numbers
//	easier                                an item: two tries were not right, so one that is easier
//	level                                 an item: neither too hard nor too easy, by what was answered before
//	round                                 an item: it comes round again
//	due           days                    an item or card: last answered so many days ago, time to see whether it is still known
//	due-again                             the same, where nobody knows how many days ago
//	mistake                               an item or mistake: a mistake in the book asks for another try
//	check         days                    a mistake: wrong once, right so many days ago, and asked once more
//	check-again                           the same, where nobody knows how many days ago
//	continue                              begun and not finished
//	quiz-open                             a quiz begun and not handed in
//	set                                   set by a teacher
//	set-until     date                    set by a teacher until a date (2006-01-02)
//	review        n                       n cards are due today
//	mend          n                       n mistakes are waiting
//	learn-first   skill, for              skill is needed for the skill "for" and is not known well yet
//	next                                  comes next in a course that was begun
//	new                                   a course not yet begun
type Reason struct {
	Key  string
	Args []string
}

func because(key string, args ...string) Reason { return Reason{key, args} }

func count(n int) string { return strconv.Itoa(n) }
