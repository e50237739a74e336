package media

import (
	"bytes"
	"compress/zlib"
	"io"
)

// stream reads and inflates a stream object, nil when it cannot.
func (p *pdf) stream(ref pdfRef) []byte {
	w, ok := p.refs[ref.num]
	if !ok || w.stream != 0 {
		return nil
	}
	v, data := p.at(w.offset, ref.num)
	d, ok := v.(pdfDict)
	if !ok || data == 0 {
		return nil
	}
	return p.unpack(d, data, ref)
}

// unpack inflates the stream that begins at data; ref is its object, by which it is decrypted.
func (p *pdf) unpack(d pdfDict, data int64, ref pdfRef) []byte {
	length, ok := p.resolve(d["Length"]).(float64)
	if !ok || length < 0 || length > float64(p.size-data) {
		length = float64(p.size - data)
	}
	var r io.Reader = io.NewSectionReader(p.r, data, int64(length))
	if p.crypt != nil && d["Type"] != pdfName("XRef") && !(d["Type"] == pdfName("Metadata") && p.crypt.plainMeta) {
		b, _ := io.ReadAll(io.LimitReader(r, maxPDFStream))
		r = bytes.NewReader(p.crypt.decrypt(ref.num, ref.gen, b))
	}
	filter := p.resolve(d["Filter"])
	if list, ok := filter.([]any); ok && len(list) == 1 {
		filter = p.resolve(list[0])
	} else if ok && len(list) == 0 {
		filter = nil
	}
	switch filter {
	case nil:
	case pdfName("FlateDecode"), pdfName("Fl"):
		z, err := zlib.NewReader(r)
		if err != nil {
			return nil
		}
		r = z
	default:
		return nil
	}
	b, _ := io.ReadAll(io.LimitReader(r, maxPDFStream)) // what came before an error is still good
	parms := p.resolve(d["DecodeParms"])
	if list, ok := parms.([]any); ok && len(list) == 1 {
		parms = p.resolve(list[0])
	}
	if parms, ok := parms.(pdfDict); ok {
		if predictor, _ := parms["Predictor"].(float64); predictor >= 10 {
			columns, _ := parms["Columns"].(float64)
			return unpredict(b, int(max(1, min(columns, 1<<16))))
		}
	}
	return b
}

// unpredict undoes PNG's row filters (RFC 2083, 6) for one-byte samples; only the kinds met in tables are known.
func unpredict(b []byte, columns int) []byte {
	out := make([]byte, 0, len(b))
	before := make([]byte, columns)
	for len(b) > columns {
		kind, row := b[0], b[1:1+columns]
		b = b[1+columns:]
		for i := range row {
			left, up, corner := byte(0), before[i], byte(0)
			if i > 0 {
				left, corner = row[i-1], before[i-1]
			}
			switch kind {
			case 1:
				row[i] += left
			case 2:
				row[i] += up
			case 3:
				row[i] += byte((int(left) + int(up)) / 2)
			case 4:
				row[i] += paeth(left, up, corner)
			}
		}
		out = append(out, row...)
		before = row
	}
	return out
}

func paeth(a, b, c byte) byte {
	pa, pb, pc := abs(int(b)-int(c)), abs(int(a)-int(c)), abs(int(a)+int(b)-2*int(c))
	switch {
	case pa <= pb && pa <= pc:
		return a
	case pb <= pc:
		return b
	}
	return c
}

func abs(v int) int { return max(v, -v) }

// objectStream reads the objects packed in a stream (7.5.7) as number, value, number, value … Eight stay open.
func (p *pdf) objectStream(num int) []any {
	if pairs, ok := p.opened[num]; ok {
		return pairs
	}
	w, ok := p.refs[num]
	if !ok || w.stream != 0 {
		return nil
	}
	v, data := p.at(w.offset, num)
	d, _ := v.(pdfDict)
	var pairs []any
	if d != nil && data != 0 {
		pairs = packed(p.unpack(d, data, pdfRef{num: num}), d)
	}
	if len(p.order) >= 8 {
		delete(p.opened, p.order[0])
		p.order = p.order[1:]
	}
	p.opened[num], p.order = pairs, append(p.order, num)
	return pairs
}

func packed(b []byte, d pdfDict) []any {
	first, _ := d["First"].(float64)
	n, _ := d["N"].(float64)
	size := float64(len(b)) // compared as they are: a number may be too large for an int
	if first < 0 || first > size || n < 0 || n > 100_000 {
		return nil
	}
	var pairs []any
	head := pdfLexer{b: b[:int(first)]}
	for range int(n) {
		num, ok1 := head.object().(float64)
		offset, ok2 := head.object().(float64)
		if !ok1 || !ok2 || num < 0 || num > maxPDFObjects || offset < 0 || first+offset > size {
			break
		}
		l := pdfLexer{b: b[int(first)+int(offset):]}
		pairs = append(pairs, int(num), l.object())
	}
	return pairs
}
