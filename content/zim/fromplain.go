package zim

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/md5"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"sort"
	"strings"

	"github.com/klauspost/compress/zstd"

	"lamplight/content"
	"lamplight/content/arrange"
)

// Encoder names what makes our clusters. Another version of it may give other bytes for the same pages.
const Encoder = "klauspost/compress v1.20.3 zstd better, clusters of 1 MiB"

const (
	clusterBytes = 1 << 20 // of blobs, from which the next cluster begins: what a page costs at most to unpack
	longestText  = 4 << 20 // a text that is longer lies as it is, alone

	listingPath = "listing/titleOrdered/v1"
	listingMIME = "application/octet-stream+zimlisting"
)

// newPacker makes what packs clusters.
func newPacker() (*zstd.Encoder, error) {
	return zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBetterCompression), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(clusterBytes))
}

// textual says whether what is of a type gets smaller when packed (as libzim has it).
func textual(mime string) bool {
	m := bareMIME(mime)
	return strings.HasPrefix(m, "text/") || strings.HasSuffix(m, "+xml") || strings.HasSuffix(m, "+json") ||
		m == "application/javascript" || m == "application/json" || m == "application/xml"
}

// FromPlain makes the ZIM at path, which must not exist, of a plain form: the same bytes of the same form and Encoder. Whether
// it is the one that was meant is for the caller's hash to say. Broken or hostile bytes are fs.ErrInvalid, those of another
// release's Encoder errors.ErrUnsupported. What fails leaves no file.
func (Format) FromPlain(ctx context.Context, r io.Reader, path string, size int64) (err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return fmt.Errorf("zim: %w", err)
	}
	defer func() {
		if err = errors.Join(err, f.Close()); err != nil {
			os.Remove(path)
			err = fmt.Errorf("zim: of a plain form: %w", err)
		}
	}()
	p := &packing{r: bufio.NewReaderSize(content.Stoppable(ctx, r), 64<<10), most: size}
	p.w = bufio.NewWriterSize(io.MultiWriter(p, f), 64<<10)
	if p.zstd, err = newPacker(); err != nil {
		return err
	}
	defer p.zstd.Close()
	for _, step := range []func() error{p.readNames, p.contents, p.listing, p.tables, p.w.Flush} {
		if err = step(); err != nil {
			return err
		}
	}
	if _, err = f.WriteAt(p.header, 0); err != nil {
		return err
	}
	sum := md5.New()
	if _, err = io.Copy(sum, content.Stoppable(ctx, io.NewSectionReader(f, 0, p.at))); err == nil {
		_, err = f.WriteAt(sum.Sum(nil), p.at)
	}
	return err
}

// packing is a ZIM that is being made.
type packing struct {
	r        *bufio.Reader
	w        *bufio.Writer
	at, most int64 // bytes written, and that may be
	zstd     *zstd.Encoder
	header   []byte

	minor    uint16
	uuid     [16]byte
	mainPage uint32
	names    []byte
	entries  []packed // in the order of the path list
	mimes    []string
	types    map[string]int // numbers of mimes
	titles   []uint32       // entries in the order of titles
	clusters []uint64       // where each begins
	open     [2]cluster     // of what is packed and of what is not, not yet written
}

// packed is an entry: where its names are, and where its content went.
type packed struct{ names, cluster, blob uint32 }

// A named is what the names tell of an entry.
type named struct {
	kind, ns    byte
	path, title []byte
	last        []byte // MIME type or target
	end         int    // where the next begins
}

// Write counts what goes to the file.
func (p *packing) Write(b []byte) (int, error) {
	if p.at += int64(len(b)); p.at+md5.Size > p.most {
		return 0, fmt.Errorf("it makes a file of more than %d bytes: %w", p.most, fs.ErrInvalid)
	}
	return len(b), nil
}

// place is where the next byte goes.
func (p *packing) place() uint64 { return uint64(p.at) + uint64(p.w.Buffered()) }

func (p *packing) readNames() error {
	var head [plainHead]byte
	if _, err := io.ReadFull(p.r, head[:]); err != nil {
		return cutShort(err)
	}
	count, length := binary.BigEndian.Uint32(head[8:]), binary.BigEndian.Uint32(head[12:])
	if string(head[:8]) != plainMagic || count > maxPlainly || length > maxNames {
		return errPlain
	}
	names, err := io.ReadAll(io.LimitReader(p.r, int64(length)))
	if err != nil {
		return err
	}
	encoder, rest, _ := bytes.Cut(names, []byte{0})
	if string(encoder) != Encoder {
		return fmt.Errorf("packed by %.80q, and this release packs with %s: %w", encoder, Encoder, errors.ErrUnsupported)
	}
	main, rest, ok := bytes.Cut(rest, []byte{0})
	if !ok || len(names) != int(length) {
		return errPlain
	}
	p.names = rest
	if err := p.index(count); err != nil {
		return err
	}
	p.minor, p.uuid = binary.BigEndian.Uint16(head[16:]), [16]byte(head[18:])
	if p.mainPage = none32; len(main) > 0 {
		if p.mainPage, err = p.find(main); err != nil {
			return err
		}
	}
	p.w.Write(make([]byte, headerSize))
	for _, m := range p.mimes {
		p.w.WriteString(m + "\x00")
	}
	return p.w.WriteByte(0)
}

// index finds where the names of each entry begin, and adds the list of front articles as one if there are any.
func (p *packing) index(count uint32) error {
	p.types = map[string]int{}
	p.entries = make([]packed, 0, min(count, uint32(len(p.names)/5))+1)
	var before named
	var fronts byte
	at := 0
	for i := range count {
		n, err := p.named(at)
		if err != nil || n.kind > kindRedirect|kindFront || n.ns >= 'X' || i > 0 && n.compare(before.ns, before.path) <= 0 {
			return errPlain
		}
		p.add(n, at)
		fronts |= n.kind & kindFront
		before, at = n, n.end
	}
	if at != len(p.names) {
		return errPlain
	}
	if fronts != 0 {
		p.names = append(p.names, "\x00X"+listingPath+"\x00\x00"+listingMIME+"\x00"...)
		n, _ := p.named(at)
		p.add(n, at)
	}
	total := 0
	for _, m := range p.mimes {
		total += len(m) + 1
	}
	if total >= maxMIMEList || slices.Contains(p.mimes, "") {
		return errPlain
	}
	return (&archive{name: "its names", mimes: p.mimes}).checkMIMEs()
}

func (p *packing) add(n named, at int) {
	p.entries = append(p.entries, packed{names: uint32(at)})
	if _, known := p.types[string(n.last)]; !known && n.kind&kindRedirect == 0 {
		p.types[string(n.last)] = len(p.mimes)
		p.mimes = append(p.mimes, string(n.last))
	}
}

// named reads the names that begin at a place.
func (p *packing) named(at int) (n named, err error) {
	b := p.names[at:]
	if len(b) < 2 {
		return n, errPlain
	}
	n.kind, n.ns, n.end = b[0], b[1], at+2
	b = b[2:]
	for _, to := range []*[]byte{&n.path, &n.title, &n.last} {
		var ok bool
		if *to, b, ok = bytes.Cut(b, []byte{0}); !ok {
			return n, errPlain
		}
		n.end += len(*to) + 1
	}
	if len(n.path)+len(n.title) > maxDirent-32 {
		return n, errPlain
	}
	return n, nil
}

func (p *packing) entry(i uint32) named {
	n, _ := p.named(int(p.entries[i].names)) // index read them all
	return n
}

func (n named) compare(ns byte, path []byte) int {
	return cmp.Or(cmp.Compare(n.ns, ns), bytes.Compare(n.path, path))
}

// find is the entry of a namespace and path.
func (p *packing) find(target []byte) (uint32, error) {
	if len(target) == 0 {
		return 0, errPlain
	}
	compare := func(i int) int { return p.entry(uint32(i)).compare(target[0], target[1:]) }
	i := sort.Search(len(p.entries), func(i int) bool { return compare(i) >= 0 })
	if i == len(p.entries) || compare(i) != 0 {
		return 0, errPlain
	}
	return uint32(i), nil
}

// A cluster is being gathered.
type cluster struct {
	entries, ends []uint32
	data          []byte
}

// contents packs the items.
func (p *packing) contents() error {
	for i := range uint32(len(p.entries)) {
		n := p.entry(i)
		if n.kind&kindRedirect != 0 || n.ns == 'X' {
			continue
		}
		b, err := p.r.Peek(binary.MaxVarintLen64) // io.EOF at the last ones
		length, size := binary.Uvarint(b)
		if size <= 0 || length > 1<<31 {
			return cutShort(err)
		}
		p.r.Discard(size)
		c := &p.open[1]
		if length <= longestText && textual(string(n.last)) {
			c = &p.open[0]
		} else if length > clusterBytes {
			if err := p.alone(i, int64(length), p.r); err != nil {
				return err
			}
			continue
		}
		if len(c.ends) > 0 && len(c.data)+4*len(c.ends)+int(length) > clusterBytes {
			if err := p.flush(c); err != nil {
				return err
			}
		}
		from := len(c.data)
		c.data = slices.Grow(c.data, int(length))[:from+int(length)]
		if _, err := io.ReadFull(p.r, c.data[from:]); err != nil {
			return cutShort(err)
		}
		c.entries, c.ends = append(c.entries, i), append(c.ends, uint32(len(c.data)))
	}
	return errors.Join(p.flush(&p.open[0]), p.flush(&p.open[1]))
}

// flush writes a cluster, if there is anything in it.
func (p *packing) flush(c *cluster) error {
	if len(c.ends) == 0 {
		return nil
	}
	first := 4 * uint32(len(c.ends)+1)
	b := binary.LittleEndian.AppendUint32(make([]byte, 0, int(first)+len(c.data)), first)
	for k, end := range c.ends {
		p.entries[c.entries[k]].cluster, p.entries[c.entries[k]].blob = uint32(len(p.clusters)), uint32(k)
		b = binary.LittleEndian.AppendUint32(b, first+end)
	}
	b = append(b, c.data...)
	info := byte(packNone)
	if c == &p.open[0] {
		info, b = packZstd, p.zstd.EncodeAll(b, nil)
	}
	c.entries, c.ends, c.data = c.entries[:0], c.ends[:0], c.data[:0]
	p.clusters = append(p.clusters, p.place())
	p.w.WriteByte(info)
	_, err := p.w.Write(b)
	return err
}

// alone writes a cluster of one item as it is.
func (p *packing) alone(i uint32, length int64, r io.Reader) error {
	p.entries[i].cluster, p.entries[i].blob = uint32(len(p.clusters)), 0
	p.clusters = append(p.clusters, p.place())
	b := binary.LittleEndian.AppendUint32([]byte{packNone}, 8)
	p.w.Write(binary.LittleEndian.AppendUint32(b, uint32(8+length)))
	if _, err := io.CopyN(p.w, r, length); err != nil {
		return cutShort(err)
	}
	return nil
}

// listing orders all entries by title, and writes the list of front articles if there is to be one.
func (p *packing) listing() error {
	p.titles = make([]uint32, len(p.entries))
	for i := range p.titles {
		p.titles[i] = uint32(i)
	}
	arrange.Stably(p.titles, func(i, j uint32) int {
		a, b := p.entry(i), p.entry(j)
		return cmp.Or(cmp.Compare(a.ns, b.ns), bytes.Compare(a.shown(), b.shown()))
	})
	last := uint32(len(p.entries) - 1)
	if len(p.entries) == 0 || p.entry(last).ns != 'X' {
		return nil
	}
	var list []byte
	for _, i := range p.titles {
		if p.entry(i).kind&kindFront != 0 {
			list = binary.LittleEndian.AppendUint32(list, i)
		}
	}
	return p.alone(last, int64(len(list)), bytes.NewReader(list))
}

func (n named) shown() []byte {
	if len(n.title) > 0 {
		return n.title
	}
	return n.path
}

// tables writes the dirents and all lists, and makes the header.
func (p *packing) tables() error {
	le := binary.LittleEndian
	dirents, at := make([]uint64, len(p.entries)), p.place()
	for i, e := range p.entries {
		n := p.entry(uint32(i))
		var b []byte
		if n.kind&kindRedirect != 0 {
			to, err := p.find(n.last)
			if err != nil {
				return err
			}
			b = le.AppendUint32(append(le.AppendUint16(b, mimeRedirect), 0, n.ns, 0, 0, 0, 0), to)
		} else {
			b = append(le.AppendUint16(b, uint16(p.types[string(n.last)])), 0, n.ns, 0, 0, 0, 0)
			b = le.AppendUint32(le.AppendUint32(b, e.cluster), e.blob)
		}
		b = append(append(b, n.path...), 0)
		b = append(append(b, n.title...), 0)
		dirents[i] = at
		at += uint64(len(b))
		p.w.Write(b)
	}
	h := le.AppendUint16(le.AppendUint32(nil, magic), 6)
	h = append(le.AppendUint16(h, p.minor), p.uuid[:]...)
	h = le.AppendUint32(le.AppendUint32(h, uint32(len(p.entries))), uint32(len(p.clusters)))
	h = le.AppendUint64(h, p.place())
	p.list64(dirents)
	h = le.AppendUint64(h, p.place())
	for _, i := range p.titles {
		p.w.Write(le.AppendUint32(nil, i))
	}
	h = le.AppendUint64(h, p.place())
	p.list64(p.clusters)
	h = le.AppendUint64(h, headerSize) // where the MIME list begins
	h = le.AppendUint32(le.AppendUint32(h, p.mainPage), none32)
	p.header = le.AppendUint64(h, p.place())
	return nil // the writer says at the end what went wrong
}

func (p *packing) list64(all []uint64) {
	for _, v := range all {
		p.w.Write(binary.LittleEndian.AppendUint64(nil, v))
	}
}

// cutShort is the error of bytes that end too early or make no sense; others stay.
func cutShort(err error) error {
	if err == nil || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errPlain
	}
	return err
}
