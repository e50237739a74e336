package cli

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"lamplight/hardware"
	"lamplight/sync/eventlog"
)

func check(ctx context.Context, c *call) error {
	var repair bool
	words, err := c.flags(func(f *flag.FlagSet) { f.BoolVar(&repair, "repair", false, "") })
	if err != nil {
		return err
	}
	if len(words) > 0 {
		return usage("check takes no words: %v", words)
	}
	report, files, err := c.Node.Check(ctx, repair)
	if err != nil {
		return err
	}
	v := struct {
		OK       bool     `json:"ok"`
		State    string   `json:"state"`
		Events   uint64   `json:"events"`
		Segments int      `json:"segments"`
		Repaired bool     `json:"repaired"`
		Problems []string `json:"problems"`
	}{State: report.State, Events: report.Events, Segments: report.Segments, Repaired: report.Repaired, Problems: []string{}}
	v.Problems = append(v.Problems, report.Problems...)
	for _, p := range files {
		v.Problems = append(v.Problems, fmt.Sprintf("course %s, file %s: %s", p.Course, p.File, p.Reason))
	}
	v.OK = len(v.Problems) == 0 || report.Repaired && len(files) == 0
	err = c.print(v, func(w io.Writer) {
		for _, p := range v.Problems {
			fmt.Fprintln(w, p)
		}
		fmt.Fprintf(w, "%d events, state %s\n", v.Events, v.State)
		if v.OK {
			fmt.Fprintln(w, "All is well.")
		}
	})
	if err == nil && !v.OK {
		return errSaid
	}
	return err
}

func segmentCommand(_ context.Context, c *call) error {
	words, err := c.flags(func(*flag.FlagSet) {})
	if err != nil {
		return err
	}
	if len(words) != 2 || words[0] != "dump" {
		return usage("say `lamplight segment dump FILE`")
	}
	f, err := os.Open(c.path(words[1]))
	if err != nil {
		return err
	}
	defer f.Close()
	return eventlog.Dump(c.Out, f)
}

// support writes a file for somebody who helps from afar: figures, versions, health. No name, no answer, no address.
func support(_ context.Context, c *call) error {
	words, err := c.flags(func(*flag.FlagSet) {})
	if err != nil {
		return err
	}
	if len(words) != 1 {
		return usage("name the file to write")
	}
	counts, err := c.Node.Store.Counts()
	if err != nil {
		return err
	}
	free, total := c.Node.FreeSpace()
	streams := map[string]uint64{}
	for s, seq := range c.Node.Records.Vector() {
		streams[s.String()] = seq
	}
	parts := map[string]any{
		"version.json": map[string]any{"version": release, "commit": commit},
		"board.json":   hardware.Detect("/"),
		"disk.json":    map[string]int64{"free": free, "total": total},
		"counts.json":  counts,
		"streams.json": streams,
		"courses.json": c.Node.Library.Courses(),
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range []string{"version.json", "board.json", "disk.json", "counts.json", "streams.json", "courses.json"} {
		w, err := z.Create(name)
		if err != nil {
			return err
		}
		if err := json.NewEncoder(w).Encode(parts[name]); err != nil {
			return err
		}
	}
	if err := z.Close(); err != nil {
		return err
	}
	f, err := os.OpenFile(c.path(words[0]), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b.Bytes())
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return c.print(map[string]any{"file": words[0], "bytes": b.Len()}, func(w io.Writer) {
		fmt.Fprintf(w, "Wrote %s: versions, sizes and counts, nobody's name and no answer.\n", words[0])
	})
}
