package media

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"lamplight/content"
)

// An mp4 reads boxes (ISO/IEC 14496-12) by their heads; sample data are never touched. boxes bounds the work.
type mp4 struct {
	r     io.ReaderAt
	info  info
	moov  bool
	boxes int
	scale uint32 // of the movie
	track track
	quick bool // only QuickTime's brand
}

// A track is what is known of the one being read.
type track struct {
	handler, codec, language string
	width, height            int
	seconds                  float64
}

const maxBoxes = 20_000

// containers are boxes whose content is boxes.
var containers = []string{"moov", "trak", "mdia", "minf", "stbl", "udta", "ilst", "mvex"}

func probeMP4(r io.ReaderAt, size int64) (info, error) {
	m := mp4{r: r}
	if err := m.walk(0, size, 0, ""); err != nil {
		return info{}, fmt.Errorf("mp4: %w", err)
	}
	if !m.moov {
		return info{}, fmt.Errorf("mp4: no moov box, so it cannot be played: cut short: %w", fs.ErrInvalid)
	}
	if len(m.info.Codecs) == 0 {
		return info{}, fmt.Errorf("mp4: neither sound nor picture inside: %w", fs.ErrInvalid)
	}
	if m.quick {
		return info{}, fmt.Errorf("%s: phones do not play it; convert it to mp4: %w", refused[".mov"], errors.ErrUnsupported)
	}
	m.info.Kind, m.info.MIME = content.Audio, "audio/mp4"
	if m.info.Width > 0 {
		m.info.Kind, m.info.MIME = content.Video, "video/mp4"
	}
	return m.info, nil
}

// walk reads the boxes in [from, to). Only a level of the file can go deeper, at most 8 levels.
func (m *mp4) walk(from, to int64, depth int, parent string) error {
	for from+8 <= to {
		if m.boxes++; m.boxes > maxBoxes {
			return fmt.Errorf("more than %d boxes: %w", maxBoxes, fs.ErrInvalid)
		}
		head, err := readAt(m.r, from, 8)
		if err != nil {
			return err
		}
		kind, size, body := string(head[4:8]), int64(binary.BigEndian.Uint32(head)), from+8
		switch size {
		case 0:
			size = to - from
		case 1:
			long, err := readAt(m.r, body, 8)
			if err != nil {
				return err
			}
			size, body = int64(binary.BigEndian.Uint64(long)), body+8
		}
		if size < body-from || size > to-from {
			if depth > 0 && parent == "udta" {
				return nil // QuickTime ends user data with zeros
			}
			return fmt.Errorf("box %q at byte %d is larger than what holds it: cut short or damaged: %w", clean(kind), from, fs.ErrInvalid)
		}
		if err := m.box(kind, body, from+size, depth, parent); err != nil {
			return err
		}
		from += size
	}
	return nil
}

func (m *mp4) box(kind string, body, end int64, depth int, parent string) error {
	if depth > 8 {
		return fmt.Errorf("boxes nested too deeply: %w", fs.ErrInvalid)
	}
	switch {
	case kind == "trak":
		m.track = track{}
		if err := m.walk(body, end, depth+1, kind); err != nil {
			return err
		}
		m.endTrack()
	case kind == "meta":
		if first, err := readAt(m.r, body, 8); err == nil && string(first[4:8]) != "hdlr" {
			body += 4 // ISO's is a full box, QuickTime's is not
		}
		return m.walk(body, end, depth+1, kind)
	case parent == "ilst":
		return m.tag(kind, body, end)
	case slices.Contains(containers, kind):
		m.moov = m.moov || kind == "moov"
		return m.walk(body, end, depth+1, kind)
	default:
		return m.leaf(kind, body, end)
	}
	return nil
}

// leaf reads the boxes that tell something; they are small.
func (m *mp4) leaf(kind string, body, end int64) error {
	if !slices.Contains([]string{"ftyp", "mvhd", "mehd", "tkhd", "mdhd", "hdlr", "stsd", "elng"}, kind) {
		return nil
	}
	b, err := readAt(m.r, body, int(min(end-body, 4096)))
	if err != nil {
		return err
	}
	long := len(b) > 0 && b[0] == 1 // version 1: 64-bit times
	switch kind {
	case "ftyp":
		m.quick = len(b) >= 4 && string(b[:4]) == "qt  "
	case "mvhd":
		m.scale, m.info.Seconds = duration(b, 12, long)
	case "mehd":
		if m.info.Seconds == 0 && m.scale > 0 && len(b) >= 8 {
			m.info.Seconds = float64(binary.BigEndian.Uint32(b[4:])) / float64(m.scale)
		}
	case "tkhd":
		if len(b) >= 8 {
			m.track.width, m.track.height = int(binary.BigEndian.Uint16(b[len(b)-8:])), int(binary.BigEndian.Uint16(b[len(b)-4:]))
		}
	case "mdhd":
		at := 20
		if long {
			at = 32
		}
		_, m.track.seconds = duration(b, 12, long)
		if len(b) >= at+2 {
			m.track.language = packedLanguage(binary.BigEndian.Uint16(b[at:]))
		}
	case "elng":
		if len(b) > 4 {
			m.track.language = tag(strings.TrimRight(string(b[4:]), "\x00"))
		}
	case "hdlr":
		if len(b) >= 12 && m.track.handler == "" {
			m.track.handler = string(b[8:12])
		}
	case "stsd":
		if len(b) >= 16 {
			m.track.codec = string(b[12:16])
		}
		if len(b) >= 44 && m.track.handler == "vide" { // as coded; the track's own head tells the shape on the screen
			m.track.width, m.track.height = int(binary.BigEndian.Uint16(b[40:])), int(binary.BigEndian.Uint16(b[42:]))
		}
	}
	return nil
}

// duration reads timescale and duration of mvhd and mdhd: at is where the timescale lies in version 0.
func duration(b []byte, at int, long bool) (scale uint32, seconds float64) {
	if long {
		at += 8
	}
	if len(b) < at+12 {
		return 0, 0
	}
	scale = binary.BigEndian.Uint32(b[at:])
	length := uint64(binary.BigEndian.Uint32(b[at+4:]))
	if long {
		length = binary.BigEndian.Uint64(b[at+4:])
	}
	if scale == 0 || length == 0xFFFFFFFF || length > 1<<52 {
		return scale, 0
	}
	return scale, float64(length) / float64(scale)
}

// packedLanguage unpacks ISO 639-2/T letters, five bits each.
func packedLanguage(v uint16) string {
	if v < 0x400 {
		return "" // QuickTime's own numbers
	}
	return tag(string([]byte{byte(v>>10&31) + 0x60, byte(v>>5&31) + 0x60, byte(v&31) + 0x60}))
}

var mp4Codecs = map[string]string{
	"avc1": "h264", "avc3": "h264", "hvc1": "hevc", "hev1": "hevc", "av01": "av1", "vp08": "vp8", "vp09": "vp9",
	"mp4v": "mpeg4", "mp4a": "aac", "Opus": "opus", "ac-3": "ac3", ".mp3": "mp3", "fLaC": "flac", "alac": "alac",
}

func (m *mp4) endTrack() {
	t := m.track
	if t.handler != "vide" && t.handler != "soun" {
		return
	}
	codec := mp4Codecs[t.codec]
	if codec == "" {
		codec = clean(t.codec)
	}
	m.info.Codecs = append(m.info.Codecs, codec)
	if t.handler == "vide" && m.info.Width == 0 {
		m.info.Width, m.info.Height = t.width, t.height
	}
	if t.handler == "soun" && m.info.Language == "" {
		m.info.Language = t.language
	}
	if m.info.Seconds == 0 {
		m.info.Seconds = t.seconds
	}
}

// tag reads an item of iTunes' list: a "data" box with a type, a locale and the value.
func (m *mp4) tag(kind string, body, end int64) error {
	if end-body < 16 {
		return nil
	}
	head, err := readAt(m.r, body, 16)
	if err != nil || string(head[4:8]) != "data" {
		return err
	}
	size := min(int64(binary.BigEndian.Uint32(head)), end-body) - 16
	if size <= 0 {
		return nil
	}
	if kind == "covr" {
		first, err := readAt(m.r, body+16, int(min(size, 16)))
		if err == nil && imageType(first) != "" && m.info.Cover.Size == 0 {
			m.info.Cover = span{body + 16, size, imageType(first)}
		}
		return err
	}
	into := map[string]*string{"\xa9nam": &m.info.Title, "\xa9ART": &m.info.Author, "cprt": &m.info.Licence, "\xa9cpy": &m.info.Licence, "desc": &m.info.Description, "\xa9cmt": &m.info.Description}[kind]
	if into == nil || *into != "" {
		return nil
	}
	value, err := readAt(m.r, body+16, int(min(size, 4096)))
	*into = clean(string(value))
	return err
}
