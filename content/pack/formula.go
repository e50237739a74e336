package pack

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	gtext "github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"lamplight/content"
	"lamplight/content/tex"
)

// formulas reads $…$ and $$…$$ in Markdown and writes them as MathML.
type formulas struct{}

var formulaKind = ast.NewNodeKind("Formula")

// A formula is one piece of mathematics in a page.
type formula struct {
	ast.BaseInline
	source  string
	display bool
}

func (f *formula) Kind() ast.NodeKind { return formulaKind }

func (f *formula) Dump(source []byte, level int) {
	ast.DumpHelper(f, source, level, map[string]string{"source": f.source}, nil)
}

func (formulas) Trigger() []byte { return []byte{'$'} }

// Parse takes a piece of mathematics, which may go on over several lines of its paragraph.
func (formulas) Parse(_ ast.Node, block gtext.Reader, _ parser.Context) ast.Node {
	before := block.PrecendingCharacter()
	line, at := block.Position()
	var text bytes.Buffer
	text.WriteRune(before)
	first := text.Len()
	for text.Len() < tex.MaxSource+8 {
		more, _ := block.PeekLine()
		if more == nil {
			break
		}
		text.Write(more)
		block.AdvanceLine()
	}
	block.SetPosition(line, at)
	length, source, display, ok := tex.At(text.String(), first)
	if !ok {
		return nil
	}
	for length > 0 {
		here, _ := block.PeekLine()
		if length < len(here) {
			block.Advance(length)
			break
		}
		length -= len(here)
		block.AdvanceLine()
	}
	return &formula{source: source, display: display}
}

func (formulas) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(formulaKind, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			out, _ := tex.HTML(n.(*formula).source, n.(*formula).display)
			w.WriteString(out)
		}
		return ast.WalkSkipChildren, nil
	})
}

// checkFormula warns of what in a piece of mathematics is not understood.
func (c *course) checkFormula(file string, line int, source string) {
	_, problems := tex.HTML(source, false)
	for _, p := range problems {
		c.warn(file, line, "mathematics $%s$: %s", clip(source, 60), p)
	}
}

// itemFormulas checks the mathematics in an item's texts and says whether there is any. As in TeX a group {a+b} is one
// whether or not a value will take its place, so the text as written is looked at.
func (c *course) itemFormulas(d *draft, it *content.Item, line int) (found bool) {
	eachText(it, func(s *string) {
		tex.Split(*s, nil, func(_, source string, _ bool) {
			found = true
			c.checkFormula(d.Path, line, source)
		})
	})
	return found
}

// eachText goes through all of an item that a learner reads as Markdown.
func eachText(it *content.Item, do func(*string)) {
	for _, s := range []*string{&it.Stem, &it.Worked, &it.Right, &it.Wrong} {
		do(s)
	}
	for i := range it.Hints {
		do(&it.Hints[i])
	}
	for i := range it.Categories {
		do(&it.Categories[i])
	}
	lists := [][]content.Option{it.Options}
	for _, g := range it.Gaps {
		lists = append(lists, g.Options)
	}
	for _, options := range lists {
		for i := range options {
			do(&options[i].Text)
			do(&options[i].Feedback)
		}
	}
	for i := range it.Pairs {
		do(&it.Pairs[i].Left)
		do(&it.Pairs[i].Right)
	}
	for i := range it.Distractors {
		do(&it.Distractors[i])
	}
	for i := range it.Mistakes {
		do(&it.Mistakes[i].Feedback)
	}
	accepts := [][]content.Accept{it.Accepts}
	for _, g := range it.Gaps {
		accepts = append(accepts, g.Accepts)
	}
	for _, list := range accepts {
		for i := range list {
			do(&list[i].Feedback)
		}
	}
}
