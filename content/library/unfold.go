package library

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"

	"github.com/klauspost/compress/zstd"

	"lamplight/content"
	"lamplight/content/delta"
)

// Unfold makes the manifest of an edition, and such of its files as the update has, of the edition that it is made on, which
// goes on being served. All that is made is checked against its name, and what was made before it was cut short stays and is
// not made again. One that is of no use is deleted and not taken again while this process runs.
func (l *Library) Unfold(ctx context.Context, u content.Update) error {
	l.installing.Lock()
	defer l.unlock()
	err := survive(func() error { return l.unfold(ctx, u) })
	if err == nil {
		return nil
	}
	if ctx.Err() == nil && !errors.Is(err, syscall.ENOSPC) {
		l.mu.Lock()
		l.vain[u.Hash] = true
		l.mu.Unlock()
		l.sweep([]string{u.Hash})
	}
	return fmt.Errorf("library: unfolding an update: %w", err)
}

func (l *Library) unfold(ctx context.Context, u content.Update) error {
	blob, size, err := l.blobs.Open(u.Hash)
	if err != nil {
		return err
	}
	defer blob.Close()
	plan, at, err := readPlan(io.NewSectionReader(blob, 0, size), u)
	if err != nil {
		return err
	}
	old, err := readManifest(l.blobs, u.From)
	if err != nil {
		return err
	}
	raw, rest, err := planned(plan, viewOf(old, old.raw))
	if err != nil {
		return err
	}
	if hashBytes(raw) != u.To {
		return fmt.Errorf("it makes another manifest than it says: %w", fs.ErrInvalid)
	}
	m, err := decodeManifest(raw)
	if err != nil {
		return err
	}
	literals, err := zstd.NewReader(io.NewSectionReader(blob, at, size-at), zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(updateWindow))
	if err != nil {
		return err
	}
	defer literals.Close()
	x := &unfolding{l: l, ctx: ctx, old: old, new: m, literals: literals}
	if err := x.files(rest); err != nil {
		return err
	}
	_, _, err = l.blobs.Put(ctx, bytes.NewReader(raw)) // last: who has it goes on from it
	return err
}

// readPlan reads header and plan of an update, which must be the one it is said to be, and says where they end.
func readPlan(r *io.SectionReader, u content.Update) (plan []byte, end int64, err error) {
	head := make([]byte, updateHeader)
	if _, err := io.ReadFull(r, head); err != nil || string(head[:8]) != updateMagic {
		return nil, 0, fmt.Errorf("it does not begin with %s: %w", updateMagic, fs.ErrInvalid)
	}
	if head[8] != updateVersion {
		return nil, 0, fmt.Errorf("version %d, and this release reads %d: %w", head[8], updateVersion, errUnsupported)
	}
	length := binary.BigEndian.Uint32(head[76:])
	if hex.EncodeToString(head[12:44]) != u.From || hex.EncodeToString(head[44:76]) != u.To || int64(length) > min(maxPlan, r.Size()-updateHeader) {
		return nil, 0, fmt.Errorf("it is another update than it was said to be: %w", fs.ErrInvalid)
	}
	frame := make([]byte, length)
	if _, err := io.ReadFull(r, frame); err != nil {
		return nil, 0, err
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxMemory(updateWindow))
	if err != nil {
		return nil, 0, err
	}
	defer dec.Close()
	if plan, err = dec.DecodeAll(frame, nil); err != nil {
		return nil, 0, fmt.Errorf("its plan: %w: %w", err, fs.ErrInvalid)
	}
	if len(plan) > maxPlan {
		return nil, 0, errPlan
	}
	return plan, updateHeader + int64(length), nil
}

// planned makes the manifest that a plan begins with, and gives what follows it.
func planned(plan []byte, old view) (raw, rest []byte, err error) {
	r := numbers{b: plan}
	size, at, in := r.next(2*maxViewed), r.next(2*maxViewed), r.next(2*maxViewed)
	if r.bad || at+in > size {
		return nil, nil, errPlan
	}
	s, rest, err := delta.Parse(r.b, int64(len(old.bytes)), size)
	if err != nil {
		return nil, nil, err
	}
	var out bytes.Buffer
	n := s.Literals()
	if n > int64(len(rest)) {
		return nil, nil, errPlan
	}
	if err := s.Apply(context.Background(), bytes.NewReader(old.bytes), bytes.NewReader(rest[:n]), &out); err != nil {
		return nil, nil, err
	}
	raw, err = view{out.Bytes(), int(at), int(in)}.manifest()
	return raw, rest[n:], err
}

var errPlan = fmt.Errorf("its plan makes no sense: %w", fs.ErrInvalid)

// numbers takes varints; after one that is missing or too large all are zero.
type numbers struct {
	b   []byte
	bad bool
}

func (r *numbers) next(most int64) int64 {
	v, n := binary.Uvarint(r.b)
	if r.bad || n <= 0 || v > uint64(most) {
		r.bad = true
		return 0
	}
	r.b = r.b[n:]
	return int64(v)
}

// An unfolding makes the files of a plan.
type unfolding struct {
	l        *Library
	ctx      context.Context
	old, new *Manifest
	literals io.Reader
}

func (x *unfolding) files(plan []byte) error {
	r := numbers{b: plan}
	count := r.next(int64(len(x.new.Files)))
	for i := int64(0); count > 0; count-- {
		i += r.next(maxFiles)
		base, form := r.next(int64(len(x.old.Files))), r.next(1)
		size := r.next(1 << 42)
		if r.bad || i >= int64(len(x.new.Files)) {
			return errPlan
		}
		oldSize, path, remove, err := x.base(base, form)
		if err == nil {
			var s delta.Script
			if s, r.b, err = delta.Parse(r.b, oldSize, size); err == nil {
				err = x.file(x.new.Files[i], s, path, form)
			}
		}
		removeAll(remove)
		if err != nil {
			return fmt.Errorf("%s: %w", x.new.Files[i].Name, err)
		}
		i++
	}
	return nil
}

// base is where the old file lies that one is made on, in its form; "" for none.
func (x *unfolding) base(number, form int64) (size int64, path string, remove []string, err error) {
	if number == 0 {
		return 0, "", nil, nil
	}
	f := x.old.Files[number-1]
	if path, err = x.l.pathOf(f.Hash); err != nil {
		return 0, "", nil, err
	}
	if form == 1 {
		format, ok := x.l.plainer(x.old.Format)
		if ok {
			path, ok = x.l.plainForm(x.ctx, format, path, &remove)
		}
		if !ok {
			return 0, "", remove, fmt.Errorf("the plain form of %s cannot be made: %w", f.Name, errUnsupported)
		}
	}
	fi, err := os.Stat(path)
	if err != nil {
		return 0, "", remove, err
	}
	return fi.Size(), path, remove, nil
}

// pathOf is where a file lies, in the store or on a disk that a course was moved to.
func (l *Library) pathOf(hash string) (string, error) {
	if l.blobs.Has(hash) {
		return l.blobs.Path(hash), nil
	}
	l.mu.RLock()
	defer l.mu.RUnlock()
	for _, in := range l.installed {
		for _, f := range in.Files {
			if folder := l.places[in.Links[f.Name].Place]; f.Hash == hash && folder != "" {
				return placePath(folder, in.Links[f.Name]), nil
			}
		}
	}
	return "", fmt.Errorf("the file %s, which it is made on, is not here: %w", hash, fs.ErrNotExist)
}

// file makes one file and puts it into the store. One that is here already only takes its literals.
func (x *unfolding) file(f ManifestFile, s delta.Script, base string, form int64) error {
	if x.l.blobs.Has(f.Hash) {
		_, err := io.CopyN(io.Discard, content.Stoppable(x.ctx, x.literals), s.Literals())
		return err
	}
	if form == 0 && s.Size() != f.Size {
		return errPlan
	}
	if err := x.l.blobs.Room(f.Size + s.Size()*form); err != nil {
		return err
	}
	old := io.ReaderAt(bytes.NewReader(nil))
	if base != "" {
		r, err := os.Open(base)
		if err != nil {
			return err
		}
		defer r.Close()
		old = r
	}
	temp, err := x.l.blobs.Temp()
	if err != nil {
		return err
	}
	defer os.Remove(temp)
	w, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	if err := errors.Join(s.Apply(x.ctx, old, x.literals, w), w.Close()); err != nil {
		return err
	}
	if form == 1 {
		if temp, err = x.fromPlain(temp, f.Size); err != nil {
			return err
		}
		defer os.Remove(temp)
	}
	return x.l.adoptAs(x.ctx, temp, f.Hash)
}

func (x *unfolding) fromPlain(plain string, size int64) (path string, err error) {
	format, ok := x.l.plainer(x.new.Format)
	if !ok {
		return "", errUnsupported
	}
	r, err := os.Open(plain)
	if err != nil {
		return "", err
	}
	defer r.Close()
	if path, err = x.l.blobs.Temp(); err != nil {
		return "", err
	}
	return path, format.FromPlain(x.ctx, r, path, size)
}
