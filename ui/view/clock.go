package view

// Clock is "/teach/clock": what the box takes for the time, and a place for a teacher to say what it is. It posts phones
// (as given, to confirm them), or date ("2026-03-12") and time ("09:30"), there.
type Clock struct {
	Frame
	Day  When   // today, as the box believes it
	Time string // "09:30", as clocks of the school show it
	// What the phones that were used just now say, in the middle; Phones 0: none told anything, or the box is sure.
	Phones     int
	PhonesDay  When
	PhonesTime string
	Ahead      string // what phones is posted as

	Problem              bool // what was typed is no date and time
	TypedDate, TypedTime string
}

// clockSamples are the page where the time is set.
var clockSamples = []Sample{
	{"clock", func(f Frame) any {
		f = f.as("teacher").at("teach", &Link{"", "/teach"})
		f.Unsure = true
		return Clock{Frame: f, Day: When{Time: sampleNow, Unsure: true}, Time: "09:30", Phones: 7, PhonesDay: When{Time: sampleNow}, PhonesTime: "11:42", Ahead: "1795340520000"}
	}},
	{"clock-problem", func(f Frame) any {
		f = f.as("teacher").at("teach", &Link{"", "/teach"})
		f.Unsure = true
		return Clock{Frame: f, Day: When{Time: sampleNow, Unsure: true}, Time: "09:30", Problem: true, TypedDate: "soon", TypedTime: "9"}
	}},
	{"clock-sure", func(f Frame) any {
		f = f.as("teacher").at("teach", &Link{"", "/teach"})
		f.Banner = &Banner{Kind: "saved", Key: "clock.saved"}
		return Clock{Frame: f, Day: When{Time: sampleNow}, Time: "11:42"}
	}},
}
