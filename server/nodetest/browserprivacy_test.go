//go:build browser

package nodetest

import "testing"

// An administrator sees what is held, saves a copy, and has somebody erased.
func TestBrowserWalksPrivacy(t *testing.T) {
	n := Start(t, Options{})
	s := &site{Node: n, told: map[string]any{}, out: openOutside(t)}
	s.addresses()
	s.told["person"] = school(t, n)
	s.walk(t, "privacy")
}
