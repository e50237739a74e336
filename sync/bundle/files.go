package bundle

import (
	"bufio"
	"fmt"
	"io/fs"

	"github.com/zeebo/blake3"
)

// files writes numbered files of one kind into our folder, one after the other, each within its bound.
type files struct {
	v      *visit
	format string // of the name: parcel, number
	magic  string
	bound  int64 // bytes of one file
	number int   // of the last file
	made   []headFile

	name string // of the open one, "" none
	w    Writer
	buf  *bufio.Writer
	hash *blake3.Hasher
	size int64
}

// add writes b, as a whole into one file, and opens the next one where needed. fits is false, and nothing is written, when the
// room on the carrier does not allow it.
func (f *files) add(b []byte) (fits bool, err error) {
	if f.name != "" && f.size+int64(len(b)) > f.bound {
		if err := f.close(); err != nil {
			return true, err
		}
	}
	if !f.v.spend(int64(len(b))) {
		return false, nil
	}
	if f.name == "" {
		if err := f.open(); err != nil {
			return true, err
		}
	}
	return true, f.write(b)
}

func (f *files) open() error {
	if f.number++; f.number > 999 {
		return fmt.Errorf("bundle: more than 999 files in one parcel: %w", fs.ErrInvalid)
	}
	name := fmt.Sprintf(f.format, f.v.parcel, f.number)
	w, err := f.v.d.Create(f.v.own + "/" + name + ".tmp")
	if err != nil {
		return err
	}
	f.name, f.w, f.buf, f.hash, f.size = name, w, bufio.NewWriterSize(w, 64<<10), blake3.New(), 0
	return f.write([]byte(f.magic))
}

func (f *files) write(b []byte) error {
	_, _ = f.hash.Write(b)
	f.size += int64(len(b))
	_, err := f.buf.Write(b)
	if err != nil {
		f.abandon()
	}
	return err
}

// close makes the open file appear; without one it does nothing.
func (f *files) close() error {
	if f.name == "" {
		return nil
	}
	name := f.name
	f.name = ""
	if err := settle(f.v.d, f.w, f.v.own+"/"+name, f.buf.Flush()); err != nil {
		return err
	}
	f.made = append(f.made, headFile{Name: name, Size: f.size, Hash: f.hash.Sum(nil)})
	f.v.res.BytesOut += f.size
	return nil
}

// abandon takes back the file that could not be written.
func (f *files) abandon() {
	if f.name != "" {
		_ = f.w.Close()
		_ = f.v.d.Remove(f.v.own + "/" + f.name + ".tmp")
		f.name = ""
	}
}

// spend takes n bytes of the room that the visit has.
func (v *visit) spend(n int64) bool {
	if v.room >= 0 && n > v.room {
		v.res.Left = true
		return false
	}
	if v.room >= 0 {
		v.room -= n
	}
	return true
}
