package nodetest

import (
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
)

// writeFilm writes an mp4 (ISO/IEC 14496-12) of size bytes: one track of ten minutes whose head says what a reader asks,
// and pictures that are noise, which nothing can compress.
func writeFilm(path string, size int64, seed byte) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	head := append(box("ftyp", []byte("isom\x00\x00\x02\x00isomavc1")), movieHead()...)
	head = binary.BigEndian.AppendUint32(head, uint32(size-int64(len(head))))
	head = append(head, "mdat"...)
	_, err = f.Write(head)
	if err == nil {
		_, err = io.CopyN(f, rand.NewChaCha8([32]byte{seed}), size-int64(len(head)))
	}
	return errors.Join(err, f.Close())
}

func movieHead() []byte {
	n32 := func(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }
	none := func(n int) []byte { return make([]byte, n) }
	entry := box("avc1", none(24), []byte{2, 128, 1, 104}, none(50))
	samples := box("stbl", box("stsd", none(4), n32(1), entry))
	media := box("mdia",
		box("mdhd", none(12), n32(1000), n32(600_000), []byte{0x15, 0xC7, 0, 0}),
		box("hdlr", none(8), []byte("vide"), none(13)),
		box("minf", samples))
	return box("moov", box("mvhd", none(12), n32(1000), n32(600_000), none(80)), box("trak", box("tkhd", none(76), n32(640<<16), n32(360<<16)), media))
}

// box is a box of ISO/IEC 14496-12 §4.2: its length, its name, what is in it.
func box(name string, parts ...[]byte) []byte {
	body := slices.Concat(parts...)
	b := binary.BigEndian.AppendUint32(nil, uint32(8+len(body)))
	return append(append(b, name...), body...)
}

// films makes a folder of n films, a course of media when it is imported, and says how many bytes they are.
func films(dir string, n int, each int64) (int64, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return 0, err
	}
	for i := range n {
		if err := writeFilm(filepath.Join(dir, string(rune('a'+i))+".mp4"), each, byte(i)); err != nil {
			return 0, err
		}
	}
	return int64(n) * each, nil
}
