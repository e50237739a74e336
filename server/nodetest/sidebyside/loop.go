package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// A loop is a file system of our own in a file, so that what reaches "the card" is counted where it arrives, the file
// system's journal included, and nothing else is. A nil loop counts nothing.
type loop struct {
	dir   string // where it is mounted
	block string // /sys/block/loopN
}

// mountLoop makes and mounts one; it needs root.
func mountLoop(dir string, size int64) (*loop, error) {
	if os.Geteuid() != 0 {
		return nil, errors.New("mounting needs root")
	}
	image, at := filepath.Join(dir, "card.img"), filepath.Join(dir, "card")
	f, err := os.Create(image)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(f.Truncate(size), f.Close(), os.Mkdir(at, 0o755)); err != nil {
		return nil, err
	}
	for _, args := range [][]string{{"mkfs.ext4", "-q", "-F", image}, {"mount", "-o", "loop,noatime", image, at}} {
		if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
			return nil, fmt.Errorf("%s: %w: %.200s", args[0], err, out)
		}
	}
	l := &loop{dir: at}
	mounts, err := os.ReadFile("/proc/self/mounts")
	if err != nil {
		return nil, errors.Join(err, l.unmount())
	}
	for line := range strings.Lines(string(mounts)) {
		if f := strings.Fields(line); len(f) > 1 && f[1] == at {
			l.block = filepath.Join("/sys/block", filepath.Base(f[0]))
		}
	}
	if _, err := os.Stat(filepath.Join(l.block, "stat")); err != nil {
		return nil, errors.Join(err, l.unmount())
	}
	// What Linux reads ahead of a card; that of loop devices is larger. It stays as it is where this is not allowed.
	_ = os.WriteFile(filepath.Join(l.block, "queue", "read_ahead_kb"), []byte("128"), 0o644)
	return l, nil
}

func (l *loop) unmount() error {
	if l == nil {
		return nil
	}
	return exec.Command("umount", l.dir).Run()
}

// A traffic is requests and bytes that reached the device since it was mounted.
type traffic struct{ reads, readBytes, writes, writtenBytes int64 }

// traffic reads /sys/block/loopN/stat: fields 1 and 5 are requests, 3 and 7 sectors of 512 bytes. What is written but
// not synced is not in it yet: sync first.
func (l *loop) traffic() traffic {
	b, _ := os.ReadFile(filepath.Join(l.block, "stat"))
	f := strings.Fields(string(b))
	if len(f) < 7 {
		return traffic{}
	}
	n := func(i int) int64 { v, _ := strconv.ParseInt(f[i], 10, 64); return v }
	return traffic{n(0), n(2) * 512, n(4), n(6) * 512}
}

func (t traffic) since(o traffic) traffic {
	return traffic{t.reads - o.reads, t.readBytes - o.readBytes, t.writes - o.writes, t.writtenBytes - o.writtenBytes}
}

// forget empties the kernel's memory of every file below dir, which must not be in use: synced, then let go of.
func (l *loop) forget() error {
	unix.Sync()
	return filepath.WalkDir(l.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		return errors.Join(unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_DONTNEED), f.Close())
	})
}
