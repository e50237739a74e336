package server

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"

	"lamplight/content/arrange"
	"lamplight/hardware/disk"
	"lamplight/sync/device"
)

// restoring is the folder in the data folder where a backup is unpacked; restoredFile in it says that all of it is there and
// synced, and only has to be moved.
const (
	restoring    = "restoring"
	restoredFile = "whole"
)

// Restore unpacks a backup into an empty data folder. It is unpacked beside and moved into its place when it proved whole,
// so a torn or foreign file leaves the folder empty, and a cut at any moment leaves one that Restore goes on with or begins
// again. The device goes on under its own name in a new epoch: what was written after the backup, and shown to others, keeps
// its numbers for itself.
//
// fs.ErrExist when the folder holds anything, fs.ErrPermission for a wrong key, fs.ErrInvalid for a file that is torn,
// damaged or no backup, syscall.ENOSPC when it does not fit. Nothing must run on the folder.
func Restore(ctx context.Context, dir string, from io.Reader, k BackupKey, progress func(done, total int64)) (head BackupHead, err error) {
	if err := os.MkdirAll(filepath.Join(dir, "run"), 0o700); err != nil {
		return head, fmt.Errorf("server: restore: %w", err)
	}
	lock, err := lockFolder(dir)
	if err != nil {
		return head, err
	}
	defer lock.Close()
	if err := mustBeEmpty(dir); err != nil {
		return head, err
	}
	in := bufio.NewReaderSize(from, 64<<10)
	plain, err := openBackup(in, k)
	if err != nil {
		return head, err
	}
	stage := filepath.Join(dir, restoring)
	if _, err := os.Stat(filepath.Join(stage, restoredFile)); err != nil { // else it was cut while it was moved
		if err := os.RemoveAll(stage); err != nil {
			return head, fmt.Errorf("server: restore: %w", err)
		}
		if head, err = unpack(ctx, stage, plain, progress); err == nil {
			err = settleRestored(stage)
		}
		if err != nil {
			return head, errors.Join(err, os.RemoveAll(stage))
		}
	}
	return head, moveRestored(dir, stage)
}

// mustBeEmpty lets pass a folder that holds nothing but what a lock, a cut Restore or a config file leaves.
func mustBeEmpty(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("server: restore: %w", err)
	}
	_, err = os.Stat(filepath.Join(dir, restoring, restoredFile))
	moving := err == nil
	for _, e := range entries {
		switch e.Name() {
		case "run", restoring, "config.toml", "lost+found":
		default:
			if !moving || e.Name() == "version" {
				return fmt.Errorf("server: %s holds %s already: a backup is restored into an empty folder alone; choose another with --data, or move this one away: %w", dir, e.Name(), fs.ErrExist)
			}
		}
	}
	return nil
}

// unpack writes the files of a backup below stage.
func unpack(ctx context.Context, stage string, plain io.Reader, progress func(done, total int64)) (head BackupHead, err error) {
	done, seen := int64(0), map[string]bool{}
	err = readBackup(plain, func(h BackupHead) error {
		head = h
		space, err := disk.Of(filepath.Dir(stage))
		if err == nil && space.Free < h.Bytes+backupSlack {
			return fmt.Errorf("server: the backup holds %d MB and %d MB are free here: %w", h.Bytes>>20, space.Free>>20, syscall.ENOSPC)
		}
		return os.MkdirAll(stage, 0o700)
	}, func(path string, size int64, r io.Reader) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if leftOut(path, false) || path == restoredFile || seen[path] {
			return torn(fmt.Errorf("%q in it", path))
		}
		seen[path] = true
		err := unpackOne(filepath.Join(stage, filepath.FromSlash(path)), r)
		if done += size; err == nil && progress != nil {
			progress(done, max(head.Bytes, done))
		}
		return err
	})
	if err == nil && !seen["version"] {
		err = torn(fmt.Errorf("it holds no data folder"))
	}
	return head, err
}

func unpackOne(path string, r io.Reader) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("server: restore: %w", err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("server: restore: %w", err)
	}
	_, err = io.CopyBuffer(f, r, make([]byte, 64<<10))
	if err = errors.Join(err, f.Close()); err != nil && !errors.Is(err, syscall.ENOSPC) {
		return torn(err)
	}
	return err
}

// settleRestored makes of what was unpacked a box that may write: its next epoch, everything on the card, and last the mark.
func settleRestored(stage string) error {
	keys := filepath.Join(stage, "keys")
	if _, err := os.Stat(filepath.Join(keys, "device.key")); err != nil {
		return torn(fmt.Errorf("it holds no key of a box: %w", err))
	}
	d, err := device.Open(keys)
	if err == nil {
		err = d.Leap()
	}
	if err == nil {
		err = syncAll(stage)
	}
	if err == nil {
		err = replaceFile(filepath.Join(stage, restoredFile), nil)
	}
	return err
}

// syncAll brings all that was written on the disk of a folder onto it.
func syncAll(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return unix.Syncfs(int(d.Fd()))
}

// moveRestored moves what is unpacked into its place: the record first and the version last, between which no node opens
// the folder. It may be cut and called again.
func moveRestored(dir, stage string) error {
	entries, err := os.ReadDir(stage)
	if err != nil {
		return fmt.Errorf("server: restore: %w", err)
	}
	rank := map[string]int{"journal": -1, "version": 1}
	arrange.Stably(entries, func(a, b fs.DirEntry) int { return rank[a.Name()] - rank[b.Name()] })
	for _, e := range entries {
		to := filepath.Join(dir, e.Name())
		switch e.Name() {
		case restoredFile:
			continue
		case "run":
			to = filepath.Join(dir, "run", "floor")
			err = os.Rename(filepath.Join(stage, "run", "floor"), to)
			if errors.Is(err, fs.ErrNotExist) {
				err = nil
			}
		case "config.toml":
			if _, there := os.Stat(to); there == nil {
				continue // whoever set this machine up knows its ports
			}
			fallthrough
		default:
			if e.Name() == "version" {
				err = syncAll(dir)
			}
			if err == nil {
				err = os.Rename(filepath.Join(stage, e.Name()), to)
			}
		}
		if err != nil {
			return fmt.Errorf("server: restore: %w", err)
		}
	}
	if err := syncAll(dir); err != nil {
		return fmt.Errorf("server: restore: %w", err)
	}
	return os.RemoveAll(stage)
}
