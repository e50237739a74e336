package media

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
)

// skipped are hidden files and what systems leave on sticks.
func skipped(name string) bool {
	return strings.HasPrefix(name, ".") || slices.Contains([]string{"System Volume Information", "$RECYCLE.BIN", "lost+found", "LOST.DIR", "__MACOSX"}, name)
}

// foreign folders are courses or packages of another format.
func foreign(dir string) bool {
	for _, mark := range []string{"course.md", "databases", "imsmanifest.xml", "h5p.json", "cmi5.xml"} {
		if _, err := os.Stat(filepath.Join(dir, mark)); err == nil {
			return true
		}
	}
	return false
}

// keptName makes a name that may be joined to a folder on any disk.
func keptName(name string) string {
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || strings.ContainsRune(`\/:*?"<>|`, r) {
			return '_'
		}
		return r
	}, strings.ToValidUTF8(name, "_"))
	if len(name) > 200 {
		ext := filepath.Ext(name)
		if len(ext) > 12 {
			ext = ""
		}
		name = strings.ToValidUTF8(name[:200-len(ext)], "") + ext
	}
	if name == "" || name == "." || name == ".." {
		return "_"
	}
	return name
}

// nameTitle makes a title of a file's name.
func nameTitle(name string) string {
	name = strings.TrimSuffix(filepath.Base(name), filepath.Ext(name))
	if t := clean(strings.ReplaceAll(name, "_", " ")); t != "" {
		return t
	}
	return "_"
}

// natural orders names as people do: numbers by their value.
func natural(a, b string) bool {
	x, y := strings.ToLower(a), strings.ToLower(b)
	for x != "" && y != "" {
		nx, ny := digits(x), digits(y)
		if nx > 0 && ny > 0 {
			vx, vy := strings.TrimLeft(x[:nx], "0"), strings.TrimLeft(y[:ny], "0")
			if len(vx) != len(vy) {
				return len(vx) < len(vy)
			}
			if vx != vy {
				return vx < vy
			}
			x, y = x[nx:], y[ny:]
			continue
		}
		if x[0] != y[0] {
			return x[0] < y[0]
		}
		x, y = x[1:], y[1:]
	}
	if len(x) != len(y) {
		return len(x) < len(y)
	}
	return a < b
}

func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

func readHead(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, 512))
}

// readSmall reads a file of at most limit bytes.
func readSmall(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(b)) > limit {
		err = fmt.Errorf("larger than %d bytes: %w", limit, fs.ErrInvalid)
	}
	return b, err
}
