// Package hardware says which board this is and what it can do.
package hardware

import (
	"bufio"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

// A Board is what the files under its root say. Unknown values are zero, never guessed.
type Board struct {
	Model  string // as the device tree names it: "Raspberry Pi Zero 2 W Rev 1.0"; "" on a PC
	Cores  int
	Memory int64 // bytes of RAM, 0 unknown
}

// Detect reads the board from root, "/" in life and a folder of files in tests.
func Detect(root string) Board {
	model, _ := os.ReadFile(filepath.Join(root, "proc/device-tree/model"))
	return Board{
		Model:  strings.TrimRight(string(model), "\x00\n"),
		Cores:  runtime.NumCPU(),
		Memory: memory(filepath.Join(root, "proc/meminfo")),
	}
}

// memory reads "MemTotal: N kB" (proc(5)).
func memory(path string) int64 {
	f, err := os.Open(path)
	if err != nil {
		return 0
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) == 3 && fields[0] == "MemTotal:" && fields[2] == "kB" {
			n, _ := strconv.ParseInt(fields[1], 10, 64)
			return n << 10
		}
	}
	return 0
}
