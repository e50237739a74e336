package view

var teachSamples = []Sample{
	{"teach", func(f Frame) any {
		return TeachHome{Frame: f.as("teacher").at("teach", nil), Classes: sampleClasses(f)}
	}},
	{"teach-empty", func(f Frame) any { return TeachHome{Frame: f.as("administrator").at("teach", nil), CanAdd: true} }},
	{"teach-ended", func(f Frame) any {
		return TeachHome{
			Frame: f.as("teacher").at("teach", nil), Classes: sampleClasses(f),
			Ended: []EndedQuiz{{"4", pick(f, "Class 2", "الصف الثاني"), pick(f, "Week 3", "الأسبوع الثالث"), 12}},
		}
	}},
	{"teach-class", func(f Frame) any {
		rows := sampleRows(f)
		return TeachClass{
			Frame: f.as("teacher").at("teach", &Link{"", "/teach"}), Name: pick(f, "Class 3", "الصف الثالث"), Learners: rows, NeedsHelp: rows[2:3], Active: 2,
			Exercises: []ExerciseColumn{{pick(f, "Count the mangoes", "عُدّ المانجو"), "/exercise/2", f.Lang}, {pick(f, "Which is bigger?", "أيهما أكبر؟"), "/exercise/3", f.Lang}, {pick(f, "Taking away", "الطرح"), "/exercise/4", f.Lang}},
			People:    "/admin/people?class=3", CSV: "/teach/class/3.csv", Places: sampleClassPlaces, Today: sampleToday(f),
		}
	}},
	{"teach-class-empty", func(f Frame) any {
		return TeachClass{Frame: f.as("teacher").at("teach", &Link{"", "/teach"}), Name: pick(f, "Class 4", "الصف الرابع"), People: "/admin/people?class=4", Places: sampleClassPlaces}
	}},
	{"teach-learner", func(f Frame) any {
		return TeachLearner{
			Frame: f.as("teacher").at("teach", &Link{pick(f, "Class 3", "الصف الثالث"), "/teach/class/3"}), Learner: sampleRows(f)[2], Class: Link{pick(f, "Class 3", "الصف الثالث"), "/teach/class/3"}, Looks: sampleLooks(f),
			Courses: sampleCourses(f)[:2], Exercises: samplePractised(f), Recent: []Answered{
				{pick(f, "Count the mangoes", "عُدّ المانجو"), "/exercise/2", pick(f, "5 mangoes and 3 mangoes", "5 حبات و3 حبات"), "5", false, false, pick(f, "Counted one basket", "عدّ سلة واحدة"), f.Lang, daysAgo(0)},
				{pick(f, "Which is bigger?", "أيهما أكبر؟"), "/exercise/3", "7 … 9", "9", true, true, "", f.Lang, daysAgo(1)},
			},
		}
	}},
	{"teach-learner-new", func(f Frame) any {
		return TeachLearner{Frame: f.as("teacher").at("teach", nil), Learner: LearnerRow{Name: pick(f, "José", "يوسف")}}
	}},
}

var sampleClassPlaces = ClassPlaces{{"people", "person", "/admin/people?class=3"}, {"report", "progress", "/teach/class/3/report"}}

func sampleClasses(f Frame) []Class {
	return []Class{
		{pick(f, "Class 3", "الصف الثالث"), "/teach/class/3", 34, 21, 2, "morning"},
		{pick(f, "Class 4", "الصف الرابع"), "/teach/class/4", 1, 0, 0, ""},
	}
}

func sampleRows(f Frame) []LearnerRow {
	t := sampleTiles(f)
	return []LearnerRow{
		{Name: t[0].Name, Tile: t[0].Tile, URL: "/teach/learner/1", Started: 6, Finished: 4, Answers: 52, Right: 81, Last: daysAgo(0), Marks: []string{"can", "can", "nearly"}},
		{Name: t[1].Name, Tile: t[1].Tile, URL: "/teach/learner/2", Started: 3, Finished: 3, Answers: 30, Right: 67, Last: daysAgo(3), Marks: []string{"nearly", "can", "notmet"}},
		{Name: t[2].Name, Tile: t[2].Tile, URL: "/teach/learner/3", Started: 4, Finished: 1, Answers: 41, Right: 34, HelpWith: pick(f, "Taking away", "الطرح"), HelpTries: 5, Last: daysAgo(0), Marks: []string{"can", "nearly", "notyet"}},
		{Name: t[4].Name, Tile: t[4].Tile, URL: "/teach/learner/5", Marks: []string{"notmet", "notmet", "notmet"}},
	}
}
