package html

import (
	"path"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/language"

	"lamplight/content"
	"lamplight/content/charset"
	"lamplight/content/sanitize"
)

// A head is what a page says of itself.
type head struct {
	title       string // of <title>
	name        string // as it is shared: og:title, itemprop name
	heading     string // the first <h1>
	description string
	language    string // BCP 47, "" unstated
	author      string
	owner       string // publisher, or who has the copyright
	licence     string // SPDX
	source      string // its canonical address
	pictures    []string
	links       []link // to pages of the package, in order
	scripts     int
	words       string // the first few thousand letters
}

// A link leads from a page to another of its package.
type link struct{ to, text string }

// maxHead is how much of a page is looked at for what it says of itself.
const maxHead = 1 << 20

// readHead reads the page at name.
func readHead(raw []byte, name string) *head {
	xml := strings.EqualFold(path.Ext(name), ".xhtml")
	text := charset.Decode(raw)
	if len(text) > maxHead {
		text = strings.ToValidUTF8(text[:maxHead], "")
	}
	h := &headReader{head: &head{}, at: name}
	for t := range sanitize.Tokens(text, xml) {
		h.token(t)
	}
	h.finish(text)
	return h.head
}

// A headReader goes over a page's tokens.
type headReader struct {
	*head
	at      string
	into    *string // where text goes: title or first heading
	intoTag string
	body    bool
	anchor  *link
	words   strings.Builder
	cc      map[string]bool // licences linked from the body
}

const maxWords = 4 << 10

func (h *headReader) token(t sanitize.Token) {
	switch {
	case t.Name == "":
		h.text(t.Text)
	case t.End:
		if t.Name == h.intoTag {
			h.into, h.intoTag = nil, ""
		}
		if t.Name == "a" {
			h.anchor = nil
		}
	default:
		h.start(t)
	}
}

func (h *headReader) text(s string) {
	switch {
	case h.into != nil:
		if len(*h.into) < 1000 {
			*h.into += s
		}
	case h.anchor != nil && len(h.anchor.text) < 300:
		h.anchor.text += s
	}
	if h.body && h.words.Len() < maxWords {
		h.words.WriteString(s)
		h.words.WriteByte(' ')
	}
}

// inHead are elements that do not begin the body of a page whose author left its tags out.
var inHead = map[string]bool{"html": true, "head": true, "title": true, "meta": true, "link": true, "script": true, "style": true, "base": true, "noscript": true, "template": true}

func (h *headReader) start(t sanitize.Token) {
	h.body = h.body || !inHead[t.Name]
	switch t.Name {
	case "html":
		h.language = firstTag(h.language, t.Attr("lang"), t.Attr("xml:lang"))
	case "body":
		h.language = firstTag(h.language, t.Attr("lang"))
	case "title":
		if h.title == "" && !t.Closed {
			h.into, h.intoTag = &h.title, "title"
		}
	case "h1":
		if h.heading == "" {
			h.into, h.intoTag = &h.heading, "h1"
		}
	case "meta":
		h.meta(t)
	case "link":
		h.link(t)
	case "script":
		h.scripts++
	case "a":
		h.toPage(t)
	}
}

// meta reads <meta>: HTML's names, Dublin Core, Open Graph, schema.org's microdata.
func (h *headReader) meta(t sanitize.Token) {
	value := strings.TrimSpace(t.Attr("content"))
	name := strings.ToLower(t.Attr("name") + t.Attr("property") + t.Attr("itemprop"))
	if equiv := strings.ToLower(t.Attr("http-equiv")); equiv == "content-language" {
		name = equiv
	}
	if value == "" || len(value) > 4096 {
		return
	}
	set := func(to *string) {
		if *to == "" {
			*to = value
		}
	}
	switch strings.Replace(name, "dcterms.", "dc.", 1) {
	case "og:title", "name", "dc.title":
		set(&h.name)
	case "description", "og:description", "dc.description":
		set(&h.description)
	case "author", "dc.creator", "article:author":
		set(&h.author)
	case "dc.publisher", "publisher", "dc.rightsholder", "copyright":
		set(&h.owner)
		h.takeLicence(value)
	case "content-language", "language", "dc.language", "inlanguage", "og:locale":
		h.language = firstTag(h.language, strings.Split(value, ",")[0])
	case "license", "licence", "dc.license", "dc.rights", "rights", "dc.rights.license":
		h.takeLicence(value)
	case "og:url":
		set(&h.source)
	case "og:image", "twitter:image", "image", "thumbnail":
		h.pictures = append(h.pictures, value)
	}
}

func (h *headReader) link(t sanitize.Token) {
	for rel := range strings.FieldsSeq(strings.ToLower(t.Attr("rel"))) {
		switch rel {
		case "license":
			h.takeLicence(t.Attr("href"))
		case "canonical":
			h.source = t.Attr("href")
		case "image_src":
			h.pictures = append([]string{t.Attr("href")}, h.pictures...)
		case "apple-touch-icon", "apple-touch-icon-precomposed":
			h.pictures = append(h.pictures, t.Attr("href"))
		}
	}
}

func (h *headReader) takeLicence(stated string) {
	if h.licence == "" {
		h.licence = content.LicenceOf(stated)
	}
}

// toPage notes a link: to a licence, or to a page of the package.
func (h *headReader) toPage(t sanitize.Token) {
	href := t.Attr("href")
	if strings.Contains(strings.ToLower(t.Attr("rel")), "license") {
		h.takeLicence(href)
	}
	if strings.Contains(href, "creativecommons.org/") {
		if id := content.LicenceOf(href); id != "" {
			if h.cc == nil {
				h.cc = map[string]bool{}
			}
			h.cc[id] = true
		}
	}
	local, ok := sanitize.Local(href)
	if to := resolve(h.at, local); ok && to != "" && isPage(to) && len(h.links) < 2000 {
		h.links = append(h.links, link{to: to})
		h.anchor = &h.links[len(h.links)-1]
		h.anchor.text = t.Attr("title")
	}
}

var (
	comment   = regexp.MustCompile(`(?s)<!--(.*?)-->`)
	copyright = regexp.MustCompile(`(?i)(?:copyright|©)\s*(?:\(c\)|©|&copy;)?\s*[0-9]{4}[0-9 ,–-]*(?:by\s+)?([^\n<.;|]{3,120})`)
)

// finish reads the comments at a page's beginning, where tools write whose it is, and makes texts plain.
func (h *headReader) finish(text string) {
	for _, m := range comment.FindAllStringSubmatch(text[:min(len(text), 64<<10)], 20) {
		if said := strings.ToLower(m[1]); strings.Contains(said, "licen") {
			h.takeLicence(m[1])
			if c := copyright.FindStringSubmatch(m[1]); c != nil && h.owner == "" {
				h.owner = strings.TrimRight(strings.TrimSpace(c[1]), ",")
			}
		}
	}
	for id := range h.cc {
		if len(h.cc) == 1 && h.licence == "" {
			h.licence = id
		}
	}
	h.head.words = h.words.String()
	for _, s := range []*string{&h.title, &h.name, &h.heading, &h.author, &h.owner} {
		*s = plain(*s, 300)
	}
	h.description = plain(h.description, 1000)
	for i := range h.links {
		h.links[i].text = plain(h.links[i].text, 200)
	}
}

// shown is what to call the page: the name it is shared under where that begins its title (" – and the site's name"
// follows), else title, name, or heading.
func (h *head) shown() string {
	switch {
	case h.name != "" && strings.HasPrefix(h.title, h.name), h.title == "" && h.name != "":
		return h.name
	case h.title != "":
		return h.title
	}
	return h.heading
}

// firstTag is stated, or else the first of more that is a language, as BCP 47.
func firstTag(stated string, more ...string) string {
	for _, s := range more {
		if stated == "" && s != "" && len(s) < 40 {
			stated = tag(s)
		}
	}
	return stated
}

func tag(s string) string {
	t, err := language.Raw.Parse(strings.TrimSpace(s))
	if err != nil {
		return ""
	}
	switch v := t.String(); v {
	case "und", "zxx", "mul", "mis":
		return ""
	default:
		return v
	}
}

// resolve is the name of a file of the package that a page at `at` refers to, "" when it leads out of it.
func resolve(at, ref string) string {
	ref, _, _ = strings.Cut(ref, "#")
	ref, _, _ = strings.Cut(ref, "?")
	if ref = unescape(ref); ref == "" || strings.HasPrefix(ref, "/") {
		return ""
	}
	name := path.Join(path.Dir(at), ref)
	if strings.HasPrefix(name, "../") || name == ".." || name == "." {
		return ""
	}
	return name
}

// plain collapses white space, takes out control and direction characters, and shortens to n bytes.
func plain(s string, n int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r < ' ' || r >= 0x7f && r <= 0xa0:
			return ' '
		case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x200e, r == 0x200f, r == 0xfeff:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	s = strings.Join(strings.Fields(s), " ")
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}
