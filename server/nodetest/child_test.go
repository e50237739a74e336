package nodetest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"lamplight/server"
)

var (
	buildOnce sync.Once
	built     string // folder of the binary, deleted by TestMain
	errBuild  error
)

func TestMain(m *testing.M) {
	status := m.Run()
	if built != "" {
		os.RemoveAll(built)
	}
	os.Exit(status)
}

// lamplight is the lamplight command, built once as users build it.
func lamplight(t testing.TB) string {
	t.Helper()
	buildOnce.Do(func() {
		if built, errBuild = os.MkdirTemp("", "lamplight-bin-*"); errBuild != nil {
			return
		}
		cmd := exec.Command("go", "build", "-o", filepath.Join(built, "lamplight"), "lamplight")
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			errBuild = fmt.Errorf("go build: %w\n%s", err, out)
		}
	})
	if errBuild != nil {
		t.Fatal(errBuild)
	}
	return filepath.Join(built, "lamplight")
}

// A said is what one run of the command printed.
type said struct {
	Status   int
	Out, Err string
	MaxRSS   int64 // bytes, at its largest
}

// run runs the command to its end. No output may ever hold a goroutine dump.
func run(t testing.TB, args ...string) said {
	t.Helper()
	return runIn(t, "", args...)
}

// forgetPeak makes this process small, and its peak: a command's most memory (getrusage(2)) counts what it was forked from
// until it became the command, and other tests before it needed more than any command may.
func forgetPeak(t testing.TB) {
	t.Helper()
	debug.FreeOSMemory()
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil { // proc(5): forget the peak
		t.Log(err)
	}
}

// runIn runs it in the working directory dir.
func runIn(t testing.TB, dir string, args ...string) said {
	t.Helper()
	cmd := exec.Command(lamplight(t), args...)
	cmd.Dir = dir
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	forgetPeak(t)
	err := cmd.Run()
	if cmd.ProcessState == nil {
		t.Fatalf("lamplight %v: %v", args, err)
	}
	s := said{cmd.ProcessState.ExitCode(), out.String(), errs.String(), 0}
	if u, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		s.MaxRSS = int64(u.Maxrss) << 10
	}
	noDump(t, strings.Join(args, " "), s.Out+s.Err)
	return s
}

func noDump(t testing.TB, what, text string) {
	t.Helper()
	for _, sign := range []string{"goroutine ", "runtime error", "panic:", ".go:"} {
		if at := strings.Index(text, sign); at >= 0 {
			t.Errorf("%s printed %q: …%.300s", what, sign, text[max(0, at-100):])
		}
	}
}

// ask runs a command on a data folder with --json, expects status 0 and reads what it printed into v.
func ask(t testing.TB, data string, v any, args ...string) {
	t.Helper()
	s := run(t, append([]string{"--data", data, "--json"}, args...)...)
	if s.Status != 0 {
		t.Fatalf("lamplight %v: status %d\n%s%s", args, s.Status, s.Out, s.Err)
	}
	if v == nil {
		return
	}
	if err := json.Unmarshal([]byte(s.Out), v); err != nil {
		t.Fatalf("lamplight %v printed %.300q: %v", args, s.Out, err)
	}
}

// A proof is what `check --json` says.
type proof struct {
	OK       bool     `json:"ok"`
	State    string   `json:"state"`
	Events   uint64   `json:"events"`
	Problems []string `json:"problems"`
}

// checked proves a folder, and fails the test when something is wrong with it.
func checked(t testing.TB, data string) proof {
	t.Helper()
	var p proof
	ask(t, data, &p, "check")
	if !p.OK || len(p.Problems) > 0 || len(p.State) < 16 {
		t.Fatalf("check: %+v", p)
	}
	return p
}

// A child is a node in a process of its own.
type child struct {
	server.Listening
	t     testing.TB
	data  string
	cmd   *exec.Cmd
	errs  *tail
	done  chan error
	ended atomic.Value // how
}

// how it is with the process.
func (c *child) how() string {
	if s, ok := c.ended.Load().(string); ok {
		return s
	}
	return "running"
}

// free are the flags of a node on loopback ports that nobody uses.
func free() []string {
	return []string{"--http", "127.0.0.1:0", "--player", "127.0.0.1:0", "--sync", "127.0.0.1:0"}
}

// serveChild starts a node on data and waits until it listens. It is killed at the test's end if it still runs.
func serveChild(t testing.TB, data string, flags ...string) *child {
	t.Helper()
	return startChild(t, data, exec.Command(lamplight(t), append([]string{"--data", data, "serve"}, flags...)...))
}

func startChild(t testing.TB, data string, cmd *exec.Cmd) *child {
	t.Helper()
	c := &child{t: t, data: data, cmd: cmd, errs: &tail{}, done: make(chan error, 1)}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = c.errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	first, err := lines.ReadString('\n')
	if err == nil {
		err = json.Unmarshal([]byte(first), &c.Listening)
	}
	go func() { // ends with the process
		lines.WriteTo(&tail{})
		err := cmd.Wait()
		c.ended.Store(fmt.Sprintf("ended: %v", err))
		c.done <- err
	}()
	if err != nil {
		cmd.Process.Kill()
		<-c.done
		t.Fatalf("serve printed %q (%v)\n%s", first, err, c.errs)
	}
	t.Cleanup(func() { c.kill() })
	return c
}

// kill is the plug pulled. Twice is once.
func (c *child) kill() {
	if c.cmd == nil {
		return
	}
	c.cmd.Process.Kill()
	c.gone()
}

// stop is SIGTERM, and must end with status 0.
func (c *child) stop() {
	c.t.Helper()
	cmd := c.cmd
	cmd.Process.Signal(syscall.SIGTERM)
	c.gone()
	if status := cmd.ProcessState.ExitCode(); status != 0 {
		c.t.Errorf("serve ended with status %d after SIGTERM\n%s", status, c.errs)
	}
}

func (c *child) gone() {
	c.t.Helper()
	select {
	case <-c.done:
	case <-time.After(20 * time.Second):
		c.t.Errorf("the node still runs 20 s after it was told to end\n%s", c.errs)
		c.cmd.Process.Kill()
		<-c.done
	}
	c.cmd = nil
	noDump(c.t, "serve", c.errs.String())
}

// A tail keeps the last 32 KiB written to it.
type tail struct {
	mu sync.Mutex
	b  []byte
}

func (w *tail) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.b = append(w.b, b...)
	w.b = w.b[max(0, len(w.b)-32<<10):]
	return len(b), nil
}

func (w *tail) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return string(w.b)
}

// soak says whether the long campaigns run.
func soak() bool { return os.Getenv("LAMPLIGHT_SOAK") == "1" }

// seed is printed, and taken from LAMPLIGHT_SEED when that is set.
func seed(t testing.TB) uint64 {
	t.Helper()
	n := uint64(time.Now().UnixNano())
	if v := os.Getenv("LAMPLIGHT_SEED"); v != "" {
		if _, err := fmt.Sscan(v, &n); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("LAMPLIGHT_SEED=%d", n)
	return n
}
