package clustertest

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"lamplight/sync/device"
	"lamplight/sync/eventlog"
	"lamplight/sync/segment"
)

// numbered is an answer unlike any other: what it is folded into counts it alone.
func numbered(scope segment.Scope, n uint64) eventlog.Draft {
	e := Sample(n)
	binary.BigEndian.PutUint64(e.Fields[0].Data, n)
	return eventlog.Draft{Scope: scope, Kind: e.Kind, Fields: e.Fields}
}

func numberedKey(n uint64) []byte {
	d := numbered("pub", n)
	return append(append([]byte{}, d.Fields[0].Data...), d.Fields[1].Data...)
}

// TestBoxUnderStrace is no test: it is the box that TestNoCutOfPowerLosesOrRepeatsAnAnswer watches.
func TestBoxUnderStrace(t *testing.T) {
	dir := os.Getenv("LAMPLIGHT_REPLAY")
	if dir == "" {
		t.Skip("run by TestNoCutOfPowerLosesOrRepeatsAnAnswer")
	}
	said, err := os.OpenFile(filepath.Join(dir, "said"), os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	w := &watched{t: t, dir: dir, said: said}
	w.a, w.b = &Box{Name: "a", Dir: filepath.Join(dir, "a"), t: t}, &Box{Name: "b", Dir: filepath.Join(dir, "b"), t: t}
	for _, b := range []*Box{w.a, w.b} {
		b.openKeys()
		b.openLog()
	}
	for i := range 160 {
		w.step(i)
	}
}

// A watched box writes answers, says which it acknowledged, and meets its peer.
type watched struct {
	t     *testing.T
	dir   string
	said  *os.File
	a, b  *Box
	n     uint64
	files int
}

func (w *watched) say(format string, args ...any) {
	if _, err := fmt.Fprintf(w.said, format+"\n", args...); err != nil {
		w.t.Fatal(err)
	}
}

func (w *watched) step(i int) {
	school := w.a.Registry.School()
	count := 1 + i*7%30
	var drafts []eventlog.Draft
	for range count {
		w.n++
		drafts = append(drafts, numbered(school.Learn(), w.n))
	}
	if i%9 == 0 {
		w.n++
		d := numbered(school.Roster(), w.n)
		d.Body = []byte("Amina Juma")
		drafts = append(drafts, d)
	}
	if _, err := w.a.Log.(Disk).Append(context.Background(), drafts...); err != nil {
		w.t.Fatal(err)
	}
	w.say("acked %d", w.n)
	switch {
	case i%7 == 6:
		w.give(w.a, w.b, "given")
	case i%11 == 10:
		w.b.MustWrite(school.Learn(), 5)
		w.give(w.b, w.a, "taken")
	case i%24 == 23: // the key file is replaced
		if err := w.a.Device.SetName(fmt.Sprint("a", i)); err != nil {
			w.t.Fatal(err)
		}
	case i%50 == 49:
		if err := w.a.Log.(Disk).Close(); err != nil {
			w.t.Fatal(err)
		}
		w.a.openKeys()
		w.a.openLog()
	}
}

// give passes what to lacks, and keeps each segment for the other process to read before it is received.
func (w *watched) give(from, to *Box, word string) {
	all := func(segment.Scope) bool { return true }
	if err := from.Log.Segments(to.Log.Vector(), all, func(raw []byte) error {
		w.files++
		if err := os.WriteFile(filepath.Join(w.dir, fmt.Sprintf("segment-%d", w.files)), raw, 0o600); err != nil {
			return err
		}
		if word == "given" {
			w.say("given %d", w.files)
		}
		_, err := to.Log.Receive(raw)
		if word == "taken" {
			w.say("taken %d", w.files)
		}
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	if word == "given" {
		w.say("whole %d", w.n)
	}
}

// A replay is the life of the watched box, to be cut anywhere.
type replay struct {
	t     *testing.T
	dir   string
	cast  *Cast
	start *card
	calls []call
	at    state // the one that is looked at
}

// TestNoCutOfPowerLosesOrRepeatsAnAnswer watches a whole box (journal, bbolt, keys, marks) with strace, rebuilds what its card
// held after a power cut at any call, honest or lying about the last 1, 2, 6 or 20 flushes, starts a box on it and lets it
// meet its peer. Set LAMPLIGHT_LIFE to a folder that keeps the life, and LAMPLIGHT_STATE to what was printed of a state, to
// look at that one again, with the log's own words.
func TestNoCutOfPowerLosesOrRepeatsAnAnswer(t *testing.T) {
	if _, err := exec.LookPath("strace"); err != nil {
		t.Skip("strace is not installed; .ci/setup installs it")
	}
	states := 25
	if n, err := strconv.Atoi(os.Getenv("LAMPLIGHT_STATES")); err == nil {
		states = n
	} else if os.Getenv("LAMPLIGHT_SOAK") == "1" {
		states = 3000
	}
	p := watch(t)
	seed := seeds(t, 4)[0]
	t.Logf("seed %d: %d calls of strace", seed, len(p.calls))
	if s, asked := theState(t); asked {
		c := count{}
		p.pass([]state{s}, &c)
		t.Logf("state %v: %+v", s, c)
		return
	}
	for _, lies := range []int{0, 1, 2, device.Flushes, tooMany} {
		t.Run(fmt.Sprint(lies, " flushes lied about"), func(t *testing.T) {
			p := *p
			p.t = t
			c := p.cuts(lies, states, rand.New(rand.NewPCG(seed, uint64(lies))))
			t.Logf("%d states: %d answers acknowledged, %d not on the card after it (%d of them not even at the peer), %d lost that the peer had, %d new epochs, %d forks",
				c.states, c.acked, c.absent, c.lost, c.gone, c.epochs, c.forks)
			if c.gone > 0 {
				t.Errorf("seed %d: %d answers that the peer had were lost", seed, c.gone)
			}
			if lies == 0 && c.absent > 0 {
				t.Errorf("seed %d: an honest card lost %d answers that were acknowledged", seed, c.absent)
			}
			if lies <= device.Flushes && c.forks > 0 {
				t.Errorf("seed %d: %d boxes used numbers twice", seed, c.forks)
			}
		})
	}
}

// tooMany is how many flushes may be lied about so that numbers are used twice, and yet nothing is lost that a peer has.
const tooMany = 20

// watch runs the box under strace.
func watch(t *testing.T) *replay {
	t.Helper()
	kept := os.Getenv("LAMPLIGHT_LIFE")
	if kept != "" {
		if p, err := relive(t, kept); err == nil {
			return p
		}
	}
	p := &replay{t: t, dir: kept, cast: NewCast(t, "a", "b")}
	if kept == "" {
		p.dir = folder(t)
	}
	for _, name := range p.cast.names {
		copyFolder(t, filepath.Join(p.dir, name), filepath.Join(p.cast.dir, name))
		copyFolder(t, filepath.Join(p.dir, "cast", name), filepath.Join(p.cast.dir, name))
	}
	var err error
	if p.start, err = newCard(filepath.Join(p.dir, "a")); err != nil {
		t.Fatal(err)
	}
	trace := filepath.Join(p.dir, "trace")
	cmd := exec.Command("strace", "-f", "-y", "-xx", "-s", "10000000", "-o", trace, "-e",
		"trace=openat,write,pwrite64,fsync,fdatasync,ftruncate,rename,renameat,renameat2,unlink,unlinkat",
		os.Args[0], "-test.run=^TestBoxUnderStrace$")
	cmd.Env = append(os.Environ(), "LAMPLIGHT_REPLAY="+p.dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Skipf("strace does not work here: %v: %.400s", err, out)
	}
	p.read(trace)
	return p
}

func (p *replay) read(trace string) {
	p.t.Helper()
	var err error
	if p.calls, err = readCalls(trace, filepath.Join(p.dir, "a"), filepath.Join(p.dir, "said")); err != nil {
		p.t.Fatal(err)
	}
	if len(p.calls) < 500 {
		p.t.Fatalf("strace saw only %d calls", len(p.calls))
	}
}

// relive is the life that an earlier run left in the folder LAMPLIGHT_LIFE names, so that one of its states can be looked at
// again: LAMPLIGHT_STATE is what that run printed of it.
func relive(t *testing.T, dir string) (*replay, error) {
	t.Helper()
	trace := filepath.Join(dir, "trace")
	if _, err := os.Stat(trace); err != nil {
		return nil, err
	}
	p := &replay{t: t, dir: dir, cast: &Cast{dir: filepath.Join(dir, "cast"), names: []string{"a", "b"}}}
	reg, err := (&Box{Dir: filepath.Join(p.cast.dir, "a"), Name: "a", t: t}).school()
	if err != nil {
		return nil, err
	}
	p.cast.School = reg
	if p.start, err = newCard(filepath.Join(p.cast.dir, "a")); err != nil {
		return nil, err
	}
	p.read(trace)
	return p, nil
}

func (b *Box) school() (*device.School, error) {
	b.openKeys()
	return b.Registry.School(), nil
}
