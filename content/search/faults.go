package search

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// full says whether SQLite or the system found the disk full.
func full(err error) bool {
	var e *sqlite.Error
	return errors.Is(err, syscall.ENOSPC) || errors.As(err, &e) && e.Code()&0xff == sqlite3.SQLITE_FULL
}

// noted gives SQLite's errors their kind, and remembers that the file is damaged.
func (x *Index) noted(err error) error {
	var e *sqlite.Error
	if errors.As(err, &e) {
		switch e.Code() & 0xff {
		case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT:
			x.broken.Store(true)
			err = fmt.Errorf("%w: %w", err, fs.ErrInvalid)
		case sqlite3.SQLITE_FULL:
			err = fmt.Errorf("%w: %w", err, syscall.ENOSPC)
		}
	}
	if errors.Is(err, fs.ErrInvalid) {
		x.broken.Store(true)
	}
	if err == nil {
		return nil
	}
	return fmt.Errorf("search: %w", err)
}
