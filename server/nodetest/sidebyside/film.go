package main

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// writeFilm writes an mp4 (ISO/IEC 14496-12) of one H.264 track whose head says all that a reader asks and whose
// pictures are random bytes: no server looks at them, and nothing can compress them.
func writeFilm(path string, size int64) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	head := append(box("ftyp", []byte("isom\x00\x00\x02\x00isomavc1")), movieHead()...)
	w.Write(head)
	w.Write(binary.BigEndian.AppendUint32(nil, uint32(size-int64(len(head)))))
	w.WriteString("mdat")
	_, err = io.CopyN(w, rand.NewChaCha8([32]byte{1}), size-int64(len(head))-8)
	return errors.Join(err, w.Flush(), f.Close())
}

func movieHead() []byte {
	long := func(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }
	zeros := func(n int) []byte { return make([]byte, n) }
	movie := box("mvhd", zeros(12), long(1000), long(600_000), zeros(80))
	track := box("tkhd", zeros(76), long(640<<16), long(360<<16))
	media := box("mdhd", zeros(12), long(1000), long(600_000), []byte{0x15, 0xC7, 0, 0})
	handler := box("hdlr", zeros(8), []byte("vide"), zeros(13))
	entry := box("avc1", zeros(24), []byte{2, 128, 1, 104}, zeros(50))
	samples := box("stbl", box("stsd", zeros(4), long(1), entry))
	return box("moov", movie, box("trak", track, box("mdia", media, handler, box("minf", samples))))
}

// box is a box of ISO/IEC 14496-12 §4.2: its length, its name, what is in it.
func box(name string, parts ...[]byte) []byte {
	b := append(make([]byte, 4), name...)
	for _, p := range parts {
		b = append(b, p...)
	}
	binary.BigEndian.PutUint32(b, uint32(len(b)))
	return b
}
