package view

var managerSamples = []Sample{
	{"admin-library", func(f Frame) any {
		c := sampleCourses(f)
		return AdminContent{
			Frame: f.as("administrator").at("box", &Link{"", "/admin"}), Free: 1_200_000_000, Forecast: Forecast{Days: 400},
			Courses: []InstalledCourse{
				{Card: c[0], ID: "1", Format: "lamplight", Edition: "1", Licence: sampleLicence, Damaged: 1},
				{Card: c[1], ID: "2", Format: "zim", Edition: "2026-08", Linked: true, Away: true},
				{Card: c[1], ID: "3", Format: "zim", Edition: "2026-07", Away: true, PlaceID: "p2", Place: "old-disk"},
			},
			Places: []ContentPlace{{"p1", "disk", "/media/disk", true, 800_000_000_000, 1_000_000_000_000, 0}, {"p2", "old-disk", "/media/old-disk", false, 0, 0, 1}},
		}
	}},
	{"admin-library-queue", func(f Frame) any {
		return AdminContent{
			Frame: f.as("administrator").at("box", &Link{"", "/admin"}), Free: 1_200_000_000, Forecast: Forecast{Days: 40}, Busy: true,
			Tasks: sampleTasks(f),
		}
	}},
	{"admin-library-sources", func(f Frame) any {
		c := sampleCourses(f)
		return AdminContent{
			Frame: f.as("administrator").at("box", &Link{"", "/admin"}), Free: 12_000_000_000, Trash: 412_000_000, Forecast: Forecast{Days: 5000},
			Sticks: []Stick{{"KOLIBRI", "/media/KOLIBRI", 3_000_000_000, 32_000_000_000, []Thing{{"health_sw_2026-10.zim", "/media/KOLIBRI/health_sw_2026-10.zim", "zim", 412_000_000}, {"KOLIBRI_DATA", "/media/KOLIBRI/KOLIBRI_DATA", "kolibri", 0}}, true}},
			Offers: []ContentOffer{
				{ID: "7", Title: c[0].Title, Lang: c[0].Lang, Licence: "CC-BY-4.0", Bytes: 80_000_000, Here: 20_000_000, From: []string{pick(f, "Box in the office", "صندوق الإدارة")}, Coming: true},
				{ID: "8", Title: c[1].Title, Lang: c[1].Lang, Bytes: 412_000_000, From: []string{pick(f, "Upper school", "المدرسة العليا")}, Update: true},
			},
			Trashed: []TrashedCourse{{"9", pick(f, "Old reader", "كتاب قديم"), f.Lang, 412_000_000, 28}},
		}
	}},
	{"admin-library-plan", samplePlan},
	{"admin-library-plan-full", func(f Frame) any {
		v := samplePlan(f).(ContentPlan)
		v.Room, v.Fits, v.CanLink = 100_000_000, false, true
		v.Courses = v.Courses[:1]
		v.Courses[0].Topics, v.Refused = nil, []Refused{{"notes.docx", "docx: no reader for this yet"}}
		return v
	}},
	{"admin-library-problem", func(f Frame) any {
		return AdminContent{Frame: f.as("administrator").at("box", &Link{"", "/admin"}), Problem: "path"}
	}},
	{"admin-catalogue", func(f Frame) any {
		return catalogueSample(f.as("administrator").at("box", &Link{"", "/admin/content"}))
	}},
	{"admin-catalogue-empty", func(f Frame) any {
		return Catalogue{Frame: f.as("administrator").at("box", &Link{"", "/admin/content"}), Known: catalogueKnown, Problem: "away", At: "http://10.0.0.9"}
	}},
	{"admin-library-remove", func(f Frame) any {
		c := InstalledCourse{Card: sampleCourses(f)[1], ID: "2", Format: "zim", Edition: "2026-08"}
		return AdminContent{Frame: f.as("administrator").at("box", &Link{"", "/admin/content"}), Free: -1, Confirm: &c}
	}},
	{"admin-library-empty", func(f Frame) any {
		return AdminContent{Frame: f.as("administrator").at("box", &Link{"", "/admin/content"}), Trash: 412_000_000, Emptying: true}
	}},
}

func sampleTasks(f Frame) []ContentTask {
	c := sampleCourses(f)
	return []ContentTask{
		{ID: "a1", Kind: "import", State: "running", Title: "health_sw_2026-10.zim", Doing: pick(f, "Health", "الصحة"), Done: 120_000_000, Total: 412_000_000},
		{ID: "a2", Kind: "import", State: "waiting", Title: "KOLIBRI_DATA", First: true},
		{ID: "a3", Kind: "verify", State: "waiting"},
		{ID: "a4", Kind: "import", State: "looking", Title: "physics.zip"},
		{ID: "a5", Kind: "import", State: "asking", Title: "KOLIBRI_DATA"},
		{ID: "a6", Kind: "import", State: "paused", Title: "wikipedia_ar_all.zim"},
		{ID: "a7", Kind: "import", State: "failed", Title: "gutenberg.zim", Trouble: "full", Why: "blob: 5000000000 bytes wanted, 1200000000 free: no space left on device"},
		{ID: "a8", Kind: "import", State: "done", Title: "books", Courses: []string{c[0].Title, c[1].Title}, Refused: []Refused{{"notes.docx", "docx: no reader for this yet"}}},
		{ID: "a9", Kind: "verify", State: "done", Title: c[0].Title, Problems: 3, Mended: 2},
	}
}

func samplePlan(f Frame) any {
	c := sampleCourses(f)
	return ContentPlan{
		Frame: f.as("administrator").at("box", &Link{"", "/admin/content"}),
		Task:  ContentTask{ID: "a5", Kind: "import", State: "asking", Title: "KOLIBRI_DATA"},
		Need:  412_000_000, Room: 1_200_000_000, Fits: true, Forecast: Forecast{Days: 200},
		Warnings: []string{"maths/fractions: the caption file is not read: it has no times"},
		Courses: []PlannedCourse{
			{
				Card: c[0], State: "update", Licence: sampleLicence, Need: 412_000_000, Frees: 20_000_000,
				Changes: []Changed{{"new", 2, []string{pick(f, "Halves", "الأنصاف"), pick(f, "Thirds", "الأثلاث")}}, {"changed", 1, []string{pick(f, "Counting", "العد")}}, {"removed", 4, nil}},
				Topics: []TopicChoice{
					{ID: "t1", Title: pick(f, "Numbers", "الأعداد"), Resources: 40, Bytes: 300_000_000, Chosen: true},
					{ID: "t2", Title: pick(f, "Adding", "الجمع"), Depth: 1, Resources: 12, Bytes: 90_000_000, Chosen: true},
					{ID: "t3", Title: pick(f, "Shapes", "الأشكال"), Resources: 9, Bytes: 112_000_000, Missing: 2},
				},
			},
			{Card: c[1], State: "same"},
		},
	}
}
