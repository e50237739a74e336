package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"

	"lamplight/sync/exchange"
)

// errNotServing is for commands that need other boxes: one must be running to be met.
var errNotServing = errors.New("no node is running on this data folder; start `lamplight serve` first")

func (c *call) serving() error {
	if !c.Node.Serving() {
		return errNotServing
	}
	return nil
}

func peer(ctx context.Context, c *call) error {
	var file string
	words, err := c.flags(func(f *flag.FlagSet) {
		f.StringVar(&file, "file", "", "with invite: write the invitation to this `FILE`, for a stick")
	})
	if err != nil {
		return err
	}
	if len(words) == 0 {
		words = []string{"list"}
	}
	switch {
	case words[0] == "list" && len(words) == 1:
		return c.listPeers()
	case words[0] == "invite" && len(words) == 1 && file != "":
		return c.inviteByFile(file)
	case words[0] == "invite" && len(words) == 1:
		return c.invite(ctx)
	case words[0] == "accept" && len(words) >= 2 && c.isFile(words[1]):
		return c.acceptFile(ctx, words[1], strings.Join(words[2:], " "))
	case words[0] == "accept" && len(words) >= 2:
		return c.accept(ctx, words[1], words[2:])
	case words[0] == "recover" && len(words) >= 3:
		return c.recover(ctx, words[1], strings.Join(words[2:], " "))
	case words[0] == "revoke" && len(words) == 2:
		if err := c.Node.Revoke(ctx, words[1]); err != nil {
			return err
		}
		return c.print(map[string]any{"revoked": words[1]}, func(w io.Writer) {
			fmt.Fprintf(w, "%s is shut out. What it wrote until now still counts.\n", words[1])
		})
	}
	return usage("peer does not take these words: %v", words)
}

func (c *call) listPeers() error {
	peers := c.Node.SyncStatus()
	return c.print(map[string]any{"peers": peers}, func(w io.Writer) { sayPeers(w, peers) })
}

func sayPeers(w io.Writer, peers []exchange.PeerStatus) {
	if len(peers) == 0 {
		fmt.Fprintln(w, "No other box is trusted yet. `lamplight peer invite` here and `lamplight peer accept CODE` there pairs two.")
	}
	for _, p := range peers {
		last := "never"
		if p.LastContact != nil {
			last = p.LastContact.Format(time.DateTime)
		}
		if p.Transport != "" {
			last += " (" + p.Transport + ")"
		}
		fmt.Fprintf(w, "%s  %-20s  %-12s  owes us %d, we owe it %d, last contact %s\n", p.Device, p.Name, p.State, p.OwedIn, p.OwedOut, last)
		if all := p.BytesIn + p.BytesOut; all > 0 && p.Seconds != nil {
			fmt.Fprintf(w, "    about %s; %s once they meet\n", bytesInWords(all), time.Duration(*p.Seconds)*time.Second)
		}
		if p.LastError != "" {
			fmt.Fprintf(w, "    %s (%s)\n", whyWords(p.Why), p.LastError)
		}
		if p.NextTry != nil {
			fmt.Fprintf(w, "    tried again at %s\n", p.NextTry.Format(time.TimeOnly))
		}
	}
}

func (c *call) invite(ctx context.Context) error {
	if err := c.serving(); err != nil {
		return err
	}
	code, left, err := c.Node.Invite(ctx)
	if err != nil {
		return err
	}
	plain := strings.ReplaceAll(code, "-", "") // the dashes help people alone
	return c.print(map[string]any{"code": plain, "seconds": int(left.Seconds())}, func(w io.Writer) {
		fmt.Fprintf(w, "%s\nIt works once, for %d minutes: on the other box, `lamplight peer accept %s`.\n", code, int(left.Minutes()), code)
	})
}

func (c *call) accept(ctx context.Context, code string, addresses []string) error {
	if err := c.serving(); err != nil {
		return err
	}
	device, err := c.Node.Accept(ctx, code, addresses)
	if err != nil {
		return err
	}
	return c.print(map[string]any{"device": device}, func(w io.Writer) { fmt.Fprintf(w, "Paired with %s\n", device) })
}

func syncCommand(ctx context.Context, c *call) error {
	words, err := c.flags(func(*flag.FlagSet) {})
	if err != nil {
		return err
	}
	if len(words) == 0 {
		words = []string{"status"}
	}
	switch {
	case words[0] == "status" && len(words) == 1:
		return c.syncStatus()
	case words[0] == "now" && len(words) <= 2:
		return c.syncNow(ctx, append(words, "")[1])
	}
	return usage("sync does not take these words: %v", words)
}

func (c *call) syncStatus() error {
	vector := map[string]uint64{}
	for stream, seq := range c.Node.Records.Vector() {
		vector[stream.String()] = seq
	}
	v := struct {
		Device   string                   `json:"device"`
		Vector   map[string]uint64        `json:"vector"`
		Peers    []exchange.PeerStatus    `json:"peers"`
		Upstream *exchange.UpstreamStatus `json:"upstream,omitempty"`
		Fetching int                      `json:"fetching,omitempty"` // events of the past that a snapshot stands for
		Odd      []oddJSON                `json:"odd"`
		Forks    []forkJSON               `json:"forks"`
	}{c.Node.Device.ID(), vector, c.Node.SyncStatus(), nil, c.Node.Fetching(), c.odd(), c.forks()}
	if up, ok := c.Node.Upstream(); ok {
		v.Upstream = &up
	}
	return c.print(v, func(w io.Writer) {
		fmt.Fprintf(w, "this box  %s\n", v.Device)
		if v.Fetching > 0 {
			fmt.Fprintf(w, "New here: its pages show what another box told, while %d events of the past are still to come.\n", v.Fetching)
		}
		sayPeers(w, v.Peers)
		sayOdd(w, v.Odd, v.Forks)
	})
}

func (c *call) syncNow(ctx context.Context, device string) error {
	if err := c.serving(); err != nil {
		return err
	}
	sums, err := c.Node.Meet(ctx, device)
	if len(sums) == 0 {
		return err
	}
	return errors.Join(err, c.print(map[string]any{"sessions": sums}, func(w io.Writer) {
		for _, s := range sums {
			fmt.Fprintf(w, "%s  %d events in, %d segments out, %d bytes sent, %d received\n", s.Peer, s.EventsIn, s.SegmentsOut, s.Sent, s.Received)
		}
	}))
}
