package view

import "time"

var learnSamples = []Sample{
	{"home-learner", func(f Frame) any {
		s := sampleSuggestions(f)
		return Home{
			Frame: f.at("home", nil), Begin: &s[0], Then: s[1:], Due: 4, Mistakes: 2, Notes: 1, Effort: sampleEffort(),
			Set: []Task{
				{Title: pick(f, "Friday quiz", "اختبار الجمعة"), URL: "/quiz/1", Kind: "quiz", Class: pick(f, "Class 3", "الصف الثالث")},
				{Title: pick(f, "Shapes around us", "أشكال حولنا"), URL: "/lesson/2", Kind: "lesson", Class: pick(f, "Class 3", "الصف الثالث"), State: "begun", Percent: 50, Due: When{Time: sampleNow.AddDate(0, 0, 3)}},
				{Title: pick(f, "Monday quiz", "اختبار الاثنين"), URL: "/quiz/2", Kind: "quiz", State: "done", Percent: 100},
				{Title: pick(f, "Last week's quiz", "اختبار الأسبوع الماضي"), URL: "/quiz/3", Kind: "quiz", State: "closed"},
			},
			Classes: []Class{{Name: pick(f, "Class 3", "الصف الثالث")}},
		}
	}},
	{"home-sunlight", func(f Frame) any {
		f.Theme = "sunlight"
		s := sampleSuggestions(f)
		return Home{Frame: f.at("home", nil), Begin: &s[0], Then: s[1:3], Effort: &Effort{Points: 9}}
	}},
	{"home-first-day", func(f Frame) any {
		return Home{Frame: f.at("home", nil), New: sampleCourses(f)[:3], Effort: &Effort{}}
	}},
	{"home-empty", func(f Frame) any { return Home{Frame: f.at("home", nil)} }},
	{"home-waiting", func(f Frame) any {
		f.Banner = &Banner{Kind: "waiting", Key: "banner.waiting"}
		return Home{Frame: f.at("home", nil), New: sampleCourses(f)[:1], Waiting: 12}
	}},
	{"home-guest", func(f Frame) any { return Home{Frame: f.as("").at("home", nil), New: sampleCourses(f)} }},
	{"home-teacher", func(f Frame) any {
		return Home{Frame: f.as("teacher").at("home", nil), Classes: sampleClasses(f)}
	}},
	{"library", func(f Frame) any {
		return Library{Frame: f.at("library", nil), Courses: sampleCourses(f), Total: 4, Facets: sampleFacets(f, true)}
	}},
	{"library-chosen", func(f Frame) any {
		all := sampleFacets(f, false)
		r := sampleResources(f)
		for i := range r {
			r[i].Where = sampleCourses(f)[0].Title
		}
		return Library{
			Frame: f.at("library", nil), Facets: all, Chosen: []FacetValue{all[1].Values[1], all[2].Values[0]}, Clear: "/library",
			Found: r, Total: 61, Pager: Pager{From: 1, To: 7, Total: 61, Next: "/library?from=7"},
		}
	}},
	{"library-none", func(f Frame) any {
		all := sampleFacets(f, false)
		return Library{Frame: f.at("library", nil), Facets: all, Chosen: []FacetValue{all[1].Values[1], all[0].Values[2]}, Clear: "/library"}
	}},
	{"library-empty", func(f Frame) any { return Library{Frame: f.at("library", nil)} }},
	{"library-empty-administrator", func(f Frame) any {
		return Library{Frame: f.as("administrator").at("library", nil), CanAdd: true}
	}},
	{"course", func(f Frame) any {
		n := sampleResources(f)
		return Course{
			Frame:  f.at("library", &Link{"", "/library"}),
			Course: sampleCourses(f)[0], Nodes: n, Next: &n[1], About: sampleCourses(f)[0].About,
			Licence: sampleLicence,
		}
	}},
	{"course-topic", func(f Frame) any {
		n := sampleResources(f)
		return Course{
			Frame:  f.at("library", &Link{sampleCourses(f)[0].Title, "/course/1"}),
			Course: sampleCourses(f)[0], Topic: pick(f, "Numbers to ten", "الأعداد حتى عشرة"),
			Crumbs: []Link{{sampleCourses(f)[0].Title, "/course/1"}}, Nodes: n[1:], Licence: sampleLicence,
			Pager: Pager{From: 1, To: 50, Total: 5214, Next: "/course/1?from=50"},
		}
	}},
	{"course-empty", func(f Frame) any {
		return Course{Frame: f.at("library", &Link{"", "/library"}), Course: sampleCourses(f)[1], Licence: Licence{}}
	}},
	{"course-channel", func(f Frame) any {
		n := sampleResources(f)
		n[5].Resources, n[5].Finished, n[5].Percent = 40, 12, 30
		n[4].Staff = true
		return Course{
			Frame: f.as("teacher").at("library", &Link{"", "/library"}), Course: sampleCourses(f)[1], Nodes: n, Lacks: 3, Levels: []string{"lower-primary", "upper-primary"},
			Look: "/library?course=2", Licence: sampleTerms,
		}
	}},
	{"course-licences", func(f Frame) any {
		return Course{Frame: f.at("library", &Link{"", "/library"}), Course: sampleCourses(f)[1], Nodes: sampleResources(f)[:2], Licence: Licence{Within: []string{"CC-BY", "CC-BY-NC-ND", "unstated"}}}
	}},
	{"course-missing", func(f Frame) any {
		return Course{Frame: f.at("library", nil), Course: sampleCourses(f)[2], Nodes: sampleResources(f)[:2], Missing: true}
	}},
	{"progress", func(f Frame) any {
		return Progress{Frame: f.at("progress", nil), Courses: sampleCourses(f)[:2], Exercises: samplePractised(f), Answers: 148, Days: 11, Effort: sampleEffort(), Goal: "/goal", Waiting: 2}
	}},
	{"progress-empty", func(f Frame) any { return Progress{Frame: f.at("progress", nil)} }},
	{"search-start", func(f Frame) any { return Search{Frame: f.at("search", nil)} }},
	{"search", func(f Frame) any {
		r := sampleResources(f)
		return Search{Frame: f.at("search", nil), Query: pick(f, "ten", "عشرة"), Asked: true, Total: 41, Answer: sampleAnswer(f), Hits: []Hit{
			{Card: r[1], Course: sampleCourses(f)[0].Title, Snippet: HTML(pick(f, "Fingers of two hands make <mark>ten</mark>.", "أصابع اليدين <mark>عشرة</mark>.")), Passage: pick(f, "Hands", "اليدان"), At: At{Page: 12}},
			{Card: r[2], Course: sampleCourses(f)[0].Title, At: At{Clock: "1:05"}},
		}, Facets: sampleFacets(f, false), Chosen: []FacetValue{sampleFacets(f, false)[1].Values[1]}, Clear: "/search?q=ten"}
	}},
	{"search-meant", func(f Frame) any {
		return Search{Frame: f.at("search", nil), Query: "wotar", Asked: true, Total: 1, Meant: "water", MeantURL: "/search?q=water", Hits: []Hit{{Card: sampleResources(f)[0]}}, Reading: true, ReadingDone: 3, ReadingAll: 9}
	}},
	{"search-busy", func(f Frame) any { return Search{Frame: f.at("search", nil), Query: "water", Asked: true, Busy: true} }},
	{"search-nothing", func(f Frame) any { return Search{Frame: f.at("search", nil), Query: "zzz", Asked: true} }},
	{"licence", func(f Frame) any {
		return LicencePage{Frame: f.at("", &Link{"", "/library"}), ID: "CC-BY-SA-4.0", Name: "Creative Commons Attribution-ShareAlike 4.0"}
	}},
	{"licence-reserved", func(f Frame) any { return LicencePage{Frame: f, ID: "LicenseRef-AllRightsReserved"} }},
	{"licence-unstated", func(f Frame) any { return LicencePage{Frame: f} }},
	{"error-not-found", func(f Frame) any { return Error{Frame: f, Status: 404, Key: "not-found"} }},
	{"error-ours", func(f Frame) any { return Error{Frame: f.as(""), Status: 500, Key: "ours"} }},
}

// sampleTerms ask for much, and their owner writes at length.
var sampleTerms = Licence{
	ID: "CC-BY-NC-SA-4.0", Owner: "Water for All", Author: "N. Achieng", URL: "/licence/CC-BY-NC-SA-4.0",
	Terms: "You may print it for your school. Ask before you print it for others: we like to know where it is read, and to send you what is new. Pictures of people are theirs: do not use them for anything else, and take them out when they ask you to.",
}

// sampleFacets are a few sides of a library, with something chosen, something deep and something that leads nowhere.
func sampleFacets(f Frame, open bool) []Facet {
	v := func(facet, value string, n, depth int) FacetValue {
		out := FacetValue{Facet: facet, Value: value, Count: n, Depth: depth}
		if n > 0 {
			out.URL = "/library?" + facet + "=" + value
		}
		return out
	}
	done := v("subject", "mathematics", 61, 1)
	done.Chosen = true
	long := v("course", "3", 36, 0)
	long.Text, long.Lang = sampleCourses(f)[0].Title, f.Lang
	return []Facet{
		{Key: "activity", Values: []FacetValue{v("activity", "watch", 1204, 0), v("activity", "read", 310, 0), v("activity", "create", 0, 0)}},
		{Key: "subject", Values: []FacetValue{v("subject", "school", 2210, 0), done, v("subject", "geometry", 12, 2), v("subject", "sciences", 0, 1)}, More: "/library?more=subject"},
		{Key: "level", Values: []FacetValue{v("level", "lower-primary", 48, 0), v("level", "upper-primary", 13, 0)}},
		{Key: "language", Values: []FacetValue{v("language", "sw", 900, 0), v("language", "ar", 20, 0)}},
		{Key: "accessibility", Values: []FacetValue{v("accessibility", "captions", 77, 0), v("accessibility", "tagged-pdf", 2, 0)}},
		{Key: "licence", Values: []FacetValue{v("licence", "CC-BY-NC-SA", 77, 0), v("licence", "unstated", 2, 0), v("licence", "AllRightsReserved", 1, 0)}},
		{Key: "course", Values: []FacetValue{long}, Open: open},
	}
}

func sampleSiblings(f Frame) (out []Sibling) {
	for _, c := range sampleResources(f)[:5] {
		out = append(out, Sibling{Title: c.Title, URL: c.URL, Kind: c.Kind, Lang: f.Lang, Complete: c.Complete, Here: c.Kind == "video"})
	}
	return out
}

var sampleLicence = Licence{ID: "CC-BY-SA-4.0", Owner: "Lamplight", Author: "Lamplight", Source: "lamplight.example/numbers", URL: "/licence/CC-BY-SA-4.0"}

func sampleCourses(f Frame) []Card {
	return []Card{
		{
			Title: pick(f, "Numbers and baskets: counting, adding, taking away", "أعداد وسلال: العد والجمع والطرح"), URL: "/course/1", Kind: "course",
			About: pick(f, "Twelve lessons for the first school years.", "اثنا عشر درسًا لسنوات المدرسة الأولى."), Lang: f.Lang,
			Resources: 36, Bytes: 2_400_000, Percent: 40,
		},
		{
			Title: pick(f, "Health at home", "الصحة في البيت"), URL: "/course/2", Kind: "course", Lang: "sw",
			About: pick(f, "Clean water, fever, burns and when to walk to the clinic.", "الماء النظيف والحمى والحروق ومتى نذهب إلى العيادة."), Resources: 5214, Bytes: 412_000_000,
		},
		{
			Title: pick(f, "Using Lamplight", "كيف تستعمل لامبلايت"), URL: "/course/3", Kind: "course", Lang: f.Lang,
			About: pick(f, "How to open, read, answer and come back.", "كيف تفتح وتقرأ وتجيب وتعود."), Resources: 8, Bytes: 310_000, Percent: 100, Complete: true,
		},
		{
			Title: "الحكايات القديمة", URL: "/course/4", Kind: "book", Lang: "ar",
			Resources: 24, Bytes: 1_900_000,
		},
	}
}

func sampleResources(f Frame) []Card {
	return []Card{
		{Title: pick(f, "What is ten?", "ما العشرة؟"), URL: "/resource/1", Kind: "page", Percent: 100, Complete: true},
		{Title: pick(f, "Count the mangoes", "عُدّ المانجو"), URL: "/exercise/2", Kind: "exercise", Percent: 60},
		{Title: pick(f, "Boats on the river", "قوارب في النهر"), URL: "/resource/3", Kind: "video", Seconds: 187, Bytes: 8_200_000},
		{Title: pick(f, "Songs for counting", "أناشيد العد"), URL: "/resource/4", Kind: "audio", Seconds: 64, Bytes: 900_000},
		{Title: pick(f, "Teacher's sheet", "ورقة المعلم"), URL: "/resource/5", Kind: "document", Pages: 4, Bytes: 220_000},
		{Title: pick(f, "Numbers to one hundred", "الأعداد حتى مئة"), URL: "/course/1?at=6", Kind: "topic", Resources: 9},
		{Title: pick(f, "A page that came broken", "صفحة وصلت ناقصة"), URL: "/resource/7", Kind: "article", Broken: true},
	}
}

func samplePractised(f Frame) []Practised {
	return []Practised{
		{Title: pick(f, "Count the mangoes", "عُدّ المانجو"), URL: "/exercise/2", Course: sampleCourses(f)[0].Title, Dots: []string{"wrong", "right", "helped", "right", "open"}, Last: daysAgo(0)},
		{Title: pick(f, "Which is bigger?", "أيهما أكبر؟"), URL: "/exercise/3", Course: sampleCourses(f)[0].Title, Dots: []string{"right", "right", "wrong", "right", "right"}, Mastered: true, Last: daysAgo(4)},
		{Title: pick(f, "Taking away", "الطرح"), URL: "/exercise/4", Course: sampleCourses(f)[0].Title, Dots: []string{"open", "open", "open", "open", "open"}, Last: When{Time: time.Date(2026, 3, 12, 0, 0, 0, 0, time.UTC), Unsure: true}},
	}
}
