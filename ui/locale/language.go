package locale

import "strings"

// Dir is the direction a language is written in: "rtl" or "ltr". A script in the tag decides ("ks-Deva", "az-Arab").
func Dir(tag string) string {
	parts := strings.Split(strings.ReplaceAll(tag, "_", "-"), "-")
	for _, p := range parts[1:] {
		if len(p) != 4 {
			continue
		}
		switch strings.ToLower(p) {
		case "arab", "hebr", "thaa", "syrc", "nkoo", "adlm", "rohg":
			return "rtl"
		}
		return "ltr"
	}
	first := strings.ToLower(parts[0])
	if short, ok := threeToTwo[first]; ok {
		first = short
	}
	switch first {
	case "ar", "arz", "ary", "apc", "ckb", "dv", "fa", "he", "iw", "ks", "nqo", "ps", "prs", "sd", "ug", "ur", "yi", "pnb", "mzn", "azb", "syr", "bal":
		return "rtl"
	}
	return "ltr"
}

// Name is a language in its own words and script: "Kiswahili". "mul" and unknown tags have none of their own: ui says
// "several languages" for "mul"; any other comes back as it is.
func Name(tag string) string {
	tag = strings.ReplaceAll(tag, "_", "-")
	if name, ok := names[tag]; ok {
		return name
	}
	if short, ok := threeToTwo[base(tag)]; ok {
		return names[short]
	}
	if name, ok := names[base(tag)]; ok {
		return name
	}
	return tag
}

// names are languages in their own words, the many that content has.
var names = map[string]string{
	"aa": "Qafar af", "af": "Afrikaans", "ak": "Akan", "am": "አማርኛ", "ar": "العربية", "ary": "الدارجة", "arz": "مصرى", "as": "অসমীয়া", "ay": "Aymar aru", "az": "Azərbaycanca",
	"bg": "Български", "bho": "भोजपुरी", "bm": "Bamanankan", "bn": "বাংলা", "bo": "བོད་ཡིག", "bs": "Bosanski", "ca": "Català", "ceb": "Cebuano", "ckb": "کوردی", "cs": "Čeština", "cy": "Cymraeg",
	"da": "Dansk", "de": "Deutsch", "din": "Thuɔŋjäŋ", "dv": "ދިވެހި", "dz": "རྫོང་ཁ", "ee": "Eʋegbe", "el": "Ελληνικά", "en": "English", "eo": "Esperanto", "es": "Español", "et": "Eesti", "eu": "Euskara",
	"fa": "فارسی", "ff": "Fulfulde", "fi": "Suomi", "fil": "Filipino", "fj": "Na Vosa Vakaviti", "fo": "Føroyskt", "fr": "Français", "ga": "Gaeilge", "gd": "Gàidhlig", "gl": "Galego", "gn": "Avañeʼẽ", "gu": "ગુજરાતી",
	"ha": "Hausa", "haw": "ʻŌlelo Hawaiʻi", "he": "עברית", "hi": "हिन्दी", "hr": "Hrvatski", "ht": "Kreyòl ayisyen", "hu": "Magyar", "hy": "Հայերեն", "id": "Bahasa Indonesia", "ig": "Igbo", "is": "Íslenska", "it": "Italiano", "iu": "ᐃᓄᒃᑎᑐᑦ",
	"ja": "日本語", "jv": "Basa Jawa", "ka": "ქართული", "kam": "Kĩkamba", "kg": "Kikongo", "ki": "Gĩkũyũ", "kk": "Қазақша", "km": "ខ្មែរ", "kn": "ಕನ್ನಡ", "ko": "한국어", "kr": "Kanuri", "ks": "کٲشُر", "ku": "Kurdî", "ky": "Кыргызча",
	"la": "Latina", "lg": "Luganda", "ln": "Lingála", "lo": "ລາວ", "lt": "Lietuvių", "luo": "Dholuo", "lv": "Latviešu", "mai": "मैथिली", "men": "Mɛnde", "mg": "Malagasy", "mi": "Māori", "mk": "Македонски", "ml": "മലയാളം", "mn": "Монгол", "mr": "मराठी", "ms": "Bahasa Melayu", "mt": "Malti", "my": "မြန်မာဘာသာ",
	"nb": "Norsk bokmål", "nd": "isiNdebele", "ne": "नेपाली", "nl": "Nederlands", "nn": "Norsk nynorsk", "no": "Norsk", "nqo": "ߒߞߏ", "nso": "Sepedi", "nus": "Thok Nath", "ny": "Chichewa", "nyn": "Runyankole",
	"om": "Afaan Oromoo", "or": "ଓଡ଼ିଆ", "pa": "ਪੰਜਾਬੀ", "pap": "Papiamentu", "pl": "Polski", "pnb": "پنجابی", "prs": "دری", "ps": "پښتو", "pt": "Português", "pt-BR": "Português (Brasil)", "qu": "Runa Simi",
	"rn": "Ikirundi", "ro": "Română", "ru": "Русский", "rw": "Ikinyarwanda", "sa": "संस्कृतम्", "sat": "ᱥᱟᱱᱛᱟᱲᱤ", "sd": "سنڌي", "sg": "Sängö", "si": "සිංහල", "sk": "Slovenčina", "sl": "Slovenščina", "sm": "Gagana Sāmoa", "sn": "chiShona", "so": "Soomaali", "sq": "Shqip", "sr": "Српски", "ss": "siSwati", "st": "Sesotho", "su": "Basa Sunda", "sv": "Svenska", "sw": "Kiswahili",
	"ta": "தமிழ்", "te": "తెలుగు", "tet": "Tetun", "tg": "Тоҷикӣ", "th": "ไทย", "ti": "ትግርኛ", "tk": "Türkmençe", "tl": "Tagalog", "tn": "Setswana", "to": "lea faka-Tonga", "tpi": "Tok Pisin", "tr": "Türkçe", "ts": "Xitsonga", "tt": "Татарча", "tw": "Twi",
	"ug": "ئۇيغۇرچە", "uk": "Українська", "umb": "Umbundu", "ur": "اردو", "uz": "Oʻzbekcha", "ve": "Tshivenḓa", "vi": "Tiếng Việt", "war": "Winaray", "wo": "Wolof", "xh": "isiXhosa", "yi": "ייִדיש", "yo": "Yorùbá", "zh": "中文", "zh-Hans": "简体中文", "zh-Hant": "繁體中文", "zu": "isiZulu",
}

// threeToTwo are ISO 639-3 codes that ZIM files use for languages with a two-letter one.
var threeToTwo = map[string]string{
	"afr": "af", "aka": "ak", "amh": "am", "ara": "ar", "asm": "as", "aze": "az", "bam": "bm", "ben": "bn", "bod": "bo", "bul": "bg", "cat": "ca", "ces": "cs", "cym": "cy", "dan": "da", "deu": "de", "div": "dv", "dzo": "dz",
	"ell": "el", "eng": "en", "epo": "eo", "est": "et", "eus": "eu", "ewe": "ee", "fas": "fa", "fin": "fi", "fra": "fr", "ful": "ff", "gle": "ga", "glg": "gl", "guj": "gu", "hat": "ht", "hau": "ha", "heb": "he", "hin": "hi", "hrv": "hr", "hun": "hu", "hye": "hy", "ibo": "ig", "ind": "id", "isl": "is", "ita": "it",
	"jav": "jv", "jpn": "ja", "kan": "kn", "kat": "ka", "kaz": "kk", "khm": "km", "kik": "ki", "kin": "rw", "kir": "ky", "kor": "ko", "kur": "ku", "lao": "lo", "lat": "la", "lav": "lv", "lin": "ln", "lit": "lt", "lug": "lg", "mal": "ml", "mar": "mr", "mkd": "mk", "mlg": "mg", "mlt": "mt", "mon": "mn", "mri": "mi", "msa": "ms", "mya": "my",
	"nep": "ne", "nld": "nl", "nor": "no", "nya": "ny", "ori": "or", "orm": "om", "pan": "pa", "pol": "pl", "por": "pt", "pus": "ps", "que": "qu", "ron": "ro", "run": "rn", "rus": "ru", "san": "sa", "sin": "si", "slk": "sk", "slv": "sl", "sna": "sn", "snd": "sd", "som": "so", "sot": "st", "spa": "es", "sqi": "sq", "srp": "sr", "ssw": "ss", "sun": "su", "swa": "sw", "swe": "sv",
	"tam": "ta", "tel": "te", "tgk": "tg", "tha": "th", "tir": "ti", "tsn": "tn", "tso": "ts", "tuk": "tk", "tur": "tr", "uig": "ug", "ukr": "uk", "urd": "ur", "uzb": "uz", "ven": "ve", "vie": "vi", "wol": "wo", "xho": "xh", "yor": "yo", "zho": "zh", "zul": "zu",
}
