package learning

import (
	"cmp"
	"time"

	"lamplight/sync/clock"
)

// A Calibration says when a boot of some device began, by one source. Any number of them may be told of a boot, at any time
// and by any box: events keep their milliseconds since boot for ever, and their dates are what the best calibration makes of
// them when they are read.
type Calibration struct {
	Boot     clock.Boot
	Start    time.Time     // to the millisecond
	Believed bool          // else the boot began at Start or later: a floor
	Within   time.Duration // how far off Start may be to either side; 0 not told
	Source   string        // below
}

// Where a time comes from.
const (
	SourceRTC      = "rtc"      // the board's clock, which may have a battery
	SourcePerson   = "person"   // a teacher typed it
	SourcePhone    = "phone"    // what the phones in the room say, confirmed by a teacher
	SourceDistrict = "district" // the district's box
	SourceNTP      = "ntp"      // the kernel's clock is kept by a time server, or by a GPS receiver
	SourceGNSS     = "gnss"     // a receiver, asked directly
)

// ranks orders sources: who set a clock by hand or heard it said knows better than a clock that nobody looked at; a time
// server knows better than both. "peer" is what earlier releases called a district's.
var ranks = map[string]int{SourceRTC: 0, SourcePerson: 1, SourcePhone: 1, "peer": 2, SourceDistrict: 2, SourceNTP: 3, SourceGNSS: 3}

const (
	// dated is how far off a start may be for a day to be said without "about".
	dated = 12 * time.Hour
	// untold is what is taken for Within of a believed source that told none.
	untold    = time.Hour
	maxWithin = 100 * 366 * 24 * time.Hour
	// maxUptime bounds stamps before they are added to a date: a hundred years.
	maxUptime = 100 * 366 * 24 * time.Hour
)

// At is when a stamp of the calibrated boot was made.
func (c *Calibration) At(st clock.Stamp) time.Time {
	return c.Start.Add(time.Duration(min(max(st.MS, 0), maxUptime.Milliseconds())) * time.Millisecond)
}

func (c *Calibration) within() time.Duration {
	if c.Within == 0 {
		return untold
	}
	return c.Within
}

// Dates says whether the day of a stamp follows from c; else it is "about" that day, or later.
func (c *Calibration) Dates() bool { return c.Believed && c.within() < dated }

// Compare is above 0 when c tells more than o: believed before not, then by source, then the narrower. What people said is
// equal however narrow, so that the last word counts: it mends the one before. Of two that are not believed the later start
// tells more, since both are floors.
func (c *Calibration) Compare(o Calibration) int {
	if !c.Believed && !o.Believed {
		return c.Start.Compare(o.Start)
	}
	better := cmp.Or(int(bit(c.Believed))-int(bit(o.Believed)), cmp.Compare(ranks[c.Source], ranks[o.Source]))
	if better == 0 && ranks[c.Source] != ranks[SourcePerson] {
		better = cmp.Compare(o.within(), c.within())
	}
	return better
}
