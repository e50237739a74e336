package media

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"math"
	"strings"
)

// box makes an MP4 box of its parts.
func box(kind string, parts ...[]byte) []byte {
	body := bytes.Join(parts, nil)
	return append(binary.BigEndian.AppendUint32(nil, uint32(8+len(body))), append([]byte(kind), body...)...)
}

// be writes numbers big-endian: uint16 and uint32.
func be(values ...any) []byte {
	var b bytes.Buffer
	for _, v := range values {
		_ = binary.Write(&b, binary.BigEndian, v)
	}
	return b.Bytes()
}

// tinyMP4 is a film of seconds, with a sound track in a language given as ISO 639-2.
func tinyMP4(seconds uint32, title, language string) []byte {
	packed := uint16(0)
	for _, c := range []byte(language) {
		packed = packed<<5 | uint16(c-0x60)
	}
	entry := func(codec string, more []byte) []byte {
		return box("stsd", be(uint32(0), uint32(1)), box(codec, more))
	}
	trak := func(handler string, stsd []byte) []byte {
		return box("trak", box("tkhd", make([]byte, 84)),
			box("mdia", box("mdhd", be(uint32(0), uint32(0), uint32(0), uint32(1000), seconds*1000, packed, uint16(0))),
				box("hdlr", be(uint32(0), uint32(0)), []byte(handler), make([]byte, 12)), box("minf", box("stbl", stsd))))
	}
	picture := append(make([]byte, 24), be(uint16(320), uint16(240), uint32(0), uint32(0))...)
	tags := box("udta", box("meta", be(uint32(0)), box("hdlr", make([]byte, 24)),
		box("ilst", box("\xa9nam", box("data", be(uint32(1), uint32(0)), []byte(title))))))
	moov := box("moov", box("mvhd", be(uint32(0), uint32(0), uint32(0), uint32(1000), seconds*1000), make([]byte, 80)),
		trak("vide", entry("avc1", picture)), trak("soun", entry("mp4a", make([]byte, 28))), tags)
	return bytes.Join([][]byte{box("ftyp", []byte("isom\x00\x00\x00\x00")), moov, box("mdat", make([]byte, 64))}, nil)
}

// element makes an EBML element.
func element(id uint32, parts ...[]byte) []byte {
	body := bytes.Join(parts, nil)
	head := bytes.TrimLeft(binary.BigEndian.AppendUint32(nil, id), "\x00")
	return append(append(head, be(uint64(1)<<56|uint64(len(body)))...), body...)
}

func tinyWebM(seconds float64, title string) []byte {
	return bytes.Join([][]byte{
		element(idEBML, element(idDocType, []byte("webm"))),
		element(idSegment,
			element(idInfo, element(idScale, []byte{0x0F, 0x42, 0x40}), element(idDuration, be(math.Float64bits(seconds*1000))), element(idTitle, []byte(title))),
			element(idTracks, element(idTrack, element(idTrackType, []byte{1}), element(idCodec, []byte("V_VP8")),
				element(idVideo, element(idWidth, []byte{1, 64}), element(idHeight, []byte{240})))),
			element(idTags, element(idTag, element(idSimpleTag, element(idTagName, []byte("LICENSE")), element(idTagString, []byte("CC BY 4.0"))))),
			element(0x1F43B675, make([]byte, 40))),
	}, nil)
}

// tinyMP3 is n frames of silence at 128 kbit/s, 44.1 kHz, behind a tag.
func tinyMP3(n int, title, language string) []byte {
	text := func(id, s string) []byte {
		return append(append([]byte(id), be(uint32(len(s)+1), uint16(0))...), append([]byte{3}, s...)...)
	}
	tag := append(text("TIT2", title), text("TLAN", language)...)
	size := len(tag)
	b := append([]byte{'I', 'D', '3', 3, 0, 0, byte(size >> 21 & 127), byte(size >> 14 & 127), byte(size >> 7 & 127), byte(size & 127)}, tag...)
	frame := make([]byte, 417)
	copy(frame, "\xff\xfb\x90\x00")
	return append(b, bytes.Repeat(frame, n)...)
}

func tinyOgg(seconds uint64, comments ...string) []byte {
	var packet bytes.Buffer
	packet.WriteString("OpusTags")
	write := func(s string) {
		_ = binary.Write(&packet, binary.LittleEndian, uint32(len(s)))
		packet.WriteString(s)
	}
	write("test")
	_ = binary.Write(&packet, binary.LittleEndian, uint32(len(comments)))
	for _, c := range comments {
		write(c)
	}
	page := func(granule uint64, body []byte) []byte {
		b := append([]byte("OggS\x00\x02"), binary.LittleEndian.AppendUint64(nil, granule)...)
		b = append(b, "abcd\x00\x00\x00\x00\x00\x00\x00\x00"...)
		lacing := bytes.Repeat([]byte{255}, len(body)/255)
		lacing = append(lacing, byte(len(body)%255))
		return append(append(append(b, byte(len(lacing))), lacing...), body...)
	}
	head := append([]byte("OpusHead\x01\x01"), 0x38, 0x01, 0x80, 0xbb, 0, 0, 0, 0, 0)
	return bytes.Join([][]byte{page(0, head), page(0, packet.Bytes()), page(312+seconds*48000, make([]byte, 20))}, nil)
}

// tinyPDF has pages and a title; packed puts its objects into an object stream behind a cross-reference stream.
func tinyPDF(pages int, title string, packed bool) []byte {
	objects := []string{"", "<</Type/Catalog/Pages 2 0 R/Lang(sw)>>", "", "<</Title " + title + ">>"}
	var kids strings.Builder
	for i := range pages {
		fmt.Fprintf(&kids, "%d 0 R ", 4+i)
		objects = append(objects, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 10 10]>>")
	}
	objects[2] = fmt.Sprintf("<</Type/Pages/Count 99999/Kids[%s]>>", kids.String())
	if packed {
		return packedPDF(objects)
	}
	var b, table bytes.Buffer
	b.WriteString("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
	fmt.Fprintf(&table, "xref\n0 %d\n0000000000 65535 f \n", len(objects))
	for n, o := range objects[1:] {
		fmt.Fprintf(&table, "%010d 00000 n \n", b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", n+1, o)
	}
	at := b.Len()
	fmt.Fprintf(&b, "%strailer\n<</Size %d/Root 1 0 R/Info 3 0 R>>\nstartxref\n%d\n%%%%EOF\n", table.String(), len(objects), at)
	return b.Bytes()
}

func deflated(b []byte) []byte {
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	_, _ = w.Write(b)
	_ = w.Close()
	return out.Bytes()
}

func packedPDF(objects []string) []byte {
	var head, body bytes.Buffer
	for n, o := range objects[1:] {
		fmt.Fprintf(&head, "%d %d ", n+1, body.Len())
		body.WriteString(o + " ")
	}
	stream := deflated(append(head.Bytes(), body.Bytes()...))
	var b bytes.Buffer
	b.WriteString("%PDF-1.5\n")
	at, num := b.Len(), len(objects)
	fmt.Fprintf(&b, "%d 0 obj\n<</Type/ObjStm/N %d/First %d/Filter/FlateDecode/Length %d>>stream\n%s\nendstream\nendobj\n",
		num, num-1, head.Len(), len(stream), stream)
	var lines bytes.Buffer
	row := func(kind byte, second uint32, third byte) {
		lines.WriteByte(2) // PNG's "up": written as is over a row of zeros would need the row before
		lines.Write([]byte{kind, byte(second >> 8), byte(second), third})
	}
	row(0, 0, 0)
	for n := range objects[1:] {
		row(2, uint32(num), byte(n))
	}
	row(1, uint32(at), 0)
	up(lines.Bytes(), 5)
	table := deflated(lines.Bytes())
	start := b.Len()
	fmt.Fprintf(&b, "%d 0 obj\n<</Type/XRef/W[1 2 1]/Size %d/Root 1 0 R/Info 3 0 R/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 4>>/Length %d>>stream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n",
		num+1, num+1, len(table), table, start)
	return b.Bytes()
}

// up makes rows of n bytes, the first their filter, into differences to the row above.
func up(b []byte, n int) {
	for at := len(b) - n; at >= n; at -= n {
		for i := 1; i < n; i++ {
			b[at+i] -= b[at-n+i]
		}
	}
}
