package zim

import (
	"context"
	"errors"
	"io/fs"
)

const maxProblems = 1000 // kept by Verify; a file with more is known to be bad

// checkDirents walks all entries: their own faults go to report; a path list out of order is returned, for it makes
// every lookup unreliable.
func (a *archive) checkDirents(ctx context.Context, report func(error)) error {
	var before *dirent
	return a.scan(ctx, func(i uint32, d *dirent, err error) error {
		if err == nil {
			err = a.checkDirent(i, d)
		}
		if d == nil {
			report(err)
			return nil
		}
		if before != nil && before.compare(d.ns, d.path) >= 0 {
			return a.bad("path list: not in order at entry %d (%c/%.80s)", i, d.ns, d.path)
		}
		before = d
		if err == nil && d.redirect() {
			if _, _, err = a.resolve(i); errors.Is(err, fs.ErrNotExist) {
				err = nil // to something deleted: dead, not broken
			}
		}
		if err != nil {
			report(err)
		}
		return nil
	})
}

// Verify reads everything but the MD5: order and soundness of all entries, title lists, the main page, every cluster
// with its blob table, and that every item's blob is there. It answers the faults found, each naming its place, at
// most a thousand; the error is for what kept it from looking (a disk, ctx). It takes as long as reading and
// unpacking the file and no more memory than reading an article.
func (r *Reader) Verify(ctx context.Context) (problems []error, err error) {
	leave, err := r.enter()
	if err != nil {
		return nil, err
	}
	defer leave()
	return r.archive.verify(ctx)
}

func (a *archive) verify(ctx context.Context) (problems []error, err error) {
	report := func(err error) {
		if err != nil && len(problems) < maxProblems {
			problems = append(problems, err)
		}
	}
	if err := a.checkDirents(ctx, report); err != nil {
		if !errors.Is(err, fs.ErrInvalid) {
			return problems, err
		}
		report(err)
	}
	report(a.checkMainPage())
	a.checkTitles(report)
	blobs := make([]uint32, a.header.clusters) // 0: cannot be read
	for c := range a.header.clusters {
		if err := ctx.Err(); err != nil {
			return problems, err
		}
		n, err := a.checkCluster(c)
		report(err)
		blobs[c] = n
	}
	return problems, a.scan(ctx, func(i uint32, d *dirent, err error) error {
		if err == nil && d.item() && d.cluster < a.header.clusters && d.blob >= blobs[d.cluster] {
			report(a.bad("entry %d (%c/%.80s): blob %d of cluster %d, which has %d readable", i, d.ns, d.path, d.blob, d.cluster, blobs[d.cluster]))
		}
		return nil
	})
}

// checkTitles checks each title list there is: places inside, titles in order.
func (a *archive) checkTitles(report func(error)) {
	var lists []*listing
	add := func(l *listing, err error) {
		if err == nil {
			lists = append(lists, l)
		} else if !errors.Is(err, fs.ErrNotExist) {
			report(err)
		}
	}
	if a.header.titlePtr != none64 {
		add(a.titleList())
	}
	add(a.listingBlob("listing/titleOrdered/v0", byTitle))
	add(a.listingBlob("listing/titleOrdered/v1", fronts))
	for _, l := range lists {
		report(a.checkList(l))
	}
}

func (a *archive) checkList(l *listing) error {
	var before *dirent
	for j := range l.all {
		i, err := a.entryAt(l, j)
		if err != nil {
			return err
		}
		d, err := a.entry(i)
		if err != nil {
			continue // told already
		}
		if before != nil && (before.ns > d.ns || before.ns == d.ns && before.title > d.title) {
			return a.bad("title list: not in order at place %d (%c/%.80s)", j, d.ns, d.path)
		}
		before = d
	}
	return nil
}

// checkCluster unpacks a cluster to its end and checks its blob table; it answers how many blobs can be read.
func (a *archive) checkCluster(c uint32) (blobs uint32, err error) {
	head, err := a.clusterHead(c)
	if err != nil {
		return 0, err
	}
	if !head.packed() {
		return a.checkStored(head)
	}
	h := a.cache.use(clusterKey{a, c})
	defer a.cache.done(h)
	if _, err := a.unpacked(h, &head, 0, nil); err != nil {
		return 0, err
	}
	h.mu.RLock()
	t := h.table
	h.mu.RUnlock()
	if t.total > maxUnpacked {
		return t.blobs, nil // its far blobs are refused when asked for
	}
	_, err = a.unpacked(h, &head, t.blobs-1, nil)
	return t.blobs, err
}

// checkStored checks the table of a cluster that lies in the file as it is.
func (a *archive) checkStored(head clusterHead) (uint32, error) {
	b := make([]byte, head.width)
	if err := a.read(b, head.data, "blob table"); err != nil {
		return 0, err
	}
	size, err := a.tableSize(head, offset(b, head.width))
	if err != nil {
		return 0, err
	}
	if size > maxUnpacked {
		return 0, a.unsupported("cluster %d: a blob table of %d MiB", head.number, size>>20)
	}
	b = make([]byte, size)
	if err := a.read(b, head.data, "blob table"); err != nil {
		return 0, err
	}
	t, err := a.parseTable(head, b)
	if err == nil && t.total > a.end-head.data {
		err = a.bad("cluster %d: ends outside the file of %d bytes", head.number, a.size)
	}
	return t.blobs, err
}
