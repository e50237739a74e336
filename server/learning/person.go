package learning

// A Person is anybody the school knows. Names need not be unique. A field whose writers disagree (two boxes changed it
// without knowing of each other) is listed in Conflicts by its name: "name", "login" …; the later write is shown.
type Person struct {
	ID       PersonID `json:"id"`
	Role     Role     `json:"role"`
	Name     string   `json:"name"`               // as shown; "" when erased
	Login    string   `json:"login,omitempty"`    // optional, need not be unique
	Number   string   `json:"number,omitempty"`   // the school's own number for them
	Tile     int      `json:"tile,omitempty"`     // own animal of the sign-in page, from 1; 0 none chosen
	Birth    int      `json:"birth,omitempty"`    // year of birth; 0 not told
	Gender   string   `json:"gender,omitempty"`   // as the school's list has it, in its words; "" not told
	Archived bool     `json:"archived,omitempty"` // kept, not shown, cannot sign in
	Alias    PersonID `json:"alias,omitempty"`    // the person this record is another record of; "" of a record of its own

	Conflicts []string `json:"conflicts,omitempty"`
}

// A PersonEdit changes the fields that are not nil.
type PersonEdit struct {
	Role     *Role
	Name     *string // 1 to 80 characters
	Login    *string // up to 40 characters, no spaces; "" removes it
	Number   *string // up to 40 characters
	Tile     *int    // 0 to 999
	Birth    *int    // 1900 to 2200; 0 removes it
	Gender   *string // up to 40 characters
	Archived *bool
}

// A Class is learners and their teachers; one with a Parent is a group of that class.
type Class struct {
	ID       ClassID `json:"id"`
	Name     string  `json:"name"`
	Level    string  `json:"level,omitempty"` // "Primary 3", free words
	Archived bool    `json:"archived,omitempty"`
	Shift    string  `json:"shift,omitempty"`  // one of Shifts
	Parent   ClassID `json:"parent,omitempty"` // of a group: the class it is a part of, whose teachers lead it; "" of a class
}

// A ClassEdit changes the fields that are not nil.
type ClassEdit struct {
	Name     *string // 1 to 80 characters
	Level    *string // up to 40 characters
	Archived *bool
	Shift    *string // one of Shifts
}

// An Enrolment puts a person in a class as Learner or Teacher. One added on one box while removed on another stays.
type Enrolment struct {
	Class  ClassID  `json:"class"`
	Person PersonID `json:"person"`
	Role   Role     `json:"role"`
}

// Settings are how one person wants pages to be. Every value "" means the school's default.
type Settings struct {
	Language string // BCP 47
	Theme    string // "light", "dark", "sunlight", "night"
	TextSize string // "s", "m", "l", "xl"
	Font     string // "plain", "dyslexia", "nastaliq"
	Spacing  string // "normal", "wide"
	Motion   string // "normal", "reduced"
	Data     string // "normal", "low"
	Content  string // BCP 47: the language to learn in, where it is not Language
	Digits   string // "latn", "arab", "arabext", "deva", "beng", a numbering system of CLDR
	Aloud    string // "on": speakers beside the main buttons
}

// A School is the site whose people these are. Its ID is device.School's.
type School struct {
	ID       string
	Name     string
	Language string // BCP 47, default of its pages
	Zone     int    // minutes east of UTC, set offline; a day begins at its midnight
	Hours    string // when learners may sign in, as ParseHours reads it; "" always
	Take     string // what people may take home on their phones: TakeOpen, TakeAll, TakeNothing
	Country  string // ISO 3166-1 alpha-2, for the radio and for what is usual there; "" not said
	Calendar string // how dates are shown, one of Calendars; "" Gregorian
	Days     string // days of the week with school, ISO digits such as "12345"; "" not said: every day may be one
	First    int    // the day a week begins with, as time.Weekday counts
}

// A SchoolEdit changes the fields that are not nil.
type SchoolEdit struct {
	Name     *string // 1 to 80 characters
	Language *string
	Zone     *int // −840 to 840, a multiple of 15
	Hours    *Hours
	Take     *string
	Country  *string
	Calendar *string
	Days     *string
	First    *int // 0 to 6
}

// What people may take home: what an open licence lets them pass on, everything, nothing.
const (
	TakeOpen    = ""
	TakeAll     = "all"
	TakeNothing = "none"
)

// A SecretKind is a way to sign in.
type SecretKind uint8

const (
	Card     SecretKind = 1 // a random 128-bit code printed on a card
	Picture  SecretKind = 2 // three of twelve pictures in order
	PIN      SecretKind = 3 // 4 to 8 digits
	Password SecretKind = 4
)

func (k SecretKind) String() string {
	switch k {
	case Card:
		return "card"
	case Picture:
		return "picture"
	case PIN:
		return "pin"
	case Password:
		return "password"
	}
	return "unknown"
}
