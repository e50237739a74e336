package media

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"lamplight/content"
)

// maxOggHead is how much is read of the head packets (RFC 3533): comments may carry a cover, which is left out.
const maxOggHead = 1 << 20

func probeOgg(r io.ReaderAt, size int64) (info, error) {
	head, err := readAt(r, 0, int(min(size, maxOggHead)))
	if err != nil {
		return info{}, err
	}
	packets, serial := oggPackets(head)
	if len(packets) == 0 {
		return info{}, fmt.Errorf("ogg: the first page is damaged: %w", fs.ErrInvalid)
	}
	f := info{Kind: content.Audio, MIME: "audio/ogg"}
	first := packets[0]
	rate, skip := uint32(0), uint64(0)
	comments := []byte(nil)
	switch {
	case bytes.HasPrefix(first, []byte("\x01vorbis")) && len(first) >= 16:
		f.Codecs, rate = []string{"vorbis"}, binary.LittleEndian.Uint32(first[12:])
		comments = after(packets, "\x03vorbis")
	case bytes.HasPrefix(first, []byte("OpusHead")) && len(first) >= 12: // RFC 7845: always counted at 48 kHz
		f.Codecs, rate, skip = []string{"opus"}, 48000, uint64(binary.LittleEndian.Uint16(first[10:]))
		comments = after(packets, "OpusTags")
	case bytes.HasPrefix(first, []byte("\x80theora")):
		return info{}, fmt.Errorf("%s: phones do not play it; convert it to mp4 or webm: %w", refused[".ogv"], errors.ErrUnsupported)
	default:
		return info{}, fmt.Errorf("ogg: neither Vorbis nor Opus: %w", errors.ErrUnsupported)
	}
	f.comments(comments)
	if last := oggEnd(r, size, serial); rate > 0 && last > skip {
		f.Seconds = float64(last-skip) / float64(rate)
	}
	if f.Seconds > 1e7 {
		f.Seconds = 0
	}
	return f, nil
}

// oggPackets joins the first three packets of the first stream.
func oggPackets(b []byte) (packets [][]byte, serial uint32) {
	var open []byte
	for len(b) >= 27 && string(b[:4]) == "OggS" && len(packets) < 3 {
		n := int(b[26])
		if len(b) < 27+n {
			break
		}
		if packets == nil && open == nil {
			serial = binary.LittleEndian.Uint32(b[14:])
		}
		ours := binary.LittleEndian.Uint32(b[14:]) == serial
		lacing, body := b[27:27+n], b[27+n:]
		for _, l := range lacing {
			part := body[:min(int(l), len(body))]
			body = body[len(part):]
			if !ours {
				continue
			}
			open = append(open, part...)
			if l < 255 {
				packets, open = append(packets, open), nil
			}
		}
		b = body
	}
	if open != nil {
		packets = append(packets, open) // the rest of a large comment lies beyond what was read
	}
	return packets, serial
}

func after(packets [][]byte, magic string) []byte {
	for _, p := range packets {
		if rest, ok := bytes.CutPrefix(p, []byte(magic)); ok {
			return rest
		}
	}
	return nil
}

// comments reads Vorbis comments: vendor, count, then NAME=value, each with its length.
func (f *info) comments(b []byte) {
	next := func() []byte {
		if len(b) < 4 {
			b = nil
			return nil
		}
		n := int64(binary.LittleEndian.Uint32(b))
		if n > int64(len(b)-4) {
			b = nil
			return nil
		}
		v := b[4 : 4+n]
		b = b[4+n:]
		return v
	}
	next() // vendor
	if len(b) < 4 {
		return
	}
	count := binary.LittleEndian.Uint32(b)
	b = b[4:]
	for i := uint32(0); i < min(count, 1000) && b != nil; i++ {
		name, value, ok := strings.Cut(string(next()), "=")
		if ok && len(value) < 16<<10 {
			f.comment(strings.ToUpper(name), clean(value))
		}
	}
}

// comment takes one named text, as Vorbis comments and Matroska tags name them. The first of a kind counts.
func (f *info) comment(name, value string) {
	into := map[string]*string{
		"TITLE": &f.Title, "ARTIST": &f.Author, "AUTHOR": &f.Author, "LICENSE": &f.Licence, "LICENCE": &f.Licence,
		"COPYRIGHT": &f.Licence, "DESCRIPTION": &f.Description, "COMMENT": &f.Description,
	}[name]
	if name == "LANGUAGE" && f.Language == "" {
		f.Language = tag(value)
	}
	if into != nil && *into == "" {
		*into = value
	}
}

// oggEnd finds the last page's granule position: how many samples there are.
func oggEnd(r io.ReaderAt, size int64, serial uint32) uint64 {
	n := min(size, 128<<10)
	b, err := readAt(r, size-n, int(n))
	if err != nil {
		return 0
	}
	for {
		i := bytes.LastIndex(b, []byte("OggS"))
		if i < 0 {
			return 0
		}
		if p := b[i:]; len(p) >= 27 && binary.LittleEndian.Uint32(p[14:]) == serial {
			if g := binary.LittleEndian.Uint64(p[6:]); g != ^uint64(0) {
				return g
			}
		}
		b = b[:i]
	}
}
