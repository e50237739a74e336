package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"lamplight/server/nodetest/netlab"
	"lamplight/sync/clustertest"
	"lamplight/sync/exchange"
)

const (
	cutBlob = 1 << 20
	// chunkKept is what is kept of a blob under way.
	chunkKept = 64 << 10
)

// syncCut sends a file of a course whole, then another as long over a link that breaks in the middle of it: what it takes
// more is what went twice.
func (b *bench) syncCut(ctx context.Context, lab *netlab.Lab) error {
	size := cutBlob
	if b.tiny {
		size = 512 << 10
	}
	var cut cutAfter
	giver, taker := clustertest.NewBlobs(), clustertest.NewBlobs()
	mine := func(o *exchange.Options) { o.Dial, o.Blobs = cut.dial(o.Dial), giver }
	theirs := func(o *exchange.Options) { o.Blobs, o.Wants = taker, taker }
	one, two, _, err := b.pairOfTwo(lab, inMemory, mine, theirs)
	if err != nil {
		return err
	}
	defer one.stop()
	defer two.stop()
	if _, err := one.meet(ctx, addressAt(netlab.B)); err != nil {
		return err
	}
	if err := lab.Rate(1_000_000); err != nil { // else much waits in the sender's kernel, which no thin link has
		return err
	}
	r := rand.New(rand.NewPCG(5, 9))
	give := func() {
		data := make([]byte, size)
		for i := range data {
			data[i] = byte(r.Uint32())
		}
		taker.Want(giver.Put(data))
	}
	give()
	whole, err := moved(lab, func() error { return one.brings(ctx, taker, &cut, 0) })
	if err != nil {
		return err
	}
	same, err := moved(lab, func() error { _, err := one.meet(ctx, addressAt(netlab.B)); return err })
	if err != nil {
		return err
	}
	give()
	both, err := moved(lab, func() error { return one.brings(ctx, taker, &cut, int64(size/2+chunkKept/3)) })
	if err != nil {
		return err
	}
	again := float64(both.All() - whole.All() - same.All())
	b.table.addBytes("sync: of a file sent again after a cut in the middle", fmt.Sprintf("%s bytes in two sessions, %s in one", grouped(float64(both.All())), grouped(float64(whole.All()))),
		"rsync without --partial: all of it", max(again, 0), " bytes", chunkKept)
	return nil
}

// brings meets until all that is wanted is there; the first meeting breaks after left bytes of ours, 0 never.
func (s *syncBox) brings(ctx context.Context, taker *clustertest.Blobs, cut *cutAfter, left int64) error {
	cut.left = left
	for end := time.Now().Add(3 * time.Minute); len(taker.Wanted()) > 0; {
		_, err := s.meet(ctx, addressAt(netlab.B))
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil && cut.left == 0:
			return err
		case err == nil && cut.left > 0:
			return errors.New("the link did not break")
		case time.Now().After(end):
			return fmt.Errorf("after three minutes %d files are not there", len(taker.Wanted()))
		}
		cut.left = 0
	}
	return nil
}
