package media

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"math/bits"
	"strings"

	"lamplight/content"
)

// Element ids of Matroska (RFC 9559) that are read.
const (
	idEBML       = 0x1A45DFA3
	idDocType    = 0x4282
	idSegment    = 0x18538067
	idInfo       = 0x1549A966
	idScale      = 0x2AD7B1
	idDuration   = 0x4489
	idTitle      = 0x7BA9
	idTracks     = 0x1654AE6B
	idTrack      = 0xAE
	idCodec      = 0x86
	idLanguage   = 0x22B59C
	idLanguage47 = 0x22B59D
	idTrackType  = 0x83
	idVideo      = 0xE0
	idWidth      = 0xB0
	idHeight     = 0xBA
	idTags       = 0x1254C367
	idTag        = 0x7373
	idSimpleTag  = 0x67C8
	idTagName    = 0x45A3
	idTagString  = 0x4487
)

const unknownSize = -1

// An ebml reads WebM by its element heads; clusters are stepped over. elements bounds the work.
type ebml struct {
	r        io.ReaderAt
	info     info
	elements int
	docType  string
	segment  bool
	scale    float64 // nanoseconds a tick
	ticks    float64
	track    track
	tagName  string
}

const maxElements = 50_000

func probeEBML(r io.ReaderAt, size int64) (info, error) {
	m := ebml{r: r, scale: 1e6}
	if err := m.walk(0, size, 0); err != nil {
		return info{}, fmt.Errorf("webm: %w", err)
	}
	if m.docType != "webm" {
		return info{}, fmt.Errorf("%s (%q): phones do not play it; convert it to mp4 or webm: %w", refused[".mkv"], clean(m.docType), errors.ErrUnsupported)
	}
	if !m.segment || len(m.info.Codecs) == 0 {
		return info{}, fmt.Errorf("webm: neither sound nor picture inside: cut short: %w", fs.ErrInvalid)
	}
	if s := m.ticks * m.scale / 1e9; s > 0 && s < 1e7 {
		m.info.Seconds = s
	}
	m.info.Kind, m.info.MIME = content.Audio, "audio/webm"
	if m.info.Width > 0 {
		m.info.Kind, m.info.MIME = content.Video, "video/webm"
	}
	return m.info, nil
}

// vint reads a variable-size number of up to 8 bytes; with its marker bit for ids.
func (m *ebml) vint(at int64, marked bool) (value int64, n int, err error) {
	first, err := readAt(m.r, at, 1)
	if err != nil {
		return 0, 0, err
	}
	n = bits.LeadingZeros8(first[0]) + 1
	if n > 8 {
		return 0, 0, fmt.Errorf("a bad number at byte %d: %w", at, fs.ErrInvalid)
	}
	b, err := readAt(m.r, at, n)
	if err != nil {
		return 0, 0, err
	}
	v := uint64(0)
	for _, c := range b {
		v = v<<8 | uint64(c)
	}
	if !marked {
		v &^= 1 << (7 * n)
		if v == 1<<(7*n)-1 {
			return unknownSize, n, nil
		}
	}
	return int64(v), n, nil
}

func (m *ebml) walk(from, to int64, depth int) error {
	for from < to {
		if m.elements++; m.elements > maxElements {
			return nil // a long film: all that is asked for lies in front
		}
		id, n, err := m.vint(from, true)
		if err != nil {
			return err
		}
		size, k, err := m.vint(from+int64(n), false)
		if err != nil {
			return err
		}
		body := from + int64(n+k)
		if size == unknownSize {
			if id != idSegment {
				return nil // a live cluster: its end is not told
			}
			size = to - body
		}
		if size > to-body {
			return fmt.Errorf("element %X at byte %d is larger than what holds it: cut short or damaged: %w", id, from, fs.ErrInvalid)
		}
		if err := m.element(id, body, size, depth); err != nil {
			return err
		}
		from = body + size
	}
	return nil
}

func (m *ebml) element(id, body, size int64, depth int) error {
	switch id {
	case idEBML, idSegment, idInfo, idTracks, idVideo, idTags, idTag, idSimpleTag:
		m.segment = m.segment || id == idSegment
		if depth > 8 {
			return fmt.Errorf("elements nested too deeply: %w", fs.ErrInvalid)
		}
		return m.walk(body, body+size, depth+1)
	case idTrack:
		m.track = track{}
		if err := m.walk(body, body+size, depth+1); err != nil {
			return err
		}
		m.endTrack()
	case idDocType, idScale, idDuration, idTitle, idCodec, idLanguage, idLanguage47, idTrackType, idWidth, idHeight, idTagName, idTagString:
		b, err := readAt(m.r, body, int(min(size, 4096)))
		if err != nil {
			return err
		}
		m.leaf(id, b)
	}
	return nil
}

func (m *ebml) leaf(id int64, b []byte) {
	text := clean(strings.TrimRight(string(b), "\x00"))
	switch id {
	case idDocType:
		m.docType = text
	case idScale:
		m.scale = float64(number(b))
	case idDuration:
		m.ticks = float(b)
	case idTitle:
		m.info.Title = text
	case idCodec:
		m.track.codec = text
	case idLanguage:
		if m.track.language == "" {
			m.track.language = tag(text)
		}
	case idLanguage47:
		m.track.language = tag(text)
	case idTrackType:
		m.track.handler = map[uint64]string{1: "vide", 2: "soun"}[number(b)]
	case idWidth:
		m.track.width = int(number(b) & 0xFFFF)
	case idHeight:
		m.track.height = int(number(b) & 0xFFFF)
	case idTagName:
		m.tagName = strings.ToUpper(text)
	case idTagString:
		m.info.comment(m.tagName, text)
	}
}

func (m *ebml) endTrack() {
	t := m.track
	if t.handler == "" {
		return
	}
	codec := strings.ToLower(strings.TrimPrefix(strings.TrimPrefix(t.codec, "V_"), "A_"))
	m.info.Codecs = append(m.info.Codecs, codec)
	if t.handler == "vide" && m.info.Width == 0 {
		m.info.Width, m.info.Height = t.width, t.height
	}
	if t.handler == "soun" && m.info.Language == "" {
		m.info.Language = t.language
	}
}

func number(b []byte) uint64 {
	v := uint64(0)
	for _, c := range b[:min(len(b), 8)] {
		v = v<<8 | uint64(c)
	}
	return v
}

func float(b []byte) float64 {
	switch len(b) {
	case 4:
		return float64(math.Float32frombits(binary.BigEndian.Uint32(b)))
	case 8:
		if f := math.Float64frombits(binary.BigEndian.Uint64(b)); !math.IsNaN(f) && !math.IsInf(f, 0) {
			return f
		}
	}
	return 0
}
