package library

import (
	"slices"

	"lamplight/content"
)

// updates gives the new edition, which may be packed anew, and its updates: one from the edition that is installed, or from
// the course that it has most in common with, and those that lead to that. An edition without any is as good; the error is ctx's.
func (k *keeper) updates(m *Manifest) (*Manifest, []content.Update, error) {
	before := k.l.before(m)
	if before == nil || k.o.Link || len(k.links) > 0 || len(before.Links) > 0 && k.l.PlaceOf(before.Course.ID) == "" {
		return m, nil, nil
	}
	again, u := k.repack(before, m)
	if again != nil {
		m = again
	} else if k.ctx.Err() == nil {
		u, _ = k.l.updateTo(k.ctx, before, m, "", k.l.note)
	}
	raw, err := m.encode()
	if err != nil {
		return m, nil, err
	}
	all := before.Updates // they lead to it if it is the same edition once more
	if u != nil {
		all = append([]content.Update{*u}, all...)
	}
	out := k.l.leading(all, hashBytes(raw), m)
	if u != nil && slices.Contains(out, *u) {
		k.kept = append(k.kept, u.Hash)
	} else if u != nil {
		k.l.sweep([]string{u.Hash})
	}
	return m, out, k.ctx.Err()
}

// leading are those of the updates that lead to a manifest and are here, nearest first: at most maxUpdates, and half the
// course's bytes.
func (l *Library) leading(all []content.Update, to string, m *Manifest) (out []content.Update) {
	left, been := int64(0), map[string]bool{to: true}
	for _, f := range m.Files {
		left += f.Size / 2
	}
	for i := 0; i < len(all) && len(out) < maxUpdates; i++ {
		u := all[i]
		if size, err := l.blobs.Size(u.Hash); u.To != to || been[u.From] || err != nil || size != u.Size || size > left {
			continue
		}
		out, to, left, i = append(out, u), u.From, left-u.Size, -1
		been[to] = true
	}
	return out
}

// before is the edition that m comes after: the installed one of its course, or else, of a folder of web pages, which has no
// identity but its bytes, one of its title that has half its files' names. nil when there is none.
func (l *Library) before(m *Manifest) *installed {
	if in, err := l.find(m.Course.ID); err == nil {
		return in
	}
	if m.Format != "html" {
		return nil
	}
	names := map[string]bool{}
	for _, f := range m.Files {
		names[f.Name] = true
	}
	l.mu.RLock()
	defer l.mu.RUnlock()
	for _, in := range l.installed {
		if in.Format != m.Format || in.Course.Title != m.Course.Title {
			continue
		}
		both := 0
		for _, f := range in.Files {
			if names[f.Name] {
				both++
			}
		}
		if 2*both >= len(names) {
			return in
		}
	}
	return nil
}

// Updates are those that lead from editions before to a course's, nearest first: what other boxes may ask for.
func (l *Library) Updates(id content.CourseID) []content.Update {
	in, err := l.find(id)
	if err != nil {
		return nil
	}
	return in.Updates
}

// Between sweeps what of an edition that was only made to make another one is not used by any.
func (l *Library) Between(manifest string) {
	l.installing.Lock()
	defer l.unlock()
	if m, err := readManifest(l.blobs, manifest); err == nil {
		l.sweep(append(hashesOf(m.Files), manifest))
	}
}

// holds says whether an edition is here with all its files, installed or made on the way to another.
func (l *Library) holds(manifest string) bool {
	l.mu.RLock()
	for _, in := range l.installed {
		if in.Manifest == manifest {
			l.mu.RUnlock()
			return true
		}
	}
	l.mu.RUnlock()
	if !l.blobs.Has(manifest) {
		return false
	}
	m, err := readManifest(l.blobs, manifest)
	if err != nil {
		return false
	}
	for _, f := range m.Files {
		if !l.blobs.Has(f.Hash) {
			return false
		}
	}
	return true
}

// Way lists the updates that lead from an edition that is here to the one of that manifest, in the order in which they are
// to be unfolded, out of those that are known; nil when they do not, or were unfolded in vain.
func (l *Library) Way(known []content.Update, to string) (way []content.Update) {
	for range maxUpdates {
		i := 0
		for ; i < len(known) && (known[i].To != to || l.isVain(known[i].Hash)); i++ {
		}
		if i == len(known) {
			return nil
		}
		way = append([]content.Update{known[i]}, way...)
		if to = known[i].From; l.holds(to) {
			return way
		}
	}
	return nil
}

func (l *Library) isVain(hash string) bool {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.vain[hash]
}
