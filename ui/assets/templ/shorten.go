package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strings"
)

// mark begins every name that templ makes up.
const mark = "templ_7745c5c3_"

// A shortener rewrites one file that templ wrote, statement by statement, into calls of ui's canvas, which remembers the
// first error: templ looks for one after each write, and takes three statements to write a word.
type shortener struct {
	source []byte
	edits  []edit
	words  map[string]string // what templ put in a variable of its own, as written in the template
	lists  map[string]string // the same of class lists, without their []any{}
	inside map[string]bool   // variables that hold what a template is wrapped around
	block  *ast.AssignStmt   // a template that the next statement wraps a template around
	held   *edit             // a call of put that the next call may take along
}

// An edit puts text where from to to was.
type edit struct {
	from, to int
	text     string
}

// shorten returns what templ wrote in fewer words; the error is for what this version of templ does not write.
func shorten(source []byte) ([]byte, error) {
	file, err := parser.ParseFile(token.NewFileSet(), "", source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	s := &shortener{source: source, words: map[string]string{}, lists: map[string]string{}, inside: map[string]bool{}}
	for _, d := range file.Decls {
		s.walk(d)
	}
	out := s.apply()
	for _, gone := range []string{
		"//lint:file-ignore SA4006 This context is only used if a nested component is present.\n",
		"import templruntime \"github.com/a-h/templ/runtime\"\n",
		"var _ = templruntime.GeneratedTemplate",
	} {
		out = bytes.Replace(out, []byte(gone), nil, 1)
	}
	for line := range bytes.Lines(out) {
		if bytes.Contains(line, []byte(mark)) || bytes.Contains(line, []byte("templruntime")) {
			return nil, fmt.Errorf("templ wrote what this command does not know: %s", bytes.TrimSpace(line))
		}
	}
	return out, nil
}

// walk shortens every block below a node.
func (s *shortener) walk(n ast.Node) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BlockStmt:
			s.statements(n.List)
			return false
		case *ast.CaseClause:
			s.statements(n.Body)
			return false
		}
		return true
	})
}

func (s *shortener) statements(list []ast.Stmt) {
	for _, st := range list {
		if !s.statement(st) {
			s.drop()
			s.walk(st)
		}
	}
	s.drop()
}

// statement shortens one that templ made up; false is for those that the template's author wrote.
func (s *shortener) statement(st ast.Stmt) bool {
	switch st := st.(type) {
	case *ast.IfStmt:
		if s.text(st.Cond) == mark+"Err != nil" {
			s.replace(st, "")
			return true
		}
	case *ast.DeclStmt:
		return s.declaration(st)
	case *ast.ReturnStmt:
		if len(st.Results) == 1 {
			return s.template(st)
		}
	case *ast.AssignStmt:
		if strings.HasPrefix(s.text(st.Lhs[len(st.Lhs)-1]), mark) {
			return s.assignment(st)
		}
	}
	return false
}

var (
	stringVar = regexp.MustCompile(`^var ` + mark + `Var\d+ (string|templ\.SafeURL)$`)
	classVar  = regexp.MustCompile(`(?s)^var (` + mark + `Var\d+) = \[\]any{(.*)}$`)
	taken     = regexp.MustCompile(`(?s)^(` + mark + `Var\d+), ` + mark + `Err = templ\.Join(String|URL)Errs\((.*)\)$`)
	write     = regexp.MustCompile(`(?s)^` + mark + `Err = templruntime\.WriteString\(` + mark + `Buffer, \d+, (".*")\)$`)
	escaped   = regexp.MustCompile(`^_, ` + mark + `Err = ` + mark + `Buffer\.WriteString\(templ\.EscapeString\((` + mark + `Var\d+)\)\)$`)
	spread    = regexp.MustCompile(`(?s)^` + mark + `Err = templ\.RenderAttributes\(ctx, ` + mark + `Buffer, (.*)\)$`)
	styles    = regexp.MustCompile(`^` + mark + `Err = templ\.RenderCSSItems\(`)
	wrapped   = regexp.MustCompile(`(?s)^` + mark + `Err = (.*)\.Render\(templ\.WithChildren\(ctx, (` + mark + `Var\d+)\), ` + mark + `Buffer\)$`)
	rendered  = regexp.MustCompile(`(?s)^` + mark + `Err = (.*)\.Render\(ctx, ` + mark + `Buffer\)$`)
	message   = regexp.MustCompile(`^l\.T\(("[^"]*")\)$`)
	classes   = regexp.MustCompile(`^templ\.CSSClasses\((` + mark + `Var\d+)\)\.String\(\)$`)
	address   = regexp.MustCompile(`(?s)^templ\.(SafeURL|URL)\(.*\)$`)
)

func (s *shortener) declaration(st *ast.DeclStmt) bool {
	text := s.text(st)
	if m := classVar.FindStringSubmatch(text); m != nil {
		s.lists[m[1]] = m[2]
	} else if !stringVar.MatchString(text) {
		return false
	}
	s.replace(st, "")
	return true
}

func (s *shortener) assignment(st *ast.AssignStmt) bool {
	text := s.text(st)
	if strings.Contains(text[:min(len(text), 80)], ":= templruntime.GeneratedTemplate(") {
		s.block = st
		return true
	}
	if m := write.FindStringSubmatch(text); m != nil {
		s.drop()
		s.held = &edit{s.at(st.Pos()), s.at(st.End()), m[1]}
	} else if m := taken.FindStringSubmatch(text); m != nil {
		if s.words[m[1]] = m[3]; m[2] == "URL" && !address.MatchString(m[3]) {
			s.words[m[1]] = "templ.URL(" + m[3] + ")"
		}
		s.replace(st, "")
	} else if styles.MatchString(text) { // writes nothing: our classes are all in one file
		s.replace(st, "")
	} else if m := escaped.FindStringSubmatch(text); m != nil {
		method, arguments := s.written(s.words[m[1]])
		s.call(st, method, arguments)
	} else if m := spread.FindStringSubmatch(text); m != nil {
		s.call(st, "attributes", m[1])
	} else if m := wrapped.FindStringSubmatch(text); m != nil && s.block != nil && s.text(s.block.Lhs[0]) == m[2] {
		s.wrap(st, m[1])
	} else if m := rendered.FindStringSubmatch(text); m != nil && s.inside[m[1]] {
		s.call(st, "fill", "inside")
	} else if m != nil {
		s.call(st, "part", m[1])
	}
	return true
}

// written says how an expression between braces is written: the method of a canvas and what it takes.
func (s *shortener) written(what string) (string, string) {
	if m := message.FindStringSubmatch(what); m != nil {
		return "say", "l, " + m[1]
	}
	if m := classes.FindStringSubmatch(what); m != nil {
		return "classes", s.lists[m[1]]
	}
	if address.MatchString(what) {
		return "link", what
	}
	return "text", what
}

// wrap shortens st, which writes a template around the template before it.
func (s *shortener) wrap(st *ast.AssignStmt, what string) {
	block := s.block
	s.block = nil
	before := s.before()
	body := s.body(block.Rhs[0])
	if body == nil {
		return
	}
	s.edits = append(s.edits, edit{s.at(block.Pos()), s.at(body[0].Pos()), fmt.Sprintf("onto.wrap(%s, %s, func(onto *canvas, _ template) {\n", before, what)})
	last := body[len(body)-1]
	s.edits = append(s.edits, edit{s.at(last.Pos()), s.at(st.End()), "})"})
	s.statements(body[:len(body)-1])
}

// template shortens the statement that returns a whole template.
func (s *shortener) template(st *ast.ReturnStmt) bool {
	call, ok := st.Results[0].(*ast.CallExpr)
	if !ok || s.text(call.Fun) != "templruntime.GeneratedTemplate" {
		return false
	}
	body := s.body(call)
	if body == nil {
		return false
	}
	s.edits = append(s.edits, edit{s.at(st.Pos()), s.at(body[0].Pos()), "return template(func(onto *canvas, inside template) {\n"})
	last := body[len(body)-1]
	s.edits = append(s.edits, edit{s.at(last.Pos()), s.at(last.End()), ""})
	s.statements(body[:len(body)-1])
	return true
}

// body returns what a template does, without how it begins but with the return that it ends with.
func (s *shortener) body(template ast.Expr) []ast.Stmt {
	call, ok := template.(*ast.CallExpr)
	if !ok || len(call.Args) != 1 {
		return nil
	}
	list := call.Args[0].(*ast.FuncLit).Body.List
	for i, st := range list {
		text := s.text(st)
		if a, ok := st.(*ast.AssignStmt); ok && strings.HasSuffix(text, " := templ.GetChildren(ctx)") {
			s.inside[s.text(a.Lhs[0])] = true
			continue
		}
		if text == "ctx = templ.InitializeContext(ctx)" && !strings.HasSuffix(s.text(list[i+1]), "GetChildren(ctx)") || text == "ctx = templ.ClearChildren(ctx)" {
			return list[i+1:]
		}
	}
	return nil
}

// call puts a call of the canvas in the place of st, with the markup that was to be written before it.
func (s *shortener) call(st ast.Stmt, method, arguments string) {
	if arguments != "" {
		arguments = ", " + arguments
	}
	before := s.before()
	s.replace(st, "onto."+method+"("+before+arguments+")")
}

// before takes the markup that is held, as a Go string.
func (s *shortener) before() string {
	if s.held == nil {
		return `""`
	}
	text := s.held.text
	s.edits = append(s.edits, edit{s.held.from, s.held.to, ""})
	s.held = nil
	return text
}

// drop writes the markup that is held with a call of its own.
func (s *shortener) drop() {
	if s.held != nil {
		s.edits = append(s.edits, edit{s.held.from, s.held.to, "onto.put(" + s.held.text + ")"})
		s.held = nil
	}
}

func (s *shortener) replace(n ast.Node, text string) {
	s.edits = append(s.edits, edit{s.at(n.Pos()), s.at(n.End()), text})
}

// at is a position as an offset: the only file of its set begins at 1.
func (s *shortener) at(p token.Pos) int { return int(p) - 1 }

func (s *shortener) text(n ast.Node) string { return string(s.source[s.at(n.Pos()):s.at(n.End())]) }

// apply makes the edits, which do not overlap, and leaves out the lines that they emptied.
func (s *shortener) apply() []byte {
	slices.SortFunc(s.edits, func(a, b edit) int { return a.from - b.from })
	var out []byte
	done := 0
	for _, e := range s.edits {
		out = append(out, s.source[done:e.from]...)
		out = append(out, e.text...)
		done = e.to
		if e.text == "" {
			out = bytes.TrimRight(out, "\t")
			out = bytes.TrimSuffix(out, []byte("\n"))
		}
	}
	return append(out, s.source[done:]...)
}
