package disk

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// A Light is the board's small light, as the kernel lets it be set (Documentation/leds/leds-class.rst): it says to who has no
// screen that a stick is busy, done or not understood. A board without one, or where we may not set it, stays dark; nothing
// depends on it. Safe for concurrent use.
type Light struct {
	dir string // of the light, "" none

	mu     sync.Mutex
	before string // its trigger as we found it
	back   *time.Timer
}

// Signals of a Light.
const (
	Busy   = "busy"   // blinks slowly while a stick must not be pulled without need
	Done   = "done"   // lit, for five seconds
	Failed = "failed" // blinks quickly, for five seconds
)

const signalTime = 5 * time.Second

// FindLight looks below root, "/" in life and a folder of files in tests: the light of the card (ACT, led0, mmc0::) before any
// other.
func FindLight(root string) *Light {
	all, _ := filepath.Glob(filepath.Join(root, "sys/class/leds/*/trigger")) // none
	best, rank := "", -1
	for _, at := range all {
		dir := filepath.Dir(at)
		r := 0
		for i, name := range []string{"mmc0", "led0", "ACT"} {
			if strings.HasPrefix(filepath.Base(dir), name) {
				r = i + 1
			}
		}
		if strings.Contains(filepath.Base(dir), "input") { // of a keyboard
			continue
		}
		if r > rank {
			best, rank = dir, r
		}
	}
	return &Light{dir: best}
}

// Show gives a signal; Done and Failed end by themselves, and the light then does again what it did before.
func (l *Light) Show(signal string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.dir == "" {
		return
	}
	if l.back != nil {
		l.back.Stop()
		l.back = nil
	}
	if l.before == "" {
		l.before = l.trigger()
	}
	switch signal {
	case Busy:
		l.blink("500")
	case Failed:
		l.blink("100")
	default:
		l.set("trigger", "default-on")
		l.set("brightness", "1")
	}
	if signal != Busy {
		l.back = time.AfterFunc(signalTime, l.Rest)
	}
}

// Rest lets the light do again what it did before.
func (l *Light) Rest() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.before != "" {
		l.set("trigger", l.before)
		l.before = ""
	}
}

// trigger is the one in brackets: "none [mmc0] timer".
func (l *Light) trigger() string {
	b, _ := os.ReadFile(filepath.Join(l.dir, "trigger")) // not readable: none
	_, rest, _ := strings.Cut(string(b), "[")
	name, _, ok := strings.Cut(rest, "]")
	if !ok {
		return "none"
	}
	return name
}

func (l *Light) blink(ms string) {
	l.set("trigger", "timer")
	l.set("delay_on", ms)
	l.set("delay_off", ms)
}

// set writes one of the light's files; where that is not allowed it stays dark.
func (l *Light) set(file, value string) {
	f, err := os.OpenFile(filepath.Join(l.dir, file), os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return
	}
	_, _ = f.WriteString(value)
	_ = f.Close()
}
