package view

// District is "/district": the schools, who needs help first.
type District struct {
	Frame
	Done   *Done
	Needs  []Need // of all schools, worst first
	Table  Table
	Invite string // where a school is invited, "" not by this person
}

// A Need is one thing that is not as it should be, and what to do about it: the message "district.trouble.KEY".
type Need struct {
	Key    string
	Kind   string // "wrong" somebody can act now, "careful", "note"
	School Link   // Text "" on the school's own page
	Box    string
	N      int   // how many; −1 the message has no number
	Bytes  int64 // left on the card
	When   When
}

// DistrictSchool is "/district/school/{school}".
type DistrictSchool struct {
	Frame
	Done        *Done
	ID          string
	Name, Group string
	Problem     string // "name", "" none
	Needs       []Need
	Boxes       Table
	Courses     Table
	Work        string // where the reports of it are
}

// DistrictSend is "/district/send": what was sent to schools, and forms to send.
type DistrictSend struct {
	Frame
	Done    *Done
	Problem bool
	Courses []Link // what may be sent: Text is the title, URL the course's id
	Groups  []string
	Schools []Link // URL is the id
	Sent    []SentRow
}

// A SentRow is one thing that was sent.
type SentRow struct {
	URL      string
	What     string // "course", "notice", "setting"
	Title    string // of a course; of a notice its words; of a setting what it is set to: "open", "all", "none"
	Lang     string // of Title, "" unknown
	When     When
	Here, Of int // schools
}

// DistrictSent is "/district/send/{push}": how it stands at each school.
type DistrictSent struct {
	Frame
	Row     SentRow
	Schools []SentSchool
}

// A SentSchool is how what was sent stands at one school: the message "district.sent.KEY".
type SentSchool struct {
	Name, URL string
	Key       string
}

// DistrictPlaces are the places on a district's node of who oversees its schools.
func DistrictPlaces(administers bool) []Place {
	out := []Place{{"district", "/district"}, {"library", "/library"}, {"search", "/search"}}
	if administers {
		out = append(out, Place{"box", "/admin"})
	}
	return append(out, Place{"settings", "/settings"})
}
