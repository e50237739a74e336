package roster

import (
	"testing"

	"lamplight/server/report"
)

func TestANameIsNoFormulaAndComesBackAsItWas(t *testing.T) {
	for name, want := range map[string]string{
		"Amina": "Amina", "=1+1": "'=1+1", "+254 700": "'+254 700", "-x": "'-x", "@a": "'@a", "＝a": "'＝a", "'=a": "''=a",
		"'t Hooft": "'t Hooft", "": "", "'": "'", "a=b": "a=b",
	} {
		got := report.Defused(name)
		if got != want {
			t.Errorf("%q is written %q, want %q", name, got, want)
		}
		if back := report.Fused(got); back != name {
			t.Errorf("%q comes back as %q", name, back)
		}
	}
}
