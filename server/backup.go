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
	"strings"
	"syscall"

	"filippo.io/age"

	"lamplight/content/arrange"
	"lamplight/hardware/disk"
	"lamplight/sync/eventlog"
)

// A BackupOrder says what to save and what opens it.
type BackupOrder struct {
	Path    string // of the file, which must not be there yet
	Key     BackupKey
	Records bool // learners' work, people and keys, without the files of courses
}

// A BackupMade is a backup that is whole and on its disk.
type BackupMade struct {
	Path  string `json:"file"`
	Bytes int64  `json:"bytes"`
	Files int    `json:"files"`
}

// backupFile is one file of the data folder that a backup holds.
type backupFile struct {
	path string // in the data folder
	size int64
}

// Backup writes the data folder into one encrypted file, in a stream, while the node goes on: the record as it is at one
// moment, then everything else that cannot be made anew. The file appears under its name once it is whole and synced; till
// then it is PATH.part. fs.ErrExist when it is there, syscall.ENOSPC when it does not fit, fs.ErrNotExist without a key.
func (s *Server) Backup(ctx context.Context, o BackupOrder, progress func(done, total int64)) (made BackupMade, err error) {
	if _, err := os.Lstat(o.Path); err == nil {
		return made, fmt.Errorf("server: %s is there already; give another name: %w", o.Path, fs.ErrExist)
	}
	key, err := s.backupRecipient(o.Key)
	if err != nil {
		return made, err
	}
	files, total, err := s.backupFiles(o.Records)
	if err != nil {
		return made, err
	}
	if space, err := disk.Of(filepath.Dir(o.Path)); err == nil && space.Free < total+total/1000+backupSlack {
		return made, fmt.Errorf("server: the backup takes about %d MB and %s has %d MB free: %w", total>>20, filepath.Dir(o.Path), space.Free>>20, syscall.ENOSPC)
	}
	part := o.Path + ".part"
	f, err := os.OpenFile(part, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return made, fmt.Errorf("server: backup: %w", err)
	}
	say := func(done int64) {
		if progress != nil {
			progress(min(done, total), total)
		}
	}
	made.Files, err = s.writeBackup(ctx, f, key, files, s.backupHead(o, total), say)
	if err == nil {
		err = f.Sync()
	}
	if info, serr := f.Stat(); serr == nil {
		made.Bytes = info.Size()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = renameSynced(part, o.Path)
	}
	if err != nil {
		return made, fmt.Errorf("server: backup: %w", errors.Join(err, os.Remove(part)))
	}
	made.Path = o.Path
	return made, nil
}

// backupSlack is what must be free beyond the files: what learners do meanwhile, and what a disk needs for itself.
const backupSlack = 4 << 20

func renameSynced(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	if err := syncFolder(filepath.Dir(to)); err != nil && !errors.Is(err, syscall.EINVAL) { // some filesystems of sticks cannot
		return err
	}
	return nil
}

func (s *Server) backupHead(o BackupOrder, total int64) BackupHead {
	now, _ := s.wall.Now()
	return BackupHead{
		Version: Version, DataVersion: DataVersion, Made: now.Unix(), Device: s.Device.ID(), Name: s.Name(), School: s.schoolID(),
		Courses: !o.Records, Bytes: total,
	}
}

// writeBackup writes the whole of it to f and says how many files there are. The record comes first, so that what is
// installed later in the list is never older than what the record says of it.
func (s *Server) writeBackup(ctx context.Context, f io.Writer, key age.Recipient, files []backupFile, head BackupHead, say func(int64)) (int, error) {
	out := bufio.NewWriterSize(f, 256<<10)
	sealed, err := age.Encrypt(out, key)
	if err != nil {
		return 0, err
	}
	b, err := newBackupWriter(sealed, head, say)
	if err != nil {
		return 0, err
	}
	err = s.Records.Copy(func(name string, size int64, r io.Reader) error {
		return b.file("journal/"+name, size, under{ctx, r})
	})
	for _, x := range files {
		if err == nil {
			err = s.backupOne(ctx, b, x.path)
		}
	}
	if err == nil {
		err = b.end()
	}
	if err == nil {
		err = sealed.Close()
	}
	if err == nil {
		err = out.Flush()
	}
	return int(b.files), err
}

// backupOne writes a file as it is now; one that went meanwhile is left out.
func (s *Server) backupOne(ctx context.Context, b *backupWriter, path string) error {
	f, err := os.Open(filepath.Join(s.dir, path))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	return b.file(filepath.ToSlash(path), info.Size(), under{ctx, f})
}

// under reads until its context ends.
type under struct {
	ctx context.Context
	r   io.Reader
}

func (u under) Read(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.r.Read(p)
}

// backupFiles lists what Backup saves beside the record, in the order of writing, and about how much it is with the record.
func (s *Server) backupFiles(records bool) (files []backupFile, total int64, err error) {
	err = filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) { // it went while we looked
			return nil
		}
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(s.dir, path)
		if err != nil || rel == "." {
			return err
		}
		if leftOut(filepath.ToSlash(rel), records) {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		info, err := d.Info()
		if err != nil || !info.Mode().IsRegular() {
			return nil
		}
		if total += info.Size(); filepath.Dir(rel) != "journal" || !eventlog.Copies(filepath.Base(rel)) {
			files = append(files, backupFile{rel, info.Size()})
		}
		return nil
	})
	arrange.Stably(files, func(a, b backupFile) int { return backupRank(a.path) - backupRank(b.path) })
	return files, total, err
}

// backupRank puts what names other files before what it names: what came between is then there in any case.
func backupRank(path string) int {
	switch {
	case strings.HasPrefix(filepath.Base(path), "body-"), strings.HasPrefix(path, "blobs/"):
		return 1
	}
	return 0
}

// leftOut says what a backup has no need of: what is made anew from the rest, what belongs to this machine or to this
// moment, and, when only records are saved, courses.
func leftOut(path string, records bool) bool {
	base := filepath.Base(path)
	for _, made := range []string{"records.db", "library.db", "check-"} {
		if strings.HasPrefix(base, made) {
			return true
		}
	}
	if strings.HasSuffix(base, ".tmp") || strings.HasPrefix(base, "tail-") && filepath.Dir(path) == "journal" {
		return true
	}
	top, rest, deep := strings.Cut(path, "/")
	switch top {
	case "run":
		return deep && rest != "floor"
	case "search", "thumbs", "incoming", restoring, "queue.json":
		return true
	case "blobs":
		return records || rest == "staging" || rest == "damaged"
	case "installed":
		return records
	case "keys":
		return rest == "sessions" || rest == "claim"
	}
	return false
}
