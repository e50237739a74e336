package zim

// A packedCluster unpacks the beginning of a cluster's data. Implementations bound what they allocate by need.
type packedCluster interface {
	// upTo unpacks at least need bytes from the beginning, or all if there are fewer; total is how many the blob table
	// says there are, 0 while that is not read. The result is a buffer of the archive's cache.
	upTo(need, total uint64) ([]byte, error)
	// close gives back buffers.
	close()
}

const wholeBelow = 256 << 10 // clusters up to this are unpacked whole on the first visit

// unpack makes h hold at least the bytes of a blob: first the table, then as far as the blob, or the whole cluster
// where that is little more or where this is not the first visit. h.mu is held.
func (a *archive) unpack(h *held, head clusterHead, blob uint32) error {
	src := a.packed(head)
	defer src.close()
	if h.table.blobs == 0 {
		if err := a.unpackTable(h, head, src); err != nil {
			return err
		}
		if blob >= h.table.blobs {
			return nil // copyOut says it
		}
		return a.extend(h, head, src, a.want(h, blob))
	}
	return a.extend(h, head, src, min(h.table.total, maxUnpacked))
}

// want is how far to unpack on the first visit: to the blob's end, or all if that is at most twice as far, for a second
// visit is likely to want more and unpacks from the start.
func (a *archive) want(h *held, blob uint32) uint64 {
	_, to := h.table.blobBounds(h.buf, blob)
	if total := h.table.total; total <= wholeBelow || to > total/2 && total <= maxUnpacked {
		return total
	}
	return to
}

func (a *archive) unpackTable(h *held, head clusterHead, src packedCluster) error {
	if err := a.extend(h, head, src, uint64(head.width)); err != nil {
		return err
	}
	if len(h.buf) < head.width {
		return a.bad("cluster %d: unpacks to %d bytes, too short for its blob table", head.number, len(h.buf))
	}
	size, err := a.tableSize(head, offset(h.buf, head.width))
	if err != nil {
		return err
	}
	if size > uint64(len(h.buf)) {
		if err := a.extend(h, head, src, size); err != nil {
			return err
		}
		if size > uint64(len(h.buf)) {
			return a.bad("cluster %d: its first blob is said to be at %d, past its end at %d", head.number, size, len(h.buf))
		}
	}
	t, err := a.parseTable(head, h.buf[:size])
	if err == nil {
		h.table = t
	}
	return err
}

// extend unpacks need bytes of the cluster into a new buffer unless they are there, and gives the old one back.
func (a *archive) extend(h *held, head clusterHead, src packedCluster, need uint64) error {
	if need <= uint64(len(h.buf)) {
		return nil
	}
	if need > maxUnpacked {
		return a.unsupported("cluster %d: needs %d MiB unpacked, more than %d", head.number, need>>20, maxUnpacked>>20)
	}
	room := int(need)
	if head.pack == packXZ {
		room = workBytes
	}
	defer a.cache.begin(room)()
	if h.table.blobs > 0 {
		a.cache.makeRoom(h, int(min(max(need, h.table.total), maxUnpacked)))
	}
	b, err := src.upTo(need, h.table.total)
	if err != nil {
		return err
	}
	if h.table.blobs > 0 && uint64(len(b)) < min(need, h.table.total) {
		a.cache.release(b)
		return a.bad("cluster %d: unpacks to %d bytes, its blobs need %d", head.number, len(b), h.table.total)
	}
	a.cache.release(h.buf)
	h.buf = b
	return nil
}

// packed opens a cluster's data by its compression.
func (a *archive) packed(head clusterHead) packedCluster {
	in := packedInput{a: a, head: head}
	if head.pack == packXZ {
		return &xzCluster{in: in}
	}
	return &zstdCluster{in: in}
}

// packedInput is the packed bytes of a cluster read so far; no length is stored, so its format must tell.
type packedInput struct {
	a    *archive
	head clusterHead
	b    []byte
}

// need makes sure that the first n bytes are in b.
func (in *packedInput) need(n int, what string) error {
	if n <= len(in.b) {
		return nil
	}
	room := in.a.end - in.head.data
	if uint64(n) > room {
		return in.bad("%s: the file ends inside it", what)
	}
	if n > maxPacked {
		return in.a.unsupported("cluster %d: more than %d MiB packed", in.head.number, maxPacked>>20)
	}
	// In steps that grow, or in one where the cluster is likely no longer.
	next := uint64(max(n, 2*len(in.b), 32<<10))
	if in.head.hint >= uint64(n) && in.head.hint <= 4*next {
		next = in.head.hint
	}
	have := len(in.b)
	if in.b == nil {
		in.b = in.a.cache.buffer(int(max(next, min(in.head.hint, usualPacked))))
	}
	b := in.a.cache.grown(in.b, int(min(next, room, maxPacked)))
	if err := in.a.read(b[have:], in.head.data+uint64(have), "cluster"); err != nil {
		return err
	}
	in.b = b
	return nil
}

func (in *packedInput) close() {
	in.a.cache.release(in.b)
	in.b = nil
}

func (in *packedInput) bad(format string, v ...any) error {
	return in.a.bad("cluster %d: "+format, append([]any{in.head.number}, v...)...)
}
