package view

// Boxes is "/admin/boxes": the other boxes, how it stands with each, and how to trust one more or one less. It posts there
// do=invite, do=accept (code, address), do=meet (device) and, from the page that asks once more, do=revoke (device).
type Boxes struct {
	Frame
	Peers    []Box
	Near     []Box  // seen in the lobby, not yet trusted
	Code     string // an open invitation, "" none
	QR       HTML   // the same
	Minutes  int    // left
	Problem  string // "", "code", "unreachable", "school": messages "peers.problem.KEY"
	Accepted string // the box just accepted
	Met      string // the box that is being called, as asked
	Device   string // this box's id
	Line     []Meter
	Settle   int // what needs a person, 0 nothing
	Fetching int // events of the past that are still to come, 0 none
	// FetchingFrom names the box that alone has them, where it does not answer; "" else.
	FetchingFrom string
	Sure         *Box
}

// A Peer names another box.
type Peer struct{ Device, Name string }

// A Box is another box, as the sync status tells it.
type Box struct {
	Device   string
	Name     string
	Role     string // "", "district", "content"
	State    string // "together", "behind", "meeting", "away", "unreachable", "revoked": messages "peers.state.KEY"
	OwedIn   int    // events it has that we lack
	OwedOut  int
	BytesIn  int64 // about what those take, with the files that are wished for
	BytesOut int64
	Takes    int    // seconds until all of it is over; −1 not known
	Via      string // "lan", "upstream", "stick"; "" not met yet
	Last     When
	Next     int // minutes until it is tried again, 0 when there is a reason to
	Address  string
	Why      string // message "peers.why.CODE", "" all is well
	Detail   string // what the box wrote down of it, for who helps from afar
}

// A Meter is how much of a budget is used: Key "month" or "window", messages "peers.line.KEY".
type Meter struct {
	Key        string
	Used, Size int64
}

// Settle is "/admin/settle": what only a person can settle. It posts there do ("seen" or "unseen") and the branches of a Forked.
type Settle struct {
	Frame
	Items  []SettleItem
	Forks  []Forked // by box
	Seen   []Forked // those that an administrator saw to
	Unread int      // events of newer kinds
	Odd    []Oddity
}

// A Forked is a box whose record forked that many times: its card was copied.
type Forked struct {
	Box      string
	Times    int
	Branches []string
}

// An Oddity is what a box wrote that looks wrong: message "settle.odd.KEY", Key "held", "taken" or "fork".
type Oddity struct{ Key, Box string }

// A SettleItem is one thing in two versions, with where one is chosen. Kind: "lesson", "quiz", "film": messages "settle.KIND".
type SettleItem struct{ Kind, Title, Class, URL string }

// Backup is "/admin/backup": a spare copy of the box on a stick. It posts there stick (path) and small (1: without courses).
type Backup struct {
	Frame
	Sheet   bool // there is a recovery sheet, whose words open the copy
	Sticks  []BackupStick
	Running string // the stick it is being saved to, "" none
	Percent int    // of Running
	Done    *BackupDone
	Problem string // "", "full", "large", "other": messages "backup.problem.KEY", of Where
	Where   string
	Still   bool // the page is not to read itself anew
}

// A BackupStick is where a copy can go. Bytes in all three.
type BackupStick struct {
	Name, Path        string
	Free, Need, Small int64
}

// A BackupDone is the last copy that was made.
type BackupDone struct {
	Where, File string
	At          When
	Bytes       int64
}

var boxesSamples = []Sample{
	{"boxes", func(f Frame) any {
		return Boxes{
			Frame: f.as("administrator").at("box", &Link{"", "/admin"}), Device: "1f0c9a7733ab2e01", Settle: 2,
			Peers: []Box{
				{Device: "77ab2e011f0c9a33", Name: pick(f, "Box in the office", "صندوق الإدارة"), State: "together", Last: daysAgo(0), Via: "lan"},
				{Device: "9a7733ab2e011f0c", Name: pick(f, "Upper school", "المدرسة العليا"), State: "unreachable", OwedIn: 3, OwedOut: 214, BytesIn: 41_000_024, BytesOut: 1712, Takes: 1300, Via: "stick", Last: When{Time: sampleNow.AddDate(0, 0, -12), Unsure: true}, Next: 4, Address: "192.168.4.9:7947", Why: "no-answer", Detail: "exchange: calling 192.168.4.9:7947: dial tcp: no route to host"},
				{Device: "ab2e011f0c9a7733", Name: pick(f, "District office", "مكتب المنطقة"), Role: "district", State: "behind", OwedOut: 1800, BytesOut: 14_400, Takes: -1, Via: "upstream", Last: daysAgo(1), Why: "budget"},
				{Device: "0c9a7733ab2e011f", Name: pick(f, "Old box", "الصندوق القديم"), State: "revoked", Takes: -1},
			},
			Line: []Meter{{"month", 31_000_000, 150_000_000}, {"window", 200_000, 5_000_000}},
			Near: []Box{{Device: "2e011f0c9a7733ab", Name: pick(f, "New box", "صندوق جديد"), Address: "192.168.4.9:7947"}},
		}
	}},
	{"boxes-alone", func(f Frame) any {
		return Boxes{Frame: f.as("administrator").at("box", &Link{"", "/admin"}), Device: "1f0c9a7733ab2e01"}
	}},
	{"boxes-new", func(f Frame) any {
		return Boxes{
			Frame: f.as("administrator").at("box", &Link{"", "/admin"}), Device: "1f0c9a7733ab2e01", Fetching: 131_100, FetchingFrom: "Grade 4 room",
			Peers: []Box{{Device: "77ab2e011f0c9a33", Name: pick(f, "Box in the office", "صندوق الإدارة"), State: "meeting", OwedIn: 131_100, BytesIn: 580_000, Takes: 240, Last: daysAgo(0), Via: "upstream"}},
		}
	}},
	{"boxes-invite", func(f Frame) any {
		return Boxes{Frame: f.as("administrator").at("box", &Link{"", "/admin"}), Code: "K7QF-2MXA-9RTP-WH3C", QR: sampleQR, Minutes: 10}
	}},
	{"boxes-problem", func(f Frame) any {
		return Boxes{Frame: f.as("administrator").at("box", &Link{"", "/admin"}), Problem: "code"}
	}},
	{"boxes-revoke", func(f Frame) any {
		x := Box{Device: "9a7733ab2e011f0c", Name: pick(f, "Upper school", "المدرسة العليا"), State: "away"}
		return Boxes{Frame: f.as("administrator").at("box", &Link{"", "/admin/boxes"}), Sure: &x}
	}},
	{"settle", func(f Frame) any {
		return Settle{Frame: f.as("administrator").at("box", &Link{"", "/admin/boxes"}), Forks: []Forked{{pick(f, "Lower school", "المدرسة الدنيا"), 1, []string{"1f", "2e"}}, {"1f0c9a7733ab2e01", 2, []string{"3d", "4c"}}}, Seen: []Forked{{pick(f, "Upper school", "المدرسة العليا"), 1, []string{"5b", "6a"}}}, Unread: 12, Odd: []Oddity{{"held", pick(f, "Upper school", "المدرسة العليا")}, {"taken", "9a7733ab2e011f0c"}, {"fork", pick(f, "Old box", "الصندوق القديم")}}, Items: []SettleItem{
			{"lesson", pick(f, "Adding to twenty", "الجمع حتى عشرين"), pick(f, "Class 3", "الصف الثالث"), "/teach/lesson/1"},
			{"quiz", pick(f, "Monday's quiz", "اختبار الاثنين"), pick(f, "Class 3", "الصف الثالث"), "/teach/quiz/1"},
			{"film", pick(f, "What do you see?", "ماذا ترى؟"), pick(f, "Class 4", "الصف الرابع"), "/teach/conduct/4/stops/1"},
		}}
	}},
	{"settle-none", func(f Frame) any {
		return Settle{Frame: f.as("administrator").at("box", &Link{"", "/admin/boxes"})}
	}},
	{"backup", func(f Frame) any {
		return Backup{
			Frame: f.as("administrator").at("box", &Link{"", "/admin"}), Sheet: true,
			Sticks: []BackupStick{{"KINGSTON", "/media/a", 12_000_000_000, 3_100_000_000, 48_000_000}, {"OLD", "/media/b", 900_000_000, 3_100_000_000, 48_000_000}},
			Done:   &BackupDone{"KINGSTON", "lamplight-office-2026-10-01.age", daysAgo(40), 3_000_000_000},
		}
	}},
	{"backup-running", func(f Frame) any {
		return Backup{Frame: f.as("administrator").at("box", &Link{"", "/admin"}), Sheet: true, Running: "KINGSTON", Percent: 41}
	}},
	{"backup-first", func(f Frame) any {
		return Backup{Frame: f.as("administrator").at("box", &Link{"", "/admin"}), Problem: "full", Where: "OLD"}
	}},
}
