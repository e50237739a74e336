package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"time"
)

// An indexing is what it took to read all that is installed into the search index.
type indexing struct {
	wall, cpu time.Duration
	peak      int64 // bytes of memory
}

// index lets the command read all that is installed into the search index, as it does before it searches where no node
// runs: at full speed, while a node takes its time at the lowest priority. It asks for no word, so it searches nothing.
func (b *bench) index(ctx context.Context, data string) (indexing, error) {
	cmd := exec.CommandContext(ctx, b.lamplight, "--data", data, "--json", "search", "--", ".")
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	start := time.Now()
	peak, err := runPeak(cmd)
	if err != nil {
		return indexing{}, fmt.Errorf("lamplight search: %w: %.400s", err, problems.String())
	}
	i := indexing{wall: time.Since(start), cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), peak: peak}
	var v struct {
		Reading struct{ Courses, Read int }
	}
	if err := json.Unmarshal(out.Bytes(), &v); err != nil {
		return i, err
	}
	if v.Reading.Read < v.Reading.Courses {
		return i, fmt.Errorf("%d of %d courses are read", v.Reading.Read, v.Reading.Courses)
	}
	return i, nil
}
