package ui

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"lamplight/ui/locale"
	"lamplight/ui/view"
)

const articleMark = "<!--article-->"

// PageFrame renders what surrounds a ready course page: top is everything from <!doctype> to just before <article>,
// bottom everything after </article>. The article brings the page's <h1>. Each comes in runs: those at even places are the
// same for everybody for whom the rest of v is, those at odd places are the person's own (name, tile, token, the day), so
// each sort may be kept by what it depends on. Without a person there is one run each.
func PageFrame(v view.PageFrame) (top, bottom [][]byte, err error) {
	var b bytes.Buffer
	v.Cut = true
	if err := pageFrame(v).Render(context.Background(), &b); err != nil {
		return nil, nil, err
	}
	before, after, found := bytes.Cut(b.Bytes(), []byte(articleMark))
	top, bottom = bytes.Split(before, []byte(cutMark)), bytes.Split(after, []byte(cutMark))
	if !found || len(top)%2 == 0 || len(bottom)%2 == 0 {
		return nil, nil, errors.New("ui: the page frame has lost its marks")
	}
	return top, bottom, nil
}

// cutMark stands on both sides of what is the person's own in a frame that is cut. It is drawn at random when the program
// starts: no title or name of content can hold it, and so none can move a name into a run that others see.
var cutMark = rand.Text()

func cut(f view.Frame) string {
	if f.Cut {
		return cutMark
	}
	return ""
}

// ownFrom and ownTo are texts that are the person's, the first and the last of a run of such.
func ownFrom(f view.Frame, text string) string {
	if f.Person == nil {
		return text
	}
	return cut(f) + text
}

func ownTo(f view.Frame, text string) string {
	if f.Person == nil {
		return text
	}
	return text + cut(f)
}

// titled is f with a title when it has none of its own.
func titled(f view.Frame, title string) view.Frame {
	f.Title = or(f.Title, title)
	return f
}

// paperDate is today in full, as a sheet that lies about for years must say it.
func paperDate(l *localeOf, f view.Frame) string {
	return l.Date(f.Now, f.Now.AddDate(-1, 0, 0), f.Unsure)
}

// asking is f as a page that puts a question.
func asking(f view.Frame) view.Frame {
	f.Asking = true
	return f
}

func homeGreeting(l *localeOf, v view.Home) string {
	if v.Person == nil {
		return l.T("home.welcome")
	}
	return l.T("home.hello", "name", v.Person.Name)
}

func homeNewTitle(v view.Home) string {
	if v.Person == nil {
		return "home.courses"
	}
	return "home.new"
}

func seconds(s float64) string { return strconv.FormatFloat(s, 'f', -1, 64) }

func posterOf(url string) templ.Attributes {
	if url == "" {
		return nil
	}
	return templ.Attributes{"poster": url}
}

// bookDirection is how a book's lines run. Where pages go to the left and lines from top to bottom, as in Japanese, the lines
// of our pages run to the right.
func bookDirection(v view.Book) string {
	lang, _, _ := strings.Cut(strings.ToLower(v.Lang), "-")
	vertical := lang == "ja" || lang == "zh" || lang == "ko"
	if v.RightToLeft && !vertical || lang != "" && locale.Dir(lang) == "rtl" {
		return "rtl"
	}
	return "ltr"
}

type licencePoint struct{ icon, message string }

// licenceWords are the points of a licence, by its SPDX identifier, as a person needs them.
func licenceWords(id string) []licencePoint {
	id = strings.ToUpper(id)
	begins := func(names ...string) bool {
		return slices.ContainsFunc(names, func(name string) bool { return strings.HasPrefix(id, name) })
	}
	switch sort := licenceSort(id); {
	case id == "":
		return []licencePoint{{"note", "licence.unstated.means"}, {"careful", "licence.unstated.do"}}
	case sort == "public":
		return []licencePoint{{"right", "licence.public"}}
	case sort == "reserved" || sort == "special":
		return []licencePoint{{"careful", "licence." + sort}}
	case begins("CC0", "PDDL", "UNLICENSE"):
		return []licencePoint{{"right", "licence.free"}}
	case begins("GFDL", "GPL", "LGPL", "AGPL"):
		return []licencePoint{{"right", "licence.copyleft"}}
	case begins("MIT", "BSD", "APACHE", "ISC", "ZLIB"):
		return []licencePoint{{"right", "licence.software"}}
	case !strings.HasPrefix(id, "CC-BY"):
		return []licencePoint{{"note", "licence.other"}}
	}
	points := []licencePoint{{"right", "licence.share"}, {"person", "licence.attribution"}}
	if strings.Contains(id, "-NC") {
		points = append(points, licencePoint{"careful", "licence.noncommercial"})
	}
	if strings.Contains(id, "-ND") {
		points = append(points, licencePoint{"careful", "licence.noderivatives"})
	} else {
		points = append(points, licencePoint{"right", "licence.change"})
	}
	if strings.Contains(id, "-SA") {
		points = append(points, licencePoint{"peers", "licence.sharealike"})
	}
	return points
}
