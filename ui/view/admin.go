package view

// AdminHome is "/admin": how the box is.
type AdminHome struct {
	Frame
	Carried  *Carried // what a stick or phone brought of late, nil nothing
	Claimed  bool
	School   string
	Hours    bool   // learners sign in within set hours only
	Take     string // what may be taken home: "" what is open, "all", "none"
	Backup   string // of the spare copy: "good", "careful" (old); "" there is none
	Health   []Health
	People   int
	Courses  int
	Peers    int
	Owed     int // events some peer lacks
	Version  string
	Device   string
	Address  []string // how phones reach it
	DiskUsed int64
	DiskSize int64
}

// Health is one line about the box: messages "health.KEY.good", ".careful", ".wrong".
// Keys: disk, clock, record, network, peers, power, backup.
type Health struct {
	Key   string
	State string // "good", "careful", "wrong"
	Bytes int64  // disk: how many are free
	Name  string // peers: the box that is meant
	URL   string // where to mend it, "" nowhere
}

// AdminPeople is "/admin/people": the list, and forms that post to it. do=add (name, role, class, way, secret),
// do=reset (person), do=remove (person), do=class (name), do=enrol (person, class).
type AdminPeople struct {
	Frame
	People  []PersonRow
	Classes []Option // Key and Text: for the form
	Class   string   // key of the class shown, "" all
	Cards   string   // posts class there and gets cards to print, which end the older ones; "" nobody to print for
	Fresh   *Fresh   // sign-in just made or reset; shown once
	Name    string   // form filled again after a problem
	Problem string   // "", "name", "class", "secret", "taken": messages "people.problem.KEY"
	Total   int
	Pager   Pager
	Lead    bool   // may make classes, and people of every role
	Open    string // URL of the class shown, "" of all
	Put     bool   // the archived are shown
	Away    []Link // archived classes
}

// A PersonRow is one person in the list.
type PersonRow struct {
	ID    string
	Name  string
	Tile  string
	Role  string
	Class string
	Way   string // how they sign in: "pictures", "pin", "password", "card", "none"
	URL   string
	Last  When
	Edit  string // URL where they are changed, "" nowhere
	Card  bool   // has a card, which may be lost
}

// Fresh is a secret to be told to its person now; the box cannot show it again.
type Fresh struct {
	Name     string
	Class    string // "" where it goes without saying
	Pictures []string
	PIN      string
	Password string
}

// Cards is "/admin/cards": sign-in cards to print, ten on an A4 page.
type Cards struct {
	Frame
	School string
	Class  string
	Cards  []SignInCard
	URL    string // what to type into a browser to reach the box
}

// A SignInCard is one printed card. QR is an inline SVG.
type SignInCard struct {
	Name     string
	Login    string
	Class    string
	Number   string // the school's own
	QR       HTML   // "" on a card of pictures, a PIN or a password
	Code     string // the same as the QR, to type
	Pictures []string
	PIN      string
	Password string
}

// Refused is a file that was not installed, and why in words.
type Refused struct{ Path, Reason string }

// Gallery is "/gallery": every sample of every page, and the parts.
type Gallery struct {
	Frame
	Samples []Link
}
