package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"time"

	"lamplight/server"
	"lamplight/server/config"
	"lamplight/sync/exchange"
	"lamplight/ui/locale"
)

// A finding is one thing that doctor looked at. State is "good", "careful" (see to it some day) or "wrong" (now).
type finding struct {
	What  string `json:"what"`
	State string `json:"state"`
	Says  string `json:"says"`
	Do    string `json:"do,omitempty"`
}

// doctorAlone asks the running node; without one it looks itself, and a folder that does not open is what it finds.
func doctorAlone(ctx context.Context, c *call) error {
	if len(c.Args) > 0 {
		return usage("doctor takes no words: %v", c.Args)
	}
	status, err := server.Ask(ctx, c.Dir, c.request(), c.Out, c.Err)
	switch {
	case err == nil && status != 0:
		return errSaid
	case !errors.Is(err, server.ErrNoNode):
		return err
	}
	found := c.ports()
	err = c.runNode(ctx, func(ctx context.Context, c *call) error {
		found = append(found, c.examine(ctx)...)
		return nil
	})
	if err != nil {
		found = append(found, finding{"folder", "wrong", err.Error(), "Mend what it says. The data is left as it is; a spare copy is brought back with `lamplight restore`."})
	}
	return c.sayFindings(found)
}

// doctor looks from within the node that runs.
func doctor(ctx context.Context, c *call) error {
	return c.sayFindings(append([]finding{{"node", "good", "It runs.", ""}}, c.examine(ctx)...))
}

func (c *call) sayFindings(all []finding) error {
	wrong := 0
	for _, f := range all {
		if f.State == "wrong" {
			wrong++
		}
	}
	v := struct {
		OK       bool      `json:"ok"`
		Findings []finding `json:"findings"`
	}{wrong == 0, all}
	err := c.print(v, func(w io.Writer) {
		for _, f := range all {
			fmt.Fprintf(w, "%-8s %-8s %s\n", f.State, f.What, f.Says)
			if f.Do != "" {
				fmt.Fprintf(w, "%18s%s\n", "", f.Do)
			}
		}
	})
	if err == nil && wrong > 0 {
		return errSaid
	}
	return err
}

// ports says whether a node could listen where it is told to.
func (c *call) ports() []finding {
	cfg, err := config.Load(c.Dir)
	if err != nil {
		return []finding{{"settings", "wrong", err.Error(), "Mend config.toml."}}
	}
	out := []finding{{"node", "careful", "No node runs on this folder.", "Start it: `lamplight serve`."}}
	for _, x := range []struct{ flag, at string }{{"--http", cfg.Web.HTTP}, {"--player", cfg.Web.Player}, {"--sync", cfg.Sync.Listen}} {
		l, err := net.Listen("tcp", x.at)
		if err == nil {
			l.Close()
			continue
		}
		f := finding{"port", "wrong", fmt.Sprintf("%s cannot be listened at: %v", x.at, err), "Give another address with " + x.flag + "."}
		if errors.Is(err, syscall.EADDRINUSE) {
			f.Says = "Another program answers at " + x.at + "."
			f.Do = "Stop it, or give another address with " + x.flag + "."
		}
		out = append(out, f)
	}
	return out
}

// examine looks at the box from within.
func (c *call) examine(ctx context.Context) []finding {
	out := append(c.ofHealth(), c.ofKeys()...)
	out = append(out, c.ofRecord(ctx)...)
	out = append(out, c.ofPeers()...)
	out = append(out, c.ofUpstream()...)
	return append(out, c.ofCopies()...)
}

// ofHealth is what the administrators' page says of disk, clock and network.
func (c *call) ofHealth() []finding {
	l := locale.For(locale.English)
	var out []finding
	for _, h := range c.Node.Health() {
		if h.Key == "network" && !c.Node.Serving() || h.Key == "peers" {
			continue
		}
		out = append(out, finding{What: h.Key, State: h.State, Says: l.T("health."+h.Key+"."+h.State, "free", l.Size(h.Bytes), "name", h.Name)})
	}
	return out
}

// ofKeys says which key files came back as they were before.
func (c *call) ofKeys() []finding {
	var out []finding
	for _, path := range c.Node.Device.Mended() {
		out = append(out, finding{"keys", "careful", path + " was damaged, as a card leaves it that says too early that it has written. It is as it was before its last change.", "Save a spare copy, and replace the card if this comes again."})
	}
	return out
}

// ofRecord proves the record, as check does.
func (c *call) ofRecord(ctx context.Context) []finding {
	report, err := c.Node.Records.Check(ctx, false)
	if err != nil {
		return []finding{{"record", "wrong", err.Error(), "Look at the card: it may be failing."}}
	}
	out := []finding{{"record", "good", fmt.Sprintf("%d events, all as they were written.", report.Events), ""}}
	if n := len(report.Problems); n > 0 {
		out[0] = finding{"record", "wrong", fmt.Sprintf("%d problems: %s", n, report.Problems[0]), "`lamplight check --repair` mends what can be mended; other boxes of the school give back the rest. Save a spare copy first, on another card."}
	}
	forks, unread := c.Node.Contradictions()
	var of []string // whose card was copied, and nobody saw to it
	for _, f := range forks {
		if !f.Seen {
			of = append(of, f.Box)
		}
	}
	if len(of) > 0 {
		out = append(out, finding{"forks", "careful", fmt.Sprintf("%d streams forked, of %s: a card was copied, or an old copy was started beside its box. Both branches are kept.", len(of), strings.Join(distinct(of), ", ")), doNext["forked"]})
	} else if unread > 0 {
		out = append(out, finding{"version", "careful", fmt.Sprintf("%d events could not be read by this program.", unread), "Update Lamplight on this box."})
	}
	for _, p := range c.Node.Library.Problems() {
		out = append(out, finding{"course", "careful", fmt.Sprintf("%s, %s: %s", p.Course, p.File, p.Reason), "Import it again, or `lamplight library verify --mend` near another box."})
	}
	return out
}

// quietPeer is after how long without contact a box is worth a line.
const quietPeer = 7 * 24 * time.Hour

func (c *call) ofPeers() []finding {
	now := c.Node.Now()
	peers := c.Node.SyncStatus()
	out := []finding{}
	for _, p := range peers {
		switch {
		case p.State == "revoked":
		case p.Why != "":
			out = append(out, finding{"box", "careful", peerName(p) + ": " + whyWords(p.Why), p.LastError})
		case p.LastContact != nil && now.Sub(*p.LastContact) > quietPeer:
			out = append(out, finding{"box", "careful", fmt.Sprintf("%s was last met on %s; %d events wait for it.", peerName(p), p.LastContact.Format(time.DateOnly), p.OwedOut), "Bring the boxes together, or carry a stick: `lamplight bundle export FILE`."})
		}
	}
	if len(out) == 0 && len(peers) > 0 {
		out = append(out, finding{"boxes", "good", fmt.Sprintf("%d other boxes, none in trouble.", len(peers)), ""})
	}
	return out
}

func (c *call) ofUpstream() []finding {
	up, ok := c.Node.Upstream()
	switch {
	case !ok:
		return nil
	case up.LastMiss != "":
		return []finding{{"upstream", "wrong", "The district was not reached: " + up.LastMiss, whyWords(up.Why)}}
	case up.Last == nil:
		return []finding{{"upstream", "careful", "The district was not reached since this node started.", "See whether the line is up, and the address right: [sync] upstream."}}
	}
	return []finding{{"upstream", "good", "The district answers.", ""}}
}

// ofCopies is whether the box could be had back if it burnt.
func (c *call) ofCopies() []finding {
	if !c.Node.Claimed() {
		return []finding{{"school", "careful", "This box belongs to no school yet.", "Open its page and type the claim code, or `lamplight peer accept CODE`."}}
	}
	var out []finding
	if !c.Node.HasSheet() {
		out = append(out, finding{"sheet", "careful", "No recovery sheet was printed.", "Print one: /admin/recovery."})
	}
	last := c.Node.SpareCopies().Last
	if last == nil {
		return append(out, finding{"copy", "careful", "No spare copy was saved yet.", "Plug in a stick and open /admin/backup, or `lamplight backup FILE`."})
	}
	f := finding{"copy", "good", fmt.Sprintf("%s on %s.", last.File, last.Where), ""}
	if c.Node.Now().Sub(time.Unix(last.At, 0)) > 30*24*time.Hour {
		f.State, f.Do = "careful", "It is more than a month old: save another."
	}
	return append(out, f)
}

func peerName(p exchange.PeerStatus) string {
	if p.Name != "" {
		return p.Name
	}
	return p.Device
}

// whyWords says why a box was not met, and what to do.
func whyWords(code string) string {
	l := locale.For(locale.English)
	if key := "peers.why." + code; l.Has(key) {
		return l.T(key)
	}
	return l.T("peers.why.other")
}
