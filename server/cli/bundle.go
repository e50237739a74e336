package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"lamplight/sync/bundle"
)

// bundleCommand puts what other boxes lack into a folder or a file, or takes what one brings.
func bundleCommand(ctx context.Context, c *call) error {
	var peer string
	words, err := c.flags(func(f *flag.FlagSet) { f.StringVar(&peer, "for", "", "") })
	if err != nil {
		return err
	}
	if len(words) != 2 || words[0] != "export" && words[0] != "import" || peer != "" && words[0] == "import" {
		return usage("bundle wants export or import, and a file or a folder")
	}
	at := c.path(words[1])
	info, err := os.Stat(at)
	folder := err == nil && info.IsDir()
	if folder && filepath.Base(at) == bundle.FolderName {
		at = filepath.Dir(at)
	}
	if peer != "" {
		if peer, err = c.Node.PeerCalled(peer); err != nil {
			return err
		}
	}
	var r bundle.Result
	switch trip := (bundle.Trip{For: peer}); {
	case words[0] == "export" && folder:
		r, err = c.inFolder(at, true, func(d bundle.Disk) (bundle.Result, error) { return c.Node.Carrying().Leave(ctx, d, trip) })
	case words[0] == "export":
		r, err = c.Node.Carrying().Save(ctx, trip, c.Node.ParcelScratch(), at)
	case folder:
		r, err = c.inFolder(at, false, func(d bundle.Disk) (bundle.Result, error) { return c.Node.Carrying().Take(ctx, d) })
	default:
		r, err = c.Node.Carrying().TakeFile(ctx, at)
	}
	if err != nil && !r.Did() {
		return inWords(r, at, err)
	}
	return errors.Join(c.sayBundle(words[0], r), inWords(r, at, err))
}

func (c *call) inFolder(dir string, create bool, do func(bundle.Disk) (bundle.Result, error)) (bundle.Result, error) {
	d, err := bundle.OpenFolder(dir, create)
	if err != nil {
		return bundle.Result{}, err
	}
	defer d.Close()
	return do(d)
}

func (c *call) sayBundle(way string, r bundle.Result) error {
	return c.print(r, func(w io.Writer) {
		switch {
		case !r.Did():
			fmt.Fprintln(w, "Nothing new.")
		case way == "export":
			fmt.Fprintf(w, "%d events, %d files and %d pieces for others, %d bytes\n", r.EventsOut, r.BlobsOut, r.CarriedOut, r.BytesOut)
		default:
			fmt.Fprintf(w, "%d events, %d files; %d pieces to carry on for others; %d wait for what comes before them\n", r.EventsIn, r.BlobsIn, r.CarriedIn, r.Parked)
		}
		if r.Damaged+r.Refused > 0 {
			fmt.Fprintf(w, "Passed over: %d damaged stretches, %d pieces that prove nothing.\n", r.Damaged, r.Refused)
		}
		if r.Left {
			fmt.Fprintln(w, "Not all fits: carry it again.")
		}
	})
}

// inWords says what a carrier's error means.
func inWords(r bundle.Result, at string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist) && r.Trouble != "pulled":
		return fmt.Errorf("%s is not there, or has no folder %s: %w", at, bundle.FolderName, err)
	case r.Trouble == "full":
		return fmt.Errorf("there is no room left at %s; what is there is whole: %w", at, err)
	case r.Trouble == "read-only":
		return fmt.Errorf("%s cannot be written to; what it brought was taken: %w", at, err)
	case r.Trouble == "pulled":
		return fmt.Errorf("%s went away meanwhile; put it in again: %w", at, err)
	}
	return err
}
