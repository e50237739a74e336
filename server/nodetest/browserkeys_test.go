//go:build browser

package nodetest

import "testing"

// A teacher and an administrator put the mouse away.
func TestBrowserWalksTheStaffPagesByKeyboard(t *testing.T) {
	openSite(t, nil).walk(t, "keysstaff")
}
