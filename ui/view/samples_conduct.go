package view

// conductSamples are the pages of how a class is taught: a lesson with its three steps, films with stops, the board of a room
// with several groups, and work for weeks at home.
var conductSamples = []Sample{
	{"loops", func(f Frame) any {
		return Loops{Frame: f.inClass(), Class: sampleClass(f), Make: "/teach/class/3/lessons", Lessons: []LoopLesson{
			{Title: pick(f, "Adding to ten", "الجمع حتى العشرة"), URL: "/teach/class/3/loop/1", Things: 3, Made: []string{"before", "live"}},
			{Title: pick(f, "Water", "الماء"), URL: "/teach/class/3/loop/2", Things: 1},
		}}
	}},
	{"loops-empty", func(f Frame) any {
		return Loops{Frame: f.inClass(), Class: sampleClass(f), Make: "/teach/class/3/lessons"}
	}},
	{"loop-new", func(f Frame) any {
		v := sampleLoop(f)
		v.Before, v.Live, v.Own = LoopCheck{Skills: v.Before.Skills}, LoopCheck{}, true
		v.After.Step, v.After.Unseen = "", 1
		return v
	}},
	{"loop", func(f Frame) any { return sampleLoop(f) }},
	{"loop-nothing", func(f Frame) any {
		return Loop{Frame: f.inClass(), Class: sampleClass(f), Heading: pick(f, "A song", "أغنية"), Action: "/teach/class/3/loop/2", Lesson: "/teach/lesson/2", Problem: "questions", Undo: sampleAgain()}
	}},
	{"films", func(f Frame) any {
		x := sampleLoop(f).Films[0]
		return Films{Frame: f.inClass(), Class: sampleClass(f), Path: "/teach/class/3/conduct", Query: pick(f, "rain", "مطر"), Films: []LoopFilm{x}, Found: []LoopFilm{{Title: pick(f, "Rain", "المطر"), Play: "/p", Edit: "/e"}}}
	}},
	{"films-empty", func(f Frame) any {
		return Films{Frame: f.inClass(), Class: sampleClass(f), Path: "/teach/class/3/conduct", Query: "xyz"}
	}},
	{"stops", func(f Frame) any { return sampleStops(f) }},
	{"stops-empty", func(f Frame) any {
		v := sampleStops(f)
		v.Rows, v.Problem, v.New, v.Undo = nil, "at", StopWords{At: "99:99"}, sampleAgain()
		return v
	}},
	{"conduct", func(f Frame) any { return sampleConduct(f) }},
	{"conduct-few", func(f Frame) any {
		v := sampleConduct(f)
		v.Stop.Ran = &StopRan{ID: "9", At: 150, Right: 7, Total: 18, Few: true, Then: v.Stop.Then}
		v.Stop.Right, v.Stop.Total, v.Leave = "7", "18", &Link{URL: "/teach/class/3/loop/1"}
		return v
	}},
	{"conduct-enough", func(f Frame) any {
		v := sampleConduct(f)
		v.Stop.Asked, v.Stop.Text = nil, pick(f, "Who can say it in their own words?", "من يقولها بكلماته؟")
		v.Stop.Ran = &StopRan{ID: "9", At: 150, Right: 15, Total: 18}
		return v
	}},
	{"conduct-last", func(f Frame) any {
		v := sampleConduct(f)
		v.Part, v.End, v.Stop, v.Next, v.Ran = 3, 0, nil, "", sampleLoop(f).Films[0].Ran
		return v
	}},
	{"board", func(f Frame) any { return sampleBoard(f) }},
	{"board-running", func(f Frame) any {
		v := sampleBoard(f)
		v.Seconds, v.Stop, v.Both, v.Editing = 540, "/teach/class/3/rotation?turn=2", []string{"teacher\nreading"}, true
		v.Banner, v.Undo = &Banner{Kind: "saved", Key: "board.saved"}, sampleAgain()
		return v
	}},
	{"board-empty", func(f Frame) any {
		v := sampleBoard(f)
		v.Rows, v.Round, v.Editing, v.Problem = nil, nil, true, true
		return v
	}},
	{"closure", func(f Frame) any {
		titles := []string{pick(f, "Counting to ten", "العد حتى العشرة"), pick(f, "Adding to ten", "الجمع حتى العشرة")}
		week := ClosureWeek{
			Number: 1, Titles: titles, Works: 2, Edit: "/teach/lesson/1", Phone: "/take/lesson/1", Sheet: "/teach/paper/3/sheet?quiz=1", Key: "/teach/paper/3/sheet?quiz=1&kind=key",
			Marks: "/teach/paper/3/marks?quiz=1", Report: "/teach/class/3/report/lesson/1", Learners: 4, Done: 1,
		}
		second := week
		second.Number, second.Sheet = 2, ""
		return Closure{Frame: f.inClass(), Class: sampleClass(f), Path: "/teach/class/3/closure", Step: "7", Most: 6, Fewer: 2, Slips: "/teach/class/3/slips", Weeks: []ClosureWeek{week, second}}
	}},
	{"closure-new", func(f Frame) any {
		return Closure{Frame: f.inClass(), Class: sampleClass(f), Path: "/teach/class/3/closure", Most: 6, Undo: sampleAgain()}
	}},
	{"closure-empty", func(f Frame) any {
		return Closure{Frame: f.inClass(), Class: sampleClass(f), Path: "/teach/class/3/closure", Most: 6, Empty: true}
	}},
}

func sampleAgain() *Undo {
	return &Undo{Action: "/teach/class/3", Fields: []Hidden{{"do", "back 1"}}}
}

func sampleLoop(f Frame) Loop {
	rows := sampleRows(f)
	name := func(i int) Link { return Link{Text: rows[i].Name, URL: "/teach/learner/1"} }
	counting, adding := pick(f, "Counting to ten", "العد حتى العشرة"), pick(f, "Adding to ten", "الجمع حتى العشرة")
	return Loop{
		Frame: f.inClass(), Class: sampleClass(f), Heading: adding, Action: "/teach/class/3/loop/1", Lesson: "/teach/lesson/1", Needs: []Words{{Text: counting}}, Now: "/teach/class/3/now",
		Before: LoopCheck{
			Step: "1", Open: true, Questions: 4, Asked: 4, Done: 3, Report: "/r", Paper: "/p",
			Skills: []LoopSkill{{Title: counting, Known: 3, Names: []Link{name(0), name(2)}}, {Title: adding, Known: 2}, {Title: pick(f, "Taking away", "الطرح")}},
		},
		Live: LoopCheck{Step: "2", Questions: 3, Asked: 4, Done: 4, Right: 5, Total: 12, Few: true, Report: "/r", Paper: "/p", Skills: []LoopSkill{{Title: adding, Known: 4, Names: []Link{name(1)}}}},
		Films: []LoopFilm{{
			Title: pick(f, "How rain is made", "كيف يتكون المطر"), Play: "/teach/conduct/3/play/1", Edit: "/teach/conduct/3/stops/1", Stops: 2,
			Ran: []StopRan{{ID: "1", At: 150, Right: 12, Total: 18, Day: daysAgo(1)}, {ID: "2", At: 300, Right: 7, Total: 18, Few: true}},
		}},
		After: LoopAfter{Step: "3", Groups: []LoopGroup{
			{Need: counting, Names: []Link{name(0), name(2)}, Work: 2, Done: 1, URL: "/teach/class/3/report/lesson/5"},
			{Need: "", Names: []Link{name(1)}, Instead: adding, Work: 1, URL: "/teach/class/3/report/lesson/6"},
		}},
	}
}

func sampleStops(f Frame) Stops {
	question := pick(f, "Where does the water go?", "إلى أين يذهب الماء؟")
	return Stops{
		Frame: f.inClass(), Class: sampleClass(f), Heading: pick(f, "How rain is made", "كيف يتكون المطر"), Action: "/teach/conduct/3/stops/1", Play: "/teach/conduct/3/play/1", Seconds: 400, ID: "9",
		Rows: []StopRow{
			{ID: "1", Seen: "00", At: 150, Words: StopWords{At: "2:30", Ask: "c/r i", Then: pick(f, "Pour water on a hot stone.", "صب الماء على حجر ساخن.")}, Question: question},
			{ID: "2", Seen: "00", At: 300, Words: StopWords{At: "5:00", Text: question}, Both: []string{"4:30"}},
		},
		Choices: []StopChoice{{Key: "c/r i", Text: question}, {Key: "c/r j", Text: "3 + 4"}},
	}
}

func sampleConduct(f Frame) Conduct {
	question := pick(f, "Where does the water go?", "إلى أين يذهب الماء؟")
	heading := pick(f, "How rain is made", "كيف يتكون المطر")
	return Conduct{
		Frame: f.inClass(), Class: sampleClass(f), Film: Resource{Heading: heading, Source: "/file/c/rain.mp4", MIME: "video/mp4"}, Action: "/teach/conduct/3/play/1?part=2",
		Part: 2, Parts: 3, Start: 60, End: 150, Edit: "/teach/conduct/3/stops/1", Next: "/teach/conduct/3/play/1?part=3", Again: "/teach/conduct/3/play/1?part=2",
		Stop: &StopAsk{
			ID: "1", Run: "9", Text: pick(f, "Think first. Then show hands.", "فكروا أولا ثم ارفعوا أيديكم."), Then: pick(f, "Pour water on a hot stone.", "صب الماء على حجر ساخن."), Phones: true, Open: true, Answered: 3, Learners: 4,
			Asked: &Asked{Stem: HTML(question), Options: []Option{{Key: "a", Text: HTML(pick(f, "Into the air", "إلى الهواء"))}, {Key: "b", Text: HTML(pick(f, "Away", "بعيدا"))}}, Right: pick(f, "Into the air", "إلى الهواء")},
		},
	}
}

func sampleBoard(f Frame) Board {
	one, two, three := pick(f, "Lions", "الأسود"), pick(f, "Elephants", "الفيلة"), pick(f, "Primary 4", "الصف الرابع")
	rows := []BoardRow{{one, "phones", "cards"}, {two, "cards", pick(f, "The garden", "الحديقة")}, {three, pick(f, "The garden", "الحديقة"), "teacher"}}
	return Board{
		Frame: f.inClass(), Class: sampleClass(f), Path: "/teach/class/3/rotation", Turn: 2, Rows: rows, Following: 3, Before: 1, Minutes: 15, Seen: "00", Levels: "/teach/class/3/levels",
		Round:    []BoardTurn{{1, rows}, {2, rows}},
		Groups:   []Recipient{{Key: "1", Name: one, Chosen: true}, {Key: "2", Name: two, Chosen: true}, {Key: "4", Name: three, Chosen: true}, {Key: "3", Name: sampleClass(f)}},
		Stations: []BoardStation{{"teacher", true}, {"phones", true}, {"cards", true}, {"reading", false}}, Own: pick(f, "The garden", "الحديقة"),
	}
}
