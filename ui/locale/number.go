package locale

import (
	"math"
	"strconv"
	"strings"
)

// zeros are the digits nought of the numbering systems we write (Unicode, CLDR numberingSystems.xml).
var zeros = map[string]rune{
	"latn": '0', "arab": '٠', "arabext": '۰', "deva": '०', "beng": '০', "gujr": '૦', "guru": '੦', "knda": '೦', "khmr": '០',
	"laoo": '໐', "mlym": '൦', "mymr": '၀', "nkoo": '߀', "orya": '୦', "tamldec": '௦', "telu": '౦', "thai": '๐', "tibt": '༠', "olck": '᱐', "adlm": '𞥐',
}

// Digits writes the digits 0 to 9 in s in the person's own.
func (l *Locale) Digits(s string) string {
	zero := zeros[l.digits]
	if zero == 0 || zero == '0' || !strings.ContainsAny(s, "0123456789") {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return zero + r - '0'
		}
		return r
	}, s)
}

// DigitsHTML is Digits for markup: tags, attributes and character references stay as they are, and so does what is
// inside <code>, <math>, <svg>, <script> and <style>.
func (l *Locale) DigitsHTML(html string) string {
	if zero := zeros[l.digits]; zero == 0 || zero == '0' || !strings.ContainsAny(html, "0123456789") {
		return html
	}
	var b strings.Builder
	for html != "" {
		text := strings.IndexAny(html, "<&")
		if text < 0 {
			text = len(html)
		}
		b.WriteString(l.Digits(html[:text]))
		html = html[text:]
		n := markup(html)
		b.WriteString(html[:n])
		html = html[n:]
	}
	return b.String()
}

// markup is the length of the tag, element or reference at the start of s that must stay as it is.
func markup(s string) int {
	if s == "" {
		return 0
	}
	if s[0] == '&' {
		if end := strings.IndexByte(s, ';'); end > 0 && end < 12 {
			return end + 1
		}
		return 1
	}
	for _, name := range []string{"code", "math", "svg", "script", "style"} {
		if len(s) > len(name)+1 && strings.EqualFold(s[1:len(name)+1], name) && !isName(s[len(name)+1]) {
			if end := strings.Index(strings.ToLower(s), "</"+name); end > 0 {
				return end + len(name) + 2
			}
			return len(s)
		}
	}
	if end := strings.IndexByte(s, '>'); end >= 0 {
		return end + 1
	}
	return len(s)
}

func isName(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '-' }

// Decimal is x with at most one digit after the language's point: "1.2", "1,2", "١٫٢". Whole numbers have none.
func (l *Locale) Decimal(x float64) string {
	x = math.Round(x*10) / 10
	whole, part, has := strings.Cut(strconv.FormatFloat(x, 'f', -1, 64), ".")
	if whole = l.grouped(whole); has {
		whole += l.Point() + part
	}
	return l.Digits(whole)
}

// Percent is n in a hundred: "40%", never broken over two lines.
func (l *Locale) Percent(n int) string {
	return strings.ReplaceAll(l.T("number.percent", "n", l.Number(n)), " ", "\u00a0")
}

// Size is a number of bytes as people say it, in powers of ten as on the packet of a card: "8.2 MB", never broken over
// two lines.
func (l *Locale) Size(bytes int64) string {
	return strings.ReplaceAll(l.size(float64(bytes)), " ", "\u00a0")
}

func (l *Locale) size(x float64) string {
	switch {
	case x < 1e3:
		return l.T("size.kb", "n", l.Number(1))
	case x < 1e6:
		return l.T("size.kb", "n", l.Decimal(math.Round(x/1e3)))
	case x < 1e9:
		return l.T("size.mb", "n", l.Decimal(x/1e6))
	default:
		return l.T("size.gb", "n", l.Decimal(x/1e9))
	}
}

// Duration is a length of time, rounded to what one would say: "3 minutes", "40 seconds", "1 hour 5 minutes".
func (l *Locale) Duration(seconds float64) string {
	s := int(math.Round(seconds))
	if s < 60 {
		return l.N("time.seconds", s)
	}
	m := int(math.Round(seconds / 60))
	if m < 60 {
		return l.N("time.minutes", m)
	}
	if m%60 == 0 {
		return l.N("time.hours", m/60)
	}
	between := " "
	if b := base(l.tag); b == "zh" || b == "ja" { // these are written without spaces
		between = ""
	}
	return l.N("time.hours", m/60) + between + l.N("time.minutes", m%60)
}

// Clock is a place in a recording: "1:07".
func (l *Locale) Clock(seconds float64) string {
	s := int(seconds)
	text := strconv.Itoa(s/60) + ":" + two(s%60)
	if s >= 3600 {
		text = strconv.Itoa(s/3600) + ":" + two(s/60%60) + ":" + two(s%60)
	}
	return l.Digits(text)
}

func two(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}
