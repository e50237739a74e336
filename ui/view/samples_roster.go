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
	{"roster-import", func(f Frame) any {
		return RosterImport{
			Frame: f.as("administrator").at("teach", &Link{"", "/admin/people"}), New: true, Problem: "empty",
			Classes: []Option{{Key: "3", Text: HTML(pick(f, "Class 3", "الصف الثالث")), Chosen: true}},
		}
	}},
	{"roster-plan", func(f Frame) any {
		return RosterPlan{
			Frame: f.as("administrator").at("teach", &Link{"", "/admin/people/import"}), Format: "plain", Class: pick(f, "Class 3", "الصف الثالث"), Problem: "refused",
			Added:   []PlanItem{{Name: pick(f, "Amina Diallo", "أمينة ديالو"), Line: 2, Fields: []PlanField{{"name", "", pick(f, "Amina Diallo", "أمينة ديالو")}, {"role", "", "learner"}, {"birth", "", "2016"}}}},
			Changed: []PlanItem{{Name: pick(f, "Musa", "موسى"), Line: 3, Fields: []PlanField{{"number", "12", "2031"}, {"class", "", pick(f, "Class 3", "الصف الثالث")}}}},
			Absent:  []PlanItem{{Name: pick(f, "José", "يوسف")}}, LeftOut: 2, Classes: []PlanItem{{Name: pick(f, "Class 3", "الصف الثالث")}},
			Refused: []RefusedLine{{"users.csv", 7, "birthDate", "birth", "yes"}, {"", 9, "", "no-name", ""}},
		}
	}},
	{"roster-plan-done", func(f Frame) any {
		return RosterPlan{
			Frame: f.as("teacher").at("teach", &Link{"", "/teach"}), Format: "kolibri", Done: true, Sheet: "/admin/cards/k",
			Added: []PlanItem{{Name: pick(f, "Amina Diallo", "أمينة ديالو"), Line: 2}}, Unchanged: []PlanItem{{Name: pick(f, "Musa", "موسى"), Line: 3}},
			Fresh: []Fresh{{Name: pick(f, "Amina Diallo", "أمينة ديالو"), PIN: "4071"}},
		}
	}},
	{"twins", func(f Frame) any {
		return Twins{
			Frame: f.as("administrator").at("teach", &Link{"", "/admin/people"}),
			Pairs: []TwinPair{{
				Why: "class",
				A:   TwinSide{ID: "1", Name: pick(f, "Amina Diallo", "أمينة ديالو"), Tile: "sun", Number: "2031", Birth: 2016, Classes: []string{pick(f, "Class 3", "الصف الثالث")}, Answers: 214, Last: daysAgo(0), URL: "/admin/people/1"},
				B:   TwinSide{ID: "7", Name: pick(f, "Diallo Amina", "ديالو أمينة"), Classes: []string{pick(f, "Class 3", "الصف الثالث")}, Answers: 3, Last: daysAgo(20), URL: "/admin/people/7"},
			}},
		}
	}},
	{"twins-empty", func(f Frame) any {
		return Twins{
			Frame: f.as("administrator").at("teach", &Link{"", "/admin/people"}),
			Done:  &Done{Key: "joined", Args: []string{"name", pick(f, "Amina Diallo", "أمينة ديالو")}, Undo: &Post{URL: "/admin/people/1", Fields: [][2]string{{"do", "split"}, {"record", "7"}}}},
		}
	}},
	{"class-list", func(f Frame) any {
		return ClassList{
			Frame: f.as("teacher").at("teach", &Link{pick(f, "Class 3", "الصف الثالث"), "/teach/class/3/people"}), Class: pick(f, "Class 3", "الصف الثالث"),
			School: pick(f, "Lakeside School", "مدرسة البحيرة"), Teachers: []string{pick(f, "Mr Okello", "الأستاذ عادل")}, Learners: sampleMembers(f),
		}
	}},
	{"school-year", func(f Frame) any {
		return SchoolYear{
			Frame: f.as("administrator").at("teach", &Link{"", "/admin/people"}), Problem: "empty", Classes: []YearClass{{"3", pick(f, "Class 3", "الصف 3"), 41, pick(f, "Class 4", "الصف 4")}, {"4", pick(f, "Leavers", "المتخرجون"), 38, ""}},
			Done: &Done{Key: "year", Count: 2, Undo: &Post{URL: "/admin/people/year", Fields: [][2]string{{"do", "back"}, {"was", "3"}, {"now", "5"}}}},
		}
	}},
	{"school-year-empty", func(f Frame) any {
		return SchoolYear{Frame: f.as("administrator").at("teach", &Link{"", "/admin/people"})}
	}},
}
