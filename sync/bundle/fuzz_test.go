package bundle

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"testing"

	"lamplight/sync/clock"
	"lamplight/sync/device"
	"lamplight/sync/segment"
)

// noLog takes nothing.
type noLog struct{}

func (noLog) Vector() clock.Vector { return clock.Vector{} }

func (noLog) Segments(clock.Vector, func(segment.Scope) bool, func([]byte) error) error { return nil }

func (noLog) Receive([]byte) (int, error) { return 0, nil }

// FuzzParcel brings whatever anybody may put onto a phone: a parcel is every other format, in entries.
func FuzzParcel(f *testing.F) {
	dir := f.TempDir()
	own, err := device.Open(filepath.Join(dir, "keys"))
	if err != nil {
		f.Fatal(err)
	}
	registry, err := device.OpenRegistry(filepath.Join(dir, "keys"), own)
	if err != nil {
		f.Fatal(err)
	}
	carry, err := OpenCarry(filepath.Join(dir, "carry"), 1<<20)
	if err != nil {
		f.Fatal(err)
	}
	p := New(Options{Device: own, Registry: registry, Log: noLog{}, Carry: carry, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
	id := own.ID()
	entry := func(name string, b []byte) []byte { return append(appendEntry(nil, id+"/"+name, int64(len(b))), b...) }
	hash := bytes.Repeat([]byte{7}, 32)
	all := []byte(parcelMagic)
	for name, b := range map[string][]byte{
		"who.cbor":                sign(own, letterWho, who{Purged: "x"}),
		"head-00000001.cbor":      sign(own, letterHead, head{Number: 1, Covers: clock.Vector{{1}: 2}, Files: []headFile{{"seg-00000001-001.lseg", 9, hash}}}),
		"want.cbor":               sign(own, letterWant, want{[]wanted{{Hash: hash, Size: 9}}}),
		"ack.cbor":                sign(own, letterAck, ack{clock.Vector{{1}: 2}}),
		"seg-00000001-001.lseg":   appendFrame([]byte(segMagic), []byte("LENV\x01")),
		"pack-00000001-001.lpack": appendPiece([]byte(packMagic), hash, 9, 0, []byte("some page")),
	} {
		one := entry(name, b)
		f.Add(append([]byte(parcelMagic), one...))
		all = append(all, one...)
	}
	f.Add(all)
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := OpenParcel(sectionFile{io.NewSectionReader(bytes.NewReader(b), 0, int64(len(b)))}, int64(len(b)))
		if err != nil {
			return
		}
		if r, _ := p.Take(context.Background(), d); r.EventsIn+r.BlobsIn > 0 {
			t.Errorf("made of nothing: %+v", r)
		}
		if carry.Bytes() > 1<<20 {
			t.Errorf("%d bytes are carried", carry.Bytes())
		}
	})
}

func FuzzSegmentFile(f *testing.F) {
	f.Add(appendFrame(appendFrame([]byte(segMagic), []byte("LSEG\x01 and so on")), nil))
	f.Add([]byte(segMagic + "\x00\x00\x00\x01\x00\x00\x00\x00x"))
	f.Fuzz(func(t *testing.T, b []byte) {
		end := int64(0)
		_, err := scanFrames(bytes.NewReader(b), func(at int64, frame []byte) error {
			if at < end || at+int64(len(frame)) > int64(len(b)) || !bytes.Equal(b[at:at+int64(len(frame))], frame) {
				t.Errorf("a frame of %d bytes at %d of %d", len(frame), at, len(b))
			}
			end = at + int64(len(frame))
			_, _ = describe(frame)
			return nil
		})
		if err != nil {
			t.Errorf("torn bytes are no error of the disk: %v", err)
		}
	})
}

func FuzzPack(f *testing.F) {
	hash := bytes.Repeat([]byte{7}, 32)
	f.Add(appendPiece(appendPiece([]byte(packMagic), hash, 12, 0, []byte("some p")), hash, 12, 6, []byte("age...")))
	f.Fuzz(func(t *testing.T, b []byte) {
		in := bytes.NewReader(b)
		_, err := scanPack(in, int64(len(b)), func(p packed) error {
			if p.Offset < 0 || p.Offset+int64(p.length) > p.Size {
				t.Errorf("a piece outside its blob: %+v", p)
			}
			_, _ = readPacked(in, p, nil)
			return nil
		})
		if err != nil {
			t.Errorf("torn bytes are no error of the disk: %v", err)
		}
	})
}
