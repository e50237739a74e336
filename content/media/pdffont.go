package media

import (
	"strconv"
	"strings"
	"sync"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// A pdfFont says what a string's bytes spell and how wide they are (9.5–9.10).
type pdfFont struct {
	wide    bool // two bytes a glyph
	spells  map[int]string
	byByte  [256]rune
	widths  map[int]float64 // of an em
	missing float64
}

// Limits of a font.
const maxPDFGlyphs = 70_000

func (m *pdfMachine) font(name pdfName) *pdfFont {
	v := m.p.dict(m.resources["Font"])[name]
	ref, named := v.(pdfRef)
	if f := m.fonts[ref]; named && f != nil {
		return f
	}
	d := m.p.dict(v)
	if d == nil {
		return nil
	}
	f := m.p.readFont(d)
	if named && len(m.fonts) < 256 {
		m.fonts[ref] = f
	}
	return f
}

func (p *pdf) readFont(d pdfDict) *pdfFont {
	f := &pdfFont{wide: d["Subtype"] == pdfName("Type0"), widths: map[int]float64{}, missing: 0.5}
	if ref, ok := d["ToUnicode"].(pdfRef); ok {
		f.spells = readCMap(p.stream(ref))
	}
	if f.wide {
		if list, ok := p.resolve(d["DescendantFonts"]).([]any); ok && len(list) > 0 {
			below := p.dict(list[0])
			f.missing = 1
			if w, ok := p.resolve(below["DW"]).(float64); ok {
				f.missing = w / 1000
			}
			f.wideWidths(p, below)
		}
		return f
	}
	p.encoding(f, d)
	first, _ := p.resolve(d["FirstChar"]).(float64)
	scale := 1000.0
	if d["Subtype"] == pdfName("Type3") {
		if list, ok := p.resolve(d["FontMatrix"]).([]any); ok && operand(list, 0) > 0 {
			scale = 1 / operand(list, 0)
		}
	}
	widths, _ := p.resolve(d["Widths"]).([]any)
	for i, w := range widths {
		if width, ok := p.resolve(w).(float64); ok && i < 256 {
			f.widths[int(first)+i] = width / scale
		}
	}
	return f
}

// wideWidths reads "c [w …]" and "c c w" (9.7.4.3).
func (f *pdfFont) wideWidths(p *pdf, d pdfDict) {
	list, _ := p.resolve(d["W"]).([]any)
	for i := 0; i+1 < len(list) && len(f.widths) < maxPDFGlyphs; {
		from := int(operand(list, i))
		if row, ok := p.resolve(list[i+1]).([]any); ok {
			for k := range row {
				f.widths[from+k] = operand(row, k) / 1000
			}
			i += 2
			continue
		}
		to := int(operand(list, i+1))
		for c := from; c <= to && c-from < 65_536 && i+2 < len(list); c++ {
			f.widths[c] = operand(list, i+2) / 1000
		}
		i += 3
	}
}

// encoding fills in what single bytes mean: a base encoding and the differences from it, by names of glyphs (9.6.6).
func (p *pdf) encoding(f *pdfFont, d pdfDict) {
	base := p.resolve(d["Encoding"])
	table := charmap.Windows1252
	e, _ := base.(pdfDict)
	if e != nil {
		base = p.resolve(e["BaseEncoding"])
	}
	if base == pdfName("MacRomanEncoding") {
		table = charmap.Macintosh
	}
	for c := range f.byByte {
		if f.byByte[c] = table.DecodeByte(byte(c)); c < ' ' {
			f.byByte[c] = 0
		}
	}
	differences, _ := p.resolve(e["Differences"]).([]any)
	at := 0
	for _, v := range differences {
		switch v := v.(type) {
		case float64:
			at = int(v)
		case pdfName:
			if at >= 0 && at < 256 {
				f.byByte[at] = glyphRune(string(v))
			}
			at++
		}
	}
}

// glyphTable has names of the Adobe Glyph List that school books need beside letters, which name themselves.
var glyphTable = sync.OnceValue(func() map[string]rune {
	out := map[string]rune{}
	for pair := range strings.FieldsSeq(`space:0020 exclam:0021 quotedbl:0022 numbersign:0023 dollar:0024 percent:0025 ampersand:0026 quotesingle:0027
		quoteright:2019 parenleft:0028 parenright:0029 asterisk:002A plus:002B comma:002C hyphen:002D period:002E slash:002F zero:0030 one:0031
		two:0032 three:0033 four:0034 five:0035 six:0036 seven:0037 eight:0038 nine:0039 colon:003A semicolon:003B less:003C equal:003D
		greater:003E question:003F at:0040 bracketleft:005B backslash:005C bracketright:005D asciicircum:005E underscore:005F quoteleft:2018
		grave:0060 braceleft:007B bar:007C braceright:007D asciitilde:007E exclamdown:00A1 cent:00A2 sterling:00A3 yen:00A5 section:00A7
		copyright:00A9 registered:00AE degree:00B0 plusminus:00B1 mu:00B5 paragraph:00B6 periodcentered:00B7 guillemotleft:00AB
		guillemotright:00BB onequarter:00BC onehalf:00BD threequarters:00BE questiondown:00BF multiply:00D7 divide:00F7 germandbls:00DF
		ae:00E6 AE:00C6 oslash:00F8 Oslash:00D8 oe:0153 OE:0152 eth:00F0 Eth:00D0 thorn:00FE Thorn:00DE dotlessi:0131 lslash:0142 Lslash:0141
		ff:FB00 fi:FB01 fl:FB02 ffi:FB03 ffl:FB04 endash:2013 emdash:2014 quotedblleft:201C quotedblright:201D quotesinglbase:201A
		quotedblbase:201E dagger:2020 daggerdbl:2021 bullet:2022 ellipsis:2026 perthousand:2030 guilsinglleft:2039 guilsinglright:203A
		Euro:20AC trademark:2122 minus:2212 fraction:2044 infinity:221E notequal:2260 lessequal:2264 greaterequal:2265 radical:221A
		summation:2211 integral:222B partialdiff:2202 pi:03C0 alpha:03B1 beta:03B2 gamma:03B3 delta:03B4 theta:03B8 lambda:03BB sigma:03C3
		omega:03C9 Delta:0394 Sigma:03A3 Omega:03A9`) {
		name, code, _ := strings.Cut(pair, ":")
		r, _ := strconv.ParseUint(code, 16, 32)
		out[name] = rune(r)
	}
	marks := map[string]rune{
		"acute": 0x301, "grave": 0x300, "circumflex": 0x302, "dieresis": 0x308, "tilde": 0x303, "cedilla": 0x327,
		"caron": 0x30c, "ring": 0x30a, "macron": 0x304, "breve": 0x306, "ogonek": 0x328, "dotaccent": 0x307, "hungarumlaut": 0x30b,
	}
	for name, mark := range marks {
		for letter := 'A'; letter <= 'z'; letter++ {
			if composed := []rune(norm.NFC.String(string([]rune{letter, mark}))); len(composed) == 1 {
				out[string(letter)+name] = composed[0]
			}
		}
	}
	return out
})

// glyphRune is what a glyph's name means, 0 unknown.
func glyphRune(name string) rune {
	name, _, _ = strings.Cut(name, ".")
	if r, ok := glyphTable()[name]; ok {
		return r
	}
	if len(name) == 1 {
		return rune(name[0])
	}
	for _, prefix := range []string{"uni", "u"} {
		if hex, ok := strings.CutPrefix(name, prefix); ok && len(hex) >= 4 && len(hex) <= 6 {
			if r, err := strconv.ParseUint(hex, 16, 32); err == nil {
				return rune(r)
			}
		}
	}
	return 0
}

// wordGap is how many thousandths of an em part words.
func (f *pdfFont) wordGap() float64 { return 180 }

// each calls fn with what every glyph of a string spells, its width in ems, and whether it is a single byte's space.
func (f *pdfFont) each(s pdfString, fn func(text string, width float64, space bool)) {
	step := 1
	if f.wide {
		step = 2
	}
	for i := 0; i+step <= len(s); i += step {
		code := int(s[i])
		if f.wide {
			code = code<<8 | int(s[i+1])
		}
		text, ok := f.spells[code]
		if !ok && !f.wide && f.byByte[code] != 0 {
			text = string(f.byByte[code])
		}
		width, known := f.widths[code]
		if !known {
			width = f.missing
		}
		fn(printableText(text), width, !f.wide && code == ' ')
	}
}

// readCMap reads what codes spell (9.10.3).
func readCMap(b []byte) map[int]string {
	out := map[int]string{}
	l := pdfLexer{b: b}
	var args []any
	for l.pos < len(l.b) && len(out) < maxPDFGlyphs {
		l.skip()
		at := l.pos
		v := l.object()
		if l.pos == at {
			l.pos++
			continue
		}
		switch v {
		case keyword("endbfchar"):
			for i := 0; i+1 < len(args); i += 2 {
				out[code(args[i])] = spelled(args[i+1], 0)
			}
			args = args[:0]
		case keyword("endbfrange"):
			ranges(args, out)
			args = args[:0]
		default:
			if _, word := v.(keyword); word {
				args = args[:0]
			} else if len(args) < 3*maxPDFGlyphs {
				args = append(args, v)
			}
		}
	}
	return out
}

func ranges(args []any, out map[int]string) {
	for i := 0; i+2 < len(args); i += 3 {
		from, to := code(args[i]), code(args[i+1])
		list, isList := args[i+2].([]any)
		for c := from; c <= to && c-from < 65_536 && len(out) < maxPDFGlyphs; c++ {
			if !isList {
				out[c] = spelled(args[i+2], c-from)
			} else if c-from < len(list) {
				out[c] = spelled(list[c-from], 0)
			}
		}
	}
}

func code(v any) (n int) {
	s, _ := v.(pdfString)
	for _, c := range s[:min(len(s), 3)] {
		n = n<<8 | int(c)
	}
	return n
}

// spelled reads UTF-16BE, its last unit plus more.
func spelled(v any, more int) string {
	s, _ := v.(pdfString)
	if len(s) > 64 {
		return ""
	}
	units := make([]uint16, 0, len(s)/2)
	for i := 0; i+1 < len(s); i += 2 {
		units = append(units, uint16(s[i])<<8|uint16(s[i+1]))
	}
	if len(s) == 1 {
		units = append(units, uint16(s[0]))
	}
	if n := len(units); n > 0 {
		units[n-1] += uint16(more)
	}
	return string(utf16.Decode(units))
}
