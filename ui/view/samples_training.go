package view

var trainingSamples = []Sample{
	{"training", func(f Frame) any {
		f.Help = "training"
		v := Training{Frame: f.as("teacher").at("teach", &Link{"", "/teach"}), Course: "/course/t", Done: 3}
		for i, key := range []string{"class", "cards", "register", "lesson", "quiz", "report", "levels", "inclass", "paper", "watch", "slip", "own"} {
			u := TrainingUnit{Key: key, Page: "/resource/" + key, Do: "/teach/class/3", Done: i < 3}
			if i < 2 {
				u.At = daysAgo(3 + 9*i)
				u.At.Unsure = i == 1
			}
			v.Units = append(v.Units, u)
		}
		return v
	}},
	{"training-no-course", func(f Frame) any {
		return Training{Frame: f.as("administrator").at("teach", &Link{"", "/teach"}), CanAdd: true, Units: []TrainingUnit{{Key: "class", Do: "/teach"}}}
	}},
}
