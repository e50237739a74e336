package questions

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"lamplight/content"
	"lamplight/content/marking"
)

// A table of questions is a CSV, however a spreadsheet saved it: commas, semicolons or tabs, in any encoding that readText
// knows. Its first line names the columns, in any of these words:
//
//	question   what is asked
//	answer     the right one: a text, "a|b" for either; a number; true or false; or, where the options are named by letters,
//	           the letter, "A, C" for several
//	option …   the options: the right answer may be one of them or not
//	topic      what the question belongs to       feedback   what is said after it       hint   what helps before it
//
// Columns of other names are passed over.
var tableWords = map[string][]string{
	"question": {"question", "questions", "question text", "pregunta", "pergunta", "swali", "maswali", "tambaya", "السؤال", "سؤال", "سوال", "प्रश्न", "প্রশ্ন", "ጥያቄ", "问题", "题目"},
	"answer": {
		"answer", "answers", "correct", "correct answer", "right answer", "right", "key", "réponse", "reponse", "bonne réponse", "respuesta", "respuesta correcta", "resposta",
		"resposta correta", "jibu", "jibu sahihi", "amsa", "الجواب", "الإجابة", "الإجابة الصحيحة", "جواب", "उत्तर", "উত্তর", "መልስ", "答案", "正确答案",
	},
	"topic":    {"topic", "category", "section", "thème", "tema", "mada", "maudu'i", "الموضوع", "विषय", "বিষয়", "موضوع", "ርዕስ", "主题"},
	"feedback": {"feedback", "explanation", "explication", "explicación", "explicação", "maelezo", "bayani", "شرح", "व्याख्या", "ব্যাখ্যা", "وضاحت", "ማብራሪያ", "解析"},
	"hint":     {"hint", "indice", "pista", "dica", "kidokezo", "تلميح", "संकेत", "সংকেত", "اشارہ", "ፍንጭ", "提示"},
}

// optionWords begin the names of columns of options; a lone letter is one too.
var optionWords = []string{"option", "choice", "wrong", "distractor", "opción", "opcion", "opção", "opcao", "choix", "mauvaise", "chaguo", "zaɓi", "zabi", "خيار", "विकल्प", "বিকল্প", "اختیار", "ምርጫ", "选项"}

func claimsTable(path string, _ []byte) bool {
	ending := strings.ToLower(filepath.Ext(path))
	return ending == ".csv" || ending == ".tsv"
}

// A tableReader reads a table row by row.
type tableReader struct {
	b        *bank
	names    []string // what each column is: a key of tableWords, "option", "" none
	lettered bool     // options are named A, B, C …: the answer may be a letter
}

func readTable(ctx context.Context, path string, b *bank) error {
	s, err := readText(path)
	if err != nil {
		return err
	}
	first, _, _ := strings.Cut(s, "\n")
	rows := csv.NewReader(strings.NewReader(s))
	rows.FieldsPerRecord, rows.LazyQuotes, rows.TrimLeadingSpace = -1, true, true
	rows.Comma = ','
	for _, sign := range []rune{';', '\t'} {
		if strings.Count(first, string(sign)) > strings.Count(first, string(rows.Comma)) {
			rows.Comma = sign
		}
	}
	r := &tableReader{b: b}
	for ctx.Err() == nil {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("%w: %w", err, fs.ErrInvalid)
		}
		line, _ := rows.FieldPos(0)
		if r.names == nil {
			err = r.head(row)
		} else {
			err = r.row(row, line)
		}
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// head reads the names of the columns.
func (r *tableReader) head(row []string) error {
	r.lettered = true
	for _, cell := range row {
		name := strings.ToLower(strings.TrimSpace(cell))
		kind := ""
		for key, words := range tableWords {
			if slices.Contains(words, name) && !slices.Contains(r.names, key) {
				kind = key
			}
		}
		letters := []rune(name)
		if kind == "" && (len(letters) == 1 && place(name) >= 0 || slices.ContainsFunc(optionWords, func(w string) bool { return strings.HasPrefix(name, w) })) {
			kind = "option"
			r.lettered = r.lettered && place(string(letters[len(letters)-1])) >= 0
		}
		r.names = append(r.names, kind)
	}
	if !slices.Contains(r.names, "question") || !slices.Contains(r.names, "answer") {
		return fmt.Errorf("line 1: it must name the columns, one of them \"question\" and one \"answer\": %w", fs.ErrInvalid)
	}
	return nil
}

// row reads one question. A row without one is passed over.
func (r *tableReader) row(row []string, line int) error {
	cells, options := map[string]string{}, []string(nil)
	for i, cell := range row {
		if cell = strings.TrimSpace(cell); i >= len(r.names) || cell == "" {
			continue
		}
		if r.names[i] == "option" {
			options = append(options, cell)
		} else if r.names[i] != "" {
			cells[r.names[i]] = cell
		}
	}
	if cells["question"] == "" {
		return nil
	}
	path := []string(nil)
	if t := cells["topic"]; t != "" {
		path = []string{clip(t, 120)}
	}
	it := &content.Item{Stem: marking.Plain(cells["question"]), Worked: marking.Plain(cells["feedback"])}
	if h := cells["hint"]; h != "" {
		it.Hints = []string{marking.Plain(h)}
	}
	out := reading{item: it, kind: "row", title: cells["question"], source: strings.Join(row, "\x00")}
	if err := r.answers(it, cells["answer"], options); err != nil {
		out.item, out.reason = nil, fmt.Sprintf("line %d: %s", line, err)
	}
	return r.b.add(r.b.at(path), out)
}

// answers decides how a question is answered.
func (r *tableReader) answers(it *content.Item, said string, options []string) error {
	switch right, ok := trueOrFalse(said); {
	case said == "":
		return errors.New("its answer is empty")
	case len(options) > 0:
		return r.chosen(it, said, options)
	case ok:
		it.Type, it.Answers = content.TrueFalse, []string{right}
		return nil
	}
	if _, ok := decimal(said); ok {
		t, tolerance, err := numbers([]answer{{text: said, percent: 100}})
		it.Type, it.Tolerance = content.Number, tolerance
		t.into(it)
		return err
	}
	var all []answer
	for text := range strings.SplitSeq(said, "|") {
		all = append(all, answer{text: strings.ReplaceAll(strings.TrimSpace(text), "*", `\*`), percent: 100})
	}
	t, err := texts(all)
	it.Type = content.Text
	t.into(it)
	return err
}

// chosen makes options: those of the row, and the right answer where it is none of them.
func (r *tableReader) chosen(it *content.Item, said string, options []string) error {
	right := map[int]bool{}
	if i := slices.IndexFunc(options, func(o string) bool { return strings.EqualFold(o, said) }); i >= 0 {
		right[i] = true
	} else if r.lettered {
		for word := range strings.FieldsFuncSeq(said, func(c rune) bool { return strings.ContainsRune(" ,;&/+|", c) }) {
			if at := place(word); at >= 0 && at < len(options) {
				right[at] = true
			} else {
				clear(right)
				break
			}
		}
	}
	if len(right) == 0 {
		options, right[0] = append([]string{said}, options...), true
	}
	var all []answer
	for i, o := range options {
		a := answer{text: marking.Plain(o)}
		if right[i] {
			a.percent = 100 / float64(len(right))
		}
		all = append(all, a)
	}
	if len(all) < 2 {
		return errors.New("it has fewer than two options")
	}
	return choices(it, all, len(right) > 1)
}

// trueOrFalse reads true and false in the words of our languages and of spreadsheets.
func trueOrFalse(s string) (string, bool) {
	s = strings.ToLower(s)
	switch {
	case slices.Contains([]string{"true", "vrai", "verdadero", "verdadeiro", "kweli", "gaskiya", "صح", "صحيح", "सही", "सत्य", "সত্য", "درست", "እውነት", "对", "正确", "wahr"}, s):
		return "true", true
	case slices.Contains([]string{"false", "faux", "falso", "si kweli", "ƙarya", "karya", "خطأ", "خاطئ", "गलत", "असत्य", "মিথ্যা", "غلط", "ሐሰት", "错", "错误", "falsch"}, s):
		return "false", true
	}
	return "", false
}
