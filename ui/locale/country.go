package locale

import (
	"strings"

	"golang.org/x/text/language"
)

// A Country is one of the world's, in its own words and script. Code is of ISO 3166-1, two letters.
type Country struct{ Code, Name string }

// Countries lists them by code.
func Countries() []Country {
	lines := strings.Split(countries, "\n")
	out := make([]Country, len(lines))
	for i, line := range lines {
		out[i].Code, out[i].Name, _ = strings.Cut(line, " ")
	}
	return out
}

// IsCountry reports whether a code is one of Countries.
func IsCountry(code string) bool {
	return len(code) == 2 && strings.Contains("\n"+countries+"\n", "\n"+code+" ")
}

// CountryOf is where a phone seems to be, by the languages it asks for (an Accept-Language header): as they say, or where
// most who speak the first of them live. "" unknown: plain English is what phones are sold with.
func CountryOf(accept string) string {
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil || len(tags) == 0 {
		return ""
	}
	region, sure := tags[0].Region()
	base, _ := tags[0].Base()
	if code := region.String(); IsCountry(code) && (sure == language.Exact || base.String() != "en") {
		return code
	}
	return ""
}

// countries are the members of the United Nations and a few places beside them, as they call themselves: where there are
// several official languages, the one that most schools of the place write.
const countries = `AD Andorra
AE الإمارات العربية المتحدة
AF افغانستان
AG Antigua and Barbuda
AL Shqipëri
AM Հայաստան
AO Angola
AR Argentina
AT Österreich
AU Australia
AZ Azərbaycan
BA Bosna i Hercegovina
BB Barbados
BD বাংলাদেশ
BE België · Belgique
BF Burkina Faso
BG България
BH البحرين
BI Burundi
BJ Bénin
BN Brunei
BO Bolivia
BR Brasil
BS Bahamas
BT འབྲུག
BW Botswana
BY Беларусь
BZ Belize
CA Canada
CD Congo (Kinshasa)
CF République centrafricaine
CG Congo (Brazzaville)
CH Schweiz · Suisse
CI Côte d’Ivoire
CL Chile
CM Cameroun · Cameroon
CN 中国
CO Colombia
CR Costa Rica
CU Cuba
CV Cabo Verde
CY Κύπρος
CZ Česko
DE Deutschland
DJ Djibouti · جيبوتي
DK Danmark
DM Dominica
DO República Dominicana
DZ الجزائر
EC Ecuador
EE Eesti
EG مصر
EH الصحراء الغربية
ER ኤርትራ
ES España
ET ኢትዮጵያ
FI Suomi
FJ Fiji
FM Micronesia
FR France
GA Gabon
GB United Kingdom
GD Grenada
GE საქართველო
GH Ghana
GM Gambia
GN Guinée
GQ Guinea Ecuatorial
GR Ελλάδα
GT Guatemala
GW Guiné-Bissau
GY Guyana
HK 香港
HN Honduras
HR Hrvatska
HT Haïti
HU Magyarország
ID Indonesia
IE Ireland
IL ישראל
IN भारत · India
IQ العراق
IR ایران
IS Ísland
IT Italia
JM Jamaica
JO الأردن
JP 日本
KE Kenya
KG Кыргызстан
KH កម្ពុជា
KI Kiribati
KM Comores · جزر القمر
KN Saint Kitts and Nevis
KP 조선
KR 대한민국
KW الكويت
KZ Қазақстан
LA ລາວ
LB لبنان
LC Saint Lucia
LI Liechtenstein
` + "LK ශ්\u200dරී ලංකාව\n" + `LR Liberia
LS Lesotho
LT Lietuva
LU Luxembourg
LV Latvija
LY ليبيا
MA المغرب
MC Monaco
MD Moldova
ME Crna Gora
MG Madagasikara
MH Marshall Islands
MK Северна Македонија
ML Mali
MM မြန်မာ
MN Монгол
MR موريتانيا
MT Malta
MU Mauritius
MV ދިވެހިރާއްޖެ
MW Malawi
MX México
MY Malaysia
MZ Moçambique
NA Namibia
NE Niger
NG Nigeria
NI Nicaragua
NL Nederland
NO Norge
NP नेपाल
NR Nauru
NZ New Zealand
OM عُمان
PA Panamá
PE Perú
PG Papua New Guinea
PH Pilipinas
PK پاکستان
PL Polska
PR Puerto Rico
PS فلسطين
PT Portugal
PW Palau
PY Paraguay
QA قطر
RO România
RS Србија
RU Россия
RW Rwanda
SA السعودية
SB Solomon Islands
SC Seychelles
SD السودان
SE Sverige
SG Singapore
SI Slovenija
SK Slovensko
SL Sierra Leone
SM San Marino
SN Sénégal
SO Soomaaliya
SR Suriname
SS South Sudan
ST São Tomé e Príncipe
SV El Salvador
SY سوريا
SZ Eswatini
TD Tchad · تشاد
TG Togo
TH ไทย
TJ Тоҷикистон
TL Timor-Leste
TM Türkmenistan
TN تونس
TO Tonga
TR Türkiye
TT Trinidad and Tobago
TV Tuvalu
TW 台灣
TZ Tanzania
UA Україна
UG Uganda
US United States
UY Uruguay
UZ Oʻzbekiston
VA Vaticano
VC Saint Vincent and the Grenadines
VE Venezuela
VN Việt Nam
VU Vanuatu
WS Samoa
XK Kosova · Косово
YE اليمن
ZA South Africa
ZM Zambia
ZW Zimbabwe`
