package cli

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"lamplight/server"
	"lamplight/server/config"
)

func serve(ctx context.Context, c *call) error {
	cfg, err := config.Load(c.Dir)
	if err != nil {
		return err
	}
	words, err := c.flags(func(f *flag.FlagSet) {
		f.StringVar(&cfg.Web.HTTP, "http", cfg.Web.HTTP, "")
		f.StringVar(&cfg.Web.Player, "player", cfg.Web.Player, "")
		f.StringVar(&cfg.Sync.Listen, "sync", cfg.Sync.Listen, "")
		f.StringVar(&cfg.Sync.Upstream, "upstream", cfg.Sync.Upstream, "")
		f.StringVar(&cfg.Node.Role, "role", cfg.Node.Role, "")
		f.StringVar(&cfg.Node.Name, "name", cfg.Node.Name, "")
		f.Var((*list)(&cfg.Sync.Join), "join", "")
	})
	if err != nil {
		return err
	}
	if len(words) > 0 {
		return usage("serve takes no words: %v", words)
	}
	if cfg.Node.Role != "box" && cfg.Node.Role != "district" {
		return usage("--role is %q, want box or district", cfg.Node.Role)
	}
	if cfg.Sync.Upstream != "" {
		if _, err := server.UpstreamHosts(cfg.Sync.Upstream); err != nil {
			return usage("--upstream is %q, want HOST:PORT", cfg.Sync.Upstream)
		}
	}
	boundMemory(cfg.Content)
	go giveBack(ctx)
	server.Version = release + " " + commit
	node, err := server.Open(server.Options{Dir: c.Dir, Config: cfg, Log: logger(c.Err, c.TTY), Lazy: true})
	if err != nil {
		return err
	}
	defer node.Close()
	return node.Run(ctx, handle, func(l server.Listening) { sayListening(c, node, l) })
}

// sayListening prints the one line that programs read, and on a terminal what a person needs.
func sayListening(c *call, node *server.Server, l server.Listening) {
	b, _ := json.Marshal(l)
	fmt.Fprintf(c.Out, "%s\n", b)
	if c.JSON {
		return
	}
	fmt.Fprintf(c.Err, "\n  Lamplight is at %s\n", l.HTTP)
	for _, a := range node.Addresses() {
		fmt.Fprintf(c.Err, "  and for phones at %s\n", a)
	}
	if l.Claim != "" {
		fmt.Fprintf(c.Err, "  Open it and type this code to make it your school's: %s\n", l.Claim)
	}
	fmt.Fprintln(c.Err)
}

// list is a flag that may be given several times; each adds to what the settings file says.
type list []string

func (l *list) String() string { return strings.Join(*l, ",") }

func (l *list) Set(v string) error {
	*l = append(*l, v)
	return nil
}

// logger writes text for people at a terminal and JSON for programs. Names of people are never logged.
func logger(w io.Writer, tty bool) *slog.Logger {
	level := slog.LevelInfo
	if err := level.UnmarshalText([]byte(os.Getenv("LAMPLIGHT_LOG"))); err != nil {
		level = slog.LevelInfo
	}
	o := &slog.HandlerOptions{Level: level}
	if tty {
		return slog.New(slog.NewTextHandler(w, o))
	}
	return slog.New(slog.NewJSONHandler(w, o))
}
