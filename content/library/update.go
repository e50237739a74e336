package library

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"runtime/debug"
	"slices"

	"github.com/klauspost/compress/zstd"

	"lamplight/content"
	"lamplight/content/delta"
)

// An update is a blob; numbers are big-endian, varints LEB128:
//
//	"LAMPEDIT" ‖ version 1 ‖ 000 ‖ manifest it is unfolded on (32) ‖ manifest it makes (32) ‖ length of the plan's frame (4)
//	‖ the plan, a zstd frame ‖ the literals of all files, end to end, a zstd frame with a window of at most 8 MiB
//
// The plan: the new manifest as view gives it, as {length, where its index begins, length of the index, script on the old
// manifest's view, literals}; number of files; and for each file that it makes {how many files of the new manifest are passed
// over before it, 1 + its base's number in the old manifest or 0 for none, form, length in that form, script}. Form 0 is the
// file, 1 what the format's plainer makes of it. Files that are in neither the old edition nor the plan travel by themselves.
const (
	updateMagic   = "LAMPEDIT"
	updateVersion = 1
	updateHeader  = 8 + 4 + 32 + 32 + 4
	maxPlan       = 3 << 20 // bytes of a plan, in full: read, it may take eight times as many
	maxViewed     = 8 << 20 // bytes of a manifest of which an update is made
	updateWindow  = 8 << 20
	// lone is the size from which a file that has little in common with an old one travels by itself: resumed by the
	// chunk, given by several boxes.
	lone = 1 << 20
	// most is the size up to which files are compared: what a small board does in some minutes.
	most = 1 << 30
	// unlike is the size from which ZIM files as they were published are not: they share one byte in a hundred.
	unlike = 64 << 20
	// leastSaved is how many bytes make up for a blob more.
	leastSaved = 4 << 10
	// maxUpdates is how many editions back an update leads.
	maxUpdates = 4
)

// A view is a manifest with its index in full where that can be undone: a change within does not change all of it.
type view struct {
	bytes  []byte
	at, in int // where the index is, and how long; 0, 0: as it is in the manifest
}

func viewOf(m *Manifest, raw []byte) view {
	if at := bytes.Index(raw, m.Index); len(m.Index) > 0 && at >= 0 {
		if plain, ok := content.UnfoldIndex(m.Index); ok {
			return view{slices.Concat(raw[:at], plain, raw[at+len(m.Index):]), at, len(plain)}
		}
	}
	return view{bytes: raw}
}

// manifest undoes viewOf.
func (v view) manifest() ([]byte, error) {
	if v.in == 0 {
		return v.bytes, nil
	}
	index, err := content.FoldIndex(v.bytes[v.at : v.at+v.in])
	return slices.Concat(v.bytes[:v.at], index, v.bytes[v.at+v.in:]), err
}

// An updater makes the update from an edition that is installed to one whose files are in the store.
type updater struct {
	l        *Library
	ctx      context.Context
	old      *Manifest
	oldPath  func(i int) (string, error) // where a file of the old edition lies
	new      *Manifest
	temp     []string
	literals *os.File
	out      *zstd.Encoder
	plan     []byte
	saved    int64  // bytes that need not travel
	newPlain string // where the plain form of a file that was packed anew lies, "" for none
}

// updateTo makes and keeps the update between two editions; plain is where the plain form of the new one's file lies, if it was
// packed anew. nil and no error: it would save nothing. The caller holds installing.
func (l *Library) updateTo(ctx context.Context, in *installed, m *Manifest, plain string, note func(string) error) (*content.Update, error) {
	old, err := readManifest(l.blobs, in.Manifest)
	if err != nil {
		return nil, err
	}
	files := l.files(in)
	u := &updater{l: l, ctx: ctx, old: old, new: m, newPlain: plain, oldPath: func(i int) (string, error) {
		path, _, err := files.Path(old.Files[i].Name)
		return path, err
	}}
	defer func() {
		u.out = nil
		debug.FreeOSMemory() // the encoder's 34 MB, before the next course wants as much
		removeAll(u.temp)
	}()
	raw, err := m.encode()
	if len(raw) > maxViewed || len(old.raw) > maxViewed {
		return nil, err
	}
	if err == nil {
		err = u.make(old.raw, raw)
	}
	if err != nil || u.saved <= 0 {
		return nil, err
	}
	path, err := u.write(in.Manifest, hashBytes(raw))
	if err != nil {
		return nil, err
	}
	if fi, err := os.Stat(path); err != nil || fi.Size() >= min(worth(u.saved), u.saved-leastSaved) {
		return nil, err
	}
	hash, size, err := l.blobs.Adopt(ctx, path, note)
	if err != nil {
		return nil, err
	}
	return &content.Update{From: in.Manifest, To: hashBytes(raw), Hash: hash, Size: size}, nil
}

func (u *updater) tempPath() (string, error) {
	path, err := u.l.blobs.Temp()
	u.temp = append(u.temp, path)
	return path, err
}

// make fills plan and literals.
func (u *updater) make(oldRaw, newRaw []byte) (err error) {
	temp, err := u.tempPath()
	if err != nil {
		return err
	}
	if u.literals, err = os.OpenFile(temp, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, u.literals.Close()) }()
	u.out, err = zstd.NewWriter(u.literals, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderConcurrency(1),
		zstd.WithWindowSize(u.window()), zstd.WithEncoderCRC(false))
	if err != nil {
		return err
	}
	err = u.manifest(oldRaw, newRaw)
	if err == nil {
		err = u.files()
	}
	return errors.Join(err, u.out.Close())
}

// window is how far the literals' frame looks back: the encoder holds twice that, so no further than there is to look.
func (u *updater) window() int {
	total := int64(0)
	for _, f := range u.new.Files {
		total += f.Size
	}
	w := zstd.MinWindowSize
	for w < updateWindow && int64(w) < total {
		w *= 2
	}
	return w
}

func (u *updater) manifest(oldRaw, newRaw []byte) error {
	before, after := viewOf(u.old, oldRaw), viewOf(u.new, newRaw)
	var literals []byte
	s, err := delta.Diff(u.ctx, bytes.NewReader(before.bytes), int64(len(before.bytes)), bytes.NewReader(after.bytes), int64(len(after.bytes)),
		func(b []byte) error { literals = append(literals, b...); return nil })
	for _, n := range []int{len(after.bytes), after.at, after.in} {
		u.plan = binary.AppendUvarint(u.plan, uint64(n))
	}
	u.plan = append(s.Append(u.plan), literals...)
	u.saved = int64(len(newRaw))
	return err
}

// files plans those that the old edition has not.
func (u *updater) files() error {
	had, bases := map[string]bool{}, map[string]int{}
	for i, f := range u.old.Files {
		had[f.Hash], bases[f.Name] = true, i+1
	}
	var plan []byte
	count, passed := 0, 0
	for _, f := range u.new.Files {
		passed++
		if f.Hash == "" || had[f.Hash] {
			continue
		}
		had[f.Hash] = true
		one, err := u.file(f, u.base(bases, f))
		if err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
		if one == nil {
			continue
		}
		plan = append(binary.AppendUvarint(plan, uint64(passed-1)), one...)
		count, passed = count+1, 0
		if len(u.plan)+len(plan) > maxPlan {
			return fmt.Errorf("the plan of an update is more than %d bytes: %w", maxPlan, errUnsupported)
		}
		u.saved += f.Size
	}
	u.plan = append(binary.AppendUvarint(u.plan, uint64(count)), plan...)
	return nil
}

// base is 1 + the number of the old file that f is most like: the one of its name; the only one, if each edition has one.
func (u *updater) base(bases map[string]int, f ManifestFile) int {
	if i := bases[f.Name]; i > 0 {
		return i
	}
	if len(u.old.Files) == 1 && len(u.new.Files) == 1 && path.Ext(f.Name) == path.Ext(u.old.Files[0].Name) {
		return 1
	}
	return 0
}

// file plans one file; nil for one that travels by itself.
func (u *updater) file(f ManifestFile, base int) (plan []byte, err error) {
	if base == 0 && f.Size > lone || f.Size > most || u.new.Format == "zim" && f.Size > unlike && u.newPlain == "" {
		return nil, nil
	}
	old, err := u.open(base, f)
	if err != nil {
		return nil, err
	}
	defer old.close()
	if f.Size > lone {
		literals := int64(0)
		_, err := old.diff(u.ctx, func(b []byte) error { literals += int64(len(b)); return nil })
		if err != nil || literals > worth(f.Size) {
			return nil, err
		}
	}
	s, err := old.diff(u.ctx, func(b []byte) error { _, err := u.out.Write(b); return err })
	for _, n := range []int64{int64(base), old.form, old.newSize} {
		plan = binary.AppendUvarint(plan, uint64(n))
	}
	return s.Append(plan), err
}

// write joins header, plan and literals to one file.
func (u *updater) write(from, to string) (path string, err error) {
	if path, err = u.tempPath(); err != nil {
		return "", err
	}
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return "", err
	}
	literals, err := os.Open(u.literals.Name())
	if err != nil {
		return "", errors.Join(err, out.Close())
	}
	var plan bytes.Buffer
	u.out.Reset(&plan) // it has the tables, 34 MB of them
	_, err = u.out.Write(u.plan)
	if err = errors.Join(err, u.out.Close()); err == nil {
		frame := plan.Bytes()
		a, _ := hex.DecodeString(from) // a manifest's name
		b, _ := hex.DecodeString(to)
		head := slices.Concat([]byte(updateMagic), []byte{updateVersion, 0, 0, 0}, a, b)
		_, err = out.Write(append(binary.BigEndian.AppendUint32(head, uint32(len(frame))), frame...))
	}
	if err == nil {
		_, err = io.Copy(out, literals)
	}
	return path, errors.Join(err, literals.Close(), out.Close())
}
