// Package disk says how much space is left.
package disk

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// A Space is one file system's room in bytes. Free is what we may use: less than what is empty, since root keeps some.
type Space struct{ Free, Total int64 }

// Of measures the file system that holds path.
func Of(path string) (Space, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(path, &s); err != nil {
		return Space{}, fmt.Errorf("disk: %s: %w", path, err)
	}
	return Space{Free: int64(s.Bavail) * int64(s.Bsize), Total: int64(s.Blocks) * int64(s.Bsize)}, nil
}
