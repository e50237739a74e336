package exchange

import (
	"testing"

	"lamplight/sync/clock"
)

func TestASessionThatOnlyMovedWhatWasRefusedIsFruitless(t *testing.T) {
	x := clock.Stream{1}
	s := &session{heard0: clock.Vector{x: 4}, heard: clock.Vector{x: 4}}
	if s.acknowledged() {
		t.Error("a peer that holds no more than before acknowledged something")
	}
	if s.heard = (clock.Vector{x: 5}); !s.acknowledged() {
		t.Error("a peer that holds one event more acknowledged nothing")
	}
}

func TestAForkIsLookedForOnceForTheSameTwoLogs(t *testing.T) {
	n := &Node{near: map[string]*nearby{}}
	s := &session{peer: "0123456789abcdef", mine: hello{Heads: make([]byte, 16)}, theirs: hello{Heads: []byte("0123456789abcdef")}}
	if n.suspects(s, Summary{SegmentsIn: 1}) {
		t.Error("it is looked for after a session that may have shown it")
	}
	if !n.suspects(s, Summary{}) {
		t.Error("it is not looked for")
	}
	if n.suspects(s, Summary{}) {
		t.Error("it is looked for again though neither log changed")
	}
	if s.mine.Heads = []byte("fedcba9876543210"); !n.suspects(s, Summary{}) {
		t.Error("it is not looked for in a log that changed")
	}
}
