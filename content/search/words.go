package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A word is one searchable piece of a text: a word, or a pair of letters in a script that writes no spaces.
type word struct {
	from, to int    // where it stands, in bytes
	form     string // folded: never empty
	plain    string // in lower case with its accents, as stemmers want it; "" when it is form
	pair     bool   // of letters of a script without spaces
	joined   bool   // beside its parts: a word with an apostrophe in it, as one
}

// maxForm is how many bytes of a word count.
const maxForm = 48

// A letterClass says what a rune does to the word it stands in.
type letterClass uint8

const (
	gap       letterClass = iota
	letter                // goes on with the word
	ideograph             // entered in pairs: Han, kana, Hangul
	cluster               // entered in pairs of letters with their marks: Thai, Lao, Khmer, Burmese
	joiner                // inside a word only: apostrophes
)

var ideographs = []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul}

var clusters = []*unicode.RangeTable{unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar}

func classOf(r rune) letterClass {
	switch {
	case r < 0x80:
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9':
			return letter
		case r == '\'':
			return joiner
		}
		return gap
	case r == '’' || r == 'ʼ' || r == 'ʻ' || r == '‘' || r == '\u02bd':
		return joiner
	case r == 0xad || r == 0x200c || r == 0x200d || r == 0x2060:
		return letter
	case r < 0xe00:
		if unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r) {
			return letter
		}
		return gap
	case r == 'ー' || r == '々' || r == 'ｰ':
		return ideograph
	case !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsNumber(r):
		return gap
	case unicode.IsOneOf(ideographs, r):
		return ideograph
	case unicode.IsOneOf(clusters, r):
		return cluster
	}
	return letter
}

// words cuts a text until yield says false. asQuery leaves out what is entered only so that it can be found: single
// letters beside pairs, and words with their apostrophe left out.
func words(text string, asQuery bool, yield func(word) bool) {
	for at := 0; at < len(text); {
		r, n := rune(text[at]), 1
		if r >= 0x80 {
			r, n = utf8.DecodeRuneInString(text[at:])
		}
		class := classOf(r)
		if class == gap || class == joiner {
			at += n
			continue
		}
		end := at
		var ok bool
		if class == letter {
			end, ok = spelled(text, at, asQuery, yield)
		} else {
			end = runOf(text, at, class)
			ok = pairs(text[at:end], at, class, asQuery, yield)
		}
		if !ok {
			return
		}
		at = end
	}
}

// runOf is where the run of one class that begins at at ends.
func runOf(text string, at int, class letterClass) int {
	for at < len(text) {
		r, n := utf8.DecodeRuneInString(text[at:])
		if c := classOf(r); c != class && !(class == cluster && c == letter && unicode.IsMark(r)) {
			break
		}
		at += n
	}
	return at
}

// spelled yields the word that begins at from; with apostrophes inside, its parts and the whole.
func spelled(text string, from int, asQuery bool, yield func(word) bool) (end int, ok bool) {
	part, at, parts, ascii := from, from, 0, true
	emit := func(to int) bool {
		if to <= part {
			return true
		}
		w, ok := spell(text, part, to, ascii)
		return !ok || yield(w)
	}
	for at < len(text) {
		r, n := rune(text[at]), 1
		if r >= 0x80 {
			r, n = utf8.DecodeRuneInString(text[at:])
		}
		class := classOf(r)
		if class == joiner {
			next, _ := utf8.DecodeRuneInString(text[at+n:])
			if at+n >= len(text) || classOf(next) != letter {
				break
			}
			if !emit(at) {
				return at, false
			}
			parts++
			at += n
			part, ascii = at, true
			continue
		}
		if class != letter {
			break
		}
		ascii = ascii && r < 0x80
		at += n
	}
	if !emit(at) {
		return at, false
	}
	if parts > 0 && !asQuery {
		if form, _ := fold(text[from:at]); form != "" {
			return at, yield(word{from: from, to: at, form: form, joined: true})
		}
	}
	return at, true
}

func spell(text string, from, to int, ascii bool) (word, bool) {
	w := word{from: from, to: to}
	s := text[from:to]
	if !ascii {
		w.form, w.plain = fold(s)
		return w, w.form != ""
	}
	if len(s) > maxForm {
		s = s[:maxForm]
	}
	w.form = strings.ToLower(s) // no copy where it is
	return w, true
}

// pairs yields a run of letters in pairs; alone, a letter is itself.
func pairs(run string, at int, class letterClass, asQuery bool, yield func(word) bool) bool {
	starts := make([]int, 0, len(run)/3+2)
	for i, r := range run {
		if class == cluster && len(starts) > 0 && unicode.IsMark(r) {
			continue
		}
		starts = append(starts, i)
	}
	units := len(starts)
	starts = append(starts, len(run))
	unit := func(from, to int) bool {
		form := foldLetters(run[starts[from]:starts[to]], class)
		return form == "" || yield(word{from: at + starts[from], to: at + starts[to], form: form, pair: true})
	}
	for i := range units {
		if (units == 1 || !asQuery && class == ideograph) && !unit(i, i+1) {
			return false
		}
		if i+1 < units && !unit(i, i+2) {
			return false
		}
	}
	return true
}

func foldLetters(s string, class letterClass) string {
	if class == ideograph {
		return cut(norm.NFKC.String(s), maxForm)
	}
	form, _ := fold(s)
	return form
}

// cut shortens s to at most n bytes, between runes.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
