package view

var uploadSamples = []Sample{
	{"add", func(f Frame) any {
		return Adding{
			Frame: f.as("teacher").at("teach", &Link{"", "/teach"}), Room: 1_200_000_000, Most: 4 << 30, Files: []SentFile{
				{ID: "a1", Name: "physics-9.zim", URL: "/teach/add/a1", Size: 412_000_000, Have: 390_000_000, State: "coming", Days: 6},
				{ID: "a2", Name: "fractions.gift", URL: "/teach/add/a2", Size: 4_200, Have: 4_200, State: "asking"},
				{ID: "a3", Name: "goat.mp4", URL: "/teach/add/a3", Size: 24_000_000, Have: 24_000_000, State: "running", Done: 12_000_000, By: sampleTiles(f)[0].Name},
				{ID: "a4", Name: "notes.docx", URL: "/teach/add/a4", Size: 80_000, Have: 80_000, State: "failed", Trouble: "unknown"},
				{ID: "a5", Name: "reader.epub", URL: "/teach/add/a5", Size: 900_000, Have: 900_000, State: "done"},
				{ID: "a6", Name: "song.mp3", URL: "/teach/add/a6", Size: -1, Have: 2_000_000, State: "coming"},
			},
		}
	}},
	{"add-empty", func(f Frame) any {
		return Adding{Frame: f.as("teacher").at("teach", &Link{"", "/teach"}), Room: -1, Most: 4 << 30}
	}},
	{"add-problem", func(f Frame) any {
		return Adding{Frame: f.as("teacher").at("teach", &Link{"", "/teach"}), Room: 3_000_000, Most: 4 << 30, Problem: "full", About: "physics-9.zim"}
	}},
	{"add-plan", func(f Frame) any {
		return AddedFile{
			Frame: f.as("teacher").at("teach", &Link{"", "/teach/add"}), Need: 4_200, Room: 1_200_000_000, Fits: true, AskTitle: true, AskTerms: true,
			File:  SentFile{ID: "a2", Name: "fractions.gift", URL: "/teach/add/a2", Size: 4_200, State: "asking"},
			Title: "fractions", Owner: sampleTiles(f)[0].Name,
			Courses:  []PlannedCourse{{Card: sampleCourses(f)[0], State: "new", Need: 4_200}},
			Warnings: []string{"fractions.gift:12: an essay cannot be marked here"},
			Licences: []LicenceChoice{{"unstated", "", false}, {"by", "CC-BY-4.0", true}, {"sharealike", "CC-BY-SA-4.0", false}, {"public", "CC-PDM-1.0", false}, {"reserved", "LicenseRef-AllRightsReserved", false}},
		}
	}},
	{"add-plan-theirs", func(f Frame) any {
		return AddedFile{
			Frame: f.as("teacher").at("teach", &Link{"", "/teach/add"}), Need: 412_000_000, Room: 100_000_000, Problem: "look",
			File:    SentFile{ID: "a1", Name: "physics-9.zim", URL: "/teach/add/a1", Size: 412_000_000, State: "asking"},
			Courses: []PlannedCourse{{Card: sampleCourses(f)[1], State: "update", Need: 412_000_000, Licence: sampleLicence}}, Theirs: []string{sampleCourses(f)[1].Title},
		}
	}},
	{"add-failed", func(f Frame) any {
		return AddedFile{
			Frame: f.as("teacher").at("teach", &Link{"", "/teach/add"}), Refused: []Refused{{"notes.docx", "docx: no reader for this yet"}},
			File: SentFile{ID: "a4", Name: "notes.docx", URL: "/teach/add/a4", Size: 80_000, State: "failed", Trouble: "unknown"},
		}
	}},
	{"add-done", func(f Frame) any {
		c := sampleCourses(f)
		return AddedFile{
			Frame:   f.as("teacher").at("teach", &Link{"", "/teach/add"}),
			Classes: []Option{{Key: "3", Text: HTML(pick(f, "Class 3", "الصف الثالث"))}, {Key: "4", Text: HTML(pick(f, "Class 4", "الصف الرابع"))}},
			File: SentFile{ID: "a5", Name: "books.zip", URL: "/teach/add/a5", Size: 900_000, State: "done", Courses: []SentCourse{
				{"1", c[0].Title, c[0].Lang, c[0].URL, "there", true}, {"2", c[1].Title, c[1].Lang, c[1].URL, "trash", true}, {"3", pick(f, "Old reader", "كتاب قديم"), f.Lang, "/course/3", "gone", false},
			}},
		}
	}},
}
