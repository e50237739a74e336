package view

// Login is "/login". Step says which of its faces is shown; each is a page of its own and works without JavaScript.
//
//	"start"    the ways in: pick a class, type name and secret, or a card   (GET /login); Class and People are those of the
//	           class this phone signed in from last
//	"class"    pick your own tile                                           (GET /login?class=ID)
//	"pictures" choose three pictures in order                               (GET /login?class=ID&person=ID)
//	"pin"      number pad                                                   (the same address)
//	"password" a person known, a password asked for
//	"who"      several people match: choose the tile                        (answer to POST /login)
//
// Every form posts to /login: name and secret; or person and secret (pictures: "sun-fish-drum"; PIN: digits); or card.
// Pictures are chosen one page at a time by buttons: GET /login with picked=sun, picked=fish …; the third posts.
type Login struct {
	Frame
	Step    string
	Classes []Class
	People  []Tile // class, who
	Class   Link   // the class picked: its name and address
	Picked  []string
	Person  Tile     // who is signing in: pictures, pin, password
	Layout  []string // pictures: the 12 names in the order to show, the same for one person
	Name    string   // as typed
	Next    string   // path to go to afterwards, posted as "next"
	Problem string   // "": none; "wrong", "slow-down", "no-card", "expired", "closed", "unknown": messages "login.problem.KEY"
	Guests  bool     // the library is open to guests
	Wait    int      // seconds to wait, with "slow-down"
	Opens   Opening  // with "closed"
}

// A Tile is a person to tap. ID is what the form posts as "person".
type Tile struct {
	ID   string
	Name string
	Tile string // picture, "" initial
	URL  string // class, who: where tapping leads (the secret is asked for there)
	Role string
}

// Claim is "/claim", first boot: posts code, school, lang, name, secret, country to /claim.
type Claim struct {
	Frame
	Code      string // filled in when it came by link
	School    string
	Name      string
	Languages []string
	Chosen    string
	Country   string // ISO 3166-1, as the phone seems to be there; "" unknown
	Problem   ClaimProblem
}

// A ClaimProblem says what to mend, a field each: "" or KEY of a message "claim.problem.KEY": "code" (wrong code),
// "empty", "short" (a password under 8 characters).
type ClaimProblem struct{ Code, School, Name, Secret string }
