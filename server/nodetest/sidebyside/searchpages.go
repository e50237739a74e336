package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
)

// A tongue is a made-up language: words of its own letters, as frequent as Zipf's law has it. Nothing of it is anybody's
// text. Words of different tongues are told apart by script or by ending, so a page is found by its own tongue's words.
type tongue struct {
	lang   string // of the page's lang attribute: what its script is usually of
	before string // letters a syllable begins with
	after  string // what follows them
	end    string // of every word
	stop   string // of a sentence
	share  int    // of a hundred pages
	space  string // between words
	words  []string
}

// tongues are written in the scripts of the schools that Lamplight is for. Han has no spaces.
func tongues() []tongue {
	all := []tongue{
		{lang: "en", before: "bdfghjklmnprstvw", after: "aeiou", end: "n", stop: ". ", share: 34, space: " "},
		{lang: "fr", before: "bcdfglmnpqrstv", after: "aéèiouâî", end: "e", stop: ". ", share: 14, space: " "},
		{lang: "sw", before: "bdghjkmnpstwyz", after: "aeiou", end: "a", stop: ". ", share: 14, space: " "},
		{lang: "ru", before: "бвгдзклмнпрст", after: "аеиоуы", end: "", stop: ". ", share: 8, space: " "},
		{lang: "ar", before: "بتجدرسشعفقكلمنه", after: "ايوه", end: "", stop: "؟ ", share: 10, space: " "},
		{lang: "hi", before: "कखगचजटडतदनपबमरलसह", after: "ािीुेो", end: "", stop: "। ", share: 10, space: " "},
		{lang: "am", before: "ሀለመረሰበተነአከወዘደገፈ", after: "ሁሊማሬስቦቱኒ", end: "", stop: "። ", share: 4, space: " "},
		{lang: "zh", before: "天地人山水火木土日月田禾石鸟马鱼虫花草风雨云雪", after: "大小多少上下左右中里外前后高低长短明白红黄蓝绿", end: "", stop: "。", share: 6, space: ""},
	}
	rnd := rand.New(rand.NewPCG(11, 13))
	for i := range all {
		all[i].words = all[i].vocabulary(rnd)
	}
	return all
}

const tongueWords = 30_000

func (t tongue) vocabulary(rnd *rand.Rand) []string {
	before, after := []rune(t.before), []rune(t.after)
	seen := map[string]bool{}
	var words []string
	for len(words) < tongueWords {
		var w strings.Builder
		syllables := 1 + rnd.IntN(4)
		if t.space == "" {
			syllables = 1 + rnd.IntN(2)
		}
		for range syllables {
			w.WriteRune(before[rnd.IntN(len(before))])
			w.WriteRune(after[rnd.IntN(len(after))])
		}
		word := w.String() + t.end
		if seen[word] && rnd.IntN(8) > 0 { // a language of few syllables runs out of short words
			continue
		}
		seen[word] = true
		words = append(words, word)
	}
	return words
}

// A searched is the encyclopedia that is searched: its pages are made again from their number alone, so nothing is kept.
type searched struct{ tongues []tongue }

func newSearched() *searched { return &searched{tongues()} }

func (s *searched) tongueOf(i int) *tongue {
	n := i * 37 % 100 // all of them among any hundred pages that follow one another
	for k := range s.tongues {
		if n -= s.tongues[k].share; n < 0 {
			return &s.tongues[k]
		}
	}
	panic("unreachable: the shares add up to a hundred")
}

// title is the page's title: two or three words that are not the commonest.
func (s *searched) title(i int) string {
	t, rnd := s.tongueOf(i), rand.New(rand.NewPCG(uint64(i), 1))
	words := make([]string, 2+rnd.IntN(2))
	for k := range words {
		words[k] = t.words[50+t.some(rnd, len(t.words)-50)]
	}
	return strings.Join(words, t.space)
}

// some is a number below n, k as likely as 1/k.
func (t *tongue) some(rnd *rand.Rand, n int) int {
	return int(math.Pow(float64(n), rnd.Float64())) - 1
}

// page is the page as HTML: 120 to 480 words, the title's own now and then.
func (s *searched) page(i int) string {
	t, rnd := s.tongueOf(i), rand.New(rand.NewPCG(uint64(i), 2))
	title := s.title(i)
	var b strings.Builder
	fmt.Fprintf(&b, "<!DOCTYPE html>\n<html lang=%q><head><meta charset=\"utf-8\"><title>%s</title></head><body><h1>%s</h1>\n", t.lang, title, title)
	for words := 120 + rnd.IntN(360); words > 0; {
		b.WriteString("<p>")
		for range 3 + rnd.IntN(4) {
			n := 6 + rnd.IntN(16)
			words -= n
			for k := range n {
				if k > 0 {
					b.WriteString(t.space)
				}
				if rnd.IntN(60) == 0 {
					b.WriteString(title)
					continue
				}
				b.WriteString(t.words[t.some(rnd, len(t.words))])
			}
			b.WriteString(t.stop)
		}
		b.WriteString("</p>\n")
	}
	b.WriteString("</body></html>\n")
	return b.String()
}

// queries are what is asked of so many pages: a third a title's words, a third one word that is neither common nor rare,
// a third two such words of one tongue.
func (s *searched) queries(pages, n int) []string {
	rnd := rand.New(rand.NewPCG(5, 17))
	out := make([]string, n)
	for i := range out {
		page := rnd.IntN(pages)
		t := s.tongueOf(page)
		word := func() string { return t.words[100+rnd.IntN(5000)] }
		switch i % 3 {
		case 0:
			out[i] = s.title(page)
		case 1:
			out[i] = word()
		default:
			out[i] = word() + " " + word()
		}
	}
	return out
}
