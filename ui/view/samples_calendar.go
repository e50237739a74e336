package view

import "time"

var calendarSamples = []Sample{
	{"calendar", func(f Frame) any {
		f.Calendar = "ethiopic"
		day := func(y int, m time.Month, d int) When { return When{Time: time.Date(y, m, d, 0, 0, 0, 0, time.UTC)} }
		fair := Period{ID: "p1", Title: pick(f, "Harvest fair", "سوق الحصاد"), From: day(2026, 11, 20), Until: day(2026, 11, 21), Days: 2}
		fair.Also = []Period{{Title: fair.Title, From: day(2026, 11, 19), Until: day(2026, 11, 21), Days: 3}}
		return SchoolCalendar{
			Frame: f.as("administrator").at("box", &Link{"", "/admin"}), Country: "ET", Dates: "ethiopic", Days: [7]bool{1: true, 2: true, 3: true, 4: true, 5: true},
			First: 0, Order: []int{0, 1, 2, 3, 4, 5, 6}, Zone: 180, Today: day(2026, 11, 21), Shut: true, Holiday: fair.Title,
			Terms:    []Period{{ID: "p2", Title: pick(f, "First term", "الفصل الأول"), From: day(2026, 9, 14), Until: day(2027, 1, 29), Days: 138}},
			Holidays: []Period{fair, {ID: "p3", Title: pick(f, "Christmas", "عيد الميلاد"), From: day(2027, 1, 7), Until: day(2027, 1, 7), Days: 1}},
			Shifts:   []ClassShift{{"3", pick(f, "Class 3", "الصف الثالث"), "morning"}, {"4", pick(f, "Class 4", "الصف الرابع"), ""}},
			Form:     PeriodForm{ID: "n", Holiday: true},
			Done:     &Done{Key: "period-gone", Args: []string{"title", pick(f, "Market day", "يوم السوق")}, Undo: &Post{URL: "/admin/calendar", Fields: [][2]string{{"do", "back"}, {"id", "p9"}}}},
		}
	}},
	{"calendar-empty", func(f Frame) any {
		return SchoolCalendar{
			Frame: f.as("administrator").at("box", &Link{"", "/admin"}), Order: []int{1, 2, 3, 4, 5, 6, 0}, First: 1, Today: When{Time: sampleNow},
			Form: PeriodForm{ID: "n", Title: pick(f, "Rain days", "أيام المطر"), From: "2026-12-04", Until: "2026-12-01", Problem: "days"},
		}
	}},
}
