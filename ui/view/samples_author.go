package view

// ownSamples are the pages on which a teacher writes.
var ownSamples = []Sample{
	{"own", func(f Frame) any {
		v := sampleOwnCourses(f)
		v.Known, v.Undo = true, &Undo{Action: v.Action, Fields: []Hidden{{"back", "c"}}}
		v.Banner = &Banner{Kind: "saved", Key: "own.done.thrown"}
		v.Courses = []OwnCourseRow{
			{ID: "a", Title: sampleWell(f), URL: "/teach/own/a", State: "draft", Parts: 1},
			{ID: "b", Title: pick(f, "Our market", "سوقنا"), URL: "/teach/own/b", State: "changed", Parts: 4, By: pick(f, "Grace Njeri", "سلمى حداد")},
		}
		v.Gone = []OwnCourseRow{{ID: "c", Title: pick(f, "Try-out", "تجربة")}}
		return v
	}},
	{"own-empty", func(f Frame) any {
		v := sampleOwnCourses(f)
		v.Problem = "title"
		return v
	}},
	{"own-course", func(f Frame) any {
		v := sampleOwnCourse(f)
		v.Parts = []OwnPartRow{
			{Key: "1", Title: pick(f, "Where water comes from", "من أين يأتي الماء"), Kind: "page", URL: "/teach/own/a/part/1", First: true},
			{Key: "2", Title: pick(f, "Try it yourself", "جرب بنفسك"), Kind: "exercise", URL: "/teach/own/a/part/2", Questions: 3},
			{Key: "3", Title: pick(f, "Boiling", "الغلي"), Kind: "page", URL: "/teach/own/a/part/3", Disputed: true},
			{Key: "4", Title: pick(f, "Storing", "التخزين"), Kind: "page", URL: "/teach/own/a/part/4", Empty: true, Last: true},
		}
		v.State, v.School, v.Open, v.MayShare = "changed", true, "/course/9", true
		v.Gone = []OwnPartRow{{Key: "5", Title: pick(f, "Old page", "صفحة قديمة")}}
		return v
	}},
	{"own-course-empty", func(f Frame) any { return sampleOwnCourse(f) }},
	{"own-course-problem", func(f Frame) any {
		v := sampleOwnCourse(f)
		v.Parts = []OwnPartRow{{Key: "1", Title: sampleWell(f), Kind: "page", URL: "/teach/own/a/part/1", First: true, Last: true}}
		v.Problem, v.Problems = "compile", []OwnProblem{{sampleWell(f), "/teach/own/a/part/1", "there is no file pictures/a.jpg: put it there, or mend the name"}}
		return v
	}},
	{"own-page", func(f Frame) any {
		v := sampleOwnPage(f)
		v.Banner = &Banner{Kind: "saved", Key: "own.done.saved"}
		v.Title, v.Text = sampleWell(f), pick(f, "Rain sinks into the ground.\n\n## Why it is clean\n\n- Sand holds back dirt.", "المطر يغوص في الأرض.\n\n## لماذا هو نظيف\n\n- الرمل يحجز الوسخ.")
		v.Versions = "/teach/own/a/part/1/versions"
		return v
	}},
	{"own-page-new", func(f Frame) any {
		v := sampleOwnPage(f)
		v.Problem = "title"
		return v
	}},
	{"own-page-disputed", func(f Frame) any {
		v := sampleOwnPage(f)
		v.Title, v.Text, v.Problem, v.Others = sampleWell(f), pick(f, "It is deep.", "إنها عميقة."), "alt", sampleOwnVersions(f)
		return v
	}},
	{"own-versions", func(f Frame) any {
		return OwnVersions{Frame: f.as("teacher").at("teach", &Link{sampleWell(f), "/teach/own/a/part/1"}), Title: sampleWell(f), Action: "/teach/own/a/part/1", Rows: sampleOwnVersions(f)}
	}},
	{"own-preview", func(f Frame) any {
		return OwnPreview{
			Frame: f.as("teacher").at("teach", &Link{sampleWell(f), "/teach/own/a/part/1"}), Edit: "/teach/own/a/part/1", Licence: Licence{ID: "CC-BY-SA-4.0", Author: pick(f, "Mr Okello", "الأستاذ عادل")},
			Article: HTML("<article><h1>" + sampleWell(f) + "</h1><p>" + pick(f, "Rain sinks into the ground.", "المطر يغوص في الأرض.") + "</p></article>"),
		}
	}},
	{"own-preview-problem", func(f Frame) any {
		return OwnPreview{Frame: f.as("teacher").at("teach", &Link{sampleWell(f), "/teach/own/a/part/1"}), Edit: "/teach/own/a/part/1", Problems: []OwnProblem{{Reason: "there is no file b.jpg"}}}
	}},
	{"own-questions", func(f Frame) any {
		v := sampleOwnQuestions(f)
		v.Items = []OwnItemRow{
			{Key: "q1", Type: "choice", Words: pick(f, "What do you do after boiling?", "ماذا تفعل بعد الغلي؟"), URL: "/teach/own/a/part/2/item?id=q1", First: true},
			{Key: "q2", Type: "number", Words: "12 × 3", URL: "/teach/own/a/part/2/item?id=q2", Broken: true},
			{Key: "q3", Type: "cloze", Words: pick(f, "Water boils at … degrees", "يغلي الماء عند … درجة"), URL: "/teach/own/a/part/2/item?id=q3", Last: true},
		}
		v.Preview, v.Versions = "/teach/own/a/part/2/preview", "/teach/own/a/part/2/versions"
		v.Banner, v.Undo = &Banner{Kind: "saved", Key: "own.done.removed"}, &Undo{Action: v.Action, Fields: []Hidden{{"restore", "v"}}}
		return v
	}},
	{"own-questions-empty", func(f Frame) any { return sampleOwnQuestions(f) }},
	{"own-item-choice", func(f Frame) any {
		v := sampleOwnItem(f, "choice")
		v.Stem, v.TextURL, v.ID = pick(f, "What do you do after boiling?", "ماذا تفعل بعد الغلي؟"), "/teach/own/a/part/2/item?id=q1&as=text", "q1"
		v.Options = []OwnOption{{Text: pick(f, "Let it cool with a lid on", "أتركه يبرد مغطى"), Right: true}, {Text: pick(f, "Pour in river water", "أصب ماء النهر"), Say: pick(f, "Then it is not safe.", "عندها لا يكون آمنا."), Code: "wrong-1"}, {}, {}}
		v.Hints, v.Worked = pick(f, "Think of flies.", "فكر في الذباب."), pick(f, "The lid keeps it clean.", "الغطاء يحفظه نظيفا.")
		return v
	}},
	{"own-item-number", func(f Frame) any {
		v := sampleOwnItem(f, "number")
		v.Problem, v.Answer, v.Unit, v.Wrongs = "number", "many", "cm", []OwnOption{{Text: "15", Say: pick(f, "You added.", "لقد جمعت."), Code: "wrong-1"}, {}, {}}
		return v
	}},
	{"own-item-true", func(f Frame) any { return sampleOwnItem(f, "truefalse") }},
	{"own-item-match", func(f Frame) any { return sampleOwnItem(f, "match") }},
	{"own-item-text", func(f Frame) any {
		v := sampleOwnItem(f, "cloze")
		v.AsText, v.Text, v.Problem, v.Reasons = true, "## cloze q3\n? Water boils at [[100]] degrees.", "item", []string{"\"?\" begins with no mark that is known"}
		return v
	}},
	{"own-item-since", func(f Frame) any {
		v := sampleOwnItem(f, "text")
		v.Problem, v.Theirs, v.Stem, v.Answer = "since", "## text q1\n? Who?\n= Ada", pick(f, "Who was it?", "من كان؟"), "Ada"
		return v
	}},
}

func sampleWell(f Frame) string { return pick(f, "Our well", "بئرنا") }

func sampleOwnForm(f Frame) OwnCourseForm {
	return OwnCourseForm{Language: "en", Licence: "CC-BY-SA-4.0", Author: pick(f, "Mr Okello", "الأستاذ عادل"), Languages: []string{"ar", "en", "fr", "sw"}}
}

func sampleOwnCourses(f Frame) OwnCourses {
	return OwnCourses{Frame: f.as("teacher").at("teach", &Link{"", "/teach"}), Action: "/teach/own", ID: "n", Form: sampleOwnForm(f)}
}

func sampleOwnCourse(f Frame) OwnCourse {
	v := OwnCourse{
		Frame: f.as("teacher").at("teach", &Link{"", "/teach/own"}), Title: sampleWell(f), State: "draft", Action: "/teach/own/a", NewPage: "/teach/own/a/page",
		Form: sampleOwnForm(f), Classes: []ClassTick{{"3", sampleClass(f), true}, {"4", pick(f, "Class 4", "الصف الرابع"), false}},
	}
	v.Form.Title = v.Title
	return v
}

func sampleOwnPage(f Frame) OwnPage {
	return OwnPage{Frame: f.as("teacher").at("teach", &Link{sampleWell(f), "/teach/own/a"}), ID: "1", Action: "/teach/own/a/page", Settle: "/teach/own/a/part/1"}
}

func sampleOwnVersions(f Frame) []OwnVersion {
	return []OwnVersion{
		{Key: "v2", Title: sampleWell(f), Text: pick(f, "It is deep.", "إنها عميقة."), By: pick(f, "Mr Okello", "الأستاذ عادل"), At: daysAgo(0), Now: true},
		{Key: "v1", Title: sampleWell(f), Text: pick(f, "It is shallow.\n\nSee for yourself.", "إنها ضحلة.\n\nانظر بنفسك."), By: pick(f, "Grace Njeri", "سلمى حداد")},
	}
}

func sampleOwnQuestions(f Frame) OwnQuestions {
	v := OwnQuestions{Frame: f.as("teacher").at("teach", &Link{sampleWell(f), "/teach/own/a"}), Title: pick(f, "Try it yourself", "جرب بنفسك"), Action: "/teach/own/a/part/2"}
	for _, t := range []string{"choice", "many", "truefalse", "number", "text", "order", "match"} {
		v.New = append(v.New, Link{t, "/teach/own/a/part/2/item?type=" + t})
	}
	return v
}

func sampleOwnItem(f Frame, kind string) OwnItem {
	return OwnItem{Frame: f.as("teacher").at("teach", &Link{pick(f, "Try it yourself", "جرب بنفسك"), "/teach/own/a/part/2"}), Type: kind, Action: "/teach/own/a/part/2/item", Set: "/teach/own/a/part/2"}
}
