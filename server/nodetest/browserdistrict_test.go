//go:build browser

package nodetest

import "testing"

// An officer sees three schools for what they are, sends a course, and sees where it arrived and why not.
func TestBrowserWalksADistrict(t *testing.T) {
	x := openThreesome(t, fixedPorts(t))
	x.meet()
	if _, err := x.InstallStarter(t.Context()); err != nil {
		t.Fatal(err)
	}
	s := &site{Node: x.Node, told: map[string]any{}, out: openOutside(t)}
	s.addresses()
	stop := make(chan struct{})
	met := make(chan struct{})
	go func() { // the boxes go on calling; waited for below
		defer close(met)
		for {
			select {
			case <-stop:
				return
			default:
				x.meet()
			}
		}
	}()
	s.walk(t, "district")
	close(stop)
	<-met
	if err := inClear(x.Dir(), learnersName, "Amina"); err != nil {
		t.Error(err)
	}
}
