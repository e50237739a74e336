package library

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"runtime/debug"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"lamplight/content"
)

// errDamaged is a library.db that cannot be read.
var errDamaged = errors.New("library.db is damaged")

func (l *Library) dbPath() string { return filepath.Join(l.dir, "library.db") }

// guard runs fn, which may panic or fault over a damaged file.
func guard(fn func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", errDamaged, r)
		}
	}()
	return fn()
}

// openDB opens library.db if it is there.
func (l *Library) openDB() error {
	if _, err := os.Stat(l.dbPath()); err != nil {
		return err
	}
	return guard(func() error {
		db, err := openBolt(l.dbPath())
		if err != nil {
			return err
		}
		l.mu.Lock()
		l.db = db
		l.mu.Unlock()
		return nil
	})
}

// openBolt opens a bbolt file whose list of free pages is kept in it. Without that list (NoFreelistSync) Open walks the
// whole file in a goroutine of its own, where a panic over a damaged page cannot be caught and ends the process.
func openBolt(path string) (*bbolt.DB, error) {
	return bbolt.Open(path, 0o600, &bbolt.Options{Timeout: 2 * time.Second, FreelistType: bbolt.FreelistMapType})
}

// createDB makes an empty library.db beside the old one and renames it into place, so that no moment leaves half a file.
func (l *Library) createDB() error {
	temp := l.dbPath() + ".new"
	os.Remove(temp)
	db, err := openBolt(temp)
	if err != nil {
		return err
	}
	err = errors.Join(db.Update(makeBuckets), db.Close())
	if err == nil {
		err = os.Rename(temp, l.dbPath())
	}
	if err == nil {
		err = syncDir(l.dir)
	}
	if err != nil {
		os.Remove(temp)
		return err
	}
	return l.openDB()
}

func (l *Library) closeDB() error {
	l.mu.Lock()
	db := l.db
	l.db = nil
	l.mu.Unlock()
	if db == nil {
		return nil
	}
	return guard(db.Close)
}

func (l *Library) view(fn func(tx *bbolt.Tx) error) error {
	l.mu.RLock()
	db := l.db
	l.mu.RUnlock()
	if db == nil {
		return fmt.Errorf("library.db is closed: %w", fs.ErrClosed)
	}
	return guard(func() error { return db.View(fn) })
}

func (l *Library) update(fn func(tx *bbolt.Tx) error) error {
	l.mu.RLock()
	db := l.db
	l.mu.RUnlock()
	if db == nil {
		return fmt.Errorf("library.db is closed: %w", fs.ErrClosed)
	}
	return guard(func() error { return db.Update(fn) })
}

// load reads the course bucket.
func (l *Library) load() error {
	all := map[content.CourseID]*installed{}
	err := l.view(func(tx *bbolt.Tx) error {
		for _, b := range buckets {
			if tx.Bucket(b) == nil {
				return fmt.Errorf("%w: bucket %s is missing", errDamaged, b)
			}
		}
		if v := tx.Bucket(bucketMeta).Get(keyVersion); len(v) != 1 || v[0] != indexVersion {
			return fmt.Errorf("library.db is of another version: %w", errUnsupported)
		}
		return tx.Bucket(bucketCourse).ForEach(func(k, v []byte) error {
			var in installed
			if err := decoder.Unmarshal(v, &in); err != nil {
				return fmt.Errorf("%w: %w", errDamaged, err)
			}
			all[content.CourseID(hex.EncodeToString(k))] = &in
			return nil
		})
	})
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.installed = all
	l.relist()
	return nil
}

// catchUp makes library.db agree with the records: an install or removal may have been cut between the two.
func (l *Library) catchUp(records map[content.CourseID]record) error {
	for id, r := range records {
		if in := l.installed[id]; in != nil && in.Manifest == r.Manifest && sameLinks(in.Links, r.Links) && l.allThere(in, maxLooked) {
			continue
		}
		if err := l.adopt(id, r); err != nil {
			return err
		}
	}
	for id := range l.installed {
		if _, ok := records[id]; !ok {
			if err := l.unindex(id); err != nil {
				return err
			}
			l.publish(id, nil, nil)
		}
	}
	return nil
}

func sameLinks(a, b map[string]link) bool {
	return len(a) == 0 && len(b) == 0 || reflect.DeepEqual(a, b)
}

// maxLooked is about how many files of a course are looked at when the library is opened.
const maxLooked = 500

// allThere says whether the manifest and the blobs of a course have the right size on disk. Of more than most it looks at
// some, spread evenly.
func (l *Library) allThere(in *installed, most int) bool {
	if !l.blobs.Has(in.Manifest) {
		return false
	}
	step := max(1, len(in.Files)/most)
	for i := 0; i < len(in.Files); i += step {
		f := in.Files[i]
		if _, linked := in.Links[f.Name]; linked {
			continue
		}
		if size, err := l.blobs.Size(f.Hash); err != nil || size != f.Size {
			return false
		}
	}
	return true
}

// rebuild makes library.db from the records alone. The old file is kept beside it as library.db.damaged.
func (l *Library) rebuild(records map[content.CourseID]record) error {
	if err := os.Rename(l.dbPath(), l.dbPath()+".damaged"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	l.mu.Lock()
	l.installed = map[content.CourseID]*installed{}
	l.relist()
	l.mu.Unlock()
	if err := l.createDB(); err != nil {
		return err
	}
	for id, r := range records {
		if err := l.adopt(id, r); err != nil {
			return err
		}
	}
	return nil
}

// adopt indexes the course of a record. What is wrong with the course is a problem to report; the error is library.db's.
func (l *Library) adopt(id content.CourseID, r record) error {
	in, m, err := l.inspect(r)
	if err == nil && in.Course.ID != id {
		err = fmt.Errorf("its manifest is of course %s: %w", in.Course.ID, fs.ErrInvalid)
	}
	var found *listing
	if err == nil {
		err = survive(func() (err error) { found, err = l.listingOf(in, m); return err })
	}
	if err != nil {
		l.problem(id, "", err)
		l.mu.Lock()
		l.lost[id] = r.Manifest
		l.mu.Unlock()
		if l.installed[id] != nil {
			l.publish(id, nil, nil)
			return l.unindex(id)
		}
		return nil
	}
	if err := l.index(in, found); err != nil {
		return err
	}
	l.publish(id, in, nil)
	return nil
}

// inUse says that another process has library.db open: no damage, and nothing to rebuild.
func inUse(err error) bool { return errors.Is(err, bolterrors.ErrTimeout) }
