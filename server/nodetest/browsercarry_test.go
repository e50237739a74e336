//go:build browser

package nodetest

import "testing"

// A teacher's phone carries between two boxes of a school that have no network between them; then they have one, and are
// told to meet.
func TestBrowserWalksACarrier(t *testing.T) {
	a := Start(t, Options{})
	school(t, a)
	b := Start(t, Options{Join: []string{a.Listening.Sync}})
	pair(t, a, b)
	s := &site{Node: a, told: map[string]any{"other": b.Listening.HTTP}, out: openOutside(t)}
	s.addresses()
	s.walk(t, "carry")
}
