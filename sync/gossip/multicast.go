package gossip

import "context"

// multicast is not there yet.
func (p *Pools) multicast(context.Context) (stop func()) { return func() {} }
