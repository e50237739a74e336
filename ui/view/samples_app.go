package view

var appSamples = []Sample{
	{"app", func(f Frame) any {
		return App{
			Frame: f.at("library", courseBack(f)), Heading: pick(f, "Build a circuit", "ابنِ دارة كهربائية"), Crumbs: sampleCrumbs(f),
			About:  pick(f, "Join a battery, a switch and a lamp, and see what the current does.", "صِل البطارية والمفتاح والمصباح وشاهد ما يفعله التيار."),
			Source: "/gallery/frame", Inside: "/gallery/", Given: `{"lamplight":1}`, Save: "/app/3", Bytes: 463_298, Percent: 40, Scored: true, Score: 80,
			Next: &Link{sampleResources(f)[3].Title, "/resource/4"}, Licence: sampleLicence, Siblings: sampleSiblings(f),
		}
	}},
	{"app-finished", func(f Frame) any {
		return App{
			Frame: f.at("library", courseBack(f)), Heading: pick(f, "Fireflies", "اليراعات"), Source: "/gallery/frame", Inside: "/gallery/", Save: "/app/4", Percent: 100, Complete: true, Licence: Licence{},
		}
	}},
}
