package cli

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"time"

	"lamplight/server"
	"lamplight/server/config"
	"lamplight/sync/eventlog"
)

// backup saves the data folder, from within the node that owns it.
func backup(ctx context.Context, c *call) error {
	var o server.BackupOrder
	var secret string
	words, err := c.flags(func(f *flag.FlagSet) {
		f.StringVar(&secret, "passphrase-file", "", "")
		f.BoolVar(&o.Records, "records", false, "")
	})
	if err != nil {
		return err
	}
	if len(words) != 1 {
		return usage("name the file to write")
	}
	if o.Path = c.path(words[0]); secret != "" {
		if o.Key.Passphrase, err = secretFile(c.path(secret)); err != nil {
			return err
		}
	}
	made, err := c.Node.Backup(ctx, o, c.share("saving"))
	if err != nil {
		return err
	}
	opens := "the nine words of the recovery sheet"
	if o.Key.Passphrase != "" {
		opens = "the passphrase"
	}
	return c.print(made, func(w io.Writer) {
		fmt.Fprintf(w, "Wrote %s: %d files, %d bytes. It opens with %s: on a new box, `lamplight --data DIR restore %s`.\n", made.Path, made.Files, made.Bytes, opens, words[0])
	})
}

// secretFile is the first line of a file.
func secretFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	line, _, _ := bufio.NewReader(io.LimitReader(f, 4<<10)).ReadLine()
	if len(line) == 0 {
		return "", fmt.Errorf("%s: its first line is empty: %w", path, fs.ErrInvalid)
	}
	return string(line), nil
}

// share draws what part of the bytes is done; nil where nobody looks.
func (c *call) share(verb string) func(done, total int64) {
	draw := c.progress()
	if draw == nil {
		return nil
	}
	return func(done, total int64) { draw(done, total, verb) }
}

// restore brings a backup into an empty data folder, opens it once and proves it.
func restore(ctx context.Context, c *call) error {
	var k server.BackupKey
	var secret string
	words, err := c.flags(func(f *flag.FlagSet) {
		f.StringVar(&k.Words, "words", "", "")
		f.StringVar(&secret, "passphrase-file", "", "")
	})
	if err != nil {
		return err
	}
	if len(words) != 1 {
		return usage("name the backup")
	}
	if secret != "" {
		if k.Passphrase, err = secretFile(c.path(secret)); err != nil {
			return err
		}
	}
	f, err := os.Open(c.path(words[0]))
	if err != nil {
		return err
	}
	defer f.Close()
	if k.Words == "" && k.Passphrase == "" {
		if err := c.askKey(f, &k); err != nil {
			return err
		}
	}
	head, err := server.Restore(ctx, c.Dir, f, k, c.share("restoring"))
	if err != nil {
		return err
	}
	return c.proveRestored(ctx, head)
}

// askKey asks the terminal, or whatever is piped in, for what the backup opens with.
func (c *call) askKey(f io.ReadSeeker, k *server.BackupKey) error {
	needs, err := server.BackupNeeds(bufio.NewReader(f))
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		return err
	}
	question := map[string]string{"words": "The nine words of the recovery sheet: ", "passphrase": "The passphrase: "}[needs]
	fmt.Fprint(c.Err, question)
	line, err := bufio.NewReader(io.LimitReader(os.Stdin, 4<<10)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if line = strings.TrimRight(line, "\r\n"); line == "" {
		return usage("give --words or --passphrase-file")
	}
	if needs == "words" {
		k.Words = line
	} else {
		k.Passphrase = line
	}
	return nil
}

// proveRestored opens the restored folder, which makes what the backup left out, and checks it.
func (c *call) proveRestored(ctx context.Context, head server.BackupHead) (err error) {
	cfg, err := config.Load(c.Dir)
	if err != nil {
		return err
	}
	quiet := slog.New(slog.NewTextHandler(c.Err, &slog.HandlerOptions{Level: slog.LevelError}))
	node, err := server.Open(server.Options{Dir: c.Dir, Config: cfg, Log: quiet})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, node.Close()) }()
	report, files, err := node.Check(ctx, false)
	if err != nil {
		return err
	}
	v := struct {
		server.BackupHead
		eventlog.Report
		OK bool `json:"ok"`
	}{head, report, len(report.Problems)+len(files) == 0}
	for _, p := range files {
		v.Problems = append(v.Problems, fmt.Sprintf("course %s, file %s: %s", p.Course, p.File, p.Reason))
	}
	err = c.print(v, func(w io.Writer) {
		for _, p := range v.Problems {
			fmt.Fprintln(w, p)
		}
		fmt.Fprintf(w, "Restored %s as it was on %s: %d events. `lamplight serve` starts it; what other boxes hold of the time since comes back when they meet.\n",
			head.Name, time.Unix(head.Made, 0).Format(time.DateOnly), v.Events)
	})
	if err == nil && !v.OK {
		return errSaid
	}
	return err
}
