package view

// A learner's day: lessons, quizzes, the mistakes book, what comes back, notes.
var daySamples = []Sample{
	{"lesson", func(f Frame) any {
		l := sampleLesson(f)
		l.Done, l.Next = 1, &l.Steps[1]
		return l
	}},
	{"lesson-new", func(f Frame) any {
		l := sampleLesson(f)
		l.Steps = sampleResources(f)[1:4]
		l.Next = &l.Steps[0]
		return l
	}},
	{"lesson-done", func(f Frame) any {
		l := sampleLesson(f)
		for i := range l.Steps {
			l.Steps[i].Complete, l.Steps[i].Percent = true, 100
		}
		l.Done = len(l.Steps)
		return l
	}},
	{"lesson-empty", func(f Frame) any {
		return Lesson{Frame: f.at("home", &Link{"", "/"}), Heading: pick(f, "Adding up to 20", "الجمع حتى ٢٠")}
	}},
	{"lesson-soon", func(f Frame) any {
		return Lesson{Frame: f.at("home", &Link{"", "/"}), Heading: pick(f, "Adding up to 20", "الجمع حتى ٢٠"), Soon: true, From: daysAgo(-2)}
	}},
	{"mistakes", func(f Frame) any { return sampleMistakes(f) }},
	{"mistakes-empty", func(f Frame) any { return Mistakes{Frame: f.at("home", &Link{"", "/"}), Mended: 3} }},
	{"mistake-look", func(f Frame) any { return sampleMistake(f) }},
	{"mistake-wrong", func(f Frame) any {
		m := sampleMistake(f)
		m.Question.Value, m.Next, m.NextText = "5", "/mistakes/7", "again"
		m.Result = &Result{Saved: true, Given: "5", Feedback: HTML(pick(f, "That is only the first basket. Count both.", "هذه السلة الأولى فقط. عُدّ السلتين.")), Worked: "6 + 2 = 8"}
		return m
	}},
	{"mistake-right", func(f Frame) any {
		m := sampleMistake(f)
		m.Step, m.Day, m.Question.Value, m.Next, m.NextText = "check", daysAgo(-2), "8", "/mistakes/8", "another"
		m.Result = &Result{Correct: true, Percent: 100, Saved: true, Given: "8"}
		return m
	}},
	{"mistake-check", func(f Frame) any {
		m := sampleMistake(f)
		m.Step, m.Question, m.Day = "check", nil, daysAgo(-2)
		return m
	}},
	{"mistake-gone", func(f Frame) any {
		m := sampleMistake(f)
		m.Step, m.Gone, m.Question.Value = "check-now", true, "8"
		m.Result = &Result{Correct: true, Percent: 100, Saved: true, Given: "8"}
		return m
	}},
	{"review", func(f Frame) any {
		s := sampleSuggestions(f)
		s[1].For, s[2].For = "due", "due"
		return Review{Frame: f.at("home", &Link{"", "/"}), Due: s[1:3]}
	}},
	{"review-empty", func(f Frame) any { return Review{Frame: f.at("home", &Link{"", "/"}), Later: daysAgo(-3)} }},
	{"notes", func(f Frame) any {
		r := sampleResources(f)
		return Notes{Frame: f.at("home", &Link{"", "/"}), Kept: []Kept{
			{r[0], Keep{Resource: "1", Course: "1", Back: "/notes", Bookmarked: true, Note: pick(f, "Ask about the number line.\nFingers work too.", "أسأل عن خط الأعداد.")}},
			{r[2], Keep{Resource: "3", Course: "1", Back: "/notes", Bookmarked: true}},
		}}
	}},
	{"notes-empty", func(f Frame) any { return Notes{Frame: f.at("home", &Link{"", "/"})} }},
	{"keep", func(f Frame) any {
		return KeepPage{Frame: f.at("library", courseBack(f)), Heading: pick(f, "What is ten?", "ما العشرة؟"), Lang: f.Lang, Page: "/resource/1", Keep: Keep{Resource: "1", Course: "1", Back: "/resource/1?keep=1", Bookmarked: true}}
	}},
}

func sampleSuggestions(f Frame) []Suggestion {
	r := sampleResources(f)
	where := pick(f, "Numbers to ten", "الأعداد حتى عشرة")
	for i := range r {
		r[i].Where = where
	}
	r[1].Percent = 40
	return []Suggestion{
		{r[1], "continue", Reason{Key: "continue"}},
		{Card{Title: pick(f, "Adding up to 20", "الجمع حتى ٢٠"), URL: "/lesson/1", Kind: "lesson", Percent: 50}, "set", Reason{"set-until", []string{"date", "2026-11-24"}}},
		{Card{Title: pick(f, "Which is bigger?", "أيهما أكبر؟"), URL: "/exercise/3", Kind: "exercise", Where: where}, "due", Reason{"review", []string{"n", "4"}}},
		{Card{Title: pick(f, "Taking away", "الطرح"), URL: "/mistakes/7", Kind: "exercise", Where: where}, "mistake", Reason{"mend", []string{"n", "2"}}},
		{Card{Title: pick(f, "Boats on the river", "قوارب في النهر"), URL: "/resource/3", Kind: "video", Where: where}, "next", Reason{Key: "next"}},
	}
}

func sampleEffort() *Effort { return &Effort{Points: 214, Goal: Goal{"answers", 20, 8}} }

func sampleLesson(f Frame) Lesson {
	return Lesson{
		Frame: f.at("home", &Link{"", "/"}), Heading: pick(f, "Adding up to 20", "الجمع حتى ٢٠"), Class: pick(f, "Class 3", "الصف الثالث"),
		About: pick(f, "Read the page, then practise with a friend.", "اقرأ الصفحة ثم تدرّب مع صديق."), Until: daysAgo(-3), Steps: sampleResources(f)[:4],
	}
}

func sampleMistakes(f Frame) Mistakes {
	return Mistakes{
		Frame: f.at("home", &Link{"", "/"}), First: &Link{"", "/mistakes/7"}, Mended: 12,
		Groups: []MistakeGroup{
			{pick(f, "Count the mangoes", "عُدّ المانجو"), "/exercise/2", f.Lang, []MistakeCard{
				{"/mistakes/7", pick(f, "There are 5 mangoes in one basket and 3 in another. How many altogether?", "في سلة 5 حبات مانجو وفي أخرى 3. كم عددها كلها؟"), pick(f, "That is only the first basket.", "هذه السلة الأولى فقط."), "look", When{}, 0},
				{"/mistakes/8", pick(f, "6 mangoes and 2 mangoes", "6 حبات و2"), "", "practise", When{}, 0},
			}},
			{pick(f, "Which is bigger?", "أيهما أكبر؟"), "/exercise/3", f.Lang, []MistakeCard{
				{"/mistakes/9", "7 … 9", pick(f, "Looked at the last digit only.", "نظر إلى الرقم الأخير فقط."), "check", daysAgo(-2), 1},
				{"/mistakes/10", "4 … 2", "", "check-now", When{}, 1},
			}},
		},
	}
}

func sampleMistake(f Frame) Mistake {
	e := sampleExercise(f)
	q := e.Question
	q.Stem = HTML(pick(f, "There are 6 mangoes in one basket and 2 in another. How many altogether?", "في سلة 6 حبات مانجو وفي أخرى 2. كم عددها كلها؟"))
	return Mistake{
		Frame: f.at("home", &Link{"", "/mistakes"}), Heading: e.Heading, Lang: f.Lang, Step: "look",
		Asked: Asked{
			Error: HTML(pick(f, "That is only the first basket. Count both.", "هذه السلة الأولى فقط. عُدّ السلتين.")),
			Stem:  e.Question.Stem, Given: "5", Right: "8", Lang: f.Lang,
			Worked: HTML(pick(f, "5 and 3 more: count on from 5: 6, 7, 8. So 5 + 3 = 8.", "5 ثم 3: نعدّ بعد 5: 6، 7، 8. إذن 5 + 3 = 8.")),
		},
		Action: "/mistakes/7", Attempt: "abcdefghijklm.9", Item: e.Item, Seed: "78", Question: &q, Licence: sampleLicence,
	}
}
