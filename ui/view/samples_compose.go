package view

var composeSamples = []Sample{
	{"class-work", func(f Frame) any {
		v := sampleClassWork(f)
		v.Banner = &Banner{Kind: "saved", Key: "work.done.away"}
		v.Undo = &Undo{Action: v.Action, Fields: []Hidden{{"bring", "9"}}}
		v.PutAway = []Work{{ID: "9", Title: pick(f, "Old sums", "مسائل قديمة"), URL: "/teach/lesson/9", Kind: "lesson", State: "hidden", Things: 4}}
		return v
	}},
	{"class-work-empty", func(f Frame) any {
		v := sampleClassWork(f)
		v.Lessons, v.Quizzes, v.HasSteps = nil, nil, false
		return v
	}},
	{"work-new", func(f Frame) any {
		return NewWork{
			Frame: f.as("teacher").at("teach", &Link{"", "/teach/class/3/lessons"}), Kind: "lesson", Heading: pick(f, "Class 3", "الصف الثالث"),
			Action: "/teach/class/3/lessons/new", For: sampleForWhom(f),
		}
	}},
	{"work-new-wrong", func(f Frame) any {
		v := NewWork{
			Frame: f.as("teacher").at("teach", &Link{"", "/teach/class/3/lessons"}), Kind: "quiz", Heading: pick(f, "Class 3", "الصف الثالث"),
			Action: "/teach/class/3/lessons/new", Problem: true, For: sampleForWhom(f),
		}
		v.For.Learners[1].Chosen = true
		return v
	}},
	{"compose-lesson", func(f Frame) any { return sampleComposeLesson(f) }},
	{"compose-lesson-empty", func(f Frame) any {
		v := sampleComposeLesson(f)
		v.Steps, v.State, v.About, v.FromDay, v.UntilDay = nil, "empty", "", When{}, When{}
		v.Banner = &Banner{Kind: "saved", Key: "work.done.made"}
		return v
	}},
	{"compose-lesson-disputed", func(f Frame) any {
		v := sampleComposeLesson(f)
		v.PutAway, v.Hidden, v.State = true, true, "hidden"
		v.Disputes = []Dispute{
			{"title", []DisputeVersion{{Key: "a", Text: v.Heading}, {Key: "b", Text: pick(f, "Sums to twenty", "الجمع حتى العشرين")}}, false},
			{"list", []DisputeVersion{{Key: "a", Lines: []string{v.Steps[0].Title, v.Steps[1].Title}}, {Key: "b", Lines: []string{v.Steps[0].Title}, More: 3}}, true},
			{"until", []DisputeVersion{{Key: "a", Day: daysAgo(-5)}, {Key: "b"}}, false},
			{"hidden", []DisputeVersion{{Key: "a", State: "work.state.hidden"}, {Key: "b", State: "work.state.shown"}}, false},
		}
		return v
	}},
	{"compose-quiz", func(f Frame) any { return sampleComposeQuiz(f) }},
	{"compose-quiz-open", func(f Frame) any {
		v := sampleComposeQuiz(f)
		v.State, v.Locked, v.Begun, v.HandedIn = "open", true, 2, 21
		v.Sections = append(v.Sections, ComposeSection{Number: 2, Title: pick(f, "In your head", "حساب ذهني"), About: pick(f, "No paper.", "بلا ورق."), Shuffled: true})
		return v
	}},
	{"compose-quiz-closed", func(f Frame) any {
		v := sampleComposeQuiz(f)
		v.State, v.Locked, v.Begun, v.HandedIn, v.Words.Minutes, v.Practice = "closed", true, 1, 30, "20", true
		v.Banner = &Banner{Kind: "saved", Key: "work.done.closed"}
		return v
	}},
	{"compose-quiz-empty", func(f Frame) any {
		v := sampleComposeQuiz(f)
		v.Sections, v.Questions = nil, 0
		v.For.Class.Chosen = false
		return v
	}},
	{"quiz-close", func(f Frame) any {
		t := sampleTiles(f)
		return CloseQuiz{
			Frame: f.as("teacher").at("teach", &Link{pick(f, "Week 3", "الأسبوع الثالث"), "/teach/quiz/1"}), Heading: pick(f, "Week 3", "الأسبوع الثالث"),
			Begun: []Recipient{{"", t[0].Name, t[0].Tile, false}, {"", t[1].Name, t[1].Tile, false}}, HandedIn: 12, NotBegun: 1, Action: "/teach/quiz/1",
		}
	}},
	{"quiz-preview", func(f Frame) any {
		return QuizPreview{
			Frame: f.as("teacher").at("teach", &Link{pick(f, "Week 3", "الأسبوع الثالث"), "/teach/quiz/1"}), Heading: pick(f, "Week 3", "الأسبوع الثالث"),
			Number: 1, Total: 2, Lang: f.Lang, Section: QuizSection{Title: pick(f, "In your head", "حساب ذهني")},
			Question: Question{Type: "number", Stem: HTML(pick(f, "7 and 6 make", "٧ و٦ يساويان"))},
			Map:      []QuizMark{{1, "/teach/quiz/1/preview?n=1", false, true}, {2, "/teach/quiz/1/preview?n=2", false, false}},
		}
	}},
	{"pick-lesson", func(f Frame) any { return samplePick(f) }},
	{"pick-quiz", func(f Frame) any {
		v := samplePick(f)
		v.Kind, v.Action, v.Recent, v.Things, v.Drawing = "quiz", "/teach/quiz/1/pick", nil, nil, 2
		for i := range v.Places {
			v.Places[i].Draws = true
		}
		v.Places[0].Chosen = true
		v.From = []PickPlace{{Key: "c/4", Title: pick(f, "Taking away", "الطرح"), Chosen: true}}
		return v
	}},
	{"pick-items", func(f Frame) any {
		v := samplePick(f)
		a := sampleAskedChoice(f)
		v.Kind, v.Action, v.Recent, v.Places, v.Replace = "quiz", "/teach/quiz/1/pick", nil, nil, true
		v.Things = []PickThing{{Key: "c/1 1", Title: "7 + 6", Lang: f.Lang, Asked: &a, Chosen: true}, {Key: "c/1 2", Title: "7 + 8", In: true}}
		v.Basket, v.Cut = nil, 3
		return v
	}},
	{"pick-nothing", func(f Frame) any {
		v := samplePick(f)
		v.Query, v.Asked, v.Recent, v.Places, v.Things, v.Basket, v.Title = "mangosteen", true, nil, nil, nil, nil, ""
		return v
	}},
}

func sampleClassWork(f Frame) ClassWork {
	return ClassWork{
		Frame: f.as("teacher").at("teach", &Link{pick(f, "Class 3", "الصف الثالث"), "/teach/class/3"}), Heading: pick(f, "Class 3", "الصف الثالث"), HasSteps: true,
		Action: "/teach/class/3/lessons", NewURL: "/teach/class/3/lessons/new",
		Lessons: []Work{
			{ID: "1", Title: pick(f, "Adding to twenty", "الجمع حتى عشرين"), URL: "/teach/lesson/1", Kind: "lesson", State: "shown", Things: 3, For: []string{pick(f, "Reds", "الحمر")}, Until: daysAgo(-5)},
			{ID: "2", Title: pick(f, "Plants", "النباتات"), URL: "/teach/lesson/2", Kind: "lesson", State: "later", Things: 1, Whole: true, From: daysAgo(-2), Disputed: true},
			{ID: "3", Title: pick(f, "Reading", "القراءة"), URL: "/teach/lesson/3", Kind: "lesson", State: "empty"},
		},
		Quizzes: []Work{
			{ID: "4", Title: pick(f, "Week 3", "الأسبوع الثالث"), URL: "/teach/quiz/4", Kind: "quiz", State: "open", Things: 10, Whole: true},
			{ID: "5", Title: pick(f, "Week 4", "الأسبوع الرابع"), URL: "/teach/quiz/5", Kind: "quiz", State: "draft", Things: 2, Whole: true},
		},
	}
}

func sampleForWhom(f Frame) ForWhom {
	t := sampleTiles(f)
	return ForWhom{
		Class:    Recipient{"class:3", pick(f, "Class 3", "الصف الثالث"), "", true},
		Groups:   []Recipient{{"class:31", pick(f, "Reds", "الحمر"), "", false}, {"class:32", pick(f, "Blues", "الزرق"), "", false}},
		Learners: []Recipient{{"learner:1", t[0].Name, t[0].Tile, false}, {"learner:2", t[1].Name, t[1].Tile, false}},
	}
}

func sampleComposeLesson(f Frame) ComposeLesson {
	return ComposeLesson{
		Frame: f.as("teacher").at("teach", &Link{"", "/teach/class/3/lessons"}), Heading: pick(f, "Adding to twenty", "الجمع حتى عشرين"),
		About: pick(f, "Watch first. Then do ten questions.", "شاهد أولا، ثم أجب عن عشرة أسئلة."), State: "shown",
		Words:   WorkWords{Title: pick(f, "Adding to twenty", "الجمع حتى عشرين"), From: "2026-11-20", Until: "2026-11-26"},
		FromDay: daysAgo(1), UntilDay: daysAgo(-5), Action: "/teach/lesson/1", Pick: "/teach/lesson/1/pick", Preview: "/lesson/1", Seen: "00", For: sampleForWhom(f),
		Copies: []Recipient{{"3", pick(f, "Class 3", "الصف الثالث"), "", true}, {"4", pick(f, "Class 4", "الصف الرابع"), "", false}},
		Steps: []ComposeStep{
			{Card: Card{Title: pick(f, "Ten and some more", "عشرة وزيادة"), URL: "/resource/1", Kind: "video", Lang: f.Lang, Where: pick(f, "Numbers", "الأعداد")}, Key: "c/1", First: true},
			{Card: Card{Title: pick(f, "Count the mangoes", "عُدّ المانجو"), URL: "/exercise/2", Kind: "exercise", Lang: f.Lang, Where: pick(f, "Numbers", "الأعداد")}, Key: "c/2"},
			{Card: Card{URL: "/library"}, Key: "d/3", Last: true, Gone: true},
		},
	}
}

func sampleAskedChoice(f Frame) Asked {
	return Asked{
		Stem: HTML(pick(f, "7 and 6 make", "٧ و٦ يساويان")), Lang: f.Lang, Right: "13",
		Options: []Option{{Key: "a", Text: "13", Mark: "right"}, {Key: "b", Text: "12"}, {Key: "c", Text: "76"}},
	}
}

func sampleComposeQuiz(f Frame) ComposeQuiz {
	t := sampleTiles(f)
	return ComposeQuiz{
		Needs: []Recipient{{"/accommodation/1", t[0].Name, t[0].Tile, true}, {"/accommodation/2", t[1].Name, t[1].Tile, false}},
		Frame: f.as("teacher").at("teach", &Link{"", "/teach/class/3/lessons"}), Heading: pick(f, "Week 3", "الأسبوع الثالث"), State: "draft", Questions: 2, Report: true, Words: WorkWords{Title: pick(f, "Week 3", "الأسبوع الثالث")},
		Own: true, Asked: 34, For: sampleForWhom(f), Action: "/teach/quiz/1", Pick: "/teach/quiz/1/pick", Preview: "/teach/quiz/1/preview", Close: "/teach/quiz/1/close",
		Seen: "00", Copies: []Recipient{{"3", pick(f, "Class 3", "الصف الثالث"), "", true}},
		Sections: []ComposeSection{{Number: 1, Pick: "/teach/quiz/1/pick?section=1", Rows: []ComposeQuestion{
			{Key: "k1", Number: 1, Asked: sampleAskedChoice(f), Where: pick(f, "Count the mangoes", "عُدّ المانجو"), First: true, Choose: "/teach/quiz/1/pick?replace=k1"},
			{Key: "k2", Number: 2, Asked: Asked{Stem: HTML(pick(f, "15 − 7 =", "١٥ − ٧ =")), Right: "8", Lang: f.Lang}, Where: pick(f, "Taking away", "الطرح"), Last: true, Choose: "/teach/quiz/1/pick?replace=k2"},
		}}},
	}
}

func samplePick(f Frame) Pick {
	return Pick{
		Frame: f.as("teacher").at("teach", &Link{"", "/teach/lesson/1"}), Kind: "lesson", Heading: pick(f, "Adding to twenty", "الجمع حتى عشرين"), Action: "/teach/lesson/1/pick",
		At: "c/", Crumbs: []PickPlace{{}}, Title: pick(f, "Numbers", "الأعداد"), Lang: f.Lang, Chosen: 2, Draw: 10,
		Recent: []PickThing{{Key: "c/9", Title: pick(f, "Number line", "خط الأعداد"), Lang: f.Lang, Kind: "page", Where: pick(f, "Numbers", "الأعداد")}},
		Places: []PickPlace{{Key: "c/1", Title: pick(f, "Counting", "العد"), Lang: f.Lang, Kind: "topic"}, {Key: "c/2", Title: pick(f, "Shapes", "الأشكال"), Lang: f.Lang, Kind: "exercise", Count: 12}},
		Things: []PickThing{
			{Key: "c/3", Title: pick(f, "Ten and some more", "عشرة وزيادة"), Lang: f.Lang, Kind: "video", Chosen: true},
			{Key: "c/4", Title: pick(f, "Count the mangoes", "عُدّ المانجو"), Lang: f.Lang, Kind: "exercise", In: true},
		},
		Basket: []PickThing{{Key: "d/1", Title: pick(f, "The seed", "البذرة"), Lang: f.Lang, Kind: "book", Where: pick(f, "Stories", "قصص"), Chosen: true}},
	}
}
