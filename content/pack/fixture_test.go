package pack

import (
	"testing"
	"testing/fstest"
)

// A small course with one of everything, as files by path.
func fixture() map[string]string {
	return map[string]string{
		"course.md":       "---\nid: fixture\ntitle: A <small> course\nlanguage: en\nlicence: CC-BY-SA-4.0\nauthor: A. Writer\nowner: A school\nedition: 3\nlevel: 1\n---\n\nAbout it.\n",
		"cover.svg":       `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script><rect width="9" height="9"/></svg>`,
		"01-one/topic.md": "---\ntitle: Topic One\n---\n",
		"01-one/01-first.md": "# First page\n\nA ![ten](../img/ten.png) and [the second](02-second.md#part), [outside](https://example.org/x), <b onclick=x>raw</b>.\n\n" +
			"<script>alert(1)</script>\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n# Again\n\nhttps://example.org/y <https://example.org/z> [film](boat.mp4)\n",
		"01-one/02-second.md":         "---\nid: second\ntitle: الثانية\nlanguage: ar\nskill: reading\nminutes: 5\nauthor: Another\nlicence: CC0-1.0\n---\nنص\n",
		"01-one/03-practice.md":       practice,
		"01-one/10-last.md":           "# Tenth\n",
		"01-one/boat.mp4":             "not really a film",
		"01-one/boat.fr.vtt":          "WEBVTT\n",
		"01-one/boat.jpg":             "jpeg",
		"img/ten.png":                 "png",
		"img/dots-1.svg":              `<svg xmlns="http://www.w3.org/2000/svg"><circle r="1"/></svg>`,
		"img/dots-2.svg":              `<svg xmlns="http://www.w3.org/2000/svg"><circle r="2"/></svg>`,
		"01-one/sounds/q.ogg":         "OggS",
		"02-without-topic/01-page.md": "text alone\n",
		".hidden/x.md":                "no",
	}
}

const practice = `---
kind: exercise
id: practice
title: Practice: all types
mastery: m_of_n 3/4
skill: add
requires: second
---
An introduction.

## number sum
? {a} and {b} make
  how many? ![dots](../img/dots-{a}.svg)
let a = 1..2
let b = 1..9 step 2
let who = one of Ada, Musa\, son of Ali
let c = max(a, b)
where a != b and c > 1
= {a+b} ± 0.1
unit cm
! {a*b} : multiplied : You multiplied\: add.
hint: one
hint: two
worked: {a} + {b} = {a+b}
right: Yes, {a+b}.
wrong: Not yet.
sound: sounds/q.ogg
skill: add-10
rating: 1150

## choice bigger
? Which?
(x) nine : Just so.
( ) one \: two : chose-ratio : No ratio.
( ) zero

## many evens
? Even?
[x] 2
[x] 4
[ ] 3 : odd

## truefalse t1
? 1 = 1
= true
! false : no

## text capital
? Capital?
= Nairobi | nairobi city
case: exact
accents: exact
order: fixed

## cloze c1
? The sun rises in the [[east]] and sets in the [[west|West side]].

## inline i1
? Water {{boils* | freezes : mixed-up : Ice is cold.}} at {{ {10*10}* | 0 }} °C.

## order o1
? Order
1. one
2. two
3. three

## match m1
? Match
- cow = calf
- a \= b = c

## categorise k1
? Sort
> Animals: cow, hen
> Plants: tree, maize

## hottext h1
? The [cat]* sat on the [mat] \[not me\].
`

func fsysOf(files map[string]string) fstest.MapFS {
	out := fstest.MapFS{}
	for p, text := range files {
		out[p] = &fstest.MapFile{Data: []byte(text), Mode: 0o644}
	}
	return out
}

// changed is the fixture with some files replaced; "" takes one out.
func changed(t *testing.T, files map[string]string) fstest.MapFS {
	t.Helper()
	all := fixture()
	for p, text := range files {
		if text == "" {
			delete(all, p)
		} else {
			all[p] = text
		}
	}
	return fsysOf(all)
}
