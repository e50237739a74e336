package view

var exerciseSamples = []Sample{
	{"exercise-number", func(f Frame) any {
		e := sampleExercise(f)
		e.MoreHint = true
		return e
	}},
	{"exercise-number-none", func(f Frame) any {
		f.Banner = &Banner{Kind: "careful", Key: "banner.answer-first"}
		return sampleExercise(f)
	}},
	{"exercise-number-wrong", func(f Frame) any {
		e := sampleExercise(f)
		e.Question.Value = "5"
		e.Dots = []string{"wrong", "right", "wrong", "open", "open"}
		e.Result = &Result{
			Given: "5", Feedback: HTML(pick(f, "That is only the first basket. Count both.", "هذه السلة الأولى فقط. عُدّ السلتين.")),
			Worked: HTML(pick(f, "5 and 3 more: count on from 5: 6, 7, 8. So 5 + 3 = 8.", "5 ثم 3: نعدّ بعد 5: 6، 7، 8. إذن 5 + 3 = 8.")),
		}
		e.Result.Saved, e.Sister, e.Mistakes = true, true, true
		e.Next, e.Done = "/exercise/2?n=4", "/course/1"
		return e
	}},
	{"exercise-number-right", func(f Frame) any {
		e := sampleExercise(f)
		e.Question.Value = "8"
		e.Dots, e.Mastered = []string{"wrong", "right", "right", "right", "right"}, true
		e.Result = &Result{Correct: true, Percent: 100, Given: "8", Saved: true}
		e.Next, e.Done = "/exercise/2?n=6", "/course/1"
		return e
	}},
	{"exercise-learn-first", func(f Frame) any {
		e := sampleExercise(f)
		e.First, e.FirstWhy = &Link{pick(f, "Counting to ten", "العد حتى عشرة"), "/exercise/1"}, Reason{"learn-first", []string{"skill", pick(f, "Counting to ten", "العد حتى عشرة"), "for", pick(f, "Adding", "الجمع")}}
		e.Why = Reason{Key: "level"}
		e.Keep = &Keep{Resource: "2", Course: "1", Back: "/exercise/2"}
		return e
	}},
	{"exercise-come-back", func(f Frame) any {
		e := sampleExercise(f)
		e.Criterion, e.Practised, e.Check = Criterion{"spaced_m_of_n", 4, 5}, true, daysAgo(-2)
		e.Question.Value = "8"
		e.Dots = []string{"right", "right", "wrong", "right", "right"}
		e.Result = &Result{Correct: true, Percent: 100, Given: "8", Saved: true}
		e.Next, e.Done, e.DoneText = "/exercise/2?n=6", "/lesson/1", pick(f, "Adding up to 20", "الجمع حتى ٢٠")
		return e
	}},
	{"exercise-check-now", func(f Frame) any {
		e := sampleExercise(f)
		e.Criterion, e.Practised, e.CheckNow = Criterion{"spaced_m_of_n", 4, 5}, true, true
		e.Dots = []string{"right", "right", "wrong", "right", "right"}
		return e
	}},
	{"exercise-spaced", func(f Frame) any {
		e := sampleExercise(f)
		e.Criterion = Criterion{"spaced_m_of_n", 4, 5}
		return e
	}},
	{"exercise-mathematics", questionSample(func(f Frame) Question {
		return Question{Type: "number", Stem: HTML(pick(f, "How much is ", "كم يساوي ")) + `<math><mfrac><mn>1</mn><mn>2</mn></mfrac><mo>+</mo><msup><mn>3</mn><mn>2</mn></msup></math>?`}
	})},
	{"exercise-number-hint", func(f Frame) any {
		e := sampleExercise(f)
		e.Hints = []HTML{HTML(pick(f, "Start at 5 and count on 3 more.", "ابدأ من 5 وعُدّ 3 بعدها."))}
		return e
	}},
	{"exercise-choice", questionSample(func(f Frame) Question {
		return Question{Type: "choice", Sound: "/resource/9/sound", Stem: HTML(pick(f, "Which number is bigger than <strong>7</strong>?", "أيّ عدد أكبر من <strong>7</strong>؟")), Options: options("5", "9", "6", "3")}
	})},
	{"exercise-choice-wrong", func(f Frame) any {
		e := sampleExercise(f)
		e.Question = Question{Type: "choice", Stem: "7 … ?", Options: options("5", "9", "6")}
		e.Question.Options[0].Chosen, e.Question.Options[0].Mark, e.Question.Options[1].Mark = true, "wrong", "right"
		e.Result, e.Next = &Result{Given: "5", Worked: "9 > 7"}, "/exercise/2?n=5"
		return e
	}},
	{"exercise-many", questionSample(func(f Frame) Question {
		return Question{Type: "many", Stem: HTML(pick(f, "Which are even?", "ما الأعداد الزوجية؟")), Options: options("1", "2", "4", "7")}
	})},
	{"exercise-truefalse", questionSample(func(f Frame) Question {
		return Question{Type: "truefalse", Stem: HTML(pick(f, "Ten is two hands of fingers.", "العشرة هي أصابع اليدين."))}
	})},
	{"exercise-text", questionSample(func(f Frame) Question {
		return Question{Type: "text", Stem: HTML(pick(f, "What is the capital of Kenya?", "ما عاصمة كينيا؟"))}
	})},
	{"exercise-cloze", questionSample(func(f Frame) Question {
		return Question{Type: "cloze", Parts: []Part{
			{Text: HTML(pick(f, "The sun rises in the ", "تشرق الشمس من "))}, {Gap: &Gap{Name: "r1"}}, {Text: HTML(pick(f, " and sets in the ", " وتغرب في "))}, {Gap: &Gap{Name: "r2", Value: pick(f, "west", "الغرب")}}, {Text: "."},
		}}
	})},
	{"exercise-inline", questionSample(func(f Frame) Question {
		return Question{Type: "inline", Parts: []Part{
			{Text: HTML(pick(f, "At 100 °C water ", "عند 100 °م "))}, {Gap: &Gap{Name: "r1", Options: options(pick(f, "boils", "يغلي الماء"), pick(f, "freezes", "يتجمد الماء"))}}, {Text: "."},
		}}
	})},
	{"exercise-order", questionSample(func(f Frame) Question {
		return Question{Type: "order", Stem: HTML(pick(f, "Smallest first.", "الأصغر أولًا.")), Options: options("12", "3", "8")}
	})},
	{"exercise-match", questionSample(func(f Frame) Question {
		return Question{Type: "match", Stem: HTML(pick(f, "Which young belongs to which?", "أيّ صغير لأيّ حيوان؟")), Options: options(pick(f, "cow", "بقرة"), pick(f, "hen", "دجاجة")), Rights: options(pick(f, "chick", "صوص"), pick(f, "calf", "عجل"))}
	})},
	{"exercise-categorise", questionSample(func(f Frame) Question {
		return Question{Type: "categorise", Stem: HTML(pick(f, "Animal or plant?", "حيوان أم نبات؟")), Options: options(pick(f, "hen", "دجاجة"), pick(f, "tree", "شجرة")), Categories: []string{pick(f, "Animals", "حيوانات"), pick(f, "Plants", "نباتات")}}
	})},
	{"exercise-hottext", questionSample(func(f Frame) Question {
		return Question{Type: "hottext", Parts: []Part{
			{Text: HTML(pick(f, "The ", "جلست "))}, {Span: &Option{Key: "1", Text: HTML(pick(f, "cat", "القطة"))}}, {Text: HTML(pick(f, " sat on the ", " على "))}, {Span: &Option{Key: "2", Text: HTML(pick(f, "mat", "الحصير")), Chosen: true}}, {Text: "."},
		}}
	})},
	{"exercise-blocks", questionSample(func(f Frame) Question {
		return Question{Type: "choice", Stem: HTML(pick(f, `<p>Read the table.</p><table><thead><tr><th>Month</th><th>Rain</th></tr></thead><tbody><tr><td>May</td><td>120 mm</td></tr><tr><td>June</td><td>35 mm</td></tr></tbody></table><p>Which month had H<sub>2</sub>O in plenty?</p>`, `<p>اقرأ الجدول.</p><table><thead><tr><th>الشهر</th><th>المطر</th></tr></thead><tbody><tr><td>مايو</td><td>120 مم</td></tr><tr><td>يونيو</td><td>35 مم</td></tr></tbody></table><p>أي شهر كان أكثر مطرًا؟</p>`)), Options: options(pick(f, "May", "مايو"), pick(f, "June", "يونيو"))}
	})},
	{"exercise-blocks-typed", questionSample(func(f Frame) Question {
		return Question{Type: "formula", Stem: HTML(pick(f, "<p>A shed is x m wide, and 2 m longer than wide.</p><ul><li>Write its area.</li></ul>", "<p>عرض الحظيرة س متر، وهي أطول من عرضها بمترين.</p><ul><li>اكتب مساحتها.</li></ul>")), Value: "x(x+2)"}
	})},
	{"exercise-gaps-of-all-kinds", func(f Frame) any {
		e := sampleExercise(f)
		e.LeftOutN, e.LeftOut = 3, []string{"essay: line 12: a person must read the answer", "ddmarker: line 80: markers are put on a picture", "cloze: line 95: gap 1: several answers are to be ticked within the text"}
		e.Question = Question{Type: "cloze", Parts: []Part{
			{Text: HTML(pick(f, "<p>Half of 10 is ", "<p>نصف 10 هو "))},
			{Gap: &Gap{Name: "r1", Number: true, Value: "5"}},
			{Text: HTML(pick(f, " and the sky is ", " والسماء "))},
			{Gap: &Gap{Name: "r2", Options: options(pick(f, "blue", "زرقاء"), pick(f, "green", "خضراء"))}},
			{Text: HTML(pick(f, ".</p><table><tbody><tr><td>rain</td><td>", ".</p><table><tbody><tr><td>مطر</td><td>"))},
			{Gap: &Gap{Name: "r3"}},
			{Text: "</td></tr></tbody></table>"},
		}}
		return e
	}},
	{"exercise-left-out", func(f Frame) any {
		return Exercise{Frame: f.at("library", nil), Heading: "Essays", Broken: true, LeftOutN: 1, LeftOut: []string{"essay: a person must read the answer"}}
	}},
	{"exercise-empty", func(f Frame) any { return Exercise{Frame: f.at("library", nil), Heading: "Empty", Broken: true} }},
}

func options(texts ...string) []Option {
	all := make([]Option, len(texts))
	for i, t := range texts {
		all[i] = Option{Key: string(rune('a' + i)), Text: HTML(t)}
	}
	return all
}

func sampleExercise(f Frame) Exercise {
	return Exercise{
		Frame: f.at("library", courseBack(f)), Heading: pick(f, "Count the mangoes", "عُدّ المانجو"), Lang: f.Lang, Crumbs: sampleCrumbs(f),
		Action: "/exercise/2/attempt", Attempt: "abcdefghijklm.3", Item: "add-two-baskets", Seed: "77",
		Question: Question{Type: "number", Stem: HTML(pick(f, "There are 5 mangoes in one basket and 3 in another. How many altogether?", "في سلة 5 حبات مانجو وفي أخرى 3. كم عددها كلها؟")), Unit: pick(f, "mangoes", "حبة")},
		Dots:     []string{"wrong", "right", "open", "open", "open"}, Criterion: Criterion{"m_of_n", 4, 5}, Licence: sampleLicence,
	}
}

func questionSample(q func(Frame) Question) func(Frame) any {
	return func(f Frame) any {
		e := sampleExercise(f)
		e.Question = q(f)
		return e
	}
}
