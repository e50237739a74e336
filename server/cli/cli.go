// Package cli is the lamplight command, a file a subcommand; it asks the running node over its Unix socket.
//
// A command is written once, against an open node. Where a node runs on the data folder, the same code runs inside that
// node and what it prints comes back over run/lamplight.sock; where none runs, this process opens the folder itself
// under the same lock, does the work and closes it. Exit status: 0 done, 1 failed, 2 wrong use.
package cli

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"

	"lamplight/server"
	"lamplight/server/config"
)

// A command is one subcommand. One of alone and node is set, or neither for work that is not built yet; of both, alone comes
// first and asks the node itself.
type command struct {
	name  string
	args  string
	does  string
	alone func(ctx context.Context, c *call) error // needs no data folder, or handles it itself
	node  func(ctx context.Context, c *call) error // runs in the node that owns the data folder
}

// A call is one run of a command. Out takes the result, Err progress and complaints.
type call struct {
	command
	Args []string
	Dir  string // data folder, absolute
	CWD  string // what relative paths in Args count from
	JSON bool
	TTY  bool // Err is a terminal: progress may be drawn over itself
	Out  io.Writer
	Err  io.Writer
	Node *server.Server // of node commands
}

// errUsage marks a mistake in how the command was called: status 2.
var errUsage = errors.New("wrong use")

// errSaid marks a failure whose explanation is printed already: status 1, nothing added. errMisused is the same of wrong
// use: status 2.
var (
	errSaid    = errors.New("said")
	errMisused = errors.New("wrong use, said")
)

var commands []command

func init() {
	commands = []command{
		{name: "serve", args: "[--http ADDR] [--player ADDR] [--sync ADDR] [--role box|district] [--join HOST:PORT]… [--upstream URL] [--name NAME]", does: "run a node", alone: serve},
		{name: "demo", args: "[--learners N] [--classes N] [--days N]", does: "fill an empty data folder with a made-up school and courses", alone: demo},
		{name: "import", args: "PATH|http://HOST:PORT[/CHANNEL…|/all]… [--dry-run] [--link] [--topic ID]… [--licence ID] [--owner NAME]", does: "install courses from files, folders or sticks, or from a running Kolibri", node: importCourses},
		{name: "library", args: "[show ID | remove ID | verify [ID] [--mend] | export ID FILE [--kolibri | --folder] | trash [restore ID | empty [ID]] | queue [add PATH… | verify [ID] | start|pause|go|first|cancel TASK] | offers [ID] | catalogue ADDRESS [FILE…]]", does: "what is installed, being installed, removed, or to be had from other boxes", node: libraryCommand},
		{name: "search", args: "QUERY [--lang L] [--ask]", does: "search the library as the page does; --ask quotes what answers a question", node: findInLibrary},
		{name: "user", args: "add NAME --role ROLE [--class C] [--pin N | --password S] | list | reset PERSON | import FILE [--class C] [--dry-run] [--leave-out] [--archive-absent] | import-logs CSV [--dry-run] | export FILE [--kolibri | --oneroster | --person PERSON] | erase PERSON [--now | --keep] | archive|restore PERSON | join KEEP OTHER | split RECORD | cards", does: "people", node: user},
		{name: "class", args: "add NAME | list | group CLASS NAME | rename CLASS NAME | level CLASS LEVEL | archive|restore CLASS", does: "classes and groups in them", node: class},
		{name: "enrol", args: "PERSON CLASS [--out]", does: "put a person into a class, or take them out", node: enrol},
		{name: "report", args: "class CLASS | school [--format table|csv|json|xlsx] [-o FILE] [--lang L] [--no-bom]", does: "what a class or the school did", node: reportCommand},
		{name: "peer", args: "list | invite [--file FILE] | accept CODE [HOST:PORT…] | accept FILE [CODE] | recover HOST:PORT WORDS… | revoke ID", does: "which boxes are trusted", node: peer},
		{name: "sync", args: "status | now [PEER]", does: "what is owed to whom", node: syncCommand},
		{name: "bundle", args: "export [--for PEER] FILE|DIR | import FILE|DIR", does: "carry changes on a stick, or as one file", node: bundleCommand},
		{name: "lesson", args: "add TITLE --class C [--about TEXT] [--from DATE] [--until DATE] [--hidden] RESOURCE|TOPIC… | list | show LESSON | remove LESSON [--class C]", does: "compose lessons", node: lesson},
		{name: "quiz", args: "add TITLE --class C --from EXERCISE[:ITEM]|TOPIC… [--random N] [--minutes N] [--practice] [--report] [--shuffled] [--open] | list | open QUIZ | close QUIZ | show QUIZ [--class C]", does: "compose quizzes", node: quiz},
		{name: "assign", args: "LESSON|QUIZ --class C | --group G | --learner PERSON [--remove]", does: "set a lesson or quiz for a class, a group or a learner", node: assign},
		{name: "new", args: "course DIR [--id ID] [--title TITLE] [--lang L]", does: "start a course folder", alone: newCourse},
		{name: "build", args: "DIR [-o FILE]", does: "compile a course folder to one file", alone: buildCourse},
		{name: "lint", args: "DIR", does: "say what is wrong with a course folder", alone: lintCourse},
		{name: "preview", args: "DIR [--http :8090]", does: "show a course folder as learners see it, again at each save; on this machine alone unless --http names a host", alone: previewCourse},
		{name: "segment", args: "dump FILE", does: "print a segment of the record", alone: segmentCommand},
		{name: "backup", args: "FILE [--records] [--passphrase-file FILE]", does: "save everything, encrypted for the recovery sheet or a passphrase; --records leaves out courses", node: backup},
		{name: "restore", args: "FILE [--words WORDS | --passphrase-file FILE]", does: "bring a backup back into an empty data folder", alone: restore},
		{name: "check", args: "[--repair]", does: "prove that the record is whole", node: check},
		{name: "support", args: "FILE", does: "write a support file without personal data", node: support},
		{name: "doctor", args: "", does: "what is wrong with this box and what to do", alone: doctorAlone, node: doctor},
		{name: "version", args: "", does: "version, commit, formats", alone: version},
	}
}

// Main runs the command line and returns the exit status.
func Main(args []string, out, errs io.Writer) (status int) {
	defer ownFault(errs, &status)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	c, err := parse(args, out, errs)
	if err == nil && c != nil {
		err = c.dispatch(ctx)
	}
	return exitStatus(err, c, errs)
}

// ownFault says that a command panicked, without a trace, and makes it a failure.
func ownFault(errs io.Writer, status *int) {
	if r := recover(); r != nil {
		slog.Debug("panic", "stack", string(debug.Stack()))
		fmt.Fprintf(errs, "lamplight: this is a fault of ours: %v\n", r)
		*status = 1
	}
}

func exitStatus(err error, c *call, errs io.Writer) int {
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errSaid):
		return 1
	case errors.Is(err, errMisused):
		return 2
	case errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, errUsage):
		fmt.Fprintln(errs, "lamplight:", strings.TrimSuffix(err.Error(), ": "+errUsage.Error()))
		if c != nil {
			fmt.Fprintf(errs, "usage: lamplight %s %s\n", c.name, c.args)
		}
		return 2
	}
	fmt.Fprintln(errs, "lamplight:", err)
	return 1
}

// parse reads the global flags and finds the command. A nil call and nil error mean that help was printed.
func parse(args []string, out, errs io.Writer) (*call, error) {
	c := &call{Out: out, Err: errs, TTY: isTerminal(errs)}
	dir := os.Getenv("LAMPLIGHT_DATA")
	if dir == "" {
		dir = "data"
	}
	for len(args) > 0 {
		a := args[0]
		switch {
		case a == "--json" || a == "-json":
			c.JSON = true
		case a == "--help" || a == "-h" || a == "help":
			help(out)
			return nil, nil
		case a == "--data" || a == "-data":
			if len(args) < 2 {
				return nil, usage("--data needs a folder")
			}
			args = args[1:]
			dir = args[0]
		case strings.HasPrefix(a, "--data="), strings.HasPrefix(a, "-data="):
			_, dir, _ = strings.Cut(a, "=")
		case strings.HasPrefix(a, "-"):
			return nil, usage("there is no option %s before the command; `lamplight --help` lists them", a)
		default:
			if dir == "" {
				return nil, usage("--data needs a folder")
			}
			return c.find(a, args[1:], dir)
		}
		args = args[1:]
	}
	help(errs)
	return nil, usage("which command?")
}

func (c *call) find(name string, args []string, dir string) (*call, error) {
	var err error
	if c.Dir, err = filepath.Abs(dir); err != nil {
		return nil, err
	}
	if c.CWD, err = os.Getwd(); err != nil {
		return nil, err
	}
	for i := 0; i < len(args); i++ { // --json is welcome after the command as well
		switch {
		case args[i] == "--":
			i = len(args)
		case args[i] == "--json":
			c.JSON = true
			args = append(args[:i:i], args[i+1:]...)
			i--
		}
	}
	for _, cmd := range commands {
		if cmd.name == name {
			c.command, c.Args = cmd, args
			return c, nil
		}
	}
	return nil, usage("there is no command %q; `lamplight --help` lists them", name)
}

func (c *call) dispatch(ctx context.Context) error {
	for _, a := range c.Args {
		if a == "--help" || a == "-h" {
			fmt.Fprintf(c.Out, "lamplight %s %s\n\n  %s\n", c.name, c.args, c.does)
			return nil
		}
	}
	switch {
	case c.alone != nil:
		return c.alone(ctx, c)
	case c.node == nil:
		return fmt.Errorf("%s is not built yet: %w", c.name, errUsage)
	}
	status, err := server.Ask(ctx, c.Dir, c.request(), c.Out, c.Err)
	switch {
	case err == nil && status == 2:
		return errMisused
	case err == nil && status != 0:
		return errSaid
	}
	if !errors.Is(err, server.ErrNoNode) {
		return err
	}
	return c.runHere(ctx)
}

// runHere opens the data folder, runs the command in it and closes it.
func (c *call) runHere(ctx context.Context) error { return c.runNode(ctx, c.node) }

func (c *call) runNode(ctx context.Context, run func(context.Context, *call) error) (err error) {
	cfg, err := config.Load(c.Dir)
	if err != nil {
		return err
	}
	quiet := slog.New(slog.NewTextHandler(c.Err, &slog.HandlerOptions{Level: slog.LevelWarn}))
	if c.Node, err = server.Open(server.Options{Dir: c.Dir, Config: cfg, Log: quiet}); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Node.Close()) }()
	return run(ctx, c)
}

// request is this call for the node that owns the folder; handle is the other end.
func (c *call) request() server.Request {
	return server.Request{Args: append([]string{c.name}, c.Args...), CWD: c.CWD, JSON: c.JSON, TTY: c.TTY}
}

// handle runs a command that came through the socket, inside the node, which outlives its faults.
func handle(ctx context.Context, node *server.Server, r server.Request, out, errs io.Writer) (status int) {
	defer ownFault(errs, &status)
	c := &call{Dir: node.Dir(), JSON: r.JSON, TTY: r.TTY, Out: out, Err: errs}
	if len(r.Args) == 0 {
		return exitStatus(usage("which command?"), nil, errs)
	}
	found, err := c.find(r.Args[0], r.Args[1:], node.Dir())
	if err != nil {
		return exitStatus(err, nil, errs)
	}
	found.CWD, found.Node = r.CWD, node
	if found.node == nil {
		return exitStatus(fmt.Errorf("%s does not run inside a node: %w", found.name, errUsage), found, errs)
	}
	return exitStatus(found.node(ctx, found), found, errs)
}

func usage(format string, args ...any) error {
	return fmt.Errorf(format+": %w", append(args, errUsage)...)
}

// print writes the result: v as one JSON object with --json, else what words says.
func (c *call) print(v any, words func(w io.Writer)) error {
	if !c.JSON {
		words(c.Out)
		return nil
	}
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.Out, "%s\n", b)
	return err
}

// path makes a path of the command line absolute, counted from where the command was typed.
func (c *call) path(p string) string {
	if filepath.IsAbs(p) {
		return filepath.Clean(p)
	}
	return filepath.Join(c.CWD, p)
}

// flags parses the command's own flags, which may stand before, between and after its words, and returns the words.
func (c *call) flags(define func(*flag.FlagSet)) ([]string, error) {
	set := flag.NewFlagSet(c.name, flag.ContinueOnError)
	set.SetOutput(io.Discard)
	define(set)
	var words []string
	for rest := c.Args; len(rest) > 0; {
		if err := set.Parse(rest); err != nil {
			return nil, usage("%v", err)
		}
		rest = set.Args()
		if len(rest) > 0 {
			words, rest = append(words, rest[0]), rest[1:]
		}
	}
	return words, nil
}

func help(w io.Writer) {
	fmt.Fprint(w, "lamplight [--data DIR] [--json] COMMAND\n\nAn offline learning server. DIR (default: data, or $LAMPLIGHT_DATA) holds everything.\n\n")
	for _, c := range commands {
		later := ""
		if c.alone == nil && c.node == nil {
			later = " (not built yet)"
		}
		fmt.Fprintf(w, "  %-8s %s%s\n           lamplight %s %s\n", c.name, c.does, later, c.name, c.args)
	}
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	fi, err := f.Stat()
	return err == nil && fi.Mode()&os.ModeCharDevice != 0
}
