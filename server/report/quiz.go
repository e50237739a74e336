package report

import (
	"slices"
	"strconv"

	"lamplight/content/arrange"
	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/ui/view"
)

// Quizzes is a line a quiz of a class: for how many it is, who handed in, how it went.
func Quizzes(quizzes []learning.Quiz, sittings func(learning.QuizID) []store.LearnerSitting, url func(learning.QuizID) string) view.Table {
	t := view.Table{
		Name: "quizzes", Title: view.Words{Key: "report.quizzes"},
		Columns: []view.Column{
			column("title", view.TextColumn), column("state", view.TextColumn), column("learners", view.NumberColumn), column("begun", view.NumberColumn),
			column("handed-in", view.NumberColumn), column("score", view.PercentColumn),
		},
	}
	for i := range quizzes {
		q := &quizzes[i]
		set := sittings(q.ID)
		begun, handed, marked, score := 0, 0, 0, 0
		for _, s := range set {
			now := s.Sitting.Now()
			if now == nil {
				continue
			}
			begun++
			if now.HandedIn {
				handed++
			}
			if now.Marked {
				marked++
				score += int(now.Score)
			}
		}
		t.Rows = append(t.Rows, []view.Cell{
			{Words: view.Words{Text: q.Title}, URL: url(q.ID)}, {Words: view.Words{Key: "report.quiz." + q.State}}, number(len(set)), number(begun), number(handed), share(score, marked*10000),
		})
	}
	return t
}

// QuizLearners is what each learner came to in a quiz: their last try.
func QuizLearners(sittings []store.LearnerSitting, tile func(int) string, url func(p learning.PersonID, begun bool) string) view.Table {
	t := view.Table{
		Name: "quiz-learners", Title: view.Words{Key: "report.learners"},
		Columns: []view.Column{
			column("name", view.PersonColumn), column("state", view.TextColumn), column("answered", view.NumberColumn), column("asked", view.NumberColumn),
			column("rights", view.NumberColumn), column("score", view.PercentColumn), column("time", view.DurationColumn), column("tries", view.NumberColumn),
		},
	}
	for _, s := range sittings {
		now := s.Sitting.Now()
		row := []view.Cell{{Words: view.Words{Text: s.Person.Name}, Tile: tile(s.Person.Tile), URL: url(s.Person.ID, now != nil)}}
		if now == nil {
			row = append(row, view.Cell{Words: view.Words{Key: "report.sat.new"}})
			for range t.Columns[2:] {
				row = append(row, view.Cell{None: true})
			}
			t.Rows = append(t.Rows, row)
			continue
		}
		state := "begun"
		switch {
		case now.HandedIn:
			state = "handed-in"
		case now.Marked:
			state = "closed"
		}
		t.Rows = append(t.Rows, append(row,
			view.Cell{Words: view.Words{Key: "report.sat." + state}}, number(len(now.Answers)), number(now.Asked), view.Cell{N: now.Right, None: !now.Marked},
			view.Cell{N: (int(now.Score) + 50) / 100, None: !now.Marked}, spent(int(now.Tenths/10), 1), number(len(s.Sitting.Tries)),
		))
	}
	return t
}

// Papers are the last tries that are marked, for Analyse. asked says whether a question was on a learner's paper, choice
// what thought an answer comes of; see Answer.
func Papers(questions []learning.QuizQuestion, sittings []store.LearnerSitting, asked func(learning.PersonID, string) bool, choice func(learning.QuizQuestion, learning.QuizAnswer) string) (out []Paper) {
	for _, s := range sittings {
		now := s.Sitting.Now()
		if now == nil || !now.Marked {
			continue
		}
		p := make(Paper, len(questions))
		for i, x := range questions {
			a, ok := now.Answers[x.Key]
			switch {
			case ok && a.Correct:
				p[i] = Answer{Right, choice(x, a)}
			case ok:
				p[i] = Answer{Wrong, choice(x, a)}
			case asked(s.Person.ID, x.Key):
				p[i] = Answer{Outcome: Unanswered}
			}
		}
		out = append(out, p)
	}
	return out
}

// A Question is what was asked, in words, and where its own report is.
type Question struct {
	Thing
	Wrong func(choice string) string // a wrong answer in words: what the course says of its mistake, else what was answered
}

// Questions is how each question went, hardest first.
func Questions(items []Item, questions []Question, r *Reliability) view.Table {
	t := view.Table{
		Name: "questions", Title: view.Words{Key: "report.questions"}, About: &view.Words{Key: "report.questions.about"},
		Columns: []view.Column{
			column("question", view.TextColumn), column("rights", view.NumberColumn), column("of", view.NumberColumn), column("share", view.PercentColumn),
			column("wrong", view.TextColumn), column("chosen", view.NumberColumn), column("remark", view.TextColumn),
		},
	}
	order := make([]int, len(items))
	for i := range order {
		order[i] = i
	}
	arrange.Stably(order, func(a, b int) int { return hardness(&items[a], &items[b]) })
	for _, k := range order {
		it, q := &items[k], &questions[k]
		row := []view.Cell{q.cell(), number(it.Right), number(it.Asked), share(it.Right, it.Asked), {None: true}, {None: true}, {None: true}}
		if len(it.Wrong) > 0 {
			row[4] = view.Cell{Words: view.Words{Text: q.Wrong(it.Wrong[0].Choice), Lang: q.Lang}}
			row[5] = number(it.Wrong[0].N)
		}
		if facts := Remarks(it, q); len(facts) > 0 {
			row[6] = view.Cell{Words: facts[0]}
		}
		t.Rows = append(t.Rows, row)
	}
	if r != nil {
		t.Notes = append(t.Notes, reliabilityWords(*r))
	}
	return t
}

// hardness sorts what fewest had right first, and what nobody was asked last.
func hardness(a, b *Item) int {
	switch {
	case a.Asked == 0 || b.Asked == 0:
		return b.Asked - a.Asked
	}
	return a.Right*b.Asked - b.Right*a.Asked
}

// Remarks are what a teacher should know of how a question went, in words, what matters most first.
func Remarks(it *Item, q *Question) (out []view.Words) {
	say := func(key string, args ...string) { out = append(out, view.Words{Key: "item." + key, Args: args}) }
	for _, f := range []Flag{KeySuspect, TooHard, Popular, DeadOption, TooEasy} {
		if !slices.Contains(it.Flags, f) {
			continue
		}
		switch f {
		case Popular:
			say("popular", "n", strconv.Itoa(it.Wrong[0].N), "of", strconv.Itoa(it.Answered-it.Right), "answer", q.Wrong(it.Wrong[0].Choice))
		case DeadOption:
			for _, o := range it.Dead {
				say("dead", "answer", q.Wrong(o))
			}
		default:
			say(string(f), "n", strconv.Itoa(it.Right), "of", strconv.Itoa(it.Asked))
		}
	}
	if it.Top > 0 && 2*it.TopRight < it.Top {
		say("top", "n", strconv.Itoa(it.Top-it.TopRight), "of", strconv.Itoa(it.Top))
	}
	if it.Indexed {
		switch {
		case it.Separates < 0:
			say("against")
		case it.Separates < 200:
			say("little")
		case it.Separates >= 300:
			say("well")
		}
	}
	return out
}

func reliabilityWords(r Reliability) view.Words {
	key := "rough"
	switch {
	case !r.Known:
		key = "few"
	case r.KR20 >= 800:
		key = "sure"
	case r.KR20 < 600:
		key = "chance"
	}
	return view.Words{Key: "item.quiz." + key, Plural: true, N: r.Papers}
}

// Choices is how often each answer to a question was given, the right one first.
func Choices(it *Item, q *Question, rightAnswer string) view.Table {
	t := view.Table{
		Name: "answers", Title: view.Words{Key: "report.choices"},
		Columns: []view.Column{column("answer", view.TextColumn), column("learners", view.NumberColumn), column("strongest", view.NumberColumn)},
	}
	top := func(n int) view.Cell { return view.Cell{N: n, None: it.Top == 0} }
	t.Rows = append(t.Rows, []view.Cell{{Words: view.Words{Key: "report.choice.right", Args: []string{"answer", rightAnswer}}}, number(it.Right), top(it.TopRight)})
	for _, c := range it.Wrong {
		t.Rows = append(t.Rows, []view.Cell{{Words: view.Words{Text: q.Wrong(c.Choice), Lang: q.Lang}}, number(c.N), top(c.Top)})
	}
	if n := it.Asked - it.Answered; n > 0 {
		t.Rows = append(t.Rows, []view.Cell{{Words: view.Words{Key: "report.choice.none"}}, number(n), {None: true}})
	}
	return t
}

// A Given is one learner's answer to a question. Asked is the question in their own numbers.
type Given struct {
	Person          learning.Person
	URL             string // of their paper
	Answered, Right bool
	Words, Asked    string
}

// Answers is who answered what; varied says that each had other numbers, and then they are shown.
func Answers(all []Given, tile func(int) string, varied bool) view.Table {
	t := view.Table{
		Name: "who-answered", Title: view.Words{Key: "report.learners"},
		Columns: []view.Column{column("name", view.PersonColumn), column("answer", view.TextColumn), column("state", view.TextColumn)},
	}
	if varied {
		t.Columns = append(t.Columns, column("question", view.TextColumn))
	}
	for _, g := range all {
		row := []view.Cell{{Words: view.Words{Text: g.Person.Name}, Tile: tile(g.Person.Tile), URL: g.URL}, text(g.Words), {Words: view.Words{Key: "dot.wrong"}}}
		switch {
		case !g.Answered:
			row[1], row[2] = view.Cell{None: true}, view.Cell{Words: view.Words{Key: "report.choice.none"}}
		case g.Right:
			row[2].Words.Key = "dot.right"
		}
		if varied {
			row = append(row, text(g.Asked))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
