package view

var sharedSamples = []Sample{
	{"shared-choose", func(f Frame) any {
		return Shared{Frame: f.as("teacher").on("/shared"), Step: "choose", Classes: sampleClasses(f)}
	}},
	{"shared-no-class", func(f Frame) any { return Shared{Frame: f.as("teacher").on("/shared"), Step: "choose"} }},
	{"shared-start-teacher", func(f Frame) any {
		v := sampleStart(f.as("teacher"))
		v.Teacher, v.Had, v.NotYet = true, sampleTiles(f)[:2], sampleTiles(f)[2:]
		v.Phones = []Passing{{"1a2b", pick(f, "Amina Diallo", "أمينة ديالو"), 2, 5}}
		return v
	}},
	{"shared-start-class", func(f Frame) any { return sampleStart(phoneFrame(f)) }},
	{"shared-start-nobody", func(f Frame) any {
		v := sampleStart(f.as("teacher"))
		v.Teacher, v.Problem = true, "nobody"
		return v
	}},
	{"shared-queue", func(f Frame) any { return sampleQueue(f) }},
	{"shared-queue-over", func(f Frame) any {
		v := sampleQueue(f)
		v.Over, v.Had = v.Called.Name, []Tile{*v.Called}
		v.Called, v.Waiting = &v.Waiting[0], v.Waiting[1:]
		v.Away = sampleTiles(f)[4:]
		return v
	}},
	{"shared-queue-secret", func(f Frame) any {
		v := sampleQueue(f)
		v.Secret = true
		return v
	}},
	{"shared-queue-end", func(f Frame) any {
		v := sampleQueue(f)
		v.Over, v.Had, v.Called, v.Waiting = v.Waiting[2].Name, sampleTiles(f), nil, nil
		return v
	}},
	{"shared-mine", func(f Frame) any {
		f.Turn, f.Places = &Turn{Seconds: 170, Grace: 60}, TurnPlaces()
		return Shared{Frame: f.on("/shared"), Step: "mine"}
	}},
	{"turn-over", func(f Frame) any {
		f.Turn, f.Places = &Turn{Grace: 60, Over: true, Asks: true}, TurnPlaces()
		return Home{Frame: f.at("home", nil).on("/")}
	}},
	{"hours", func(f Frame) any {
		return Hours{
			Frame: f.as("administrator").at("box", &Link{"", "/admin"}), Limit: true, Days: [7]bool{1: true, 2: true, 3: true, 4: true, 5: true},
			From: "07:30", To: "16:00", Zone: 180, Zones: []int{0, 60, 120, 180, 345}, Time: "12:30", Weekday: 6,
		}
	}},
	{"hours-problem", func(f Frame) any {
		return Hours{
			Frame: f.as("administrator").at("box", &Link{"", "/admin"}), Limit: true, From: "16:00", To: "7", Zones: []int{-210, 0}, Problem: "hours",
		}
	}},
}

// phoneFrame is of a phone that nobody is signed in on, with the token of its own forms.
func phoneFrame(f Frame) Frame {
	f = f.as("").on("/shared")
	f.Token, f.Places = "t0ken", nil
	return f
}

func sampleStart(f Frame) Shared {
	return Shared{
		Frame: f.on("/shared"), Step: "start", Class: sampleClass3(f), ClassID: "3", Minutes: 5, Choices: []int{3, 5, 10},
	}
}

func sampleQueue(f Frame) Shared {
	all := sampleTiles(f)
	return Shared{Frame: phoneFrame(f), Step: "queue", Class: sampleClass3(f), Minutes: 5, Called: &all[0], Waiting: all[1:]}
}
