package view

// inClassSamples are a class that looks at something together: the teacher's page and the learners'.
var inClassSamples = []Sample{
	{"inclass", func(f Frame) any {
		v := sampleInClass(f, "")
		v.Live = InClassLive{}
		return v
	}},
	{"inclass-resource", func(f Frame) any {
		v := sampleInClass(f, "looks")
		v.Thing.Question, v.By, v.Live.Hands = "", pick(f, "Grace Njeri", "سلمى حداد"), nil
		return v
	}},
	{"inclass-question", func(f Frame) any {
		v := sampleInClass(f, "answers")
		v.Rest[0].Letters = []string{"A", "B", "C"}
		v.Photo = &InClassPhoto{Open: "/teach/class/3/now?cards=1"}
		v.Banner = &Banner{Kind: "careful", Key: "inclass.changed"}
		return v
	}},
	{"inclass-cards", func(f Frame) any {
		v := sampleInClass(f, "answers")
		v.Photo = &InClassPhoto{
			Shown: true, Upload: "/teach/class/3/now/photo", Close: "/teach/class/3/now", Seen: "3A7B", Turn: "/teach/class/3/now?seen=3B7C", Clashes: 1, Doubtful: 2, Strange: 1,
			Read: []InClassChild{{v.Rest[0].Name, "1", []string{"A"}}, {v.Live.Hands[0].Name, "2", []string{"B"}}},
		}
		return v
	}},
	{"inclass-no-cards", func(f Frame) any {
		v := sampleInClass(f, "answers")
		v.Photo = &InClassPhoto{Shown: true, Cards: "/teach/class/3/paper/cards", Close: "/teach/class/3/now", Problem: "none"}
		return v
	}},
	{"inclass-closed", func(f Frame) any { return sampleBars(f, 1) }},
	{"inclass-twice", func(f Frame) any {
		v := sampleBars(f, 2)
		v.State, v.Advice, v.Rest = "revealed", "on", nil
		return v
	}},
	{"inclass-broken", func(f Frame) any {
		v := sampleInClass(f, "closed")
		v.Broken = true
		return v
	}},
	{"now", func(f Frame) any { return Now{Frame: f.at("home", nil), Key: "."} }},
	{"now-resource", func(f Frame) any {
		return Now{Frame: f.at("home", nil), State: "looks", Key: "r1.looks", Hand: true, Thing: sampleThing(f)}
	}},
	{"now-question", func(f Frame) any {
		v := sampleNowQuestion(f, "answers")
		v.Banner = &Banner{Kind: "careful", Key: "now.cannot-read"}
		return v
	}},
	{"now-answered", func(f Frame) any {
		v := sampleNowQuestion(f, "answered")
		v.Mine, v.Pass, v.Asked.Given = true, true, "1/3"
		return v
	}},
	{"now-missed", func(f Frame) any { return sampleNowQuestion(f, "closed") }},
	{"now-revealed", func(f Frame) any {
		v := sampleNowQuestion(f, "revealed")
		v.Mine, v.Asked.Given, v.Asked.Right = true, "1/3", "1/2"
		v.Asked.Options[0].Mark, v.Asked.Options[1].Mark, v.Asked.Options[1].Chosen = "right", "wrong", true
		return v
	}},
	{"now-broken", func(f Frame) any {
		v := sampleNowQuestion(f, "answers")
		v.Broken = true
		return v
	}},
}

func sampleThing(f Frame) *InClassThing {
	return &InClassThing{Title: pick(f, "Fractions of a cake", "كسور من كعكة"), Lang: f.Lang, URL: "/resource/7", Pick: "1/7"}
}

func sampleAskedNow(f Frame) Asked {
	return Asked{
		Lang: f.Lang, Stem: HTML(pick(f, "Which is bigger?", "أيهما أكبر؟")),
		Options: []Option{{Key: "a", Text: "1/2"}, {Key: "b", Text: "1/3"}, {Key: "c", Text: "1/4"}},
	}
}

func sampleInClass(f Frame, state string) InClass {
	t := sampleTiles(f)
	v := InClass{
		Frame: f.as("teacher").at("teach", &Link{pick(f, "Class 3", "الصف الثالث"), "/teach/class/3"}), Class: pick(f, "Class 3", "الصف الثالث"), Places: sampleClassPlaces,
		Action: "/teach/class/3/now", State: state, Key: "k." + state, Pick: "/teach/class/3/now/pick", Thing: sampleThing(f), Asked: sampleAskedNow(f),
		Rest: []InClassChild{{Name: t[0].Name, ID: "1"}},
		Live: InClassLive{
			URL: "/teach/class/3/now/at?k=k", Action: "/teach/class/3/now", Token: f.Token, Key: "k", State: state, Learners: 40, Answered: 31,
			Hands: []InClassChild{{Name: t[1].Name, ID: "2"}},
		},
	}
	v.Thing.Question = pick(f, "Which is bigger? 1/2, 1/3, 1/4", "أيهما أكبر؟ 1/2، 1/3، 1/4")
	return v
}

// sampleBars is a question asked so many times.
func sampleBars(f Frame, rounds int) InClass {
	v := sampleInClass(f, "closed")
	v.More, v.Wrong, v.WrongN, v.Advice = rounds < 2, "1/4", 14, "talk"
	shares := [][]int{{40, 75}, {15, 15}, {45, 10}}
	for i, o := range v.Asked.Options {
		b := InClassBar{Letter: string(rune('A' + i)), Text: o.Text, Right: i == 0, Names: []string{v.Rest[0].Name, v.Live.Hands[0].Name}}
		for n := range rounds {
			b.Counts = append(b.Counts, InClassCount{N: shares[i][n] * 2 / 5, Share: shares[i][n]})
		}
		v.Rows = append(v.Rows, b)
	}
	v.Rounds = []InClassRound{{1, 31, 12, 39}, {2, 32, 30, 94}}[:rounds]
	return v
}

func sampleNowQuestion(f Frame, state string) Now {
	a := sampleAskedNow(f)
	return Now{Frame: f.at("home", nil), State: state, Key: "k." + state, Lang: f.Lang, Round: "abcdefghijklm", Question: Question{Type: "choice", Stem: a.Stem, Options: a.Options}, Asked: a}
}
