package pack

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"lamplight/content"
)

// A reading is how hard a text is to read, counted and nothing else: it knows no words and judges no sense.
type reading struct {
	Words, Sentences, Long int // Long are words of more than six letters
	longest                prose
	longestWords           int
}

// perSentence is how many words a sentence has on average.
func (r reading) perSentence() float64 { return float64(r.Words) / float64(max(r.Sentences, 1)) }

// lix is Björnsson's measure: words a sentence, and how many in a hundred have more than six letters.
func (r reading) lix() float64 {
	return r.perSentence() + 100*float64(r.Long)/float64(max(r.Words, 1))
}

// lixLanguages are those that Björnsson tried his measure on (Readability of Newspapers in 11 Languages, Reading Research
// Quarterly 18, 1983). In others, where words are built otherwise, the length of sentences is all we say.
var lixLanguages = map[string]bool{
	"sv": true, "nb": true, "nn": true, "no": true, "da": true, "en": true, "de": true, "fr": true, "it": true, "es": true, "pt": true, "fi": true, "ru": true,
}

// A readingBudget is how hard a page for a level may be: words a sentence on average, and lix.
type readingBudget struct {
	level string
	words float64
	lix   float64
}

// readingBudgets are by the level's name, from easy to hard. Björnsson calls texts below lix 30 easy, of 40 of middling
// difficulty, above 60 very hard; the steps between and the words a sentence are ours. They leave room: the courses of
// content/starter for lower primary have at most lix 36, in French, and who is warned should have cause.
var readingBudgets = []readingBudget{
	{"preschool", 9, 30},
	{"lower-primary", 12, 37},
	{"upper-primary", 15, 42},
	{"basic-skills", 15, 42},
	{"lower-secondary", 18, 48},
	{"upper-secondary", 22, 54},
	{"work-skills", 22, 54},
	{"tertiary", 28, 62},
	{"professional", 28, 62},
}

// fewSentences is below how many an average says nothing.
const fewSentences = 5

// lintReading warns of a page that is harder to read than its level allows, and of its longest sentence.
func (c *course) lintReading(d *draft, text []prose) {
	budget, said := c.budgetOf(d)
	var r reading
	for _, p := range text {
		r.add(p)
	}
	forWhom := "nobody said for whom it is (\"levels:\" in course.md), and for grown people"
	if said {
		forWhom = "for " + budget.level
	}
	most := int(2.5 * budget.words)
	if r.longestWords > most {
		c.warn(d.Path, r.longest.line, "a sentence of %d words (\"%s …\"); %s %d are the most that is read with ease: make it two", r.longestWords, firstWords(r.longest.text, 5), forWhom, most)
	}
	if r.Sentences < fewSentences {
		return
	}
	if r.perSentence() > budget.words {
		c.warn(d.Path, 0, "its sentences have %.0f words on average; %s it should be %.0f at most: make them shorter", r.perSentence(), forWhom, budget.words)
	} else if base, _, _ := strings.Cut(c.languageOf(d), "-"); lixLanguages[base] && r.lix() > budget.lix {
		c.warn(d.Path, 0, "it is hard to read: lix %.0f, and %s it should be %.0f at most; %d words in a hundred have more than six letters, use shorter ones", r.lix(), forWhom, budget.lix, 100*r.Long/max(r.Words, 1))
	}
}

// budgetOf is that of the hardest level that the page, its topic or the course names, and whether any does.
func (c *course) budgetOf(d *draft) (readingBudget, bool) {
	if d.Staff {
		return readingBudgets[len(readingBudgets)-1], true
	}
	for at := d; ; at = c.nodes[at.Parent-1] {
		if b, ok := hardest(at.Labels.Levels); ok {
			return b, true
		}
		if at.Parent == 0 {
			break
		}
	}
	if b, ok := hardest(c.course.Labels.Levels); ok {
		return b, true
	}
	return readingBudgets[len(readingBudgets)-1], false
}

func hardest(levels []string) (out readingBudget, ok bool) {
	for _, b := range readingBudgets {
		for _, code := range levels {
			if content.LabelCode(content.LevelFacet, b.level) == code {
				out, ok = b, true
			}
		}
	}
	return out, ok
}

// add counts a run of text. It ends a sentence, whatever it ends with.
func (r *reading) add(p prose) {
	line := p.line
	start := prose{line: line}
	words, letters := 0, 0
	end := func(upTo int) {
		if words > 0 {
			r.Sentences++
			if words > r.longestWords {
				r.longestWords, r.longest = words, start
			}
		}
		words, start = 0, prose{text: p.text[upTo:], line: line} // until its first word is met
	}
	start.text = p.text
	dense := 0.0 // words of a script that sets no spaces, so far
	for i, c := range p.text {
		next, _ := utf8.DecodeRuneInString(p.text[i+utf8.RuneLen(max(c, 0)):])
		switch w := denseWord(c); {
		case w > 0:
			if dense += w; dense >= 1 {
				dense--
				words++
				r.Words++
			}
		case unicode.IsLetter(c) || unicode.IsDigit(c) || unicode.IsMark(c):
			if letters == 0 {
				if words++; words == 1 {
					start.line = line
				}
				r.Words++
			}
			if letters++; letters == 7 {
				r.Long++
			}
		case (c == '\'' || c == '’' || c == '-' || c == '.' || c == ',') && letters > 0 && (unicode.IsLetter(next) || unicode.IsDigit(next)):
		default:
			letters = 0
			if c == '\n' {
				line++
			}
			if strings.ContainsRune(".!?…。！？؟۔।॥።፧፨។။", c) {
				end(i + utf8.RuneLen(c))
			}
		}
	}
	end(len(p.text))
}

// denseWord is how much of a word a sign is on average in scripts that set no spaces between words, 0 in others: two signs
// a word in Chinese and Japanese, five letters in Thai, Lao, Khmer and Burmese. It is a rule of thumb.
func denseWord(c rune) float64 {
	switch {
	case c < 0x0e00:
		return 0
	case unicode.In(c, unicode.Han, unicode.Hiragana, unicode.Katakana):
		return 0.5
	case unicode.In(c, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) && unicode.IsLetter(c):
		return 0.2
	}
	return 0
}

// firstWords are the first n words of a text, on one line.
func firstWords(s string, n int) string {
	words := strings.Fields(clip(s, 400))
	return clip(strings.Join(words[:min(n, len(words))], " "), 80)
}

// languageOf is a page's language, mainLanguage the course's.
func (c *course) languageOf(d *draft) string {
	if d.Language != "" {
		return d.Language
	}
	return c.mainLanguage()
}

func (c *course) mainLanguage() string {
	if len(c.course.Languages) > 0 {
		return c.course.Languages[0]
	}
	return "en"
}
