package view

import "time"

// A Sample is a made-up page in one state. Make fills it in for a frame, so that any language and theme can be shown;
// people's words in it are English, or Arabic when the frame's language is.
type Sample struct {
	Name string // "course-empty": the page, then the state
	Make func(Frame) any
}

// Samples are shown in the gallery and checked by golden files. Names are unique and never change meaning.
var Samples = joinSamples(learnSamples, comfortSamples, bookSamples, appSamples, exerciseSamples, daySamples, quizSamples, signSamples, sharedSamples, takeSamples, teachSamples, composeSamples, reportSamples, classDaySamples, conductSamples, ownSamples, rosterSamples, adminSamples, calendarSamples, trainingSamples, managerSamples, uploadSamples, paperSamples, paperScanSamples, inClassSamples, recoverySamples, boxesSamples, privacySamples, clockSamples, districtSamples, carrySamples)

// SampleFrame is the frame samples are shown in: Amina, a learner, on a Saturday morning.
func SampleFrame(lang string) Frame {
	return Frame{
		Lang: lang, Token: "t0ken", BoxName: "Lamplight", Path: "/gallery",
		Person: &Person{Name: pick(Frame{Lang: lang}, "Amina Diallo", "أمينة ديالو"), Key: "k1", Tile: "sun", Role: "learner"},
		Places: PlacesFor("learner"), Now: sampleNow,
	}
}

var sampleNow = time.Date(2026, 11, 21, 9, 30, 0, 0, time.UTC)

func joinSamples(groups ...[]Sample) []Sample {
	var all []Sample
	for _, g := range groups {
		all = append(all, g...)
	}
	return all
}

// pick takes the words in the frame's language: Arabic, else English.
func pick(f Frame, english, arabic string) string {
	if len(f.Lang) >= 2 && f.Lang[:2] == "ar" {
		return arabic
	}
	return english
}

// as is f for another role, with its places.
func (f Frame) as(role string) Frame {
	f.Places = PlacesFor(role)
	switch role {
	case "":
		f.Person, f.Token = nil, ""
	case "teacher":
		f.Person = &Person{Name: pick(f, "Mr Okello", "الأستاذ عادل"), Role: role}
	case "administrator":
		f.Person = &Person{Name: pick(f, "Grace Njeri", "سلمى حداد"), Role: role}
	}
	return f
}

// at is f with a place current and a way back.
func (f Frame) at(section string, back *Link) Frame {
	f.Section, f.Back = section, back
	return f
}

// on is f as the page at path.
func (f Frame) on(path string) Frame {
	f.Path = path
	return f
}

func daysAgo(n int) When { return When{Time: sampleNow.AddDate(0, 0, -n)} }
