package view

// Settings is "/settings", which posts to itself: lang and content ("" as the phone, "" as lang), theme (auto light dark
// sunlight night), text (small normal large larger), letters (plain clear nastaliq), spacing (normal wide), motion (phone
// less), data (normal low), digits (language, or a CLDR numbering system), aloud (off on). The same page has sign-out,
// which posts to /logout.
type Settings struct {
	Frame
	Languages []string // BCP 47 tags of the interface to offer
	Chosen    string   // the person's language, "" as the phone
	Contents  []string // languages of the courses that are here, to learn in
	Content   string   // the one chosen, "" as the interface
	Wishes    Wishes   // the person's own; the Frame has what a teacher set on top of them
	Nastaliq  bool     // the box has such letters
	Fonts     bool     // the box has letters of others, whose terms are a page
	Needs     Needs    // what a teacher set, so that nobody wonders
}

// Wishes are how a person set pages to be, in the words of the form; "" is the usual.
type Wishes struct {
	Theme, TextSize, Letters, Spacing, Motion, Data, Digits string
	Aloud                                                   bool
}

// Needs are what a teacher set for a learner.
type Needs struct {
	ExtraTime int // percent: 0, 25, 50, 100
	ReadAloud, LargeText, HighContrast,
	FewerItems, Captions, SignFirst bool
}

// Keys are the needs that are set: messages "needs.KEY". Extra time is "time".
func (n Needs) Keys() (keys []string) {
	for _, x := range []struct {
		on  bool
		key string
	}{
		{n.ExtraTime > 0, "time"},
		{n.ReadAloud, "aloud"},
		{n.LargeText, "large"},
		{n.HighContrast, "contrast"},
		{n.FewerItems, "fewer"},
		{n.Captions, "captions"},
		{n.SignFirst, "sign"},
	} {
		if x.on {
			keys = append(keys, x.key)
		}
	}
	return keys
}

// Accommodation is "/accommodation/{person}", for their teachers; it posts to itself: time (0 25 50 100) and, each "1" where
// it is set, aloud, large, contrast, fewer, captions, sign.
type Accommodation struct {
	Frame
	Learner LearnerRow // name, picture and URL
	Needs   Needs
}

// Languages is "/languages": how much of each language of the pages is there.
type Languages struct {
	Frame
	Languages []LanguageRow
}

// A LanguageRow is one language. URL is its file, for who wants to mend it; "" none.
type LanguageRow struct {
	Tag     string
	Percent int
	Missing int // messages that are said in English
	URL     string
	Own     bool // changed or added by the school
}
