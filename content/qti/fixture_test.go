package qti

import (
	"archive/zip"
	"bytes"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/content/marking"
	"lamplight/content/xmltree"
)

// item is an assessmentItem of QTI 2.1 with one response, written short: attributes of the response, what is declared in it,
// the body, the response processing and what follows it.
func item(response, declared, body, processing string) string {
	return `<?xml version="1.0"?><assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="i1" title="T" adaptive="false" timeDependent="false" xml:lang="en">` +
		`<responseDeclaration identifier="RESPONSE" ` + response + `>` + declared + `</responseDeclaration>` +
		`<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/><outcomeDeclaration identifier="FEEDBACK" cardinality="multiple" baseType="identifier"/>` +
		`<itemBody>` + body + `</itemBody>` + processing + `</assessmentItem>`
}

func correct(values ...string) string {
	return `<correctResponse><value>` + strings.Join(values, `</value><value>`) + `</value></correctResponse>`
}

const (
	matchCorrect = `<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"/>`
	mapResponse  = `<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/map_response"/>`
)

// asThree writes an item of QTI 2.1 in the words of QTI 3.
func asThree(doc string) string {
	html := map[string]bool{"p": true, "img": true, "b": true, "i": true, "div": true, "math": true, "mfrac": true, "mn": true, "mi": true, "mo": true, "br": true, "audio": true, "object": true, "table": true, "tr": true, "td": true, "mrow": true, "msup": true}
	kebab := func(s string) string {
		return strings.ToLower(regexp.MustCompile(`([a-z])([A-Z])`).ReplaceAllString(s, "$1-$2"))
	}
	doc = regexp.MustCompile(`(</?)([A-Za-z]+)((?:\s+[A-Za-z:]+="[^"]*")*)`).ReplaceAllStringFunc(doc, func(tag string) string {
		m := regexp.MustCompile(`(</?)([A-Za-z]+)((?:.|\s)*)`).FindStringSubmatch(tag)
		if html[m[2]] || strings.Contains(tag, "<?") {
			return tag
		}
		attrs := regexp.MustCompile(`([A-Za-z:]+)=`).ReplaceAllStringFunc(m[3], kebab)
		return m[1] + "qti-" + kebab(m[2]) + attrs
	})
	doc = strings.ReplaceAll(doc, "imsqti_v2p1", "imsqtiasi_v3p0")
	return regexp.MustCompile(`rptemplates/(\w+)"`).ReplaceAllString(doc, `rptemplates/$1.xml"`)
}

// read reads one item, with the files of a package beside it.
func read(t *testing.T, doc string, files ...string) (content.Item, *content.LeftOut) {
	t.Helper()
	d, err := xmltree.Parse([]byte(doc))
	if err != nil {
		t.Fatalf("%v\n%s", err, doc)
	}
	canonical(d.Node)
	p := &bundle{src: &source{used: map[string]bool{}, left: maxTotal}, langs: map[string]int{}}
	if len(files) > 0 {
		b := zipOf(t, files...)
		x, err := openZipped(b)
		if err != nil {
			t.Fatal(err)
		}
		p.src.zip = x
	}
	if d.Name == "questestinterop" {
		for n := range d.All("item") {
			return readItemV1(p.src, n, "items/i.xml", "i1")
		}
	}
	return readItem(p.src, d.Node, "items/i.xml", "i1", nil)
}

// zipOf makes a zip of names and contents in turn.
func zipOf(t testing.TB, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, err := z.Create(files[i])
		if err == nil {
			_, err = w.Write([]byte(files[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// post fills in a variant as somebody does who reads it: texts, not keys. Parts are set off by "; ", a left or gap from what
// belongs to it by " = ".
func post(t *testing.T, v marking.Variant, said string) url.Values {
	t.Helper()
	r := url.Values{}
	it := v.Item
	key := func(options []content.Option, text string) string {
		i := slices.IndexFunc(options, func(o content.Option) bool { return o.Text == text })
		if i < 0 {
			t.Fatalf("there is no %q among %+v", text, options)
		}
		return options[i].Key
	}
	for i, part := range strings.Split(said, "; ") {
		left, right, _ := strings.Cut(part, " = ")
		switch it.Type {
		case content.Choice, content.Many, content.HotText:
			r.Add("r", key(it.Options, part))
		case content.Text, content.Number:
			r.Set("r", part)
		case content.Cloze, content.InlineChoice:
			if g := it.Gaps[i]; len(g.Options) > 0 && part != "" {
				part = key(g.Options, part)
			}
			r.Set("r"+strconv.Itoa(i+1), part)
		case content.Order:
			r.Set("r."+key(it.Options, part), strconv.Itoa(i+1))
		case content.Match:
			at := slices.IndexFunc(it.Pairs, func(p content.Pair) bool { return p.Left == left })
			r.Set("r."+strconv.Itoa(at), key(it.Options, right))
		case content.Categorise:
			r.Set("r."+key(it.Options, left), strconv.Itoa(slices.Index(it.Categories, right)))
		}
	}
	return r
}

// worth marks one response of an item as drawn with a seed.
func worth(t *testing.T, it content.Item, seed uint64, said string) marking.Result {
	t.Helper()
	v, err := marking.Draw(it, seed)
	if err != nil {
		t.Fatal(err)
	}
	r, err := marking.Mark(v, post(t, v, said))
	if err != nil {
		t.Fatalf("%q: %v", said, err)
	}
	return r
}
