package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"lamplight/sync/exchange"
)

// inviteByFile writes an invitation that a stick carries; no node need run, and no network.
func (c *call) inviteByFile(file string) error {
	raw, code, err := c.Node.InviteByFile()
	if err != nil {
		return err
	}
	if err := os.WriteFile(c.path(file), raw, 0o644); err != nil {
		return err
	}
	plain := strings.ReplaceAll(code, "-", "") // the dashes help people alone
	return c.print(map[string]any{"file": c.path(file), "code": plain}, func(w io.Writer) {
		fmt.Fprintf(w, "%s\nThe invitation is in %s. On the other box: `lamplight peer accept FILE %s`.\n"+
			"The code is not in the file: write it down, and bring back the answer that is written beside the file.\n", code, c.path(file), code)
	})
}

// isFile tells a file from a code.
func (c *call) isFile(word string) bool {
	info, err := os.Stat(c.path(word))
	return err == nil && info.Mode().IsRegular()
}

// acceptFile takes an invitation, and writes the answer beside it, or takes an answer.
func (c *call) acceptFile(ctx context.Context, file, code string) error {
	raw, err := readSmallFile(c.path(file))
	if err != nil {
		return err
	}
	paired, answer, err := c.Node.AcceptFile(ctx, raw, code)
	if err != nil {
		return err
	}
	v := map[string]any{"device": paired.Device, "school": paired.School}
	back := c.path(file) + ".answer"
	if answer != nil {
		if err := os.WriteFile(back, answer, 0o644); err != nil {
			return fmt.Errorf("paired with %s, but the answer for it could not be written: %w", paired.Device, err)
		}
		v["answer"] = back
	}
	return c.print(v, func(w io.Writer) {
		fmt.Fprintf(w, "Paired with %s\n", paired.Device)
		if answer != nil {
			fmt.Fprintf(w, "Bring %s back to it: `lamplight peer accept FILE`.\n", back)
		}
	})
}

func readSmallFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, exchange.MaxPairFile+1)) // longer ones are refused
}

// recover makes this box one of the school whose recovery sheet the words are of, by what its district holds.
func (c *call) recover(ctx context.Context, address, words string) error {
	if err := c.serving(); err != nil {
		return err
	}
	sum, err := c.Node.RecoverFrom(ctx, address, words)
	if err != nil {
		return err
	}
	school := c.Node.Registry.School()
	return c.print(map[string]any{"school": school.ID(), "name": school.Name, "device": sum.Peer, "events": sum.EventsIn, "bytes": sum.Received},
		func(w io.Writer) {
			fmt.Fprintf(w, "This is a box of %s again: %d events came back in %d bytes.\n", school.Name, sum.EventsIn, sum.Received)
		})
}
