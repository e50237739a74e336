package bundle

import (
	"testing"

	"lamplight/sync/clock"
	"lamplight/sync/device"
)

func TestAnEarlierReleaseReadsWhoNowNamesThoseShutOut(t *testing.T) {
	own, err := device.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	raw := sign(own, letterWho, who{[][]byte{{1}}, "x", []shutOut{{[]byte{2}, clock.Vector{{1}: 2}}}})
	var earlier struct {
		Certificates [][]byte `cbor:"1,keyasint,omitempty"`
		Purged       string   `cbor:"2,keyasint,omitempty"`
	}
	if _, err := parseSigned(raw, letterWho, &earlier); err != nil || len(earlier.Certificates) != 1 || earlier.Purged != "x" {
		t.Errorf("%+v, %v", earlier, err)
	}
	var now who
	if _, err := parseSigned(raw, letterWho, &now); err != nil || len(now.ShutOut) != 1 || now.ShutOut[0].Last[clock.Stream{1}] != 2 {
		t.Errorf("%+v, %v", now, err)
	}
	if _, err := parseSigned(sign(own, letterWho, earlier), letterWho, &now); err != nil {
		t.Error(err)
	}
}
