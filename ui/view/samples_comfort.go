package view

var comfortSamples = []Sample{
	{"settings", func(f Frame) any {
		return Settings{
			Frame: f.at("settings", nil), Languages: []string{"en", "fr", "ar"}, Chosen: f.Lang, Contents: []string{"en", "fr", "sw"}, Content: "sw", Fonts: true,
		}
	}},
	{"settings-guest-large-dark", func(f Frame) any {
		f = f.as("").at("settings", nil)
		f.Theme, f.TextSize, f.Spacing, f.Motion, f.Letters = "dark", "large", "wide", "less", "clear"
		return Settings{
			Frame: f, Languages: []string{"en", "fr", "ar"}, Contents: []string{"en"},
			Wishes: Wishes{Theme: f.Theme, TextSize: f.TextSize, Spacing: f.Spacing, Motion: f.Motion, Letters: f.Letters},
		}
	}},
	{"settings-needs", func(f Frame) any {
		f = f.at("settings", nil)
		f.Theme, f.TextSize, f.Aloud, f.Clips = "sunlight", "larger", true, sampleClips
		return Settings{
			Frame: f, Languages: []string{"en", "fr", "ar"}, Nastaliq: true, Wishes: Wishes{TextSize: f.TextSize, Aloud: true, Data: "low"},
			Needs: Needs{ExtraTime: 50, ReadAloud: true, HighContrast: true},
		}
	}},
	{"accommodation", func(f Frame) any {
		f = f.as("teacher").at("teach", &Link{"", "/teach/learner/1"})
		return Accommodation{
			Frame: f, Learner: LearnerRow{Name: pick(f, "Musa", "موسى"), Tile: "fish", URL: "/teach/learner/2"},
			Needs: Needs{ExtraTime: 25, ReadAloud: true, LargeText: true},
		}
	}},
	{"languages", func(f Frame) any {
		return Languages{Frame: f.at("settings", &Link{"", "/settings"}), Languages: []LanguageRow{
			{"en", 100, 0, "/languages/en.txt", false},
			{"ar", 100, 0, "/languages/ar.txt", false},
			{"sw", 62, 210, "/languages/sw.txt", false},
			{"yo", 3, 640, "/languages/yo.txt", true},
		}}
	}},
	{"exercise-read-aloud", func(f Frame) any {
		f.Aloud, f.Clips, f.TextSize = true, sampleClips, "larger"
		e := sampleExercise(f)
		e.MoreHint = true
		return e
	}},
	{"login-pictures-aloud", func(f Frame) any {
		l := samplePictures(f)
		l.Clips = sampleClips
		return l
	}},
}

// sampleClips are some of ui.Spoken.
var sampleClips = map[string]bool{
	"exercise.answer": true, "exercise.hint": true, "exercise.another": true, "place.home": true, "place.library": true, "login.button": true,
	"login.pictures.1": true, "login.pictures.2": true, "settings.save": true, "settings.title": true,
}
