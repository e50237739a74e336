package nodetest

import (
	"context"
	"net"
	"testing"
	"time"

	"lamplight/server/config"
	"lamplight/server/web"
)

// daytime is a clock that is believed.
type daytime struct{ at time.Time }

func (d daytime) Now() (time.Time, bool) { return d.at, true }

func TestABoxCallsItsDistrictInsideItsWindowAlone(t *testing.T) {
	district := Start(t, Options{Config: func(c *config.Config) { c.Node.Role = "district" }})
	claimAs(t, district, "Moshi District")
	noon := time.Date(2026, 11, 22, 12, 0, 0, 0, time.Local)
	hours := []string{"11:00-13:00"}
	box := Start(t, Options{Wall: daytime{noon}, Config: func(c *config.Config) {
		c.Sync.Upstream, c.Sync.Hours, c.Sync.MonthMB = "lamplight://"+district.Sync, hours, 3
	}})
	claimAs(t, box, "Kikelelwa")
	code, _, err := district.Invite(context.Background())
	if err == nil {
		_, err = box.Accept(context.Background(), code, nil) // at the upstream's address
	}
	if err != nil {
		t.Fatal(err)
	}
	took := Eventually(t, 20*time.Second, "the district has met the box", func() bool {
		st, ok := box.Upstream()
		return ok && st.Last != nil && st.Open && st.Spent > 0
	})
	st, _ := box.Upstream()
	t.Logf("joined and met after %v: %d bytes with headers, of %d in the month", took.Round(time.Millisecond), st.Spent, st.MonthLimit)

	asked := int64(0)
	Eventually(t, 40*time.Second, "asking by the district's pool is enough", func() bool {
		before, _ := box.Upstream()
		box.CallNow("")
		asked = 0
		for patience := time.Now().Add(5 * time.Second); asked == 0 && time.Now().Before(patience); { // on a busy machine a question may get no answer
			time.Sleep(20 * time.Millisecond) // a session would count more
			now, _ := box.Upstream()
			asked = now.Spent - before.Spent
		}
		time.Sleep(20 * time.Millisecond)
		now, _ := box.Upstream()
		asked = now.Spent - before.Spent
		return asked > 0 && asked <= 1500
	})
	t.Logf("asked whether anything changed: %d bytes with headers", asked)
	st, _ = box.Upstream()

	box.Stop()
	refuse, err := net.Listen("tcp", "127.0.0.1:0") // whoever calls now is noticed
	if err != nil {
		t.Fatal(err)
	}
	defer refuse.Close()
	called := make(chan struct{}, 16)
	go func() {
		for {
			c, err := refuse.Accept()
			if err != nil {
				return
			}
			_ = c.Close()
			called <- struct{}{}
		}
	}()
	shut := Start(t, Options{Dir: box.opts.Dir, Wall: daytime{noon.Add(2 * time.Hour)}, Config: func(c *config.Config) {
		c.Sync.Upstream, c.Sync.Hours = refuse.Addr().String(), hours
	}})
	Eventually(t, 10*time.Second, "it says that the link is shut", func() bool {
		st, ok := shut.Upstream()
		return ok && !st.Open && st.Until != nil
	})
	if _, err := shut.Meet(context.Background(), ""); err == nil {
		t.Error("sync now went out while the window was shut")
	}
	if again, _ := shut.Upstream(); again.Spent != st.Spent {
		t.Errorf("%d bytes were spent before, %d after", st.Spent, again.Spent)
	}
	select {
	case <-called:
		t.Error("the box called while its window was shut")
	default:
	}
}

// claimAs makes a node a school's, or a district's.
func claimAs(t *testing.T, n *Node, name string) {
	t.Helper()
	claim := web.Claim{Code: n.Listening.Claim, School: name, Language: "en", Name: "Head", Password: "lamp-light"}
	if _, err := n.Server.Claim(context.Background(), claim); err != nil {
		t.Fatal(err)
	}
}
