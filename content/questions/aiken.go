package questions

import (
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"lamplight/content"
	"lamplight/content/marking"
)

// answerLine is the line that names the right letter, in the words teachers of many languages write it with.
var answerLine = regexp.MustCompile(`(?i)^[\s*_]*(?:the )?(?:correct |right )?(?:ANSWERS?|ANS|KEY|CORRECT|R[ÉE]PONSES?|BONNE R[ÉE]PONSE|RESPUESTA|RESPOSTA|RESPOSTA CORRETA|ANTWORT|JIBU|RISPOSTA|ОТВЕТ|الإجابة|الاجابة|الجواب|उत्तर|答案)\.?[\s*_]*(?:is)?\s*[:：=\-–.]?[\s(*_]*(\p{L}(?:[\s,;&/+)]+(?:(?:and|et|y|e|und|na|و)\s)?\p{L})*)[).\s*_]*(?:[-–:].*)?$`)

// optionLine is a letter with its sign, and what it stands for.
var optionLine = regexp.MustCompile(`^\s*[(\[]?(\p{L})\s*(?:[).:\]、．：）]|[-–]\s)\s*(.*)$`)

// numbered is a number before a question.
var numbered = regexp.MustCompile(`^\s*(?:(?i:question|q|no\.?)\s*)?\p{Nd}{1,4}\s*[.):\-]\s*(\S.*)$`)

// alphabets are the letters that options are named by, in order.
var alphabets = []string{"ABCDEFGHIJKLMNOPQRSTUVWXYZ", "АБВГДЕЖЗ", "ΑΒΓΔΕΖΗΘ", "أبجدهوزح", "ابجدهوزح", "কখগঘঙচছজ", "कखगघङचछज"}

// place is the place of a letter among those that name options, from 0; -1 for none.
func place(letter string) int {
	for _, a := range alphabets {
		letters := []rune(a)
		for i, r := range letters {
			if strings.EqualFold(string(r), letter) {
				return i
			}
		}
	}
	if r := []rune(letter); len(r) == 1 && r[0] >= 'Ａ' && r[0] <= 'Ｚ' {
		return int(r[0] - 'Ａ')
	}
	return -1
}

// claimsAiken takes files named .aiken, and texts with a line that names the right letter after lines of options.
func claimsAiken(path string, _ []byte) bool {
	lower := strings.ToLower(filepath.Base(path))
	if strings.HasSuffix(lower, ".aiken") || strings.HasSuffix(lower, ".aiken.txt") {
		return true
	}
	if !strings.HasSuffix(lower, ".txt") {
		return false
	}
	options := 0
	for line := range strings.SplitSeq(beginning(path), "\n") {
		if answerLine.MatchString(line) && options > 1 {
			return true
		}
		if m := optionLine.FindStringSubmatch(line); m != nil && place(m[1]) >= 0 {
			options++
		}
	}
	return false
}

// An aikenReader reads lines, whatever stands between them.
type aikenReader struct {
	b       *bank
	stem    []string
	options []string
	line    int  // where the question begins
	gap     bool // an empty line stands before the one at hand
}

func readAiken(ctx context.Context, path string, b *bank) error {
	s, err := readText(path)
	if err != nil {
		return err
	}
	r := &aikenReader{b: b}
	for i, line := range strings.Split(s, "\n") {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := r.next(strings.TrimSpace(strings.ReplaceAll(line, "\u00a0", " ")), i+1); err != nil {
			return err
		}
	}
	if err := r.lacks("no line ANSWER: follows its options"); err != nil {
		return err
	}
	if b.count == 0 {
		return fmt.Errorf("line 1: no question: a line of text, lines \"A. …\", and a line \"ANSWER: A\": %w", fs.ErrInvalid)
	}
	return nil
}

// next reads one line.
func (r *aikenReader) next(line string, n int) error {
	if line == "" {
		r.gap = true
		return nil
	}
	gap := r.gap
	r.gap = false
	if m := answerLine.FindStringSubmatch(line); m != nil && len(r.stem) > 0 && (len(r.options) > 0 || strings.ContainsAny(line, ":：=")) {
		return r.answered(m[1], n)
	}
	if m := optionLine.FindStringSubmatch(line); m != nil && len(r.stem) > 0 {
		if at := place(m[1]); at == len(r.options) && (at > 0 || strings.TrimSpace(m[2]) != "") {
			r.options = append(r.options, strings.TrimSpace(m[2]))
			return nil
		}
	}
	switch {
	case len(r.options) > 0 && gap || len(r.options) > 1 && numbered.MatchString(line) && !optionLine.MatchString(line):
		if err := r.lacks("no line ANSWER: follows its options"); err != nil {
			return err
		}
	case len(r.options) > 0:
		last := &r.options[len(r.options)-1]
		*last = strings.TrimSpace(*last + " " + line)
		return nil
	}
	if len(r.stem) == 0 {
		r.line = n
		if m := numbered.FindStringSubmatch(line); m != nil {
			line = m[1]
		}
	}
	r.stem = append(r.stem, line)
	return nil
}

// lacks ends a question that something is missing of.
func (r *aikenReader) lacks(what string) error {
	defer func() { r.stem, r.options = nil, nil }()
	if len(r.stem) == 0 {
		return nil
	}
	if len(r.options) == 0 {
		what = "it has no options: lines that begin with A. or A)"
	}
	said := fmt.Sprintf("line %d: %s", r.line, what)
	return r.b.add(r.b.at(nil), reading{kind: "multichoice", reason: said, title: r.stem[0], source: strings.Join(r.stem, "\n") + strconv.Itoa(r.line)})
}

// answered ends a question with the letters that are right.
func (r *aikenReader) answered(letters string, n int) error {
	right := map[int]bool{}
	for _, word := range strings.FieldsFunc(letters, func(c rune) bool { return strings.ContainsRune(" ,;&/+)\t", c) }) {
		if len([]rune(word)) > 1 {
			continue // "and"
		}
		at := place(word)
		if at < 0 || at >= len(r.options) {
			return r.lacks(fmt.Sprintf("line %d names answer %s, and it has options up to %s", n, word, lastLetter(len(r.options))))
		}
		right[at] = true
	}
	if len(r.options) < 2 {
		return r.lacks("it has fewer than two options")
	}
	it := &content.Item{Stem: marking.Plain(strings.Join(r.stem, "\n"))}
	var answers []answer
	for i, text := range r.options {
		percent := 0.0
		if right[i] {
			percent = 100 / float64(len(right))
		}
		answers = append(answers, answer{text: marking.Plain(text), percent: percent})
	}
	source := strings.Join(append(r.stem, r.options...), "\n")
	out := reading{item: it, kind: "multichoice", source: source}
	it.Fixed = true
	if err := choices(it, answers, len(right) > 1); err != nil {
		return r.lacks(err.Error())
	}
	r.stem, r.options = nil, nil
	return r.b.add(r.b.at(nil), out)
}

func lastLetter(n int) string {
	if n == 0 {
		return "none"
	}
	return string(alphabets[0][min(n, 26)-1])
}
