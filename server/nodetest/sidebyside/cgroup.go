package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
)

// A cgroup bounds the memory of what runs in it, page cache included.
type cgroup struct{ dir string }

// newCgroup makes one in either version's tree; it needs root and a controller that may be used.
func newCgroup(limit int64) (*cgroup, error) {
	name := fmt.Sprintf("sidebyside-%d", os.Getpid())
	var errs []error
	for _, v := range []struct {
		root, limit string
		swap        []string
	}{
		{"/sys/fs/cgroup/memory", "memory.limit_in_bytes", []string{"memory.memsw.limit_in_bytes", strconv.FormatInt(limit, 10)}},
		{"/sys/fs/cgroup", "memory.max", []string{"memory.swap.max", "0"}},
	} {
		g := &cgroup{filepath.Join(v.root, name)}
		err := os.Mkdir(g.dir, 0o755)
		if err == nil {
			if err = g.write(v.limit, strconv.FormatInt(limit, 10)); err == nil {
				_ = g.write(v.swap[0], v.swap[1]) // absent where swap is not counted
				return g, nil
			}
			err = errors.Join(err, os.Remove(g.dir))
		}
		errs = append(errs, err)
	}
	return nil, errors.Join(errs...)
}

func (g *cgroup) write(file, value string) error {
	f, err := os.OpenFile(filepath.Join(g.dir, file), os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(value)
	return errors.Join(err, f.Close())
}

// wrap makes a command line run inside from its first page of memory on.
func (g *cgroup) wrap(args []string) []string {
	return append([]string{"/bin/sh", "-c", `echo $$ > "$0" && exec "$@"`, filepath.Join(g.dir, "cgroup.procs")}, args...)
}

// remove takes the cgroup away once everything in it has ended.
func (g *cgroup) remove() error { return os.Remove(g.dir) }
