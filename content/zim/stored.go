package zim

import (
	"slices"

	"lamplight/content"
)

// maxStored is how many articles are put in order of where they lie; 8 bytes each in memory.
const maxStored = 2 << 20

// Stored yields the front articles in the order they lie in the file, until yield answers false. Read in this order, every
// cluster is unpacked once. Of a file with millions of articles it keeps the order of Children.
func (r *Reader) Stored(yield func(content.Node) bool) error {
	order, err := r.storedOrder()
	if err != nil {
		return err
	}
	for _, at := range order {
		n, err := r.nodeAt(uint32(at))
		if err != nil {
			return err
		}
		if !yield(n) {
			return nil
		}
	}
	return nil
}

// storedOrder are the articles' clusters and entries, as one number each, sorted.
func (r *Reader) storedOrder() ([]uint64, error) {
	leave, err := r.enter()
	if err != nil {
		return nil, err
	}
	defer leave()
	l, err := r.list()
	if err != nil {
		return nil, err
	}
	order := make([]uint64, 0, l.count)
	err = r.archive.walk(l, 0, func(i uint32, d *dirent, err error) bool {
		at := uint64(i)
		if err == nil && l.count <= maxStored {
			at |= uint64(d.cluster) << 32
		}
		order = append(order, at)
		return true
	})
	if l.count <= maxStored {
		slices.Sort(order)
	}
	return order, err
}

func (r *Reader) nodeAt(i uint32) (content.Node, error) {
	leave, err := r.enter()
	if err != nil {
		return content.Node{}, err
	}
	defer leave()
	d, err := r.archive.entry(i)
	return r.node(i, d, err), nil
}
