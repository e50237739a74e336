package indexer

import (
	"context"

	"lamplight/content/search"
)

// Quote quotes what answers a question of what was found for it: see search.Index.Quote. ErrBusy as for Search.
func (x *Indexer) Quote(ctx context.Context, q search.Query, found search.Results) (out search.Extract, err error) {
	err = x.with(ctx, func(i *search.Index) error {
		out, err = i.Quote(ctx, q, found)
		return err
	})
	return out, err
}
