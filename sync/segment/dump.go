package segment

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

var errUnsupported = errors.ErrUnsupported

// Dump prints a segment for people: the header always, as far as it can be read; the events when the payload is in clear
// and either stands alone or past leads up to it (nil: it does not). Of a version from the future it prints the
// version and size. Bodies name people: only their length and hash are printed.
// The error is the first thing wrong with the segment, after all that could be printed was.
func Dump(w io.Writer, raw []byte) error { return DumpAfter(w, raw, &Past{}) }

// DumpAfter is Dump of a segment that follows others, past having read those.
func DumpAfter(w io.Writer, raw []byte, past *Past) error {
	h, err := ParseHeader(raw)
	if err != nil {
		fmt.Fprintf(w, "segment version %d, %d bytes\n", h.Version, len(raw))
		return err
	}
	dumpHeader(w, &h, len(raw))
	s, err := Parse(raw)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "  bodies     %d\n", len(s.bodies))
	if h.Back > 0 && past.Next() != h.First {
		fmt.Fprintf(w, "  events     not shown: they refer to events from %d on; dump those segments with this one\n", h.First-h.Back)
		return nil
	}
	events, err := s.Events(past)
	if err != nil {
		return err
	}
	for i := range events {
		dumpEvent(w, &events[i])
	}
	return nil
}

func dumpHeader(w io.Writer, h *Header, size int) {
	fmt.Fprintf(w, "segment version %d, %d bytes, %.1f an event\n", h.Version, size, float64(size)/float64(h.Count))
	fmt.Fprintf(w, "  stream     %s  epoch %d  scope %q\n", h.Stream, h.Epoch, string(h.Scope))
	fmt.Fprintf(w, "  events     %d to %d (%d), refers back %d\n", h.First, h.Last(), h.Count, h.Back)
	fmt.Fprintf(w, "  chain      %x → %x\n", h.Before, h.After)
	fmt.Fprintf(w, "  Lamport    up to %d\n", h.Lamport)
	for _, b := range h.Boots {
		fmt.Fprintf(w, "  boot       %x\n", b)
	}
	fmt.Fprintf(w, "  sealed     algorithm %d, %d recipients\n", h.Algorithm, len(h.Recipients))
	fmt.Fprintf(w, "  payload    %d bytes, hash %x\n", h.Payload, h.Hash)
}

func dumpEvent(w io.Writer, e *Event) {
	fmt.Fprintf(w, "  %d  Lamport %d  boot %x +%d.%03d s  %q", e.Seq, e.Lamport, e.Stamp.Boot[:2], e.Stamp.MS/1000, e.Stamp.MS%1000, e.Kind)
	for _, f := range e.Fields {
		fmt.Fprintf(w, "  %d=%s", f.Col, f)
	}
	if e.BodyHash != ([32]byte{}) {
		fmt.Fprintf(w, "  body %d bytes %x…", len(e.Body), e.BodyHash[:4])
	}
	fmt.Fprintln(w)
}

// String is the value for people: numbers as such, text quoted, ids in hex.
func (f Field) String() string {
	switch f.Type {
	case Uint:
		return fmt.Sprint(f.Num)
	case Int:
		return fmt.Sprint(int64(f.Num))
	}
	if s := string(f.Data); utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' }) {
		return fmt.Sprintf("%q", s)
	}
	return fmt.Sprintf("%x", f.Data)
}
