package learning

import "strings"

// Usual is what schools of a country mostly keep: the offset from UTC, in minutes, without summer time, of where most
// people live; the days with school; the day a week begins with; and the calendar. Of a country not known it is UTC, Monday
// to Friday, and Gregorian. Each is a first answer, which a school changes when it is wrong.
func Usual(country string) (zone int, days string, first int, calendar string) {
	for _, z := range usualZones {
		if has(z.countries, country) {
			zone = z.minutes
		}
	}
	days, first = "12345", 1
	switch {
	case has(fridaySaturday, country):
		days = "12347"
	case has(fridayOnly, country):
		days = "123467"
	case has(sundayOnly, country):
		days = "123456"
	case country == "NP": // Saturday alone
		days = "123457"
	}
	switch {
	case country == "MV":
		first = 5
	case has(fromSaturday, country):
		first = 6
	case has(fromSunday, country):
		first = 0
	}
	switch country {
	case "ET":
		calendar = "ethiopic"
	case "AF", "IR":
		calendar = "persian"
	}
	return zone, days, first, calendar
}

func has(list, country string) bool {
	return len(country) == 2 && strings.Contains(" "+list+" ", " "+country+" ")
}

// Weekends and first days are after the weekData of CLDR 44, but for Bangladesh, Palestine, the Maldives, Somalia and
// Djibouti, whose schools rest as is said here.
const (
	fridaySaturday = "BD BH DZ EG IQ JO KW LY MV OM PS QA SA SD SY YE IL"
	fridayOnly     = "AF IR SO DJ"
	sundayOnly     = "IN UG"
	fromSaturday   = "AF BH DJ DZ EG IQ IR JO KW LY OM PS QA SD SO SY"
	fromSunday     = "AG BD BR BS BT BW BZ CA CO DM DO ET GT HK HN ID IL IN JM JP KE KH KR LA MH MM MT MX MZ NI NP PA PE PH PK PR PT PY SA SG SV TH TT TW US VE WS YE ZA ZW"
)

// usualZones are after the IANA time zone database, 2025b (public domain).
var usualZones = []struct {
	minutes   int
	countries string
}{
	{-360, "BZ CR GT HN MX NI SV"},
	{-300, "BS CA CO CU EC HT JM PA PE US"},
	{-240, "AG BB BO CL DM DO GD GY KN LC PR TT VC VE"},
	{-180, "AR BR PY SR UY"},
	{-60, "CV"},
	{60, "AD AL AO AT BA BE BJ CD CF CG CH CM CZ DE DK DZ EH ES FR GA GQ HR HU IT LI LU MA MC ME MK MT NE NG NL NO PL RS SE SI SK SM TD TN VA XK"},
	{120, "BG BI BW CY EE EG FI GR IL LB LS LT LV LY MD MW MZ NA PS RO RW SD SS SZ UA ZA ZM ZW"},
	{180, "BH BY DJ ER ET IQ JO KE KM KW MG QA RU SA SO SY TR TZ UG YE"},
	{210, "IR"},
	{240, "AE AM AZ GE MU OM SC"},
	{270, "AF"},
	{300, "KZ MV PK TJ TM UZ"},
	{330, "IN LK"},
	{345, "NP"},
	{360, "BD BT KG"},
	{390, "MM"},
	{420, "ID KH LA TH VN"},
	{480, "BN CN HK MN MY PH SG TW"},
	{540, "JP KP KR PW TL"},
	{600, "AU PG"},
	{660, "FM SB VU"},
	{720, "FJ KI MH NR NZ TV"},
	{780, "TO WS"},
}
