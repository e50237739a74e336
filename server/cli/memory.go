package cli

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"lamplight/server/config"
)

// boundMemory asks the collector to stay small: a box has 512 MB, and a page served needs little. What lives is a few
// megabytes, so collecting whenever it doubles would be most of the work of serving a page: it may grow fourfold, up to a
// limit that leaves room for the 20 MB of this program's own file that Linux counts as ours, and for the caches that the
// settings ask for: without that, larger caches would only keep the collector busy. Some 10 MB of what the limit counts are
// tables, stacks and halves of pages: at 20 MiB it left 7 MB to what lives, and the collector was half the work of serving a
// page; at 23 it is not, for 1 MB more at the peak (measured beside nginx). GOMEMLIMIT and GOGC in the environment win. back
// undoes it.
func boundMemory(c config.Content) (back func()) {
	percent, limit := -1, int64(-1)
	if os.Getenv("GOGC") == "" {
		percent = debug.SetGCPercent(300)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		limit = debug.SetMemoryLimit(int64(max(23, 17+c.ReaderMiB+c.PageGzipMiB)) << 20)
	}
	return func() {
		if percent >= 0 {
			debug.SetGCPercent(percent)
		}
		debug.SetMemoryLimit(limit) // negative: left as it is
	}
}

// giveBackEvery is how often the program gives its own pages back. Taking those in use again costs some hundred faults that
// read nothing: under a millisecond. Ten times a second keeps the most a box ever holds some 2 MB lower than once a second does.
const giveBackEvery = 100 * time.Millisecond

// giveBack lets go of the program's own code and tables that lie in memory, until ctx ends. Linux maps 64 KB around each
// place that is touched, so that after a while all 25 MB of the program count as ours, of which a busy box uses seven
// (counted by clear_refs, proc(5)); what was only needed to start stays for good. Given back, the pages stay in the page
// cache, where a box that needs the room for a learner's answers may take it.
func giveBack(ctx context.Context) {
	program := programMappings()
	tick := time.NewTicker(giveBackEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			for _, m := range program {
				// An error means that nothing was given back.
				_, _, _ = unix.Syscall(unix.SYS_MADVISE, m.from, m.to-m.from, unix.MADV_DONTNEED)
			}
		}
	}
}

// A mapping is a part of the address space, from its first byte to the one after its last.
type mapping struct{ from, to uintptr }

// programMappings are those whose pages the kernel can read again from the program's file: they cannot be written and hold
// no page of our own. Where /proc says nothing of the kind, there are none.
func programMappings() (all []mapping) {
	program, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return nil
	}
	f, err := os.Open("/proc/self/smaps")
	if err != nil {
		return nil
	}
	defer f.Close()
	var m mapping // whose lines follow; empty for one to be left
	for lines := bufio.NewScanner(f); lines.Scan(); {
		line := lines.Text()
		if begin, _, ok := strings.Cut(line, " "); ok && strings.Contains(begin, "-") {
			m = mapping{}
			if fields := strings.Fields(line); len(fields) == 6 && fields[1][0] == 'r' && fields[1][1] == '-' && fields[5] == program {
				if _, err := fmt.Sscanf(begin, "%x-%x", &m.from, &m.to); err != nil {
					m = mapping{}
				}
			}
		}
		if size, ok := strings.CutPrefix(line, "Anonymous:"); ok && m.from < m.to && strings.Fields(size)[0] == "0" {
			all = append(all, m)
		}
	}
	return all
}
