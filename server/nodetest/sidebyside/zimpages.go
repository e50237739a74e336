package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
)

// A writer makes up the pages of an encyclopedia in a language of its own. Nothing of it is anybody's text, but it packs as
// HTML of manuals and encyclopedias does (5 to 7 times in clusters of 2 MiB), since that is what unpacking costs: words are
// as frequent as Zipf's law has it, some words usually follow certain others, and the frame of a page is always the same.
type writer struct {
	rnd    *rand.Rand
	words  []string
	titles []string // of all pages, for links
	s      strings.Builder
}

const encyclopediaWords = 20_000

func newWriter(seed uint64, pages int) *writer {
	w := &writer{rnd: rand.New(rand.NewPCG(seed, 7))}
	w.words = vocabulary(w.rnd, encyclopediaWords)
	seen := map[string]bool{}
	for len(w.titles) < pages {
		t := capital(w.words[w.rnd.IntN(len(w.words))]) + " " + w.words[w.rnd.IntN(len(w.words))]
		if !seen[t] {
			seen[t] = true
			w.titles = append(w.titles, t)
		}
	}
	return w
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// path is where page i lies in the ZIM.
func (w *writer) path(i int) string { return strings.ReplaceAll(w.titles[i], " ", "_") }

// page writes page i, of about n bytes.
func (w *writer) page(i, n int) string {
	s := &w.s
	s.Reset()
	title := w.titles[i]
	fmt.Fprintf(s, pageTop, title, i, title)
	w.facts()
	for section := 1; s.Len() < n; section++ {
		fmt.Fprintf(s, "<h2 id=\"section-%d\">%s</h2>\n", section, capital(w.phrase(2)))
		for range 2 + w.rnd.IntN(4) {
			s.WriteString("<p>")
			for range 3 + w.rnd.IntN(4) {
				w.sentence()
			}
			s.WriteString("</p>\n")
		}
		if w.rnd.IntN(3) == 0 {
			w.list()
		}
	}
	s.WriteString(pageEnd)
	return s.String()
}

const (
	pageTop = `<!DOCTYPE html>
<html lang="mis" dir="ltr"><head><meta charset="utf-8"><title>%s</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="page" content="%d">
<link rel="stylesheet" href="style.css"></head>
<body class="article skin-plain"><header id="top"><a class="home" href="./">Encyclopedia</a></header>
<main id="content" class="content"><h1 id="heading" class="heading">%s</h1>
`
	pageEnd = `</main><footer class="footer"><p>This page was made up so that servers can be measured with it. Nobody wrote it.</p></footer></body></html>
`
)

// sentence is some words, one in fourteen a link.
func (w *writer) sentence() {
	word := -1
	for k := range 6 + w.rnd.IntN(16) {
		if k > 0 {
			w.s.WriteByte(' ')
		}
		if k > 0 && w.rnd.IntN(14) == 0 {
			to := w.some(len(w.titles))
			fmt.Fprintf(&w.s, `<a href="%s" title="%s">%s</a>`, w.path(to), w.titles[to], strings.ToLower(w.titles[to]))
			continue
		}
		word = w.after(word)
		if k == 0 {
			w.s.WriteString(capital(w.words[word]))
		} else {
			w.s.WriteString(w.words[word])
		}
	}
	w.s.WriteString(". ")
}

// some is a number below n, k as likely as 1/k.
func (w *writer) some(n int) int { return int(math.Pow(float64(n), w.rnd.Float64())) - 1 }

// after is the next word: three times in five one of the few that usually follow the one before.
func (w *writer) after(word int) int {
	if word < 0 || w.rnd.IntN(5) > 2 {
		return w.some(len(w.words))
	}
	k := uint64(w.some(8))
	h := (uint64(word)*8 + k + 1) * 0x9E3779B97F4A7C15
	u := float64(h>>11) / (1 << 53)
	return int(math.Pow(float64(len(w.words)), u)) - 1
}

func (w *writer) phrase(n int) string {
	words := make([]string, n)
	at := -1
	for i := range words {
		at = w.after(at)
		words[i] = w.words[at]
	}
	return strings.Join(words, " ")
}

// facts is a small table as encyclopedias begin with.
func (w *writer) facts() {
	w.s.WriteString("<table class=\"facts\"><tbody>\n")
	for range 3 + w.rnd.IntN(6) {
		fmt.Fprintf(&w.s, "<tr><th scope=\"row\">%s</th><td>%s, %d</td></tr>\n", capital(w.words[w.some(200)]), w.phrase(2), w.some(100_000))
	}
	w.s.WriteString("</tbody></table>\n")
}

func (w *writer) list() {
	w.s.WriteString("<ul class=\"list\">\n")
	for range 2 + w.rnd.IntN(8) {
		fmt.Fprintf(&w.s, "<li class=\"item\">%s (%d)</li>\n", w.phrase(1+w.rnd.IntN(6)), 1800+w.rnd.IntN(226))
	}
	w.s.WriteString("</ul>\n")
}
