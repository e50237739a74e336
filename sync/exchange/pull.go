package exchange

import "time"

// mayPull says whether it is this box's turn to fetch a large blob over the link to the district, which all boxes of a
// school near each other share: the one that rendezvous puts first does so at once and the others have it of that one; each
// further box after it waits Pace.Lead longer, since those before it may have no link.
func (s *session) mayPull(w Want) bool {
	if s.line.tls == nil || w.Size <= smallBlob {
		return true // a box of the school, or what costs less than to wait
	}
	return s.node.blobs.lackedFor(w.Hash) >= time.Duration(s.node.before(w.Hash))*s.node.pace.Lead
}

// before is how many of the school's boxes near this one come before it for a blob.
func (n *Node) before(hash string) (count int) {
	mine := rendezvous(n.o.Device.ID(), hash, 0)
	n.mu.Lock()
	var near []string
	for id, p := range n.near {
		if p.here && rendezvous(id, hash, 0) > mine {
			near = append(near, id)
		}
	}
	n.mu.Unlock()
	for _, id := range near {
		if n.known(id) == Member {
			count++
		}
	}
	return count
}

// lackedFor is how long a blob has been wanted, as far as this process asked.
func (b *blobBook) lackedFor(hash string) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	since, ok := b.lacked[hash]
	if !ok {
		if len(b.lacked) >= maxLacked {
			clear(b.lacked)
		}
		since = time.Now()
		b.lacked[hash] = since
	}
	return time.Since(since)
}

// maxLacked bounds what is remembered of blobs that are wanted.
const maxLacked = 1 << 14
