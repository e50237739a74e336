//go:build browser

package nodetest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"lamplight/server/learning"
)

// A weekAsk is what the script of a week asks, or tells, the plan.
type weekAsk struct {
	Do                 string // see ask
	Day                int
	Title, URL         string   // of what was made
	Things             []string // in it, as makeWork has them
	Question, At, Seed string   // a question in its own words, asked in AT: an exercise or the title of a quiz
	Tables             [][][]string
}

// ask answers the script. What it says it did is part of the plan from then on.
func (w *week) ask(q *weekAsk) (any, error) {
	switch q.Do {
	case "settle": // the roster is in
		w.settled()
		return map[string]any{"course": weekCourseID(), "class": w.rooms[0]}, nil
	case "children": // of the first class, by name
		var out []map[string]any
		for _, i := range w.roll(0) {
			c := w.children[i]
			out = append(out, map[string]any{"name": c.name, "pin": c.pin, "mark": c.here[q.Day], "here": c.isHere(q.Day), "level": c.levels[1], "worry": c.worry, "repeats": c.repeats})
		}
		return out, nil
	case "made":
		w.made(q)
	case "where": // a learner finds what the teacher made
		if id := w.lessons[q.Title]; id != "" {
			return "/lesson/" + string(id), nil
		}
		return "/quiz/" + string(w.quizzes[q.Title]), nil
	case "answer":
		return w.answered(q)
	case "read", "begin", "hand-in":
		w.clock.pass(time.Second)
		w.deeds = append(w.deeds, deed{child: 0, day: q.Day, kind: q.Do, at: q.At, time: w.clock.at()})
	case "leveled":
		for _, c := range w.children {
			if c.class == 0 && c.isHere(q.Day) {
				c.checks = append(c.checks, c.levels[1])
			}
		}
	case "photo":
		return w.photo(q)
	case "carded":
		w.carded(q)
	case "morning":
		w.evening(q.Day)
	default:
		return nil, w.rest(q)
	}
	return nil, nil
}

// rest is what the forms do of a day, and the judging.
func (w *week) rest(q *weekAsk) error {
	skip := byHand{"child": true, "lesson": true, "quiz": true, "register": true, "cards": true, "levels": true, "watch": true}
	switch q.Do {
	case "prepare":
		w.prepare(skip)
		w.clock.to(0, 8, 0)
	case "rest":
		[]func(byHand){w.monday, w.tuesday, w.wednesday, w.thursday, w.friday}[q.Day](skip)
	case "judge": // the class' own page, at the end of a day
		w.settledViews()
		for class := range w.classes {
			w.judgeHome(class, 0, q.Day)
		}
	case "judge all":
		w.settledViews()
		w.allJudged(q.Day)
	case "shown": // a report's page as a person reads it, and the file of the same
		w.shown(q)
	default:
		return fmt.Errorf("a week has no %q", q.Do)
	}
	return nil
}

// made keeps a lesson or quiz that the script put together.
func (w *week) made(q *weekAsk) {
	at := strings.TrimRight(strings.SplitN(q.URL, "?", 2)[0], "/")
	at = at[strings.LastIndex(at, "/")+1:]
	if strings.Contains(q.URL, "/quiz/") {
		w.quizzes[q.Title] = learning.QuizID(at)
		w.quizzesMade = append(w.quizzesMade, weekQuiz{q.Title, 0, q.Things})
		return
	}
	w.lessons[q.Title] = learning.LessonID(at)
	w.lessonsMade = append(w.lessonsMade, weekLesson{q.Title, 0, q.Things})
}

// answered draws what the first child says to a question that the script has before it.
func (w *week) answered(q *weekAsk) (any, error) {
	m := asksItem.FindStringSubmatch(q.Question)
	if m == nil {
		return nil, fmt.Errorf("%q is no question of the week", q.Question)
	}
	id := m[1]
	if id == "" {
		id = "word-" + m[2]
	}
	x, it := weekItemOf(id)
	d := w.drawn(0, q.Day, x, it)
	d.at, d.seed, d.tenths = q.At, q.Seed, 0 // its phone has no script, which would tell the time
	w.deeds = append(w.deeds, d)
	return map[string]any{"given": d.given, "choice": it.choice, "right": d.right}, nil
}

// photo is a photo of the first class holding up cards for a question whose options are told, and what each card says.
func (w *week) photo(q *weekAsk) (any, error) {
	seats, err := w.boxes[0].Store.Seats(learning.Box(), w.rooms[0])
	if err != nil {
		return nil, err
	}
	var cards []int
	who := map[int]string{}
	for _, seat := range seats {
		if i := w.childOf(seat.Person.ID); seat.Card > 0 && w.children[i].isHere(q.Day) {
			cards, who[seat.Card] = append(cards, seat.Card), w.children[i].name
		}
	}
	photo, held := paperPhoto(41, cards)
	said := map[string]int{} // by name, 0 the first option
	for _, card := range held {
		said[who[card.Card]] = card.Answer
	}
	file := filepath.Join(w.t.TempDir(), "class.jpg")
	return map[string]any{"file": file, "said": said}, os.WriteFile(file, photo, 0o600)
}

// carded keeps what the cards said to a question: Things are a child's name and their answer in words each.
func (w *week) carded(q *weekAsk) {
	m := asksItem.FindStringSubmatch(q.Question)
	_, it := weekItemOf("word-" + m[2])
	for _, pair := range q.Things {
		name, given, _ := strings.Cut(pair, "=")
		for i, c := range w.children {
			if c.name == name && c.class == 0 {
				d := deed{child: i, day: q.Day, kind: "answer", at: w.titled("Cards", 0), item: it.id, given: given, right: given == it.right, time: w.clock.at()}
				for _, wrong := range it.wrong {
					if wrong.words == given {
						d.error = wrong.error
					}
				}
				w.deeds = append(w.deeds, d)
			}
		}
	}
	w.clock.pass(time.Minute)
}

// shown compares the tables of a report's page, as they are read, with the file that the same page saves: what is nothing is
// a dash, shares have their sign, times are rounded and in words.
func (w *week) shown(q *weekAsk) {
	w.t.Helper()
	path, query, _ := strings.Cut(q.URL, "?")
	files := w.files(0, path+"?format=csv&bom=no&"+query)
	if len(files) != len(q.Tables) {
		w.t.Errorf("%s shows %d tables, its file has %d", path, len(q.Tables), len(files))
		return
	}
	for i, rows := range q.Tables {
		var want [][]string
		for _, row := range files[i].rows {
			cells := []string{row[0]}
			for k, cell := range row[1:] {
				cells = append(cells, w.spoken(files[i].heads[k+1], cell))
			}
			want = append(want, cells)
		}
		w.same(path, rows, want)
	}
}

// spoken is a cell of a file as a page says it.
func (w *week) spoken(head, cell string) string {
	if cell == "" {
		return "–" + orElse + "Not met"
	}
	switch head {
	case "Share right", "Score", "Got through":
		return cell + "%"
	case "Last seen":
		at, err := time.Parse(time.DateOnly, cell)
		if days := int(w.clock.at().Sub(at).Hours()) / 24; err == nil && days < 2 {
			return []string{"today", "yesterday"}[days]
		}
		return at.Weekday().String()
	case "Time":
		var h, m, s int
		fmt.Sscanf(cell, "%d:%d:%d", &h, &m, &s)
		all := h*3600 + m*60 + s
		minutes := (all + 30) / 60
		switch {
		case all < 60:
			return plural(all, "second")
		case minutes < 60:
			return plural(minutes, "minute")
		case minutes%60 == 0:
			return plural(minutes/60, "hour")
		}
		return plural(minutes/60, "hour") + " " + plural(minutes%60, "minute")
	}
	return cell
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}
