package view

// Privacy is "/admin/privacy": what the school holds of people.
type Privacy struct {
	Frame
	Done    *Done
	Held    Table
	Waiting []Waiting
	Days    int // the list of who looked goes back so many
}

// A Waiting is somebody whose erasure waits. Hours are left to take it back; −1 not known here.
type Waiting struct {
	ID, Name string
	By       string // who asked; "" the box itself
	Hours    int
}

// PrivacyPerson is "/admin/privacy/{person}": what is held of one person, saving it, erasing them.
type PrivacyPerson struct {
	Frame
	ID, Name string
	Done     *Done
	Held     Table
	Waiting  *Waiting
	Self     bool // nobody erases themselves
	Days     int
}

// PrivacyErase is "/admin/privacy/{person}/erase": what goes, what stays, and the name to type.
type PrivacyErase struct {
	Frame
	ID, Name string
	Goes     []Words // kinds with their counts
	Stays    []Words
	Typed    string
	Problem  string // "name" what was typed is not the name; "last" the last administrator; "" none
}

var heldSample = Table{
	Name: "held", Title: Words{Key: "privacy.held"},
	Columns: []Column{
		{Title: Words{Key: "column.held"}},
		{Title: Words{Key: "column.why"}},
		{Title: Words{Key: "column.count"}, Kind: NumberColumn},
		{Title: Words{Key: "column.oldest"}, Kind: DateColumn},
	},
	Rows: [][]Cell{
		{{Words: Words{Key: "privacy.kind.name"}}, {Words: Words{Key: "privacy.why.name"}}, {N: 3}, {None: true}},
		{{Words: Words{Key: "privacy.kind.words"}}, {Words: Words{Key: "privacy.why.words"}}, {N: 41}, {When: daysAgo(40)}},
		{{Words: Words{Key: "privacy.kind.looks"}}, {Words: Words{Key: "privacy.why.looks"}}, {N: 12, URL: "/admin/privacy/looks"}, {When: When{Time: sampleNow.AddDate(0, 0, -12), Unsure: true}}},
	},
}

func privacyName(f Frame) string { return pick(f, "Amina Okafor", "أمينة حداد") }

var privacySamples = []Sample{
	{"privacy", func(f Frame) any {
		return Privacy{
			Frame: f.as("administrator").at("box", &Link{URL: "/admin"}), Held: heldSample, Days: 400,
			Waiting: []Waiting{{ID: "p1", Name: privacyName(f), By: pick(f, "Grace Njeri", "سلمى حداد"), Hours: 23}, {ID: "p2", Name: pick(f, "Musa Bello", "موسى بلال"), Hours: -1}},
		}
	}},
	{"privacy-new", func(f Frame) any {
		return Privacy{Frame: f.as("administrator").at("box", &Link{URL: "/admin"}), Held: heldSample, Days: 400, Done: &Done{Key: "erased"}}
	}},
	{"privacy-person", func(f Frame) any {
		return PrivacyPerson{Frame: f.as("administrator").at("box", &Link{URL: "/admin/privacy"}), ID: "p1", Name: privacyName(f), Held: heldSample, Days: 400}
	}},
	{"privacy-waiting", func(f Frame) any {
		return PrivacyPerson{
			Frame: f.as("administrator").at("box", &Link{URL: "/admin/privacy"}), ID: "p1", Name: privacyName(f), Held: heldSample, Days: 400,
			Waiting: &Waiting{ID: "p1", Name: privacyName(f), Hours: 1},
		}
	}},
	{"privacy-erase", func(f Frame) any {
		return PrivacyErase{
			Frame: f.as("administrator").at("box", &Link{URL: "/admin/privacy/p1"}), ID: "p1", Name: privacyName(f), Typed: "Amina", Problem: "name",
			Goes:  []Words{{Key: "privacy.part", Args: []string{"kind", "privacy.kind.words", "n", "41"}}},
			Stays: []Words{{Key: "privacy.part", Args: []string{"kind", "privacy.kind.answers", "n", "730"}}},
		}
	}},
}
