package web

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"
)

// again is where who signs in goes on: at the page, and of an answer that came too late at its question, filled in. What is
// only posted to leads to the page it was posted from.
func again(r *request) string {
	if r.Method != http.MethodPost {
		return r.URL.RequestURI()
	}
	if question := questionOf(r); question != "" {
		return filledInAgain(r, question)
	}
	if page, ok := onlyPosted[r.URL.Path]; ok {
		return cmp.Or(localPath(r.PostForm.Get("back")), page)
	}
	return r.URL.RequestURI()
}

// onlyPosted are the addresses that no page has.
var onlyPosted = map[string]string{
	"/bookmark": "/notes", "/note": "/notes", "/goal": "/progress", "/guest/claim": "/", "/admin/cards": "/admin/people",
	uploadPath: contentPath,
}

// questionOf is the page of the question that a form answers, "" when it answers none. An answer to a mistake is one of its
// exercise, whose address says so.
func questionOf(r *request) string {
	if exercise, ok := strings.CutSuffix(r.URL.Path, "/attempt"); ok {
		return exercise
	}
	quiz, ok := strings.CutSuffix(r.URL.Path, "/answer")
	n := r.PostForm.Get("n")
	if !ok || n == "" || strings.Trim(n, "0123456789") != "" {
		return ""
	}
	return quiz + "/" + n
}

// filledInAgain is the address of a question with its answer, as far as an address may be long.
func filledInAgain(r *request, page string) string {
	q := url.Values{}
	for _, k := range keptInAddress {
		if v := r.URL.Query().Get(k); v != "" && len(v) <= 64 {
			q.Set(k, v)
		}
	}
	from := q.Encode()
	for k, v := range r.PostForm {
		if k != "token" {
			q[k] = v
		}
	}
	all := q.Encode()
	if len(all) >= 1500 {
		all = from
	}
	if all == "" {
		return page
	}
	return page + "?" + all
}
