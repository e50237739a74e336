package cli

import (
	"context"
	"fmt"
	"io"
	"runtime"
)

// commit is set by the Makefile: git describe.
var commit = "unknown"

// release is the version of the whole; formats carry their own.
const release = "0.1.0"

func version(_ context.Context, c *call) error {
	v := struct {
		Version string   `json:"version"`
		Commit  string   `json:"commit"`
		Go      string   `json:"go"`
		Arch    string   `json:"arch"`
		Reads   []string `json:"reads"`
		Writes  []string `json:"writes"`
	}{
		release, commit, runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH,
		[]string{"course folder 1", "course pack 1", "zim 5", "zim 6", "epub 2", "epub 3", "kolibri channel 1–6", "html zip", "html folder", "html page", "mp4", "webm", "mp3", "m4a", "ogg", "opus", "pdf", "vtt", "srt", "segment 1"},
		[]string{"course pack 1", "segment 1", "records 1"},
	}
	return c.print(v, func(w io.Writer) {
		fmt.Fprintf(w, "lamplight %s (%s) %s %s\nreads  %v\nwrites %v\n", v.Version, v.Commit, v.Go, v.Arch, v.Reads, v.Writes)
	})
}
