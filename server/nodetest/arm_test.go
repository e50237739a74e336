package nodetest

import (
	"bufio"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"lamplight/content/importtest"
	"lamplight/server"
)

// TestTheARMBinaryRuns builds for the boards we are for and runs version, import and serve under qemu-user.
func TestTheARMBinaryRuns(t *testing.T) {
	if testing.Short() {
		t.Skip("builds another architecture")
	}
	qemu, err := exec.LookPath("qemu-aarch64-static")
	if err != nil {
		t.Skip("qemu-aarch64-static is not here; .ci/setup installs it")
	}
	binary := filepath.Join(t.TempDir(), "lamplight-arm64")
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, "lamplight")
	build.Env = append(os.Environ(), "GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building for arm64: %v\n%s", err, out)
	}
	data := filepath.Join(t.TempDir(), "data")
	run := func(args ...string) string {
		t.Helper()
		out, err := exec.Command(qemu, append([]string{binary, "--data", data, "--json"}, args...)...).Output()
		if err != nil {
			t.Fatalf("lamplight %v: %v\n%s", args, err, out)
		}
		return string(out)
	}
	if got := run("version"); !strings.Contains(got, `"arch":"linux/arm64"`) {
		t.Errorf("version prints %s", got)
	}
	zim := filepath.Join(importtest.Corpus(t), "zim", "wikibooks_be_all_nopic_2017-02_withns.zim")
	if got := run("import", zim); !strings.Contains(got, `"format":"zim"`) {
		t.Errorf("import prints %s", got)
	}
	serveUnder(t, exec.Command(qemu, binary, "--data", data, "serve", "--http", "127.0.0.1:0", "--player", "127.0.0.1:0", "--sync", "127.0.0.1:0"))
}

// serveUnder starts serve, asks for its health and ends it in good order.
func serveUnder(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	guard := time.AfterFunc(2*time.Minute, func() { cmd.Process.Kill() })
	defer guard.Stop()
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		t.Fatalf("serve said nothing: %v", err)
	}
	var at server.Listening
	if err := json.Unmarshal(line, &at); err != nil {
		t.Fatalf("serve's first line is %q: %v", line, err)
	}
	answer, err := http.Get(at.HTTP + "/healthz")
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("health: %v %v", answer, err)
	}
	answer.Body.Close()
	cmd.Process.Signal(syscall.SIGTERM)
	if err := cmd.Wait(); err != nil {
		t.Errorf("serve ended with %v after SIGTERM, want a clean end", err)
	}
}
