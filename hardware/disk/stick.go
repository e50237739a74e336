package disk

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// A Stick is a disk that is plugged in and mounted where sticks are.
type Stick struct {
	Name string // the last part of where it is mounted
	Path string
	Space
	ReadOnly bool
}

// places are where systems mount what is plugged in.
var places = []string{"/media/", "/mnt/", "/run/media/"}

const (
	maxSticks = 16
	smallest  = 1 << 20 // bytes: smaller ones are no disks, but what the kernel makes up
)

// Sticks lists what is mounted under /media, /mnt or /run/media, as mountinfo says (proc(5)): "/proc/self/mountinfo" in life. The
// last of several mounts at one place counts; one that cannot be measured is left out.
func Sticks(mountinfo string) ([]Stick, error) {
	f, err := os.Open(mountinfo)
	if err != nil {
		return nil, fmt.Errorf("disk: %w", err)
	}
	defer f.Close()
	var out []Stick
	seen := map[string]bool{}
	lines := bufio.NewScanner(f)
	for lines.Scan() && len(out) < maxSticks {
		path, readOnly, ok := mount(lines.Text())
		if !ok || seen[path] {
			continue
		}
		seen[path] = true
		space, err := Of(path)
		if err != nil || space.Total < smallest {
			continue
		}
		out = append(out, Stick{Name: filepath.Base(path), Path: path, Space: space, ReadOnly: readOnly})
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("disk: %s: %w", mountinfo, err)
	}
	return out, nil
}

// mount reads a line: "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw". ok is false for what is no stick.
func mount(line string) (path string, readOnly, ok bool) {
	fields := strings.Fields(line)
	if len(fields) < 6 {
		return "", false, false
	}
	path = unescape(fields[4])
	for _, p := range places {
		if strings.HasPrefix(path, p) {
			ok = true
		}
	}
	return path, strings.HasPrefix(fields[5]+",", "ro,"), ok
}

// unescape reads \040 and the like, as which the kernel writes spaces, tabs, line ends and backslashes.
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+3 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+4], 8, 8); err == nil {
				b.WriteByte(byte(n))
				i += 3
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
