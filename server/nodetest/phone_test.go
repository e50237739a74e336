package nodetest

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"
)

// A phone is a browser without JavaScript whose owner answers what is asked. Unlike a Browser it gives errors back, as
// the node may be killed under its hands. For one goroutine.
type phone struct {
	name, secret string
	base         string // of the node's pages; changes when the node starts again
	http         *http.Client
	rng          *rand.Rand
}

func newPhone(name, secret, base string, seed uint64) *phone {
	jar, _ := cookiejar.New(nil) // never fails without options
	c := &http.Client{Jar: jar, Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 1}}
	return &phone{name, secret, base, c, rand.New(rand.NewPCG(seed, 1))}
}

// move follows the node to its new address. The cookie goes along: ports do not part cookies.
func (p *phone) move(base string) {
	p.http.CloseIdleConnections()
	p.base = base
}

// do asks and reads the answer whole; what it returns without an error was received in full.
func (p *phone) do(method, path string, form url.Values) (status int, body string, err error) {
	var in io.Reader
	if form != nil {
		in = strings.NewReader(form.Encode())
	}
	r, err := http.NewRequest(method, p.base+path, in)
	if err != nil {
		return 0, "", err
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := p.http.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err == nil && answer.Request.URL.Path == "/login" && path != "/login" {
		err = errSignedOut
	}
	return answer.StatusCode, string(b), err
}

// A statusError is a whole answer other than the one hoped for.
type statusError struct {
	what   string
	status int
	page   string
}

func (e *statusError) Error() string { return fmt.Sprintf("%s: %d %.300s", e.what, e.status, e.page) }

var errSignedOut = errors.New("signed out")

func (p *phone) get(path string) (string, error) {
	status, body, err := p.do(http.MethodGet, path, nil)
	if err == nil && status != http.StatusOK {
		err = &statusError{"GET " + path, status, between(body, "<main", "</main>")}
	}
	return body, err
}

func (p *phone) signIn() error {
	status, body, err := p.do(http.MethodPost, "/login", url.Values{"name": {p.name}, "secret": {p.secret}})
	if err == nil && (status != http.StatusOK || strings.Contains(body, `name="secret"`)) {
		err = fmt.Errorf("%s cannot sign in: %d", p.name, status)
	}
	return err
}

// question opens an exercise and fills in its form somehow, right or wrong.
func (p *phone) question(exercise string) (url.Values, error) {
	body, err := p.get("/exercise/" + exercise)
	if err != nil {
		return nil, err
	}
	form := fill(body, "/exercise/"+exercise+"/attempt", p.rng)
	if form.Get("attempt") == "" || form.Get("item") == "" || form.Get("token") == "" {
		return nil, fmt.Errorf("exercise %s: the form holds %v; want attempt, item and token", exercise, form)
	}
	return form, nil
}

// answer posts a filled-in form. No error means that the node said, to the last byte, that it keeps the answer; errUnread
// that it asks for the answer again.
func (p *phone) answer(exercise string, form url.Values) error {
	status, body, err := p.do(http.MethodPost, "/exercise/"+exercise+"/attempt", form)
	switch {
	case err != nil:
		return err
	case status == http.StatusBadRequest && strings.Contains(body, `name="attempt"`):
		if os.Getenv("DBG") != "" {
			fmt.Println("UNREAD", form, between(body, "<fieldset", "</fieldset>"))
		}
		return errUnread
	case status != http.StatusOK:
		return &statusError{"answering " + exercise, status, between(body, "<main", "</main>")}
	}
	return nil
}

var errUnread = errors.New("the answer could not be read")

// between is the text from a to b, for messages.
func between(s, a, b string) string {
	_, s, _ = strings.Cut(s, a)
	s, _, _ = strings.Cut(s, b)
	return s
}

// fill fills in the form that posts to action as somebody would who does not know: each field gets a value it takes.
func fill(page, action string, rng *rand.Rand) url.Values {
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return nil
	}
	form := find(root, func(n *html.Node) bool { return n.Data == "form" && attr(n, "action") == action })
	out := url.Values{}
	if form == nil {
		return out
	}
	choices := map[string][]string{}
	for n := range form.Descendants() {
		if n.Type == html.ElementNode {
			fillField(n, out, choices, rng)
		}
	}
	shuffled := map[string][]string{} // of each list of choices: as many fields may share it, each gets another one
	for _, name := range slices.Sorted(maps.Keys(choices)) {
		list := strings.Join(choices[name], "\x00")
		if len(shuffled[list]) == 0 {
			shuffled[list] = slices.Clone(choices[name])
			rng.Shuffle(len(choices[name]), func(i, j int) { shuffled[list][i], shuffled[list][j] = shuffled[list][j], shuffled[list][i] })
		}
		out.Set(name, shuffled[list][0])
		shuffled[list] = shuffled[list][1:]
	}
	return out
}

// filled is a page's form filled in somehow: the question that a learner is asked may be of any type.
func (p Page) filled(action string) url.Values {
	return fill(p.Body, action, rand.New(rand.NewPCG(1, 2)))
}

func fillField(n *html.Node, out url.Values, choices map[string][]string, rng *rand.Rand) {
	name := attr(n, "name")
	switch {
	case name == "" || n.Data == "button":
	case n.Data == "select":
		for o := range n.Descendants() {
			if v := attr(o, "value"); o.Data == "option" && v != "" {
				choices[name] = append(choices[name], v)
			}
		}
	case n.Data == "textarea":
		out.Set(name, "something")
	case n.Data != "input":
	case attr(n, "type") == "hidden":
		out.Set(name, attr(n, "value"))
	case attr(n, "type") == "radio", attr(n, "type") == "checkbox":
		choices[name] = append(choices[name], attr(n, "value"))
	default:
		out.Set(name, fmt.Sprint(1+rng.IntN(20)))
	}
}

func find(n *html.Node, is func(*html.Node) bool) *html.Node {
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && is(d) {
			return d
		}
	}
	return nil
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
