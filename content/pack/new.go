package pack

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/text/language"
)

// New writes a commented starter course to dir, which must not exist or be empty. It builds and lints clean as it is.
func New(dir, id, title, lang string) error {
	if !isName(id, 128, plainID) {
		return fmt.Errorf("pack: id %q: letters, digits, dots and dashes, at most 128: %w", clip(id, 60), fs.ErrInvalid)
	}
	if title = strings.TrimSpace(title); title == "" || strings.ContainsAny(title, "\r\n") || len(title) > 300 {
		return fmt.Errorf("pack: the title must be one line of text: %w", fs.ErrInvalid)
	}
	tag, err := language.Parse(lang)
	if err != nil {
		return fmt.Errorf("pack: %q is no language tag: write en, fr, ar, pt-BR …: %w", clip(lang, 40), fs.ErrInvalid)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("pack: %w", err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		return fmt.Errorf("pack: %s is not empty: %w", dir, errors.Join(err, fs.ErrExist))
	}
	fill := strings.NewReplacer("ID", id, "TITLE", title, "LANG", tag.String())
	for _, f := range starter {
		path := filepath.Join(dir, filepath.FromSlash(f.path))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return fmt.Errorf("pack: %w", err)
		}
		if err := os.WriteFile(path, []byte(fill.Replace(f.text)), 0o644); err != nil {
			return fmt.Errorf("pack: %w", err)
		}
	}
	return nil
}

// starter is what New writes. Lines that begin with # in front matter are remarks.
var starter = []struct{ path, text string }{
	{"course.md", `---
# A course is named here. id is for ever: learners' progress hangs on it.
id: ID
title: TITLE
language: LANG
# On what terms others may use it. CC-BY-SA-4.0: copy and change it, name the author, share it alike.
licence: CC-BY-SA-4.0
# Who wrote it, and what it is in one line. A line without a value says nothing.
author:
description:
# For whom and about what, from fixed lists, so that it is found in every language; lint says which names there are. levels
# also decides how hard a page may be to read.
levels: lower-primary
subjects: arithmetic
---

This text is the first page of the course. Say what it teaches and for whom.

Save a file while "lamplight preview" runs, and the page in your browser changes. Names that begin with "_" or "." are passed
over: keep notes of your own in _notes.md.
`},
	{"skills.md", `What the course teaches. A skill may need others: learners are led to those first.

## count-20 Counting to 20

## add-10 Adding to ten and a little more
needs: count-20
`},
	{"01-first-topic/topic.md", `---
# Digits and a dash before a name put it in order; they are not shown.
title: First topic
---
`},
	{"01-first-topic/01-first-page.md", `---
id: first-page
title: First page
# When a learner is through with it: after five minutes here. Without a line, when the learner says so.
complete: time 5
---

Write the lesson here, in Markdown: **bold**, lists, tables. An empty line begins a new paragraph.

## A part of the page

1. Two signs # begin a part, three a part of a part.
2. A digit and a point begin a line of a list.

Go on to [the practice](02-practice.md).

| hand | fingers |
|---|---|
| left | 5 |
| right | 5 |

Mathematics stands between dollars: $\frac{1}{2}$ of 10 is 5.

A picture lies beside this file and is shown like this: an exclamation mark, [what it shows], (picture.png).
`},
	{"01-first-topic/02-practice.md", `---
kind: exercise
id: first-practice
title: Practice
# Four of the last five right is mastered.
mastery: m_of_n 4/5
# What the questions practise, as skills.md names it, and how hard they are: 1000 is one that a beginner gets right
# half the time, 800 three times in four. A question may say otherwise, with lines of its own.
skill: add-10
rating: 800
---

Remarks before the first question are not shown. Each question begins with two signs #, its type and its id.

? asks. "let" draws new numbers each time, "where" says what must be true of them, = is right, ! is a mistake that you know:
what a learner answers, a short name for it that reports count, and what to say. (x) is the right choice, ( ) a wrong one.
Other types are many, text, cloze, inline, order, match, categorise and hottext.

## number add
? There are {a} mangoes in one basket and {b} in another. How many are there in all?
let a = 4..9
let b = 2..a-1
= {a+b}
! {a} : counted-one-basket : That is the first basket alone. Count both.
! {a-b} : took-away : You took away. Here the baskets are put together.
hint: Start at {a} and count on {b} more.
worked: {a} and {b} more make {a+b}.
rating: 850

## choice more
? Which is more?
let n = 11..19
(x) {n}
( ) {n-1} : one-less : That is one less.
( ) {n-10} : ones-only : Look at the ten too.
worked: {n} is the largest: it comes last when you count.
skill: count-20

## truefalse same
? {n} is the same as 10 and {n-10}.
let n = 11..19
= true
! false : ten-and-ones : Take ten away from {n}. What is left?
worked: {n} is ten and {n-10} ones.
`},
}
