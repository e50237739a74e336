package bundle

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"syscall"
)

const (
	parcelMagic  = "LPARCEL\x01"
	entryHead    = 2 + 8 + 4
	maxEntryName = 128
	maxEntries   = 1 << 16
)

// A parcel is a Disk in one file, to be read alone.
type parcel struct {
	f       File
	entries map[string]section // by "DEVICE/NAME"
}

type section struct{ at, size int64 }

// OpenParcel reads the list of a parcel of so many bytes; f stays the caller's. What is no parcel is fs.ErrInvalid; one of a
// newer version errors.ErrUnsupported. One that was cut ends where it was cut.
func OpenParcel(f File, size int64) (Disk, error) {
	p := &parcel{f: f, entries: map[string]section{}}
	var magic [len(parcelMagic)]byte
	if n, err := f.ReadAt(magic[:], 0); n < len(magic) && err != nil && err != io.EOF {
		return nil, err
	}
	switch {
	case string(magic[:7]) != parcelMagic[:7]:
		return nil, fmt.Errorf("bundle: this is no parcel: %w", fs.ErrInvalid)
	case magic[7] != parcelMagic[7]:
		return nil, fmt.Errorf("bundle: a parcel of version %d is from a newer Lamplight: %w", magic[7], errors.ErrUnsupported)
	}
	for at := int64(len(parcelMagic)); at < size && len(p.entries) < maxEntries; {
		name, length, next, err := readEntry(f, at)
		if err != nil {
			return nil, err
		}
		if name == "" {
			break
		}
		p.entries[name] = section{next, min(length, size-next)}
		at = next + length
	}
	return p, nil
}

// readEntry reads an entry's head; "" for one that was torn.
func readEntry(f io.ReaderAt, at int64) (name string, size, next int64, err error) {
	var h [entryHead]byte
	if n, err := f.ReadAt(h[:], at); n < len(h) {
		return "", 0, 0, cut(err)
	}
	n := int(binary.BigEndian.Uint16(h[:]))
	length := binary.BigEndian.Uint64(h[2:])
	if n == 0 || n > maxEntryName || length > 1<<46 {
		return "", 0, 0, nil
	}
	b := make([]byte, n)
	if got, err := f.ReadAt(b, at+entryHead); got < n {
		return "", 0, 0, cut(err)
	}
	if frameCRC(h[:10], b) != binary.BigEndian.Uint32(h[10:]) {
		return "", 0, 0, nil
	}
	dir, file, ok := strings.Cut(string(b), "/")
	if !ok || !hexName.MatchString(dir) || file == "" || strings.ContainsAny(file, "/\\\x00") {
		return "", 0, 0, nil
	}
	return string(b), int64(length), at + entryHead + int64(n), nil
}

func appendEntry(out []byte, name string, size int64) []byte {
	from := len(out)
	out = binary.BigEndian.AppendUint16(out, uint16(len(name)))
	out = binary.BigEndian.AppendUint64(out, uint64(size))
	sum := frameCRC(out[from:], []byte(name))
	return append(binary.BigEndian.AppendUint32(out, sum), name...)
}

// List implements Disk.
func (p *parcel) List(dir string) (out []Entry, err error) {
	seen := map[string]bool{}
	for name, s := range p.entries {
		of, file := path.Split(name)
		of = strings.TrimSuffix(of, "/")
		switch {
		case dir == of:
			out = append(out, Entry{file, s.size, false})
		case dir == "." && !seen[of]:
			seen[of] = true
			out = append(out, Entry{of, 0, true})
		}
	}
	return out, nil
}

// Open implements Disk.
func (p *parcel) Open(name string) (File, error) {
	s, ok := p.entries[name]
	if !ok {
		return nil, fmt.Errorf("bundle: %s: %w", name, fs.ErrNotExist)
	}
	return sectionFile{io.NewSectionReader(p.f, s.at, s.size)}, nil
}

type sectionFile struct{ *io.SectionReader }

func (sectionFile) Close() error { return nil }

func (p *parcel) Create(string) (Writer, error) { return nil, syscall.EROFS }
func (p *parcel) Rename(string, string) error   { return syscall.EROFS }
func (p *parcel) Remove(string) error           { return syscall.EROFS }
func (p *parcel) Mkdir(string) error            { return syscall.EROFS }
func (p *parcel) Sync(string) error             { return syscall.EROFS }
func (p *parcel) Free() int64                   { return 0 }

// WriteParcel writes the folder LAMPLIGHT in dir as one file: each box's small files first, so that of one that is cut the
// segments can be made use of.
func WriteParcel(w io.Writer, dir string) error {
	f, err := OpenFolder(dir, false)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := io.WriteString(w, parcelMagic); err != nil {
		return err
	}
	authors, err := f.List(".")
	if err != nil {
		return err
	}
	for _, a := range authors {
		all, err := f.List(a.Name)
		if err != nil {
			return err
		}
		for rank := range 3 {
			for _, e := range all {
				if !e.Dir && entryRank(e.Name) == rank {
					if err := writeEntry(w, f, a.Name+"/"+e.Name, e.Size); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

func entryRank(name string) int {
	switch {
	case strings.HasSuffix(name, ".cbor"):
		return 0
	case strings.HasSuffix(name, ".lseg"):
		return 1
	case strings.HasSuffix(name, ".lpack"):
		return 2
	}
	return 3
}

func writeEntry(w io.Writer, d Disk, name string, size int64) error {
	f, err := d.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := w.Write(appendEntry(nil, name, size)); err != nil {
		return err
	}
	_, err = io.CopyN(w, io.NewSectionReader(f, 0, size), size)
	return err
}

// Pack makes a parcel in a folder of its own within scratch, has use make of it what it likes (WriteParcel), and takes the
// folder away again.
func (p *Porter) Pack(ctx context.Context, t Trip, scratch string, use func(dir string, r Result) error) error {
	if err := os.MkdirAll(scratch, 0o700); err != nil {
		return fmt.Errorf("bundle: %w", err)
	}
	dir, err := os.MkdirTemp(scratch, "parcel-")
	if err != nil {
		return fmt.Errorf("bundle: %w", err)
	}
	defer os.RemoveAll(dir)
	d, err := OpenFolder(dir, true)
	if err != nil {
		return err
	}
	defer d.Close()
	r, err := p.Leave(ctx, d, t)
	if err != nil {
		return err
	}
	return use(dir, r)
}

// Save makes a parcel as one file, whole or not at all.
func (p *Porter) Save(ctx context.Context, t Trip, scratch, path string) (out Result, err error) {
	err = p.Pack(ctx, t, scratch, func(dir string, r Result) error {
		out = r
		f, err := os.OpenFile(path+".tmp", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o644)
		if err != nil {
			return fmt.Errorf("bundle: %w", err)
		}
		if err = WriteParcel(f, dir); err == nil {
			err = f.Sync()
		}
		if err = errors.Join(err, f.Close()); err == nil {
			err = os.Rename(path+".tmp", path)
		}
		if err != nil {
			_ = os.Remove(path + ".tmp")
		}
		return err
	})
	if err != nil {
		out.Trouble = Trouble(err)
		return out, fmt.Errorf("bundle: %s: %w", path, err)
	}
	return out, nil
}

// TakeFile takes what a parcel of one file brings.
func (p *Porter) TakeFile(ctx context.Context, path string) (Result, error) {
	f, err := os.Open(path)
	if err != nil {
		return Result{}, fmt.Errorf("bundle: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return Result{}, fmt.Errorf("bundle: %w", err)
	}
	d, err := OpenParcel(f, info.Size())
	if err != nil {
		return Result{Trouble: Trouble(err)}, err
	}
	return p.Take(ctx, d)
}
