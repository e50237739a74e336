package marking

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
)

func TestFormulasAreComparedByTheirValue(t *testing.T) {
	for _, c := range []struct {
		key, given string
		want       bool
	}{
		{"y=10/7x", "y = 10x/7", true},
		{"y=10/7x", "7y=10x", true},
		{"y=10/7x", "y=10/(7x)", false},
		{`y=\frac{10}{7}x`, "10/7*x = y", true},
		{"3(x+2)", "3x+6", true},
		{"3(x+2)", "6 + x·3", true},
		{"3(x+2)", "3x+2", false},
		{"x^2-9", "(x-3)(x+3)", true},
		{"x^{2}", "x*x", true},
		{"x^2", "2x", false},
		{"-x^2", "(-x)^2", false},
		{"2^{x+1}", "2*2^x", true},
		{`6\sqrt{2}`, "sqrt(72)", true},
		{`6\sqrt{2}`, "8.485", false},
		{`\sqrt[3]{8}`, "2", true},
		{`2\pi r`, "pi*2r", true},
		{`2\pi r`, "6.2831853r", false},
		{`\sin^2 x+\cos^2 x`, "1", true},
		{`\sin\left(2x\right)`, "2sin x cos x", true},
		{`\log_{2}\left(8\right)`, "3", true},
		{`\ln(x^2)`, "2ln(x)", true},
		{"f(x)=2x", "f(x) = x+x", true},
		{"f(x)", "fx", false},
		{"x<3", "3>x", true},
		{"x<3", "-x>-3", true},
		{"x<3", "x>3", false},
		{"x<3", "-x<-3", false},
		{"x≤3", `x\le 3`, true},
		{"x≤3", "x<3", false},
		{"2x+3=7", "2x=4", true},
		{"x=4", "4", false},
		{"v_0t", `tv_{0}`, true},
		{"A", "a", true},
		{"Aa", "a^2", false},
		{"|x-2|", "|2-x|", true},
		{"|x|y|", "|x|y||", false},
		{"0.5x", "x/2", true},
		{"0.5x", "½x", true},
		{"0,5x", "٠٫٥x", true},
		{"4x", "४x", true},
		{"1/(x-1)", "-1/(1-x)", true},
		{"x/x", "1", true},
	} {
		got, err := FormulaKey{Formula: c.key, Functions: []string{"f", "g"}}.Meets(c.given)
		if got != c.want && !(err != nil && !c.want) {
			t.Errorf("%s given for %s: %v, %v; want %v", c.given, c.key, got, err, c.want)
		}
	}
}

func TestAFormulaNotWrittenAsAskedForIsAskedForAgain(t *testing.T) {
	for _, c := range []struct {
		key, given       string
		same, simplified bool
		again            bool
	}{
		{key: "(x+1)(x-2)", given: "(x-2)(1+x)", same: true},
		{key: "(x+1)(x-2)", given: "x^2-x-2", same: true, again: true},
		{key: "3x+6", given: "6+3x", simplified: true},
		{key: "3x+6", given: "3(x+2)", simplified: true, again: true},
		{key: "3x+6", given: "x+2x+6", simplified: true, again: true},
		{key: "3x+6", given: "x·3+2·3", simplified: true, again: true},
		{key: "x/2", given: "1/2x", simplified: true},
		{key: "x/2", given: "2/4x", simplified: true, again: true},
		{key: "(x+1)/2", given: "x/2+1/2", simplified: true},
		{key: "3(x+2)", given: "3(x+2)", simplified: true},
		{key: "y=2x+1", given: "1+2x=y", same: true},
		{key: "0", given: "0", simplified: true},
	} {
		got, err := FormulaKey{Formula: c.key, SameForm: c.same, Simplified: c.simplified}.Meets(c.given)
		if errors.Is(err, ErrOtherForm) != c.again || got == c.again {
			t.Errorf("%s given for %s: %v, %v", c.given, c.key, got, err)
		}
	}
}

func TestWhatIsNoFormulaIsRefused(t *testing.T) {
	for _, s := range []string{"", "x+", "(x", "x)", "=", "x=", "a=b=c", `\foo{x}`, "1.2.3", "\\", "{", "|", "x^", `\frac{1}`, `\sqrt`, "sin", "☃", strings.Repeat("(", 5000), strings.Repeat("-", 900), strings.Repeat("sin ", 200)} {
		if _, err := (FormulaKey{Formula: "x"}).Meets(s); err == nil || !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("%.20q: %v, want fs.ErrInvalid", s, err)
		}
	}
	if err := (FormulaKey{Formula: "1/(x-x)"}).Check(); !errors.Is(err, fs.ErrInvalid) {
		t.Errorf("a key that has no value: %v", err)
	}
}

func FuzzFormula(f *testing.F) {
	for _, s := range []string{"y=10/7x", `\sqrt[3]{x^{2}}`, "|x|+sin^2(x)", "((x+1)^9)^9", "x^40(y+z)^40"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, key, given string) {
		k := FormulaKey{Formula: key, SameForm: true, Simplified: true, Functions: []string{"f"}}
		if k.Check() != nil {
			return
		}
		if ok, err := k.Meets(key); !ok {
			t.Errorf("%q does not meet itself: %v", key, err)
		}
		k.Meets(given)
	})
}
