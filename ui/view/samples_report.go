package view

var reportSamples = []Sample{
	{"report-learners", func(f Frame) any {
		return Report{
			Frame: f.as("teacher").at("teach", &Link{pick(f, "Class 3", "الصف الثالث"), "/teach/class/3"}), Heading: Words{Text: pick(f, "Class 3", "الصف الثالث")},
			Tabs: sampleTabs("learners"), Tables: []Table{sampleReport(f)}, Save: sampleSavings,
		}
	}},
	{"report-arriving", func(f Frame) any {
		v := Report{
			Frame: f.as("teacher").at("teach", nil), Heading: Words{Text: pick(f, "Class 3", "الصف الثالث")}, Tabs: sampleTabs("learners"), Tables: []Table{sampleReport(f)},
		}
		v.Arriving = true
		return v
	}},
	{"report-empty", func(f Frame) any {
		return Report{Frame: f.as("teacher").at("teach", nil), Heading: Words{Text: pick(f, "Class 4", "الصف الرابع")}, Tabs: sampleTabs("quizzes"), Empty: &Words{Key: "report.empty-quizzes"}}
	}},
	{"report-quiz", func(f Frame) any {
		return Report{
			Frame: f.as("teacher").at("teach", nil), Heading: Words{Text: pick(f, "Fractions on Friday", "الكسور يوم الجمعة")}, Tabs: sampleTabs("quizzes"), Save: sampleSavings,
			Tables: []Table{sampleQuizLearners(f), sampleQuestions(f)},
		}
	}},
	{"report-question", func(f Frame) any {
		return Report{
			Frame: f.as("teacher").at("teach", nil), Heading: Words{Key: "quiz.n", Args: []string{"n", "4"}}, Tabs: sampleTabs("quizzes"), Save: sampleSavings,
			Asked: &Asked{
				Stem: HTML(pick(f, "1/2 + 1/3 = ?", "1/2 + 1/3 = ؟")), Right: "5/6", Lang: f.Lang,
				Options: []Option{{Key: "a", Text: "2/5"}, {Key: "b", Text: "5/6", Mark: "right"}, {Key: "c", Text: "1/6"}},
			},
			Facts: []Words{
				{Key: "item.right", Args: []string{"n", "7", "of", "31"}}, {Key: "item.popular", Args: []string{"n", "12", "of", "24", "answer", pick(f, "2/5 – added tops and bottoms", "2/5 – جمع البسوط والمقامات")}},
			},
			Tables: []Table{sampleChoices(f)},
		}
	}},
	{"report-history", func(f Frame) any {
		return Report{
			Frame: f.as("teacher").at("teach", nil), Heading: Words{Text: pick(f, "Taking away", "الطرح"), Lang: f.Lang}, About: &Words{Key: "report.history", Args: []string{"name", sampleTiles(f)[0].Name}},
			Answers: []Answered{{pick(f, "Count the mangoes", "عُدّ المانجو"), "/exercise/2", pick(f, "5 mangoes and 3 mangoes", "5 حبات و3 حبات"), "5", false, false, pick(f, "Counted one basket", "عدّ سلة واحدة"), f.Lang, daysAgo(0)}},
		}
	}},
	{"report-skills", func(f Frame) any {
		return SkillMap{
			Frame: f.as("teacher").at("teach", nil), Tabs: sampleTabs("skills"), Map: sampleSkills(f), Action: "/teach/class/3/report/skills", Save: sampleSavings,
			Skills: []SkillLine{
				{"add-20", pick(f, "Adding to 20", "الجمع حتى 20"), 1, 1, 1, 1, []Link{{sampleTiles(f)[1].Name, "/teach/learner/2/skill?skill=add-20"}}},
				{"count", pick(f, "Counting", "العدّ"), 4, 0, 0, 0, nil},
			},
			Made: &MadeGroup{Name: pick(f, "Help with adding", "مساعدة في الجمع"), Group: "1", Skill: "add-20", Learners: 1, CanSet: true},
		}
	}},
	{"report-skills-set", func(f Frame) any {
		return SkillMap{
			Frame: f.as("teacher").at("teach", nil), Tabs: sampleTabs("skills"), Action: "/teach/class/3/report/skills",
			Made: &MadeGroup{Name: pick(f, "Help with adding", "مساعدة في الجمع"), Group: "1", Skill: "add-20", Learners: 1, Lesson: "2", Page: "/teach/class/3/report/lesson/2"},
		}
	}},
}

var sampleSavings = []Saving{{"xlsx", "/teach/class/3/report?format=xlsx"}, {"csv", "/teach/class/3/report?format=csv"}}

func sampleTabs(current string) (out []Tab) {
	for _, key := range []string{"learners", "resources", "lessons", "quizzes", "skills"} {
		out = append(out, Tab{Key: key, URL: "/teach/class/3/report/" + key, Current: key == current})
	}
	return out
}

func sampleColumns(kind ColumnKind, keys ...string) (out []Column) {
	out = []Column{{Title: Words{Key: "column.name"}, Kind: PersonColumn}}
	for _, k := range keys {
		out = append(out, Column{Title: Words{Key: "column." + k}, Kind: kind})
	}
	return out
}

func sampleReport(f Frame) Table {
	t := Table{Name: "learners", Title: Words{Key: "report.learners"}, Columns: sampleColumns(NumberColumn, "started", "finished", "help", "answers", "share", "time", "last")}
	t.Columns[5].Kind, t.Columns[6].Kind, t.Columns[7].Kind = PercentColumn, DurationColumn, DateColumn
	for i, r := range sampleRows(f) {
		t.Rows = append(t.Rows, []Cell{
			{Words: Words{Text: r.Name}, Tile: r.Tile, URL: r.URL}, {N: r.Started}, {N: r.Finished}, {N: i / 2}, {N: r.Answers}, {N: r.Right, None: r.Answers == 0}, {N: 60 * r.Answers}, {When: r.Last},
		})
	}
	t.Total = []Cell{{Words: Words{Key: "report.together"}}, {N: 13}, {N: 8}, {N: 2}, {N: 123}, {N: 62}, {N: 7380}, {None: true}}
	return t
}

func sampleQuizLearners(f Frame) Table {
	t := Table{Name: "quiz-learners", Title: Words{Key: "report.learners"}, Columns: sampleColumns(NumberColumn, "state", "answered", "score")}
	t.Columns[1].Kind, t.Columns[3].Kind = TextColumn, PercentColumn
	for i, r := range sampleRows(f) {
		t.Rows = append(t.Rows, []Cell{{Words: Words{Text: r.Name}, Tile: r.Tile, URL: r.URL}, {Words: Words{Key: "report.sat.handed-in"}}, {N: 10}, {N: 100 - 13*i}})
	}
	return t
}

func sampleQuestions(f Frame) Table {
	return Table{
		Name: "questions", Title: Words{Key: "report.questions"}, About: &Words{Key: "report.questions.about"},
		Columns: []Column{
			{Title: Words{Key: "column.question"}},
			{Title: Words{Key: "column.rights"}, Kind: NumberColumn},
			{Title: Words{Key: "column.of"}, Kind: NumberColumn},
			{Title: Words{Key: "column.wrong"}},
			{Title: Words{Key: "column.chosen"}, Kind: NumberColumn},
			{Title: Words{Key: "column.remark"}},
		},
		Rows: [][]Cell{{
			{Words: Words{Text: "1/2 + 1/3 = ?", Lang: f.Lang}, URL: "/teach/class/3/report/quiz/1/question/q4"},
			{N: 7},
			{N: 31},
			{Words: Words{Text: pick(f, "2/5 – added tops and bottoms", "2/5 – جمع البسوط والمقامات")}},
			{N: 12},
			{Words: Words{Key: "item.top", Args: []string{"n", "6", "of", "10"}}},
		}},
		Notes: []Words{{Key: "item.quiz.few", Plural: true, N: 31}},
	}
}

func sampleChoices(f Frame) Table {
	return Table{
		Name: "answers", Title: Words{Key: "report.choices"},
		Columns: []Column{{Title: Words{Key: "column.answer"}}, {Title: Words{Key: "column.learners"}, Kind: NumberColumn}, {Title: Words{Key: "column.strongest"}, Kind: NumberColumn}},
		Rows: [][]Cell{
			{{Words: Words{Key: "report.choice.right", Args: []string{"answer", "5/6"}}}, {N: 7}, {N: 4}},
			{{Words: Words{Text: pick(f, "2/5 – added tops and bottoms", "2/5 – جمع البسوط والمقامات")}}, {N: 12}, {N: 5}},
			{{Words: Words{Key: "report.choice.none"}}, {N: 2}, {None: true}},
		},
	}
}

func sampleSkills(f Frame) Table {
	t := Table{Name: "skills", Title: Words{Key: "skills.title"}, Columns: append(sampleColumns(LevelColumn),
		Column{Title: Words{Text: pick(f, "Adding to 20", "الجمع حتى 20")}, Kind: LevelColumn}, Column{Title: Words{Text: pick(f, "Counting", "العدّ")}, Kind: LevelColumn})}
	for i, r := range sampleRows(f) {
		t.Rows = append(t.Rows, []Cell{{Words: Words{Text: r.Name}, Tile: r.Tile, URL: r.URL}, {Level: []string{"can", "notyet", "nearly", "notmet"}[i], URL: r.URL + "/skill?skill=add-20"}, {Level: "can", URL: r.URL + "/skill?skill=count"}})
	}
	return t
}

func sampleToday(f Frame) []TodayGroup {
	r := sampleRows(f)
	return []TodayGroup{
		{"begun", []TodayPerson{{r[2].Name, r[2].Tile, r[2].URL, pick(f, "Taking away", "الطرح"), f.Lang, 0}}},
		{"finished", []TodayPerson{{r[0].Name, r[0].Tile, r[0].URL, pick(f, "Count the mangoes", "عُدّ المانجو"), f.Lang, 2}}},
		{"absent", []TodayPerson{{r[1].Name, r[1].Tile, r[1].URL, "", "", 0}, {r[3].Name, r[3].Tile, r[3].URL, "", "", 0}}},
	}
}

func sampleLooks(f Frame) *Table {
	return &Table{
		Name: "looks", Title: Words{Key: "learner.looks"}, About: &Words{Key: "learner.looks.about"},
		Columns: []Column{{Title: Words{Key: "column.name"}}, {Title: Words{Key: "column.day"}, Kind: DateColumn}},
		Rows:    [][]Cell{{{Words: Words{Text: pick(f, "Mr Okello", "الأستاذ عادل")}}, {When: daysAgo(1)}}},
	}
}
