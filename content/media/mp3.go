package media

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"lamplight/content"
)

// A frame is the head of an MPEG audio frame, layer III (ISO/IEC 11172-3, 13818-3).
type frame struct {
	rate, samples, bytes, bitrate int
	side                          int // bytes of side information, before a Xing head
}

var (
	rates    = [3]int{44100, 48000, 32000}
	bitrates = [2][15]int{
		{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320}, // MPEG 1
		{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},     // MPEG 2 and 2.5
	}
)

func mp3Frame(b []byte) (frame, bool) {
	if len(b) < 4 || b[0] != 0xFF || b[1]&0xE0 != 0xE0 {
		return frame{}, false
	}
	version, layer, bitrate, rate := b[1]>>3&3, b[1]>>1&3, b[2]>>4, b[2]>>2&3
	if version == 1 || layer != 1 || bitrate == 0 || bitrate == 15 || rate == 3 {
		return frame{}, false
	}
	mono := b[3]>>6 == 3
	f := frame{rate: rates[rate], samples: 1152, side: 32}
	table := 0
	if mono {
		f.side = 17
	}
	if version != 3 {
		table, f.samples, f.rate, f.side = 1, 576, f.rate/2, 17
		if mono {
			f.side = 9
		}
	}
	if version == 0 {
		f.rate /= 2
	}
	f.bitrate = bitrates[table][bitrate] * 1000
	f.bytes = f.samples/8*f.bitrate/f.rate + int(b[2]>>1&1)
	return f, f.bytes > 4
}

func probeMP3(r io.ReaderAt, size int64) (info, error) {
	f := info{Kind: content.Audio, MIME: "audio/mpeg", Codecs: []string{"mp3"}}
	start, err := f.id3(r, size)
	if err != nil {
		return info{}, err
	}
	b, err := readAt(r, start, int(min(size-start, 256<<10)))
	if err != nil {
		return info{}, err
	}
	first, at := firstFrame(b)
	if at < 0 {
		return info{}, fmt.Errorf("mp3: no sound frames found: %w", fs.ErrInvalid)
	}
	f.Seconds = first.seconds(b[at:], size-start-int64(at))
	return f, nil
}

// firstFrame finds a frame that another one follows, for the bytes of a head occur by chance too.
func firstFrame(b []byte) (frame, int) {
	for i := 0; i+4 <= len(b); i++ {
		f, ok := mp3Frame(b[i:])
		if !ok {
			continue
		}
		next := i + f.bytes
		if next+4 > len(b) {
			if next <= len(b) && i == 0 {
				return f, i
			}
			continue
		}
		if second, ok := mp3Frame(b[next:]); ok && second.rate == f.rate {
			return f, i
		}
	}
	return frame{}, -1
}

// seconds by the count of frames a Xing, Info or VBRI head gives, else by the mean rate of the first frames.
func (f frame) seconds(b []byte, size int64) float64 {
	at := 4 + f.side
	if len(b) >= at+12 && (string(b[at:at+4]) == "Xing" || string(b[at:at+4]) == "Info") && b[at+7]&1 != 0 {
		return float64(binary.BigEndian.Uint32(b[at+8:])) * float64(f.samples) / float64(f.rate)
	}
	if len(b) >= 54 && string(b[36:40]) == "VBRI" {
		return float64(binary.BigEndian.Uint32(b[50:])) * float64(f.samples) / float64(f.rate)
	}
	frames, read := 0, 0
	for read+4 <= len(b) {
		g, ok := mp3Frame(b[read:])
		if !ok || read+g.bytes > len(b) {
			break
		}
		frames, read = frames+1, read+g.bytes
	}
	if read == 0 {
		return 0
	}
	return float64(size) / float64(read) * float64(frames) * float64(f.samples) / float64(f.rate)
}

// id3 reads an ID3v2 tag (id3.org, 2.2 to 2.4) and says where the sound begins.
func (f *info) id3(r io.ReaderAt, size int64) (int64, error) {
	head, err := readAt(r, 0, int(min(size, 10)))
	if err != nil || len(head) < 10 || string(head[:3]) != "ID3" {
		return 0, err
	}
	end := 10 + int64(syncsafe(head[6:]))
	if end > size {
		return 0, fmt.Errorf("mp3: its ID3 tag is larger than the file: cut short: %w", fs.ErrInvalid)
	}
	version, flags := head[3], head[5]
	if version < 2 || version > 4 || flags&0x80 != 0 { // unsynchronised tags are rare and skipped
		return end, nil
	}
	at := int64(10)
	if flags&0x40 != 0 && version > 2 {
		if ext, err := readAt(r, at, 4); err == nil {
			at += int64(binary.BigEndian.Uint32(ext)) + 4*int64(4-version)
		}
	}
	for range 200 {
		next := f.id3Frame(r, at, end, version)
		if next <= at || next >= end {
			break
		}
		at = next
	}
	return end, nil
}

// id3Frame reads one frame and says where the next begins, 0 at the end.
func (f *info) id3Frame(r io.ReaderAt, at, end int64, version byte) int64 {
	length := 10
	if version == 2 {
		length = 6
	}
	head, err := readAt(r, at, length)
	if err != nil || head[0] == 0 {
		return 0
	}
	name, size := string(head[:4]), int64(0)
	switch version {
	case 2:
		name, size = string(head[:3]), int64(head[3])<<16|int64(head[4])<<8|int64(head[5])
	case 3:
		size = int64(binary.BigEndian.Uint32(head[4:]))
	case 4:
		size = int64(syncsafe(head[4:]))
	}
	body := at + int64(length)
	if size > end-body {
		return 0
	}
	b, err := readAt(r, body, int(min(size, 4096)))
	if err != nil || version > 2 && head[9] != 0 { // compressed or encrypted
		return body + size
	}
	f.id3Text(name, b)
	if (name == "APIC" || name == "PIC") && f.Cover.Size == 0 {
		f.picture(b, body, size, version)
	}
	return body + size
}

func (f *info) id3Text(name string, b []byte) {
	into := map[string]*string{"TIT2": &f.Title, "TT2": &f.Title, "TPE1": &f.Author, "TP1": &f.Author, "TCOP": &f.Licence, "TCR": &f.Licence, "WCOP": &f.Licence}[name]
	switch {
	case into != nil && name[0] == 'W':
		*into = clean(string(b)) // an address says it better than words
	case into != nil && *into == "":
		*into = id3String(b)
	case (name == "TLAN" || name == "TLA") && f.Language == "":
		f.Language = tag(id3String(b))
	}
}

// picture finds the bytes of an attached picture behind its type and description.
func (f *info) picture(b []byte, body, size int64, version byte) {
	for i := 1; i+12 < len(b) && i < 600; i++ {
		if t := imageType(b[i:]); t != "" && (version == 2 || i > 3) {
			f.Cover = span{body + int64(i), size - int64(i), t}
			return
		}
	}
}

func syncsafe(b []byte) uint32 {
	return uint32(b[0]&0x7f)<<21 | uint32(b[1]&0x7f)<<14 | uint32(b[2]&0x7f)<<7 | uint32(b[3]&0x7f)
}

// id3String decodes a text frame: an encoding byte, then the text, of several the first.
func id3String(b []byte) string {
	if len(b) < 2 {
		return ""
	}
	var s []byte
	switch text := b[1:]; b[0] {
	case 0:
		s, _ = charmap.Windows1252.NewDecoder().Bytes(text)
	case 1:
		s, _ = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(text[:len(text)&^1])
	case 2:
		s, _ = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder().Bytes(text[:len(text)&^1])
	default:
		s = text
	}
	s, _, _ = bytes.Cut(s, []byte{0})
	return clean(strings.TrimSpace(string(s)))
}
