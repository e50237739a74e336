package eventlog

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"math/bits"
	"os"
	"path/filepath"
	"time"

	"github.com/zeebo/blake3"
	"go.etcd.io/bbolt"
	"golang.org/x/sys/unix"

	"lamplight/sync/internal/atomicfile"
)

// errDamaged is a records.db that is to be rebuilt; never seen outside.
var errDamaged = errors.New("records.db is damaged")

// A sum is an order-free checksum of all entries: the sum of their hashes, and their number. bbolt's pages have no
// checksum, and a card that lies gives back whole pages of an older or another life.
type sum struct{ hashes, entries uint64 }

func (s *sum) add(bucket string, k, v []byte) { s.hashes += entryHash(bucket, k, v); s.entries++ }

func (s *sum) remove(bucket string, k, v []byte) { s.hashes -= entryHash(bucket, k, v); s.entries-- }

func entryHash(bucket string, k, v []byte) uint64 {
	b := make([]byte, 0, 256)
	b = append(append(b, bucket...), 0)
	b = binary.BigEndian.AppendUint32(b, uint32(len(k)))
	h := blake3.Sum256(append(append(b, k...), v...))
	return binary.BigEndian.Uint64(h[:])
}

func (s sum) value() []byte { return append(number8(s.hashes), number8(s.entries)...) }

var sumKey = []byte("sum")

// boltDB gives a file that was proved to bbolt, which looks at every page of it for those that are free.
func boltDB(path string) (*bbolt.DB, error) {
	db, err := openBolt(path, &bbolt.Options{
		Timeout: time.Second, NoFreelistSync: true,
		FreelistType: bbolt.FreelistMapType, InitialMmapSize: mapped, NoStatistics: true,
	})
	if err != nil {
		return nil, err
	}
	if st, err := os.Stat(path); err == nil {
		unmap(db, st.Size())
	}
	return db, nil
}

// mapped is the address space taken at once, so that a growing file never has to wait for readers to be mapped anew.
const mapped = 1 << (23 + 7*(bits.UintSize/64)) // 8 MiB where addresses are short, 1 GiB where they are long

func openBolt(path string, o *bbolt.Options) (db *bbolt.DB, err error) {
	defer func() {
		if r := recover(); r != nil {
			db, err = nil, fmt.Errorf("%w: %v", errDamaged, r)
		}
	}()
	db, err = bbolt.Open(path, 0o600, o)
	if err != nil && !errors.Is(err, fs.ErrPermission) && err.Error() != "timeout" {
		err = fmt.Errorf("%w: %w", errDamaged, err)
	}
	return db, err
}

// createDB makes a file under another name first: the only moment when a power cut leaves bbolt unreadable is while it
// makes one.
func createDB(path string) error {
	tmp := path + ".tmp"
	os.Remove(tmp)
	db, err := openBolt(tmp, &bbolt.Options{NoFreelistSync: true, FreelistType: bbolt.FreelistMapType, InitialMmapSize: 0})
	if err == nil {
		err = db.Close()
	}
	if err == nil {
		err = os.Rename(tmp, path)
	}
	if err == nil {
		err = atomicfile.SyncDir(filepath.Dir(path))
	}
	if err != nil {
		return fmt.Errorf("eventlog: make %s: %w", path, err)
	}
	return nil
}

// commitLayer writes a layer and the sum in one transaction. It may be tried again after an error.
func commitLayer(db *bbolt.DB, l *layer, s sum) (sum, error) {
	var size int64
	err := db.Update(func(tx *bbolt.Tx) error {
		size = tx.Size()
		var b *bbolt.Bucket
		open := ""
		var err error
		n := 0
		l.Ascend(func(it item) bool {
			if n++; n%tidyEvery == 0 {
				unmap(db, size)
			}
			bucket, key := cutItemKey(it.key)
			if b == nil || open != bucket {
				open = bucket
				if b, err = tx.CreateBucketIfNotExists([]byte(bucket)); err != nil {
					return false
				}
			}
			err = s.change(b, bucket, []byte(key), it)
			return err == nil
		})
		if err != nil {
			return err
		}
		meta, err := tx.CreateBucketIfNotExists([]byte(bucketMeta))
		if err != nil {
			return err
		}
		return meta.Put(sumKey, s.value())
	})
	if err == nil {
		unmap(db, size)
	}
	return s, err
}

// unmap takes the file's pages out of this process's memory, not out of the kernel's cache: what is read again is there
// at once. Else every page that was ever read or written stays counted, those that were freed since too: 9 MB after 200
// learners answered for 20 s. The caller is the only one that writes, or holds a transaction, so nothing is mapped anew
// meanwhile.
func unmap(db *bbolt.DB, size int64) {
	_, _, _ = unix.Syscall(unix.SYS_MADVISE, db.Info().Data, uintptr(size), unix.MADV_DONTNEED) // a kernel without it only holds more
}

func (s *sum) change(b *bbolt.Bucket, bucket string, key []byte, it item) error {
	if old := b.Get(key); old != nil {
		s.remove(bucket, key, old)
	}
	if it.gone {
		return b.Delete(key)
	}
	s.add(bucket, key, it.value)
	return b.Put(key, it.value)
}

// dropBuckets empties buckets, in one transaction with the sum.
func dropBuckets(db *bbolt.DB, s sum, names ...string) (sum, error) {
	err := db.Update(func(tx *bbolt.Tx) error {
		for _, name := range names {
			b := tx.Bucket([]byte(name))
			if b == nil {
				continue
			}
			c := b.Cursor()
			for k, v := c.First(); k != nil; k, v = c.Next() {
				s.remove(name, k, v)
			}
			if err := tx.DeleteBucket([]byte(name)); err != nil {
				return err
			}
		}
		meta, err := tx.CreateBucketIfNotExists([]byte(bucketMeta))
		if err != nil {
			return err
		}
		return meta.Put(sumKey, s.value())
	})
	return s, err
}
