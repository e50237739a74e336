package view

var paperSamples = []Sample{
	{"paper", func(f Frame) any {
		return Paper{
			Frame: f.as("teacher").at("teach", &Link{pick(f, "Class 3", "الصف الثالث"), "/teach/class/3"}), Class: pick(f, "Class 3", "الصف الثالث"), Places: sampleClassPlaces,
			Cards: "/teach/class/3/paper/cards", Make: "/teach/class/3/lessons", Sets: []PaperSet{
				{pick(f, "Fractions, Friday", "كسور يوم الجمعة"), "", "quiz", "open", 8, "/teach/paper/3?quiz=1"},
				{pick(f, "Taking away", "الطرح"), f.Lang, "exercise", "", 1, "/teach/paper/3?exercise=4"},
			},
		}
	}},
	{"paper-empty", func(f Frame) any {
		return Paper{Frame: f.as("teacher").at("teach", nil), Class: pick(f, "Class 4", "الصف الرابع"), Cards: "/teach/class/4/paper/cards", Make: "/teach/class/4/lessons"}
	}},
	{"paper-questions", func(f Frame) any {
		return PaperQuestions{
			Frame: f.as("teacher").at("teach", &Link{"", "/teach/class/3/paper"}), Heading: pick(f, "Fractions, Friday", "كسور يوم الجمعة"), Lang: f.Lang, Draft: true, Set: 2,
			Another: "/teach/paper/3?set=3", Marks: "/teach/paper/3/marks", Scan: "/teach/paper/3/scan", Sheets: sampleSheets("", ""), Questions: []PaperQuestion{
				{1, pick(f, "Which is bigger? 1/2, 1/3, 1/4", "أيهما أكبر؟ 1/2، 1/3، 1/4"), f.Lang, "/teach/paper/3/ask?n=1"},
				{2, pick(f, "12 − 7 = …", "12 − 7 = …"), f.Lang, ""},
			},
		}
	}},
	{"paper-cards", func(f Frame) any {
		v := AnswerCards{
			Frame: f.as("teacher").at("teach", &Link{"", "/teach/class/3/paper"}), Class: pick(f, "Class 3", "الصف الثالث"), Action: "/teach/class/3/paper/cards",
			Missing: 2, Other: "/teach/class/3/paper/cards?size=four",
		}
		for i, t := range sampleTiles(f)[:3] {
			v.Cards = append(v.Cards, AnswerCard{t.Name, i + 1, sampleGrid})
		}
		return v
	}},
	{"paper-ask", func(f Frame) any {
		v := samplePaperAsk(f)
		v.Open, v.Photo, v.New, v.Strange, v.Doubtful, v.Turn = true, true, 2, 1, 1, "/teach/paper/3/ask?n=1"
		return v
	}},
	{"paper-ask-saved", func(f Frame) any {
		v := samplePaperAsk(f)
		v.Clashes, v.Saved, v.CanUndo, v.Late = nil, 3, true, 1
		return v
	}},
	{"paper-ask-problem", func(f Frame) any {
		v := samplePaperAsk(f)
		v.Clashes, v.Known, v.Read, v.Problem = nil, nil, 0, "none"
		return v
	}},
	{"paper-sheet", func(f Frame) any { return samplePaperSheet(f, "worksheet") }},
	{"paper-key", func(f Frame) any { return samplePaperSheet(f, "key") }},
	{"paper-answers", func(f Frame) any { return samplePaperSheet(f, "answers") }},
	{"paper-marks", func(f Frame) any {
		t := sampleTiles(f)
		return PaperMarks{
			Frame: f.as("teacher").at("teach", &Link{pick(f, "Fractions, Friday", "كسور يوم الجمعة"), "/teach/paper/3"}), Heading: pick(f, "Fractions, Friday", "كسور يوم الجمعة"),
			Action: "/teach/paper/3/marks", IsQuiz: true, Bad: 1, Columns: []MarkColumn{{1, "1/2 … 1/3", "A–C"}, {2, "12 − 7 = …", ""}},
			Rows: []MarkRow{
				{Name: t[0].Name, ID: "1", Version: "A", Cells: []MarkCell{{"m.1.1", "b", "", false}, {"m.1.2", "?", "", true}}},
				{Name: t[1].Name, ID: "2", Version: "B", Cells: []MarkCell{{"m.2.1", "", "right", false}, {"m.2.2", "/", "partly", false}}},
				{Name: t[2].Name, ID: "3", Done: true, Cells: []MarkCell{{"m.3.1", "", "right", false}, {"m.3.2", "", "wrong", false}}},
			},
		}
	}},
	{"paper-marks-saved", func(f Frame) any {
		return PaperMarks{
			Frame: f.as("teacher").at("teach", nil), Heading: pick(f, "Taking away", "الطرح"), Action: "/teach/paper/3/marks", Saved: 12, Undo: true,
			Hidden: []Hidden{{"was", "abc"}},
		}
	}},
}

func sampleSheets(key, version string) []SheetLink {
	all := []SheetLink{{Key: "worksheet", Version: "A"}, {Key: "worksheet", Version: "B"}, {Key: "key", Version: "A"}, {Key: "key", Version: "B"}, {Key: "answers", Version: "A"}, {Key: "answers", Version: "B"}, {Key: "answers"}}
	for i := range all {
		all[i].URL = "/teach/paper/3/sheet?kind=" + all[i].Key
		all[i].Current = all[i].Key == key && all[i].Version == version
	}
	return all
}

const sampleForm = HTML(`<svg class="answer-form" viewBox="0 0 174 214" aria-hidden="true" focusable="false"><path d="M0 0h10v10h-10zM164 0h10v10h-10zM0 204h10v10h-10zM164 204h10v10h-10zM27 2h9v3h-9z"/><g fill="none" stroke="#000" stroke-width=".3"><circle cx="16" cy="26" r="2.4"/><circle cx="29" cy="26" r="2.4"/></g><g font-size="3.6" text-anchor="end"><text x="8" y="27" font-weight="700">1</text><text x="12" y="27">A</text><text x="25" y="27">B</text></g></svg>`)

const sampleGrid = HTML(`<svg class="answer-grid" viewBox="0 0 7 7" aria-hidden="true" focusable="false"><path fill="#000" d="M0 0h7v1h-7zM0 1h1v5h-1zM6 1h1v5h-1zM0 6h7v1h-7zM2 2h2v1h-2zM4 4h1v2h-1z"/></svg>`)

func samplePaperAsk(f Frame) PaperAsk {
	t := sampleTiles(f)
	links := func() (out []Link) {
		for _, x := range []string{"A", "B", "C"} {
			out = append(out, Link{x, "/teach/paper/3/ask?n=1"})
		}
		return out
	}
	return PaperAsk{
		Frame: f.as("teacher").at("teach", &Link{pick(f, "Fractions, Friday", "كسور يوم الجمعة"), "/teach/paper/3"}), Heading: pick(f, "Fractions, Friday", "كسور يوم الجمعة"),
		Number: 1, Total: 8, Lang: f.Lang, Stem: HTML(pick(f, "Which is the largest?", "أيها الأكبر؟")), Upload: "/teach/paper/3/photo", Action: "/teach/paper/3/ask",
		Hidden: []Hidden{{"k", "abcdefghijklm"}}, Seats: 4, Read: 3, Toggle: "/teach/paper/3/ask", Next: "/teach/paper/3/ask?n=2",
		Options: []PaperOption{
			{Letter: "A", Text: "<sup>1</sup>⁄<sub>2</sub>", Right: true, Count: 2, Share: 66, Names: []string{t[0].Name, t[1].Name}},
			{Letter: "B", Text: "<sup>1</sup>⁄<sub>3</sub>", Count: 1, Share: 33, Names: []string{t[2].Name}},
			{Letter: "C", Text: "<sup>1</sup>⁄<sub>4</sub>"},
		},
		Rest:    []PaperChild{{Name: t[3].Name, Card: 4, Links: links()}},
		Clashes: []PaperChild{{Name: t[2].Name, Card: 3, Given: "B", Other: "A", Links: links(), Clear: "/teach/paper/3/ask?n=1"}},
		Known:   []PaperChild{{Name: t[0].Name, Card: 1, Given: "A", Links: links(), Clear: "/teach/paper/3/ask?n=1"}, {Name: t[1].Name, Card: 2, Given: "A", Hand: true, Links: links(), Clear: "/teach/paper/3/ask?n=1"}},
	}
}

func samplePaperSheet(f Frame, kind string) PaperSheet {
	v := PaperSheet{
		Frame: f.as("teacher").at("teach", &Link{pick(f, "Fractions, Friday", "كسور يوم الجمعة"), "/teach/paper/3"}), Heading: pick(f, "Fractions, Friday", "كسور يوم الجمعة"),
		Kind: kind, Version: "A", Set: 1, Class: pick(f, "Class 3", "الصف الثالث"), School: "Lamplight", Tabs: sampleSheets(kind, "A"), Missing: 1,
		Questions: []SheetQuestion{
			{Number: 1, Lang: f.Lang, Letters: true, Right: "1/2", Letter: "A", Question: Question{Type: "choice", Stem: HTML(pick(f, "Which is the largest?", "أيها الأكبر؟")), Options: []Option{
				{Key: "a", Text: "1/2", Mark: "right"}, {Key: "b", Text: "1/3"}, {Key: "c", Text: "1/4"},
			}}},
			{Number: 2, Lang: f.Lang, Right: "true", Letter: "A", Question: Question{Type: "truefalse", Stem: HTML(pick(f, "Half of 8 is 4.", "نصف 8 هو 4."))}},
			{Number: 3, Lang: f.Lang, Right: "5", Worked: "12 − 7 = 5", Question: Question{Type: "number", Stem: "12 − 7 =", Unit: "kg"}},
			{Number: 4, Lang: f.Lang, Right: "1/2", Question: Question{Type: "cloze", Parts: []Part{{Text: "2/4 = "}, {Gap: &Gap{Name: "r1"}}}}},
			{Number: 5, Lang: f.Lang, Right: "1 2 3", Question: Question{Type: "order", Stem: HTML(pick(f, "From small to large", "من الصغير إلى الكبير")), Options: []Option{{Key: "a", Text: "3"}, {Key: "b", Text: "1"}}}},
			{Number: 6, Lang: f.Lang, Right: "B", Question: Question{Type: "match", Stem: HTML(pick(f, "What belongs?", "ما الذي يناسب؟")), Options: []Option{{Key: "0", Text: "2 + 2"}}, Rights: []Option{{Key: "x", Text: "3"}, {Key: "y", Text: "4"}}}},
			{Number: 7, Lang: f.Lang, Right: "2 = even", Question: Question{Type: "categorise", Stem: HTML(pick(f, "Even or odd?", "زوجي أم فردي؟")), Options: []Option{{Key: "a", Text: "2"}}, Categories: []string{pick(f, "even", "زوجي"), pick(f, "odd", "فردي")}}},
		},
	}
	if kind == "answers" {
		v.Version = ""
		v.Learners = []SheetLearner{{sampleTiles(f)[0].Name, "A", sampleForm}, {sampleTiles(f)[1].Name, "B", ""}}
	}
	if kind != "key" {
		for i := range v.Questions {
			v.Questions[i].Right, v.Questions[i].Letter, v.Questions[i].Worked = "", "", ""
		}
		v.Questions[0].Options[0].Mark = ""
	}
	return v
}
