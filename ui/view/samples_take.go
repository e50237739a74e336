package view

var takeSamples = []Sample{
	{"take-exercise", func(f Frame) any {
		return TakeHome{
			Frame: f.at("library", &Link{pick(f, "Counting", "العد"), "/exercise/1"}), Heading: pick(f, "Counting", "العد"), Kind: "exercise",
			Questions: 8, Bytes: 28_400, Get: "/take/exercise/1?file", Returns: true,
		}
	}},
	{"take-lesson", func(f Frame) any {
		return TakeHome{
			Frame: f.at("home", &Link{pick(f, "Numbers to ten", "الأعداد حتى عشرة"), "/lesson/1"}), Heading: pick(f, "Numbers to ten", "الأعداد حتى عشرة"),
			Kind: "lesson", Pages: 3, Questions: 10, Bytes: 2_900_000, Smaller: 4, Left: 1, Without: []string{pick(f, "A tiny seed", "بذرة صغيرة")},
			Get: "/take/lesson/1?file", Returns: true,
		}
	}},
	{"take-video", func(f Frame) any {
		return TakeHome{
			Frame: f.at("library", &Link{pick(f, "A tiny seed", "بذرة صغيرة"), "/resource/1"}), Heading: pick(f, "A tiny seed", "بذرة صغيرة"), Kind: "video",
			Bytes: 4_200_000, Get: "/take/resource/1?file",
		}
	}},
	{"take-refused", func(f Frame) any {
		return TakeHome{
			Frame: f.at("library", &Link{pick(f, "A tiny seed", "بذرة صغيرة"), "/resource/1"}), Heading: pick(f, "A tiny seed", "بذرة صغيرة"), Kind: "video",
			Refused: "licence",
		}
	}},
	{"return-empty", func(f Frame) any { return Return{Frame: f.at("home", nil), State: "empty"} }},
	{"return-mine", func(f Frame) any {
		return Return{
			Frame: f.at("home", nil), State: "mine", Owner: f.Person.Name, Parcel: "AQ.MT0x", Count: 2,
			Rows: []ReturnRow{
				{1, pick(f, "Counting", "العد"), Asked{Stem: sampleExercise(f).Question.Stem, Given: "8", Lang: f.Lang}, ""},
				{2, "", Asked{Stem: HTML(pick(f, "Which number is bigger than 7?", "أيّ عدد أكبر من 7؟")), Given: "5", Lang: f.Lang}, ""},
			},
		}
	}},
	{"return-theirs", func(f Frame) any {
		return Return{Frame: f.as("teacher").at("teach", nil), State: "theirs", Owner: pick(f, "Amina Diallo", "أمينة ديالو"), Parcel: "AQ.MT0x", Count: 2}
	}},
	{"return-other", func(f Frame) any {
		return Return{Frame: f.at("home", nil), State: "other", Owner: pick(f, "Kofi", "كريم"), SignIn: "/login", Count: 3}
	}},
	{"return-signed-out", func(f Frame) any {
		return Return{Frame: f.as("").at("", nil), State: "signed-out", Owner: pick(f, "Kofi", "كريم"), SignIn: "/login", Count: 3}
	}},
	{"return-kept", func(f Frame) any {
		return Return{
			Frame: f.at("home", nil), State: "kept", Owner: f.Person.Name, New: 1, Before: 1, Lost: 1,
			Rows: []ReturnRow{
				{1, pick(f, "Counting", "العد"), Asked{Stem: sampleExercise(f).Question.Stem, Given: "8", Correct: true, Lang: f.Lang}, "new"},
				{2, "", Asked{Stem: HTML(pick(f, "Which number is bigger than 7?", "أيّ عدد أكبر من 7؟")), Given: "5", Right: "9", Worked: "9 > 7", Lang: f.Lang}, "before"},
				{3, "", Asked{Lang: f.Lang}, "gone"},
			},
		}
	}},
	{"return-forged", func(f Frame) any { return Return{Frame: f.at("home", nil), State: "forged"} }},
	{"take-rule", func(f Frame) any {
		return TakeRule{Frame: f.as("administrator").at("box", &Link{pick(f, "Box", "الصندوق"), "/admin"}), Rule: "open"}
	}},
}

// SampleTakeFile is a small take-home file: no page of the box, and so none of Samples.
func SampleTakeFile(f Frame) TakeFile {
	q := sampleExercise(f).Question
	return TakeFile{
		Frame: f, Heading: pick(f, "Numbers to ten", "الأعداد حتى عشرة"), School: pick(f, "Lake School", "مدرسة البحيرة"),
		Ticket: "AQ", Returns: []string{"http://192.168.4.1:8080/return"}, Total: 3,
		Parts: []TakePart{
			{Anchor: "p1", Title: pick(f, "What is ten?", "ما العشرة؟"), Lang: f.Lang, HTML: HTML(pick(f, "<h2>What is ten?</h2><p>Hold up both hands.</p>", "<h2>ما العشرة؟</h2><p>ارفع يديك.</p>"))},
			{Anchor: "p2", Title: pick(f, "Counting", "العد"), Lang: f.Lang, Questions: []TakeQuestion{
				{1, q, "", ""},
				{2, Question{Type: "choice", Stem: HTML(pick(f, "Which number is bigger than 7?", "أيّ عدد أكبر من 7؟")), Options: options("5", "9", "6")}, "0011223344556677", "OSA+IDc="},
				{3, Question{Type: "order", Stem: HTML(pick(f, "From small to large", "من الأصغر إلى الأكبر")), Options: options("9", "5", "6")}, "", ""},
			}},
			{Anchor: "p3", Title: pick(f, "A tiny seed", "بذرة صغيرة"), Without: true},
		},
	}
}
