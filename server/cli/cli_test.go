package cli

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"lamplight/server"
	"lamplight/server/auth"
	"lamplight/server/config"
	"lamplight/server/learning"
	"lamplight/server/store"
)

// say runs a command line on dir and wants its exit status.
func say(t *testing.T, dir string, want int, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if got := Main(append([]string{"--data", dir}, args...), &out, &errs); got != want {
		t.Fatalf("lamplight %v: status %d, want %d\n%s%s", args, got, want, out.String(), errs.String())
	}
	return out.String()
}

func TestImportingExportedPeopleAgainChangesNobody(t *testing.T) {
	dir, sheet := t.TempDir(), filepath.Join(t.TempDir(), "people.csv")
	say(t, dir, 0, "demo", "--learners", "2", "--classes", "1", "--days", "0")
	before := say(t, dir, 0, "--json", "user", "list")
	say(t, dir, 0, "user", "export", sheet)
	for _, file := range []string{sheet, filepath.Join(t.TempDir(), "people.zip")} {
		if file != sheet {
			say(t, dir, 0, "user", "export", file)
		}
		got := say(t, dir, 0, "--json", "user", "import", file)
		for _, want := range []string{`"added":0,"changed":0,"known":4,"enrolled":0`, `"changes":[]`, `"refused":[]`} {
			if !strings.Contains(got, want) {
				t.Errorf("importing what was exported said %s, want %s", got, want)
			}
		}
	}
	if after := say(t, dir, 0, "--json", "user", "list"); after != before {
		t.Errorf("people changed:\n%s\nwere\n%s", after, before)
	}
}

// Who forgot a PIN, or whose PIN others know, is reset; what others knew must not open the door beside.
func TestAResetLeavesNoOtherSecretButTheCard(t *testing.T) {
	dir := t.TempDir()
	say(t, dir, 0, "user", "add", "Amina", "--role", "learner", "--pin", "1357")
	node, err := server.Open(server.Options{Dir: dir, Config: config.Default()})
	if err != nil {
		t.Fatal(err)
	}
	defer node.Close()
	amina, err := node.Store.FindLogin("Amina")
	if err != nil || len(amina) != 1 {
		t.Fatal(amina, err)
	}
	ctx, box := t.Context(), learning.Box()
	_, card := auth.NewCard()
	pictures, err := node.Auth.Verifier(ctx, learning.Picture, "1-2-3")
	if err == nil {
		err = node.Store.SetSecrets(ctx, box, store.NewSecret{Person: amina[0], Kind: learning.Picture, Verifier: pictures},
			store.NewSecret{Person: amina[0], Kind: learning.Card, Verifier: card})
	}
	if err != nil {
		t.Fatal(err)
	}
	if got := handle(ctx, node, server.Request{Args: []string{"user", "reset", "Amina", "--password", "lamp-light"}}, io.Discard, io.Discard); got != 0 {
		t.Fatalf("status %d", got)
	}
	for kind, want := range map[learning.SecretKind]bool{learning.PIN: false, learning.Picture: false, learning.Password: true, learning.Card: true} {
		if _, err := node.Store.Secret(amina[0], kind); (err == nil) != want {
			t.Errorf("%s: %v, want there: %v", kind, err, want)
		}
	}
}

func TestACommandHasTheSameStatusInsideARunningNode(t *testing.T) {
	dir := t.TempDir()
	commands := []struct {
		status int
		args   []string
	}{
		{0, []string{"class", "add", "3B"}},
		{1, []string{"enrol", "nobody", "3B"}},
		{2, []string{"class", "paint", "blue"}},
		{2, []string{"user", "add", "Amina", "--role", "queen"}},
	}
	for _, c := range commands {
		say(t, dir, c.status, c.args...)
	}
	underNode(t, dir, func() {
		for _, c := range commands {
			say(t, dir, c.status, c.args...)
		}
	})
}

// underNode runs fn while a node owns the folder.
func underNode(t *testing.T, dir string, fn func()) {
	t.Helper()
	cfg := config.Default()
	cfg.Web.HTTP, cfg.Web.Player, cfg.Sync.Listen = "127.0.0.1:0", "127.0.0.1:0", "127.0.0.1:0"
	node, err := server.Open(server.Options{Dir: dir, Config: cfg, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		t.Fatal(err)
	}
	defer node.Close()
	ctx, stop := context.WithCancel(t.Context())
	ready, ended := make(chan struct{}), make(chan error, 1)
	go func() { ended <- node.Run(ctx, handle, func(server.Listening) { close(ready) }) }() // waited for below
	select {
	case <-ready:
	case err := <-ended:
		t.Fatal(err)
	}
	for err := server.ErrNoNode; err != nil; { // the control socket listens a moment after the pages do
		_, err = server.Ask(ctx, dir, server.Request{Args: []string{"class", "list"}}, io.Discard, io.Discard)
	}
	fn()
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestAFaultOfACommandLeavesTheNodeRunning(t *testing.T) {
	before := commands
	defer func() { commands = before }()
	commands = append(commands[:len(before):len(before)], command{name: "trip", node: func(context.Context, *call) error { panic("a stone") }})
	node, err := server.Open(server.Options{Dir: t.TempDir(), Config: config.Default()})
	if err != nil {
		t.Fatal(err)
	}
	defer node.Close()
	var errs bytes.Buffer
	if got := handle(t.Context(), node, server.Request{Args: []string{"trip"}}, io.Discard, &errs); got != 1 {
		t.Errorf("status %d, want 1", got)
	}
	if got, want := errs.String(), "lamplight: this is a fault of ours: a stone\n"; got != want {
		t.Errorf("said %q, want %q", got, want)
	}
}
