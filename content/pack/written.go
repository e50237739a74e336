package pack

import (
	"cmp"
	"strings"

	"lamplight/content"
	"lamplight/content/arrange"
)

// A WrittenItem is one question of an exercise's text: as it is written, and what it is read as.
type WrittenItem struct {
	Text string // from its heading to before the next, without blank lines at its end
	Item content.Item
}

// ReadItems takes the body of an exercise apart into its questions, in order. What cannot be read is in problems, by its
// line in body; a question that is wrong is in the answer nevertheless. A body without a question is no problem here.
func ReadItems(body string) (items []WrittenItem, problems []Problem) {
	body = strings.ReplaceAll(strings.ReplaceAll(body, "\r\n", "\n"), "\r", "\n")
	f := &folder{}
	t := &text{body: body, bodyLine: 1}
	lines := strings.Split(body, "\n")
	read := f.parseItems(t)
	if len(read) == 0 && !strings.Contains("\n"+body, "\n## ") {
		return nil, nil
	}
	for i, p := range read {
		end := len(lines)
		if i+1 < len(read) {
			end = read[i+1].line - 1
		}
		written := strings.TrimRight(strings.Join(lines[p.line-1:end], "\n"), " \t\n")
		items = append(items, WrittenItem{Text: written, Item: p.item})
	}
	arrange.Stably(f.problems, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
	return items, f.problems
}

// WriteItem is a question as the text of an exercise has it, under the id given; it ends in a line end. It can be read back
// by ReadItems as what it was, if it is a question that can be asked.
func WriteItem(it content.Item, id content.ItemID) string { return itemLines(it, string(id)) }
