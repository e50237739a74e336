//go:build browser

package nodetest

import "testing"

// A roster of 120 comes by a list; what is printed of it has the pages it should.
func TestBrowserWalksARoster(t *testing.T) {
	n := Start(t, Options{})
	s := &site{Node: n, told: map[string]any{}, out: openOutside(t)}
	s.addresses()
	school(t, n)
	s.walk(t, "roster")
}
