package view

var signSamples = []Sample{
	{"login", func(f Frame) any {
		return Login{Frame: f.as("").on("/login"), Step: "start", Classes: sampleClasses(f), Guests: true}
	}},
	{"login-wrong", func(f Frame) any {
		return Login{Frame: f.as("").on("/login"), Step: "start", Classes: sampleClasses(f), Name: "Amina", Problem: "wrong"}
	}},
	{"login-no-classes", func(f Frame) any { return Login{Frame: f.as("").on("/login"), Step: "start"} }},
	{"login-class", func(f Frame) any {
		return Login{Frame: f.as("").on("/login"), Step: "class", Class: Link{pick(f, "Class 3", "الصف الثالث"), "/login?class=3"}, People: sampleTiles(f)}
	}},
	{"login-pictures", func(f Frame) any {
		l := samplePictures(f)
		l.Picked = []string{"fish"}
		return l
	}},
	{"login-pictures-wrong", func(f Frame) any {
		l := samplePictures(f)
		l.Problem = "wrong"
		return l
	}},
	{"login-pin", func(f Frame) any {
		return Login{Frame: f.as("").on("/login"), Step: "pin", Class: Link{pick(f, "Class 3", "الصف الثالث"), "/login?class=3"}, Person: sampleTiles(f)[1]}
	}},
	{"login-pin-slow", func(f Frame) any {
		return Login{Frame: f.as("").on("/login"), Step: "pin", Person: sampleTiles(f)[1], Problem: "slow-down", Wait: 30}
	}},
	{"login-remembered", func(f Frame) any {
		return Login{
			Frame: f.as("").on("/login"), Step: "start", Class: sampleClass3(f), People: sampleTiles(f), Classes: sampleClasses(f), Guests: true,
		}
	}},
	{"login-closed", func(f Frame) any {
		return Login{
			Frame: f.as("").on("/login"), Step: "pin", Class: sampleClass3(f), Person: sampleTiles(f)[1], Problem: "closed", Opens: Opening{1, 450},
		}
	}},
	{"card", func(f Frame) any {
		f = f.as("").on("/card").at("", &Link{"", "/login"})
		f.Token, f.Places = "t0ken", nil
		return CardOwner{Frame: f, Owner: sampleTiles(f)[0]}
	}},
	{"guest-work", func(f Frame) any {
		f.Places = nil
		return GuestWork{Frame: f.on("/guest"), Did: 3, Next: "/"}
	}},
	{"login-password", func(f Frame) any {
		return Login{Frame: f.as("").on("/login"), Step: "password", Person: Tile{ID: "9", Name: pick(f, "Mr Okello", "الأستاذ عادل")}}
	}},
	{"login-who", func(f Frame) any { return Login{Frame: f.as("").on("/login"), Step: "who", People: sampleTiles(f)[:2]} }},
	{"claim", func(f Frame) any {
		return Claim{Frame: f.as("").on("/claim"), Languages: []string{"en", "fr", "ar"}, Chosen: f.Lang}
	}},
	{"claim-problems", func(f Frame) any {
		return Claim{Frame: f.as("").on("/claim"), Code: "ABCD", School: "Lakeside", Languages: []string{"en", "fr", "ar"}, Problem: ClaimProblem{"code", "", "empty", "short"}}
	}},
}

func sampleClass3(f Frame) Link {
	return Link{pick(f, "Class 3", "الصف الثالث"), "/login?class=3"}
}

func sampleTiles(f Frame) []Tile {
	return []Tile{
		{"1", pick(f, "Amina Diallo", "أمينة ديالو"), "sun", "/login?class=3&person=1", "learner"},
		{"2", pick(f, "Musa", "موسى"), "fish", "/login?class=3&person=2", "learner"},
		{"3", pick(f, "Lin Tshabalala-Nkosi", "لين عبد الرحمن"), "drum", "/login?class=3&person=3", "learner"},
		{"4", pick(f, "Amina Keïta", "أمينة كيتا"), "", "/login?class=3&person=4", "learner"},
		{"5", pick(f, "José", "يوسف"), "boat", "/login?class=3&person=5", "learner"},
	}
}

func samplePictures(f Frame) Login {
	return Login{
		Frame: f.as("").on("/login"), Step: "pictures", Class: Link{pick(f, "Class 3", "الصف الثالث"), "/login?class=3"}, Person: sampleTiles(f)[0],
		Layout: []string{"sun", "fish", "drum", "tree", "house", "bird", "star", "cup", "flower", "boat", "goat", "moon"},
	}
}
