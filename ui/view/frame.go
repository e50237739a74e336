// Package view holds one plain struct a page, and a made-up sample of each for the gallery and golden files.
//
// Server fills these structs, package ui turns them into HTML. They carry facts (bytes, seconds, percent, times), never
// words that package locale owns: ui says them in the person's language. Strings that people wrote (titles, names) are
// plain text and are escaped; only the type HTML is written as it is. URLs are paths on this box ("/course/…") unless
// said otherwise. Slices may be nil; a nil pointer means "there is none".
package view

import "time"

// HTML is sanitised markup, trusted by whoever fills it in and written to the page unescaped.
type HTML string

// A Frame is what every page shares: the bar, the places, the foot and how the person likes to read.
type Frame struct {
	Lang string // BCP 47 tag of the interface; package locale falls back to English
	// Dir is "ltr" or "rtl"; "" takes the direction of Lang.
	Dir string
	// Calendar is how dates are shown: "" Gregorian, "ethiopic", "persian".
	Calendar string
	// Help is the message "help.KEY" beside a teacher's screen: lines apart by " | "; "" none.
	Help   string
	Digits string // "" as the language writes them; else a CLDR numbering system: "latn" 0–9, "arab" ٠–٩
	// Reads is the language of what is shown, where that may be another than Lang, so that a script which the phone lacks
	// comes with the page; "" unknown.
	Reads string
	// Title names what is shown, in the document title and in the bar. "" lets the page use its usual words.
	Title    string
	Person   *Person // nil: nobody is signed in
	Back     *Link   // nil: no back arrow. Text names where it leads; "" says "Back".
	Token    string  // put into every form that posts (field "token"), but for /login; "" leaves it out
	BoxName  string
	Theme    string // "auto" (also ""), "light", "dark", "sunlight", "night"
	TextSize string // "" normal, "large", "larger", "small"
	Spacing  string // "" normal, "wide"
	Motion   string // "" as the phone says, "less"
	Letters  string // "" plain, "clear" for who mixes up letters, "nastaliq" for Urdu
	Data     string // "" normal, "low": no pictures but those asked for
	// Aloud puts a speaker beside the main buttons; pages of signing in have them anyway.
	Aloud bool
	// Asking says that the page puts a question: on phones the places then stand below it, not over the button that answers.
	// Package ui sets it.
	Asking bool
	// Cuts says that what is printed is cut into pieces, so that no foot stands on a page of its own. Package ui sets it.
	Cuts bool
	// Clips are the messages that this box can say in Lang, by key; nil none. The map is shared: do not change it.
	Clips  map[string]bool
	Banner *Banner
	// Arriving says that what this page counts may be too little: records of the past are still on their way to this box.
	Arriving bool
	Section  string // Key of the place that is current, "" none
	Places   []Place
	Path     string    // path and query of this page; signing in comes back to it
	Now      time.Time // for "today"; zero: dates are shown in full
	Unsure   bool      // whether Now may be wrong: a sheet of paper then says "about"
	Turn     *Turn     // a turn of a phone that is passed round; nil: none
	Refresh  int       // seconds after which a phone without a script reads the page anew; 0 never
	Idle     int       // seconds without a touch after which the box signs the person out, 0 never
	// Cut marks what is the person's own, so that the rest can be kept for everybody. Package ui sets it: see ui.PageFrame.
	Cut bool
}

// A Person is who is signed in.
type Person struct {
	Name    string
	Key     string // opaque, one a person: unsent answers that wait on a shared phone are kept apart by it
	Initial string // first grapheme of Name; "" lets ui take it
	Tile    string // name of a picture of ui.Pictures, "" shows the initial
	Role    string // "learner", "teacher", "administrator", "officer"
}

// A Link leads to a page. Text is plain text.
type Link struct {
	Text string
	URL  string
}

// A Place is one of the ≤ 5 places in the bar at the bottom (at the side from 900 px). Key is both its icon and the
// message "place.KEY": home, library, search, progress, teach, box, settings.
type Place struct {
	Key string
	URL string
}

// PlacesFor are the places a role has. Role "" is a guest.
func PlacesFor(role string) []Place {
	home, library, search := Place{"home", "/"}, Place{"library", "/library"}, Place{"search", "/search"}
	settings := Place{"settings", "/settings"}
	switch role {
	case "learner":
		return []Place{home, library, search, {"progress", "/progress"}, settings}
	case "teacher":
		return []Place{{"teach", "/teach"}, library, search, {"progress", "/progress"}, settings}
	case "administrator", "officer":
		return []Place{{"teach", "/teach"}, library, search, {"box", "/admin"}, settings}
	}
	return []Place{library, search, settings}
}

// TurnPlaces are the places within a turn of a phone that is passed round: settings are of the phone's next child, too.
func TurnPlaces() []Place {
	return []Place{{"home", "/"}, {"library", "/library"}, {"search", "/search"}, {"progress", "/progress"}}
}

// A Banner says one thing above the page. Key is a message of package locale (banner.saved, .waiting, .signed-out,
// .settings-saved, .finished, .answer-first), or "" when Text is already in the person's language.
type Banner struct {
	Kind string // "saved", "waiting", "careful", "wrong", "note"
	Key  string
	Args []string // name, value, name, value …: what the message's {placeholders} stand for
	Text string
	Link *Link
}

// A When is a moment as the box believes it. Unsure adds "about". A zero Time is unknown and shown as "not yet".
type When struct {
	Time   time.Time
	Unsure bool
}

// A Licence is shown under what it covers. ID is an SPDX identifier, "" not stated. URL is a page on this box.
type Licence struct {
	ID     string
	Owner  string
	Author string
	Source string // an address, shown as text and never linked
	Terms  string // what the owner wrote of terms without an identifier, plain text
	URL    string
	// Within are the families of licences of what lies in a course that states none for itself.
	Within []string
}
