package web

import (
	"fmt"
	"testing"
	"time"
)

func TestTheMedianPhoneIsNotTheOneInTheFuture(t *testing.T) {
	var p phoneClocks
	now := time.Date(2026, 3, 12, 9, 30, 0, 0, time.UTC)
	floor := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	if _, n := p.median(floor); n != 0 {
		t.Fatalf("%d phones before any", n)
	}
	for i, at := range []time.Time{now, now.Add(time.Minute), now.Add(2 * time.Minute), time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC)} {
		p.note(fmt.Sprint("192.168.4.", i), at)
		p.note(fmt.Sprint("192.168.4.", i), at) // a phone has one word
	}
	got, n := p.median(floor)
	if n != 4 || got.Sub(now.Add(time.Minute)).Abs() > time.Second {
		t.Errorf("%d phones say %v", n, got)
	}
}

func TestPhonesThatTellTheTimeTakeNoEndOfMemory(t *testing.T) {
	var p phoneClocks
	for i := range 3 * mostPhones {
		p.note(fmt.Sprint(i), time.Now())
	}
	if len(p.ahead) != mostPhones || len(p.order) != mostPhones {
		t.Errorf("%d phones are remembered", len(p.ahead))
	}
}
