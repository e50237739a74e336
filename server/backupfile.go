package server

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"path/filepath"
)

// What a backup holds, inside its encryption:
//
//	"Lamplight backup 1\n"
//	'H' length 4 ‖ BackupHead as JSON
//	'F' length of path 2 ‖ path ‖ length 8 ‖ bytes      a file of the data folder, '/' between folders; again and again
//	'E' files 8
//
// Numbers are big-endian. What ends without its 'E', or after it goes on, is refused whole. Every 64 KiB are authenticated
// by age, in their order and to the last.
const (
	backupMagic   = "Lamplight backup 1\n"
	maxBackupHead = 64 << 10
	maxBackupPath = 1 << 10
)

// A BackupHead says what a backup is of.
type BackupHead struct {
	Version     string `json:"version"`      // of the Lamplight that made it
	DataVersion int    `json:"data_version"` // of the data folder
	Made        int64  `json:"made"`         // Unix seconds by that box's clock
	Device      string `json:"device"`
	Name        string `json:"name"`
	School      string `json:"school"`  // id, "" without one
	Courses     bool   `json:"courses"` // their files are in it
	Bytes       int64  `json:"bytes"`   // of all files, about
}

// A backupWriter writes the inside of a backup.
type backupWriter struct {
	w     io.Writer
	files uint64
	bytes int64
	said  func(done int64) // nil: nobody looks
}

func newBackupWriter(w io.Writer, head BackupHead, said func(int64)) (*backupWriter, error) {
	b := &backupWriter{w: w, said: said}
	raw, err := json.Marshal(head)
	if err != nil {
		return nil, err
	}
	_, err = b.w.Write(append(append(append([]byte(backupMagic), 'H'), binary.BigEndian.AppendUint32(nil, uint32(len(raw)))...), raw...))
	return b, err
}

// file writes one file of exactly size bytes.
func (b *backupWriter) file(path string, size int64, r io.Reader) error {
	if len(path) > maxBackupPath {
		return fmt.Errorf("server: backup: %s: the path is too long: %w", path, fs.ErrInvalid)
	}
	head := append(binary.BigEndian.AppendUint16([]byte{'F'}, uint16(len(path))), path...)
	if _, err := b.w.Write(binary.BigEndian.AppendUint64(head, uint64(size))); err != nil {
		return err
	}
	n, err := io.CopyBuffer(b.w, &counted{io.LimitReader(r, size), b}, make([]byte, 64<<10))
	if err == nil && n < size {
		err = fmt.Errorf("server: backup: %s became shorter while it was read: %w", path, io.ErrUnexpectedEOF)
	}
	b.files++
	return err
}

// counted tells of progress as it is read.
type counted struct {
	io.Reader
	b *backupWriter
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	if c.b.bytes += int64(n); c.b.said != nil {
		c.b.said(c.b.bytes)
	}
	return n, err
}

func (b *backupWriter) end() error {
	_, err := b.w.Write(binary.BigEndian.AppendUint64([]byte{'E'}, b.files))
	return err
}

// torn says that a backup ends too early, or is not as it was written.
func torn(err error) error {
	return fmt.Errorf("server: the backup is torn or damaged, and nothing of it was taken: %w", errors.Join(err, fs.ErrInvalid))
}

// readBackup passes the head and then each file of a backup; r is read to its very end. fn reads the file or not.
func readBackup(r io.Reader, begin func(BackupHead) error, fn func(path string, size int64, r io.Reader) error) error {
	in := bufio.NewReaderSize(r, 64<<10)
	head, err := readBackupHead(in)
	if err == nil {
		err = begin(head)
	}
	if err != nil {
		return err
	}
	for files := uint64(0); ; files++ {
		kind, err := in.ReadByte()
		if err != nil {
			return torn(err)
		}
		switch kind {
		case 'F':
			if err := readBackupFile(in, fn); err != nil {
				return err
			}
		case 'E':
			return readBackupEnd(in, files)
		default:
			return torn(fmt.Errorf("part %q", kind))
		}
	}
}

func readBackupHead(r io.Reader) (head BackupHead, err error) {
	var b [len(backupMagic) + 5]byte
	if _, err := io.ReadFull(r, b[:]); err != nil {
		return head, torn(err)
	}
	if string(b[:len(backupMagic)]) != backupMagic || b[len(backupMagic)] != 'H' {
		return head, fmt.Errorf("server: the file is encrypted as a backup is, but holds something else, or was made by a newer Lamplight: %w", errors.ErrUnsupported)
	}
	n := binary.BigEndian.Uint32(b[len(backupMagic)+1:])
	if n > maxBackupHead {
		return head, torn(fmt.Errorf("a head of %d bytes", n))
	}
	raw := make([]byte, n)
	if _, err := io.ReadFull(r, raw); err != nil {
		return head, torn(err)
	}
	if err := json.Unmarshal(raw, &head); err != nil {
		return head, torn(err)
	}
	if head.DataVersion > DataVersion {
		return head, fmt.Errorf("server: the backup was made by a newer Lamplight (%s); install that one first: %w", head.Version, errors.ErrUnsupported)
	}
	return head, nil
}

func readBackupFile(r io.Reader, fn func(string, int64, io.Reader) error) error {
	var b [2]byte
	if _, err := io.ReadFull(r, b[:]); err != nil {
		return torn(err)
	}
	raw := make([]byte, int(binary.BigEndian.Uint16(b[:]))+8)
	if len(raw) > maxBackupPath+8 {
		return torn(fmt.Errorf("a path of %d bytes", len(raw)-8))
	}
	if _, err := io.ReadFull(r, raw); err != nil {
		return torn(err)
	}
	path, size := string(raw[:len(raw)-8]), binary.BigEndian.Uint64(raw[len(raw)-8:])
	if !filepath.IsLocal(path) || bytes.ContainsAny(raw[:len(raw)-8], "\x00\\") || size > math.MaxInt64 {
		return torn(fmt.Errorf("the path %q", path))
	}
	data := &io.LimitedReader{R: r, N: int64(size)}
	if err := fn(path, int64(size), data); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, data); err != nil || data.N > 0 {
		return torn(err)
	}
	return nil
}

func readBackupEnd(in *bufio.Reader, files uint64) error {
	var n [8]byte
	if _, err := io.ReadFull(in, n[:]); err != nil {
		return torn(err)
	}
	if got := binary.BigEndian.Uint64(n[:]); got != files {
		return torn(fmt.Errorf("%d files of %d", files, got))
	}
	if _, err := in.ReadByte(); !errors.Is(err, io.EOF) {
		return torn(errors.Join(err, fmt.Errorf("more follows its end")))
	}
	return nil
}
