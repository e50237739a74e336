package search

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A span is a stretch of a text, in bytes.
type span struct{ from, to int }

// maxSentence is the longest stretch that is taken for one sentence: verse, lists and scripts without stops go on for ever.
const maxSentence = 480

// always end a sentence, whatever follows: danda, Ethiopic, Arabic and Urdu, CJK, Burmese, Khmer, Tibetan and Armenian stops.
const alwaysEnd = "।॥።፧፨؟۔。！？｡．။។៕།։"

// mayEnd ends a sentence where a space and no small letter follows.
const mayEnd = ".!?…"

// closing may stand between a stop and the space behind it.
const closing = "\"'”’»›)]}」』）】"

// shortened words end in a full stop and go on (lower case, without it): of the languages whose books we have met.
var shortened = map[string]bool{
	"mr": true, "mrs": true, "ms": true, "dr": true, "prof": true, "st": true, "vs": true, "fig": true, "figs": true,
	"eq": true, "no": true, "nos": true, "pp": true, "vol": true, "ch": true, "cf": true, "eg": true, "ie": true, "e.g": true, "i.e": true,
	"capt": true, "messrs": true, "jr": true, "sr": true, "sra": true, "srta": true, "ud": true, "uds": true, "pág": true, "cap": true, "núm": true,
	"ej": true, "mme": true, "mlle": true, "av": true, "art": true, "bzw": true, "z.b": true, "т.е": true, "т.д": true, "им": true, "г": true,
}

// sentences cuts a text into sentences, each without the white space round it. A line break ends one too, but where a small
// letter follows what has no stop: some books break lines as they were printed.
func sentences(text string) (out []span) {
	from := 0
	emit := func(to int) {
		s := trimmed(text, span{from, to})
		for s.to-s.from > maxSentence {
			at := s.from + breakNear(text[s.from:s.to], maxSentence)
			out = append(out, trimmed(text, span{s.from, at}))
			s = trimmed(text, span{at, s.to})
		}
		if s.to > s.from {
			out = append(out, s)
		}
		from = to
	}
	for at := 0; at < len(text); {
		r, n := utf8.DecodeRuneInString(text[at:])
		at += n
		switch {
		case r == '\n':
			if !goesOn(text, from, at) {
				emit(at)
			}
		case strings.ContainsRune(alwaysEnd, r):
			at = past(text, at, alwaysEnd+mayEnd+closing)
			emit(at)
		case strings.ContainsRune(mayEnd, r):
			stop := past(text, at, mayEnd+alwaysEnd)
			end := past(text, stop, closing)
			if ends(text, at-n, stop, end) {
				at = end
				emit(at)
			} else {
				at = max(at, stop)
			}
		}
	}
	emit(len(text))
	return out
}

// goesOn says whether the sentence that begins at from goes on behind the line break that ends at at.
func goesOn(text string, from, at int) bool {
	next, _ := utf8.DecodeRuneInString(text[at:])
	return unicode.IsLower(next) && !stops(strings.TrimSpace(text[from:at]))
}

// past skips any of the runes in set.
func past(text string, at int, set string) int {
	for at < len(text) {
		r, n := utf8.DecodeRuneInString(text[at:])
		if !strings.ContainsRune(set, r) {
			break
		}
		at += n
	}
	return at
}

// ends says whether the stop at dot (up to stop, its closing marks up to end) ends a sentence.
func ends(text string, dot, stop, end int) bool {
	if end == len(text) {
		return true
	}
	next, n := utf8.DecodeRuneInString(text[end:])
	if !unicode.IsSpace(next) {
		return unicode.IsOneOf(ideographs, next)
	}
	for rest := end + n; rest < len(text) && unicode.IsSpace(next); rest += n {
		next, n = utf8.DecodeRuneInString(text[rest:])
	}
	if unicode.IsLower(next) {
		return false
	}
	if text[dot] != '.' || stop-dot > 1 {
		return true
	}
	word := strings.ToLower(text[lastWord(text, dot):dot])
	if utf8.RuneCountInString(word) == 1 && !strings.ContainsAny(word, "aiyoуяаиоéàè0123456789") {
		return false // an initial
	}
	return !shortened[word]
}

// lastWord is where the word that ends at to begins.
func lastWord(text string, to int) int {
	for to > 0 {
		r, n := utf8.DecodeLastRuneInString(text[:to])
		if r != '.' && !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsNumber(r) {
			break
		}
		to -= n
	}
	return to
}

// breakNear is where a stretch too long is broken: behind the last comma or such, else the last space, else the last rune,
// of its first most bytes.
func breakNear(s string, most int) int {
	comma, space, last := 0, 0, 0
	for i, r := range s {
		if i >= most {
			break
		}
		last = i
		switch {
		case strings.ContainsRune(",;:，、；：،؛፣፤፥", r):
			comma = i + utf8.RuneLen(r)
		case unicode.IsSpace(r):
			space = i
		}
	}
	switch {
	case comma > most/2:
		return comma
	case space > 0:
		return space
	}
	return max(last, 1)
}

func trimmed(text string, s span) span {
	t := text[s.from:s.to]
	left := len(t) - len(strings.TrimLeftFunc(t, unicode.IsSpace))
	if left == len(t) {
		return span{s.to, s.to}
	}
	return span{s.from + left, s.from + len(strings.TrimRightFunc(t, unicode.IsSpace))}
}

// asks says whether a sentence ends as questions do.
func asks(sentence string) bool {
	sentence = strings.TrimRight(sentence, closing)
	last, _ := utf8.DecodeLastRuneInString(sentence)
	return strings.ContainsRune("?؟？፧", last)
}

// stops says whether a sentence ends with any stop: headings and rows of tables do not.
func stops(sentence string) bool {
	sentence = strings.TrimRight(sentence, closing)
	last, _ := utf8.DecodeLastRuneInString(sentence)
	return strings.ContainsRune(alwaysEnd+mayEnd, last)
}
