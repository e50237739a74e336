package learning

import (
	"testing"
	"time"

	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

var march = time.Date(2026, 3, 12, 7, 0, 0, 0, time.UTC)

func TestABootsDateComesFromWhoKnowsBest(t *testing.T) {
	worstFirst := []Calibration{
		{Start: time.Unix(0, 0)},
		{Start: march},
		{Start: march, Believed: true, Source: "a source of a later release", Within: 48 * time.Hour},
		{Start: march, Believed: true, Source: SourceRTC},
		{Start: march, Believed: true, Source: SourceRTC, Within: time.Minute},
		{Start: march, Believed: true, Source: SourcePhone, Within: 2 * time.Minute},
		{Start: march, Believed: true, Source: SourceDistrict, Within: 5 * time.Second},
		{Start: march, Believed: true, Source: SourceNTP, Within: time.Second},
		{Start: march, Believed: true, Source: SourceGNSS, Within: time.Millisecond},
	}
	for i := range worstFirst {
		for j := range worstFirst {
			if got := worstFirst[i].Compare(worstFirst[j]); (got > 0) != (i > j) || (got < 0) != (i < j) {
				t.Errorf("%+v against %+v: %d", worstFirst[i], worstFirst[j], got)
			}
		}
	}
}

func TestTheLastWordOfPeopleCounts(t *testing.T) {
	phones := Calibration{Start: march, Believed: true, Source: SourcePhone, Within: 2 * time.Minute}
	typed := Calibration{Start: march.AddDate(0, 0, 1), Believed: true, Source: SourcePerson, Within: 10 * time.Minute}
	if phones.Compare(typed) != 0 || typed.Compare(phones) != 0 {
		t.Error("what a teacher types after confirming the phones does not count")
	}
}

func TestADayFollowsOnlyFromANarrowEnoughCalibration(t *testing.T) {
	for _, c := range []struct {
		c    Calibration
		want bool
	}{
		{Calibration{Start: march}, false},
		{Calibration{Start: march, Believed: true}, true},
		{Calibration{Start: march, Believed: true, Within: 3 * time.Hour}, true},
		{Calibration{Start: march, Believed: true, Within: 13 * time.Hour}, false},
	} {
		if got := c.c.Dates(); got != c.want {
			t.Errorf("%+v: %v", c.c, got)
		}
	}
	c := Calibration{Start: march}
	if got := c.At(clock.Stamp{MS: 90_000}); !got.Equal(march.Add(90 * time.Second)) {
		t.Errorf("a stamp of 90 s is %v", got)
	}
	if got := c.At(clock.Stamp{MS: 1 << 62}); got.Year() > 2127 {
		t.Errorf("a wild stamp is %v", got)
	}
}

func TestACalibrationComesBackFromItsEvent(t *testing.T) {
	want := Calibration{Boot: clock.Boot{1, 2}, Start: march, Believed: true, Within: 2 * time.Minute, Source: SourcePhone}
	d := want.Draft()
	got, err := ParseCalibration(&segment.Event{Kind: d.Kind, Fields: d.Fields})
	if err != nil || got != want {
		t.Fatalf("%+v came back as %+v, %v", want, got, err)
	}
	old := want
	old.Within = 0 // as releases before wrote it
	if d := old.Draft(); len(d.Fields) != 4 {
		t.Fatalf("columns %v", d.Fields)
	}
}

func FuzzCalibration(f *testing.F) {
	f.Add([]byte("12345678"), int64(march.UnixMilli()), uint64(1), "ntp", uint64(1000))
	f.Fuzz(func(t *testing.T, boot []byte, start int64, believed uint64, source string, within uint64) {
		var c columns
		c.bytes(bootID, boot)
		c = append(c, segment.Field{Col: bootStart, Type: segment.Int, Num: uint64(start)})
		c.uint(bootBelieved, believed)
		c.bytes(bootSource, []byte(source))
		c.uint(bootWithin, within)
		got, err := ParseCalibration(&segment.Event{Kind: KindBoot, Fields: c})
		if err != nil {
			return
		}
		if got.Within < 0 || got.At(clock.Stamp{MS: start}).Year() > maxYear+200 {
			t.Fatalf("%+v", got)
		}
		if d := got.Draft(); len(d.Fields) == 0 {
			t.Fatal("no event")
		}
	})
}
