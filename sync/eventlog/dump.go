package eventlog

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"lamplight/sync/clock"
	"lamplight/sync/segment"
)

// Dump prints what a file of the journal holds (seg-NNNNNNNN), or a single segment as it travels. What is damaged is
// said with its place and passed over. Ids that refer back to segments in another file print as unknown.
func Dump(w io.Writer, f io.ReaderAt) error {
	head := make([]byte, len(frameMagic))
	if _, err := f.ReadAt(head, 0); err == nil && string(head) == frameMagic {
		return dumpFrames(w, f)
	}
	var raw bytes.Buffer
	if _, err := io.Copy(&raw, io.NewSectionReader(f, 0, maxFrame)); err != nil {
		return err
	}
	if raw.Len() == 0 { // a fresh box's journal
		_, err := fmt.Fprintln(w, "no segment yet")
		return err
	}
	return segment.Dump(w, raw.Bytes())
}

func dumpFrames(w io.Writer, f io.ReaderAt) error {
	pasts := map[clock.Stream]*segment.Past{}
	var problems []error
	for off := int64(0); ; {
		raw, err := readFrame(f, off)
		if errors.Is(err, io.EOF) {
			return errors.Join(problems...)
		}
		if errors.Is(err, errTorn) {
			next, err := nextFrame(f, off+1)
			fmt.Fprintf(w, "damaged from byte %d\n", off)
			if err != nil {
				return errors.Join(problems...)
			}
			off = next
			continue
		}
		if err != nil {
			return err
		}
		h, _ := segment.ParseHeader(raw) // what cannot be read, DumpAfter says
		if pasts[h.Stream] == nil {
			pasts[h.Stream] = &segment.Past{}
		}
		if err := segment.DumpAfter(w, raw, pasts[h.Stream]); err != nil {
			problems = append(problems, fmt.Errorf("byte %d: %w", off, err))
		}
		off += int64(frameHead + len(raw))
	}
}
