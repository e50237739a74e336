package charset

import "testing"

func TestDocumentsAreReadInTheEncodingTheyState(t *testing.T) {
	for in, want := range map[string]string{
		"plain é":            "plain é",
		"\xef\xbb\xbfmarked": "marked",
		"\xff\xfeh\x00i\x00": "hi",
		"\x00<\x00p\x00>":    "<p>",
		"latin \xe9":         "latin é",
		`<?xml version="1.0" encoding="windows-1251"?><p>` + "\xcc\xe8\xf0":                 `<?xml version="1.0" encoding="windows-1251"?><p>Мир`,
		`<head><meta charset=windows-1256>` + "\xe3\xca":                                    `<head><meta charset=windows-1256>مت`,
		`<meta http-equiv="Content-Type" content="text/html; charset=ISO-8859-2">` + "\xb3": `<meta http-equiv="Content-Type" content="text/html; charset=ISO-8859-2">ł`,
		`<meta charset="utf-8">` + "\xe9":                                                   `<meta charset="utf-8">é`,
		`<meta charset="utf-16le">plain`:                                                    `<meta charset="utf-16le">plain`,
		`<meta name="x" content="charset"> <META CHARSET='koi8-r'>` + "\xcd":                `<meta name="x" content="charset"> <META CHARSET='koi8-r'>м`,
	} {
		if got := Decode([]byte(in)); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
