package imscp

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
)

const whole = `<?xml version="1.0"?>
<manifest identifier="M" version="2" xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3" xml:base="root/">
<metadata><schema>ADL SCORM</schema><schemaversion>2004 4th Edition</schemaversion>
<lom xmlns="http://ltsc.ieee.org/xsd/LOM"><general>
<identifier><entry>urn:x:1</entry></identifier><title><string language="sw">Hesabu</string></title><language>sw</language>
<description><string>Of numbers</string></description><keyword><string>one</string></keyword><keyword><string>two</string></keyword></general>
<lifeCycle><contribute><role><source>LOMv1.0</source><value>author</value></role><entity>BEGIN:VCARD
VERSION:3.0
FN:Ada Writer
END:VCARD</entity></contribute></lifeCycle>
<rights><copyrightAndOtherRestrictions><value>yes</value></copyrightAndOtherRestrictions><description><string>CC BY-SA 4.0</string></description></rights></lom></metadata>
<organizations default="B"><organization identifier="A"><title>Other</title></organization>
<organization identifier="B"><title>Way</title><item identifier="i1"><title>Part</title>
<item identifier="i2" identifierref="r1" parameters="?p=1" isvisible="false"><title>Page</title></item></item>
<item identifier="i3" identifierref="lost"><title>Lost</title></item></organization></organizations>
<resources xml:base="in/"><resource identifier="r1" type="webcontent" adlcp:scormType="sco" href="a%20b.html?x#y" xml:base="deep\">
<file href="a%20b.html"/><file href="../pic.png"/><dependency identifierref="r2"/></resource>
<resource identifier="r2" type="webcontent" href="https://example.org/x"/><resource identifier="r2" type="again"/></resources></manifest>`

func TestManifestIsReadWhole(t *testing.T) {
	m, err := Parse([]byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	meta := m.Metadata
	if m.Profile != SCORM2004 || m.Title() != "Hesabu" || meta.Description != "Of numbers" || !slices.Equal(meta.Keywords, []string{"one", "two"}) ||
		!slices.Equal(meta.Languages, []string{"sw"}) || meta.Licence().ID != "CC-BY-SA-4.0" || meta.Licence().Author != "Ada Writer" || meta.Identifier != "urn:x:1" {
		t.Errorf("profile %q, metadata %+v, licence %+v", m.Profile, meta, meta.Licence())
	}
	if len(m.Organizations) != 2 || m.Organizations[0].Identifier != "B" {
		t.Fatalf("organizations %+v", m.Organizations)
	}
	way := m.Organizations[0]
	page := way.Items[0].Items[0]
	if page.Ref != "r1" || page.Parameters != "?p=1" || !page.Hidden || page.Title != "Page" || way.Items[1].Ref != "" {
		t.Errorf("items %+v", way.Items)
	}
	r, ok := m.Resource("r1")
	if !ok || r.Href != "root/in/deep/a b.html" || r.Suffix != "?x#y" || !r.SCO || !slices.Equal(r.Files, []string{"root/in/deep/a b.html", "root/in/pic.png"}) || !slices.Equal(r.Depends, []string{"r2"}) {
		t.Errorf("resource %+v", r)
	}
	if r, _ := m.Resource("r2"); r.URL != "https://example.org/x" || r.Href != "" || len(m.Resources) != 2 {
		t.Errorf("resource %+v of %d", r, len(m.Resources))
	}
	if said := strings.Join(m.Warnings, "; "); !strings.Contains(said, `"lost"`) || !strings.Contains(said, `"r2"`) {
		t.Errorf("warnings %q", said)
	}
}

func TestProfilesAreToldApart(t *testing.T) {
	manifest := func(attrs, schema, resource string) string {
		return `<manifest ` + attrs + `><metadata>` + schema + `</metadata><organizations/><resources><resource identifier="r" type="` + resource + `" href="x.xml"/></resources></manifest>`
	}
	for doc, want := range map[string]Profile{
		manifest(`xmlns="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"`, `<schema>QTI Package</schema><schemaversion>3.0.0</schemaversion>`, "imsqti_item_xmlv3p0"): QTI,
		manifest(``, `<schema>IMS Content</schema>`, "imsqti_xmlv1p1"):                                                          QTI,
		manifest(``, `<schema>QTIv2.1 Package</schema>`, "imsqti_item_xmlv2p1"):                                                 QTI,
		manifest(`xmlns="http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"`, `<schema>IMS Content</schema>`, "imsqti_xmlv1p2"): QTI,
		manifest(``, `<schema>IMS Content</schema>`, "webcontent"):                                                              Content,
		manifest(`xmlns:a="http://www.adlnet.org/xsd/adlcp_rootv1p2"`, ``, "webcontent"):                                        SCORM12,
		manifest(``, `<schema>ADL SCORM</schema><schemaversion>1.2</schemaversion>`, "webcontent"):                              SCORM12,
		manifest(``, `<schema>ADL SCORM</schema><schemaversion>CAM 1.3</schemaversion>`, "webcontent"):                          SCORM2004,
		manifest(`xmlns="http://www.imsglobal.org/xsd/imsccv1p3/imscp_v1p1"`, ``, "imsqti_xmlv1p2/imscc_xmlv1p3/assessment"):    Cartridge,
	} {
		m, err := Parse([]byte(doc))
		if err != nil || m.Profile != want {
			t.Errorf("%s: got %v, %v, want %s", doc, m, err, want)
		}
	}
}

func TestPathsThatLeadOutAreRefused(t *testing.T) {
	for _, href := range []string{"../outside.xml", "a/../../x", `..\..\x`, "%2e%2e/x", "a\x00b", "/../x", "C:\\x"} {
		if p, _, err := Path("", href); !errors.Is(err, fs.ErrInvalid) || !strings.Contains(err.Error(), "leads out") {
			t.Errorf("%q: got %q, %v", href, p, err)
		}
	}
	for href, want := range map[string]string{"x.html": "items/x.html", "../img/a.png": "img/a.png", "/x": "x", "": "items", `sub\y`: "items/sub/y", "a b?c": "items/a b"} {
		if p, _, err := Path("items/one.xml", href); err != nil || p != want {
			t.Errorf("%q: got %q, %v, want %q", href, p, err, want)
		}
	}
	bad := strings.Replace(whole, `href="../pic.png"`, `href="../../../../pic.png"`, 1)
	if _, err := Parse([]byte(bad)); !errors.Is(err, fs.ErrInvalid) || !strings.Contains(err.Error(), `"r1"`) || !strings.Contains(err.Error(), "pic.png") {
		t.Errorf("manifest with a file outside: %v", err)
	}
}

func TestManifestIsFoundAtTheRootOrInOneFolder(t *testing.T) {
	for want, names := range map[string][]string{
		"imsmanifest.xml":   {"a/imsmanifest.xml", "x", "imsmanifest.xml"},
		"a/IMSManifest.xml": {"__MACOSX/imsmanifest.xml", "a/b/imsmanifest.xml", "a/IMSManifest.xml"},
		"":                  {"a/b/imsmanifest.xml", "manifest.xml"},
	} {
		if got, ok := Locate(slices.Values(names)); got != want || ok != (want != "") {
			t.Errorf("%q: got %q, %v", names, got, ok)
		}
	}
}

func TestHostileManifestsAreRefused(t *testing.T) {
	items := strings.Repeat(`<item>`, maxDepth+5) + strings.Repeat(`</item>`, maxDepth+5)
	for says, doc := range map[string]string{
		"not <manifest>":    `<html/>`,
		"no resources":      `<manifest/>`,
		"nested":            `<manifest><organizations><organization>` + items + `</organization></organizations><resources/></manifest>`,
		"declares entities": `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><manifest>&e;</manifest>`,
		"resources":         `<manifest><resources>` + strings.Repeat(`<resource/>`, maxResources+1) + `</resources></manifest>`,
	} {
		if _, err := Parse([]byte(doc)); !errors.Is(err, fs.ErrInvalid) || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: got %v", says, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(whole))
	f.Fuzz(func(t *testing.T, doc []byte) {
		m, err := Parse(doc)
		if err != nil {
			if !errors.Is(err, fs.ErrInvalid) {
				t.Errorf("%v has no kind", err)
			}
			return
		}
		for _, r := range m.Resources {
			for _, p := range append(r.Files, r.Href) {
				if p != "" && !fs.ValidPath(p) {
					t.Errorf("path %q", p)
				}
			}
		}
	})
}
