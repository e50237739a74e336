package view

var adminSamples = []Sample{
	{"admin", func(f Frame) any {
		return AdminHome{
			Frame: f.as("administrator").at("box", nil), Claimed: true, School: pick(f, "Lakeside School", "مدرسة البحيرة"),
			Health: []Health{
				{Key: "record", State: "good"},
				{Key: "disk", State: "careful", Bytes: 1_200_000_000, URL: "/admin/content"},
				{Key: "clock", State: "careful"},
				{Key: "network", State: "good"},
				{Key: "peers", State: "wrong", Name: pick(f, "Box in the office", "صندوق الإدارة"), URL: "/admin/boxes"},
			},
			People: 36, Courses: 4, Peers: 1, Owed: 14, Version: "0.1", Device: "1f0c9a7733ab2e01", Address: []string{"http://192.168.4.1:8080", "http://lamplight.lan"}, DiskUsed: 30_800_000_000, DiskSize: 32_000_000_000,
		}
	}},
	{"admin-people", func(f Frame) any {
		return AdminPeople{
			Frame: f.as("administrator").at("box", &Link{"", "/admin"}), Total: 3, Cards: "/admin/cards?class=3", Classes: sampleClassOptions(f), Lead: true, Open: "/teach/class/3/people",
			People: []PersonRow{
				{"1", pick(f, "Amina Diallo", "أمينة ديالو"), "sun", "learner", pick(f, "Class 3", "الصف الثالث"), "pictures", "/teach/learner/1", daysAgo(0), "/admin/people/1", true},
				{"2", pick(f, "Musa", "موسى"), "fish", "learner", pick(f, "Class 3", "الصف الثالث"), "pin", "/teach/learner/2", daysAgo(6), "/admin/people/2", false},
				{"9", pick(f, "Mr Okello", "الأستاذ عادل"), "", "teacher", "", "password", "", When{}, "/admin/people/9", false},
			},
		}
	}},
	{"admin-people-fresh", func(f Frame) any {
		return AdminPeople{
			Frame: f.as("administrator").at("box", &Link{"", "/admin"}), Total: 1, Classes: sampleClassOptions(f), Class: "3",
			People: []PersonRow{{"5", pick(f, "José", "يوسف"), "boat", "learner", pick(f, "Class 3", "الصف الثالث"), "pictures", "", When{}, "", true}},
			Fresh:  &Fresh{Name: pick(f, "José", "يوسف"), Pictures: []string{"boat", "star", "goat"}, PIN: "4071"},
		}
	}},
	{"admin-people-archived", func(f Frame) any {
		return AdminPeople{
			Frame: f.as("administrator").at("box", &Link{"", "/admin"}), Classes: sampleClassOptions(f), Lead: true, Put: true, Total: 1, Away: []Link{{pick(f, "Class 6 of 2025", "الصف السادس ٢٠٢٥"), "/teach/class/8/people"}},
			People: []PersonRow{{"5", pick(f, "José", "يوسف"), "boat", "learner", "", "pictures", "", When{}, "/admin/people/5", false}},
		}
	}},
	{"admin-people-empty", func(f Frame) any {
		return AdminPeople{Frame: f.as("administrator").at("box", &Link{"", "/admin"}), Problem: "secret", Classes: sampleClassOptions(f)}
	}},
	{"cards", func(f Frame) any {
		c := Cards{Frame: f.as("administrator").at("box", &Link{"", "/admin/people"}), School: pick(f, "Lakeside School", "مدرسة البحيرة"), Class: pick(f, "Class 3", "الصف الثالث"), URL: "http://192.168.4.1:8080"}
		for _, t := range sampleTiles(f) {
			c.Cards = append(c.Cards, SignInCard{Name: t.Name, Login: "amina" + t.ID, Class: c.Class, QR: sampleQR, Code: "K7QF-2MXA", Pictures: []string{"sun", "fish", "drum"}})
		}
		return c
	}},
	{"gallery", func(f Frame) any {
		return Gallery{Frame: f.as(""), Samples: []Link{{"home-learner", "/gallery/home-learner"}, {"library", "/gallery/library"}}}
	}},
}

// sampleQR is a picture of a code, not one that can be read.
const sampleQR HTML = `<svg viewBox="0 0 9 9" role="img" aria-label="QR"><path d="M1 1h3v3H1zM5 1h1v2H5zM7 1h1v1H7zM5 4h3v1H5zM1 5h2v1H1zM4 5h1v3H4zM6 6h2v2H6zM1 7h2v1H1z"/></svg>`

func sampleClassOptions(f Frame) []Option {
	return []Option{{Key: "3", Text: HTML(pick(f, "Class 3", "الصف الثالث"))}, {Key: "4", Text: HTML(pick(f, "Class 4", "الصف الرابع"))}}
}
