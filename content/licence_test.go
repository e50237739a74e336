package content

import "testing"

func TestLicenceIsRecognisedAsPeopleWriteIt(t *testing.T) {
	for statement, want := range map[string]string{
		"http://creativecommons.org/licenses/by-sa/3.0/":                                   "CC-BY-SA-3.0",
		"This work is shared using the Attribution-ShareAlike 3.0 Unported (CC BY-SA 3.0)": "CC-BY-SA-3.0",
		"Creative Commons Attribution (CC BY 4.0 text; images CC-BY-3.0)":                  "CC-BY-4.0",
		"Creative Commons Attribution-NonCommercial-ShareAlike 4.0 International License":  "CC-BY-NC-SA-4.0",
		"Creative Commons Attribution 4.0":                                                 "CC-BY-4.0",
		"https://creativecommons.org/publicdomain/zero/1.0/":                               "CC0-1.0",
		"GNU Free Documentation License, Version 1.2":                                      "GFDL-1.2-only",
		"GNU Free Documentation License, Version 1.3 or any later version":                 "GFDL-1.3-or-later",
		"CC-BY-ND-4.0":              "CC-BY-ND-4.0",
		"MIT":                       "MIT",
		"GPL v2 or later":           "GPL-2.0-or-later",
		"All rights reserved":       "",
		"Public domain in the USA.": "",
		"Creative Commons":          "",
		"© 2004 by a person":        "",
		"Commitment, MIT trained":   "",
	} {
		if got := LicenceOf(statement); got != want {
			t.Errorf("%q: got %q, want %q", statement, got, want)
		}
	}
}
