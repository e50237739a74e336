package view

var bookSamples = []Sample{
	{"resource-video", func(f Frame) any {
		return Resource{
			Frame: f.at("library", courseBack(f)), Kind: "video", Heading: pick(f, "Boats on the river", "قوارب في النهر"),
			Crumbs: sampleCrumbs(f), Source: "/resource/3/file", MIME: "video/mp4", Seconds: 187, Bytes: 8_200_000,
			About:    pick(f, "Five boats leave. Three come back. How many are still out?", "غادرت خمسة قوارب وعاد ثلاثة. كم بقي في الماء؟"),
			Captions: []Caption{{"en", "/resource/3/caption/en", true, "?words=en"}, {"ar", "/resource/3/caption/ar", false, "?words=ar"}},
			At:       12.5, CueURL: "/resource/3", TranscriptLang: f.Lang, Films: []Film{{"?size=0", 2_100_000, false}, {"?size=1", 8_200_000, true}},
			Transcript: []Cue{
				{0, pick(f, "In the morning five boats leave.", "في الصباح تغادر خمسة قوارب.")},
				{4.5, pick(f, "The sun goes up over the water.", "تشرق الشمس فوق الماء.")},
				{71, pick(f, "Three come back with fish.", "يعود ثلاثة ومعها السمك.")},
			},
			Percent: 38, Previous: &Link{sampleResources(f)[1].Title, "/exercise/2"}, Next: &Link{sampleResources(f)[3].Title, "/resource/4"}, Licence: sampleLicence,
			Siblings: sampleSiblings(f),
		}
	}},
	{"resource-audio", func(f Frame) any {
		return Resource{
			Frame: f.at("library", courseBack(f)), Kind: "audio", Heading: pick(f, "Songs for counting", "أناشيد العد"),
			Source: "/resource/4/file", MIME: "audio/mpeg", Seconds: 64, Complete: true, Licence: Licence{},
		}
	}},
	{"resource-document", func(f Frame) any {
		return Resource{
			Frame: f.at("library", courseBack(f)), Kind: "document", Heading: pick(f, "Teacher's sheet", "ورقة المعلم"),
			Source: "/resource/5/file", MIME: "application/pdf", Bytes: 220_000, Pages: 4, Licence: sampleLicence, Read: "/resource/5?page=3", OnPage: 3,
		}
	}},
	{"document-page", func(f Frame) any {
		return DocumentPage{
			Frame: f.at("library", courseBack(f)), Heading: pick(f, "Teacher's sheet", "ورقة المعلم"), Lang: f.Lang, Crumbs: sampleCrumbs(f), Number: 3, Pages: 4,
			Text:   pick(f, "Put five beans on the table.\nTake two away.\nHow many are left?", "ضع خمس حبات على الطاولة.\nخذ اثنتين.\nكم بقي؟"),
			Before: "?page=2", After: "?page=4", Viewer: "/resource/5/file#page=3", Cover: "/resource/5", Find: "/resource/5", Licence: sampleLicence,
		}
	}},
	{"within", func(f Frame) any {
		return Within{
			Frame: f.at("library", courseBack(f)), Heading: pick(f, "Tales of the lake", "حكايات البحيرة"), Lang: f.Lang, Query: pick(f, "crab", "السرطان"), Find: "/resource/6",
			Hits: []WithinHit{
				{"?chapter=2", pick(f, "The heron and the crab", "مالك الحزين والسرطان"), 0, HTML(pick(f, "The <mark>crab</mark> listened and said nothing.", "أصغى <mark>السرطان</mark> ولم يقل شيئًا."))},
				{"?page=3", "", 3, HTML(pick(f, "A <mark>crab</mark> has ten legs.", "لـ<mark>السرطان</mark> عشر أرجل."))},
			},
		}
	}},
	{"within-nothing", func(f Frame) any {
		return Within{Frame: f.at("library", nil), Heading: "Tales", Query: "zebra", Find: "/resource/6"}
	}},
	{"slides", func(f Frame) any {
		return Slides{
			Frame: f.at("library", courseBack(f)), Heading: pick(f, "From seed to tree", "من البذرة إلى الشجرة"), Lang: f.Lang, Number: 2, Of: 7, Crumbs: sampleCrumbs(f),
			Picture: "/static/pictures/tree.svg", Alt: pick(f, "A shoot with two leaves", "نبتة بورقتين"), Caption: pick(f, "After a week two leaves open.", "بعد أسبوع تتفتح ورقتان."),
			Before: "?slide=1", After: "?slide=3", Next: &Link{sampleResources(f)[3].Title, "/resource/4"}, Licence: sampleLicence, Siblings: sampleSiblings(f),
		}
	}},
	{"slides-none", func(f Frame) any {
		return Slides{Frame: f.at("library", courseBack(f)), Heading: "Shapes"}
	}},
	{"article", func(f Frame) any {
		return Article{
			Frame: f.at("library", courseBack(f)), Heading: pick(f, "Clean water", "الماء النظيف"), Crumbs: sampleCrumbs(f),
			Source: "/gallery/frame", Previous: &Link{pick(f, "Fever", "الحمى"), "/resource/2"}, Next: &Link{pick(f, "Burns", "الحروق"), "/resource/4"}, Licence: sampleLicence,
		}
	}},
	{"article-needs-name", func(f Frame) any {
		return Article{Frame: f.at("library", courseBack(f)), Heading: "Quiz park", Source: "/gallery/frame", Problem: true}
	}},
	{"book", func(f Frame) any {
		return Book{
			Frame: f.at("library", courseBack(f)), Heading: pick(f, "Tales of the lake", "حكايات البحيرة"), Chapter: pick(f, "The heron and the crab", "مالك الحزين والسرطان"),
			Lang: f.Lang, RightToLeft: f.Lang == "ar", Number: 2, Chapters: 3, Percent: 45,
			HTML: HTML(pick(f,
				"<p>Long ago a heron stood in the shallow water and watched the fish.</p><p>“Come up,” it said, “and I will carry you to a better lake.”</p><blockquote><p>The crab listened and said nothing.</p></blockquote><p>That evening the lake lay still as glass, and the crab had made its plan.</p>",
				"<p>قديمًا وقف مالك الحزين في الماء الضحل يراقب السمك.</p><p>قال: «اصعدوا وسأحملكم إلى بحيرة أفضل».</p><blockquote><p>أصغى السرطان ولم يقل شيئًا.</p></blockquote><p>وفي المساء سكنت البحيرة كالزجاج، وكان السرطان قد دبّر أمره.</p>")),
			Contents: []ContentsEntry{
				{pick(f, "Before we begin", "قبل أن نبدأ"), "?chapter=1", 0, false},
				{pick(f, "The heron and the crab", "مالك الحزين والسرطان"), "?chapter=2", 0, true},
				{pick(f, "The promise", "الوعد"), "?chapter=2#promise", 1, false},
				{pick(f, "The drum", "الطبل"), "?chapter=3", 0, false},
			},
			Previous: "?chapter=1", Next: "?chapter=3", Smaller: "?chapter=2&size=small", Larger: "?chapter=2&size=large", Licence: sampleLicence,
		}
	}},
	{"book-other-direction", func(f Frame) any {
		b := Book{
			Frame: f.at("library", nil), Heading: "الحكايات القديمة", Lang: "ar", RightToLeft: true, Number: 3, Chapters: 3, Percent: 97,
			HTML: "<h2>الطبل</h2><p>كان في القرية طبل كبير لا يقرعه أحد.</p>", Contents: []ContentsEntry{{"الطبل", "?chapter=3", 0, true}}, Previous: "?chapter=2",
			Smaller: "?chapter=3&size=", Size: "large", Complete: true,
		}
		return b
	}},
	{"page", func(f Frame) any {
		return PageFrame{Frame: f.at("library", courseBack(f)), Licence: sampleLicence, Crumbs: sampleCrumbs(f)}
	}},
}

func courseBack(f Frame) *Link { return &Link{sampleCourses(f)[0].Title, "/course/1"} }

func sampleCrumbs(f Frame) []Link {
	return []Link{{sampleCourses(f)[0].Title, "/course/1"}, {pick(f, "Numbers to ten", "الأعداد حتى عشرة"), "/course/1?at=2"}}
}
