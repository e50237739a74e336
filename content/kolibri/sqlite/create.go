package sqlite

import (
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A create is what a CREATE TABLE says.
type create struct {
	name    string
	columns []column
	alias   int
	keys    [][]int // in the order they are written, which names their indexes; not the alias
}

// A token is one word of a CREATE TABLE.
type token struct {
	kind byte // 'a' word, 'q' quoted word, 's' string, 'x' bytes, '0' number, else the sign itself
	text string
}

func (t token) is(words ...string) bool {
	for _, w := range words {
		if t.kind == 'a' && strings.EqualFold(t.text, w) {
			return true
		}
	}
	return false
}

// tokens splits a statement; comments are none.
func tokens(sql string) (out []token) {
	for i := 0; i < len(sql); {
		rest := sql[i:]
		n := 1
		switch c := rest[0]; {
		case c <= ' ':
		case strings.HasPrefix(rest, "--"):
			if n = strings.IndexByte(rest, '\n'); n < 0 {
				n = len(rest)
			}
		case strings.HasPrefix(rest, "/*"):
			if n = strings.Index(rest[2:], "*/") + 4; n == 3 {
				n = len(rest)
			}
		case c == '\'' || c == '"' || c == '`' || c == '[':
			var t token
			t, n = quotedToken(rest)
			out = append(out, t)
		case c|32 == 'x' && len(rest) > 1 && rest[1] == '\'':
			t, m := quotedToken(rest[1:])
			n = m + 1
			out = append(out, token{'x', t.text})
		case wordByte(c) || c == '.' && len(rest) > 1 && rest[1] >= '0' && rest[1] <= '9':
			t := token{'a', rest}
			number := c == '.' || c >= '0' && c <= '9'
			if number {
				t.kind = '0'
			}
			for n = 1; n < len(rest) && (wordByte(rest[n]) || number && (rest[n] == '.' || (rest[n] == '+' || rest[n] == '-') && rest[n-1]|32 == 'e')); n++ {
			}
			t.text = rest[:n]
			out = append(out, t)
		default:
			out = append(out, token{c, rest[:1]})
		}
		i += n
	}
	return out
}

func wordByte(c byte) bool {
	return c == '_' || c == '$' || c >= 0x80 || c >= '0' && c <= '9' || c|32 >= 'a' && c|32 <= 'z'
}

// quotedToken reads what stands in quotes, of which one within is written twice.
func quotedToken(s string) (token, int) {
	end, kind := s[0], byte('q')
	if end == '\'' {
		kind = 's'
	}
	if end == '[' {
		end = ']'
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		if s[i] == end {
			if end == ']' || i+1 == len(s) || s[i+1] != end {
				return token{kind, b.String()}, i + 1
			}
			i++
		}
		b.WriteByte(s[i])
	}
	return token{kind, b.String()}, len(s)
}

// parseCreate reads a CREATE TABLE as far as columns, keys and defaults go.
func parseCreate(sql string) (c create, err error) {
	c.alias = -1
	all := tokens(sql)
	open := slices.IndexFunc(all, func(t token) bool { return t.kind == '(' })
	if open < 2 || !all[0].is("CREATE") {
		return c, errors.New("its CREATE TABLE cannot be read")
	}
	if all[1].is("VIRTUAL") {
		return c, fmt.Errorf("it is virtual: %w", errors.ErrUnsupported)
	}
	c.name = all[open-1].text
	from, depth := open+1, 1
	i := from
	for ; i < len(all) && depth > 0; i++ {
		switch all[i].kind {
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth == 0 || depth == 1 && all[i].kind == ',' {
			if err := c.part(all[from:i]); err != nil {
				return c, err
			}
			from = i + 1
		}
	}
	if depth > 0 {
		return c, errors.New("its CREATE TABLE is cut short")
	}
	for _, t := range all[i:] {
		if t.is("WITHOUT") {
			return c, fmt.Errorf("it is one WITHOUT ROWID: %w", errors.ErrUnsupported)
		}
	}
	return c, nil
}

// part reads one column, or what is said of several.
func (c *create) part(p []token) error {
	if len(p) == 0 {
		return errors.New("a column of it has no name")
	}
	if p[0].is("CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN") {
		c.constraint(p)
		return nil
	}
	if len(c.columns) == maxColumns {
		return fmt.Errorf("more than %d columns", maxColumns)
	}
	col := column{name: p[0].text}
	i := 1
	var kind []string
	for ; i < len(p) && p[i].kind != '(' && !p[i].is("CONSTRAINT", "PRIMARY", "NOT", "NULL", "UNIQUE", "CHECK", "DEFAULT", "COLLATE", "REFERENCES", "GENERATED", "AS"); i++ {
		kind = append(kind, p[i].text)
	}
	col.kind = strings.ToUpper(strings.Join(kind, " "))
	c.columns = append(c.columns, col)
	c.rules(p[i:])
	return nil
}

// rules reads what is said of the last column.
func (c *create) rules(p []token) {
	at := len(c.columns) - 1
	col := &c.columns[at]
	for i := 0; i < len(p); i++ {
		next := token{}
		if i+1 < len(p) {
			next = p[i+1]
		}
		switch t := p[i]; {
		case t.kind == '(':
			i = closing(p, i)
		case t.is("CONSTRAINT", "COLLATE", "SET"):
			i++
		case t.is("NOT") && next.is("NULL"):
			col.notNull = true
		case t.is("PRIMARY"):
			down := i+2 < len(p) && p[i+2].is("DESC") // a slip of SQLite's that it keeps: such a column is no rowid
			c.primary([]int{at}, !down)
		case t.is("UNIQUE"):
			c.unique([]int{at})
		case t.is("DEFAULT"):
			col.standard = standard(p[i+1:])
			if next.kind != '(' {
				i++
			}
		case t.is("AS") && next.kind == '(':
			col.computed = true
			if end := closing(p, i+1); end+1 < len(p) && p[end+1].is("STORED") {
				col.kind = "stored"
			}
		}
	}
}

// closing is where the parenthesis that opens at i closes.
func closing(p []token, i int) int {
	depth := 0
	for ; i < len(p); i++ {
		switch p[i].kind {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(p) - 1
}

// constraint reads what is said of several columns.
func (c *create) constraint(p []token) {
	for i := 0; i < len(p); i++ {
		unique, primary := p[i].is("UNIQUE"), p[i].is("PRIMARY")
		if !unique && !primary {
			if p[i].kind == '(' {
				i = closing(p, i)
			}
			continue
		}
		for i < len(p) && p[i].kind != '(' {
			i++
		}
		if i == len(p) {
			return
		}
		end := closing(p, i)
		var of []int
		for _, t := range p[i+1 : end] {
			if n := slices.IndexFunc(c.columns, func(x column) bool { return strings.EqualFold(x.name, t.text) }); n >= 0 && (t.kind == 'a' || t.kind == 'q' || t.kind == 's') {
				of = append(of, n)
			}
		}
		if primary {
			c.primary(of, true)
		} else {
			c.unique(of)
		}
		i = end
	}
}

// primary notes the primary key, which of one INTEGER column is the rowid itself.
func (c *create) primary(of []int, alias bool) {
	if alias && len(of) == 1 && c.columns[of[0]].kind == "INTEGER" {
		c.alias = of[0]
		return
	}
	c.unique(of)
}

func (c *create) unique(of []int) {
	for _, k := range c.keys {
		if slices.Equal(k, of) {
			return
		}
	}
	if len(of) > 0 {
		c.keys = append(c.keys, of)
	}
}

// standard is the default that the tokens begin with, NULL of one that would have to be computed.
func standard(p []token) Value {
	for len(p) > 0 && p[0].kind == '(' {
		p = p[1:]
	}
	minus := ""
	for len(p) > 0 && (p[0].kind == '-' || p[0].kind == '+') {
		minus, p = strings.TrimPrefix(p[0].text, "+"), p[1:]
	}
	if len(p) == 0 {
		return Value{}
	}
	switch t := p[0]; {
	case t.kind == 's' || t.kind == 'q':
		return Value{kind: text, b: []byte(t.text)}
	case t.kind == 'x':
		b, _ := hex.DecodeString(t.text)
		return Value{kind: blob, b: b}
	case t.kind == '0':
		if n, err := strconv.ParseInt(minus+t.text, 0, 64); err == nil {
			return Value{kind: integer, n: n}
		}
		f, _ := strconv.ParseFloat(minus+t.text, 64)
		return realValue(f)
	case t.is("TRUE"):
		return Value{kind: integer, n: 1}
	case t.is("FALSE"):
		return Value{kind: integer}
	case t.is("NULL") || strings.HasPrefix(strings.ToUpper(t.text), "CURRENT_"):
		return Value{}
	case t.kind == 'a':
		return Value{kind: text, b: []byte(t.text)}
	}
	return Value{}
}
