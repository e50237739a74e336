package library

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"syscall"

	"github.com/zeebo/blake3"
	"golang.org/x/sys/unix"

	"lamplight/content"
)

// Courses may lie on other disks than the library's own. A place is a folder that this library made there; its name is its
// identity, so that it is found again wherever the disk is mounted:
//
//	FOLDER/lamplight-courses/ID/xx/HASH      a file, named by its BLAKE3; xx is the first two digits
//	FOLDER/lamplight-courses/ID/xx/HASH.tmp  one being copied
//
// The record of a course that lies there has a link for each file, with the place's ID and the path within it. The record is
// the switch: before it is written the course lies where it lay, whole, and after it there, whole; what the other side still
// has then is nobody's, and swept.

// ErrAway says that a disk on which files of a course lie is not there.
var ErrAway = fmt.Errorf("its disk is not there: %w", fs.ErrNotExist)

// placesFolder is what a chosen folder holds of us.
const placesFolder = "lamplight-courses"

// MakePlace makes a place in a folder and answers its id.
func MakePlace(folder string) (id string, err error) {
	b := make([]byte, 8)
	rand.Read(b) // never fails
	id = hex.EncodeToString(b)
	dir := filepath.Join(folder, placesFolder, id)
	if err = os.MkdirAll(dir, 0o755); err == nil {
		err = errors.Join(syncDir(filepath.Dir(dir)), syncDir(folder))
	}
	if err != nil {
		return "", fmt.Errorf("library: a place in %s: %w", folder, err)
	}
	return id, nil
}

// HasPlace says whether a folder holds the place.
func HasPlace(folder, id string) bool {
	fi, err := os.Stat(filepath.Join(folder, placesFolder, id))
	return err == nil && fi.IsDir()
}

// SetPlaces says which places are there now: folders by id. A course whose disk came or went is opened anew.
func (l *Library) SetPlaces(now map[string]string) {
	l.mu.Lock()
	before := l.places
	l.places = maps.Clone(now)
	var changed []content.CourseID
	for id, in := range l.installed {
		for _, k := range in.Links {
			if k.Place != "" && before[k.Place] != now[k.Place] {
				changed = append(changed, id)
			}
			break // all files of a course lie in one place
		}
	}
	l.mu.Unlock()
	for _, id := range changed {
		l.readers.forget(id, func() {})
	}
	if len(now) == 0 || !l.installing.TryLock() {
		return
	}
	defer l.unlock()
	for id, folder := range now {
		if before[id] != folder {
			l.sweepPlace(id)
		}
	}
}

// PlaceOf is the place a course lies in, "" the library's own.
func (l *Library) PlaceOf(id content.CourseID) string {
	in, err := l.find(id)
	if err != nil {
		return ""
	}
	for _, k := range in.Links {
		return k.Place
	}
	return ""
}

// InPlace counts the courses that lie in a place, those of the trash too.
func (l *Library) InPlace(id string) (n int) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	for _, in := range l.installed {
		n += lies(in, id)
	}
	for _, t := range l.trash {
		n += lies(t.in, id)
	}
	return n
}

func lies(in *installed, place string) int {
	for _, k := range in.Links {
		if k.Place == place {
			return 1
		}
	}
	return 0
}

// here is a link with the path at which it is found now; ErrAway when its place is not there.
func (l *Library) here(k link) (link, error) {
	if k.Place == "" {
		return k, nil
	}
	l.mu.RLock()
	folder := l.places[k.Place]
	l.mu.RUnlock()
	if folder == "" || !filepath.IsLocal(k.Path) {
		return k, fmt.Errorf("library: %w", ErrAway)
	}
	k.Path = placePath(folder, k)
	return k, nil
}

func placePath(folder string, k link) string {
	return filepath.Join(folder, placesFolder, k.Place, k.Path)
}

// MoveTo takes the files of a course to a place, or with "" into the library's own folder: copied, read again and compared,
// then switched over, then deleted where they were. Whatever moment it ends at, one whole copy is left. ErrAway when either
// disk is not there; syscall.ENOSPC; errors.ErrUnsupported for a course that is read from a stick it was linked on.
func (l *Library) MoveTo(ctx context.Context, id content.CourseID, place string, progress func(done, total int64, what string)) error {
	l.installing.Lock()
	defer l.unlock()
	in, err := l.find(id)
	if err == nil {
		err = l.move(ctx, in, place, progress)
	}
	if err != nil {
		return fmt.Errorf("library: moving %s: %w", id, err)
	}
	return nil
}

func (l *Library) move(ctx context.Context, in *installed, to string, progress func(done, total int64, what string)) error {
	from := ""
	for _, k := range in.Links {
		if from = k.Place; from == "" {
			return fmt.Errorf("it is read from a stick: import it instead: %w", errUnsupported)
		}
	}
	if from == to {
		return nil
	}
	m, err := readManifest(l.blobs, in.Manifest)
	if err != nil {
		return err
	}
	if err := l.roomIn(to, in); err != nil {
		return err
	}
	rec, err := l.readRecord(in.Course.ID)
	if err != nil {
		return err
	}
	rec = record{Sources: rec.Sources, Updates: rec.Updates, Links: map[string]link{}}
	var done int64
	for _, f := range in.Files {
		k, err := l.take(ctx, in, f, to)
		if err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
		if to != "" {
			rec.Links[f.Name] = k
		}
		if done += f.Size; progress != nil {
			progress(done, in.Course.Bytes, in.Course.Title)
		}
	}
	if err := l.lieThere(rec); err != nil {
		return err
	}
	_, err = l.commit(m, rec)
	return err
}

// lieThere looks once more at what was copied: the disk may have been pulled meanwhile.
func (l *Library) lieThere(rec record) error {
	for name, k := range rec.Links {
		k, err := l.here(k)
		if err != nil {
			return err
		}
		if fi, err := os.Stat(k.Path); err != nil || fi.Size() != k.Size {
			return fmt.Errorf("%s: %w: %w", name, ErrAway, err)
		}
	}
	return nil
}

// roomIn says whether a course fits; syscall.ENOSPC.
func (l *Library) roomIn(place string, in *installed) error {
	if place == "" {
		return l.makeRoom(in.Course.Bytes, in.Course.ID)
	}
	k, err := l.here(link{Place: place, Path: "."})
	if err != nil {
		return err
	}
	var s unix.Statfs_t
	if err := unix.Statfs(k.Path, &s); err != nil {
		return err
	}
	if free := int64(s.Bavail) * int64(s.Bsize); free < in.Course.Bytes+placeFloor {
		return fmt.Errorf("%d bytes wanted, %d free: %w", in.Course.Bytes, free, syscall.ENOSPC)
	}
	return nil
}

// placeFloor is how many bytes of a place are left alone.
const placeFloor = 16 << 20

// take copies one file to where it is to lie, and reads it there again.
func (l *Library) take(ctx context.Context, in *installed, f ManifestFile, to string) (link, error) {
	if f.Hash == "" {
		return link{}, fmt.Errorf("it has not been read yet: %w", errUnsupported)
	}
	path, _, err := l.files(in).Path(f.Name)
	if err != nil {
		return link{}, err
	}
	r, err := os.Open(path)
	if err != nil {
		return link{}, err
	}
	defer r.Close()
	if to == "" {
		hash, _, err := l.blobs.PutNoted(ctx, r, l.note)
		if err == nil && hash != f.Hash {
			l.sweep([]string{hash})
			err = fmt.Errorf("it is damaged where it lies: %w", fs.ErrInvalid)
		}
		return link{}, err
	}
	k := link{Place: to, Path: filepath.Join(f.Hash[:2], f.Hash), Size: f.Size}
	at, err := l.here(k)
	if err != nil {
		return link{}, err
	}
	if sum, err := sumOf(ctx, at.Path); err == nil && sum == f.Hash {
		return k, nil // from a time before, or of another course
	}
	return k, copyVerified(ctx, r, at.Path, f)
}

// copyVerified writes a file under a temporary name, reads it again, and gives it its name.
func copyVerified(ctx context.Context, r io.Reader, to string, f ManifestFile) (err error) {
	if err = os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	temp := to + ".tmp"
	w, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	defer os.Remove(temp) // gone already when the rename happened
	_, err = io.Copy(w, content.Stoppable(ctx, r))
	if err == nil {
		err = w.Sync()
	}
	if err == nil { // what is read again is to come from the disk
		_ = unix.Fadvise(int(w.Fd()), 0, 0, unix.FADV_DONTNEED)
	}
	if err = errors.Join(err, w.Close()); err != nil {
		return err
	}
	sum, err := sumOf(ctx, temp)
	if err == nil && sum != f.Hash {
		err = fmt.Errorf("what was written is not what is read: the disk or the card is damaged: %w", syscall.EIO)
	}
	if err == nil {
		err = os.Rename(temp, to)
	}
	if err != nil {
		return err
	}
	return errors.Join(syncDir(filepath.Dir(to)), syncDir(filepath.Dir(filepath.Dir(to))))
}

// sumOf is a file's BLAKE3-256 in hex.
func sumOf(ctx context.Context, path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := blake3.New()
	if _, err := io.Copy(h, content.Stoppable(ctx, f)); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// sweepPlace deletes what of a place no course has. While a course that is installed cannot be read, nothing is deleted.
func (l *Library) sweepPlace(id string) {
	k, err := l.here(link{Place: id, Path: "."})
	if id == "" || err != nil || len(l.Problems()) > 0 {
		return
	}
	used := map[string]bool{}
	l.mu.RLock()
	all := slices.Collect(maps.Values(l.installed))
	for _, t := range l.trash {
		all = append(all, t.in)
	}
	l.mu.RUnlock()
	for _, in := range all {
		for _, k := range in.Links {
			used[k.Path] = used[k.Path] || k.Place == id
		}
	}
	dirs, _ := os.ReadDir(k.Path) // none: nothing is to be deleted
	for _, d := range dirs {
		files, _ := os.ReadDir(filepath.Join(k.Path, d.Name()))
		for _, f := range files {
			if at := filepath.Join(d.Name(), f.Name()); !used[at] {
				_ = os.Remove(filepath.Join(k.Path, at)) // what stays is only in the way
			}
		}
	}
}
