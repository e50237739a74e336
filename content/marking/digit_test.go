package marking

import "testing"

func TestDigitsOfEveryScriptAreRead(t *testing.T) {
	for given, want := range map[string]string{
		"0123456789": "0123456789", "٠١٢٣٤٥٦٧٨٩": "0123456789", "۰۱۲۳۴۵۶۷۸۹": "0123456789", "०१२३४५६७८९": "0123456789",
		"০১২৩৪৫৬৭৮৯": "0123456789", "０１２３４５６７８９": "0123456789", "07:30 ½ ९/": "07:30 ½ 9/", "": "",
		"𝟎𝟗𝟘𝟡𝟢𝟫𝟬𝟵𝟶𝟿": "0909090909", // five rows without a gap
	} {
		if got := Digits(given); got != want {
			t.Errorf("%q is read as %q, want %q", given, got, want)
		}
	}
}
