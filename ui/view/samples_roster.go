package view

func sampleMembers(f Frame) []Member {
	return []Member{
		{ID: "1", Name: pick(f, "Amina Diallo", "أمينة ديالو"), Tile: "sun", Number: "2031", Way: "pictures", Groups: []string{pick(f, "Reading A", "قراءة أ")}, URL: "/admin/people/1"},
		{ID: "2", Name: pick(f, "Musa", "موسى"), Tile: "fish", Way: "pin", URL: "/admin/people/2"},
		{ID: "3", Name: pick(f, "Oluwaseunfunmi Adebayo-Okonkwo", "عبد الرحمن بن عبد العزيز آل سعود"), Number: "2033", URL: "/admin/people/3"},
	}
}

var rosterSamples = []Sample{
	{"class-people", func(f Frame) any {
		group := Group{ID: "g1", Name: pick(f, "Reading A", "قراءة أ"), Count: 1, Members: sampleMembers(f)}
		group.Members[0].In = true
		return ClassPeople{
			Frame: f.as("administrator").at("teach", &Link{pick(f, "Class 3", "الصف الثالث"), "/teach/class/3"}), ID: "3", Name: pick(f, "Class 3", "الصف الثالث"),
			Level: pick(f, "Primary 3", "الابتدائي ٣"), Learners: sampleMembers(f), Lead: true, Twins: 1, Groups: []Group{group},
			Teachers: []Member{{ID: "9", Name: pick(f, "Mr Okello", "الأستاذ عادل"), URL: "/admin/people/9"}}, Others: []Option{{Key: "10", Text: HTML(pick(f, "Grace Njeri", "سلمى حداد"))}},
			Done: &Done{Key: "archived", Args: []string{"name", pick(f, "José", "يوسف")}, Undo: &Post{URL: "/admin/people/5", Fields: [][2]string{{"do", "restore"}}}},
		}
	}},
	{"class-people-fresh", func(f Frame) any {
		return ClassPeople{
			Frame: f.as("teacher").at("teach", &Link{pick(f, "Class 3", "الصف الثالث"), "/teach/class/3"}), ID: "3", Name: pick(f, "Class 3", "الصف الثالث"),
			Learners: sampleMembers(f)[:1], Sheet: "/admin/cards/k", Problem: "name", Way: "pin",
			Fresh: []Fresh{{Name: pick(f, "Amina Diallo", "أمينة ديالو"), Pictures: []string{"boat", "star", "goat"}}, {Name: pick(f, "Musa", "موسى"), PIN: "4071"}},
		}
	}},
	{"class-people-empty", func(f Frame) any {
		return ClassPeople{Frame: f.as("teacher").at("teach", &Link{pick(f, "Class 3", "الصف الثالث"), "/teach/class/3"}), ID: "3", Name: pick(f, "Class 3", "الصف الثالث")}
	}},
	{"person", func(f Frame) any {
		return PersonPage{
			Frame: f.as("administrator").at("teach", &Link{pick(f, "Class 3", "الصف الثالث"), "/teach/class/3/people"}), ID: "1", Name: pick(f, "Amina Diallo", "أمينة ديالو"), Tile: "sun",
			Login: "amina", Number: "2031", Birth: 2016, Gender: "female", Role: "learner", Way: "pin", Card: true, Report: "/teach/learner/1",
			Classes: []Membership{{"3", pick(f, "Class 3", "الصف الثالث"), "/teach/class/3/people", "learner"}}, Others: []Option{{Key: "4", Text: HTML(pick(f, "Class 4", "الصف الرابع"))}},
			Roles: []string{"learner", "teacher", "administrator"}, Records: []OtherRecord{{"7", pick(f, "Amina D.", "أمينة د."), "88"}},
			Fresh: []Fresh{{Name: pick(f, "Amina Diallo", "أمينة ديالو"), PIN: "4071"}}, Sheet: "/admin/cards/k",
		}
	}},
	{"person-archived", func(f Frame) any {
		return PersonPage{Frame: f.as("teacher").at("teach", &Link{"", "/admin/people"}), ID: "2", Name: pick(f, "Musa", "موسى"), Role: "learner", Archived: true, Problem: "last"}
	}},
}
