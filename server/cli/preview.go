package cli

import (
	"context"
	"flag"
	"fmt"
	"log/slog"

	"lamplight/content/pack"
	"lamplight/server"
)

// previewCourse shows a course folder until it is stopped. It needs no data folder and leaves none.
func previewCourse(ctx context.Context, c *call) error {
	address := ""
	words, err := c.flags(func(f *flag.FlagSet) { f.StringVar(&address, "http", ":8090", "") })
	if err != nil {
		return err
	}
	if len(words) != 1 {
		return usage("name one course folder")
	}
	return server.RunPreview(ctx, server.PreviewOptions{
		Folder: c.path(words[0]), HTTP: address,
		Log:   slog.New(slog.NewTextHandler(c.Err, &slog.HandlerOptions{Level: slog.LevelWarn})),
		Ready: func(address string) { fmt.Fprintf(c.Out, "%s\n", address) },
		Built: func(problems []pack.Problem) {
			broken := 0
			for _, p := range problems {
				if !p.Warning {
					broken++
				}
				fmt.Fprintln(c.Err, p)
			}
			fmt.Fprintf(c.Err, "built: %d errors, %d warnings\n", broken, len(problems)-broken)
		},
	})
}
