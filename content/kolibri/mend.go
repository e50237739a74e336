package kolibri

import (
	"cmp"
	"slices"

	"lamplight/content/arrange"
)

const maxDepth = 40

// last puts a stray behind all that has its place.
const last = 1 << 40

// mend gives every twig a topic to stand in, whatever the channel says: orphans, rings and what stands in no topic go to
// the end of the top; what lies too deep goes beside its topic.
func (c *channel) mend() {
	strays := 0
	for i := range c.twigs[1:] {
		t := &c.twigs[i+1]
		up, ok := c.byID[t.parent]
		if !ok || !c.twigs[up].topic || up == int32(i+1) {
			up, t.lft = 0, last+t.lft
			strays++
		}
		t.up = up
	}
	w := walker{c: c, kids: c.kids(), ups: make([]int32, len(c.twigs)), seen: make([]bool, len(c.twigs))}
	for i, t := range c.twigs {
		w.ups[i] = t.up
	}
	w.from(0, 0)
	strays += w.rings()
	if strays > 0 {
		c.warn("%d nodes stand in no topic of the channel; they are at the end of its top", strays)
	}
}

// A walker goes through the twigs by what they said they stand in, while what they will stand in is mended.
type walker struct {
	c    *channel
	kids []int32 // sorted by ups
	ups  []int32
	seen []bool
}

// from marks what hangs below at.
func (w *walker) from(at int32, depth int) {
	type place struct {
		twig  int32
		depth int
	}
	w.seen[at] = true
	for todo := []place{{at, depth}}; len(todo) > 0; {
		p := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		i, _ := slices.BinarySearchFunc(w.kids, p.twig, func(k, up int32) int { return cmp.Compare(w.ups[k], up) })
		for ; i < len(w.kids) && w.ups[w.kids[i]] == p.twig; i++ {
			k := w.kids[i]
			if w.seen[k] {
				continue
			}
			w.seen[k] = true
			below := p.depth + 1
			if below > maxDepth {
				w.c.twigs[k].up, below = w.c.twigs[p.twig].up, p.depth
			}
			todo = append(todo, place{k, below})
		}
	}
}

// rings opens rings of topics, each where it begins in course order. Of a file made of rings alone all goes to the top.
func (w *walker) rings() (strays int) {
	toTop := func(i int32) {
		w.c.twigs[i].up, w.c.twigs[i].lft = 0, last+w.c.twigs[i].lft
		strays++
	}
	unseen := slices.DeleteFunc(slices.Clone(w.kids), func(k int32) bool { return w.seen[k] })
	arrange.Stably(unseen, func(a, b int32) int { return cmp.Compare(w.c.twigs[a].lft, w.c.twigs[b].lft) })
	for _, k := range unseen {
		if !w.seen[k] {
			toTop(k)
			w.from(k, 1)
		}
	}
	return strays
}

// kids lists all twigs but the root, sorted by the topic they stand in, then in course order.
func (c *channel) kids() []int32 {
	order := make([]int32, 0, len(c.twigs))
	for i := range c.twigs[1:] {
		order = append(order, int32(i+1))
	}
	arrange.By(order, func(a, b int32) int {
		x, y := &c.twigs[a], &c.twigs[b]
		return cmp.Or(cmp.Compare(x.up, y.up), cmp.Compare(x.lft, y.lft), cmp.Compare(x.sort, y.sort), cmp.Compare(x.row, y.row))
	})
	return order
}

// A layout is the tree from the top down, the twigs of one topic together. The root is at 0.
type layout struct {
	twigs  []int32 // by position
	places []int32 // by twig; −1 left out
	parent []int32 // by position
	first  []int32 // by position: of its first child
	count  []int32 // by position: children
}

// lay lays out the twigs that keep says, nil all. What stands in a twig that is left out is left out.
func (c *channel) lay(keep []bool) layout {
	kids := c.kids()
	l := layout{twigs: []int32{0}, places: make([]int32, len(c.twigs)), parent: []int32{0}}
	for i := range l.places {
		l.places[i] = -1
	}
	l.places[0] = 0
	for at := 0; at < len(l.twigs); at++ {
		twig, n := l.twigs[at], int32(0)
		l.first = append(l.first, int32(len(l.twigs)))
		i, _ := slices.BinarySearchFunc(kids, twig, func(k, up int32) int { return cmp.Compare(c.twigs[k].up, up) })
		for ; i < len(kids) && c.twigs[kids[i]].up == twig; i++ {
			if k := kids[i]; keep == nil || keep[k] {
				l.places[k] = int32(len(l.twigs))
				l.twigs, l.parent, n = append(l.twigs, k), append(l.parent, int32(at)), n+1
			}
		}
		l.count = append(l.count, n)
	}
	return l
}
