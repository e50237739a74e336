package xmltree

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
)

func TestTreeKeepsOrderTextAndNamespaces(t *testing.T) {
	d, err := Parse([]byte(`<?xml version="1.0"?><!DOCTYPE a SYSTEM "a.dtd"><a xmlns="urn:a" xmlns:b="urn:b" xml:lang="fr"><b:c x="1">one <d/>&eacute;<![CDATA[<two>]]></b:c><c/></a>`))
	if err != nil {
		t.Fatal(err)
	}
	c := d.Child("c")
	if d.Space != "urn:a" || d.Lang() != "fr" || c.Space != "urn:b" || c.Attr("x") != "1" || c.Content() != "one é<two>" || len(d.Elements("c")) != 2 {
		t.Errorf("got %+v with %+v, text %q", d.Node, c, c.Content())
	}
	if strings.Join(d.Spaces, " ") != "urn:a urn:b" {
		t.Errorf("namespaces %q", d.Spaces)
	}
}

func TestEncodingsAreRead(t *testing.T) {
	for name, doc := range map[string]string{
		"declared latin 1":     "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>\xe9</a>",
		"byte order mark":      "\xEF\xBB\xBF<a>é</a>",
		"UTF-16":               "\xFF\xFE<\x00a\x00>\x00\xe9\x00<\x00/\x00a\x00>\x00",
		"UTF-8 that lies":      "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>é</a>",
		"UTF-16 without marks": "<\x00a\x00>\x00\xe9\x00<\x00/\x00a\x00>\x00",
	} {
		if d, err := Parse([]byte(doc)); err != nil || d.Content() != "é" {
			t.Errorf("%s: %v, %v", name, d, err)
		}
	}
}

func TestHostileDocumentsAreRefusedByName(t *testing.T) {
	for says, doc := range map[string]string{
		"declares entities": `<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;">]><a>&z;</a>`,
		"well-formed":       `<a><b></a>`,
		"nested":            strings.Repeat("<a>", 5000),
		"no element":        `<!-- only -->`,
		"elements and runs": "<a>" + strings.Repeat("<b/>", maxNodes+1) + "</a>",
		"encoding":          "<?xml version=\"1.0\" encoding=\"shift_jis\"?><a>\x82\xa0</a>",
		"bytes of XML":      "<a>" + strings.Repeat("x", MaxBytes) + "</a>",
	} {
		if _, err := Parse([]byte(doc)); !errors.Is(err, fs.ErrInvalid) || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: got %v", says, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`<a xmlns="b"><c d="e">f</c></a>`))
	f.Add([]byte("\xFF\xFE<\x00a\x00/\x00>\x00"))
	f.Fuzz(func(t *testing.T, doc []byte) {
		if d, err := Parse(doc); err == nil {
			_ = d.Content()
			for range d.All() {
			}
		} else if !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("%v has no kind", err)
		}
	})
}
