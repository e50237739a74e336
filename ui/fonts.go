package ui

import (
	"fmt"
	"io/fs"
	"strings"
	"sync"

	"github.com/a-h/templ"

	"lamplight/ui/locale"
	"lamplight/ui/view"
)

// A Face is a font for a script that old phones lack, or letters that are easier to tell apart. `make npm` fetches it;
// a box built without looks for it on the phone and shows what the phone has.
type Face struct {
	Name    string   // of its sheet: "font-deva.css"
	Family  string   // as phones call it where they have it
	Package string   // on npm
	Files   []string // of the package's folder files, woff2; each with its range of characters
	Ranges  []string
	Bold    bool     // the second file is the weight 700 of the first
	Langs   []string // whose letters these are; none: only for who asks
	Sample  string   // a letter of the script: a phone that draws it lacks nothing
}

const latin = "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215"

// Faces are the fonts there may be. Android 5 has Arabic, Devanagari, Bengali and Ethiopic, but makers of cheap phones leave
// them out; Odia, Thaana, N'Ko, Adlam, Tifinagh and Tibetan it lacks.
var Faces = []Face{
	{
		Name: "arab", Family: "Noto Naskh Arabic", Package: "noto-naskh-arabic", Files: []string{"noto-naskh-arabic-arabic-400-normal"}, Langs: []string{"ar", "ur", "fa", "ps", "sd", "ckb"}, Sample: "ع",
		Ranges: []string{"U+0600-06FF,U+0750-077F,U+0870-088E,U+0890-0891,U+0897-08E1,U+08E3-08FF,U+200C-200E,U+2010-2011,U+204F,U+2E41,U+FB50-FDFF,U+FE70-FE74,U+FE76-FEFC"},
	},
	{
		Name: "deva", Family: "Noto Sans Devanagari", Package: "noto-sans-devanagari", Files: []string{"noto-sans-devanagari-devanagari-400-normal"}, Langs: []string{"hi", "ne", "mr", "mai", "bho", "sa"}, Sample: "क",
		Ranges: []string{"U+0900-097F,U+1CD0-1CF9,U+200C-200D,U+20A8,U+20B9,U+20F0,U+25CC,U+A830-A839,U+A8E0-A8FF"},
	},
	{
		Name: "beng", Family: "Noto Sans Bengali", Package: "noto-sans-bengali", Files: []string{"noto-sans-bengali-bengali-400-normal"}, Langs: []string{"bn", "as"}, Sample: "ক",
		Ranges: []string{"U+0951-0952,U+0964-0965,U+0980-09FE,U+1CD0,U+1CD2,U+1CD5-1CD6,U+1CD8,U+1CE1,U+1CEA,U+1CED,U+1CF2,U+1CF5-1CF7,U+200C-200D,U+20B9,U+25CC"},
	},
	{
		Name: "ethi", Family: "Noto Sans Ethiopic", Package: "noto-sans-ethiopic", Files: []string{"noto-sans-ethiopic-ethiopic-400-normal"}, Langs: []string{"am", "ti"}, Sample: "አ",
		Ranges: []string{"U+1200-1399,U+2D80-2DDE,U+AB01-AB2E"},
	},
	{
		Name: "mymr", Family: "Noto Sans Myanmar", Package: "noto-sans-myanmar", Files: []string{"noto-sans-myanmar-myanmar-400-normal"}, Langs: []string{"my"}, Sample: "က",
		Ranges: []string{"U+1000-109F,U+200C-200D,U+25CC,U+A92E,U+A9E0-A9FE,U+AA60-AA7F"},
	},
	{
		Name: "khmr", Family: "Noto Sans Khmer", Package: "noto-sans-khmer", Files: []string{"noto-sans-khmer-khmer-400-normal"}, Langs: []string{"km"}, Sample: "ក",
		Ranges: []string{"U+1780-17FF,U+19E0-19FF,U+200C-200D,U+25CC"},
	},
	{
		Name: "taml", Family: "Noto Sans Tamil", Package: "noto-sans-tamil", Files: []string{"noto-sans-tamil-tamil-400-normal"}, Langs: []string{"ta"}, Sample: "க",
		Ranges: []string{"U+0964-0965,U+0B82-0BFA,U+200C-200D,U+20B9,U+25CC"},
	},
	{
		Name: "telu", Family: "Noto Sans Telugu", Package: "noto-sans-telugu", Files: []string{"noto-sans-telugu-telugu-400-normal"}, Langs: []string{"te"}, Sample: "క",
		Ranges: []string{"U+0951-0952,U+0964-0965,U+0C00-0C7F,U+1CDA,U+1CF2,U+200C-200D,U+25CC"},
	},
	{
		Name: "orya", Family: "Noto Sans Oriya", Package: "noto-sans-oriya", Files: []string{"noto-sans-oriya-oriya-400-normal"}, Langs: []string{"or"}, Sample: "କ",
		Ranges: []string{"U+0951-0952,U+0964-0965,U+0B01-0B77,U+1CDA,U+1CF2,U+200C-200D,U+20B9,U+25CC"},
	},
	{
		Name: "thaa", Family: "Noto Sans Thaana", Package: "noto-sans-thaana", Files: []string{"noto-sans-thaana-thaana-400-normal"}, Langs: []string{"dv"}, Sample: "ހ",
		Ranges: []string{"U+060C,U+061B-061C,U+061F,U+0660-066C,U+0780-07B1,U+200C-200F,U+25CC,U+FDF2,U+FDFD"},
	},
	{
		Name: "nkoo", Family: "Noto Sans NKo", Package: "noto-sans-nko", Files: []string{"noto-sans-nko-nko-400-normal"}, Langs: []string{"nqo"}, Sample: "ߒ",
		Ranges: []string{"U+060C,U+061B,U+061F,U+07C0-07FF,U+200C-200F,U+25CC,U+2E1C-2E1D,U+FD3E-FD3F"},
	},
	{
		Name: "adlm", Family: "Noto Sans Adlam", Package: "noto-sans-adlam", Files: []string{"noto-sans-adlam-adlam-400-normal"}, Langs: []string{"ff-Adlm"}, Sample: "𞤀",
		Ranges: []string{"U+061F,U+0640,U+200C-200F,U+204F,U+25CC,U+2E41,U+1E900-1E95F"},
	},
	{
		Name: "tfng", Family: "Noto Sans Tifinagh", Package: "noto-sans-tifinagh", Files: []string{"noto-sans-tifinagh-tifinagh-400-normal"}, Langs: []string{"zgh", "ber"}, Sample: "ⴰ",
		Ranges: []string{"U+0302,U+0304,U+0307,U+0309,U+0323,U+0331,U+200C-200D,U+202E,U+25CC,U+2D30-2D7F"},
	},
	{
		Name: "tibt", Family: "Noto Serif Tibetan", Package: "noto-serif-tibetan", Files: []string{"noto-serif-tibetan-tibetan-400-normal"}, Langs: []string{"bo", "dz"}, Sample: "ཀ",
		Ranges: []string{"U+0F00-0FDA,U+200C-200D,U+25CC,U+3008-300B"},
	},
	{
		Name: "nastaliq", Family: "Noto Nastaliq Urdu", Package: "noto-nastaliq-urdu", Files: []string{"noto-nastaliq-urdu-arabic-400-normal"},
		Ranges: []string{"U+0600-06FF,U+0750-077F,U+08A0-08FF,U+200C-200E,U+2010-2011,U+FB50-FDFF,U+FE70-FEFC"},
	},
	{
		Name: "clear", Family: "Atkinson Hyperlegible Next", Package: "atkinson-hyperlegible-next", Bold: true,
		Files: []string{"atkinson-hyperlegible-next-latin-400-normal", "atkinson-hyperlegible-next-latin-700-normal"}, Ranges: []string{latin, latin},
	},
}

// FontFolder is where fonts and the terms they come on lie in NPM().
const FontFolder = "fonts"

// embedded says whether the build fetched all of a face.
func (x Face) embedded() bool {
	for _, file := range x.Files {
		if _, err := fs.Stat(NPM(), FontFolder+"/"+file+".woff2"); err != nil {
			return false
		}
	}
	return true
}

// sheet is the face's own style sheet: the phone's font if it has it, else ours, and for whose letters.
func (x Face) sheet(address func(file string) string) string {
	var b strings.Builder
	for i, file := range x.Files {
		weight := ""
		if x.Bold {
			weight = []string{"font-weight:400;", "font-weight:700;"}[i]
		}
		fmt.Fprintf(&b, "@font-face{font-family:%q;%ssrc:", x.Family, weight)
		if i == 0 {
			fmt.Fprintf(&b, "local(%q),", x.Family)
		}
		fmt.Fprintf(&b, "url(%s) format(\"woff2\");font-display:swap;unicode-range:%s}\n", address(file+".woff2"), x.Ranges[i])
	}
	for i, lang := range x.Langs {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(":lang(" + lang + ")")
	}
	if len(x.Langs) > 0 {
		fmt.Fprintf(&b, "{font-family:system-ui,-apple-system,\"Segoe UI\",Roboto,%q,sans-serif}\n", x.Family)
	}
	return b.String()
}

// fontSet is every font the build fetched: sheets ready to be sent, and where each font's file lies.
type fontSet struct {
	sheets map[string]Asset  // by Face.Name
	named  map[string]Asset  // the same by the name in their address
	files  map[string]string // name in the address: path in NPM()
}

var fonts = sync.OnceValue(func() fontSet {
	set := fontSet{map[string]Asset{}, map[string]Asset{}, map[string]string{}}
	for _, x := range Faces {
		if !x.embedded() {
			continue
		}
		sheet := x.sheet(func(file string) string {
			data, _ := fs.ReadFile(NPM(), FontFolder+"/"+file) // embedded has looked
			name := hashedName(file, data)
			set.files[name] = FontFolder + "/" + file
			return StaticPath + name
		})
		a := newAsset("font-"+x.Name+".css", []byte(sheet))
		a.Bytes, a.Gzip = []byte(sheet), gzipped([]byte(sheet)) // as it is: its variables are none
		set.sheets[x.Name], set.named[a.Name] = a, a
	}
	return set
})

// FindStatic is a static file by the name in its address: of Static, or a font. A font's bytes are the caller's.
func FindStatic(name string) (Asset, bool) {
	if a, ok := Static()[name]; ok {
		return a, true
	}
	if a, ok := fonts().named[name]; ok {
		return a, true
	}
	file, ok := fonts().files[name]
	if !ok {
		return Asset{}, false
	}
	data, err := fs.ReadFile(NPM(), file)
	return Asset{Name: name, Type: "font/woff2", ETag: hashed(data), Bytes: data}, err == nil
}

// HasFont says whether the build fetched a face, by its name.
func HasFont(name string) bool {
	_, ok := fonts().sheets[name]
	return ok
}

func fontURL(name string) string {
	a, ok := fonts().sheets[name]
	if !ok {
		return ""
	}
	return StaticPath + a.Name
}

// chosenFont is the sheet of letters that the person asked for, "" none. Nastaliq is large and dresses Urdu alone.
func chosenFont(f view.Frame) string {
	switch {
	case f.Letters == "clear":
		return fontURL("clear")
	case f.Letters == "nastaliq" && strings.HasPrefix(f.Lang, "ur") && f.Data != "low":
		return fontURL("nastaliq")
	}
	return ""
}

// A lack is a script that the phone may lack: the sheet that brings it, and a letter to try.
type lack struct{ url, sample string }

// lacks are the scripts of a page. Of a person who saves data there are none: what the phone has must do.
func lacks(f view.Frame) (all []lack) {
	if f.Data == "low" {
		return nil
	}
	for _, x := range Faces {
		for _, lang := range []string{f.Lang, f.Reads} {
			if url := fontURL(x.Name); url != "" && x.speaks(lang) && (len(all) == 0 || all[len(all)-1].url != url) {
				all = append(all, lack{url, x.Sample})
			}
		}
	}
	return all
}

// fontHints are what the script reads: address, letter, address, letter …
func fontHints(f view.Frame) templ.Attributes {
	var words []string
	for _, x := range lacks(f) {
		words = append(words, x.url, x.sample)
	}
	if words == nil {
		return nil
	}
	return templ.Attributes{"data-fonts": strings.Join(words, " ")}
}

// speaks says whether a language is written with the face.
func (x Face) speaks(tag string) bool {
	for _, lang := range x.Langs {
		if tag == lang || strings.HasPrefix(tag, lang+"-") {
			return true
		}
	}
	return false
}

// FontTerms are the terms that the embedded fonts come on, each package's own file. Nothing when the build fetched none.
func FontTerms() map[string]string {
	terms := map[string]string{}
	for _, x := range Faces {
		if data, err := fs.ReadFile(NPM(), FontFolder+"/"+x.Package+".LICENSE"); err == nil && x.embedded() {
			terms[x.Family] = string(data)
		}
	}
	return terms
}

// digitsSample shows what a numbering system looks like.
func digitsSample(system string) string {
	return locale.For(locale.English).WithDigits(system).Digits("1 2 3")
}
