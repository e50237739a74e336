package marking

import (
	"slices"
	"strings"
)

// math writes MathML as mathematics; what TeX of ours has no word for as its text, where place means nothing in it.
func (w *htmlWriter) math(e *element) {
	source, ok := texOf(e, 0)
	if ok && strings.TrimSpace(source) != "" {
		if text, good := Formula(source, false, lastRune(w.line.String())); good {
			w.line.WriteString(text)
			w.mathsEnd = w.line.Len()
			return
		}
	}
	if placed(e) {
		w.unsupported("it holds mathematics that cannot be written here")
	}
	w.run(textOf(e))
}

// placed says whether MathML has parts whose place carries meaning, so that its text alone says something else.
func placed(e *element) bool {
	switch e.name[strings.LastIndexByte(e.name, ':')+1:] {
	case "mfrac", "msup", "msub", "msubsup", "msqrt", "mroot", "mtable", "munder", "mover", "munderover", "mmultiscripts", "menclose":
		return true
	}
	return slices.ContainsFunc(e.kids, placed)
}

func textOf(e *element) string {
	var b strings.Builder
	b.WriteString(e.text)
	for _, k := range e.kids {
		if !unseen[k.name] {
			b.WriteString(textOf(k))
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// texOf writes an element of MathML in TeX; ok is false for what is not understood.
func texOf(e *element, depth int) (string, bool) {
	if depth > 25 {
		return "", false
	}
	var args []string
	for _, k := range e.kids {
		if k.name == "" || unseen[k.name] {
			continue
		}
		s, ok := texOf(k, depth+1)
		if !ok {
			return "", false
		}
		args = append(args, s)
	}
	name := e.name[strings.LastIndexByte(e.name, ':')+1:]
	if name == "mover" && len(args) == 2 {
		if form := accentForms[strings.TrimSpace(args[1])]; form != "" {
			return form + "{" + args[0] + "}", true
		}
		return "{" + args[0] + "}^{" + args[1] + "}", true
	}
	if form, ok := mathForms[name]; ok {
		if len(args) != form.args {
			return "", false
		}
		out := form.tex
		for i, a := range args {
			out = strings.ReplaceAll(out, string('①'+rune(i)), a)
		}
		return out, true
	}
	switch name {
	case "math", "mrow", "mstyle", "semantics", "mpadded", "merror":
		return strings.Join(args, " "), true
	case "msqrt":
		return `\sqrt{` + strings.Join(args, " ") + "}", true
	case "mfenced":
		return fenced(e, args), true
	case "mi", "mn", "mo", "ms", "mtext":
		return mathToken(name, textOf(e))
	case "mspace", "none", "mphantom":
		return " ", true
	}
	return "", false
}

// accentForms are what stands above a letter.
var accentForms = map[string]string{
	"¯": `\overline`, "‾": `\overline`, "-": `\overline`, `\_`: `\overline`, "ˉ": `\overline`, "→": `\vec`, "⃗": `\vec`, "^": `\hat`, "ˆ": `\hat`, "˙": `\dot`, "~": `\tilde`, "˜": `\tilde`,
}

var mathForms = map[string]struct {
	args int
	tex  string
}{
	"mfrac": {2, `\frac{①}{②}`}, "mroot": {2, `\sqrt[②]{①}`}, "msup": {2, `{①}^{②}`}, "msub": {2, `{①}_{②}`},
	"msubsup": {3, `{①}_{②}^{③}`}, "munder": {2, `{①}_{②}`}, "munderover": {3, `{①}_{②}^{③}`},
}

func fenced(e *element, args []string) string {
	open, end, sep := "(", ")", ","
	if v := e.token.Attr("open"); v != "" {
		open = v
	}
	if v := e.token.Attr("close"); v != "" {
		end = v
	}
	return texSigns.Replace(open) + strings.Join(args, sep) + texSigns.Replace(end)
}

var texSigns = strings.NewReplacer("{", `\{`, "}", `\}`, "%", `\%`, "#", `\#`, "&", `\&`, "_", `\_`, "$", `\$`, `\`, `\backslash `,
	"×", `\times `, "÷", `\div `, "⋅", `\cdot `, "·", `\cdot `, "−", "-", "≤", `\le `, "≥", `\ge `, "≠", `\ne `, "π", `\pi `,
	"±", `\pm `, "∞", `\infty `, "√", `\surd `, "\u2061", "", "\u2062", "", "\u2063", "", "\u00a0", " ", "°", `^\circ `, "∑", `\sum `, "∫", `\int `)

// mathToken writes a number, name, sign or words.
func mathToken(name, text string) (string, bool) {
	if text == "" {
		return "", true
	}
	if name == "mtext" || name == "ms" || name == "mi" && len([]rune(text)) > 1 {
		if strings.ContainsAny(text, `\{}$`) {
			return "", false
		}
		return `\text{` + text + "}", true
	}
	return texSigns.Replace(text), true
}
