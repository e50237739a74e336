package view

// Carry is "/carry": what sticks and phones carry from box to box, for teachers and administrators. GET /carry/parcel (for, most)
// gives a parcel; the form in parts (token, then file) posts one to /carry; stick posts to /carry/stick.
type Carry struct {
	Frame
	Problem string // "", "full": messages "carry.trouble.KEY"
	Sticks  []CarryStick
	For     []ParcelPeer // whom a parcel may be for, besides all
	Sizes   []int64      // bytes a parcel may have at most; the first is chosen
	Results []Carried
}

// A ParcelPeer is a box that a parcel may be for.
type ParcelPeer struct{ Device, Name string }

// A CarryStick is a stick that is plugged in. Carries: it exchanges by itself, whenever it is put in.
type CarryStick struct {
	Name, Path string
	Carries    bool
}

// Carried is what one visit of a stick, or a phone, brought and took.
type Carried struct {
	From    string // the stick's name, "" a phone
	At      When
	In, Out int // records that came, and that were put on it
	Files   int // files of courses that came
	Waiting int // pieces that came before what belongs before them
	Boxes   []string
	Did     bool   // anything changed
	Left    bool   // more was to go than fits
	Trouble string // "" or messages "carry.trouble.KEY"
}
