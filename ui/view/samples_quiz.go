package view

var quizSamples = []Sample{
	{"quiz", func(f Frame) any {
		q := sampleQuiz(f)
		q.State, q.Action, q.Try, q.Extra = "new", "/quiz/1", 1, 5
		return q
	}},
	{"quiz-begun", func(f Frame) any {
		q := sampleQuiz(f)
		q.State, q.Answered, q.Left, q.Go, q.Submit, q.Try = "begun", 3, 12, "/quiz/1/4", "/quiz/1/submit", 1
		return q
	}},
	{"quiz-handed-in", func(f Frame) any {
		q := sampleQuiz(f)
		q.State, q.Answered, q.Try = "handed-in", 6, 1
		return q
	}},
	{"quiz-practice-done", func(f Frame) any {
		q, before := sampleQuiz(f), 4
		q.State, q.Answered, q.Practice, q.Action, q.Report, q.Try = "handed-in", 6, true, "/quiz/1", "/quiz/1/report", 2
		q.Score = &QuizScore{5, 6, &before}
		return q
	}},
	{"quiz-closed", func(f Frame) any {
		q := sampleQuiz(f)
		q.State = "closed"
		return q
	}},
	{"quiz-time-over", func(f Frame) any {
		q := sampleQuiz(f)
		q.State, q.Answered, q.Submit = "time-over", 5, "/quiz/1/submit"
		return q
	}},
	{"quiz-question", func(f Frame) any { return sampleQuizQuestion(f) }},
	{"quiz-question-saved", func(f Frame) any {
		q := sampleQuizQuestion(f)
		q.Question = Question{Type: "choice", Stem: HTML(pick(f, "Which number is bigger than 7?", "أيّ عدد أكبر من 7؟")), Options: options("5", "9", "6")}
		q.Question.Options[1].Chosen = true
		q.Saved, q.Minutes, q.Left, q.Number, q.Last = true, 20, 12, 6, true
		return q
	}},
	{"quiz-question-broken", func(f Frame) any {
		q := sampleQuizQuestion(f)
		q.Question, q.Broken = Question{}, true
		return q
	}},
	{"quiz-submit-open", func(f Frame) any {
		return QuizSubmit{
			Frame: f.at("home", quizBack(f)), Heading: pick(f, "Friday quiz", "اختبار الجمعة"), Action: "/quiz/1/submit", Try: 1, Total: 6,
			Open: []QuizMark{{4, "/quiz/1/4", false, false}, {6, "/quiz/1/6", false, false}}, Continue: "/quiz/1/4",
		}
	}},
	{"quiz-submit", func(f Frame) any {
		return QuizSubmit{Frame: f.at("home", quizBack(f)), Heading: pick(f, "Friday quiz", "اختبار الجمعة"), Action: "/quiz/1/submit", Try: 1, Total: 6, Continue: "/quiz/1/1"}
	}},
	{"quiz-report", func(f Frame) any {
		before := 1
		chosen := options("5", "9", "6")
		chosen[0].Chosen, chosen[0].Mark = true, "wrong"
		return QuizReport{
			Frame: f.at("home", quizBack(f)), Heading: pick(f, "Friday quiz", "اختبار الجمعة"), Try: 2, Score: QuizScore{1, 3, &before}, Action: "/quiz/1",
			Rows: []QuizRow{
				{1, pick(f, "Counting", "العد"), Asked{Stem: sampleExercise(f).Question.Stem, Given: "8", Right: "8", Correct: true, Lang: f.Lang}, "better"},
				{2, "", Asked{Stem: HTML(pick(f, "Which number is bigger than 7?", "أيّ عدد أكبر من 7؟")), Options: chosen, Given: "5", Right: "9", Worked: "9 > 7", Lang: f.Lang}, "worse"},
				{3, pick(f, "Words", "كلمات"), Asked{Stem: HTML(pick(f, "What is the capital of Kenya?", "ما عاصمة كينيا؟")), Right: pick(f, "Nairobi", "نيروبي"), Lang: f.Lang}, ""},
			},
		}
	}},
}

func quizBack(f Frame) *Link {
	return &Link{pick(f, "Friday quiz", "اختبار الجمعة"), "/quiz/1"}
}

func sampleQuiz(f Frame) Quiz {
	return Quiz{
		Frame: f.at("home", &Link{"", "/"}), Heading: pick(f, "Friday quiz", "اختبار الجمعة"), Class: pick(f, "Class 3", "الصف الثالث"),
		Sections:  []QuizSection{{pick(f, "Counting", "العد"), pick(f, "With numbers to ten.", "بأعداد حتى عشرة."), 4}, {pick(f, "Words", "كلمات"), "", 2}},
		Questions: 6, Minutes: 20,
	}
}

func sampleQuizQuestion(f Frame) QuizQuestion {
	q := QuizQuestion{
		Frame: f.at("home", quizBack(f)), Heading: pick(f, "Friday quiz", "اختبار الجمعة"), Section: QuizSection{pick(f, "Counting", "العد"), "", 4},
		Number: 2, Total: 6, Lang: f.Lang, Action: "/quiz/1/answer", Attempt: "abcdefghijklm.4", Try: 1, Question: sampleExercise(f).Question, Submit: "/quiz/1/submit",
	}
	for i := 1; i <= q.Total; i++ {
		q.Map = append(q.Map, QuizMark{i, "/quiz/1/" + string(rune('0'+i)), i == 1 || i == 4, i == q.Number})
	}
	return q
}
