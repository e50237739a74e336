package server

import (
	"context"

	"lamplight/content"
	"lamplight/server/learning"
	"lamplight/sync/exchange"
)

// way lists the updates that make an offered edition of one that is here; nil when there are none, or they would be more
// than the course.
func (s *Server) way(o learning.Offer) []content.Update {
	way := s.Library.Way(o.Updates, o.Manifest)
	total := int64(0)
	for _, u := range way {
		total += u.Size
	}
	if total > o.Size+o.Bytes {
		return nil
	}
	return way
}

// editionWants is what an edition of which not even the manifest is here is wanted by.
func (s *Server) editionWants(o learning.Offer) (out []exchange.Want) {
	manifest := exchange.Want{Hash: o.Manifest, Size: o.Size}
	way := s.way(o)
	if way == nil {
		return []exchange.Want{manifest}
	}
	for _, u := range way {
		if !s.Blobs.Has(u.Hash) {
			out = append(out, exchange.Want{Hash: u.Hash, Size: u.Size, Else: &manifest})
		}
	}
	return out
}

// unfold makes an offered edition once all the updates that lead to it are here. What travels by itself is wanted then; so
// is the manifest, where an update turned out to be of no use.
func (s *Server) unfold(ctx context.Context, o learning.Offer) error {
	if s.Blobs.Has(o.Manifest) {
		return nil
	}
	way := s.way(o)
	for _, u := range way {
		if !s.Blobs.Has(u.Hash) {
			return nil
		}
	}
	if len(way) > 0 {
		defer s.lookForBlobs()
	}
	for _, u := range way {
		if s.Blobs.Has(u.To) {
			continue
		}
		if err := s.Library.Unfold(ctx, u); err != nil {
			return err
		}
	}
	return nil
}

// forgetBetween deletes what was only made on the way to an edition that is installed.
func (s *Server) forgetBetween(o learning.Offer) {
	for _, u := range o.Updates {
		if u.To != o.Manifest {
			s.Library.Between(u.To)
		}
	}
}
