package view

// classDaySamples are the pages of a class's day: register, levels, who to look after, slips, notices.
var classDaySamples = []Sample{
	{"attendance", func(f Frame) any { return sampleAttendance(f) }},
	{"attendance-conflict", func(f Frame) any {
		v := sampleAttendance(f)
		v.Unsure, v.Day.Unsure = true, true
		v.Rows[1].Mark, v.Rows[1].Both, v.Conflicts, v.Taken = "", []string{"absent", "present"}, 1, true
		v.Sessions = []NumberedLink{{1, "/teach/class/3/attendance", true}, {2, "/teach/class/3/attendance?session=2", false}}
		v.Another, v.SignIns, v.ByHand, v.Seen = "/teach/class/3/attendance?session=3", "", "/teach/class/3/attendance", 2
		v.Trace = []AttendanceChange{
			{Who: pick(f, "Mr Okello", "الأستاذ عادل"), At: daysAgo(0), Marks: []AttendanceRow{{Name: v.Rows[2].Name, Mark: "late"}}},
			{At: daysAgo(0), Taken: 4, SignIns: true},
		}
		return v
	}},
	{"attendance-empty", func(f Frame) any {
		return Attendance{Frame: f.inClass(), Class: sampleClass(f), Path: "/teach/class/3/attendance", Day: daysAgo(0), Date: "2026-11-21", Session: 1, Problem: "bad-day"}
	}},
	{"attendance-history", func(f Frame) any {
		rows, days := sampleRows(f), []AttendanceDay{}
		for n := 5; n > 0; n-- {
			days = append(days, AttendanceDay{Day: daysAgo(n), Here: 3, Away: 1, URL: "/teach/class/3/attendance?day=2026-11-16"})
		}
		v := AttendanceHistory{
			Frame: f.inClass(), Class: sampleClass(f), Take: "/teach/class/3/attendance", CSV: "/teach/class/3/attendance/history.csv", Days: days,
			Rows: []AttendanceChild{
				{Name: rows[0].Name, Tile: rows[0].Tile, URL: "/teach/learner/1", Marks: []string{"present", "present", "late", "present", "present"}, Here: 5},
				{Name: rows[2].Name, Tile: rows[2].Tile, URL: "/teach/learner/3", Marks: []string{"present", "absent", "excused", "absent", "absent"}, Here: 1, Away: 4, Patterns: []DayPattern{
					{Key: "running", N: 2}, {Key: "weekday", N: 4, Weekday: 1}, {Key: "often", N: 6, Of: 20}, {Key: "late", N: 3, Of: 20}, {Key: "session", N: 3, Session: 2},
				}},
				{Name: rows[3].Name, URL: "/teach/learner/5", Marks: []string{"", "", "", "", "present"}, Here: 1},
			},
		}
		v.Patterns = v.Rows[1:2]
		return v
	}},
	{"attendance-history-empty", func(f Frame) any {
		return AttendanceHistory{Frame: f.inClass(), Class: sampleClass(f), Take: "/teach/class/3/attendance"}
	}},
	{"levels", func(f Frame) any {
		rows := sampleRows(f)
		return Levels{
			Frame: f.inClass(), Class: sampleClass(f), Path: "/teach/class/3/levels", Ladder: "reading", Day: daysAgo(0), Date: "2026-11-21", Due: 2,
			Counts: [5]int{0, 1, 1, 0, 1}, Moved: 1, Twice: 2, Groups: "/teach/class/3/levels/groups?ladder=reading",
			Rows: []LevelRow{
				{ID: "5", Name: rows[3].Name, Due: true},
				{ID: "1", Name: rows[0].Name, Tile: rows[0].Tile, Level: 5, At: daysAgo(0), Today: true, Move: 1, Moved: true, Earlier: []LevelPast{{4, daysAgo(15)}, {3, daysAgo(30)}}},
				{ID: "2", Name: rows[1].Name, Tile: rows[1].Tile, Level: 3, At: daysAgo(20), Moved: true, Due: true},
				{ID: "3", Name: rows[2].Name, Tile: rows[2].Tile, Level: 2, At: daysAgo(1), Both: []int{1, 2}},
			},
		}
	}},
	{"levels-numbers-empty", func(f Frame) any {
		return Levels{Frame: f.inClass(), Class: sampleClass(f), Path: "/teach/class/3/levels", Ladder: "numbers", Day: daysAgo(0), Date: "2026-11-21"}
	}},
	{"level-groups", func(f Frame) any {
		rows := sampleRows(f)
		return LevelGroups{
			Frame: f.inClass(), Path: "/teach/class/3/levels/groups", Ladder: "numbers", Made: 2, Undo: "1_2",
			Classes: []ClassTick{{"3", sampleClass(f), true}, {"4", pick(f, "Class 4", "الصف الرابع"), false}},
			Groups: []LevelGroup{
				{Level: 2, Number: 1, Members: []GroupMember{{"1", rows[0].Name, sampleClass(f)}, {"2", rows[1].Name, sampleClass(f)}}},
				{Level: 2, Number: 2, Members: []GroupMember{{"3", rows[2].Name, sampleClass(f)}}},
			},
			Choices: []GroupChoice{{"1.0", 1, 0}, {"2.1", 2, 1}, {"2.2", 2, 2}, {"3.0", 3, 0}, {"4.0", 4, 0}, {"5.0", 5, 0}},
			Unmet:   []LevelRow{{ID: "5", Name: rows[3].Name}}, Cards: "/teach/class/3/levels/cards?ladder=numbers", Check: "/teach/class/3/levels?ladder=numbers",
		}
	}},
	{"level-groups-empty", func(f Frame) any {
		return LevelGroups{Frame: f.inClass(), Path: "/teach/class/3/levels/groups", Ladder: "reading", Check: "/teach/class/3/levels"}
	}},
	{"activity-cards", func(f Frame) any {
		rows := sampleRows(f)
		return ActivityCards{Frame: f.inClass(), Ladder: "reading", Groups: []LevelGroup{
			{Level: 1, Members: []GroupMember{{"1", rows[0].Name, ""}, {"2", rows[1].Name, ""}}}, {Level: 3, Members: []GroupMember{{"3", rows[2].Name, ""}}},
		}}
	}},
	{"watch", func(f Frame) any { return sampleWatch(f) }},
	{"watch-empty", func(f Frame) any {
		return Watch{Frame: f.inClass(), Class: sampleClass(f), Path: "/teach/class/3/watch", From: 3}
	}},
	{"slips", func(f Frame) any {
		rows := sampleRows(f)
		v := Slips{
			Frame: f.inClass(), Class: sampleClass(f), Path: "/teach/class/3/slips", School: pick(f, "Baobab School", "مدرسة النخيل"), Languages: []string{"en", "fr", "ar"},
			From: daysAgo(6), To: daysAgo(0),
		}
		for i, r := range rows {
			v.Rows = append(v.Rows, SlipLanguage{ID: r.URL, Name: r.Name, Language: []string{"", "ar", "", "fr"}[i]})
		}
		v.Slips = []Slip{
			{Name: rows[0].Name, Lang: f.Lang, Here: 5, Of: 5, Finished: 4, Title: pick(f, "Count the mangoes", "عُدّ المانجو"), Answers: 52, Levels: []SlipLevel{{"reading", 4}, {"numbers", 3}}, Ladder: "numbers", Level: 3},
			{Name: rows[1].Name, Lang: "ar", Here: 3, Of: 5, Finished: 1, Title: "عُدّ المانجو", Levels: []SlipLevel{{"reading", 2}}, Ladder: "reading", Level: 2},
			{Name: rows[3].Name, Lang: "fr"},
		}
		return v
	}},
	{"slips-empty", func(f Frame) any {
		return Slips{Frame: f.inClass(), Class: sampleClass(f), Path: "/teach/class/3/slips", Languages: []string{"en"}}
	}},
	{"notices", func(f Frame) any {
		f = f.as("teacher").at("teach", &Link{"", "/"})
		f.Aloud = true
		n := sampleNotices(f)
		n[0].Mine = true
		return Notices{
			Frame: f, Notices: n, ID: "f", Undo: "a", For: []ClassTick{{"3", sampleClass(f), true}, {"school", "", false}}, Text: pick(f, "Bring seeds.", "أحضروا بذورا."),
			From: "2026-11-25", Until: "2026-11-24", Problem: "dates",
		}
	}},
	{"notices-read", func(f Frame) any { return Notices{Frame: f.at("home", &Link{"", "/"}), Notices: sampleNotices(f)} }},
	{"notices-empty", func(f Frame) any { return Notices{Frame: f.at("home", &Link{"", "/"})} }},
}

func sampleClass(f Frame) string { return pick(f, "Class 3", "الصف الثالث") }

// inClass is f as a teacher on a page of a class.
func (f Frame) inClass() Frame {
	return f.as("teacher").at("teach", &Link{sampleClass(f), "/teach/class/3"})
}

func sampleAttendance(f Frame) Attendance {
	v := Attendance{
		Frame: f.inClass(), Class: sampleClass(f), Path: "/teach/class/3/attendance", Day: daysAgo(0), Date: "2026-11-21", Before: "/teach/class/3/attendance?day=2026-11-20",
		Session: 1, Sessions: []NumberedLink{{1, "/teach/class/3/attendance", true}}, Here: 4,
		SignIns: "/teach/class/3/attendance?from=box", History: "/teach/class/3/attendance/history",
	}
	for i, r := range sampleRows(f) {
		v.Rows = append(v.Rows, AttendanceRow{ID: string(rune('1' + i)), Name: r.Name, Tile: r.Tile, Mark: []string{"present", "present", "late", "absent"}[i]})
	}
	return v
}

func sampleWatch(f Frame) Watch {
	rows := sampleRows(f)
	return Watch{
		Frame: f.inClass(), Class: sampleClass(f), Path: "/teach/class/3/watch", Date: "2026-11-21", Register: "/teach/class/3/attendance", From: 3, NoRegisters: true,
		Listed: []WatchChild{{
			ID: "3", Name: rows[2].Name, Tile: rows[2].Tile, URL: "/teach/learner/3", Points: 5, Step: "visit", Reasons: []WarnReason{
				{Key: "absent-running", N: 3, Points: 2, URL: "/teach/class/3/attendance/history"},
				{Key: "below-level", Ladder: "reading", Level: 2, Points: 2, URL: "/teach/class/3/levels"},
				{Key: "no-work", N: 10, Points: 1, URL: "/teach/learner/3"},
			},
		}},
		Done: []WatchChild{{
			ID: "2", Name: rows[1].Name, Tile: rows[1].Tile, URL: "/teach/learner/2", Points: 3, DoneStep: "talk", DoneBy: pick(f, "Mr Okello", "الأستاذ عادل"), DoneAt: daysAgo(2),
			Reasons: []WarnReason{{Key: "absent-often", N: 5, Of: 20, Points: 2}, {Key: "worry", Points: 2}, {Key: "repeated", Points: 1}},
		}},
		Rows: []WatchTick{{ID: "1", Name: rows[0].Name, Tile: rows[0].Tile}, {ID: "2", Name: rows[1].Name, Tile: rows[1].Tile, Worry: true, Repeated: true}, {ID: "3", Name: rows[2].Name, Conflict: true, Worry: true}},
	}
}

func sampleNotices(f Frame) []Notice {
	return []Notice{
		{ID: "1", Text: pick(f, "On Friday we plant trees.\nBring a cup.", "يوم الجمعة نزرع الأشجار.\nأحضروا كوبا."), Class: sampleClass(f), By: pick(f, "Mr Okello", "الأستاذ عادل"), Until: daysAgo(-6), Pinned: true},
		{ID: "2", Text: pick(f, "The school is closed on Monday.", "المدرسة مغلقة يوم الاثنين."), From: daysAgo(0), Until: daysAgo(-2)},
	}
}
