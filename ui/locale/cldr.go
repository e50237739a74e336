package locale

// facts are what CLDR says of how a language writes numbers (common/main/*.xml, release 44: numbers/symbols,
// minimumGroupingDigits, decimalFormats and the default and native numbering systems of supplemental data).
type facts struct {
	digits string // default numbering system, "" latn
	native string // the language's own digits where they are not the default, "" none that we write
	point  string // before the decimals, with Latin digits
	group  string // between thousands, with Latin digits
	least  int    // fewest digits before the first separator for one to be written; 0 is 1
	lakh   bool   // groups of two after the first of three: 12,34,567
}

// cldr are the facts of the languages that pages speak and their neighbours. French has a narrow space between thousands;
// old phones have no sign for that one, so it is written with the wider no-break space, as CLDR had it until release 33.
var cldr = map[string]facts{
	"en":  {point: ".", group: ","},
	"fr":  {point: ",", group: "\u00a0"},
	"es":  {point: ",", group: ".", least: 2},
	"pt":  {point: ",", group: "."},
	"ar":  {digits: "arab", point: ".", group: ","},
	"sw":  {point: ".", group: ","},
	"ha":  {point: ".", group: ","},
	"hi":  {native: "deva", point: ".", group: ",", lakh: true},
	"bn":  {digits: "beng", point: ".", group: ",", lakh: true},
	"ur":  {native: "arabext", point: ".", group: ","},
	"am":  {point: ".", group: ","},
	"zh":  {point: ".", group: ","},
	"ckb": {digits: "arab", point: ".", group: ","},
	"sd":  {digits: "arab", point: ".", group: ","},
	"fa":  {digits: "arabext", point: ".", group: ","},
	"ps":  {digits: "arabext", point: ",", group: "."},
	"ks":  {digits: "arabext", point: ".", group: ","},
	"mr":  {digits: "deva", point: ".", group: ",", lakh: true},
	"ne":  {digits: "deva", point: ".", group: ",", lakh: true},
	"sa":  {digits: "deva", point: ".", group: ",", lakh: true},
	"bho": {digits: "deva", point: ".", group: ",", lakh: true},
	"mai": {digits: "deva", point: ".", group: ",", lakh: true},
	"as":  {digits: "beng", point: ".", group: ",", lakh: true},
	"my":  {digits: "mymr", point: ".", group: ","},
	"dz":  {digits: "tibt", point: ".", group: ",", lakh: true},
	"sat": {digits: "olck", point: ".", group: ","},
	"gu":  {native: "gujr", point: ".", group: ",", lakh: true},
	"pa":  {native: "guru", point: ".", group: ",", lakh: true},
	"or":  {native: "orya", point: ".", group: ",", lakh: true},
	"ta":  {native: "tamldec", point: ".", group: ",", lakh: true},
	"te":  {native: "telu", point: ".", group: ",", lakh: true},
	"km":  {native: "khmr", point: ",", group: "."},
	"ff":  {native: "adlm", point: ",", group: "\u00a0"},
	"nqo": {digits: "nkoo", point: ".", group: "،"},
	"so":  {point: ".", group: ","},
	"rw":  {point: ",", group: "."},
	"om":  {point: ".", group: ","},
	"ti":  {point: ".", group: ","},
	"yo":  {point: ".", group: ","},
	"ig":  {point: ".", group: ","},
	"wo":  {point: ",", group: "."},
	"mg":  {point: ".", group: ","},
	"ln":  {point: ",", group: "."},
	"zu":  {point: ".", group: ","},
	"id":  {point: ",", group: "."},
	"vi":  {point: ",", group: "."},
}

// digitsOf is the numbering system a language writes by default.
func digitsOf(tag string) string {
	if d := cldr[base(tag)].digits; d != "" {
		return d
	}
	return "latn"
}

// NumberSystems are the digits worth offering to a reader of a language: the usual 0 to 9 and the language's own, if it has any.
func NumberSystems(tag string) []string {
	f := cldr[base(tag)]
	for _, own := range []string{f.digits, f.native} {
		if own != "" {
			return []string{"latn", own}
		}
	}
	return []string{"latn"}
}

// IsNumberSystem says whether there are such digits here: "latn", "arab", "deva" ….
func IsNumberSystem(name string) bool { return zeros[name] != 0 }

// Point is what stands before decimals in the digits l writes.
func (l *Locale) Point() string {
	point, _ := l.separators()
	return point
}

// separators are what stands before decimals and between thousands, in the digits l writes.
func (l *Locale) separators() (point, group string) {
	if l.digits == "arab" || l.digits == "arabext" {
		return "٫", "٬"
	}
	f, ok := cldr[base(l.tag)]
	if !ok {
		f = cldr[English]
	}
	return f.point, f.group
}

// grouped puts the language's separators into a whole number written with the digits 0 to 9, with or without a minus.
func (l *Locale) grouped(s string) string {
	sign := ""
	if s != "" && s[0] == '-' {
		sign, s = "-", s[1:]
	}
	f := cldr[base(l.tag)]
	if len(s) < 3+max(f.least, 1) {
		return sign + s
	}
	_, group := l.separators()
	step, rest, out := 3, s, ""
	for len(rest) > step {
		out = group + rest[len(rest)-step:] + out
		rest = rest[:len(rest)-step]
		if f.lakh {
			step = 2
		}
	}
	return sign + rest + out
}
