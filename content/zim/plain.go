package zim

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"

	"lamplight/content"
	"lamplight/content/arrange"
)

// The plain form of a ZIM has nothing compressed, and its entries in the order of namespace and path: a page that did not
// change is the same bytes at about the same place in every edition, whoever packed it. Numbers are big-endian, texts end
// with NUL:
//
//	"LAMPZIMP" ‖ entries (4) ‖ bytes of their names (4) ‖ minor version (2) ‖ UUID (16)
//	‖ names: Encoder, main page, then of each entry {kind, namespace, path, title, MIME type or target}
//	‖ of each item {length, a varint (LEB128); content}
//
// A main page and a target are a namespace and a path; a title is "" where it is the path. What is left out: the lists and
// databases of searching (namespace X and those behind it), which are made anew or not needed, for Lamplight has its own
// index; entries that were deleted, and redirects that lead nowhere.
const (
	plainMagic = "LAMPZIMP"
	plainHead  = 8 + 4 + 4 + 2 + 16

	kindRedirect = 1
	kindFront    = 2 // in the list of front articles

	// What is held in memory while a file is read or packed: the names, and some 30 bytes an entry.
	maxNames   = 16 << 20
	maxPlainly = 512 << 10 // entries

	// A smaller file is quickly sent whole; a larger one needs too much room for a while, and time: three seconds for 51 MB on
	// a machine that is many times quicker than a small board.
	leastPacked  = 256 << 10
	mostUnpacked = 32 // times its size; the tables of clusters count too
	mostPacked   = 512 << 20
)

// Repacks says whether it is worth while to pack a file of so many bytes anew, so that the next box needs what is new in it alone.
func (Format) Repacks(size int64) bool { return size >= leastPacked && size <= mostPacked }

// Plain writes the plain form of the ZIM at path, whoever packed it; w is an io.WriterAt too, and is written once each place.
// Each cluster is unpacked twice, one at a time. fs.ErrInvalid and errors.ErrUnsupported for a file of which not all can
// be read, and for one of too many entries.
func (Format) Plain(ctx context.Context, path string, w io.Writer) error {
	src, err := openFiles([]string{path})
	if err != nil {
		return err
	}
	defer src.Close()
	a, err := openArchive(src, src.size(), filepath.Base(path), NewCache(0))
	if err != nil {
		return err
	}
	p := &plain{ctx: ctx, a: a, left: mostUnpacked*src.size() + mostUnpacked<<20}
	err = p.names(w)
	if err == nil {
		err = p.contents(w.(io.WriterAt))
	}
	if err != nil {
		return fmt.Errorf("zim: its plain form: %w", err)
	}
	return nil
}

// plain is a ZIM of which the plain form is being made.
type plain struct {
	ctx   context.Context
	a     *archive
	front []uint64 // bits of the entries in the list of front articles; nil without one
	at    int64    // bytes written
	left  int64    // bytes that may yet be unpacked: clusters that lie over each other are unpacked again and again
	count uint32   // entries
	items []uint64 // cluster<<32 | blob of each item, in the order of paths
}

func (p *plain) Write(b []byte) (int, error) { p.at += int64(len(b)); return len(b), nil }

// names writes all that comes before the contents.
func (p *plain) names(to io.Writer) error {
	if p.a.header.entries > maxPlainly {
		return p.a.unsupported("%d entries are too many to pack anew", p.a.header.entries)
	}
	if err := p.fronts(); err != nil {
		return err
	}
	w := bufio.NewWriterSize(io.MultiWriter(to, p), 64<<10)
	w.Write(make([]byte, plainHead))
	fmt.Fprintf(w, "%s\x00%s\x00", Encoder, p.mainPage())
	var before *dirent
	err := p.a.scan(p.ctx, func(i uint32, d *dirent, err error) error {
		if err == nil {
			err = p.a.checkDirent(i, d)
		}
		if err == nil && before != nil && before.compare(d.ns, d.path) >= 0 {
			err = p.a.bad("path list: not in order at entry %d (%c/%.80s)", i, d.ns, d.path)
		}
		if before = d; err != nil {
			return err
		}
		return p.name(w, i, d)
	})
	if err = errors.Join(err, w.Flush()); err != nil {
		return err
	}
	head := binary.BigEndian.AppendUint32([]byte(plainMagic), p.count)
	head = binary.BigEndian.AppendUint32(head, uint32(p.at-plainHead))
	head = binary.BigEndian.AppendUint16(head, p.a.header.minor)
	_, err = to.(io.WriterAt).WriteAt(append(head, p.a.header.uuid[:]...), 0)
	return err
}

// fronts reads the list of front articles, if there is one that can be read.
func (p *plain) fronts() error {
	l, err := p.a.listingBlob("listing/titleOrdered/v1", fronts)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) || errors.Is(err, errors.ErrUnsupported) {
		return nil
	}
	if err != nil || l.all == 0 {
		return err // a card that fails: without the list it would be another file
	}
	p.front = make([]uint64, p.a.header.entries/64+1)
	return p.a.scanList(l, func(_, i uint32) {
		if i < p.a.header.entries {
			p.front[i/64] |= 1 << (i % 64)
		}
	})
}

func (p *plain) mainPage() string {
	if i := p.a.header.mainPage; i < p.a.header.entries {
		if d, err := p.a.entry(i); err == nil && p.kept(d) {
			return string(rune(d.ns)) + d.path
		}
	}
	return ""
}

// kept says whether an entry is in the plain form: then what it redirects to is, too.
func (p *plain) kept(d *dirent) bool {
	for range maxHops {
		switch {
		case d.ns >= 'X' || !d.item() && !d.redirect():
			return false
		case d.item():
			return true
		}
		to, err := p.a.entry(d.target)
		if err != nil {
			return false
		}
		d = to
	}
	return false
}

// name writes what is told of entry i beside its content.
func (p *plain) name(w *bufio.Writer, i uint32, d *dirent) error {
	if !p.kept(d) {
		return nil
	}
	kind, last, title := byte(0), "", d.title
	if d.redirect() {
		to, err := p.a.entry(d.target)
		if err != nil {
			return err
		}
		kind, last = kindRedirect, string(rune(to.ns))+to.path
	} else {
		last = p.a.mimes[d.mime]
		p.items = append(p.items, uint64(d.cluster)<<32|uint64(d.blob))
	}
	if p.front != nil && p.front[i/64]&(1<<(i%64)) != 0 {
		kind |= kindFront
	}
	if title == d.path {
		title = ""
	}
	p.count++
	w.Write([]byte{kind, d.ns})
	if _, err := fmt.Fprintf(w, "%s\x00%s\x00%s\x00", d.path, title, last); err != nil {
		return err
	}
	if p.at+int64(w.Buffered()) > maxNames {
		return p.a.unsupported("names of more than %d bytes are too many to pack anew", maxNames)
	}
	return nil
}

// contents writes the items where they belong, in the order in which they lie in the file: first it asks how long they are.
func (p *plain) contents(w io.WriterAt) error {
	order := make([]uint32, len(p.items))
	for i := range order {
		order[i] = uint32(i)
	}
	arrange.By(order, func(i, j uint32) int { return cmp.Compare(p.items[i], p.items[j]) })
	places, buf := make([]int64, len(p.items)), make([]byte, 64<<10)
	err := p.clusters(order, false, func(i uint32, r *io.SectionReader) error {
		places[i] = r.Size()
		return nil
	})
	if err != nil {
		return err
	}
	var length [binary.MaxVarintLen64]byte
	for i, n := range places {
		places[i] = p.at
		p.at += n + int64(binary.PutUvarint(length[:], uint64(n)))
	}
	return p.clusters(order, true, func(i uint32, r *io.SectionReader) error {
		to := io.NewOffsetWriter(w, places[i])
		_, err := to.Write(length[:binary.PutUvarint(length[:], uint64(r.Size()))])
		if err == nil {
			_, err = io.CopyBuffer(to, content.Stoppable(p.ctx, r), buf)
		}
		return err
	})
}

// clusters gives items in the order in which they lie; unless it is to be whole only the lengths are right.
func (p *plain) clusters(order []uint32, whole bool, fn func(i uint32, r *io.SectionReader) error) error {
	for len(order) > 0 {
		if err := p.ctx.Err(); err != nil {
			return err
		}
		c, n := uint32(p.items[order[0]]>>32), 1
		for n < len(order) && uint32(p.items[order[n]]>>32) == c {
			n++
		}
		err := p.a.inCluster(c, whole, &p.left, func(find func(blob uint32) (*io.SectionReader, error)) error {
			for _, i := range order[:n] {
				r, err := find(uint32(p.items[i]))
				if err == nil {
					err = fn(i, r)
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		order = order[n:]
	}
	return nil
}

// inCluster unpacks a cluster, or unless it is to be whole its table alone, and lets fn find blobs in it. left is how many bytes
// may be unpacked.
func (a *archive) inCluster(c uint32, whole bool, left *int64, fn func(find func(blob uint32) (*io.SectionReader, error)) error) error {
	head, err := a.clusterHead(c)
	if err != nil {
		return err
	}
	if !head.packed() {
		return fn(func(blob uint32) (*io.SectionReader, error) {
			at, size, err := a.extent(head, blob)
			return io.NewSectionReader(a.r, int64(at), int64(size)), err
		})
	}
	h := a.cache.use(clusterKey{a, c})
	defer a.cache.done(h)
	h.mu.Lock()
	defer h.mu.Unlock()
	src := a.packed(head)
	defer src.close()
	if err := a.unpackTable(h, head, src); err != nil {
		return err
	}
	cost := 4 * int64(h.table.blobs)
	if whole {
		cost = int64(h.table.total)
	}
	if *left -= cost; *left < 0 {
		return a.unsupported("its clusters unpack to more than a file of its size is packed anew for")
	}
	if whole {
		if err := a.extend(h, head, src, h.table.total); err != nil {
			return err
		}
	}
	r := bytes.NewReader(h.buf)
	return fn(func(blob uint32) (*io.SectionReader, error) {
		if blob >= h.table.blobs {
			return nil, a.bad("cluster %d: blob %d of %d", c, blob, h.table.blobs)
		}
		from, to := h.table.blobBounds(h.buf, blob)
		return io.NewSectionReader(r, int64(from), int64(to-from)), nil
	})
}

var errPlain = fmt.Errorf("a plain form that makes no sense: %w", fs.ErrInvalid)
