package view

// RecoverySheet is "/admin/recovery": what the sheet is for; the sheet itself, shown once, when it was just made.
type RecoverySheet struct {
	Frame
	Made    bool   // a sheet was made before, or just now
	Old     bool   // it opens what a box that was shut out opens too
	Key     string // of the form: sent again it gives the same sheet
	School  string
	Words   []string // nine of five letters; nil: not now
	Code    HTML     // the same as a QR code, with Address
	Address string   // where the words are typed
}

// Recover is "/recover": the words are asked for, then whose password is new.
type Recover struct {
	Frame
	PhoneToken string
	Words      string
	Open       bool // the words are right
	People     []RecoverPerson
	Chosen     string
	Problem    string // message "recover.problem.KEY": "words", "other", "short", "person", "slow-down"; "" none
	Wait       int    // seconds, of "slow-down"
}

// A RecoverPerson is an administrator who may come back.
type RecoverPerson struct{ ID, Name string }

var recoverySamples = []Sample{
	{"recovery", func(f Frame) any {
		return RecoverySheet{Frame: f.as("administrator").at("box", &Link{URL: "/admin"})}
	}},
	{"recovery-old", func(f Frame) any {
		return RecoverySheet{Frame: f.as("administrator").at("box", &Link{URL: "/admin"}), Made: true, Old: true}
	}},
	{"recovery-sheet", func(f Frame) any {
		return RecoverySheet{
			Frame: f.as("administrator").at("box", &Link{URL: "/admin"}), Made: true, School: pick(f, "Hill Primary School", "مدرسة التل الابتدائية"),
			Words:   []string{"lusab", "babad", "gutih", "tugad", "zizir", "bokav", "hanoz", "mafin", "pudot"},
			Address: "http://192.168.4.1/recover",
			Code:    `<svg class="qr" viewBox="0 0 29 29" role="img" aria-label="QR"><path fill="#fff" d="M0 0h29v29H0z"/><path fill="#000" d="M4 4h7v7h-7zM18 4h7v7h-7zM4 18h7v7h-7z"/></svg>`,
		}
	}},
	{"recover", func(f Frame) any { return Recover{Frame: f.as("").at("", &Link{URL: "/login"}), PhoneToken: "t0ken"} }},
	{"recover-wrong", func(f Frame) any {
		return Recover{Frame: f.as("").at("", &Link{URL: "/login"}), PhoneToken: "t0ken", Words: "lusab babad", Problem: "words"}
	}},
	{"recover-open", func(f Frame) any {
		return Recover{
			Frame: f.as("").at("", &Link{URL: "/login"}), PhoneToken: "t0ken", Words: "lusab babad gutih tugad zizir bokav hanoz mafin pudot", Open: true,
			People: []RecoverPerson{{"p1", pick(f, "Grace Njeri", "سلمى حداد")}, {"p2", pick(f, "Samuel Banda", "خالد منصور")}}, Problem: "short",
		}
	}},
}
