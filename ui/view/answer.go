package view

// An Answer is one to three sentences of a resource, word for word, that answer a question; without Text: nothing in the
// library does.
type Answer struct {
	Text    string
	Lang    string // BCP 47, "" unknown
	Title   string // of the resource
	URL     string // to the place in it
	Passage string // title of the chapter or section, "" none
	At      At
	Course  string // "" where the resource is all of it
}

func sampleAnswer(f Frame) *Answer {
	r := sampleResources(f)
	return &Answer{
		Text: pick(f, "Fingers of two hands make ten. That is why we count in tens.", "أصابع اليدين عشرة. لذلك نعد بالعشرات."), Title: r[1].Title, URL: r[1].URL, Lang: r[1].Lang,
		Passage: pick(f, "Hands", "اليدان"), At: At{Page: 12}, Course: sampleCourses(f)[0].Title,
	}
}
